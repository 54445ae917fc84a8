//! Q007: an annotation that a query has twice.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q007",
    name: "annotation-repeated",
    severity: Severity::Error,
    summary: "A query has each annotation at most once.",
    explanation: "Only one of two texts could be shown.",
    fails: Example::Query(
        "query people() @description(\"a\") @description(\"b\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query people() @description(\"a\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
};
