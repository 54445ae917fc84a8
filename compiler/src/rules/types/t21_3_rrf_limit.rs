//! T21.3: an order by `rrf` has a `limit`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::SortKey;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T21",
    subcode: "T21.3",
    name: "rrf-limit",
    severity: Severity::Error,
    summary: "An order by `rrf` has a `limit`.",
    explanation: "The fusion ranks all that either arm finds: say how many are wanted.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\")) }\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\")) }\n    limit 10\n}\n",
    ),
};

/// `end`: before the query's closing brace.
pub(crate) fn finding(key: &SortKey, end: Span) -> Finding {
    Finding::new(&RULE, key.span, "an order by `rrf` needs a `limit`")
        .label("how many?")
        .also(end, "a limit belongs here")
        .maybe_fix("add `limit 10`", vec![(end, "limit 10\n".to_owned())])
}
