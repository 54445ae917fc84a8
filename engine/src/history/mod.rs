//! Graphs in time: the handle of a graph, the records of a branch with the newest as its head, snapshots of commits, how a
//! commit is published, and which commits' data are retained. A commit is one record, published by creating the next numbered
//! object of its branch; everything a record names is immutable.

mod branch;
mod changes;
pub(crate) mod cleanup;
mod commits;
mod genesis;
mod graph;
mod opening;
mod publication;
mod snapshot;
mod turns;

pub use cleanup::{CleanupOptions, CleanupReport, Figures};
pub use genesis::NewGraph;
pub use graph::Graph;
pub use snapshot::Snapshot;

pub(crate) use branch::Head;
pub(crate) use changes::has_room;
pub(crate) use cleanup::first_retained;
pub(crate) use publication::{Draft, Work};
