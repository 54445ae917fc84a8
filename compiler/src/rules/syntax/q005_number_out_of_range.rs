//! Q005: a number beyond what its place can hold.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q005",
    name: "number-out-of-range",
    severity: Severity::Error,
    summary: "An integer literal fits into 64 bits with a sign, beside a `U64` and as a limit into 64 without, and a \
              number of hops into 32.",
    explanation: "A number that cannot be represented would have to be cut off silently.",
    fails: Example::Query(
        "query people() {\n    match { $p: Person }\n    return { $p.name }\n    limit 99999999999999999999\n}\n",
    ),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n    limit 9\n}\n"),
};
