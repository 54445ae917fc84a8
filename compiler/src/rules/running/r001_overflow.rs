//! R001: a value fits its type.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "R001",
    subcode: "R001",
    name: "overflow",
    severity: Severity::Error,
    summary: "The value of an expression fits its type.",
    explanation: "Integers are computed exactly, and the result has to fit I64, or U64 where both sides are U64. A date has to lie within the years 1 to 9999. `cast(x as F64)` computes with floating-point numbers instead.",
    fails: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { $p.age + 9223372036854775807 as value }\n}\n",
    },
    passes: Example::Running {
        rows: ROWS,
        query: "query q() {\n    match { $p: Person }\n    return { $p.age + 9223372036854775807.0 as value }\n}\n",
    },
};

const ROWS: &str = "{\"type\": \"Person\", \"data\": {\"handle\": \"ada\", \"name\": \"Ada\", \"role\": \"lead\", \"age\": 36}}\n";
