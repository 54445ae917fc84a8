//! X009: a variable is bound.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X009",
    subcode: "X009",
    name: "unbound-foreign-variable",
    severity: Severity::Error,
    summary: "A variable is bound by a pattern, by `UNWIND` or by `WITH`, and each relationship has a name of its own.",
    explanation: "A name that a `WITH` does not hand on is unknown behind it.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN q.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
};
