//! T60: columns that name columns stay small.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T60",
    subcode: "T60",
    name: "columns-too-large",
    severity: Severity::Error,
    summary: "What the names of columns stand for has 10000 parts at most in a query, and 64 levels in a column.",
    explanation: "The name of a column stands for its expression. Columns that double each other grow faster than memory. \
                  `let` computes a value once, however often it is read.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age as a0, a0 + a0 as a1, a1 + a1 as a2, a2 + a2 as a3, a3 + a3 as a4, a4 + a4 as a5, a5 + a5 as a6, a6 + a6 as a7, a7 + a7 as a8, a8 + a8 as a9, a9 + a9 as a10, a10 + a10 as a11, a11 + a11 as a12, a12 + a12 as a13 }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age as a0, a0 + a0 as a1, a1 + a1 as a2, a2 + a2 as a3 }\n}\n"),
};

/// At the name of a column that stands for too much.
pub(crate) fn finding(name: Span, column: Span) -> Finding {
    Finding::new(&RULE, name, "columns that name other columns come to more than a query can hold")
        .label("stands for a large expression")
        .also(column, "this one")
        .help("`let $x = …` in the match block computes a value once")
}
