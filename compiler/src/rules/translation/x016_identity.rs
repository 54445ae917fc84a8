//! X016: nodes are known by their keys.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X016",
    subcode: "X016",
    name: "foreign-identity",
    severity: Severity::Error,
    summary: "A node is known by its key, and its type and properties by the schema.",
    explanation: "Identities that a database gives by itself do not outlive a load. What labels or properties a node has is not asked of the data here: the schema says it.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN id(p) AS id;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.handle AS id;\n",
    },
};
