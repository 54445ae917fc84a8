//! L402: a query with `limit` says by `order` which rows come first.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L402",
    subcode: "L402",
    name: "limit-without-order",
    severity: Severity::Warning,
    summary: "A query with `limit` says by `order` which rows come first.",
    explanation: "Which rows are left is then decided by ids alone: the answer looks arbitrary to whoever reads it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n    limit 10\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n    order { $p.name }\n    limit 10\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    view.parts().iter().for_each(|part| check_part(view, part, found));
    if let Some(union) = view.union()
        && union.order.is_empty()
        && let Some(limit) = union.limits().next()
        && limit.amount != Amount::Number(0)
    {
        let finding = Finding::new(&RULE, limit.span, "nothing says which rows come first");
        found.push(finding.label("those of the first branch"));
    }
}

fn check_part(view: &View, PartView { read, part, handed, .. }: &PartView, found: &mut Vec<Finding>) {
    let Some(limit) = read.limits().next() else { return };
    let one_row = part.is_one_group()
        || handed.is_empty()
            && part.root.conjunction().nodes.iter().all(|var| view.is_pinned(*var)) && !view.multiplies_rows();
    if !read.order.is_empty() || one_row || limit.amount == Amount::Number(0) {
        return;
    }
    let finding = Finding::new(&RULE, limit.span, "nothing says which rows come first").label("of an unsaid order");
    let first = read
        .projections
        .iter()
        .find_map(|projection| match &projection.expression.kind {
            ExpressionKind::Property { .. } => Some(view.written_at(projection.expression.span)),
            _ => None,
        });
    found.push(match first {
        Some(first) => {
            // On a line of its own if `limit` has one.
            let before = &view.text[..limit.span.start as usize];
            let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
            let gap = match before[..before.len() - indent].ends_with('\n') {
                true => format!("\n{}", &before[before.len() - indent..]),
                false => " ".to_owned(),
            };
            let edit = (Span::at(limit.span.start as usize), format!("order {{ {first} }}{gap}"));
            finding.maybe_fix(format!("order by `{first}`"), vec![edit])
        }
        None => finding,
    });
}
