//! L205: a deleted node takes no edges along.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L205",
    subcode: "L205",
    name: "cascade",
    severity: Severity::Info,
    summary: "A deleted node takes no edges along.",
    explanation: "Edges that begin or end at a deleted node are deleted with it. The message names their types. Off unless the settings ask for it.",
    fails: Example::Query("query q($h: String) {\n    delete Doc where slug = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    delete Follows where from = $h\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let Statement::Delete(_) = statement else { continue };
        let (Some(ty), Some(place)) = (view.written_type(statement), statement.ty().or(statement.subject())) else {
            continue;
        };
        let Some(node) = view.names.node(&ty) else {
            continue;
        };
        let catalog = view.names.catalog();
        let edges = catalog
            .edges
            .values()
            .filter(|edge| edge.from == node.name || edge.to == node.name);
        let edges: Vec<String> = edges.map(|edge| format!("`{}`", edge.name)).collect();
        if !edges.is_empty() {
            let message = format!("deleting a `{}` also deletes its {} edges", node.name, edges.join(", "));
            found.push(Finding::new(&RULE, place.span, message));
        }
    }
}
