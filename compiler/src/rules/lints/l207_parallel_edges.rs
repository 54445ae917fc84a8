//! L207: an edge that is inserted cannot be there twice.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L207",
    subcode: "L207",
    name: "parallel-edges",
    severity: Severity::Info,
    summary: "An edge that is inserted cannot be there twice.",
    explanation: "The edge type has no `@unique(src, dst)`: inserting the same pair again makes a second edge. Off unless the settings ask for it.",
    fails: Example::Query("query q($h: String) {\n    insert Follows { from: $h, to: $h }\n}\n"),
    passes: Example::Project {
        schema: "node Person { handle: String @key }\nedge Follows: Person -> Person { @unique(src, dst) }\n",
        query: "query q($h: String) {\n    insert Follows { from: $h, to: $h }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let Statement::Insert(insert) = statement else { continue };
        let Some(edge) = view.names.edge(&insert.ty.text) else {
            continue;
        };
        let ends = |set: &Vec<String>| set.iter().all(|column| matches!(column.as_str(), "src" | "dst"));
        if view.names.node(&insert.ty.text).is_none() && !is_to_one(&edge) && !edge.unique.iter().any(ends) {
            let message = format!("inserting a `{}` again makes a second edge", edge.name);
            let path = Place::of_type(DeclarationKind::Edge, &edge.name);
            found.push(Finding::new(&RULE, insert.ty.span, message).also(path, "`@unique(src, dst)` would keep it single"));
        }
    }
}
