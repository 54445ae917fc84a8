//! R006: the assignments of a mutation agree about each row.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R006",
    subcode: "R006",
    name: "conflicting-writes",
    severity: Severity::Error,
    summary: "A statement gives a property of a row one value.",
    explanation: "A statement behind `match` runs for each assignment, in no order. Where two of them give one property of one node or edge \
                  different values, or insert different rows of one key, neither is right, and nothing is written. An aggregate in a \
                  stage before it, such as `max`, says which value is meant.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    update $p set { age: $d.year }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    with { $p, max($d.year) as $last }\n    match { $p: Person }\n    update $p set { age: $last }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\"}}\n{\"type\": \"Doc\", \"data\": {\"slug\": \"a\", \"title\": \"A\", \"year\": 3}}\n{\"type\": \"Doc\", \"data\": {\"slug\": \"b\", \"title\": \"B\", \"year\": 4}}\n{\"edge\": \"Wrote\", \"from\": \"ada\", \"to\": \"a\"}\n{\"edge\": \"Wrote\", \"from\": \"ada\", \"to\": \"b\"}\n";
