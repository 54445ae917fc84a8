//! L403: a limit can be reached.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L403",
    subcode: "L403",
    name: "redundant-limit",
    severity: Severity::Info,
    summary: "A limit can be reached.",
    explanation: "The query has one row at most.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person { handle: \"ada\" }\n    }\n    return { $p.name }\n    limit 5\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person { handle: \"ada\" }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    view.parts().iter().for_each(|part| check_part(view, part, found));
}

fn check_part(view: &View, PartView { read, part, handed, .. }: &PartView, found: &mut Vec<Finding>) {
    let Some(limit) = &read.limit else { return };
    let matched = part.root.conjunction();
    let one = part.is_one_group()
        || handed.is_empty() && matched.nodes.iter().all(|var| view.is_pinned(*var))
            && matched.links.iter().all(|link| link.edge_variable.is_none())
            && !view.multiplies_rows();
    // With an offset, there is none.
    if one && read.offset.is_none() && read.after.is_none() && matches!(limit.amount, Amount::Number(1..)) {
        found.push(Finding::new(&RULE, limit.span, "there is one row at most").safe_fix(
            "remove the limit",
            vec![view.without(limit.span)],
        ));
    }
}
