//! Q015: comparisons do not chain.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q015",
    name: "chained-comparison",
    severity: Severity::Error,
    summary: "A comparison is not compared again.",
    explanation: "`$a < $b < $c` would compare a condition with a value. Two comparisons with `and` between them say what is \
                  meant.",
    fails: Example::Query("query q() {\n    match { $p: Person  3 < $p.age < 9 }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  3 < $p.age and $p.age < 9 }\n    return { $p.handle }\n}\n"),
};
