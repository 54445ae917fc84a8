//! X013: walks that have an equal.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X013",
    subcode: "X013",
    name: "walk-of-variable-length",
    severity: Severity::Error,
    summary: "A pattern of variable length has bounds, and no step of it can be another relationship of the pattern.",
    explanation: "In Cypher each way that repeats no relationship makes a row: what `path $p = trail …` finds here, which needs an upper bound and a step at least. Where only reachability matters, as with `RETURN DISTINCT` and `a <> b`, the translation is `{1,n}`. No step may be another relationship of the same `MATCH`, and here it may. In Kùzu a way may repeat relationships, so that it has an equal where only reachability matters, or as `* TRAIL 1..n`.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[:FOLLOWS*]->(b) RETURN b.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[:FOLLOWS*1..3]->(b) RETURN b.name;\n",
    },
};
