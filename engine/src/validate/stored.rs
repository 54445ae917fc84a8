//! Which written rows have a stored row of the same id, and which stored rows go.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use datafusion::common::ScalarValue;

use super::delta::{Change, Delta, Existing, HashIndex, Removed, Stored, TypeDelta, hash};
use super::edges::Sources;
use super::fault::{Fault, Sink};
use super::lookup::{self, ROW_ADDRESS, ROW_ID, column_of};
use crate::error::Result;
use crate::store::{ID, SRC, Snapshot, Table};

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
        nodes.insert(name.clone(), find_type(name, written, &table, None, sink).await?);
    }
    let mut edges = BTreeMap::new();
    for (name, written) in &delta.edges {
        let table = snapshot.edge_table(name).await?;
        let change = find_type(name, written, &table, sources.get_mut(name), sink).await?;
        edges.insert(name.clone(), change);
    }
    Ok((nodes, edges))
}

async fn find_type(
    name: &str,
    written: &TypeDelta,
    table: &Table,
    mut sources: Option<&mut Sources>,
    sink: &mut Sink,
) -> Result<Change> {
    let mut change = Change::default();
    let all_others = matches!(written.removed, Removed::AllOthers);
    if let Removed::Rows(rows) = &written.removed {
        change.removed.extend(rows.iter().map(|row| row.address));
        if let Some(sources) = &mut sources {
            rows.iter().for_each(|row| sources.touch(&row.src));
        }
    }
    if written.ids.is_empty() && !all_others {
        return Ok(change);
    }
    let among = if all_others || !lookup::few(written.ids.len(), table.rows()) {
        None
    } else {
        Some((ID, id_values(written)?))
    };
    let projection: &[&str] = if sources.is_some() { &[ID, SRC] } else { &[ID] };
    // The first in the order of the request, however they are stored.
    let mut conflicts = BTreeMap::new();
    lookup::visit(table, projection, among, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        let addresses = column_of(batch, ROW_ADDRESS)?.as_primitive::<UInt64Type>();
        for row in 0..batch.num_rows() {
            let key = hash(ids.value(row).as_bytes());
            let stored = Stored {
                row_id: row_ids.value(row),
                address: addresses.value(row),
            };
            if let Some(ordinal) = written.ids.get(&key) {
                if written.existing == Existing::Conflict {
                    conflicts.insert(*ordinal, ids.value(row).to_string());
                    if conflicts.len() > sink.room() {
                        conflicts.pop_last();
                        sink.skip(1);
                    }
                }
                change.replaced.insert(key, stored);
            } else if all_others {
                change.removed.insert(stored.address);
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
    for (ordinal, id) in conflicts {
        let (_, line) = written.rows.describe(ordinal)?;
        sink.push(
            line,
            Fault::KeyConflict {
                type_name: name.to_string(),
                id,
            },
        );
    }
    Ok(change)
}

/// The ids that may be stored.
fn id_values(written: &TypeDelta) -> Result<Vec<ScalarValue>> {
    let mut values = Vec::with_capacity(written.ids.len());
    for batch in written.rows.batches()? {
        let batch = batch?;
        let ids = batch.column(0).as_string::<i32>();
        let known = ids
            .iter()
            .flatten()
            .filter(|id| written.ids.contains_key(&hash(id.as_bytes())));
        values.extend(known.map(ScalarValue::from));
    }
    Ok(values)
}

/// Row ids of the outcome for nodes of a written type: stored ones keep theirs, new ones get the next in order.
pub(crate) fn outcome_rows(
    written: &TypeDelta,
    change: &Change,
    first_new: u64,
    wanted: &mut HashIndex<Option<u64>>,
) -> Result<()> {
    let mut next = first_new;
    for batch in written.rows.batches()? {
        let batch = batch?;
        for id in batch.column(0).as_string::<i32>().iter().flatten() {
            let key = hash(id.as_bytes());
            let row = match change.replaced.get(&key) {
                Some(stored) => stored.row_id,
                None => {
                    next += 1;
                    next - 1
                }
            };
            if let Some(wanted) = wanted.get_mut(&key) {
                *wanted = Some(row);
            }
        }
    }
    Ok(())
}
