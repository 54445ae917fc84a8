//! S001: a character that the language does not have.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S001",
    subcode: "S001",
    name: "foreign-character",
    severity: Severity::Error,
    summary: "A schema is UTF-8 text of the characters that its tokens are made of.",
    explanation: "No-break spaces and other exotic white space usually arrive by copying from a web page or a \
                  document. Comments start with `//`, lines end in a line feed, and strings are the only place for \
                  other characters.",
    fails: Example::Schema("node Book { title: String }\n"),
    passes: Example::Schema("node Book { title: String }\n"),
};
