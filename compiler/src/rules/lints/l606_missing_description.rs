//! L606: a query has a description.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L606",
    subcode: "L606",
    name: "missing-description",
    severity: Severity::Info,
    summary: "A query has a description.",
    explanation: "Agents and people choose queries by what `@description` says. Off unless the settings ask for it.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query(
        "query q() @description(\"All names\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    if !view.tree.annotations.iter().any(|a| a.name.text == "description") {
        let name = &view.tree.name;
        found.push(Finding::new(&RULE, name.span, format!("`{}` has no `@description`", name.text)));
    }
}
