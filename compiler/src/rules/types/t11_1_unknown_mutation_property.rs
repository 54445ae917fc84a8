//! T11.1: a mutation assigns and compares properties that its type has.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::query::mutation::Target;
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T11",
    subcode: "T11.1",
    name: "unknown-mutation-property",
    severity: Severity::Error,
    summary: "A mutation assigns and compares properties that its type has.",
    explanation: "An edge also has `from` and `to`, the ids of its ends. The id itself cannot be assigned: it \
                  follows from the key.",
    fails: Example::Query("query q($h: String) {\n    update Person set { agee: 1 } where handle = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    update Person set { age: 1 } where handle = $h\n}\n"),
};

pub(crate) fn finding(target: &Target, property: &Name, ty: &Name) -> Finding {
    let name = &property.text;
    let finding = Finding::new(&RULE, property.span, format!("`{}` has no property `{name}`", target.name()))
        .label("unknown property")
        .also(ty.span, "the type that is written");
    match (name.as_str(), target) {
        ("id", _) => finding.help("the id is not a property: it follows from the key"),
        ("src", Target::Edge(_)) => finding.meaning(property.span, "", &["from".to_owned()]),
        ("dst", Target::Edge(_)) => finding.meaning(property.span, "", &["to".to_owned()]),
        _ => finding.meaning(property.span, "", &nearest(name, target.names())),
    }
}

/// A bare word in an expression: a property of the row, or a text without its quotes.
pub(crate) fn bare(target: &Target, property: &Name, ty: &Name) -> Finding {
    let near = nearest(&property.text, target.names());
    let finding = finding(target, property, ty);
    match near.is_empty() {
        true => finding
            .help("a bare word is a property of the row; a text stands in quotes")
            .maybe_fix("put it in quotes", vec![(property.span, format!("\"{}\"", property.text))]),
        false => finding,
    }
}
