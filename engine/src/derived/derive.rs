//! Reading what the caches keep from Lance datasets. A version that only adds fragments to one that is cached is read
//! from the first new fragment on.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, UInt64Array, new_empty_array};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use futures::TryStreamExt;
use lance::dataset::{Dataset, ProjectionRequest};
use lance_table::format::Fragment;

use super::cache::{Built, Entry, Key};
use super::{Adjacency, Caches, IdLookup, RowMap, RowMapBuilder, ids};
use crate::storage::Table;
use crate::storage::lookup::ROW_ID;

/// Hidden columns of an edge dataset: the stable row ids of an edge's endpoints.
pub(super) const SOURCE_ROW: &str = "_src_row";
pub(super) const TARGET_ROW: &str = "_dst_row";

/// A table is small enough to keep every column that is asked for, whatever few rows are needed.
const SMALL_TABLE: u64 = 16_384;

impl Caches {
    /// Dense numbers of a table's rows.
    pub(crate) async fn rows(&self, table: &Table) -> Result<Arc<RowMap>> {
        let key = Key::Rows(table.key);
        let build = Box::pin(async {
            let fragments = table.dataset().fragments().clone();
            let (mut builder, covered) = match self.prefix(&key, &fragments) {
                Some((Entry::Rows(rows), covered)) => (RowMapBuilder::from(rows.as_ref()), covered),
                _ => (RowMapBuilder::default(), 0),
            };
            let new = fragments[covered..].to_vec();
            scan(table.dataset(), &[], new, true, |batch| {
                builder.extend(batch.column(0).as_primitive::<UInt64Type>().values());
                Ok(true)
            })
            .await?;
            let rows = builder.finish()?;
            Ok(Built {
                bytes: rows.bytes() + 1,
                entry: Entry::Rows(Arc::new(rows)),
                fragments: Some(fragments),
            })
        });
        match self.get(key.clone(), build).await? {
            Entry::Rows(rows) => Ok(rows),
            _ => Err(wrong_entry()),
        }
    }

    /// A whole column in dense order; `None` if it is too large to be kept in memory.
    pub(crate) async fn column(&self, table: &Table, name: &str) -> Result<Option<ArrayRef>> {
        let key = Key::Column(table.key, name.to_string());
        let build = Box::pin(async {
            // What is known to be too large is not read in vain.
            let width = width(&column_type(table.dataset(), name)?);
            if width.saturating_mul(table.rows() as usize) > self.column_limit() {
                return Ok(too_large());
            }
            let fragments = table.dataset().fragments().clone();
            let (mut chunks, covered) = match self.prefix(&key, &fragments) {
                Some((Entry::Column(column), covered)) => (vec![column], covered),
                Some((Entry::TooLarge, _)) => return Ok(too_large()),
                _ => (Vec::new(), 0),
            };
            let mut bytes = chunks.iter().map(|chunk| chunk.get_array_memory_size()).sum::<usize>();
            let new = fragments[covered..].to_vec();
            let complete = scan(table.dataset(), &[name], new, false, |batch| {
                bytes += batch.column(0).get_array_memory_size();
                chunks.push(batch.column(0).clone());
                Ok(bytes <= self.column_limit())
            })
            .await?;
            if !complete {
                return Ok(too_large());
            }
            let column = match chunks.as_slice() {
                [] => new_empty_array(&column_type(table.dataset(), name)?),
                [only] => only.clone(),
                many => {
                    let parts: Vec<&dyn Array> = many.iter().map(|chunk| chunk.as_ref()).collect();
                    arrow_select::concat::concat(&parts)?
                }
            };
            Ok(Built {
                bytes: column.get_array_memory_size() + 1,
                entry: Entry::Column(column),
                fragments: Some(fragments),
            })
        });
        match self.get(key.clone(), build).await? {
            Entry::Column(column) => Ok(Some(column)),
            Entry::TooLarge => Ok(None),
            _ => Err(wrong_entry()),
        }
    }

