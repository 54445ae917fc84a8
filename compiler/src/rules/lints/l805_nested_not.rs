//! L805: a `not` holds more than another `not`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L805",
    subcode: "L805",
    name: "nested-not",
    severity: Severity::Info,
    summary: "A `not` holds more than another `not`.",
    explanation: "`not { not { … } }` asks whether something exists. It is the way to say so today; the rule finds the places for the day there is a word for it. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { not { $p wrote $_ } }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { $p wrote $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        let (Some(negation), [only]) = (block.negation, block.clauses()) else {
            continue;
        };
        let is_negated = |inner: &BlockView| inner.negation.is_some() && inner.written.span == only.span();
        if view.blocks.iter().any(is_negated) {
            found.push(Finding::new(&RULE, negation.keyword, "this asks whether something exists"));
        }
    }
}
