//! L409: a traversal over several hops leads to another variable.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L409",
    subcode: "L409",
    name: "self-reach",
    severity: Severity::Warning,
    summary: "A traversal over several hops leads to another variable.",
    explanation: "A node reaches itself by a self-loop alone: cycles over other nodes are not found this way.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person { handle: \"ada\" }\n        $p follows{1,3} $p\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person { handle: \"ada\" }\n        $p follows{1,3} $q\n    }\n    return { $q.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (_, step) in view.traversals() {
        let Some(hops) = &step.hops else { continue };
        let Some(edge) = view.names.edge(&step.edge.text) else {
            continue;
        };
        let most = hops.max.map_or(0, |(most, _)| most);
        if step.source.text == step.target.text && step.source.text != "_" && most > 1 {
            let message = format!(
                "`${}` reaches itself by a self-loop of `{}` alone",
                step.source.text, edge.name
            );
            found.push(Finding::new(&RULE, hops.span, message));
        }
    }
}
