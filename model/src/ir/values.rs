//! What a block binds beside the nodes and edges of its links, each behind those that it reads: values, alternatives, and
//! what is optional. Values that only the result reads come last.

use std::collections::BTreeMap;

use super::pattern::{Conjunction, Definition, Either, Fold, Term};
use super::walk::Vars;
use super::{Expression, Var};

/// A part of a block that binds variables.
#[derive(Clone, Copy)]
pub(super) enum Value<'p> {
    /// Of `let` or `each`.
    Definition(Definition<'p>),
    /// Of a nested block.
    Fold(Fold<'p>),
    /// `either`.
    Either(Either<'p>),
    /// `optional`.
    Optional(&'p Term),
}

impl Value<'_> {
    fn binds(&self) -> Vec<Var> {
        match self {
            Value::Definition(definition) => vec![definition.variable],
            Value::Fold(fold) => vec![fold.variable],
            Value::Either(either) => either.variables.iter().map(|common| common.variable).collect(),
            Value::Optional(inner) => inner.bound(),
        }
    }

    /// What has to be bound before it.
    pub(super) fn reads(&self) -> Vars {
        match self {
            Value::Definition(definition) => definition.value.variables(),
            Value::Fold(fold) => {
                let mut reads = inside(fold.inner);
                fold.aggregate
                    .expressions()
                    .for_each(|own| reads.extend(own.variables()));
                reads
            }
            Value::Either(either) => either.branches.iter().flat_map(free).collect(),
            Value::Optional(inner) => free(inner),
        }
    }

    /// Whether rows are dropped or multiplied by it, so that it cannot wait for the result.
    fn counts(&self) -> bool {
        match self {
            Value::Definition(definition) => definition.each,
            Value::Fold(_) => false,
            Value::Either(_) | Value::Optional(_) => true,
        }
    }
}

/// What a block binds in two lists: what is read before rows are dropped, and what only the result reads.
pub(super) fn in_turn<'p>(block: &Conjunction<'p>, predicates: &[Expression]) -> (Vec<Value<'p>>, Vec<Value<'p>>) {
    let definitions = block.definitions.iter().copied().map(Value::Definition);
    let values: Vec<Value<'p>> = definitions
        .chain(block.folds.iter().copied().map(Value::Fold))
        .chain(block.eithers.iter().copied().map(Value::Either))
        .chain(block.optionals.iter().copied().map(Value::Optional))
        .collect();
    let mut read: Vars = predicates.iter().flat_map(Expression::variables).collect();
    block.tests.iter().for_each(|test| read.extend(inside(test.inner)));
    let mut early = vec![false; values.len()];
    loop {
        let next = values.iter().zip(&early).position(|(value, early)| {
            !early && (value.counts() || value.binds().iter().any(|own| read.contains(own)))
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
            let mut others = waiting.iter().filter(|(other, _)| other != index);
            !others.any(|(_, other)| other.binds().iter().any(|own| reads.contains(own)))
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
        Term::All(_)
        | Term::Node(_)
        | Term::Link(_)
        | Term::Not(_)
        | Term::Exists(_)
        | Term::Optional(_)
        | Term::Either(..) => {}
    });
    read
}

/// The variables of those outside that a nested block mentions.
fn free(block: &Term) -> Vars {
    let (mut mentioned, mut bound) = (inside(block), Vars::new());
    block.visit(&mut |term| match term {
        Term::Node(variable) | Term::Let(variable, _) | Term::Each(variable, _) | Term::Fold(variable, ..) => {
            bound.insert(*variable);
        }
        Term::Link(link) => {
            mentioned.extend([link.from, link.to]);
            bound.extend(link.edge_variable);
        }
        Term::All(_) | Term::Condition(_) | Term::Not(_) | Term::Exists(_) | Term::Optional(_) | Term::Either(..) => {}
    });
    mentioned.difference(&bound).copied().collect()
}
