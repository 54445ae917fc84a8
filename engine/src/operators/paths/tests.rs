//! Searches over random graphs: every way that serves a pair finds the same, which is what trying finds.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, UInt64Array};
use datafusion::execution::memory_pool::{GreedyMemoryPool, MemoryConsumer, MemoryPool};
use omnigraph_model::ir::Origin;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rustc_hash::FxHashSet as HashSet;

use super::budget::Budget;
use super::cheapest::{Sum, cheapest};
use super::shortest::{self, Layered, Tree};
use super::trails::{Several, Trails};
use super::view::{EdgeSpace, Hop, Step, View, Weights};
use super::{Bounds, Found, Next};
use crate::derived::{Adjacency, Column};
use crate::operators::scalar::Place;

struct Graph {
    nodes: u32,
    /// From, to and weight, with an id each.
    edges: Vec<(u32, u32, u64)>,
    ids: Vec<String>,
    undirected: bool,
}

/// A walk as the numbers of its edges, and the nodes that it goes by.
type Walk = (Vec<u32>, Vec<u32>);

impl Graph {
    fn random(random: &mut SmallRng) -> Graph {
        let nodes = random.random_range(1..7);
        let edges: Vec<(u32, u32, u64)> = (0..random.random_range(0..11))
            .map(|_| {
                let end = |random: &mut SmallRng| random.random_range(0..nodes);
                (end(random), end(random), random.random_range(0..4))
            })
            .collect();
        // The order of ids is not that of numbers.
        let mut ids: Vec<String> = (0..edges.len()).map(|edge| format!("{edge:02}")).collect();
        for place in (1..ids.len()).rev() {
            ids.swap(place, random.random_range(0..=place));
        }
        Graph {
            nodes,
            edges,
            ids,
            undirected: random.random_bool(0.4),
        }
    }

    fn view(&self) -> View {
        let ends = |end: fn(&(u32, u32, u64)) -> u32| self.edges.iter().map(end).collect::<Vec<u32>>();
        let (sources, targets) = (ends(|edge| edge.0), ends(|edge| edge.1));
        let adjacency = Adjacency::build(self.nodes, self.nodes, true, &sources, &targets).expect("few edges");
        let adjacency = Arc::new(adjacency);
        let step = |reversed: bool| Step {
            adjacency: adjacency.clone(),
            reversed,
            from: 0,
            to: 0,
            edges: 0,
            nodes: None,
            allowed: None,
            weights: Some(Weights::Integer(self.edges.iter().map(|edge| edge.2).collect())),
            skips_loops: reversed,
        };
        let ways: &[bool] = if self.undirected { &[false, true] } else { &[false] };
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        order.sort_by_key(|edge| &self.ids[*edge]);
        let ranks = (0..self.ids.len()).map(|edge| order.iter().position(|own| *own == edge).expect("all") as u64);
        let space = EdgeSpace {
            name: "Edge".to_owned(),
            slots: self.ids.len() as u64,
            ids: Column::from(Arc::new(StringArray::from(self.ids.clone())) as ArrayRef),
            ranks: Some(Column::from(Arc::new(UInt64Array::from_iter_values(ranks)) as ArrayRef)),
        };
        let steps = ways.iter().map(|reversed| step(*reversed)).collect();
        View::new(&[u64::from(self.nodes)], vec![space], steps).expect("few nodes")
    }

    /// All walks from a node of at most so many edges.
    fn walks(&self, source: u32, most: usize) -> Vec<Walk> {
        let mut walks: Vec<Walk> = vec![(Vec::new(), vec![source])];
        let mut first = 0;
        for _ in 0..most {
            let last = walks.len();
            for place in first..last {
                let (edges, nodes) = walks[place].clone();
                let end = nodes[nodes.len() - 1];
                for (edge, (from, to, _)) in (0..).zip(&self.edges) {
                    let mut ways = Vec::new();
                    if *from == end {
                        ways.push(*to);
                    }
                    if self.undirected && *to == end && from != to {
                        ways.push(*from);
                    }
                    for next in ways {
                        let mut longer = (edges.clone(), nodes.clone());
                        longer.0.push(edge);
                        longer.1.push(next);
                        walks.push(longer);
                    }
                }
            }
            first = last;
        }
        walks.retain(|(edges, _)| !edges.is_empty());
        walks
    }

