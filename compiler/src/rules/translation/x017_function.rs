//! X017: a function has an equal.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X017",
    subcode: "X017",
    name: "function-without-equal",
    severity: Severity::Error,
    summary: "A function or a form of expression has an equal.",
    explanation: "[functions.md](../functions.md) lists the functions there are.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN reduce(n = 0, t IN p.tags | n + 1) AS n;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN size(p.tags) AS n;\n",
    },
};
