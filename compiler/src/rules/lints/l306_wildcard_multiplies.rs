//! L306: `$_` outside of nested blocks stands where it cannot repeat rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L306",
    subcode: "L306",
    name: "wildcard-multiplies",
    severity: Severity::Info,
    summary: "`$_` outside of `not` and `exists` stands where it cannot repeat rows.",
    explanation: "Each node that `$_` stands for gives a row, so rows come several times. Wrap the clause with `exists { … }` if only existence matters.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $_\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        exists { $p wrote $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    if view.aggregates() || !view.is_flat() {
        return;
    }
    for (scope, step) in view.traversals() {
        let wild = [(&step.source, &step.target), (&step.target, &step.source)];
        let Some((wild, other)) = wild.into_iter().find(|(name, _)| name.text == "_") else {
            continue;
        };
        if !view.is_outermost(scope) || other.text == "_" || step.edge_variable.is_some() {
            continue;
        }
        if let Some(edge) = view.names.edge(&step.edge.text) {
            let forward = view.environment.lookup(scope, &other.text).and_then(|var| view.node(var));
            let from_source = edge.from != edge.to && forward.is_some_and(|node| node.name == edge.from);
            if is_to_one(&edge) && from_source {
                continue;
            }
        }
        let text = format!("exists {{ {} }}", view.written_at(step.span));
        found.push(
            Finding::new(&RULE, wild.span, "each node that `$_` stands for gives a row")
                .label("repeats rows")
                .maybe_fix("ask for existence alone", vec![(step.span, text)]),
        );
    }
}
