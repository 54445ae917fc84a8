//! Adjacency of one edge type between two node types: compressed sparse rows in both directions, neighbours sorted, the
//! edge's own number beside each. Of all edges, or of those that a look-up found.

use std::collections::HashMap;
use std::mem::size_of;
use std::ops::Range;
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use omnigraph_model::ir::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

/// The end of an edge that is gone together with its node.
pub(super) const NONE: u32 = u32::MAX;

/// Neighbour lists of the nodes of one end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Csr {
    stored: Arc<StoredCsr>,
    nodes: usize,
    /// Lists that are others since the dataset was written.
    later: Option<Arc<FxHashMap<u32, List>>>,
    /// Some list may name a neighbour more than once.
    parallel: bool,
}

/// Neighbours, sorted, and the edge to each.
#[derive(Debug, Default)]
struct List {
    neighbours: Vec<u32>,
    edges: Vec<u32>,
}

#[derive(Debug, Default)]
struct StoredCsr {
    lists: Lists,
    neighbours: Vec<u32>,
    edges: Vec<u32>,
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

impl StoredCsr {
    fn range(&self, node: u32) -> Range<usize> {
        match &self.lists {
            // Nodes that were written since have no edges here.
            Lists::All(offsets) => match offsets.get(node as usize + 1) {
                Some(end) => offsets[node as usize] as usize..*end as usize,
                None => 0..0,
            },
            Lists::Some(lists) => lists
                .get(&node)
                .map_or(0..0, |list| list.start as usize..list.end as usize),
        }
    }

    /// Groups edges by `ends[edge]`, in the given order of those edges that have both ends.
    fn group(nodes: usize, ends: &[u32], others: &[u32], order: impl Iterator<Item = u32>) -> StoredCsr {
        let mut offsets = vec![0u32; nodes + 1];
        let mut count = 0;
        for (end, other) in ends.iter().zip(others) {
            if *end != NONE && *other != NONE {
                offsets[*end as usize + 1] += 1;
                count += 1;
            }
        }
        for node in 0..nodes {
            offsets[node + 1] += offsets[node];
        }
        let mut next = offsets.clone();
        let mut neighbours = vec![0u32; count];
        let mut edges = vec![0u32; count];
        for edge in order.filter(|edge| ends[*edge as usize] != NONE && others[*edge as usize] != NONE) {
            let slot = &mut next[ends[edge as usize] as usize];
            neighbours[*slot as usize] = others[edge as usize];
            edges[*slot as usize] = edge;
            *slot += 1;
        }
        StoredCsr {
            lists: Lists::All(offsets),
            neighbours,
            edges,
        }
    }

