//! L415: a query that orders by `bm25` says by `search` that only matches are meant.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L415",
    subcode: "L415",
    name: "rank-filters",
    severity: Severity::Warning,
    summary: "A query that orders by `bm25` says by `search` that only matches are meant.",
    explanation: "Ordering by `bm25` drops all rows that do not match its text. A `search` with the same text says so.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n    }\n    return { $d.title }\n    order { bm25($d.title, \"graph\") }\n    limit 10\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n    order { bm25($d.title, \"graph\") }\n    limit 10\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        let ranked = read
            .order
            .iter()
            .find(|key| matches!(&key.expression.kind, ExpressionKind::Call(call) if call.function == Function::Bm25));
        let searches = view.calls().iter().any(|call| call.function.is_text_predicate());
        if let (Some(key), false) = (ranked, searches) {
            found.push(
                Finding::new(&RULE, key.span, "ordering by `bm25` drops rows that do not match").help("a `search` clause says so"),
            );
        }
    }
}
