//! L408: a traversal can be followed.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L408",
    subcode: "L408",
    name: "impossible-bounds",
    severity: Severity::Warning,
    summary: "A traversal can be followed.",
    explanation: "An edge between two different types cannot be followed twice in a row, so this finds nothing.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote{2,3} $d\n    }\n    return { $p.name, $d.title }\n}\n",
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
        if edge.from != edge.to && least > 1 {
            let message = format!("`{}` leads to another type: {least} hops are impossible", edge.name);
            found.push(Finding::new(&RULE, hops.span, message).label("finds nothing"));
        }
    }
}
