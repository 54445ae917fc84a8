//! X015: a clause has an equal.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X015",
    subcode: "X015",
    name: "clause-without-equal",
    severity: Severity::Error,
    summary: "A clause or a statement has an equal.",
    explanation: "Procedures, loops, loads of files, transactions and changes of tables are done by other means: the command line loads data, and migrations change schemas.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "CALL db.labels() YIELD label RETURN label;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) RETURN p.name;\n",
    },
};