    /// Groups edges that are sorted by their own end, then the other end, then their number.
    fn of_some(sorted: &[[u32; 3]]) -> StoredCsr {
        let mut lists = HashMap::new();
        for (place, [own, ..]) in (0..).zip(sorted) {
            let list: &mut Range<u32> = lists.entry(*own).or_insert(place..place);
            list.end = place + 1;
        }
        StoredCsr {
            lists: Lists::Some(lists),
            neighbours: sorted.iter().map(|[_, other, _]| *other).collect(),
            edges: sorted.iter().map(|[.., edge]| *edge).collect(),
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

impl Csr {
    fn new(stored: StoredCsr, nodes: usize, parallel: bool) -> Csr {
        Csr {
            stored: Arc::new(stored),
            nodes,
            later: None,
            parallel,
        }
    }

    /// Sorted, with one entry per edge.
    pub(crate) fn neighbours(&self, node: u32) -> &[u32] {
        match self.later(node) {
            Some(list) => &list.neighbours,
            None => &self.stored.neighbours[self.stored.range(node)],
        }
    }

    /// The edges' dense numbers, in the order of [`Csr::neighbours`].
    pub(crate) fn edges(&self, node: u32) -> &[u32] {
        match self.later(node) {
            Some(list) => &list.edges,
            None => &self.stored.edges[self.stored.range(node)],
        }
    }

    fn later(&self, node: u32) -> Option<&List> {
        self.later.as_ref()?.get(&node)
    }

    /// Edges of a node.
    pub(crate) fn degree(&self, node: u32) -> u32 {
        self.neighbours(node).len() as u32
    }

    /// False only if no two edges connect the same two nodes.
    pub(crate) fn has_parallel(&self) -> bool {
        self.parallel
    }

    /// Dense numbers of nodes of this end are below this.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes
    }

    fn find_parallel(&self) -> bool {
        (0..self.nodes() as u32).any(|node| is_parallel(self.neighbours(node)))
    }

    /// Without edges that were stored and with others, each given by its own end, the other and its number; of so many nodes.
    fn with(&self, nodes: usize, gone: &[[u32; 3]], added: &[[u32; 3]]) -> Csr {
        let mut lists: FxHashMap<u32, Vec<[u32; 2]>> = FxHashMap::default();
        for [own, ..] in gone.iter().chain(added) {
            lists.entry(*own).or_insert_with(|| {
                let range = self.stored.range(*own);
                let neighbours = self.stored.neighbours[range.clone()].iter();
                neighbours
                    .zip(&self.stored.edges[range])
                    .map(|(node, edge)| [*node, *edge])
                    .collect()
            });
        }
        let gone: FxHashSet<u32> = gone.iter().map(|[.., edge]| *edge).collect();
        lists
            .values_mut()
            .for_each(|list| list.retain(|[_, edge]| !gone.contains(edge)));
        for [own, other, edge] in added {
            if let Some(list) = lists.get_mut(own) {
                list.push([*other, *edge]);
            }
        }
        let mut parallel = self.parallel;
        let finish = |(node, mut list): (u32, Vec<[u32; 2]>)| {
            list.sort_unstable();
            let list = List {
                neighbours: list.iter().map(|[other, _]| *other).collect(),
                edges: list.iter().map(|[_, edge]| *edge).collect(),
            };
            parallel |= is_parallel(&list.neighbours);
            (node, list)
        };
        let lists: FxHashMap<u32, List> = lists.into_iter().map(finish).collect();
        Csr {
            stored: self.stored.clone(),
            nodes,
            later: (!lists.is_empty()).then(|| Arc::new(lists)),
            parallel,
        }
    }

    fn bytes(&self) -> usize {
        match &self.later {
            None => self.stored.bytes(),
            Some(lists) => lists.values().map(|list| 8 * list.edges.len() + 64).sum(),
        }
    }
}

fn is_parallel(neighbours: &[u32]) -> bool {
    neighbours.windows(2).any(|pair| pair[0] == pair[1])
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
    /// `sources[e]` and `targets[e]` are the endpoints of edge `e`, as dense numbers below the two counts, or [`NONE`].
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
        let (source_count, target_count) = (source_nodes as usize, target_nodes as usize);
        let by_target = StoredCsr::group(target_count, targets, sources, 0..sources.len() as u32);
        let out = StoredCsr::group(source_count, sources, targets, by_target.edges.iter().copied());
        let incoming = StoredCsr::group(target_count, targets, sources, out.edges.iter().copied());
        let mut out = Csr::new(out, source_count, false);
        out.parallel = out.find_parallel();
        let incoming = Csr::new(incoming, target_count, out.parallel);
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
        let parallel = edges.windows(2).any(|pair| pair[0][..2] == pair[1][..2]);
        let out = Csr::new(StoredCsr::of_some(&edges), source_nodes as usize, parallel);
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
            incoming: Csr::new(StoredCsr::of_some(&edges), target_nodes as usize, parallel),
            loops,
            same_type,
        }
    }

    /// Without edges that were stored and with others, each given by source, target and number; of so many nodes.
    pub(crate) fn with(&self, (sources, targets): (u32, u32), gone: &[[u32; 3]], added: &[[u32; 3]]) -> Adjacency {
        let turned = |edges: &[[u32; 3]]| -> Vec<[u32; 3]> {
            edges
                .iter()
                .map(|[source, target, edge]| [*target, *source, *edge])
                .collect()
        };
        let out = self.out.with(sources as usize, gone, added);
        let mut loops = self.loops.clone();
        if self.same_type {
            let ends = |edges: &[[u32; 3]]| {
                edges
                    .iter()
                    .filter(|[a, b, _]| a == b)
                    .map(|[a, ..]| *a)
                    .collect::<Vec<_>>()
            };
            loops.extend(ends(added));
            loops.sort_unstable();
            loops.dedup();
            for node in ends(gone) {
                if out.neighbours(node).binary_search(&node).is_err() {
                    loops.retain(|other| *other != node);
                }
            }
        }
        Adjacency {
            incoming: self.incoming.with(targets as usize, &turned(gone), &turned(added)),
            out,
            loops,
            same_type: self.same_type,
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
        if self.out.has_parallel() {
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