    /// A column that is in memory already.
    pub(crate) fn resident_column(&self, table: &Table, name: &str) -> Option<ArrayRef> {
        match self.resident(&Key::Column(table.key, name.to_string()))? {
            Entry::Column(column) => Some(column),
            _ => None,
        }
    }

    /// Whether a request for `rows` of a column should rather load all of it: the table is small, or the requests so
    /// far add up to a good part of it.
    pub(crate) fn worth_loading(&self, table: &Table, name: &str, rows: u64) -> bool {
        let key = Key::Column(table.key, name.to_string());
        if let Some(Entry::TooLarge) = self.resident(&key) {
            return false;
        }
        table.rows() <= SMALL_TABLE || self.miss(&key, rows.max(1024)) >= table.rows() / 8
    }

    /// The column of ids, of whatever size.
    pub(crate) async fn ids(&self, table: &Table) -> Result<ArrayRef> {
        self.column(table, "id").await?.ok_or_else(|| {
            let needed = table.rows() * table.row_bytes();
            too_much("memory for the ids of a type", self.column_limit(), needed)
        })
    }

    /// For each row the rank of its id: comparing ranks is comparing ids.
    pub(crate) async fn rank(&self, table: &Table) -> Result<Arc<UInt32Array>> {
        let build = Box::pin(async {
            let ids = self.ids(table).await?;
            let rank = blocking(move || ids::rank(ids.as_string::<i32>())).await?;
            Ok(Built {
                bytes: rank.get_array_memory_size() + 1,
                entry: Entry::Rank(Arc::new(rank)),
                fragments: None,
            })
        });
        match self.get(Key::Rank(table.key), build).await? {
            Entry::Rank(rank) => Ok(rank),
            _ => Err(wrong_entry()),
        }
    }

    /// Whether [`Caches::rank`] is there already.
    pub(crate) fn has_rank(&self, table: &Table) -> bool {
        self.resident(&Key::Rank(table.key)).is_some()
    }

    /// Dense numbers by id.
    pub(crate) async fn lookup(&self, table: &Table) -> Result<Arc<IdLookup>> {
        let build = Box::pin(async {
            let ids = self.ids(table).await?;
            let lookup = blocking(move || IdLookup::new(ids.as_string::<i32>().clone())).await?;
            Ok(Built {
                bytes: lookup.bytes() + 1,
                entry: Entry::Lookup(Arc::new(lookup)),
                fragments: None,
            })
        });
        match self.get(Key::Lookup(table.key), build).await? {
            Entry::Lookup(lookup) => Ok(lookup),
            _ => Err(wrong_entry()),
        }
    }

    /// Adjacency of an edge table between the node tables of the same snapshot.
    pub(crate) async fn adjacency(&self, edges: &Table, from: &Table, to: &Table) -> Result<Arc<Adjacency>> {
        let build = Box::pin(async {
            let needed = Adjacency::expected_bytes(from.rows(), to.rows(), edges.rows());
            if needed > self.budget() as u64 {
                return Err(too_much("memory for the edges of a type", self.budget(), needed));
            }
            let sources = self.rows(from).await?;
            let targets = self.rows(to).await?;
            let mut ends = (Vec::new(), Vec::new());
            let fragments = edges.dataset().fragments().to_vec();
            scan(edges.dataset(), &[SOURCE_ROW, TARGET_ROW], fragments, false, |batch| {
                resolve(&sources, batch.column(0).as_primitive(), &mut ends.0)?;
                resolve(&targets, batch.column(1).as_primitive(), &mut ends.1)?;
                Ok(true)
            })
            .await?;
            let same_type = from.key == to.key;
            let (source_nodes, target_nodes) = (sources.len(), targets.len());
            let adjacency =
                blocking(move || Adjacency::build(source_nodes, target_nodes, same_type, &ends.0, &ends.1)).await??;
            Ok(Built {
                bytes: adjacency.bytes() + 1,
                entry: Entry::Adjacency(Arc::new(adjacency)),
                fragments: None,
            })
        });
        match self.get(Key::Adjacency(edges.key, from.key, to.key), build).await? {
            Entry::Adjacency(adjacency) => Ok(adjacency),
            _ => Err(wrong_entry()),
        }
    }

