//! The graph that a search sees: nodes and edges of some types, numbered through, and of the edges only those that the search
//! may take.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;

use super::super::walk::RowSet;
use crate::derived::{Adjacency, Column};

/// A step that leads to a node, or comes from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    /// The node at the other end.
    pub node: u32,
    pub edge: u32,
    /// The place of its kind in [`View::steps`].
    pub step: u32,
}

/// Edges of one type, followed one way.
#[derive(Debug)]
pub(super) struct Step {
    pub adjacency: Arc<Adjacency>,
    /// From the edges' targets to their sources.
    pub reversed: bool,
    /// The places of the node tables that it leaves and arrives at.
    pub from: usize,
    pub to: usize,
    /// The place of the edge table.
    pub edges: usize,
    /// The nodes that it may arrive at; all without it.
    pub nodes: Option<RowSet>,
    /// The edges that it may take; all without it.
    pub allowed: Option<RowSet>,
    /// By the edge's number in its table.
    pub weights: Option<Weights>,
    /// Edges from a node to itself are another step's, which follows them the other way.
    pub skips_loops: bool,
}

/// What edges cost. Those that may be taken have a weight that is not negative.
#[derive(Debug)]
pub(super) enum Weights {
    Integer(Vec<u64>),
    Float(Vec<f64>),
}

/// The edges of one type.
#[derive(Debug)]
pub(super) struct EdgeSpace {
    pub name: String,
    /// Dense numbers are below this.
    pub slots: u64,
    pub ids: Column,
    /// The places of the ids in their order, where sequences of edges are compared often.
    pub ranks: Option<Column>,
}

/// Nodes are numbered table by table, edges in the order of the names of their types.
#[derive(Debug)]
pub(super) struct View {
    /// The first number of each node table, and one more than the last.
    nodes: Vec<u32>,
    /// The same of the edge tables.
    edges: Vec<u32>,
    spaces: Vec<EdgeSpace>,
    steps: Vec<Step>,
    /// By node table: the steps that leave it, and those that arrive.
    leaving: Vec<Vec<u32>>,
    arriving: Vec<Vec<u32>>,
}

/// The first number of each of some tables, if all rows can be numbered.
fn numbered(rows: impl Iterator<Item = u64>) -> Option<Vec<u32>> {
    let mut starts = vec![0u32];
    let mut next = 0u64;
    for rows in rows {
        next = next.checked_add(rows)?;
        // The last number is taken by what is no node.
        starts.push(u32::try_from(next).ok().filter(|next| *next < u32::MAX)?);
    }
    Some(starts)
}

fn locate(starts: &[u32], number: u32) -> (usize, u32) {
    match starts {
        [_, _] => (0, number),
        _ => {
            let table = starts.partition_point(|start| *start <= number) - 1;
            (table, number - starts[table])
        }
    }
}

impl View {
    /// `nodes` has the number of rows of each node table, `edges` is sorted by the names of the types. None if there are more rows than can be numbered.
    pub(super) fn new(nodes: &[u64], edges: Vec<EdgeSpace>, steps: Vec<Step>) -> Option<View> {
        let by_table = |table: fn(&Step) -> usize| {
            let mut places = vec![Vec::new(); nodes.len()];
            for (place, step) in (0..).zip(&steps) {
                places[table(step)].push(place);
            }
            places
        };
        Some(View {
            nodes: numbered(nodes.iter().copied())?,
            edges: numbered(edges.iter().map(|space| space.slots))?,
            leaving: by_table(|step| step.from),
            arriving: by_table(|step| step.to),
            spaces: edges,
            steps,
        })
    }

    pub(super) fn node_count(&self) -> usize {
        self.nodes.last().map_or(0, |end| *end as usize)
    }

    /// The number of a row of a node table.
    pub(super) fn node(&self, table: usize, dense: u32) -> u32 {
        self.nodes[table] + dense
    }

    /// The table of a node, and its row there.
    pub(super) fn located(&self, node: u32) -> (usize, u32) {
        locate(&self.nodes, node)
    }

    /// The edge's type, and its row there.
    fn edge(&self, edge: u32) -> (&EdgeSpace, u32) {
        let (table, dense) = locate(&self.edges, edge);
        (&self.spaces[table], dense)
    }

    pub(super) fn edge_type(&self, edge: u32) -> &str {
        &self.edge(edge).0.name
    }

    pub(super) fn edge_id(&self, edge: u32) -> &str {
        let (space, dense) = self.edge(edge);
        let (ids, row) = space.ids.place(dense);
        ids.as_string::<i32>().value(row)
    }

    /// By the type's name, then by the id.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let (l, r) = (locate(&self.edges, left), locate(&self.edges, right));
        l.0.cmp(&r.0).then_with(|| self.edge_id(left).cmp(self.edge_id(right)))
    }

    /// What compares as the edge does, where ranks are known.
    pub(super) fn rank(&self, edge: u32) -> (u32, u64) {
        let (table, dense) = locate(&self.edges, edge);
        let ranks = self.spaces[table].ranks.as_ref();
        let rank = ranks.map_or(u64::from(dense), |ranks| {
            let (ranks, row) = ranks.place(dense);
            ranks.as_primitive::<UInt64Type>().value(row)
        });
        (table as u32, rank)
    }

    /// Every step away from a node.
    pub(super) fn leave(&self, node: u32, mut visit: impl FnMut(Hop)) {
        let (table, dense) = self.located(node);
        for place in &self.leaving[table] {
            let step = &self.steps[*place as usize];
            let list = match step.reversed {
                true => &step.adjacency.incoming,
                false => &step.adjacency.out,
            };
            for (other, edge) in list.neighbours(dense).iter().zip(list.edges(dense)) {
                if step.takes(dense, *other, *edge) && step.arrives(*other) {
                    visit(Hop {
                        node: self.nodes[step.to] + other,
                        edge: self.edges[step.edges] + edge,
                        step: *place,
                    });
                }
            }
        }
    }

    /// Every step that arrives at a node, with the node that it comes from.
    pub(super) fn arrive(&self, node: u32, mut visit: impl FnMut(Hop)) {
        let (table, dense) = self.located(node);
        for place in &self.arriving[table] {
            let step = &self.steps[*place as usize];
            if !step.arrives(dense) {
                continue;
            }
            let list = match step.reversed {
                true => &step.adjacency.out,
                false => &step.adjacency.incoming,
            };
            for (other, edge) in list.neighbours(dense).iter().zip(list.edges(dense)) {
                if step.takes(dense, *other, *edge) {
                    visit(Hop {
                        node: self.nodes[step.from] + other,
                        edge: self.edges[step.edges] + edge,
                        step: *place,
                    });
                }
            }
        }
    }

    /// Every step one way or the other.
    pub(super) fn follow(&self, node: u32, forward: bool, visit: impl FnMut(Hop)) {
        match forward {
            true => self.leave(node, visit),
            false => self.arrive(node, visit),
        }
    }

    /// The weight of a step, and its number in its table.
    pub(super) fn weights(&self, hop: Hop) -> Option<(&Weights, usize)> {
        let (_, dense) = locate(&self.edges, hop.edge);
        let weights = self.steps[hop.step as usize].weights.as_ref()?;
        Some((weights, dense as usize))
    }
}

impl Step {
    fn takes(&self, node: u32, other: u32, edge: u32) -> bool {
        let skipped = self.skips_loops && self.from == self.to && node == other;
        !skipped && self.allowed.as_ref().is_none_or(|allowed| allowed.contains(edge))
    }

    fn arrives(&self, node: u32) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes.contains(node))
    }
}
