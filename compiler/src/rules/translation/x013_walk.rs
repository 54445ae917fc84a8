//! X013: walks where only reachability matters.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X013",
    subcode: "X013",
    name: "walk-of-variable-length",
    severity: Severity::Error,
    summary: "A pattern of variable length is translated where only reachability matters.",
    explanation: "In Cypher each way from one node to another makes a row, and ways may lead back to where they began. Here `{1,n}` gives each pair of different nodes once. Both mean the same with bounds from 1, if repeated rows make no difference (`RETURN DISTINCT`, `count(DISTINCT …)`, `EXISTS`), if a condition such as `a <> b` keeps the ends apart, and if no other relationship of the pattern has the same type.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[:FOLLOWS*1..3]->(b) RETURN b.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[:FOLLOWS*1..3]->(b) WHERE a <> b RETURN DISTINCT b.name;\n",
    },
};
