//! T15.1: a bounded traversal goes at least one hop.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T15",
    subcode: "T15.1",
    name: "zero-hops",
    severity: Severity::Error,
    summary: "A bounded traversal goes at least one hop.",
    explanation: "Zero hops would be the node itself, which needs no traversal.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p follows{0,2} $q }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p follows{1,2} $q }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(minimum: Span) -> Finding {
    Finding::new(&RULE, minimum, "the smallest number of hops is 1")
        .label("less than one hop")
        .maybe_fix("start at 1", vec![(minimum, "1".to_owned())])
}
