//! Walks with the fewest edges: from both ends at once for a single pair, from one end for many pairs that share it.

use datafusion::common::Result;
use rustc_hash::FxHashMap as HashMap;

use super::Found;
use super::budget::Budget;
use super::view::{Hop, View};

const FAR: u32 = u32::MAX;

/// The numbers of edges between a node and others.
#[derive(Debug)]
pub(super) enum Distances {
    Some(HashMap<u32, u32>),
    /// By node; [`FAR`] where there is no way.
    All(Vec<u32>),
}

impl Distances {
    pub(super) fn get(&self, node: u32) -> Option<u32> {
        match self {
            Distances::Some(known) => known.get(&node).copied(),
            Distances::All(known) => Some(known[node as usize]).filter(|distance| *distance != FAR),
        }
    }
}

/// The distance of every node that is at most `most` edges away, forward from a node or back from it.
pub(super) fn distances(
    view: &View,
    start: u32,
    forward: bool,
    most: Option<u32>,
    budget: &Budget,
) -> Result<Distances> {
    let most = most.unwrap_or(FAR - 1);
    let mut known = vec![FAR; view.node_count()];
    budget.hold(4 * known.len())?;
    known[start as usize] = 0;
    let (mut frontier, mut next) = (vec![start], Vec::new());
    let mut distance = 0;
    while distance < most && !frontier.is_empty() {
        distance += 1;
        for node in frontier.drain(..) {
            view.follow(node, forward, |hop| {
                let own = &mut known[hop.node as usize];
                if *own == FAR {
                    *own = distance;
                    next.push(hop.node);
                }
            });
        }
        std::mem::swap(&mut frontier, &mut next);
        budget.hold(4 * (known.len() + frontier.capacity() + next.capacity()))?;
    }
    Ok(Distances::All(known))
}

/// Bytes of an entry of a map of distances, with the space that a map leaves.
const ENTRY: usize = 16;

/// One side of a search from both ends.
struct Side {
    known: HashMap<u32, u32>,
    frontier: Vec<u32>,
    depth: u32,
    forward: bool,
}

impl Side {
    fn new(start: u32, forward: bool) -> Side {
        Side {
            known: [(start, 0)].into_iter().collect(),
            frontier: vec![start],
            depth: 0,
            forward,
        }
    }

    /// One edge further; the fewest edges of a walk that meets what the other side knows.
    fn advance(&mut self, view: &View, other: &Side) -> Option<u32> {
        self.depth += 1;
        let (depth, forward) = (self.depth, self.forward);
        let (mut met, mut next) = (None::<u32>, Vec::new());
        for node in std::mem::take(&mut self.frontier) {
            let known = &mut self.known;
            view.follow(node, forward, |hop| {
                if let Some(rest) = other.known.get(&hop.node) {
                    let length = depth + rest;
                    met = Some(met.map_or(length, |met| met.min(length)));
                }
                known.entry(hop.node).or_insert_with(|| {
                    next.push(hop.node);
                    depth
                });
            });
        }
        self.frontier = next;
        met
    }
}

/// The fewest edges of a walk between two nodes, at least one, and from every node on such a walk the edges that are left.
/// None if there is no walk of at most `most` edges.
pub(super) fn between(
    view: &View,
    source: u32,
    target: u32,
    most: Option<u32>,
    budget: &Budget,
) -> Result<Option<(u32, Distances)>> {
    let most = most.unwrap_or(FAR - 1);
    let (mut ahead, mut back) = (Side::new(source, true), Side::new(target, false));
    let mut best: Option<u32> = None;
    // Whatever is as long as both sides are deep has been seen.
    while ahead.depth + back.depth < best.unwrap_or(most).min(most) {
        if ahead.frontier.is_empty() || back.frontier.is_empty() {
            break;
        }
        let met = match ahead.frontier.len() <= back.frontier.len() {
            true => ahead.advance(view, &back),
            false => back.advance(view, &ahead),
        };
        best = [best, met].into_iter().flatten().min();
        budget.hold(ENTRY * (ahead.known.capacity() + back.known.capacity()))?;
    }
    let Some(length) = best.filter(|length| *length <= most) else {
        return Ok(None);
    };
    // Behind the middle every node knows what is left; before it, those on a walk do not yet.
    let middle = back.depth.min(length - 1);
    let mut left = back.known;
    let mut layer: Vec<u32> = left
        .iter()
        .filter(|(node, rest)| **rest == middle && ahead.known.get(*node) == Some(&(length - middle)))
        .map(|(node, _)| *node)
        .collect();
    if middle == 0 {
        layer = vec![target];
    }
    for rest in middle + 1..length {
        let mut next = Vec::new();
        for node in layer {
            view.arrive(node, |hop| {
                let on_walk = ahead.known.get(&hop.node) == Some(&(length - rest));
                if on_walk && left.insert(hop.node, rest) != Some(rest) {
                    next.push(hop.node);
                }
            });
        }
        layer = next;
        budget.hold(ENTRY * (ahead.known.capacity() + left.capacity()))?;
    }
    Ok(Some((length, Distances::Some(left))))
}

