//! S003: a string that never ends.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S003",
    subcode: "S003",
    name: "unclosed-string",
    severity: Severity::Error,
    summary: "A string ends with a double quote.",
    explanation: "A string may span lines; a quote inside it is written `\\\"`.",
    fails: Example::Schema("node Book @description(\"cat {}\n"),
    passes: Example::Schema("node Book @description(\"cat\") {}\n"),
};
