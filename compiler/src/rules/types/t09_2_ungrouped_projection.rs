//! T9.2: beside an aggregate, everything else in `return` is a property, a node or a parameter.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Projection;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T9",
    subcode: "T9.2",
    name: "ungrouped-projection",
    severity: Severity::Error,
    summary: "Beside an aggregate, everything else in `return` is a property, a node or a parameter.",
    explanation: "The other columns are what the rows are grouped by. A constant groups nothing, and a search or rank \
                  value belongs to a row, not to a group.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { count($p) as n, 1 }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { count($p) as n, $p.role }\n}\n"),
};

pub(crate) fn finding(written: &Projection, aggregate: Span) -> Finding {
    Finding::new(&RULE, written.span, "this cannot stand beside an aggregate")
        .label("nothing to group by")
        .also(aggregate, "makes one row of many")
        .maybe_fix("delete it", vec![(written.span, String::new())])
}
