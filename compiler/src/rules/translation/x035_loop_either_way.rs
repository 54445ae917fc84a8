//! X035: steps either way.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X035",
    subcode: "X035",
    name: "loop-either-way",
    severity: Severity::Error,
    summary: "In Kùzu, a step either way is written with its arrow where an edge may lead from a node to itself.",
    explanation: "Kùzu follows such an edge forth and back, and gives two rows for it; here, as in openCypher, it is one edge and one row. A single step between two named nodes is translated all the same, with a second row for such an edge.",
    fails: Example::Foreign {
        language: "kuzu",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[f:FOLLOWS* TRAIL 1..3]-(b:Person) RETURN b.name;\n",
    },
    passes: Example::Foreign {
        language: "kuzu",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (a:Person)-[f:FOLLOWS* TRAIL 1..3]->(b:Person) RETURN b.name;\n",
    },
};
