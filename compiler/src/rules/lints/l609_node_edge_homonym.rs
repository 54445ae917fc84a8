//! L609: no node and edge share a name.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L609",
    subcode: "L609",
    name: "node-edge-homonym",
    severity: Severity::Warning,
    summary: "No node and edge share a name.",
    explanation: "In a mutation the name means the node; the edge can never be inserted.",
    fails: Example::Project {
        schema: "node Likes { code: String @key }\nedge Likes: Likes -> Likes\n",
        query: "query q() {\n    match {\n        $p: Likes\n    }\n    return { $p.code }\n}\n",
    },
    passes: Example::Project {
        schema: "node Liking { code: String @key }\nedge Likes: Liking -> Liking\n",
        query: "query q() {\n    match {\n        $p: Liking\n    }\n    return { $p.code }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

use std::collections::HashSet;

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    let Some(file) = project.schema else { return };
    let nodes: HashSet<&str> = project.shape.nodes.iter().map(|node| node.name.as_str()).collect();
    for edge in &project.shape.edges {
        if nodes.contains(edge.name.as_str()) {
            let path = |kind| Place::of_type(kind, &edge.name);
            let message = format!("`{}` is a node and an edge", edge.name);
            let finding = Finding::new(&RULE, path(DeclarationKind::Edge), message).label("the edge");
            found.push((file, finding.also(path(DeclarationKind::Node), "the node")));
        }
    }
}
