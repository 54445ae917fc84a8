//! L704: every type and property is read by some query.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L704",
    subcode: "L704",
    name: "never-read",
    severity: Severity::Info,
    summary: "Every type and property is read by some query.",
    explanation: "Nothing in the project reads it. Loads may fill it for nothing, or a query is missing. Off unless the settings ask for it.",
    fails: Example::Project {
        schema: "node Person { name: String @key age: I32? }\n",
        query: "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n",
    },
    passes: Example::Project {
        schema: "node Person { name: String @key age: I32? }\n",
        query: "query q() {\n    match {\n        $p: Person\n        $p.age > 3\n    }\n    return { $p.name }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Project(check),
};

use std::collections::HashSet;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let (Some(file), false) = (project.schema, project.queries().next().is_none()) else {
        return;
    };
    let all = || project.usages();
    let types: HashSet<&str> = all().flat_map(|usage| usage.types.keys().map(String::as_str)).collect();
    let whole: HashSet<&str> = all().flat_map(|usage| usage.whole.iter().map(String::as_str)).collect();
    let used: HashSet<(&str, &str)> = all()
        .flat_map(|usage| {
            usage
                .properties
                .keys()
                .map(|used| (used.owner.as_str(), used.property.as_str()))
        })
        .collect();
    let nodes = project
        .shape
        .nodes
        .iter()
        .map(|node| (DeclarationKind::Node, &node.name, &node.properties));
    let edges = project
        .shape
        .edges
        .iter()
        .map(|edge| (DeclarationKind::Edge, &edge.name, &edge.properties));
    for (kind, name, properties) in nodes.chain(edges) {
        if !types.contains(name.as_str()) {
            let place = Place::of_type(kind, name);
            found.push((file, Finding::new(&RULE, place, format!("no query uses `{name}`"))));
            continue;
        }
        for property in properties {
            let read = used.contains(&(name.as_str(), property.name.as_str())) || whole.contains(name.as_str());
            if !read && !property.single.key && property.direct {
                let place = Place::of_property(kind, name, &property.name);
                found.push((
                    file,
                    Finding::new(&RULE, place, format!("no query reads `{name}.{}`", property.name)),
                ));
            }
        }
    }
}
