//! L405: a traversal over several hops has few of them, and starts at few nodes.

use omnigraph_grammar::query::ast::Search;

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L405",
    subcode: "L405",
    name: "unbounded-fan-out",
    severity: Severity::Warning,
    summary: "A traversal over several hops has few of them, and starts at few nodes.",
    explanation: "What is reached grows with every hop. More than four, or a start that is every node of a type, is rarely meant.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p follows{1,6} $q\n    }\n    return { $q.name }\n}\n",
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
    for (scope, step) in view.traversals() {
        let Some(hops) = &step.hops else { continue };
        let Some((most, _)) = hops.max.filter(|(most, _)| *most > 1) else {
            continue;
        };
        let Some(edge) = view.names.edge(&step.edge.text).filter(|edge| edge.from == edge.to) else {
            continue;
        };
        let ends = [&step.source, &step.target].map(|name| view.environment.lookup(scope, &name.text));
        let restricted = ends.iter().flatten().any(|var| view.is_filtered(*var) || scope > 0);
        let others = view.traversals().any(|(_, other)| {
            other.span != step.span
                && [&other.source.text, &other.target.text]
                    .iter()
                    .any(|n| **n == step.source.text || **n == step.target.text)
        });
        let message = match (most > 4, restricted || others) {
            (true, _) => format!("up to {most} hops of `{}`", edge.name),
            (false, false) => format!("`{}` is followed from every node", edge.name),
            (false, true) => continue,
        };
        found.push(Finding::new(&RULE, hops.span, message).label("what is reached grows with every hop"));
    }
    for (step, search) in view.walks() {
        // A search that finds one path stops at it.
        if !matches!(search, Some(Search::Trail | Search::Simple)) {
            continue;
        }
        let hops = step.hops.as_ref();
        if let Some((hops, (most, _))) = hops.and_then(|hops| Some((hops, hops.max?))).filter(|(_, max)| max.0 > 8) {
            let edges: Vec<&str> = step.edges().map(|edge| edge.text.as_str()).collect();
            let message = format!("every path of up to {most} hops of `{}`", edges.join("|"));
            found.push(Finding::new(&RULE, hops.span, message).label("the number of paths grows with every hop"));
        }
    }
}
