//! Q018: `either` without a second block.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q018",
    name: "missing-part",
    severity: Severity::Error,
    summary: "A form has all of its parts: `either` two blocks or more, a value of `with` a name, `case` its `end`.",
    explanation: "`either { … } or { … }` finds what one of its blocks finds. With one block it is that block: `exists { … }` asks \
                  whether it has a match, `optional { … }` adds what it finds. What `with` hands on is a variable, so a value needs \
                  a name behind `as`, such as `count($p) as $n`.",
    fails: Example::Query(
        "query people() {\n    match { $p: Person  either { $p follows $_ } }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query people() {\n    match { $p: Person  either { $p follows $_ } or { $p wrote $_ } }\n    return { $p.name }\n}\n",
    ),
};
