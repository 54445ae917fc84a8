//! L608: a traversal spells its edge as the schema does, the first letter lowered.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L608",
    subcode: "L608",
    name: "edge-spelling",
    severity: Severity::Info,
    summary: "A traversal spells its edge as the schema does, the first letter lowered.",
    explanation: "Edges are found whatever the case of their letters; one spelling can be searched for. The declared \
                  spelling is fine as well, and the usual one for names such as `HAS_VERSION`.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p folloWS $q\n    }\n    return { $p.name, $q.name as other }\n}\n",
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
    let steps = view.traversals().map(|(_, step)| step);
    let steps = steps.chain(view.walks().map(|(step, _)| step));
    for written in steps.flat_map(|step| step.edges()) {
        let Some(edge) = view.names.edge(&written.text) else {
            continue;
        };
        let usual = spelled(&edge.name);
        if written.text != usual && written.text != edge.name {
            let path = Place::of_type(DeclarationKind::Edge, &edge.name);
            found.push(
                Finding::new(
                    &RULE,
                    written.span,
                    format!("`{}` is usually spelled `{usual}`", written.text),
                )
                .also(path, "declared here")
                .safe_fix(format!("spell it `{usual}`"), vec![(written.span, usual)]),
            );
        }
    }
}
