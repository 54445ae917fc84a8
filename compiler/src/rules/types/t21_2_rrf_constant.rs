//! T21.2: the constant of `rrf` is an integer above 0.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T21",
    subcode: "T21.2",
    name: "rrf-constant",
    severity: Severity::Error,
    summary: "The constant of `rrf` is an integer above 0.",
    explanation: "It is added to every rank, so that the first places do not outweigh all others; 60 is usual.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\"), 0) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\"), 60) }\n    limit 3\n}\n",
    ),
};

pub(crate) fn not_an_integer(span: Span) -> Finding {
    finding(span, "the constant of `rrf` is an integer literal or parameter")
}

pub(crate) fn not_positive(span: Span) -> Finding {
    finding(span, "the constant of `rrf` is above 0")
}

fn finding(span: Span, message: &str) -> Finding {
    Finding::new(&RULE, span, message).maybe_fix("write `60`", vec![(span, "60".to_owned())])
}
