//! X003: a label names a node type.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X003",
    subcode: "X003",
    name: "unknown-label",
    severity: Severity::Error,
    summary: "A label is the name of a node type, but for case and underscores.",
    explanation: "An exact name is preferred. Without one, a label that differs from one name in case and underscores alone means that type.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Persn) RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:PERSON) RETURN p.name;\n",
    },
};
