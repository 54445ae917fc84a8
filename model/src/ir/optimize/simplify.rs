//! Predicates in their plainest form: a text predicate compared with `true` is the predicate itself, and what is always
//! true is dropped.

use super::Pass;
use crate::ir::spine::{Spine, Step};
use crate::ir::{Comparison, Expression};
use crate::types::Value;

pub(super) const PASS: Pass = Pass {
    name: "simplify",
    summary: "writes predicates in their plainest form",
    run: |operator| simplified(Spine::of(operator)).into_operator(),
};

fn simplified(spine: Spine) -> Spine {
    let steps = spine.steps.into_iter().filter_map(|step| match step {
        Step::Filter(predicate) => {
            let predicate = plain(predicate);
            (!is_bool(&predicate, true)).then_some(Step::Filter(predicate))
        }
        Step::Join { right, on } => Some(Step::Join {
            right: simplified(right),
            on,
        }),
        Step::SemiJoin { inner, negated } => Some(Step::SemiJoin {
            inner: simplified(inner),
            negated,
        }),
        other => Some(other),
    });
    Spine {
        steps: steps.collect(),
        leaf: spine.leaf,
    }
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
            if matches!(comparison, Comparison::Equal | Comparison::NotEqual)
                && is_bool(&constant, comparison == Comparison::Equal) =>
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
