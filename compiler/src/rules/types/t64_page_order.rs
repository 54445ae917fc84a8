//! T64: pages are cut from an order that values decide.

use omnigraph_grammar::query::ast::{After, SortKey};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T64",
    subcode: "T64",
    name: "page-order",
    severity: Severity::Error,
    summary: "A query with `after` has an `order`, which is no ranking.",
    explanation: "A cursor holds the sort keys of the last row of a page, and what tells it apart from rows with equal keys: the next \
                  page has the rows behind it. Without `order` nothing says which those are. What a ranking gives a row depends on \
                  all other rows, so that no place in it stays where it is.",
    fails: Example::Query(
        "query q($cursor: String?) {\n    match { $p: Person }\n    return { $p.name }\n    limit 10\n    after $cursor\n}\n",
    ),
    passes: Example::Query(
        "query q($cursor: String?) {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n    limit 10\n    after $cursor\n}\n",
    ),
};

pub(crate) fn no_order(after: &After) -> Finding {
    Finding::new(&RULE, after.span, "nothing says which rows come after a row")
        .label("needs an `order`")
        .help("write `order { … }`, such as `order { $p.name }`; rows with equal keys are told apart by their ids")
}

pub(crate) fn ranked(after: &After, key: &SortKey) -> Finding {
    Finding::new(
        &RULE,
        after.span,
        "a ranking has no pages: what it gives a row depends on all others",
    )
    .label("cannot go on here")
    .also(key.expression.span, "the ranking")
    .help("order by a property, or take more rows at once by `limit`; `offset` skips those of a ranking")
}
