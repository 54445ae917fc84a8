//! X021: values have types.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X021",
    subcode: "X021",
    name: "untyped-value",
    severity: Severity::Error,
    summary: "A value is a scalar, or a list of scalars of one type.",
    explanation: "Lists of lists and lists of several types have no type here. A map is a column of a result, as an object of a node or an edge, and no value otherwise.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN [[p.handle]] AS handles;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN [p.handle] AS handles;\n",
    },
};
