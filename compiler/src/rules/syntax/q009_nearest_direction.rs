//! Q009: a direction behind `nearest`.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q009",
    name: "nearest-direction",
    severity: Severity::Error,
    summary: "`nearest` orders from the nearest on, and takes no direction.",
    explanation: "The far end of a vector index is not defined: an approximate search finds what is near.",
    fails: Example::Query(
        "query similar($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) desc }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query similar($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
};
