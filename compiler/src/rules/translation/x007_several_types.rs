//! X007: a relationship has one type.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X007",
    subcode: "X007",
    name: "several-relationship-types",
    severity: Severity::Error,
    summary: "A relationship of a pattern has exactly one type.",
    explanation: "`[:A|B]` is a query for each type. `-->` without a type is translated where exactly one edge leads from the one node's type to the other's.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-[:FOLLOWS|WROTE]->(x) RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person)-->(d:Doc) RETURN p.name;\n",
    },
};
