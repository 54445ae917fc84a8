//! X030: names that are changed.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X030",
    subcode: "X030",
    name: "renamed",
    severity: Severity::Info,
    summary: "A name is one that our languages can write.",
    explanation: "Types begin with a capital letter, columns and properties with a small one, and `id` is every node's own. Other names are changed, and this says to what. The statement is translated all the same.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS Name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS name;\n",
    },
};
