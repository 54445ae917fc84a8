//! X014: paths are no values.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X014",
    subcode: "X014",
    name: "path-value",
    severity: Severity::Error,
    summary: "Of paths only the length is a value.",
    explanation: "A path may have a name if nothing reads it. The length of what a pattern of variable length finds may be read, that of a shortest path behind its `MATCH`; the \
                  nodes and relationships of a path are ids here, and no values of Cypher's.",
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
