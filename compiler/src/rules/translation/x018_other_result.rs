//! X018: an expression has the same value for every input.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X018",
    subcode: "X018",
    name: "other-result",
    severity: Severity::Error,
    summary: "An expression has the same value for every input.",
    explanation: "Some functions differ for a few inputs only: how halves are rounded, what an empty part is replaced by, which texts are numbers. A translation that is right for most rows is none.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN round(p.score) AS score;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN floor(p.score) AS score;\n",
    },
};
