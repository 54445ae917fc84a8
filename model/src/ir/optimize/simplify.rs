//! Predicates in their plainest form: a text predicate compared with `true` is the predicate itself, and what is always
//! true is dropped. A conjunction becomes one predicate for each of its parts.

use super::Pass;
use crate::ir::spine::{Spine, Step};
use crate::ir::{Comparison, Expression};
use crate::types::Value;
use crate::vocabulary::functions::Operation;

pub(super) const PASS: Pass = Pass {
    name: "simplify",
    summary: "writes predicates in their plainest form",
    run: |operator| simplified(Spine::of(operator)).into_operator(),
};

fn simplified(spine: Spine) -> Spine {
    let steps = spine.steps.into_iter().flat_map(|step| match step {
        Step::Filter(predicate) => {
            let mut parts = Vec::new();
            conjuncts(predicate, &mut parts);
            parts.retain(|part| !is_bool(part, true));
            parts.into_iter().map(Step::Filter).collect()
        }
        Step::Join { right, on } => vec![Step::Join {
            right: simplified(right),
            on,
        }],
        other => vec![other.map_inners(simplified)],
    });
    Spine {
        steps: steps.collect(),
        leaf: spine.leaf.map_stage(simplified),
    }
}

/// A filter keeps what all parts of a conjunction are true for.
fn conjuncts(predicate: Expression, found: &mut Vec<Expression>) {
    match predicate {
        Expression::Call {
            operation: Operation::And,
            arguments,
            ..
        } => arguments.into_iter().for_each(|part| conjuncts(part, found)),
        other => found.push(plain(other)),
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
