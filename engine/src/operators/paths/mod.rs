//! `path`: each row beside the walks that a search finds between two of its nodes. The searches see one graph of all edge types
//! that a step may follow, without what the conditions on steps forbid.

mod budget;
mod cheapest;
mod exec;
mod ground;
mod link;
mod reach;
mod shortest;
mod step_scan;
#[cfg(test)]
mod tests;
mod trails;
mod view;

use view::Hop;

pub(crate) use exec::{PathExec, Quest};
pub(crate) use ground::{PathStep, PathTables};
pub(crate) use reach::{Edges, ReachExec, Traversal};
pub(crate) use step_scan::StepScanExec;

/// Numbers of edges that a walk may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// One or more.
    pub min: u32,
    pub max: Option<u32>,
}

impl Bounds {
    fn allow(self, length: u32) -> bool {
        self.min <= length && self.max.is_none_or(|max| length <= max)
    }
}

/// What a search that is asked for one more walk has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Found,
    /// It has not come to a walk yet.
    Later,
    Done,
}

/// Walks that were found, one behind the other.
#[derive(Debug, Default)]
struct Found {
    /// By walk: the number of its edges.
    lengths: Vec<u32>,
    /// Of all walks; each has one node more than edges.
    nodes: Vec<u32>,
    edges: Vec<u32>,
    costs: Vec<Option<cheapest::Sum>>,
}

impl Found {
    fn walk(&mut self, source: u32, hops: &[Hop], cost: Option<cheapest::Sum>) {
        self.lengths.push(hops.len() as u32);
        self.nodes.push(source);
        self.nodes.extend(hops.iter().map(|hop| hop.node));
        self.edges.extend(hops.iter().map(|hop| hop.edge));
        self.costs.push(cost);
    }

    /// A walk whose hops were followed back from its end.
    fn walk_back(&mut self, target: u32, hops: &[Hop]) {
        self.lengths.push(hops.len() as u32);
        self.nodes.extend(hops.iter().rev().map(|hop| hop.node));
        self.nodes.push(target);
        self.edges.extend(hops.iter().rev().map(|hop| hop.edge));
        self.costs.push(None);
    }
}
