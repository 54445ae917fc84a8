//! T3.2: a literal that an enum property is matched with, or assigned, is one of its values.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Place, Severity};
use crate::query::context::Owner;
use crate::wording::{all_of, nearest, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T3",
    subcode: "T3.2",
    name: "not-a-variant",
    severity: Severity::Error,
    summary: "A literal that an enum property is matched with, or assigned, is one of its values.",
    explanation: "The schema lists all values that the property can hold, so any other one matches nothing and cannot \
                  be stored.",
    fails: Example::Query("query q() {\n    match { $p: Person { role: \"boss\" } }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person { role: \"lead\" } }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(span: Span, text: &str, owner: &Owner, values: &[String]) -> Finding {
    let listed = quoted(values.iter().map(String::as_str));
    let finding = Finding::new(&RULE, span, format!("`{text}` is not a value of {}", owner.spoken())).also(
        Place::of_property_type(owner.kind, &owner.owner, &owner.property),
        format!("its values are {}", all_of(&listed)),
    );
    let near = nearest(text, values.iter().map(String::as_str));
    near.iter().fold(finding, |finding, value| {
        finding
            .help(format!("did you mean `{value}`?"))
            .maybe_fix(format!("replace by `\"{value}\"`"), vec![(span, format!("\"{value}\""))])
    })
}
