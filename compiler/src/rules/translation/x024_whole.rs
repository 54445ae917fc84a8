//! X024: what can be returned.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X024",
    subcode: "X024",
    name: "returned-whole",
    severity: Severity::Error,
    summary: "Collected values are properties.",
    explanation: "A list holds scalars, so nodes and relationships are collected by their keys or other properties. Bytes are not returned at all.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:FOLLOWS]->(q) RETURN p, collect(q);\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:FOLLOWS]->(q) RETURN p, collect(q.handle);\n",
    },
};
