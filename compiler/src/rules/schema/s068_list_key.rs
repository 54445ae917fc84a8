//! S068: a list as a key column.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S068",
    subcode: "S068",
    name: "list-key",
    severity: Severity::Error,
    summary: "A list is not a key column.",
    explanation: "The id of a node is the text of its key, which a scalar has and a list has not.",
    fails: Example::Schema("node Book { tags: [String] @key }\n"),
    passes: Example::Schema("node Book { tag: String @key }\n"),
};

pub(crate) fn finding(property: &Property, at: Place) -> Finding {
    let message = format!("`{}` is a list, which cannot be part of a key", property.name());
    Finding::new(&RULE, at, message).also(property.type_place(), "the type")
}