    fn sequence(&self, edges: &[u32]) -> Vec<&String> {
        edges.iter().map(|edge| &self.ids[*edge as usize]).collect()
    }

    fn by_length(&self, left: &Walk, right: &Walk) -> Ordering {
        let lengths = left.0.len().cmp(&right.0.len());
        lengths.then_with(|| self.sequence(&left.0).cmp(&self.sequence(&right.0)))
    }

    fn cost(&self, walk: &Walk) -> u64 {
        walk.0.iter().map(|edge| self.edges[*edge as usize].2).sum()
    }
}

fn is_unique(numbers: &[u32]) -> bool {
    let mut seen = HashSet::default();
    numbers.iter().all(|number| seen.insert(*number))
}

fn budget(bytes: usize) -> Budget {
    let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(bytes));
    let place = Place {
        origin: Origin::default(),
        memory_limit: bytes,
    };
    Budget::new(MemoryConsumer::new("test").register(&pool), place)
}

/// Edges of walks in order, however they were found.
fn edges(found: &Found) -> Vec<Vec<u32>> {
    let mut start = 0;
    let lengths = found.lengths.iter().map(|length| {
        let walk = found.edges[start..start + *length as usize].to_vec();
        start += *length as usize;
        walk
    });
    let mut walks: Vec<Vec<u32>> = lengths.collect();
    walks.sort();
    walks
}

fn numbers(hops: &[Hop]) -> Vec<u32> {
    hops.iter().map(|hop| hop.edge).collect()
}

fn sorted(walks: &[&Walk]) -> Vec<Vec<u32>> {
    let mut walks: Vec<Vec<u32>> = walks.iter().map(|walk| walk.0.clone()).collect();
    walks.sort();
    walks
}

