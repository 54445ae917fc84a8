//! L417: an aggregate counts each value once.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L417",
    subcode: "L417",
    name: "double-count",
    severity: Severity::Warning,
    summary: "An aggregate counts each value once.",
    explanation: "Two branches from one node are combined: each follower is counted once for every document. Count in two queries, or leave one branch out.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p follows $f\n        $p wrote $d\n    }\n    return { $p.handle, count($f) as n }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p follows $f\n    }\n    return { $p.handle, count($f) as n }\n}\n",
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
    if !pattern.result.grouped || !view.is_flat() {
        return;
    }
    let matched = pattern.result.root.conjunction();
    let neighbours = |var| {
        let links = matched.links.iter();
        links.filter_map(move |link| {
            if link.from == var {
                Some((link.to, link))
            } else if link.to == var {
                Some((link.from, link))
            } else {
                None
            }
        })
    };
    let used_in_results = |var| view.mentions.iter().any(|m| m.var == var && m.role == Role::Returned);
    for projection in &read.projections {
        let ExpressionKind::Call(call) = &projection.expression.kind else {
            continue;
        };
        let argument = match call.arguments.first().map(|argument| &argument.kind) {
            Some(ExpressionKind::Variable(name)) => name,
            Some(ExpressionKind::Property { variable, .. }) => &variable.text,
            _ => continue,
        };
        if matches!(call.function, Function::Min | Function::Max) {
            continue;
        }
        let Some(counted) = view.environment.lookup(0, argument) else {
            continue;
        };
        for (hub, _) in neighbours(counted) {
            // A branch that only the hub leads to, that nothing reads, and that has more than one row.
            let other = neighbours(hub).find(|(other, link)| {
                let to_one = view
                    .names
                    .edge(&link.edge)
                    .is_some_and(|edge| is_to_one(&edge) && link.from == hub);
                *other != counted
                    && *other != hub
                    && neighbours(*other).count() == 1
                    && !used_in_results(*other)
                    && !to_one
                    && !view.is_pinned(*other)
            });
            if let Some((other, link)) = other
                && used_in_results(hub)
                && neighbours(counted).count() == 1
            {
                let span = view.mentions.iter().find(|m| m.var == other).map(|m| m.span);
                let message = format!("`${argument}` is counted once for every `{}` edge", link.edge);
                let finding = Finding::new(&RULE, projection.expression.span, message);
                found.push(match span {
                    Some(span) => finding.also(span, "this branch repeats the rows"),
                    None => finding.label("rows of two branches are combined"),
                });
                break;
            }
        }
    }
}
