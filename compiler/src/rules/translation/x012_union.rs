//! X012: `UNION` has no equal yet.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X012",
    subcode: "X012",
    name: "union-of-queries",
    severity: Severity::Error,
    summary: "There is no `UNION` yet.",
    explanation: "Its parts are queries of their own, whose rows can be put together where they are read.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS x UNION MATCH (d:Doc) RETURN d.title AS x;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS x;\nMATCH (d:Doc) RETURN d.title AS x;\n",
    },
};
