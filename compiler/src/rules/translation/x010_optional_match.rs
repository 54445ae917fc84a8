//! X010: a pattern goes on from what an `OPTIONAL MATCH` has bound.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X010",
    subcode: "X010",
    name: "optional-match",
    severity: Severity::Error,
    summary: "A pattern goes on from what may be missing.",
    explanation: "Clauses have no order here, so a traversal outside of `optional { … }` would bind the variable by itself, where `MATCH` drops the rows in which it is null. A further `OPTIONAL MATCH` may go on from such a variable, unless it links it with one that is never missing. Of a pattern that is a value, some databases say false where its node is missing, and some null.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) OPTIONAL MATCH (p)-[:WROTE]->(d) MATCH (q:Person)-[:WROTE]->(d) RETURN p.name, q.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) OPTIONAL MATCH (p)-[:WROTE]->(d) OPTIONAL MATCH (q:Person)-[:WROTE]->(d) RETURN p.name, q.name;\n",
    },
};
