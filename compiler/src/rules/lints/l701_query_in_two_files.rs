//! L701: a name stands for one query in the whole project.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L701",
    subcode: "L701",
    name: "query-in-two-files",
    severity: Severity::Error,
    summary: "A name stands for one query in the whole project.",
    explanation: "A bundle of queries is asked by name, so it can hold each name once.",
    fails: Example::Query(
        "// file: one.gq\nquery q() {\n    match { $p: Person }\n    return { $p.name }\n}\n// file: two.gq\nquery q() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
    ),
    passes: Example::Query(
        "// file: one.gq\nquery q() {\n    match { $p: Person }\n    return { $p.name }\n}\n// file: two.gq\nquery r() {\n    match { $d: Doc }\n    return { $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

use std::collections::HashMap;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let mut firsts: HashMap<&str, &QueryAt> = HashMap::new();
    for query in project.queries() {
        let first = *firsts.entry(&query.name.text).or_insert(query);
        if first.file != query.file {
            let message = format!(
                "`{}` is declared in `{}`, too",
                query.name.text,
                project.path(first.file)
            );
            found.push((
                query.file,
                Finding::new(&RULE, Place::item(query.item, query.name.span), message),
            ));
        }
    }
}
