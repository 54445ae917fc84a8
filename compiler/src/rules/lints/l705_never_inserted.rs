//! L705: every node type that queries read is inserted by some query.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L705",
    subcode: "L705",
    name: "never-inserted",
    severity: Severity::Info,
    summary: "Every node type that queries read is inserted by some query.",
    explanation: "Queries read the type, but none creates nodes of it: it can only be loaded. Off unless the settings ask for it.",
    fails: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\nquery r($h: String) {\n    insert Person { handle: $h, name: $h, role: \"guest\" }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Project(check),
};

use std::collections::HashSet;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let Some(file) = project.schema else { return };
    let all = || project.queries().map(|query| &query.lints.usage);
    let inserted: HashSet<&str> = all()
        .flat_map(|usage| usage.inserted.iter().map(String::as_str))
        .collect();
    let reading = all().filter(|usage| usage.is_read);
    let read: HashSet<&str> = reading
        .flat_map(|usage| usage.types.keys().map(String::as_str))
        .collect();
    for node in &project.shape.nodes {
        if read.contains(node.name.as_str()) && !inserted.contains(node.name.as_str()) {
            let place = Place::of_type(DeclarationKind::Node, &node.name);
            found.push((
                file,
                Finding::new(&RULE, place, format!("no query inserts `{}`", node.name)),
            ));
        }
    }
}
