//! The matches of one link for one row.

use std::collections::HashMap;
use std::sync::Arc;

use omnigraph_model::ir::Direction;

use crate::derived::{Adjacency, Search, Steps};

/// A set of dense numbers.
#[derive(Clone, Debug)]
pub(crate) struct RowSet {
    words: Arc<Vec<u64>>,
}

impl RowSet {
    pub(crate) fn new(rows: usize) -> RowSet {
        RowSet {
            words: Arc::new(vec![0; rows.div_ceil(64)]),
        }
    }

    pub(crate) fn insert(&mut self, rows: &[u32]) {
        let words = Arc::make_mut(&mut self.words);
        for row in rows {
            words[*row as usize / 64] |= 1 << (row % 64);
        }
    }

    /// Ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros())?;
                word &= word - 1;
                Some(place as u32 * 64 + bit)
            })
        })
    }

    pub(crate) fn contains(&self, row: u32) -> bool {
        self.words
            .get(row as usize / 64)
            .is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// What a row fixes of its link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a> {
    pub from: u32,
    pub to: Option<u32>,
    pub edge: Option<u32>,
    /// The near ends of the closing links.
    pub closings: &'a [u32],
}

/// A further link of one hop that must lead to the same far node.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    pub adjacency: Arc<Adjacency>,
    pub direction: Direction,
}

/// Reached nodes that the memo may hold.
const MEMO_NODES: usize = 1 << 22;

/// Enumerates matches of one link, row by row.
pub(crate) struct Walk {
    adjacency: Arc<Adjacency>,
    direction: Direction,
    kind: Kind,
    closings: Vec<Closing>,
    nodes: Option<RowSet>,
    edges: Option<RowSet>,
    found_nodes: Vec<u32>,
    found_edges: Vec<u32>,
    scratch: Vec<u32>,
    /// Matches that were only counted.
    counted: (Vec<u32>, Vec<u32>),
}

enum Kind {
    /// Bounds that no edge of this type can satisfy.
    Nothing,
    /// One hop, each pair once.
    Pairs,
    /// One hop, each edge once.
    Edges,
    Reach {
        steps: Steps,
        search: Search,
        /// By start: what it reaches, sorted. Fan-out before this link brings the same start many times.
        memo: HashMap<u32, Arc<[u32]>>,
        memo_nodes: usize,
    },
}

impl Walk {
    /// Edges between different types cannot chain: there every bound that allows one hop means one hop.
    pub(crate) fn new(
        adjacency: Arc<Adjacency>,
        steps: Steps,
        per_edge: bool,
        closings: Vec<Closing>,
        nodes: Option<RowSet>,
        edges: Option<RowSet>,
    ) -> Walk {
        let Steps { direction, hops, .. } = steps;
        let kind = if per_edge {
            Kind::Edges
        } else if (hops.min, hops.max) == (1, 1) || (!adjacency.same_type() && hops.min <= 1 && hops.max >= 1) {
            Kind::Pairs
        } else if !adjacency.same_type() || hops.min > hops.max {
            Kind::Nothing
        } else {
            Kind::Reach {
                steps,
                search: Search::default(),
                memo: HashMap::new(),
                memo_nodes: 0,
            }
        };
        Walk {
            adjacency,
            direction,
            kind,
            closings,
            nodes,
            edges,
            found_nodes: Vec::new(),
            found_edges: Vec::new(),
            scratch: Vec::new(),
            counted: Default::default(),
        }
    }

    /// Appends the far node, and with an edge variable the edge, of every match.
    pub(crate) fn matches(&mut self, ends: Ends, nodes: &mut Vec<u32>, edges: &mut Vec<u32>) {
        if let Kind::Edges = self.kind {
            return self.edge_matches(ends, nodes, edges);
        }
        if let Some(to) = ends.to {
            if self.connects(ends.from, to) {
                nodes.push(to);
            }
            return;
        }
        let start = nodes.len();
        match &mut self.kind {
            Kind::Nothing | Kind::Edges => {}
            Kind::Pairs => self.adjacency.distinct(ends.from, self.direction, nodes),
            Kind::Reach { .. } => {
                let reached = self.reached(ends.from);
                nodes.extend_from_slice(&reached);
            }
        }
        for (closing, near) in self.closings.iter().zip(ends.closings) {
            self.scratch.clear();
            let others = match closing.direction {
                Direction::Out => closing.adjacency.out.neighbours(*near),
                Direction::In => closing.adjacency.incoming.neighbours(*near),
                Direction::Both => {
                    closing.adjacency.distinct(*near, Direction::Both, &mut self.scratch);
                    &self.scratch
                }
            };
            intersect(nodes, start, others);
        }
        if let Some(allowed) = &self.nodes {
            let mut kept = start;
            for i in start..nodes.len() {
                if allowed.contains(nodes[i]) {
                    nodes[kept] = nodes[i];
                    kept += 1;
                }
            }
            nodes.truncate(kept);
        }
    }

