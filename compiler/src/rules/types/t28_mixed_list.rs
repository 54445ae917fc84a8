//! T28: a list literal is flat, and its items are of one type.

use omnigraph_grammar::Span;
use omnigraph_model::types::Scalar;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T28",
    subcode: "T28",
    name: "mixed-list",
    severity: Severity::Error,
    summary: "A list literal is flat, and its items are of one type.",
    explanation: "Integers and floats go together. Lists of lists do not exist.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  [1, \"a\"] contains $p.age }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  [1, 2] contains $p.age }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn nested(item: Span, list: Span) -> Finding {
    Finding::new(&RULE, item, "a list cannot hold lists").label("a list").also(list, "in this list")
}

pub(crate) fn not_a_literal(item: Span) -> Finding {
    Finding::new(&RULE, item, "a list holds literals only").label("expected a literal")
}

pub(crate) fn mixed(item: Span, found: Scalar, first: Span, expected: Scalar) -> Finding {
    Finding::new(&RULE, item, format!("the list holds `{expected}`, and this is `{found}`"))
        .label(format!("expected `{expected}`"))
        .also(first, "the first item decides")
}
