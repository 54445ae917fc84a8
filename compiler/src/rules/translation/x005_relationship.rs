//! X005: a relationship type names an edge.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X005",
    subcode: "X005",
    name: "unknown-relationship-type",
    severity: Severity::Error,
    summary: "A relationship type is the name of an edge, but for case and underscores, and its arrow leads as the edge does.",
    explanation: "Cypher finds nothing where an arrow leads the wrong way. That is hardly ever meant, so it is reported.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)<-[:WROTE]-(d:Doc) RETURN d.slug;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:WROTE]->(d:Doc) RETURN d.slug;\n",
    },
};