    /// How many matches there are.
    pub(crate) fn count(&mut self, ends: Ends) -> u64 {
        let unfiltered = self.nodes.is_none() && self.edges.is_none() && self.closings.is_empty();
        if unfiltered && ends.to.is_none() && ends.edge.is_none() && self.direction != Direction::Both {
            let csr = match self.direction {
                Direction::In => &self.adjacency.incoming,
                Direction::Out | Direction::Both => &self.adjacency.out,
            };
            match self.kind {
                Kind::Edges => return csr.degree(ends.from).into(),
                Kind::Pairs if !csr.has_parallel() => return csr.degree(ends.from).into(),
                _ => {}
            }
        }
        let (mut nodes, mut edges) = (std::mem::take(&mut self.counted.0), std::mem::take(&mut self.counted.1));
        nodes.clear();
        edges.clear();
        self.matches(ends, &mut nodes, &mut edges);
        let count = nodes.len() as u64;
        self.counted = (nodes, edges);
        count
    }

    /// Whether there is a match.
    pub(crate) fn any(&mut self, ends: Ends) -> bool {
        match (&self.kind, ends.to) {
            (Kind::Nothing, _) => false,
            (Kind::Pairs | Kind::Reach { .. }, Some(to)) => self.connects(ends.from, to),
            (Kind::Pairs, None) => match &self.nodes {
                None => self.adjacency.has_any(ends.from, self.direction),
                Some(allowed) => {
                    let allowed = |nodes: &[u32]| nodes.iter().any(|node| allowed.contains(*node));
                    (self.direction != Direction::In && allowed(self.adjacency.out.neighbours(ends.from)))
                        || (self.direction != Direction::Out && allowed(self.adjacency.incoming.neighbours(ends.from)))
                }
            },
            (Kind::Reach { .. }, None) => {
                let reached = self.reached(ends.from);
                reached
                    .iter()
                    .any(|node| self.nodes.as_ref().is_none_or(|allowed| allowed.contains(*node)))
            }
            (Kind::Edges, _) => {
                let (mut nodes, mut edges) = (Vec::new(), Vec::new());
                self.edge_matches(ends, &mut nodes, &mut edges);
                !edges.is_empty()
            }
        }
    }

    fn connects(&mut self, from: u32, to: u32) -> bool {
        if self.nodes.as_ref().is_some_and(|allowed| !allowed.contains(to)) {
            return false;
        }
        match &self.kind {
            Kind::Nothing | Kind::Edges => false,
            Kind::Pairs => self.adjacency.connects(from, to, self.direction),
            Kind::Reach { .. } => self.reached(from).binary_search(&to).is_ok(),
        }
    }

    fn reached(&mut self, from: u32) -> Arc<[u32]> {
        let Kind::Reach {
            steps,
            search,
            memo,
            memo_nodes,
        } = &mut self.kind
        else {
            return Arc::new([]);
        };
        if let Some(known) = memo.get(&from) {
            return known.clone();
        }
        search.reach(&self.adjacency, from, *steps, &mut self.found_nodes);
        let reached: Arc<[u32]> = self.found_nodes.as_slice().into();
        if *memo_nodes + reached.len() > MEMO_NODES {
            memo.clear();
            *memo_nodes = 0;
        }
        *memo_nodes += reached.len() + 1;
        memo.insert(from, reached.clone());
        reached
    }

    fn edge_matches(&mut self, ends: Ends, nodes: &mut Vec<u32>, edges: &mut Vec<u32>) {
        self.found_nodes.clear();
        self.found_edges.clear();
        self.adjacency
            .incident(ends.from, self.direction, &mut self.found_nodes, &mut self.found_edges);
        for (node, edge) in self.found_nodes.iter().zip(&self.found_edges) {
            let wanted = ends.to.is_none_or(|to| to == *node)
                && ends.edge.is_none_or(|bound| bound == *edge)
                && self.nodes.as_ref().is_none_or(|allowed| allowed.contains(*node))
                && self.edges.as_ref().is_none_or(|allowed| allowed.contains(*edge));
            if wanted {
                nodes.push(*node);
                edges.push(*edge);
            }
        }
    }
}

/// Keeps the sorted values from `start` on that are in the other sorted list, too.
fn intersect(values: &mut Vec<u32>, start: usize, others: &[u32]) {
    let mut kept = start;
    let mut at = 0;
    // A list much longer than the other is searched, not read.
    let search = others.len() > 16 * (values.len() - start);
    for i in start..values.len() {
        let value = values[i];
        if search {
            at += others[at..].partition_point(|other| *other < value);
        } else {
            while at < others.len() && others[at] < value {
                at += 1;
            }
        }
        if others.get(at) == Some(&value) {
            values[kept] = value;
            kept += 1;
        }
    }
    values.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersections_keep_what_is_in_both() {
        for others in [vec![], vec![2, 2, 5, 9], (0..400).collect::<Vec<u32>>()] {
            let mut values = vec![7, 1, 2, 5, 6, 9, 11];
            intersect(&mut values, 1, &others);
            let both = [1, 2, 5, 6, 9, 11].into_iter().filter(|value| others.contains(value));
            assert_eq!(values, [7].into_iter().chain(both).collect::<Vec<u32>>());
        }
    }
}
