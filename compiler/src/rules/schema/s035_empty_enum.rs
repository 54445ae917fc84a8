//! S035: an enum without values.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "S035",
    subcode: "S035",
    name: "empty-enum",
    severity: Severity::Error,
    summary: "An enum has at least one value.",
    explanation: "No row could hold a value of it.",
    fails: Example::Schema("node Song { mood: enum() }\n"),
    passes: Example::Schema("node Song { mood: enum(calm, loud) }\n"),
};
