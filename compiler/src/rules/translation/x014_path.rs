//! X014: paths are no values.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X014",
    subcode: "X014",
    name: "path-value",
    severity: Severity::Error,
    summary: "There are no paths as values yet, and no shortest ones.",
    explanation: "A path may have a name if nothing reads it.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH q = (a:Person)-[:FOLLOWS]->(b) RETURN length(q) AS steps;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH q = (a:Person)-[:FOLLOWS]->(b) RETURN b.name;\n",
    },
};