    /// Whether [`Caches::adjacency`] is there already.
    pub(crate) fn has_adjacency(&self, edges: &Table, from: &Table, to: &Table) -> bool {
        self.resident(&Key::Adjacency(edges.key, from.key, to.key)).is_some()
    }

    /// Counts what was spent on following these edges without their adjacency; the sum so far.
    pub(crate) fn spent(&self, edges: &Table, from: &Table, to: &Table, cost: u64) -> u64 {
        self.miss(&Key::Adjacency(edges.key, from.key, to.key), cost)
    }
}

pub(super) fn wrong_entry() -> DataFusionError {
    DataFusionError::Internal("a cache key has an entry of another kind".into())
}

/// `needed` is an estimate, and above the limit in any case.
pub(super) fn too_much(resource: &'static str, limit: usize, needed: u64) -> DataFusionError {
    let limit = limit as u64;
    let error = crate::error::Error::ResourceLimitExceeded {
        resource,
        limit,
        actual: Some(needed.max(limit + 1)),
    };
    error.into()
}

/// Bytes of each value of a type, as far as they do not depend on the value.
fn width(data_type: &DataType) -> usize {
    match data_type {
        DataType::FixedSizeList(item, length) => width(item.data_type()) * usize::try_from(*length).unwrap_or(0),
        other => other.primitive_width().unwrap_or(0),
    }
}

fn too_large() -> Built {
    Built {
        entry: Entry::TooLarge,
        bytes: 1,
        fragments: None,
    }
}

/// Long computations leave the thread that drives I/O.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| DataFusionError::Internal(format!("a background computation failed: {error}")))
}

pub(super) fn resolve(rows: &RowMap, row_ids: &UInt64Array, dense: &mut Vec<u32>) -> Result<()> {
    dense.reserve(row_ids.len());
    for row_id in row_ids.values() {
        let found = rows.dense(*row_id).ok_or_else(|| {
            crate::error::Error::corrupt(
                "an edge",
                format!("it names node row {row_id}, which this version does not have"),
            )
        })?;
        dense.push(found);
    }
    Ok(())
}

pub(crate) fn lance_error(error: lance::Error) -> DataFusionError {
    crate::error::Error::from(error).into()
}

fn column_type(dataset: &Dataset, name: &str) -> Result<DataType> {
    let field = dataset.schema().field(name);
    field
        .map(|field| field.data_type())
        .ok_or_else(|| DataFusionError::Internal(format!("column `{name}` is not stored")))
}

/// Reads columns of some fragments in dense order; without columns, row ids. `each` returns whether to go on. The result
/// says whether everything was read.
pub(super) async fn scan(
    dataset: &Arc<Dataset>,
    columns: &[&str],
    fragments: Vec<Fragment>,
    row_ids: bool,
    mut each: impl FnMut(&RecordBatch) -> Result<bool>,
) -> Result<bool> {
    if fragments.is_empty() {
        return Ok(true);
    }
    let mut scanner = dataset.scan();
    scanner.with_fragments(fragments).scan_in_order(true);
    if row_ids {
        scanner.empty_project().map_err(lance_error)?.with_row_id();
    } else {
        scanner.project(columns).map_err(lance_error)?;
    }
    let mut stream = scanner.try_into_stream().await.map_err(lance_error)?;
    while let Some(batch) = stream.try_next().await.map_err(lance_error)? {
        debug_assert!(!row_ids || batch.schema().field(0).name() == ROW_ID);
        if !each(&batch)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads columns of single rows. `dense` is sorted and without duplicates.
pub(crate) async fn take(table: &Table, columns: &[&str], dense: &[u32]) -> Result<RecordBatch> {
    let offsets: Vec<u64> = dense.iter().copied().map(u64::from).collect();
    let projection = ProjectionRequest::from_columns(columns, table.dataset().schema());
    table.dataset().take(&offsets, projection).await.map_err(lance_error)
}
