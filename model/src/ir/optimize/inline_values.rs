//! What `let` gives a variable takes the variable's place, where computing it there costs no more than keeping it: a constant,
//! a property, a small expression, or one that is read once. Filters on it can then be moved like any other.

use std::collections::BTreeMap;

use super::Pass;
use crate::ir::spine::{Spine, Step};
use crate::ir::walk::Vars;
use crate::ir::{ColumnType, Expression, Operator, Var};

pub(super) const PASS: Pass = Pass {
    name: "inline-values",
    summary: "puts small values of `let` where they are read",
    run: inlined,
};

/// Parts of a value that is computed wherever it is read.
const SMALL: usize = 8;

/// Levels of a value that takes the place of its variable; chains of values would become too deep to walk.
const DEEPEST: usize = 48;

fn inlined(mut plan: Operator) -> Operator {
    let mut lets: Vec<(Var, Expression)> = Vec::new();
    let mut reads: BTreeMap<Var, usize> = BTreeMap::new();
    // Outside of its block, such a variable is another: null without a match, or of one block or the other.
    let mut handed_on = Vars::new();
    plan.visit(&mut |operator| {
        match operator {
            Operator::Let { variable, value, .. } => lets.push((*variable, value.clone())),
            Operator::Optional { variables, .. } => handed_on.extend(variables),
            Operator::Either { variables, .. } => {
                let all = variables.iter().flat_map(|common| &common.within);
                handed_on.extend(all.chain(variables.iter().map(|common| &common.variable)));
            }
            _ => {}
        }
        for expression in operator.expressions() {
            count(expression, &mut reads);
        }
    });
    let mut values: BTreeMap<Var, Expression> = BTreeMap::new();
    // From the leaf upwards: each behind those that it reads.
    for (variable, mut value) in lets.into_iter().rev().filter(|(own, _)| !handed_on.contains(own)) {
        replace(&mut value, &values);
        let once = reads.get(&variable).is_none_or(|reads| *reads <= 1);
        if (once || is_small(&value)) && value.depth() <= DEEPEST && !is_rounded(&value) {
            values.insert(variable, value);
        }
    }
    if values.is_empty() {
        return plan;
    }
    plan.visit_expressions_mut(&mut |expression| replace(expression, &values));
    without(Spine::of(plan), &values).into_operator()
}

fn count(expression: &Expression, reads: &mut BTreeMap<Var, usize>) {
    // What a comprehension reads, it reads for each item.
    let times = match expression {
        Expression::Comprehension { .. } => 2,
        _ => 1,
    };
    expression.visit(&mut |part| {
        if let Expression::Value { variable, .. } = part {
            *reads.entry(*variable).or_default() += times;
        }
    });
}

fn replace(expression: &mut Expression, values: &BTreeMap<Var, Expression>) {
    if let Expression::Value { variable, .. } = expression {
        if let Some(value) = values.get(variable) {
            *expression = value.clone();
        }
        return;
    }
    expression
        .parts_mut()
        .into_iter()
        .for_each(|part| replace(part, values));
}

fn is_small(value: &Expression) -> bool {
    let mut parts = 0;
    value.visit(&mut |_| parts += 1);
    parts <= SMALL
}

/// Whether the value is another one beside an F32: there, a number that is written out is rounded, and one that a variable
/// holds is not.
fn is_rounded(value: &Expression) -> bool {
    let is_number = match value.value_type() {
        Some(ColumnType::Value(ty)) => ty.scalar.is_numeric(),
        _ => false,
    };
    match value {
        Expression::Parameter { .. } => is_number,
        Expression::Literal { value, .. } => is_number && !value.is_single(),
        _ => false,
    }
}

/// The plan without the operators that bound these variables.
fn without(spine: Spine, values: &BTreeMap<Var, Expression>) -> Spine {
    let steps = spine.steps.into_iter().filter_map(|step| match step {
        Step::Let(variable, _) if values.contains_key(&variable) => None,
        Step::Join { right, on } => Some(Step::Join {
            right: without(right, values),
            on,
        }),
        other => Some(other.map_inners(|inner| without(inner, values))),
    });
    Spine {
        steps: steps.collect(),
        leaf: spine.leaf.map_stage(|stage| without(stage, values)),
    }
}
