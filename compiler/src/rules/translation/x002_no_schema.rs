//! X002: there is a schema.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X002",
    subcode: "X002",
    name: "schema-for-translation",
    severity: Severity::Error,
    summary: "What a statement names is declared in a schema.",
    explanation: "Labels, relationship types and properties are looked up in the schema: the one that `--schema` names, the one that the tables in the input define, or that of the project. Types of properties decide what an operator becomes, so nothing is translated without one.",
    fails: Example::Foreign {
        language: "cypher",
        schema: None,
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
};
