//! S034: a list of something that a list cannot hold.

use omnigraph_grammar::schema::ast::{CoreType, TypeRef};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S034",
    subcode: "S034",
    name: "list-element",
    severity: Severity::Error,
    summary: "A list holds plain scalars.",
    explanation: "Elements are scalars other than `Blob`; a list of enums, vectors, lists or optional values is not in \
                  the language. The list itself may be optional.",
    fails: Example::Schema("node Song { moods: [enum(calm, loud)] }\n"),
    passes: Example::Schema("node Song { moods: [String] }\n"),
};

pub(crate) fn finding(owner: &Decl, element: &TypeRef, list: &TypeRef) -> Finding {
    let (what, replacement) = match &element.core {
        CoreType::Enum { .. } => ("enums", Some("[String]".to_owned())),
        CoreType::Vector { .. } => ("vectors", None),
        CoreType::List(_) => ("lists", None),
        CoreType::Named(name) => ("optional values", Some(format!("[{}]", name.text))),
    };
    let finding = Finding::new(&RULE, owner.place(element.span), format!("a list cannot hold {what}"));
    let Some(mut text) = replacement else {
        return finding;
    };
    let optional = matches!(element.core, CoreType::Named(_)) || list.optional.is_some();
    if optional {
        text.push('?');
    }
    finding.maybe_fix(format!("replace with `{text}`"), vec![(owner.place(list.span), text)])
}
