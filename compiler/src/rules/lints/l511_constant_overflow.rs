//! L511: a constant fits I64.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L511",
    subcode: "L511",
    name: "constant-overflow",
    severity: Severity::Warning,
    summary: "A constant fits I64.",
    explanation: "An integer that is computed from literals alone and does not fit fails every time that it is asked \
                  for, with R001.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age < 9223372036854775807 + 1\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age < 9223372036854775807\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let mut inside: Vec<Span> = Vec::new();
    for (_, expression) in view.expressions() {
        let within = |outer: &Span| outer.start <= expression.span.start && expression.span.end <= outer.end;
        if !matches!(expression.kind, ExpressionKind::Binary(_)) || inside.iter().any(within) {
            continue;
        }
        if let Some(value) = value(expression)
            && i64::try_from(value).is_err()
        {
            inside.push(expression.span);
            found.push(Finding::new(&RULE, expression.span, format!("{value} does not fit I64")).label("fails with R001"));
        }
    }
}

/// The integer that an expression of literals has; none if a part of it does not fit already, or may be a U64.
fn value(expression: &Expression) -> Option<i128> {
    let fits = |value: &i128| i64::try_from(*value).is_ok();
    match &expression.kind {
        ExpressionKind::Literal(Literal::Integer(number)) => Some((*number).into()),
        ExpressionKind::Unary(unary) if unary.op == UnaryOperator::Negate => Some(-value(&unary.operand).filter(fits)?),
        ExpressionKind::Binary(binary) => {
            let (left, right) = (value(&binary.left).filter(fits)?, value(&binary.right).filter(fits)?);
            match binary.op {
                BinaryOperator::Add => Some(left + right),
                BinaryOperator::Subtract => Some(left - right),
                BinaryOperator::Multiply => Some(left * right),
                _ => None,
            }
        }
        _ => None,
    }
}
