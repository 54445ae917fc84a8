//! S069: a vector as a key column.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S069",
    subcode: "S069",
    name: "vector-key",
    severity: Severity::Error,
    summary: "A vector is not a key column.",
    explanation: "The id of a node is the text of its key, which a scalar has and a vector has not.",
    fails: Example::Schema("node Book { v: Vector(8) @key }\n"),
    passes: Example::Schema("node Book { isbn: String @key }\n"),
};

pub(crate) fn finding(property: &Property, at: Place) -> Finding {
    let message = format!("`{}` is a vector, which cannot be part of a key", property.name());
    Finding::new(&RULE, at, message).also(property.type_place(), "the type")
}
