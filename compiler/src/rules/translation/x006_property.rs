//! X006: a property is one that the type has.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X006",
    subcode: "X006",
    name: "unknown-foreign-property",
    severity: Severity::Error,
    summary: "A property is one that the type has, but for case and underscores.",
    explanation: "In Cypher a property that no node has is null everywhere; here it is not in the schema.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.nmae;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
};
