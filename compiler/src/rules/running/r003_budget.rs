//! R003: what is computed fits into the memory of a query.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R003",
    subcode: "R003",
    name: "budget",
    severity: Severity::Error,
    summary: "What an expression makes fits into the memory of the query.",
    explanation: "Functions that make much of little, such as `range`, `lpad` and `replace`, end with this error before they use more than the query may hold. `--memory` allows more.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { size(range(0, $p.age * 100000000)) as value }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { size(range(0, $p.age * 1000)) as value }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\", \"age\": 36}}\n";
