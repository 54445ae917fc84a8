//! L416: a traversal is spelled in the direction of its edge.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L416",
    subcode: "L416",
    name: "reversed-traversal",
    severity: Severity::Info,
    summary: "A traversal is spelled in the direction of its edge.",
    explanation: "Both spellings mean the same; one direction throughout is easier to read. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $d: Doc\n        $d wrote $p\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $d: Doc\n        $p wrote $d\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (scope, step) in view.traversals() {
        let Some(edge) = view.names.edge(&step.edge.text).filter(|edge| edge.from != edge.to) else {
            continue;
        };
        let source = view
            .environment
            .lookup(scope, &step.source.text)
            .and_then(|var| view.node(var));
        let target = view
            .environment
            .lookup(scope, &step.target.text)
            .and_then(|var| view.node(var));
        let reversed =
            source.is_some_and(|node| node.name == edge.to) || target.is_some_and(|node| node.name == edge.from);
        if reversed && !step.undirected {
            let edits = vec![
                (step.source.span, view.written_at(step.target.span).to_owned()),
                (step.target.span, view.written_at(step.source.span).to_owned()),
            ];
            let message = format!("`{}` leads from `{}` to `{}`", edge.name, edge.from, edge.to);
            found.push(Finding::new(&RULE, step.span, message).label("spelled the other way").safe_fix(
                "swap the ends",
                edits,
            ));
        }
    }
}
