//! What must hold of the data: one validator for loads and mutations, whose work depends on what changes and not on the
//! size of the graph. Values come first, then ids and uniqueness, endpoints, cardinality; a step that fails ends it.

mod build;
mod delta;
mod edges;
mod fault;
mod keys;
pub(crate) mod lookup;
mod rows;
mod stored;
mod unique;
mod values;

pub use fault::{Fault, Side, Violation, Violations};

pub(crate) use build::RowBuilder;
pub(crate) use delta::{Change, Checked, Delta, Existing, Removed, StoredRow, TypeDelta};
pub(crate) use fault::Sink;
pub(crate) use keys::{KeyBudget, Keys, hash};

use crate::error::Result;
use crate::store::Snapshot;

/// Errors kept of one pass.
pub(crate) const ERROR_LIMIT: usize = 100;

/// Checks the outcome of `delta` on `snapshot`, and says which stored rows it meets.
pub(crate) async fn check(snapshot: &Snapshot, delta: &Delta, limit: usize) -> Result<Checked> {
    let mut sink = Sink::new(limit);
    values::check(&snapshot.catalog, delta, &mut sink)?;
    sink.finish()?;
    let mut sources = edges::watched(snapshot, delta);
    let (nodes, edges) = stored::find(snapshot, delta, &mut sources, &mut sink).await?;
    sink.finish()?;
    unique::check(snapshot, delta, &nodes, &edges, &mut sink).await?;
    sink.finish()?;
    let endpoints = edges::endpoints(snapshot, delta, &nodes, &mut sink).await?;
    edges::dangling(snapshot, delta, &nodes, &edges, &mut sink).await?;
    sink.finish()?;
    edges::cardinality(snapshot, delta, &edges, sources, &mut sink).await?;
    sink.finish()?;
    Ok(Checked {
        nodes,
        edges,
        endpoints,
    })
}
