//! L202: a mutation takes parameters.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L202",
    subcode: "L202",
    name: "constant-mutation",
    severity: Severity::Warning,
    summary: "A mutation takes parameters.",
    explanation: "Without parameters it can only ever make the same change. Such a query is mostly a leftover of a test.",
    fails: Example::Query("query q() {\n    delete Person where handle = \"ada\"\n}\n"),
    passes: Example::Query("query q($h: String) {\n    delete Person where handle = $h\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    if !view.written().is_empty() && view.tree.parameters.is_empty() {
        let message = format!("the mutation `{}` takes no parameters", view.tree.name.text);
        found.push(Finding::new(&RULE, view.tree.name.span, message).label("always the same change"));
    }
}
