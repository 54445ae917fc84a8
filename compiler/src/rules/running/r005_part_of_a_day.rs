//! R005: a Date is moved by whole days.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R005",
    subcode: "R005",
    name: "part-of-a-day",
    severity: Severity::Error,
    summary: "A Date and a duration make a Date: the duration is whole days.",
    explanation: "A Date has no time of day, so hours that are added to it would be lost. Cast it to a DateTime first.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { $p.joined + hours(3) as value }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { cast($p.joined as DateTime) + hours(3) as value }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\", \"joined\": \"2024-02-29\"}}\n";
