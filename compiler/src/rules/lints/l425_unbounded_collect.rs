//! L425: a list that is collected has a limit.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L425",
    subcode: "L425",
    name: "unbounded-collect",
    severity: Severity::Info,
    summary: "A list that is collected has a limit.",
    explanation: "`collect` takes every value of a group into one cell of the result. `collect(… limit 100)` bounds \
                  it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.role, collect($p.name) as names }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.role, collect($p.name limit 100) as names }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for call in view.calls() {
        if call.function == Function::Collect && call.limit.is_none() {
            found.push(
                Finding::new(&RULE, call.span, "this list has no limit")
                    .label("every value of the group")
                    .help("`collect(… limit 100)` takes the first ones"),
            );
        }
    }
}
