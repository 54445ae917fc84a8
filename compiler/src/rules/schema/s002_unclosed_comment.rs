//! S002: a block comment that never ends.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S002",
    subcode: "S002",
    name: "unclosed-comment",
    severity: Severity::Error,
    summary: "A block comment ends with `*/`.",
    explanation: "Block comments do not nest: the first `*/` ends one. An open comment swallows everything that \
                  follows it.",
    fails: Example::Schema("/* shelves\nnode Book {}\n"),
    passes: Example::Schema("/* shelves */\nnode Book {}\n"),
};
