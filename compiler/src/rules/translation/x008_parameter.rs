//! X008: the uses of a parameter tell its type.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X008",
    subcode: "X008",
    name: "parameter-of-unknown-type",
    severity: Severity::Error,
    summary: "The uses of a parameter tell its type, and the same one everywhere.",
    explanation: "Parameters are declared with a type here. It is taken from what the parameter is compared with or computed with. A parameter is never null here, so whether it is cannot be asked.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN $x AS x;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.name = $x RETURN $x AS x;\n",
    },
};
