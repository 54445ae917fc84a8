//! T15.2: the largest number of hops is not below the smallest.

use omnigraph_grammar::query::ast::Hops;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T15",
    subcode: "T15.2",
    name: "reversed-bounds",
    severity: Severity::Error,
    summary: "The largest number of hops is not below the smallest.",
    explanation: "`{1,3}` means one to three hops.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p follows{3,1} $q }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p follows{1,3} $q }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn finding(bounds: &Hops) -> Finding {
    let Some((max, max_span)) = bounds.max else {
        return Finding::new(&RULE, bounds.span, "the bounds are reversed");
    };
    let (min, min_span) = bounds.min;
    Finding::new(&RULE, min_span.to(max_span), format!("{min} to {max} hops are none"))
        .label("the first number is the smaller one")
        .maybe_fix("swap them", vec![(min_span, max.to_string()), (max_span, min.to_string())])
}
