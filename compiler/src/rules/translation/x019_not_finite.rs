//! X019: results are finite.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X019",
    subcode: "X019",
    name: "not-finite",
    severity: Severity::Error,
    summary: "A computation whose result may be Infinity or NaN says what happens then.",
    explanation: "Results are finite numbers or null here, while Cypher gives Infinity or NaN for a division by zero of floating-point numbers, a root of a negative number and the like. A condition in `WHERE`, or a `CASE`, that excludes such inputs makes both the same. A division of integers by zero fails in Cypher, so it has no result to keep.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN 1.0 / p.score AS inverse;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.score <> 0 RETURN 1.0 / p.score AS inverse;\n",
    },
};
