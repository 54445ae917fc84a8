//! The values that a block gives variables, each behind those that it reads: first those that conditions, nested blocks and
//! lists read, then those that only the result does.

use std::collections::BTreeMap;

use super::pattern::{Conjunction, Definition, Fold, Term};
use super::walk::Vars;
use super::{Expression, Var};

/// A value of a block.
#[derive(Clone, Copy)]
pub(super) enum Value<'p> {
    /// Of `let` or `each`.
    Definition(Definition<'p>),
    /// Of a nested block.
    Fold(Fold<'p>),
}

impl Value<'_> {
    fn variable(&self) -> Var {
        match self {
            Value::Definition(definition) => definition.variable,
            Value::Fold(fold) => fold.variable,
        }
    }

    /// What has to be bound before it.
    fn reads(&self) -> Vars {
        match self {
            Value::Definition(definition) => definition.value.variables(),
            Value::Fold(fold) => {
                let mut reads = inside(fold.inner);
                fold.aggregate
                    .expressions()
                    .for_each(|own| reads.extend(own.variables()));
                reads
            }
        }
    }
}

/// The values of a block in two lists: what is read before rows are dropped, and what only the result reads.
pub(super) fn in_turn<'p>(block: &Conjunction<'p>, predicates: &[Expression]) -> (Vec<Value<'p>>, Vec<Value<'p>>) {
    let definitions = block.definitions.iter().copied().map(Value::Definition);
    let values: Vec<Value<'p>> = definitions
        .chain(block.folds.iter().copied().map(Value::Fold))
        .collect();
    let mut read: Vars = predicates.iter().flat_map(Expression::variables).collect();
    block.tests.iter().for_each(|test| read.extend(inside(test.inner)));
    let mut early = vec![false; values.len()];
    loop {
        let next = values.iter().zip(&early).position(|(value, early)| {
            let multiplies = matches!(value, Value::Definition(definition) if definition.each);
            !early && (multiplies || read.contains(&value.variable()))
        });
        let Some(next) = next else { break };
        early[next] = true;
        read.extend(values[next].reads());
    }
    let picked = |wanted: bool| {
        let of = values.iter().zip(&early).filter(|(_, early)| **early == wanted);
        sorted(of.map(|(value, _)| *value).collect())
    };
    (picked(true), picked(false))
}

/// Each behind those of the same list that it reads, else in their order. Checking has refused cycles.
fn sorted(values: Vec<Value<'_>>) -> Vec<Value<'_>> {
    let mut waiting: BTreeMap<usize, Value<'_>> = values.into_iter().enumerate().collect();
    let mut sorted = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = waiting.iter().find(|(index, value)| {
            let reads = value.reads();
            let others = waiting.iter().filter(|(other, _)| other != index);
            !others.into_iter().any(|(_, other)| reads.contains(&other.variable()))
        });
        let index = free.or_else(|| waiting.iter().next()).map(|(index, _)| *index);
        sorted.extend(index.and_then(|index| waiting.remove(&index)));
    }
    sorted
}

/// The variables that a nested block mentions, its own and those outside.
fn inside(block: &Term) -> Vars {
    let mut read = Vars::new();
    block.visit(&mut |term| match term {
        Term::Condition(own) | Term::Let(_, own) | Term::Each(_, own) => read.extend(own.variables()),
        Term::Fold(_, aggregate, _) => aggregate.expressions().for_each(|own| read.extend(own.variables())),
        Term::All(_) | Term::Node(_) | Term::Link(_) | Term::Not(_) | Term::Exists(_) => {}
    });
    read
}
