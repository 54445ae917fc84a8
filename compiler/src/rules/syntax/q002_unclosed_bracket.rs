//! Q002: a bracket that is never closed.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q002",
    name: "unclosed-bracket",
    severity: Severity::Error,
    summary: "Every `{`, `(` and `[` is closed.",
    explanation: "The message points at the bracket that was opened, which is nearer to the slip than the end of the \
                  file.",
    fails: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
};
