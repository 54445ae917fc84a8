//! L605: names of queries are in snake_case, and those of reads do not sound like changes.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L605",
    subcode: "L605",
    name: "query-naming",
    severity: Severity::Info,
    summary: "Names of queries are in snake_case, and those of reads do not sound like changes.",
    explanation: "A name in one style is found more easily. A read called `delete_…` frightens its callers. Off unless the settings ask for it.",
    fails: Example::Query("query delete_view() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query("query people() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let name = &view.tree.name;
    if snake_case(&name.text) != name.text {
        found.push(Finding::new(&RULE, name.span, format!("`{}` is not in snake_case", name.text)));
    }
    let verbs = ["add_", "create_", "delete_", "insert_", "remove_", "set_", "update_"];
    if view.reads().next().is_some() && verbs.iter().any(|verb| name.text.starts_with(verb)) {
        found.push(Finding::new(
            &RULE,
            name.span,
            format!("`{}` sounds like a change, but reads", name.text),
        ));
    }
}
