//! What must hold of the data: one validator for loads and mutations, whose work depends on what changes and not on the
//! size of the graph. Values come first, then ids and uniqueness, endpoints, cardinality. All that is wrong is found, in
//! this order; the first violations are reported, and the number of all.

mod build;
mod delta;
mod edges;
mod keys;
mod rows;
mod rules;
mod sink;
mod stored;
mod unique;
mod values;

pub(crate) use build::RowBuilder;
pub(crate) use delta::{Change, CheckedDelta, Delta, Existing, Removed, StoredRow, TypeDelta};
pub(crate) use keys::{KeyBudget, Keys, hash};
pub(crate) use rules::Rule;
pub(crate) use sink::Sink;
pub(crate) use stored::outcome_rows;
pub(crate) use unique::keys as unique_keys;

use omnigraph_model::catalog::Catalog;

use crate::error::Result;
use crate::history::Snapshot;

/// Violations that are reported of one request.
pub(crate) const ERROR_LIMIT: usize = 100;

/// Checks the outcome of `delta` on `snapshot`, and says which stored rows it meets.
pub(crate) async fn check(snapshot: &Snapshot, delta: &Delta, limit: usize) -> Result<CheckedDelta> {
    let mut sink = delta.twice.clone().unwrap_or_else(|| Sink::new(limit, delta.origin));
    values::check(&snapshot.catalog, delta, &mut sink)?;
    let mut sources = edges::watched(snapshot, delta);
    let (nodes, edges) = stored::find(snapshot, delta, &mut sources, &mut sink).await?;
    unique::check(snapshot, delta, &nodes, &edges, &mut sink).await?;
    let endpoints = edges::endpoints(snapshot, delta, &nodes, &mut sink).await?;
    edges::dangling(snapshot, delta, &nodes, &edges, &mut sink).await?;
    edges::cardinality(snapshot, delta, &edges, sources, &mut sink).await?;
    sink.finish()?;
    Ok(CheckedDelta {
        nodes,
        edges,
        endpoints,
    })
}

/// For a request some rows of which were not even understood, so that nothing can be said of the outcome: what is wrong
/// with the others by themselves. An error, with what `sink` has collected, if there is anything.
pub(crate) fn check_rows(catalog: &Catalog, delta: &Delta, sink: &mut Sink) -> Result<()> {
    if !sink.is_empty() {
        values::check(catalog, delta, sink)?;
    }
    sink.finish()
}
