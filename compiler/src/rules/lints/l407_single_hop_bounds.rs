//! L407: bounds stand where several hops are possible.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L407",
    subcode: "L407",
    name: "single-hop-bounds",
    severity: Severity::Info,
    summary: "Bounds stand where several hops are possible.",
    explanation: "An edge between two different types cannot be followed twice in a row: the first hop is the only one.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote{1,3} $d\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    return { $p.name, $d.title }\n}\n",
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
        let least = hops.min.0;
        let most = hops.max.map_or(0, |(most, _)| most);
        if edge.from != edge.to && least == 1 && most > 1 {
            let message = format!("`{}` leads to another type: there is one hop", edge.name);
            found.push(Finding::new(&RULE, hops.span, message).safe_fix("drop the bounds", vec![(hops.span, String::new())]));
        }
    }
}
