//! L801: bounds say something.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L801",
    subcode: "L801",
    name: "redundant-bounds",
    severity: Severity::Info,
    summary: "Bounds say something.",
    explanation: "`{1,1}` is one hop, as without bounds.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p follows{1,1} $q\n    }\n    return { $p.name, $q.name as other }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p follows $q\n    }\n    return { $p.name, $q.name as other }\n}\n",
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
        if least == 1 && most == 1 {
            let message = format!("`{}` is followed once, with or without bounds", edge.name);
            found.push(Finding::new(&RULE, hops.span, message).safe_fix("drop the bounds", vec![(hops.span, String::new())]));
        }
    }
}
