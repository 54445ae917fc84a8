//! X026: amounts of rows.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X026",
    subcode: "X026",
    name: "amount-of-rows",
    severity: Severity::Error,
    summary: "`SKIP` and `LIMIT` take a number or a parameter.",
    explanation: "Other expressions are computed by whoever makes the request.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name LIMIT 2 + 1;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name LIMIT 3;\n",
    },
};
