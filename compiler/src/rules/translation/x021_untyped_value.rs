//! X021: values have types.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X021",
    subcode: "X021",
    name: "untyped-value",
    severity: Severity::Error,
    summary: "A value is a scalar, or a list of scalars of one type.",
    explanation: "Maps, lists of lists and lists of several types have no type here.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN {name: p.name} AS person;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS name;\n",
    },
};
