//! X027: statements that write.

use crate::diagnostic::Severity;
use crate::rules::{Example, LAB_SCHEMA, Rule};

pub const RULE: Rule = Rule {
    code: "X027",
    subcode: "X027",
    name: "foreign-write",
    severity: Severity::Error,
    summary: "A statement that writes has an exact equal.",
    explanation: "Statements behind a `match` write once for each row of a pattern, as Cypher's do, but every value is of the state before, and two rows that give a property different values are an error: so a `SET` to what other nodes hold has no equal. A `SET` may read what it sets where each node comes once. `CREATE` of a key that exists fails in Cypher; here nothing is written then. And `delete` takes a node's edges along, so it is a `DETACH DELETE`.",
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
