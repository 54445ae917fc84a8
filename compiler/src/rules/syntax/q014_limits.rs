//! Q014: a file or a query beyond the limits of the language.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q014",
    name: "limits",
    severity: Severity::Error,
    summary: "A file has at most 4 MiB and 10000 queries, a query 256 parameters, projections and sort keys, a \
              block 1000 clauses, `not` 64 levels, an expression 256 operators, a list 65536 items, a string 1 MiB.",
    explanation: "The limits keep hostile input from using up time and memory, and lie far above what anybody writes.",
    fails: Example::Query(
        "query deep() {\n    match {\n        $p: Person\n        not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { not { $p follows $_ } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } } }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query shallow() {\n    match {\n        $p: Person\n        not { $p follows $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};
