//! Q013: reading and writing in one body.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q013",
    name: "read-and-mutation",
    severity: Severity::Error,
    summary: "A query either reads or writes.",
    explanation: "A read ends in `return`, and nothing is written behind it. A `match` before statements is what they run for, and \
                  `returning` behind them gives rows of what they have written.",
    fails: Example::Query(
        "query both($h: String) {\n    match { $p: Person { handle: $h } }\n    return { $p.name }\n    delete $p\n}\n",
    ),
    passes: Example::Query(
        "query one($h: String) {\n    match { $p: Person { handle: $h } }\n    delete $p\n    returning { $p.name }\n}\n",
    ),
};
