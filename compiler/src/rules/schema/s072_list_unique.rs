//! S072: `@unique` on a list.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S072",
    subcode: "S072",
    name: "list-unique",
    severity: Severity::Error,
    summary: "`@unique` does not stand on a list.",
    explanation: "Uniqueness compares the text of scalars; a list has none.",
    fails: Example::Schema("node Book {\n    tags: [String]\n    @unique(tags)\n}\n"),
    passes: Example::Schema("node Book { tag: String @unique }\n"),
};

/// `sugar` if the constraint is written on the property itself.
pub(crate) fn finding(property: &Property, at: Place, sugar: bool) -> Finding {
    let message = format!("`{}` is a list, which cannot be unique", property.name());
    let finding = Finding::new(&RULE, at.clone(), message).also(property.type_place(), "the type");
    match sugar {
        true => finding.safe_fix("delete `@unique`", vec![(at, String::new())]),
        false => finding,
    }
}
