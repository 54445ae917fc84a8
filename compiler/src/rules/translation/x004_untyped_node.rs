//! X004: a node has one type.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X004",
    subcode: "X004",
    name: "node-of-no-one-type",
    severity: Severity::Error,
    summary: "Each node of a pattern has exactly one type.",
    explanation: "The type is told by the label, or by the relationships at the node. A node with several labels does not exist here, and a pattern that ranges over several types is a query for each.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (n) RETURN count(n) AS n;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (n:Person) RETURN count(n) AS n;\n",
    },
};
