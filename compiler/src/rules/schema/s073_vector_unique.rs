//! S073: `@unique` on a vector.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S073",
    subcode: "S073",
    name: "vector-unique",
    severity: Severity::Error,
    summary: "`@unique` does not stand on a vector.",
    explanation: "Uniqueness compares the text of scalars; a vector has none.",
    fails: Example::Schema("node Book {\n    v: Vector(8)\n    @unique(v)\n}\n"),
    passes: Example::Schema("node Book { v: Vector(8) @index }\n"),
};

/// `sugar` if the constraint is written on the property itself.
pub(crate) fn finding(property: &Property, at: Place, sugar: bool) -> Finding {
    let message = format!("`{}` is a vector, which cannot be unique", property.name());
    let finding = Finding::new(&RULE, at.clone(), message).also(property.type_place(), "the type");
    match sugar {
        true => finding.safe_fix("delete `@unique`", vec![(at, String::new())]),
        false => finding,
    }
}
