//! X025: where aggregates stand.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X025",
    subcode: "X025",
    name: "aggregate-place",
    severity: Severity::Error,
    summary: "What stands beside an aggregate is a column, and an aggregate stands in no other one.",
    explanation: "Rows are grouped by the columns without aggregates. A value beside an aggregate that is no column would make groups that nothing shows.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.age + count(*) AS n;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.age, count(*) AS n;\n",
    },
};
