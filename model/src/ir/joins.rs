//! The parts of a block brought together by the equalities between them.

use std::collections::{BTreeMap, BTreeSet};

use super::walk::Vars;
use super::*;
use crate::types::Scalar;

/// A part of a block's plan and what it binds.
pub(super) struct Tree {
    pub operator: Operator,
    pub bound: Vars,
}

/// Brings the parts together: next always one that an equality links to what is joined already, if there is any.
pub(super) fn join(trees: Vec<Tree>, predicates: &[Expression]) -> Tree {
    let mut tree_of: BTreeMap<Var, usize> = BTreeMap::new();
    for (index, tree) in trees.iter().enumerate() {
        tree_of.extend(tree.bound.iter().map(|var| (*var, index)));
    }
    // Which trees an equality links, both ways.
    let mut linked: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for predicate in predicates {
        if let Some((a, b)) = equated(predicate)
            && let (Some(a), Some(b)) = (tree_of.get(&a), tree_of.get(&b))
        {
            linked.entry(*a).or_default().push(*b);
            linked.entry(*b).or_default().push(*a);
        }
    }
    let mut waiting: BTreeMap<usize, Tree> = trees.into_iter().enumerate().collect();
    let mut reachable: BTreeSet<usize> = BTreeSet::new();
    let mut joined: Option<Tree> = None;
    loop {
        let near = reachable.iter().copied().find(|index| waiting.contains_key(index));
        let Some(index) = near.or_else(|| waiting.keys().next().copied()) else {
            break;
        };
        let Some(tree) = waiting.remove(&index) else { break };
        reachable.extend(linked.remove(&index).unwrap_or_default());
        reachable.remove(&index);
        joined = Some(match joined {
            None => tree,
            Some(mut left) => {
                left.bound.extend(tree.bound);
                Tree {
                    operator: Operator::Join {
                        left: Box::new(left.operator),
                        right: Box::new(tree.operator),
                        on: Vec::new(),
                    },
                    bound: left.bound,
                }
            }
        });
    }
    joined.unwrap_or(Tree {
        operator: Operator::Unit,
        bound: Vars::new(),
    })
}

/// The variables on the two sides of an equality, if each side has one.
fn equated(predicate: &Expression) -> Option<(Var, Var)> {
    let Expression::Compare {
        left,
        comparison: Comparison::Equal,
        right,
    } = predicate
    else {
        return None;
    };
    let single = |side: &Expression| side.variables().into_iter().next();
    Some((single(left)?, single(right)?))
}

/// The sides of an equality between the two sets of variables, in their order.
pub(super) fn equates(predicate: &Expression, left: &Vars, right: &Vars) -> Option<(Expression, Expression)> {
    let Expression::Compare {
        left: a,
        comparison: Comparison::Equal,
        right: b,
    } = predicate
    else {
        return None;
    };
    // Lists with a null item are not equal to themselves, so no key is made of them.
    let is_list = |expression: &Expression| match expression.value_type() {
        Some(ColumnType::Value(ty)) => ty.list || matches!(ty.scalar, Scalar::Vector(_)),
        Some(_) | None => false,
    };
    if is_list(a) || is_list(b) {
        return None;
    }
    let within = |expression: &Expression, set: &Vars| {
        let variables = expression.variables();
        !variables.is_empty() && variables.is_subset(set)
    };
    if within(a, left) && within(b, right) {
        Some(((**a).clone(), (**b).clone()))
    } else if within(b, left) && within(a, right) {
        Some(((**b).clone(), (**a).clone()))
    } else {
        None
    }
}
