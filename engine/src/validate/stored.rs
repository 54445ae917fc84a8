//! Which written rows have a stored row of the same id, and which stored rows go.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use datafusion::common::ScalarValue;
use roaring::RoaringTreemap;

use super::delta::{Change, Delta, Existing, Removed, TypeDelta};
use super::edges::Sources;
use super::keys::{KeyBudget, Keys, hash};
use super::sink::{First, Sink};
use crate::error::{Fault, Result};
use crate::history::Snapshot;
use crate::storage::lookup::{ROW_ID, column_of};
use crate::storage::{ID, SRC, Table, lookup};

/// Changes of node types and of edge types.
pub(crate) type Changes = (BTreeMap<String, Change>, BTreeMap<String, Change>);

pub(crate) async fn find(
    snapshot: &Snapshot,
    delta: &Delta,
    sources: &mut BTreeMap<String, Sources>,
    sink: &mut Sink,
) -> Result<Changes> {
    let mut nodes = BTreeMap::new();
    for (name, written) in &delta.nodes {
        let table = snapshot.node_table(name).await?;
        nodes.insert(
            name.clone(),
            find_type(name, written, &table, &delta.budget, None, sink).await?,
        );
    }
    let mut edges = BTreeMap::new();
    for (name, written) in &delta.edges {
        let table = snapshot.edge_table(name).await?;
        let change = find_type(name, written, &table, &delta.budget, sources.get_mut(name), sink).await?;
        edges.insert(name.clone(), change);
    }
    Ok((nodes, edges))
}

async fn find_type(
    name: &str,
    written: &TypeDelta,
    table: &Table,
    budget: &Arc<KeyBudget>,
    mut sources: Option<&mut Sources>,
    sink: &mut Sink,
) -> Result<Change> {
    let mut replaced = Keys::new(budget);
    let mut removed = RoaringTreemap::new();
    let all_others = matches!(written.removed, Removed::AllOthers);
    if let Removed::Rows(rows) = &written.removed {
        removed.extend(rows.iter().map(|row| row.row_id));
        if let Some(sources) = &mut sources {
            rows.iter().for_each(|row| sources.touch(&row.src));
        }
    }
    if written.ids.is_empty() && !all_others {
        return Ok(Change {
            replaced: Arc::new(replaced),
            removed,
        });
    }
    let among = if all_others || !lookup::few(written.ids.len() as usize, table.rows()) {
        None
    } else {
        Some((ID, id_values(written)?))
    };
    let projection: &[&str] = if sources.is_some() { &[ID, SRC] } else { &[ID] };
    let mut conflicts = First::new(sink.room());
    lookup::visit(table, projection, among, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        for row in 0..batch.num_rows() {
            let key = hash(ids.value(row).as_bytes());
            let stored = row_ids.value(row);
            if let Some(ordinal) = written.ids.get(key)? {
                if written.existing == Existing::Conflict {
                    conflicts.meet(ordinal, ids.value(row).to_string());
                }
                replaced.insert(key, stored)?;
            } else if all_others {
                removed.insert(stored);
            } else {
                continue;
            }
            if let Some(sources) = &mut sources {
                sources.touch(column_of(batch, SRC)?.as_string::<i32>().value(row));
            }
        }
        Ok(())
    })
    .await?;
    replaced.seal(|first, _| first)?;
    conflicts.tell(sink, |ordinal, id| {
        let (_, line) = written.rows.describe(ordinal)?;
        let type_name = name.to_string();
        Ok((line, Fault::KeyConflict { type_name, id }))
    })?;
    Ok(Change {
        replaced: Arc::new(replaced),
        removed,
    })
}

/// The ids that may be stored.
fn id_values(written: &TypeDelta) -> Result<Vec<ScalarValue>> {
    let mut values = Vec::with_capacity(written.ids.len() as usize);
    for batch in written.rows.batches()? {
        let batch = batch?;
        let ids = batch.column(0).as_string::<i32>();
        for id in ids.iter().flatten() {
            if written.ids.contains(hash(id.as_bytes()))? {
                values.push(ScalarValue::from(id));
            }
        }
    }
    Ok(values)
}

/// Visits nodes of a written type, by the hash of the id, with their row ids in the outcome: stored ones keep theirs, new
/// ones get the next in order.
pub(crate) fn outcome_rows(
    written: &TypeDelta,
    change: &Change,
    first_new: u64,
    mut visitor: impl FnMut(u128, u64) -> Result<()>,
) -> Result<()> {
    let mut next = first_new;
    for batch in written.rows.batches()? {
        let batch = batch?;
        for id in batch.column(0).as_string::<i32>().iter().flatten() {
            let key = hash(id.as_bytes());
            let row = match change.replaced.get(key)? {
                Some(stored) => stored,
                None => {
                    next += 1;
                    next - 1
                }
            };
            visitor(key, row)?;
        }
    }
    Ok(())
}
