//! S007: the name of a type that does not start with a capital letter.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S007",
    subcode: "S007",
    name: "type-name",
    severity: Severity::Error,
    summary: "Names of nodes, edges and interfaces start with an upper-case ASCII letter.",
    explanation: "The case of the first letter distinguishes types from properties everywhere in both languages.",
    fails: Example::Schema("node book {}\n"),
    passes: Example::Schema("node Book {}\n"),
};
