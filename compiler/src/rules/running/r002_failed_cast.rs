//! R002: a value has a form in the type that it is cast to.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R002",
    subcode: "R002",
    name: "failed-cast",
    severity: Severity::Error,
    summary: "What is cast has a form in the type that it is cast to.",
    explanation: "`cast` fails with the first value that has none; `try_cast` gives null for it. A text that is read from data and is no regular expression, or no pattern of times, fails in the same way.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { cast($p.handle as I64) as value }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { try_cast($p.handle as I64) as value }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"x1\", \"name\": \"Ada\", \"role\": \"lead\"}}\n";
