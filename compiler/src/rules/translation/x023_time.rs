//! X023: times have an equal.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X023",
    subcode: "X023",
    name: "foreign-time",
    severity: Severity::Error,
    summary: "A time, a duration or a part of one has an equal.",
    explanation: "There are days, and instants in UTC to the millisecond. Durations are added to times and subtracted from them.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.joined > date('2020-W10') RETURN p.name;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.joined > date('2020-03-02') RETURN p.name;\n",
    },
};
