//! X012: `UNION` of parts that do not fit together here.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X012",
    subcode: "X012",
    name: "union-of-queries",
    severity: Severity::Error,
    summary: "This `UNION` has no equal.",
    explanation: "Here the parts of a union return the same columns in the same sequence, each of one type: numbers of one column would \
                  become floating-point numbers where only some of them are. All parts are joined by `UNION`, or all by `UNION ALL`, and \
                  none of them writes.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.age AS x UNION MATCH (p:Person) RETURN p.score AS x;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name AS x UNION MATCH (d:Doc) RETURN d.title AS x;\n",
    },
};
