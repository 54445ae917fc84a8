//! Small fragments and those with many deleted rows, joined into large ones. Rows keep their numbers, so that edges and
//! row-numbered indexes stay right; what an index knew by address is dropped and built again.

use std::sync::{Arc, Mutex};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_schema::SchemaRef;
use futures::StreamExt;
use lance::Dataset;
use lance::dataset::transaction::{Operation, RewriteGroup};
use lance_table::format::Fragment;

use crate::error::{Error, Result};
use crate::storage::lookup::{ROW_ID, column_of};
use crate::storage::{data_bytes, number_rows, stage};

/// A fragment with as many rows or bytes is large enough.
const ENOUGH_ROWS: usize = 1 << 19;
const ENOUGH_BYTES: u64 = 256 << 20;

/// A large fragment is written anew once one row of as many is deleted.
const DELETED_SHARE: usize = 10;

/// What a scan may hold of files that are being read.
const READ_AHEAD: u64 = 64 << 20;
const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: u64 = 16 << 20;

/// Rewritten rows that no version names yet.
pub(super) struct Compaction {
    pub old: Vec<Fragment>,
    pub new: Vec<Fragment>,
}

impl Compaction {
    pub(super) fn operation(&self) -> Operation {
        if self.new.is_empty() {
            return Operation::Delete {
                updated_fragments: Vec::new(),
                deleted_fragment_ids: self.old.iter().map(|fragment| fragment.id).collect(),
                predicate: String::new(),
            };
        }
        Operation::Rewrite {
            groups: vec![RewriteGroup {
                old_fragments: self.old.clone(),
                new_fragments: self.new.clone(),
            }],
            rewritten_indices: Vec::new(),
            frag_reuse_index: None,
        }
    }
}

fn deleted(fragment: &Fragment) -> usize {
    let file = fragment.deletion_file.as_ref();
    file.and_then(|file| file.num_deleted_rows).unwrap_or_default()
}

/// The fragments to join; none if that would change nothing worth while.
fn candidates(fragments: &[Fragment]) -> Vec<Fragment> {
    let mut chosen: Vec<Fragment> = Vec::new();
    let mut worn = false;
    for fragment in fragments {
        let physical = fragment.physical_rows.unwrap_or_default();
        let deleted = deleted(fragment);
        let small = physical - deleted.min(physical) < ENOUGH_ROWS && data_bytes(fragment) < ENOUGH_BYTES;
        let holes = deleted > 0 && deleted >= physical / DELETED_SHARE;
        worn |= holes;
        if small || holes {
            chosen.push(fragment.clone());
        }
    }
    // A single one without holes is the end of an earlier compaction.
    if chosen.len() > 1 || worn { chosen } else { Vec::new() }
}

/// Writes what should be joined to new files.
pub(super) async fn compact(dataset: &Arc<Dataset>) -> Result<Option<Compaction>> {
    let old = candidates(&dataset.manifest().fragments);
    if old.is_empty() {
        return Ok(None);
    }
    rewrite(dataset, old).await.map(Some)
}

/// Writes these fragments, without what is deleted of them, to new files.
pub(super) async fn rewrite(dataset: &Arc<Dataset>, old: Vec<Fragment>) -> Result<Compaction> {
    let schema: SchemaRef = Arc::new(arrow_schema::Schema::from(dataset.schema()));
    let columns = schema.fields().len();
    let mut scan = dataset.scan();
    scan.with_fragments(old.clone())
        .scan_in_order(true)
        .with_row_id()
        .batch_size(batch_rows(&old))
        .io_buffer_size(READ_AHEAD);
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    let (numbers, rows_schema) = (seen.clone(), schema.clone());
    let rows = scan.try_into_stream().await?.map(move |batch| {
        let batch = batch?;
        let row_ids = column_of(&batch, ROW_ID)?.as_primitive::<UInt64Type>();
        numbers
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .extend_from_slice(row_ids.values());
        let rows = batch.project(&(0..columns).collect::<Vec<_>>())?;
        Ok(rows.with_schema(rows_schema.clone())?)
    });
    let mut new = stage(dataset, schema, rows).await?;
    let numbers = std::mem::take(&mut *seen.lock().unwrap_or_else(|e| e.into_inner()));
    let live: usize = old
        .iter()
        .map(|fragment| fragment.physical_rows.unwrap_or_default() - deleted(fragment))
        .sum();
    if numbers.len() != live {
        return Err(Error::internal(
            "joining fragments met another number of rows than they hold",
        ));
    }
    number_rows(&mut new, &numbers)?;
    Ok(Compaction { old, new })
}

/// Fewer rows at once where they are wide.
fn batch_rows(fragments: &[Fragment]) -> usize {
    let bytes: u64 = fragments.iter().map(data_bytes).sum();
    let rows: usize = fragments.iter().filter_map(|fragment| fragment.physical_rows).sum();
    let width = (bytes / (rows as u64).max(1)).max(1);
    usize::try_from(BATCH_BYTES / width).map_or(BATCH_ROWS, |rows| rows.clamp(1, BATCH_ROWS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(id: u64, rows: usize) -> Fragment {
        Fragment {
            physical_rows: Some(rows),
            ..Fragment::new(id)
        }
    }

    #[test]
    fn joins_small_neighbours_and_leaves_a_lone_end() {
        let large = fragment(0, ENOUGH_ROWS);
        let ids = |fragments: &[Fragment]| candidates(fragments).iter().map(|f| f.id).collect::<Vec<_>>();
        assert!(ids(&[]).is_empty());
        assert!(ids(&[large.clone(), fragment(1, 10)]).is_empty());
        assert_eq!(ids(&[fragment(2, 1), large, fragment(3, 10)]), [2, 3]);
    }
}
