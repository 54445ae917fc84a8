//! Q003: a string or a comment that never ends.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q003",
    name: "unclosed-text",
    severity: Severity::Error,
    summary: "A string ends with a double quote, and a block comment with `*/`.",
    explanation: "Block comments do not nest: the first `*/` ends one.",
    fails: Example::Query("query people() {\n    match { $p: Person { name: \"Ada } }\n    return { $p.name }\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person { name: \"Ada\" } }\n    return { $p.name }\n}\n"),
};
