//! X027: statements that write.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X027",
    subcode: "X027",
    name: "foreign-write",
    severity: Severity::Error,
    summary: "A statement that writes has an exact equal.",
    explanation: "Most of Cypher's write once for each row of a pattern, while `insert`, `update` and `delete` name what they write by conditions on its own row. `insert` replaces a node that has the key, so it is no `CREATE`; and `delete` takes a node's edges along, so it is a `DETACH DELETE`.",
    fails: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.handle = 'ada' DELETE p;\n",
    },
    passes: Example::Foreign {
        language: "cypher",
        schema: Some(LAB_SCHEMA),
        text: "MATCH (p:Person) WHERE p.handle = 'ada' DETACH DELETE p;\n",
    },
};
