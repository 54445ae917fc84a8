//! L423: `distinct` removes rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L423",
    subcode: "L423",
    name: "idle-distinct",
    severity: Severity::Info,
    summary: "`distinct` removes rows.",
    explanation: "Groups differ in what they are grouped by, and nodes in their keys: where the columns hold either, \
                  no two rows are equal.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return distinct { $p.role, count($p) as n }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.role, count($p) as n }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for PartView { read, part, .. } in view.results() {
        if let Some(word) = read.distinct
            && let Some(reason) = reason(view, read, part)
        {
            found.push(finding(view, word, reason));
        }
    }
}

const DROPPED: &str = "the union returns them once";

/// Why it changes nothing.
fn reason(view: &View, read: &Read, part: &omnigraph_model::ir::pattern::Part) -> Option<&'static str> {
    // Without an order of its own, the union returns rows as they come first in its branches.
    let drops = view.union().is_some_and(|union| union.all.is_none() && !union.order.is_empty());
    if drops && read.limits().next().is_none() {
        return Some(DROPPED);
    }
    let columns = || read.projections.iter().map(|projection| &projection.expression);
    Some(match columns().any(holds_aggregate) {
        // What stands beside an aggregate in one column is a key that is not shown alone.
        true if columns().all(|column| is_aggregate(column) || !holds_aggregate(column)) => "groups differ in their keys",
        true => return None,
        false if !view.is_flat() => return None,
        false => {
            let block = part.root.conjunction();
            let ([node], [], [], [], []) = (
                &*block.nodes,
                &*block.links,
                &*block.definitions,
                &*block.optionals,
                &*block.eithers,
            ) else {
                return None;
            };
            let identifies = |column: &Expression| match &column.kind {
                ExpressionKind::Variable(name) => {
                    // A parameter is the same in every row, and a name of a parameter is the parameter.
                    let is_parameter = view.environment.parameters.contains_key(name);
                    !is_parameter && view.environment.lookup(0, name) == Some(*node)
                }
                ExpressionKind::Property { property, .. } => {
                    property.text == "id" || view.node(*node).is_some_and(|node| node.key == [property.text.as_str()])
                }
                _ => false,
            };
            match columns().any(identifies) {
                true => "every row is another node",
                false => return None,
            }
        }
    })
}

fn finding(view: &View, word: Span, reason: &str) -> Finding {
    let message = match reason {
        DROPPED => "equal rows are dropped in any case",
        _ => "no two rows are equal",
    };
    let rest = &view.text[word.end as usize..];
    let spaces = rest.len() - rest.trim_start().len();
    let span = Span {
        end: word.end + spaces as u32,
        ..word
    };
    Finding::new(&RULE, word, message)
        .label(reason)
        .safe_fix("delete `distinct`", vec![(span, String::new())])
}

fn is_aggregate(column: &Expression) -> bool {
    matches!(&column.kind, ExpressionKind::Call(call) if call.function.is_aggregate())
}

fn holds_aggregate(column: &Expression) -> bool {
    is_aggregate(column) || column.operands().into_iter().any(holds_aggregate)
}
