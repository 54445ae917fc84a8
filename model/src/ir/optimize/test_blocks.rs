//! A number of solutions that is only asked whether there is any is a test: `count { … } > 0` is `exists { … }`, which ends at the
//! first solution.

use std::collections::BTreeMap;

use super::Pass;
use crate::ir::spine::{Nested, Spine, Step};
use crate::ir::{Aggregate, AggregateFunction, Comparison, Expression, Operator, Var};
use crate::types::Value;
use crate::vocabulary::functions::Operation;

pub(super) const PASS: Pass = Pass {
    name: "test-blocks",
    summary: "asks a block for one solution where only that there is any matters",
    run: |operator| {
        let reads = reads(&operator);
        tested(Spine::of(operator), &reads).into_operator()
    },
};

/// How often the value of each variable is read.
type Reads = BTreeMap<Var, usize>;

fn reads(root: &Operator) -> Reads {
    let mut reads = Reads::new();
    root.visit(&mut |operator| {
        for expression in operator.expressions() {
            expression.visit(&mut |part| {
                if let Expression::Value { variable, .. } = part {
                    *reads.entry(*variable).or_default() += 1;
                }
            });
        }
    });
    reads
}

fn tested(spine: Spine, reads: &Reads) -> Spine {
    // The values that a test can take the place of, and whether there must be none of what they are made of.
    let mut tests: BTreeMap<Var, bool> = BTreeMap::new();
    let mut counted: BTreeMap<Var, AggregateFunction> = BTreeMap::new();
    let mut steps = Vec::with_capacity(spine.steps.len());
    for step in spine.steps {
        match step {
            Step::Nested(Nested::Fold { variable, aggregate }, inners) => {
                if tells_existence(&aggregate) && reads.get(&variable) == Some(&1) {
                    counted.insert(variable, aggregate.function);
                }
                steps.push(Step::Nested(Nested::Fold { variable, aggregate }, inners));
            }
            Step::Filter(predicate) => match existence(&predicate, &counted) {
                Some((variable, negated)) => {
                    tests.insert(variable, negated);
                }
                None => steps.push(Step::Filter(predicate)),
            },
            other => steps.push(other),
        }
    }
    let steps = steps.into_iter().map(|step| match step {
        Step::Nested(Nested::Fold { variable, aggregate }, inners) => {
            let inners = inners.into_iter().map(|inner| tested(inner, reads)).collect();
            match tests.get(&variable) {
                Some(negated) => Step::Nested(Nested::Test { negated: *negated }, inners),
                None => Step::Nested(Nested::Fold { variable, aggregate }, inners),
            }
        }
        Step::Join { right, on } => Step::Join {
            right: tested(right, reads),
            on,
        },
        other => other.map_inners(|inner| tested(inner, reads)),
    });
    Spine {
        steps: steps.collect(),
        leaf: spine.leaf.map_stage(|stage| tested(stage, reads)),
    }
}

/// Whether an aggregate says how many rows there are, or whether there are any, and nothing else.
fn tells_existence(aggregate: &Aggregate) -> bool {
    let always = match &aggregate.argument {
        Expression::Literal { value, .. } => match aggregate.function {
            AggregateFunction::Count => *value != Value::Null,
            AggregateFunction::Any => *value == Value::Bool(true),
            _ => false,
        },
        _ => false,
    };
    always && !aggregate.distinct
}

/// The value that a predicate reads, and whether it wants none of what that is made of. Such a value is never null.
fn existence(predicate: &Expression, counted: &BTreeMap<Var, AggregateFunction>) -> Option<(Var, bool)> {
    let of = |expression: &Expression, function| match expression {
        Expression::Value { variable, .. } if counted.get(variable) == Some(&function) => Some(*variable),
        _ => None,
    };
    match predicate {
        Expression::Call {
            operation: Operation::Not,
            arguments,
            ..
        } => {
            let [operand] = arguments.as_slice() else { return None };
            existence(operand, counted).map(|(variable, negated)| (variable, !negated))
        }
        Expression::Compare {
            left,
            comparison,
            right,
        } => {
            let (variable, comparison, number) = match (of(left, AggregateFunction::Count), number(right)) {
                (Some(variable), Some(number)) => (variable, *comparison, number),
                _ => (
                    of(right, AggregateFunction::Count)?,
                    mirrored(*comparison),
                    number(left)?,
                ),
            };
            let negated = match (comparison, number) {
                (Comparison::Greater | Comparison::NotEqual, 0) | (Comparison::GreaterEqual, 1) => false,
                (Comparison::Equal | Comparison::LessEqual, 0) | (Comparison::Less, 1) => true,
                _ => return None,
            };
            Some((variable, negated))
        }
        value => of(value, AggregateFunction::Any).map(|variable| (variable, false)),
    }
}

/// The comparison with its sides exchanged.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        other => other,
    }
}

fn number(expression: &Expression) -> Option<i64> {
    match expression {
        Expression::Literal {
            value: Value::Integer(number),
            ..
        } => Some(*number),
        _ => None,
    }
}
