//! L404: a query can have rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L404",
    subcode: "L404",
    name: "limit-zero",
    severity: Severity::Warning,
    summary: "A query can have rows.",
    explanation: "With `limit 0` there are none.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n    limit 0\n}\n",
    ),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let limits = view.reads().flat_map(Read::parts).filter_map(|part| part.limit.as_ref());
    let of_all = view.union().and_then(|union| union.limit.as_ref());
    for limit in limits.chain(of_all).filter(|limit| limit.amount == Amount::Number(0)) {
        found.push(Finding::new(&RULE, limit.span, "this query has no rows").label("none"));
    }
}
