//! Q017: `having`, `offset` or `after` in another place, or twice.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q017",
    name: "tail-order",
    severity: Severity::Error,
    summary: "`having` stands behind `return` or `with`, `offset` behind `limit`, and `after` at the end, each once.",
    explanation: "The sections are `match`, `return`, `having`, `order`, `limit`, `offset`, `after`, in this order. `offset` is behind \
                  `limit` in the text, although rows are skipped before they are counted. In a stage, `with` takes the place of \
                  `return`, and the next `match` follows. `after` is about the rows of the result, so neither a stage \
                  nor a branch of a union has it.",
    fails: Example::Query(
        "query people() {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    offset 3\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query people() {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit 3\n    offset 3\n}\n",
    ),
};
