//! Adjacency of one edge type between two node types: compressed sparse rows in both directions, neighbours sorted, the
//! edge's own number beside each. Of all edges, or of those that a look-up found.

use std::collections::HashMap;
use std::mem::size_of;
use std::ops::Range;

use datafusion::common::{DataFusionError, Result};
use omnigraph_model::ir::Direction;

/// Neighbour lists of the nodes of one end.
#[derive(Debug, Default)]
pub(crate) struct Csr {
    lists: Lists,
    nodes: usize,
    neighbours: Vec<u32>,
    edges: Vec<u32>,
    /// Some list names a neighbour more than once.
    parallel: bool,
}

/// Where the list of a node is.
#[derive(Debug)]
enum Lists {
    /// One more than nodes: list `i` is `offsets[i]..offsets[i + 1]`.
    All(Vec<u32>),
    /// Nodes that are not there have no neighbours.
    Some(HashMap<u32, Range<u32>>),
}

impl Default for Lists {
    fn default() -> Lists {
        Lists::Some(HashMap::new())
    }
}

impl Csr {
    /// Sorted, with one entry per edge.
    pub(crate) fn neighbours(&self, node: u32) -> &[u32] {
        &self.neighbours[self.range(node)]
    }

    /// The edges' dense numbers, in the order of [`Csr::neighbours`].
    pub(crate) fn edges(&self, node: u32) -> &[u32] {
        &self.edges[self.range(node)]
    }

    /// Edges of a node.
    pub(crate) fn degree(&self, node: u32) -> u32 {
        self.range(node).len() as u32
    }

    /// Whether two edges connect the same two nodes somewhere.
    pub(crate) fn has_parallel(&self) -> bool {
        self.parallel
    }

