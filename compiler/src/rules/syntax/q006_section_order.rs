//! Q006: a section of a query that is missing or in another place.

use crate::diagnostic::Severity;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "Q000",
    subcode: "Q006",
    name: "section-order",
    severity: Severity::Error,
    summary: "A read has `match`, `return`, then `order` and `limit` if it wants them, in this order.",
    explanation: "The order of the sections is the order in which a query works: find, give out, sort, cut.",
    fails: Example::Query("query people() {\n    match { $p: Person }\n    limit 3\n    return { $p.name }\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n"),
};
