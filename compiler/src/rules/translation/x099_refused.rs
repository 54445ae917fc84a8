//! X099: translations are checked.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X099",
    subcode: "X099",
    name: "translation-refused",
    severity: Severity::Error,
    summary: "The translation of a statement is a query that the compiler accepts.",
    explanation: "Each translation is checked against the schema before it is written. What the compiler refuses is mostly what Cypher refuses as well when it runs, such as an order by something that `DISTINCT` has left out.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN DISTINCT p.name ORDER BY p.age;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN DISTINCT p.name, p.age ORDER BY p.age;\n",
    },
};
