//! X001: a statement can be read.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X001",
    subcode: "X001",
    name: "foreign-syntax",
    severity: Severity::Error,
    summary: "A statement can be read as one of the language that it is said to be in.",
    explanation: "Reading stops at the first place that does not fit, and goes on behind the next `;`. Statements are separated by `;`.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
};
