//! S005: something at the top level that starts no declaration.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S005",
    subcode: "S005",
    name: "not-a-declaration",
    severity: Severity::Error,
    summary: "A schema file holds declarations: `node`, `edge`, `interface`, and directives.",
    explanation: "There are no top-level types or enums: an enum is written in place, as the type of a property, and \
                  what other languages call a table, a class or a type is a `node`.",
    fails: Example::Schema("type Book {}\n"),
    passes: Example::Schema("node Book {}\n"),
};