#[test]
fn every_way_finds_what_trying_finds() {
    const MOST: u32 = 5;
    let mut random = SmallRng::seed_from_u64(5);
    let budget = budget(64 << 20);
    for round in 0..150 {
        let graph = Graph::random(&mut random);
        let view = graph.view();
        for source in 0..graph.nodes {
            let mut walks = graph.walks(source, MOST as usize);
            walks.sort_by(|left, right| graph.by_length(left, right));
            let tree = Tree::new(&view, source, Some(MOST), &budget).expect("memory");
            let from = shortest::distances(&view, source, true, Some(MOST), &budget).expect("memory");
            for target in 0..graph.nodes {
                let there: Vec<&Walk> = walks.iter().filter(|walk| walk.1.last() == Some(&target)).collect();
                let first = there.first().map(|walk| walk.0.clone());
                let shown = format!("round {round}, {source} to {target} over {:?}", graph.edges);

                // One shortest walk, and all of them.
                assert_eq!(tree.walk(target).map(|hops| numbers(&hops)), first, "tree, {shown}");
                let to = shortest::distances(&view, target, false, Some(MOST), &budget).expect("memory");
                let length = shortest::length(&view, source, true, &to);
                let length = length.filter(|length| *length <= MOST);
                assert_eq!(length, first.as_ref().map(|walk| walk.len() as u32), "{shown}");
                let pair = shortest::between(&view, source, target, Some(MOST), &budget).expect("memory");
                assert_eq!(pair.as_ref().map(|pair| pair.0), length, "from both ends, {shown}");
                if let (Some(length), Some((_, left))) = (length, &pair) {
                    let all: Vec<&Walk> = there
                        .iter()
                        .filter(|walk| walk.0.len() as u32 == length)
                        .copied()
                        .collect();
                    assert_eq!(
                        Some(numbers(&shortest::least(&view, source, length, &to))),
                        first,
                        "{shown}"
                    );
                    assert_eq!(
                        Some(numbers(&shortest::least(&view, source, length, left))),
                        first,
                        "{shown}"
                    );
                    for (start, forward, left) in [(source, true, left), (source, true, &to), (target, false, &from)] {
                        let (mut found, mut search) =
                            (Found::default(), Layered::new(&view, start, forward, length, left));
                        while search.next(&view, left, &mut found) {}
                        assert_eq!(edges(&found), sorted(&all), "forward {forward}, {shown}");
                    }
                }

                // All trails and simple walks, and the first of them.
                let min = random.random_range(1..4);
                let bounds = Bounds { min, max: Some(MOST) };
                let within = |walk: &&&Walk| walk.0.len() >= min as usize;
                let trails: Vec<&Walk> = there
                    .iter()
                    .filter(within)
                    .filter(|walk| is_unique(&walk.0))
                    .copied()
                    .collect();
                let simple: Vec<&Walk> = there
                    .iter()
                    .filter(within)
                    .filter(|walk| is_unique(&walk.1))
                    .copied()
                    .collect();
                for (is_simple, expected) in [(false, &trails), (true, &simple)] {
                    let mut found = Found::default();
                    let mut search = Trails::new(&view, source, target, bounds, is_simple, &to);
                    while search.next(&view, &to, &budget, &mut found).expect("memory") != Next::Done {}
                    assert_eq!(edges(&found), sorted(expected), "simple {is_simple}, {shown}");
                }
                let wanted = random.random_range(1..5);
                let (mut found, mut search) = (Found::default(), Several::new(source, target, bounds, wanted));
                while search.next(&view, &to, &budget, &mut found).expect("memory") != Next::Done {}
                let first: Vec<&Walk> = trails.iter().take(wanted as usize).copied().collect();
                assert_eq!(edges(&found), sorted(&first), "the first {wanted}, {shown}");
            }

            // The cheapest walks to all nodes at once.
            let min = random.random_range(1..4);
            let bounds = Bounds { min, max: Some(MOST) };
            let targets: HashSet<u32> = (0..graph.nodes).collect();
            let found = cheapest(&view, source, targets, bounds, Sum::Integer(0), &budget).expect("memory");
            for target in 0..graph.nodes {
                let there = walks
                    .iter()
                    .filter(|walk| walk.1.last() == Some(&target) && walk.0.len() >= min as usize);
                let least = there.min_by(|left, right| {
                    let costs = graph.cost(left).cmp(&graph.cost(right));
                    costs.then_with(|| graph.by_length(left, right))
                });
                let least = least.map(|walk| (walk.0.clone(), Sum::Integer(graph.cost(walk).into())));
                let found = found.get(&target).map(|walk| (numbers(&walk.hops), walk.cost));
                assert_eq!(
                    found, least,
                    "round {round}, {source} to {target}, from {min} edges, over {:?}",
                    graph.edges
                );
            }
        }
    }
}

/// A ring around which any number of walks lead; a search for more of them than fit is refused, and holds nothing any more.
#[test]
fn a_search_ends_where_memory_does() {
    let nodes = 40;
    let ring = (0..nodes).flat_map(|node| (0..nodes).map(move |other| (node, other, 1)));
    let edges: Vec<(u32, u32, u64)> = ring.collect();
    let graph = Graph {
        nodes,
        ids: (0..edges.len()).map(|edge| format!("{edge:04}")).collect(),
        edges,
        undirected: false,
    };
    let view = graph.view();
    let budget = budget(1 << 20);
    let left = shortest::distances(&view, 1, false, None, &budget).expect("memory for distances");
    let bounds = Bounds { min: 1, max: None };
    let (mut found, mut search) = (Found::default(), Several::new(0, 1, bounds, u64::MAX));
    let failed = loop {
        match search.next(&view, &left, &budget, &mut found) {
            Ok(Next::Done) => panic!("there are more walks than fit"),
            Ok(_) => {}
            Err(failed) => break failed,
        }
    };
    let failed = failed.to_string();
    assert_eq!(
        failed.trim_start_matches("External error: "),
        "R003: the search for paths needs more than 1 MiB"
    );
    assert!(!found.lengths.is_empty(), "what was found before stays");
    budget.release();
    budget.hold(1 << 19).expect("what was held is free again");
}
