//! T21.1: `rrf` fuses two rankings, each a `nearest` or a `bm25`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Call;

use crate::diagnostic::{Finding, Severity};
use crate::query::report::{Build, at};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T21",
    subcode: "T21.1",
    name: "rrf-arguments",
    severity: Severity::Error,
    summary: "`rrf` fuses two rankings, each a `nearest` or a `bm25`.",
    explanation: "The fusion adds up the ranks that two other functions give.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), $d.year) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\")) }\n    limit 3\n}\n",
    ),
};

pub(crate) fn finding(argument: Span, call: &Call) -> Finding {
    at(&RULE, argument, "`rrf` fuses `nearest` and `bm25` only")
        .label("expected `nearest(…)` or `bm25(…)`")
        .beside(call.function_span, "adds up two ranks")
}

pub(crate) fn wrong_count(call: &Call) -> Finding {
    at(&RULE, call.span, "`rrf` takes two rankings, and a constant if not 60").label("wrong number of arguments")
}
