//! Predicates in their plainest form: a text predicate compared with `true` is the predicate itself, and what is always
//! true is dropped.

use super::Pass;
use crate::ir::{Comparison, Expression, Operator};
use crate::types::Value;

pub const PASS: Pass = Pass {
    name: "simplify",
    summary: "writes predicates in their plainest form",
    run,
};

fn run(operator: Operator) -> Operator {
    let operator = operator.map_inputs(&mut run);
    let Operator::Filter { input, predicate } = operator else {
        return operator;
    };
    let predicate = plain(predicate);
    if let Expression::Literal {
        value: Value::Bool(true),
        ..
    } = predicate
    {
        return *input;
    }
    Operator::Filter { input, predicate }
}

fn plain(predicate: Expression) -> Expression {
    let Expression::Compare {
        left,
        comparison,
        right,
    } = predicate
    else {
        return predicate;
    };
    match (*left, comparison, *right) {
        // Never null, so these say the same.
        (text @ Expression::Text { .. }, comparison, constant)
        | (constant, comparison, text @ Expression::Text { .. })
            if is_bool(&constant, comparison == Comparison::Equal)
                && matches!(comparison, Comparison::Equal | Comparison::NotEqual) =>
        {
            text
        }
        (left, comparison, right) => Expression::Compare {
            left: Box::new(left),
            comparison,
            right: Box::new(right),
        },
    }
}

fn is_bool(expression: &Expression, wanted: bool) -> bool {
    matches!(expression, Expression::Literal { value: Value::Bool(value), .. } if *value == wanted)
}
