//! The walks that cost least: from one node to several, in the order of cost, number of edges and sequence.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use datafusion::common::Result;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::Bounds;
use super::budget::Budget;
use super::link::{LINK, Link};
use super::view::{Hop, View, Weights};
use crate::error::EvaluationCode;

/// A sum of weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sum {
    Integer(u128),
    Float(f64),
}

impl Sum {
    fn plus(self, weights: Option<(&Weights, usize)>) -> Sum {
        match (self, weights) {
            (Sum::Integer(sum), Some((Weights::Integer(weights), edge))) => {
                Sum::Integer(sum + u128::from(weights[edge]))
            }
            (Sum::Float(sum), Some((Weights::Float(weights), edge))) => Sum::Float(sum + weights[edge]),
            (sum, _) => sum,
        }
    }

    fn compare(self, other: Sum) -> Ordering {
        match (self, other) {
            (Sum::Integer(l), Sum::Integer(r)) => l.cmp(&r),
            (Sum::Float(l), Sum::Float(r)) => l.total_cmp(&r),
            _ => Ordering::Equal,
        }
    }
}

/// A walk that has come this far.
#[derive(Debug)]
struct Label {
    cost: Sum,
    edges: u32,
    walk: Option<Arc<Link>>,
    node: u32,
}

impl PartialEq for Label {
    fn eq(&self, other: &Label) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Label {}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Label) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Label) -> Ordering {
        let by_edges = || self.edges.cmp(&other.edges);
        let by_walk = || Link::compare(&self.walk, &other.walk);
        self.cost.compare(other.cost).then_with(by_edges).then_with(by_walk)
    }
}

/// A walk that was looked for.
#[derive(Debug)]
pub(super) struct Cheap {
    pub hops: Vec<Hop>,
    pub cost: Sum,
}

/// The cheapest walk within the bounds to each of some nodes. A walk that costs no less than another to the same node, and has
/// no fewer edges, is of no use; short of the least number of edges only one that has as many replaces another.
pub(super) fn cheapest(
    view: &View,
    source: u32,
    mut targets: HashSet<u32>,
    bounds: Bounds,
    zero: Sum,
    budget: &Budget,
) -> Result<HashMap<u32, Cheap>> {
    let mut found = HashMap::default();
    let mut short: HashSet<(u32, u32)> = HashSet::default();
    let mut fewest: HashMap<u32, u32> = HashMap::default();
    let mut labels = BinaryHeap::from([Reverse(Label {
        cost: zero,
        edges: 0,
        walk: None,
        node: source,
    })]);
    let mut links = 0;
    while let Some(Reverse(label)) = labels.pop() {
        let Label {
            cost,
            edges,
            walk,
            node,
        } = label;
        if edges < bounds.min {
            if !short.insert((node, edges)) {
                continue;
            }
        } else {
            if fewest.get(&node).is_some_and(|fewest| *fewest <= edges) {
                continue;
            }
            fewest.insert(node, edges);
            if targets.remove(&node) {
                check(cost, budget)?;
                let hops = Link::hops(&walk);
                found.insert(node, Cheap { hops, cost });
                if targets.is_empty() {
                    break;
                }
            }
        }
        if bounds.max.is_some_and(|max| edges >= max) {
            continue;
        }
        let edges = edges + 1;
        view.leave(node, |hop| {
            if edges >= bounds.min && fewest.get(&hop.node).is_some_and(|fewest| *fewest <= edges) {
                return;
            }
            links += 1;
            labels.push(Reverse(Label {
                cost: cost.plus(view.weights(hop)),
                edges,
                walk: Some(Link::new(walk.clone(), hop, view)),
                node: hop.node,
            }));
        });
        let known = 16 * (short.capacity() + fewest.capacity());
        budget.hold(LINK * links + size_of::<Label>() * labels.capacity() + known)?;
    }
    Ok(found)
}

/// Whether a sum fits its column.
fn check(cost: Sum, budget: &Budget) -> Result<()> {
    let (value, ty) = match cost {
        Sum::Integer(sum) if i64::try_from(sum).is_err() => (sum.to_string(), "I64"),
        Sum::Float(sum) if !sum.is_finite() => (sum.to_string(), "F64"),
        _ => return Ok(()),
    };
    Err(budget
        .place()
        .fail(EvaluationCode::Overflow, format!("{value} does not fit {ty}")))
}
