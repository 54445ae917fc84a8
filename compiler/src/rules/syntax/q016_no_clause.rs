//! Q016: a variable or a literal alone is no clause.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q016",
    name: "no-clause",
    severity: Severity::Error,
    summary: "A variable or a literal alone is no clause.",
    explanation: "Clauses stand side by side, so `$flag` could be the start of the next one. In parentheses it is a condition.",
    fails: Example::Query("query q($flag: Bool) {\n    match { $p: Person  $flag }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q($flag: Bool) {\n    match { $p: Person  ($flag) }\n    return { $p.handle }\n}\n"),
};
