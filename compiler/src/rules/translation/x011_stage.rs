//! X011: what `WITH` may do.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X011",
    subcode: "X011",
    name: "stage",
    severity: Severity::Error,
    summary: "A `WITH` hands on variables and values, or groups right before `RETURN`.",
    explanation: "A `WITH` that removes repeated rows, orders or cuts them is a stage of its own, and there are none yet. One that aggregates becomes `return` with `having` if `RETURN` follows it and returns everything that it groups by.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WITH p ORDER BY p.age LIMIT 3 MATCH (p)-[:WROTE]->(d) RETURN d.slug;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:WROTE]->(d) WITH p, count(d) AS n WHERE n > 1 RETURN p.handle, n;\n",
    },
};