/// The fewest edges of a walk from a node, at least one, by what is left from its neighbours.
pub(super) fn length(view: &View, start: u32, forward: bool, left: &Distances) -> Option<u32> {
    let mut least: Option<u32> = None;
    view.follow(start, forward, |hop| {
        if let Some(rest) = left.get(hop.node) {
            least = Some(least.map_or(rest, |least| least.min(rest)));
        }
    });
    least.map(|rest| rest + 1)
}

/// The walk of `length` edges that is the least by its sequence of edges.
pub(super) fn least(view: &View, source: u32, length: u32, left: &Distances) -> Vec<Hop> {
    let mut walk = Vec::with_capacity(length as usize);
    let mut node = source;
    for rest in (0..length).rev() {
        let mut least: Option<Hop> = None;
        view.leave(node, |hop| {
            let nearer = left.get(hop.node) == Some(rest);
            if nearer && least.is_none_or(|least| view.compare(hop.edge, least.edge).is_lt()) {
                least = Some(hop);
            }
        });
        let Some(hop) = least else { break };
        walk.push(hop);
        node = hop.node;
    }
    walk
}

/// The least shortest walk from one node to every other.
#[derive(Debug)]
pub(super) struct Tree {
    /// By node: the edges of the walk.
    lengths: Vec<u32>,
    /// By node: the one before it, and the edge between.
    before: Vec<[u32; 2]>,
}

impl Tree {
    /// Nodes are met in the order of their walks, so that the first that leads to another is the least that does.
    pub(super) fn new(view: &View, source: u32, most: Option<u32>, budget: &Budget) -> Result<Tree> {
        let most = most.unwrap_or(FAR - 1);
        let nodes = view.node_count();
        budget.hold(12 * nodes)?;
        let (mut lengths, mut before) = (vec![FAR; nodes], vec![[FAR; 2]; nodes]);
        let (mut layer, mut length) = (vec![source], 0);
        while length < most && !layer.is_empty() {
            length += 1;
            let mut next: Vec<u32> = Vec::new();
            for node in layer {
                let first = next.len();
                view.leave(node, |hop| {
                    let place = hop.node as usize;
                    if lengths[place] == FAR {
                        lengths[place] = length;
                        before[place] = [node, hop.edge];
                        next.push(hop.node);
                    } else if lengths[place] == length
                        && before[place][0] == node
                        && view.compare(hop.edge, before[place][1]).is_lt()
                    {
                        before[place][1] = hop.edge;
                    }
                });
                next[first..].sort_by(|l, r| view.compare(before[*l as usize][1], before[*r as usize][1]));
            }
            layer = next;
            budget.hold(12 * nodes + 4 * layer.capacity())?;
        }
        Ok(Tree { lengths, before })
    }

    /// The walk to a node, if there is one.
    pub(super) fn walk(&self, target: u32) -> Option<Vec<Hop>> {
        let length = Some(self.lengths[target as usize]).filter(|length| *length != FAR)?;
        let mut walk = Vec::with_capacity(length as usize);
        let mut node = target;
        for _ in 0..length {
            let [before, edge] = self.before[node as usize];
            walk.push(Hop { node, edge, step: 0 });
            node = before;
        }
        walk.reverse();
        Some(walk)
    }
}

/// Goes through all walks of one length, given the distances from one end.
#[derive(Debug)]
pub(super) struct Layered {
    /// The end that the walks are followed from, and whether that is their source.
    start: u32,
    forward: bool,
    length: u32,
    /// For each step what it could be yet, and for all but the last what it is now.
    open: Vec<Vec<Hop>>,
    taken: Vec<Hop>,
}

impl Layered {
    /// `left`: from every node on such a walk the edges to the other end.
    pub(super) fn new(view: &View, start: u32, forward: bool, length: u32, left: &Distances) -> Layered {
        let mut walks = Layered {
            start,
            forward,
            length,
            open: Vec::new(),
            taken: Vec::new(),
        };
        walks.open_from(view, start, left);
        walks
    }

    fn open_from(&mut self, view: &View, node: u32, left: &Distances) {
        let rest = self.length - self.taken.len() as u32 - 1;
        let mut hops = Vec::new();
        view.follow(node, self.forward, |hop| {
            if left.get(hop.node) == Some(rest) {
                hops.push(hop);
            }
        });
        self.open.push(hops);
    }

    /// Finds the next walk, if there is one more.
    pub(super) fn next(&mut self, view: &View, left: &Distances, found: &mut Found) -> bool {
        while let Some(hops) = self.open.last_mut() {
            let next = hops.pop();
            self.taken.truncate(self.open.len() - 1);
            let Some(hop) = next else {
                self.open.pop();
                continue;
            };
            self.taken.push(hop);
            if self.taken.len() as u32 == self.length {
                match self.forward {
                    true => found.walk(self.start, &self.taken, None),
                    false => found.walk_back(self.start, &self.taken),
                }
                return true;
            }
            self.open_from(view, hop.node, left);
        }
        false
    }
}
