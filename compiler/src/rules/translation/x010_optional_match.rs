//! X010: `OPTIONAL MATCH` has no equal yet.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X010",
    subcode: "X010",
    name: "optional-match",
    severity: Severity::Error,
    summary: "There is no `OPTIONAL MATCH` yet.",
    explanation: "How often a pattern matches is `COUNT { … }`, whether it does is `EXISTS { … }`. Its rows are those of a query of its own.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) OPTIONAL MATCH (p)-[:WROTE]->(d) RETURN p.name, count(d) AS docs;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name, COUNT { (p)-[:WROTE]->(d) } AS docs;\n",
    },
};
