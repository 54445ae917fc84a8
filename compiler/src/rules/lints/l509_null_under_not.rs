//! L509: a negated comparison of a property that may be null says what becomes of nulls.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L509",
    subcode: "L509",
    name: "null-under-not",
    severity: Severity::Info,
    summary: "A negated comparison of a property that may be null says what becomes of nulls.",
    explanation: "A comparison with a null is unknown, and so is its negation: neither keeps the row. Who means all \
                  other rows adds those without a value.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        (not ($p.age = 3))\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        ($p.age != 3 or $p.age is null)\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (scope, expression) in view.expressions() {
        let ExpressionKind::Unary(unary) = &expression.kind else {
            continue;
        };
        let ExpressionKind::Compare(comparison) = &unary.operand.kind else {
            continue;
        };
        if unary.op != UnaryOperator::Not {
            continue;
        }
        let sides = [&comparison.left, &comparison.right];
        let nullable = |side: &&&Expression| matches!(view.side(side, scope), Side::Property { ty, .. } if ty.nullable);
        let mut missing = sides.iter().filter(nullable).map(|side| view.written_at(side.span));
        let (Some(property), None) = (missing.next(), missing.next()) else {
            continue;
        };
        let finding = Finding::new(&RULE, unary.operand.span, format!("rows without `{property}` are left out, too"))
            .label("unknown where it is null");
        if comparison.op != Comparator::Equal {
            found.push(finding.help(format!("`or {property} is null` keeps them")));
            continue;
        }
        let [left, right] = sides.map(|side| view.written_at(side.span));
        let text = format!("({left} != {right} or {property} is null)");
        found.push(finding.maybe_fix("keep rows without a value", vec![(expression.span, text)]));
    }
}
