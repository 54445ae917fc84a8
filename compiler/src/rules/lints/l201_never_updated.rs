//! L201: some query updates every nullable property of a type that queries update.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L201",
    subcode: "L201",
    name: "never-updated",
    severity: Severity::Warning,
    summary: "Some query updates every nullable property of a type that queries update.",
    explanation: "Queries update this type, but none of them ever sets this property: once a node is there, its value can only be given by a load. Keys and embedded vectors are left out. Off unless the settings ask for it.",
    fails: Example::Query("query q($h: String) {\n    update Doc set { title: $h } where slug = $h\n}\n"),
    passes: Example::Query(
        "query q($h: String) {\n    update Doc set { title: $h, year: 1, seen: now(), scan: \"\" } where slug = $h\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Project(check),
};

use std::collections::{BTreeMap, BTreeSet};

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let mut updated: BTreeMap<&str, (BTreeSet<&str>, &QueryAt)> = BTreeMap::new();
    for query in project.queries() {
        for (ty, set) in &query.lints.usage.updated {
            let entry = updated.entry(ty).or_insert_with(|| (BTreeSet::new(), query));
            entry.0.extend(set.iter().map(String::as_str));
        }
    }
    for (ty, (set, query)) in updated {
        let Some(node) = project.catalog.nodes.get(ty) else {
            continue;
        };
        for property in &node.properties {
            let exempt = !property.ty.nullable
                || node.key.contains(&property.name)
                || node.embeds.iter().any(|embed| embed.target == property.name)
                || matches!(property.ty.scalar, Scalar::Vector(_));
            if exempt || set.contains(property.name.as_str()) {
                continue;
            }
            let message = format!("no query that updates `{ty}` ever sets `{}`", property.name);
            let place = Place::item(query.item, query.name.span);
            let declared = Place::of_property(DeclarationKind::Node, ty, &property.name);
            let finding = Finding::new(&RULE, place, message).also(declared, "never updated");
            found.push((query.file, finding));
        }
    }
}
