//! Q001: a word or sign that does not fit.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q001",
    name: "unexpected-token",
    severity: Severity::Error,
    summary: "Every word of a query stands where the language expects one of its kind.",
    explanation: "The message lists what could stand there instead. The rest of the file is read all the same.",
    fails: Example::Query("query people() {\n    match { $p Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
};
