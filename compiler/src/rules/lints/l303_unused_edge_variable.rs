//! L303: an edge variable is read.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L303",
    subcode: "L303",
    name: "unused-edge-variable",
    severity: Severity::Warning,
    summary: "An edge variable is read.",
    explanation: "It is not read, yet it changes the rows: with it there is one row per edge, without it one row per pair.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p $e:follows $q\n    }\n    return { $p.name, $q.name as other }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p $e:follows $q\n    }\n    return { $p.name, $q.name as other, $e.since }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let walks = view.blocks.iter().flat_map(|block| {
        let walks = block.walks.iter().filter(|(_, search)| search.is_none());
        walks.map(|(step, _)| (block.scope, *step))
    });
    for (scope, step) in view.traversals().chain(walks) {
        let Some(edge) = &step.edge_variable else { continue };
        let Some(var) = view.environment.lookup(scope, &edge.text) else {
            continue;
        };
        if view.mentions.iter().filter(|mention| mention.var == var).count() == 1 {
            let cut = Span::new(
                edge.span.start as usize,
                step.edge.span.start as usize - usize::from(step.undirected),
            );
            found.push(
                Finding::new(&RULE, edge.span, format!("`${}` is never read", edge.text))
                    .label("still gives one row per edge")
                    .maybe_fix("remove it: one row a pair", vec![(cut, String::new())]),
            );
        }
    }
}
