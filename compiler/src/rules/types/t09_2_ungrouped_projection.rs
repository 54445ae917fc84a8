//! T9.2: beside an aggregate, `return` has no rank function.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Projection;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T9",
    subcode: "T9.2",
    name: "ungrouped-projection",
    severity: Severity::Error,
    summary: "Beside an aggregate, `return` has no rank function.",
    explanation: "The other columns are what the rows are grouped by. A rank value belongs to a row, not to a group.",
    fails: Example::Query(
        "query q() {\n    match { $d: Doc }\n    return { count($d) as n, bm25($d.title, \"graph\") as score }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { count($p) as n, $p.role }\n}\n"),
};

pub(crate) fn finding(written: &Projection, aggregate: Span) -> Finding {
    Finding::new(&RULE, written.span, "this cannot stand beside an aggregate")
        .label("nothing to group by")
        .also(aggregate, "makes one row of many")
        .maybe_fix("delete it", vec![(written.span, String::new())])
}
