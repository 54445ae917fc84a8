//! Q004: a backslash in a string before something it does not escape.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q004",
    name: "unknown-string-escape",
    severity: Severity::Error,
    summary: "In a string, a backslash stands only before `\"`, `\\`, `n`, `r` or `t`.",
    explanation: "A backslash that is meant as such is doubled.",
    fails: Example::Query(
        "query people() {\n    match { $p: Person { name: \"A\\da\" } }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query people() {\n    match { $p: Person { name: \"A\\\\da\" } }\n    return { $p.name }\n}\n",
    ),
};
