//! S075: `@index` on a list.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S075",
    subcode: "S075",
    name: "list-index",
    severity: Severity::Error,
    summary: "`@index` does not stand on a list.",
    explanation: "No index over a list exists, so the wish for one could not be met.",
    fails: Example::Schema("node Book {\n    tags: [String]\n    @index(tags)\n}\n"),
    passes: Example::Schema("node Book { tag: String @index }\n"),
};

/// `sugar` if the constraint is written on the property itself.
pub(crate) fn finding(property: &Property, at: Place, sugar: bool) -> Finding {
    let message = format!("`{}` is a list, which cannot be indexed", property.name());
    let finding = Finding::new(&RULE, at.clone(), message).also(property.type_place(), "the type");
    match sugar {
        true => finding.safe_fix("delete `@index`", vec![(at, String::new())]),
        false => finding,
    }
}
