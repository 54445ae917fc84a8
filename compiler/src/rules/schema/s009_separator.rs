//! S009: a comma or semicolon where nothing is separated.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S009",
    subcode: "S009",
    name: "separator",
    severity: Severity::Error,
    summary: "Members of a body follow one another without separators, and lists have no trailing comma.",
    explanation: "A new line is a good separator to the eye; the language needs none.",
    fails: Example::Schema("node Book { title: String, pages: I32 }\n"),
    passes: Example::Schema("node Book { title: String pages: I32 }\n"),
};
