//! L203: an insert of a type with a key says what becomes of every nullable property.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L203",
    subcode: "L203",
    name: "insert-resets",
    severity: Severity::Info,
    summary: "An insert of a type with a key says what becomes of every nullable property.",
    explanation: "Inserting a key that exists replaces the row: what is not assigned becomes null. Use `update` to change a part. Off unless the settings ask for it.",
    fails: Example::Query("query q($h: String) {\n    insert Doc { slug: $h, title: $h }\n}\n"),
    passes: Example::Query(
        "query q($h: String) {\n    insert Doc { slug: $h, title: $h, year: 1, seen: now(), vec: [1.0, 2.0], scan: \"\" }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let Statement::Insert(insert) = statement else { continue };
        let Some(node) = view.names.node(&insert.ty.text) else {
            continue;
        };
        let assigned = |name: &str| insert.assignments.iter().any(|a| a.property.text == name);
        let embedded = |name: &str| node.embeds.iter().any(|embed| embed.target == name);
        let missing = node.properties.iter().filter(|p| p.ty.nullable && p.default.is_none());
        let missing: Vec<String> = missing
            .filter(|p| !assigned(&p.name) && !embedded(&p.name))
            .map(|p| format!("`{}`", p.name))
            .collect();
        if !node.key.is_empty() && !missing.is_empty() {
            let message = format!(
                "inserting a `{}` that exists sets {} to null",
                node.name,
                missing.join(", ")
            );
            found.push(Finding::new(&RULE, insert.ty.span, message).help("`update` changes a part of a node"));
        }
    }
}
