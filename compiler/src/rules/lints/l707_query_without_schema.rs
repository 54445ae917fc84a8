//! L707: a query file belongs to a schema.

use std::collections::HashSet;

use crate::db::SourceFile;
use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L707",
    subcode: "L707",
    name: "query-without-schema",
    severity: Severity::Error,
    summary: "A query file belongs to a schema.",
    explanation: "A query is checked against the nearest `.pg` file in its folder or above it, or against the one that \
                  the settings name. Without one, or where several are equally near, nothing but its syntax can be \
                  checked. A file that is none of this project's is left out by `exclude` in the settings.",
    fails: Example::Orphan("query q() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

const HELP: &str = "say which by `schema` in omnigraph.toml, or with --schema FILE.pg";

fn check(project: &ProjectView, found: &mut Vec<(SourceFile, Finding)>) {
    if project.has_schema {
        return;
    }
    let message = match project.rivals.as_slice() {
        [] => "no schema belongs to this file: there is no .pg file in its folder or above it".to_owned(),
        rivals => {
            let names: Vec<String> = rivals.iter().map(|path| format!("`{path}`")).collect();
            format!("this file could belong to several schemas: {}", names.join(", "))
        }
    };
    let mut told = HashSet::new();
    for query in project.queries() {
        if told.insert(query.file) {
            let place = Place::item(query.item, query.name.span);
            let finding = Finding::new(&RULE, place, message.clone()).label("not checked");
            found.push((query.file, finding.help(HELP)));
        }
    }
}
