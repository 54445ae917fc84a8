//! X020: operands have types that go together.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X020",
    subcode: "X020",
    name: "foreign-operands",
    severity: Severity::Error,
    summary: "Operands and arguments have types that go together.",
    explanation: "Where they do not, Cypher gives null or false for every row, or fails. That is hardly ever meant, so it is reported.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.joined > '2020-01-01' RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.joined > date('2020-01-01') RETURN p.name;\n",
    },
};
