//! L421: a node with vectors is not returned as a whole.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L421",
    subcode: "L421",
    name: "whole-node",
    severity: Severity::Info,
    summary: "A node with vectors is not returned as a whole.",
    explanation: "A vector is hundreds of numbers that no reader of the result wants. Name the properties.",
    fails: Example::Query("query q() {\n    match {\n        $d: Doc\n    }\n    return { $d }\n}\n"),
    passes: Example::Query("query q() {\n    match {\n        $d: Doc\n    }\n    return { $d.slug, $d.title }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        let scope = view.scope_of(&read.pattern).unwrap_or_default();
        for projection in &read.projections {
            let ExpressionKind::Variable(name) = &projection.expression.kind else {
                continue;
            };
            let node = view.environment.lookup(scope, name).and_then(|var| view.node(var));
            let vector = node.and_then(|node| {
                node.properties
                    .iter()
                    .find(|p| matches!(p.ty.scalar, Scalar::Vector(_)))
            });
            if let (Some(node), Some(vector)) = (node, vector)
                && !view.environment.parameters.contains_key(name)
            {
                let message = format!("every row carries the vector `{}.{}`", node.name, vector.name);
                found.push(Finding::new(&RULE, projection.expression.span, message).help("name the properties that are wanted"));
            }
        }
    }
}
