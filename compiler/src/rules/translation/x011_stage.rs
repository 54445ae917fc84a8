//! X011: what `WITH` may do.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X011",
    subcode: "X011",
    name: "stage",
    severity: Severity::Error,
    summary: "In a block, a `WITH` hands on variables and values, and nothing else.",
    explanation: "A `WITH` that removes repeated rows, groups, orders or cuts them becomes a stage, `with { … }`, between two `match` blocks of a query. Inside of `EXISTS { … }`, `COUNT { … }` and their like, there are no stages.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE EXISTS { MATCH (p)-[:WROTE]->(d) WITH d ORDER BY d.year LIMIT 1 MATCH (d)-[:CITES]->(e) } RETURN p.handle;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:WROTE]->(d) WITH p, d ORDER BY d.year LIMIT 1 MATCH (d)-[:CITES]->(e) RETURN p.handle, e.slug;\n",
    },
};
