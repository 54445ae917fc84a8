//! S067: a key column that may be null.

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S067",
    subcode: "S067",
    name: "nullable-key",
    severity: Severity::Error,
    summary: "Every column of a key is required.",
    explanation: "The id of a node is made of its key; null makes none.",
    fails: Example::Schema("node Book { isbn: String? @key }\n"),
    passes: Example::Schema("node Book { isbn: String @key }\n"),
};

pub(crate) fn finding(property: &Property, at: Place) -> Finding {
    let place = property.optional_place();
    let message = format!("`{}` is part of the key and may be null", property.name());
    Finding::new(&RULE, place.clone(), message)
        .label("optional")
        .also(at, "part of the key")
        .safe_fix("make it required", vec![(place, String::new())])
}
