//! T38: where rows are grouped, `order` and `having` read the groups.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Read;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T38",
    subcode: "T38",
    name: "ungrouped-sort-key",
    severity: Severity::Error,
    summary: "Where rows are grouped, the sort keys are columns of the groups.",
    explanation: "A group has many rows and no single value of a property it is not grouped by. Project the property, \
                  or an aggregate of it.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.role, count($p) as n }\n    order { $p.age }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.role, count($p) as n, min($p.age) as age }\n    order { age }\n}\n",
    ),
};

pub(crate) fn finding(key: Span, read: &Read, aggregate: bool) -> Finding {
    let finding = match aggregate {
        true => Finding::new(&RULE, key, "an aggregate in `order` is one of `return`").label("not projected"),
        false => Finding::new(&RULE, key, "the groups have no single value of this").label("not grouped by"),
    };
    finding
        .also(read.return_span, "the columns")
        .help("project it, or an aggregate of it such as `min(…)`")
}

/// A condition of `having` on what the groups have no single value of.
pub(crate) fn having(condition: Span, read: &Read) -> Finding {
    Finding::new(&RULE, condition, "the groups have no single value of all that this reads")
        .label("reads what is not grouped by")
        .also(read.return_span, "the columns")
        .help("it reads columns and aggregates; a condition on single rows stands in the match block")
}
