//! Walks that repeat no edge, or no node: all within bounds, or the first few by their number of edges.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;

use datafusion::common::Result;
use rustc_hash::FxHashSet as HashSet;

use super::budget::Budget;
use super::link::{LINK, Link};
use super::shortest::Distances;
use super::view::{Hop, View};
use super::{Bounds, Found, Next};

/// Steps after which others get their turn.
const TURN: usize = 1 << 14;

/// All walks between two nodes that repeat no edge, or no node.
#[derive(Debug)]
pub(super) struct Trails {
    source: u32,
    target: u32,
    bounds: Bounds,
    /// Whether nodes are not repeated either.
    simple: bool,
    /// Edges, or nodes, of the walk.
    used: HashSet<u32>,
    /// For each step what it could be yet, and for all but the last what it is now.
    open: Vec<Vec<Hop>>,
    taken: Vec<Hop>,
}

impl Trails {
    /// `left`: the edges from a node to the target.
    pub(super) fn new(view: &View, source: u32, target: u32, bounds: Bounds, simple: bool, left: &Distances) -> Trails {
        let mut trails = Trails {
            source,
            target,
            bounds,
            simple,
            used: HashSet::default(),
            open: Vec::new(),
            taken: Vec::new(),
        };
        if simple {
            trails.used.insert(source);
        }
        trails.open_from(view, source, left);
        trails
    }

    fn key(&self, hop: Hop) -> u32 {
        match self.simple {
            true => hop.node,
            false => hop.edge,
        }
    }

    fn open_from(&mut self, view: &View, node: u32, left: &Distances) {
        let length = self.taken.len() as u32 + 1;
        let mut hops = Vec::new();
        view.leave(node, |hop| {
            let within = |rest: u32| self.bounds.max.is_none_or(|max| length.saturating_add(rest) <= max);
            if !self.used.contains(&self.key(hop)) && left.get(hop.node).is_some_and(within) {
                hops.push(hop);
            }
        });
        self.open.push(hops);
    }

    pub(super) fn next(&mut self, view: &View, left: &Distances, budget: &Budget, found: &mut Found) -> Result<Next> {
        for _ in 0..TURN {
            let Some(hops) = self.open.last_mut() else {
                return Ok(Next::Done);
            };
            let next = hops.pop();
            if self.taken.len() == self.open.len()
                && let Some(last) = self.taken.pop()
            {
                self.used.remove(&self.key(last));
            }
            let Some(hop) = next else {
                self.open.pop();
                continue;
            };
            self.taken.push(hop);
            self.used.insert(self.key(hop));
            self.open_from(view, hop.node, left);
            budget.hold(64 * self.open.len() + 16 * self.used.capacity())?;
            if hop.node == self.target && self.taken.len() >= self.bounds.min as usize {
                found.walk(self.source, &self.taken, None);
                return Ok(Next::Found);
            }
        }
        Ok(Next::Later)
    }
}

/// The beginning of a walk: how long it is at least, when it is at its end, and the walk.
#[derive(Debug)]
struct Part {
    length: u32,
    walk: Option<Arc<Link>>,
    node: u32,
    edges: u32,
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Part) -> Ordering {
        self.length
            .cmp(&other.length)
            .then_with(|| Link::compare(&self.walk, &other.walk))
    }
}

/// The first walks between two nodes that repeat no edge, by the number of edges, then by the sequence. Beginnings are taken in
/// the order of the least that can become of them, so that what is at its end comes in order.
#[derive(Debug)]
pub(super) struct Several {
    source: u32,
    target: u32,
    bounds: Bounds,
    wanted: u64,
    parts: BinaryHeap<Reverse<Part>>,
    /// Steps of all beginnings that were ever made: no less than there are.
    links: usize,
}

impl Several {
    pub(super) fn new(source: u32, target: u32, bounds: Bounds, wanted: u64) -> Several {
        let start = Part {
            length: 0,
            walk: None,
            node: source,
            edges: 0,
        };
        Several {
            source,
            target,
            bounds,
            wanted,
            parts: BinaryHeap::from([Reverse(start)]),
            links: 0,
        }
    }

    pub(super) fn next(&mut self, view: &View, left: &Distances, budget: &Budget, found: &mut Found) -> Result<Next> {
        if self.wanted == 0 {
            return Ok(Next::Done);
        }
        for _ in 0..TURN {
            let Some(Reverse(part)) = self.parts.pop() else {
                return Ok(Next::Done);
            };
            let edges = part.edges + 1;
            view.leave(part.node, |hop| {
                let Some(rest) = left.get(hop.node) else { return };
                let length = edges.saturating_add(rest);
                if self.bounds.max.is_none_or(|max| length <= max) && !Link::has_edge(&part.walk, hop.edge) {
                    self.links += 1;
                    self.parts.push(Reverse(Part {
                        length,
                        walk: Some(Link::new(part.walk.clone(), hop, view)),
                        node: hop.node,
                        edges,
                    }));
                }
            });
            budget.hold(LINK * self.links + size_of::<Part>() * self.parts.capacity())?;
            if part.node == self.target && part.edges >= self.bounds.min {
                found.walk(self.source, &Link::hops(&part.walk), None);
                self.wanted -= 1;
                return Ok(Next::Found);
            }
        }
        Ok(Next::Later)
    }
}
