//! L703: queries use nothing that the schema calls deprecated.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L703",
    subcode: "L703",
    name: "deprecated-schema",
    severity: Severity::Warning,
    summary: "Queries use nothing that the schema calls deprecated.",
    explanation: "A type or property with `@deprecated(\"…\")` is going to be removed; its text says what to use instead.",
    fails: Example::Project {
        schema: "node Person { name: String @key age: I32? @deprecated(\"see born\") }\n",
        query: "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.age }\n}\n",
    },
    passes: Example::Project {
        schema: "node Person { name: String @key age: I32? @deprecated(\"see born\") }\n",
        query: "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

use omnigraph_model::schema::Annotation;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let marked = |annotations: &[Annotation]| {
        let mark = annotations.iter().find(|annotation| annotation.name == "deprecated");
        mark.map(|annotation| annotation.value.clone().unwrap_or_default())
    };
    let nodes = project
        .shape
        .nodes
        .iter()
        .map(|node| (&node.name, &node.annotations, &node.properties));
    let edges = project
        .shape
        .edges
        .iter()
        .map(|edge| (&edge.name, &edge.annotations, &edge.properties));
    let mut types = std::collections::BTreeMap::new();
    let mut properties = std::collections::BTreeMap::new();
    for (name, annotations, members) in nodes.chain(edges) {
        if let Some(text) = marked(annotations) {
            types.insert(name.as_str(), text);
        }
        for member in members {
            if let Some(text) = marked(&member.annotations) {
                properties.insert((name.as_str(), member.name.as_str()), text);
            }
        }
    }
    if types.is_empty() && properties.is_empty() {
        return;
    }
    for query in project.queries() {
        let usage = &query.lints.usage;
        let mut tell = |span: Span, what: String, text: &str| {
            let finding = Finding::new(&RULE, Place::item(query.item, span), format!("{what} is deprecated"));
            let finding = if text.is_empty() {
                finding
            } else {
                finding.help(text.to_owned())
            };
            found.push((query.file, finding));
        };
        for (name, span) in &usage.types {
            if let Some(text) = types.get(name.as_str()) {
                tell(*span, format!("`{name}`"), text);
            }
        }
        for (used, span) in &usage.properties {
            if let Some(text) = properties.get(&(used.owner.as_str(), used.property.as_str())) {
                tell(*span, format!("`{}.{}`", used.owner, used.property), text);
            }
        }
    }
}
