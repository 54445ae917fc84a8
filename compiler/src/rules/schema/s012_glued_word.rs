//! S012: a keyword or a type that runs into the next word.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S012",
    subcode: "S012",
    name: "glued-word",
    severity: Severity::Error,
    summary: "Keywords and type names are whole words.",
    explanation: "Text such as `nodeBook` was once read as two words, which hides slips and makes names impossible \
                  that begin like a keyword.",
    fails: Example::Schema("nodeBook {}\n"),
    passes: Example::Schema("node Book {}\n"),
};
