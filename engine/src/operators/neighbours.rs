//! Where a traversal finds neighbours: in the adjacency of all edges, or by looking up the ends of those edges that the
//! rows at hand need. Both give the same matches in the same sequence, because both end up in the same walk.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use datafusion::common::Result;
use omnigraph_model::ir::Direction;

use super::expand::{EdgeTables, Expansion};
use super::walk::{Closing, RowSet, Walk};
use crate::derived::{Adjacency, Caches};

/// How a link's neighbours are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    Adjacency,
    /// Looking up is given up for the adjacency after as many nodes, if there is a limit.
    LookUps {
        limit: Option<u64>,
    },
}

impl fmt::Display for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Follow::Adjacency => "adjacency",
            Follow::LookUps { .. } => "index look-ups",
        })
    }
}

/// What one look-up costs beside the edges that it finds, in edges read to build adjacency: planning a scan and opening pages
/// of an index, a millisecond or more, against reading two columns of numbers, some 25 ns an edge.
pub(crate) const LOOK_UP: u64 = 50_000;

pub(crate) struct Neighbours {
    expansion: Expansion,
    caches: Arc<Caches>,
    nodes: Option<RowSet>,
    edges: Option<RowSet>,
    /// Nodes looked up so far.
    looked_up: u64,
}

impl Neighbours {
    /// With the nodes and the edges that a match may use.
    pub(crate) fn new(
        expansion: Expansion,
        caches: Arc<Caches>,
        nodes: Option<RowSet>,
        edges: Option<RowSet>,
    ) -> Neighbours {
        Neighbours {
            expansion,
            caches,
            nodes,
            edges,
            looked_up: 0,
        }
    }

    /// A walk that knows the neighbours of a batch's rows, given the one before it.
    pub(crate) async fn walk(&mut self, last: Option<Walk>, batch: &RecordBatch) -> Result<Walk> {
        if let Follow::LookUps { limit } = self.expansion.follow {
            match self.looked_up(limit, batch).await? {
                Some(walk) => return Ok(walk),
                None => self.expansion.follow = Follow::Adjacency,
            }
        } else if let Some(last) = last {
            return Ok(last);
        }
        let adjacency = self.all(&self.expansion.tables).await?;
        let mut closings = Vec::new();
        for link in &self.expansion.closings {
            closings.push(Closing {
                adjacency: self.all(&link.tables).await?,
                direction: link.direction,
            });
        }
        Ok(self.with(adjacency, closings))
    }

    fn with(&self, adjacency: Arc<Adjacency>, closings: Vec<Closing>) -> Walk {
        Walk::new(
            adjacency,
            self.expansion.steps,
            self.expansion.edge.is_some(),
            closings,
            self.nodes.clone(),
            self.edges.clone(),
        )
    }

    async fn all(&self, tables: &EdgeTables) -> Result<Arc<Adjacency>> {
        self.caches.adjacency(&tables.edges, &tables.from, &tables.to).await
    }

    /// None if that would exceed the limit.
    async fn looked_up(&mut self, limit: Option<u64>, batch: &RecordBatch) -> Result<Option<Walk>> {
        let steps = self.expansion.steps;
        let hops = if self.expansion.edge.is_some() {
            1
        } else {
            steps.hops.max
        };
        let tables = self.expansion.tables.clone();
        let from = self.expansion.from.dense(batch)?.values();
        let Some(adjacency) = self.some(&tables, steps.direction, from, hops, limit).await? else {
            return Ok(None);
        };
        let mut closings = Vec::new();
        for link in self.expansion.closings.clone() {
            let from = link.from.dense(batch)?.values();
            let Some(adjacency) = self.some(&link.tables, link.direction, from, 1, limit).await? else {
                return Ok(None);
            };
            closings.push(Closing {
                adjacency,
                direction: link.direction,
            });
        }
        Ok(Some(self.with(adjacency, closings)))
    }

    /// The edges within some hops of some nodes.
    async fn some(
        &mut self,
        tables: &EdgeTables,
        direction: Direction,
        starts: &[u32],
        hops: u32,
        limit: Option<u64>,
    ) -> Result<Option<Arc<Adjacency>>> {
        let EdgeTables { edges, from, to } = tables;
        let same_type = from.key == to.key;
        let mut known: HashSet<u32> = starts.iter().copied().collect();
        let mut frontier: Vec<u32> = known.iter().copied().collect();
        let mut all = Vec::new();
        for _ in 0..hops {
            if frontier.is_empty() {
                break;
            }
            self.looked_up += frontier.len() as u64;
            if limit.is_some_and(|limit| self.looked_up > limit) {
                return Ok(None);
            }
            frontier.sort_unstable();
            let found = self.caches.edges_of(edges, from, to, direction, &frontier).await?;
            self.caches.spent(edges, from, to, LOOK_UP + found.len() as u64);
            frontier.clear();
            // Edges between different types do not chain.
            if same_type {
                for [source, target, _] in &found {
                    frontier.extend([*source, *target].into_iter().filter(|node| known.insert(*node)));
                }
            }
            all.extend(found);
        }
        let (source_nodes, target_nodes) = (from.slots() as u32, to.slots() as u32);
        Ok(Some(Arc::new(Adjacency::of_some(
            source_nodes,
            target_nodes,
            same_type,
            all,
        ))))
    }
}
