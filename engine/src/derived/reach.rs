//! Bounded traversal. Node `b` is reached from `a` within `min..=max` hops if their shortest distance lies in that range,
//! or if `b` has a self-loop and the distance plus one does; a node is never reached from itself but by its loop.

use omnigraph_model::ir::{Direction, Hops};

use super::Adjacency;

/// How a search steps from node to node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    pub direction: Direction,
    pub reversed: bool,
    pub hops: Hops,
}

/// Breadth-first searches over one adjacency, reusing their working memory.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// Marks of the search that last visited a node.
    visited: Vec<u32>,
    search: u32,
    frontier: Vec<u32>,
    next: Vec<u32>,
    scratch: Vec<u32>,
}

impl Search {
    /// Replaces `found` with the sorted nodes that a link with these bounds connects to `start`.
    ///
    /// `reversed` says that the start is the link's end `b`, so the loop that counts is the start's own.
    pub(crate) fn reach(&mut self, adjacency: &Adjacency, start: u32, steps: Steps, found: &mut Vec<u32>) {
        let Steps {
            direction,
            reversed,
            hops,
        } = steps;
        found.clear();
        self.begin(adjacency.out.nodes().max(adjacency.incoming.nodes()));
        let in_range = |distance: u32| hops.min <= distance && distance <= hops.max;
        let start_loops = adjacency.has_loop(start);
        let loop_counts = |node: u32| {
            if reversed {
                start_loops
            } else {
                adjacency.has_loop(node)
            }
        };
        self.visited[start as usize] = self.search;
        self.frontier.clear();
        self.frontier.push(start);
        let mut distance = 0;
        loop {
            for &node in &self.frontier {
                let near = node != start && in_range(distance);
                if near || (in_range(distance + 1) && loop_counts(node)) {
                    found.push(node);
                }
            }
            if distance == hops.max || self.frontier.is_empty() {
                break;
            }
            self.advance(adjacency, direction);
            distance += 1;
        }
        found.sort_unstable();
    }

    fn begin(&mut self, nodes: usize) {
        self.visited.resize(nodes, 0);
        self.search = self.search.wrapping_add(1);
        if self.search == 0 {
            self.visited.fill(0);
            self.search = 1;
        }
    }

