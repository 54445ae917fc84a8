//! L702: no two queries are the same but for their names.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L702",
    subcode: "L702",
    name: "same-query-twice",
    severity: Severity::Info,
    summary: "No two queries are the same but for their names.",
    explanation: "One of them can go, or one of them is not what it was meant to be.",
    fails: Example::Query(
        "query a() {\n    match { $p: Person }\n    return { $p.name as n }\n}\nquery b() {\n    match { $q: Person }\n    return { $q.name as n }\n}\n",
    ),
    passes: Example::Query(
        "query a() {\n    match { $p: Person }\n    return { $p.name as n }\n}\nquery b() {\n    match { $q: Doc }\n    return { $q.title as n }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

use std::collections::HashMap;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let mut firsts: HashMap<[u8; 32], &QueryAt> = HashMap::new();
    for query in project.queries() {
        let Some(body) = query.lints.usage.body else { continue };
        let first = *firsts.entry(body).or_insert(query);
        if (first.file, first.item) != (query.file, query.item) && first.name.text != query.name.text {
            let message = format!("`{}` asks the same as `{}`", query.name.text, first.name.text);
            let finding = Finding::new(&RULE, Place::item(query.item, query.name.span), message);
            found.push((
                query.file,
                finding.note(format!("`{}` is in `{}`", first.name.text, project.path(first.file))),
            ));
        }
    }
}