    /// Nodes of this end, with and without neighbours.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes
    }

    fn range(&self, node: u32) -> Range<usize> {
        match &self.lists {
            Lists::All(offsets) => offsets[node as usize] as usize..offsets[node as usize + 1] as usize,
            Lists::Some(lists) => lists
                .get(&node)
                .map_or(0..0, |list| list.start as usize..list.end as usize),
        }
    }

    /// Groups edges by `ends[edge]`, in the given order of edges.
    fn group(nodes: usize, ends: &[u32], others: &[u32], order: impl Iterator<Item = u32>) -> Csr {
        let mut offsets = vec![0u32; nodes + 1];
        for end in ends {
            offsets[*end as usize + 1] += 1;
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        let mut next = offsets.clone();
        let mut neighbours = vec![0u32; ends.len()];
        let mut edges = vec![0u32; ends.len()];
        for edge in order {
            let slot = &mut next[ends[edge as usize] as usize];
            neighbours[*slot as usize] = others[edge as usize];
            edges[*slot as usize] = edge;
            *slot += 1;
        }
        Csr {
            lists: Lists::All(offsets),
            nodes,
            neighbours,
            edges,
            parallel: false,
        }
    }

    fn find_parallel(&mut self) {
        self.parallel = (0..self.nodes() as u32).any(|node| self.neighbours(node).windows(2).any(|w| w[0] == w[1]));
    }

    /// Groups edges that are sorted by their own end, then the other end, then their number.
    fn of_some(nodes: u32, sorted: &[[u32; 3]]) -> Csr {
        let mut lists = HashMap::new();
        for (place, [own, ..]) in (0..).zip(sorted) {
            let list: &mut Range<u32> = lists.entry(*own).or_insert(place..place);
            list.end = place + 1;
        }
        Csr {
            lists: Lists::Some(lists),
            nodes: nodes as usize,
            neighbours: sorted.iter().map(|[_, other, _]| *other).collect(),
            edges: sorted.iter().map(|[.., edge]| *edge).collect(),
            parallel: sorted.windows(2).any(|pair| pair[0][..2] == pair[1][..2]),
        }
    }

    fn bytes(&self) -> usize {
        let lists = match &self.lists {
            Lists::All(offsets) => offsets.len(),
            Lists::Some(lists) => 4 * lists.len(),
        };
        (lists + self.neighbours.len() + self.edges.len()) * size_of::<u32>()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Adjacency {
    /// By source: targets.
    pub out: Csr,
    /// By target: sources.
    pub incoming: Csr,
    /// Nodes with an edge to themselves, sorted; empty between different types.
    loops: Vec<u32>,
    same_type: bool,
}

impl Adjacency {
    /// `sources[e]` and `targets[e]` are the endpoints of edge `e`, as dense numbers below the two counts.
    pub(crate) fn build(
        source_nodes: u32,
        target_nodes: u32,
        same_type: bool,
        sources: &[u32],
        targets: &[u32],
    ) -> Result<Adjacency> {
        if u32::try_from(sources.len()).is_err() {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "a type of {} edges exceeds the {} that can be numbered",
                sources.len(),
                u32::MAX
            )));
        }
        // Grouping by one end in the order of the other leaves every list sorted: a radix sort in two passes.
        let by_target = Csr::group(target_nodes as usize, targets, sources, 0..sources.len() as u32);
        let mut out = Csr::group(source_nodes as usize, sources, targets, by_target.edges.iter().copied());
        let mut incoming = Csr::group(target_nodes as usize, targets, sources, out.edges.iter().copied());
        out.find_parallel();
        incoming.parallel = out.parallel;
        let mut loops = Vec::new();
        if same_type {
            loops.extend((0..source_nodes).filter(|node| out.neighbours(*node).binary_search(node).is_ok()));
        }
        Ok(Adjacency {
            out,
            incoming,
            loops,
            same_type,
        })
    }

    /// The adjacency of some edges only, given by source, target and number. What it says of a node is right if all edges of that node in
    /// the direction asked for are among them.
    pub(crate) fn of_some(
        source_nodes: u32,
        target_nodes: u32,
        same_type: bool,
        mut edges: Vec<[u32; 3]>,
    ) -> Adjacency {
        edges.sort_unstable();
        edges.dedup();
        let out = Csr::of_some(source_nodes, &edges);
        let mut loops = Vec::new();
        if same_type {
            loops.extend(edges.iter().filter(|[a, b, _]| a == b).map(|[a, ..]| *a));
            loops.dedup();
        }
        edges
            .iter_mut()
            .for_each(|[source, target, _]| std::mem::swap(source, target));
        edges.sort_unstable();
        Adjacency {
            out,
            incoming: Csr::of_some(target_nodes, &edges),
            loops,
            same_type,
        }
    }

    /// Bytes of an adjacency, and of what it is built from, before it is built.
    pub(crate) fn expected_bytes(source_nodes: u64, target_nodes: u64, edges: u64) -> u64 {
        const NUMBER: u64 = size_of::<u32>() as u64;
        // Both directions have a neighbour and an edge's number for each edge; the ends themselves are two more.
        (6 * edges + 2 * (source_nodes + target_nodes)).saturating_mul(NUMBER)
    }

    pub(crate) fn has_loop(&self, node: u32) -> bool {
        self.loops.binary_search(&node).is_ok()
    }

    /// Whether both ends are nodes of one type, so that edges can chain.
    pub(crate) fn same_type(&self) -> bool {
        self.same_type
    }

    /// Appends each node one hop away once, sorted.
    pub(crate) fn distinct(&self, node: u32, direction: Direction, found: &mut Vec<u32>) {
        let start = found.len();
        match direction {
            Direction::Out => found.extend_from_slice(self.out.neighbours(node)),
            Direction::In => found.extend_from_slice(self.incoming.neighbours(node)),
            Direction::Both => return merge(self.out.neighbours(node), self.incoming.neighbours(node), found),
        }
        if self.out.parallel {
            dedup_from(found, start);
        }
    }

    /// Appends one entry an incident edge; of an undirected view a loop is one edge.
    pub(crate) fn incident(&self, node: u32, direction: Direction, found: &mut Vec<u32>, edges: &mut Vec<u32>) {
        if direction != Direction::In {
            found.extend_from_slice(self.out.neighbours(node));
            edges.extend_from_slice(self.out.edges(node));
        }
        if direction != Direction::Out {
            let skip_loops = direction == Direction::Both;
            for (neighbour, edge) in self.incoming.neighbours(node).iter().zip(self.incoming.edges(node)) {
                if !(skip_loops && *neighbour == node) {
                    found.push(*neighbour);
                    edges.push(*edge);
                }
            }
        }
    }

    /// Whether one edge leads from a node to another, seen in this direction.
    pub(crate) fn connects(&self, from: u32, to: u32, direction: Direction) -> bool {
        match direction {
            Direction::Out => self.leads(from, to),
            Direction::In => self.leads(to, from),
            Direction::Both => self.leads(from, to) || self.leads(to, from),
        }
    }

    fn leads(&self, source: u32, target: u32) -> bool {
        let (targets, sources) = (self.out.neighbours(source), self.incoming.neighbours(target));
        if targets.len() <= sources.len() {
            targets.binary_search(&target).is_ok()
        } else {
            sources.binary_search(&source).is_ok()
        }
    }

    /// Whether a node has any edge in this direction.
    pub(crate) fn has_any(&self, node: u32, direction: Direction) -> bool {
        (direction != Direction::In && self.out.degree(node) > 0)
            || (direction != Direction::Out && self.incoming.degree(node) > 0)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.out.bytes() + self.incoming.bytes() + self.loops.len() * size_of::<u32>()
    }
}

/// Appends the union of two sorted lists, each value once.
fn merge(left: &[u32], right: &[u32], found: &mut Vec<u32>) {
    let start = found.len();
    let (mut l, mut r) = (0, 0);
    while l < left.len() && r < right.len() {
        if left[l] <= right[r] {
            found.push(left[l]);
            l += 1;
        } else {
            found.push(right[r]);
            r += 1;
        }
    }
    found.extend_from_slice(&left[l..]);
    found.extend_from_slice(&right[r..]);
    dedup_from(found, start);
}

fn dedup_from(values: &mut Vec<u32>, start: usize) {
    let mut kept = start;
    for i in start..values.len() {
        if kept == start || values[kept - 1] != values[i] {
            values[kept] = values[i];
            kept += 1;
        }
    }
    values.truncate(kept);
}