    fn advance(&mut self, adjacency: &Adjacency, direction: Direction) {
        self.next.clear();
        for &node in &self.frontier {
            self.scratch.clear();
            let neighbours = match direction {
                Direction::Out => adjacency.out.neighbours(node),
                Direction::In => adjacency.incoming.neighbours(node),
                Direction::Both => {
                    adjacency.distinct(node, direction, &mut self.scratch);
                    &self.scratch
                }
            };
            for &neighbour in neighbours {
                let mark = &mut self.visited[neighbour as usize];
                if *mark != self.search {
                    *mark = self.search;
                    self.next.push(neighbour);
                }
            }
        }
        std::mem::swap(&mut self.frontier, &mut self.next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    struct Graph {
        nodes: u32,
        edges: Vec<(u32, u32)>,
    }

    impl Graph {
        fn random(random: &mut SmallRng) -> Graph {
            let nodes = random.random_range(1..9);
            let edges =
                (0..random.random_range(0..18)).map(|_| (random.random_range(0..nodes), random.random_range(0..nodes)));
            Graph {
                nodes,
                edges: edges.collect(),
            }
        }

        fn adjacency(&self) -> Adjacency {
            let (sources, targets): (Vec<u32>, Vec<u32>) = self.edges.iter().copied().unzip();
            Adjacency::build(self.nodes, self.nodes, true, &sources, &targets).unwrap()
        }

        fn looked_up(&self) -> Adjacency {
            let edges = self.edges.iter().enumerate();
            let edges = edges.rev().map(|(edge, (a, b))| [*a, *b, edge as u32]);
            Adjacency::of_some(self.nodes, self.nodes, true, edges.collect())
        }

        /// All shortest distances, by relaxing every edge until nothing changes.
        fn distances(&self, symmetric: bool) -> Vec<Vec<u32>> {
            let mut distance = vec![vec![u32::MAX; self.nodes as usize]; self.nodes as usize];
            for (node, row) in distance.iter_mut().enumerate() {
                row[node] = 0;
            }
            for _ in 0..self.nodes {
                for &(a, b) in &self.edges {
                    for row in &mut distance {
                        row[b as usize] = row[b as usize].min(row[a as usize].saturating_add(1));
                        if symmetric {
                            row[a as usize] = row[a as usize].min(row[b as usize].saturating_add(1));
                        }
                    }
                }
            }
            distance
        }

        fn reach(&self, distance: &[Vec<u32>], a: u32, b: u32, hops: Hops) -> bool {
            let d = distance[a as usize][b as usize];
            let within = |d: u32| hops.min <= d && d <= hops.max;
            (a != b && within(d)) || (self.edges.contains(&(b, b)) && within(d.saturating_add(1)))
        }
    }

    #[test]
    fn searches_follow_the_definition_from_both_ends() {
        let mut random = SmallRng::seed_from_u64(7);
        let mut search = Search::default();
        let mut found = Vec::new();
        for _ in 0..2000 {
            let graph = Graph::random(&mut random);
            let adjacency = graph.adjacency();
            let min = random.random_range(1..5);
            let hops = Hops {
                min,
                max: random.random_range(min..6),
            };
            let (directed, symmetric) = (graph.distances(false), graph.distances(true));
            for start in 0..graph.nodes {
                for (direction, reversed) in [
                    (Direction::Out, false),
                    (Direction::In, true),
                    (Direction::Both, false),
                    (Direction::Both, true),
                ] {
                    let distance = if direction == Direction::Both {
                        &symmetric
                    } else {
                        &directed
                    };
                    let expected: Vec<u32> = (0..graph.nodes)
                        .filter(|end| {
                            let (a, b) = if reversed { (*end, start) } else { (start, *end) };
                            graph.reach(distance, a, b, hops)
                        })
                        .collect();
                    let steps = Steps {
                        direction,
                        reversed,
                        hops,
                    };
                    search.reach(&adjacency, start, steps, &mut found);
                    assert_eq!(found, expected, "{steps:?} from {start} over {:?}", graph.edges);
                    search.reach(&graph.looked_up(), start, steps, &mut found);
                    assert_eq!(
                        found, expected,
                        "{steps:?} from {start} over {:?}, looked up",
                        graph.edges
                    );
                }
            }
        }
    }

    #[test]
    fn neighbour_lists_are_sorted_and_name_their_edges() {
        let mut random = SmallRng::seed_from_u64(11);
        for _ in 0..500 {
            let graph = Graph::random(&mut random);
            let adjacency = match graph.nodes.is_multiple_of(2) {
                true => graph.adjacency(),
                false => graph.looked_up(),
            };
            for node in 0..graph.nodes {
                let listed = |csr: &crate::derived::adjacency::Csr| {
                    let pairs = csr
                        .neighbours(node)
                        .iter()
                        .copied()
                        .zip(csr.edges(node).iter().copied());
                    pairs.collect::<Vec<(u32, u32)>>()
                };
                let expected = |own: fn(&(u32, u32)) -> u32, other: fn(&(u32, u32)) -> u32| {
                    let of_node = graph.edges.iter().enumerate().filter(|(_, edge)| own(edge) == node);
                    let mut pairs: Vec<(u32, u32)> = of_node.map(|(e, edge)| (other(edge), e as u32)).collect();
                    pairs.sort_unstable();
                    pairs
                };
                assert_eq!(listed(&adjacency.out), expected(|e| e.0, |e| e.1));
                assert_eq!(listed(&adjacency.incoming), expected(|e| e.1, |e| e.0));
                for other in 0..graph.nodes {
                    let leads = graph.edges.contains(&(node, other));
                    let back = graph.edges.contains(&(other, node));
                    assert_eq!(adjacency.connects(node, other, Direction::Out), leads);
                    assert_eq!(adjacency.connects(node, other, Direction::In), back);
                    assert_eq!(adjacency.connects(node, other, Direction::Both), leads || back);
                }
                let (mut found, mut edges) = (Vec::new(), Vec::new());
                adjacency.incident(node, Direction::Both, &mut found, &mut edges);
                let incident = graph.edges.iter().filter(|(a, b)| *a == node || *b == node).count();
                edges.sort_unstable();
                edges.dedup();
                assert_eq!((found.len(), edges.len()), (incident, incident));
            }
        }
    }
}
