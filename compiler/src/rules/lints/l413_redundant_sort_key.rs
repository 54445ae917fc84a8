//! L413: every sort key can decide the order of two rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L413",
    subcode: "L413",
    name: "redundant-sort-key",
    severity: Severity::Info,
    summary: "Every sort key can decide the order of two rows.",
    explanation: "After the key of the only node, or of a value that all rows share, there is nothing left to order.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n    order { $p.handle, $p.age }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n    order { $p.age, $p.handle }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let (Some(read), Some(pattern)) = (view.reads().next(), view.pattern) else {
        return;
    };
    // With one node per row, and no links, its key decides.
    let matched = pattern.result.root.conjunction();
    let [only] = matched.nodes.as_slice() else {
        return;
    };
    if !view.is_flat() || pattern.result.grouped || !matched.links.is_empty() || view.multiplies_rows() {
        return;
    }
    let spans: Vec<Span> = read.order.iter().map(|key| key.span).collect();
    let mut decided: Option<Span> = None;
    for (index, key) in read.order.iter().enumerate() {
        let Side::Property { var, property, .. } = view.side(&key.expression, 0) else {
            return;
        };
        if let Some(before) = decided {
            found.push(
                Finding::new(&RULE, key.span, "this key never decides")
                    .also(before, "no two rows are equal by this one")
                    .safe_fix("remove it", vec![view.without_element(&spans, index)]),
            );
            return;
        }
        let own = [property.to_owned()];
        let unique = view.node(*only).is_some_and(|node| node.key == own);
        if var == Some(*only) && unique {
            decided = Some(key.span);
        }
    }
}
