//! T17: an order by `nearest` has a `limit`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::SortKey;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T17",
    subcode: "T17",
    name: "nearest-limit",
    severity: Severity::Error,
    summary: "An order by `nearest` has a `limit`.",
    explanation: "Everything is near to everything to some degree: say how many are wanted.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 10\n}\n",
    ),
};

/// `end`: before the query's closing brace.
pub(crate) fn finding(key: &SortKey, end: Span) -> Finding {
    Finding::new(&RULE, key.span, "an order by `nearest` needs a `limit`")
        .label("how many?")
        .also(end, "a limit belongs here")
        .maybe_fix("add `limit 10`", vec![(end, "limit 10\n".to_owned())])
}
