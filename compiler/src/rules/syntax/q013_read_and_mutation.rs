//! Q013: reading and writing in one body.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q013",
    name: "read-and-mutation",
    severity: Severity::Error,
    summary: "A query either reads or writes.",
    explanation: "A mutation returns counts, a read returns rows. What is read first to be written then goes through \
                  the parameters of a second query.",
    fails: Example::Query(
        "query both() {\n    match { $p: Person }\n    insert Person { handle: \"a\", name: \"A\" }\n}\n",
    ),
    passes: Example::Query("query one() {\n    insert Person { handle: \"a\", name: \"A\", role: \"lead\" }\n}\n"),
};
