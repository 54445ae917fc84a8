//! L510: a whole quotient comes from `div`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L510",
    subcode: "L510",
    name: "cast-of-quotient",
    severity: Severity::Info,
    summary: "A whole quotient comes from `div`.",
    explanation: "`/` divides as F64, which holds not every I64, and `cast` cuts off what is behind the point. `div` \
                  divides integers exactly, towards zero.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { cast($p.age / 2 as I64) as half }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { div($p.age, 2) as half }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (scope, expression) in view.expressions() {
        let ExpressionKind::Cast(cast) = &expression.kind else { continue };
        let ExpressionKind::Binary(quotient) = &cast.operand.kind else {
            continue;
        };
        let to_integer = Scalar::from_word(&cast.ty.name.text).is_some_and(Scalar::is_integer);
        let integers = [&quotient.left, &quotient.right]
            .into_iter()
            .all(|side| match view.side(side, scope) {
                Side::Property { ty, .. } | Side::Parameter { ty, .. } => !ty.list && ty.scalar.is_integer(),
                Side::Literal(literal) => matches!(literal, Literal::Integer(_) | Literal::Unsigned(_)),
                Side::Other => false,
            });
        if quotient.op != BinaryOperator::Divide || !to_integer || !integers {
            continue;
        }
        let [left, right] = [&quotient.left, &quotient.right].map(|side| view.written_at(side.span));
        let text = format!("div({left}, {right})");
        found.push(
            Finding::new(&RULE, expression.span, "`div` divides integers exactly")
                .label("through F64")
                .maybe_fix(format!("write `{text}`"), vec![(expression.span, text)]),
        );
    }
}
