//! X024: what can be returned.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X024",
    subcode: "X024",
    name: "returned-whole",
    severity: Severity::Error,
    summary: "Columns and collected values are nodes' properties, or nodes by themselves.",
    explanation: "A relationship is returned by its properties. A list holds scalars, so nodes are collected by their keys.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[f:FOLLOWS]->(q) RETURN f;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[f:FOLLOWS]->(q) RETURN f.since;\n",
    },
};
