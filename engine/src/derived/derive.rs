//! Reading what the caches keep from Lance datasets. A version that only adds fragments to one that is cached is read
//! from the first new fragment on. What a table has beside its dataset is laid over that.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, UInt64Array, new_empty_array};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use futures::TryStreamExt;
use lance::Dataset;
use lance_table::format::Fragment;

use super::adjacency::NONE;
use super::cache::{Built, Entry, Key};
use super::{Adjacency, Caches, Column, IdLookup, RowMap, RowMapBuilder, ids};
use crate::storage::lookup::ROW_ID;
use crate::storage::{ID, Table};

/// Hidden columns of an edge dataset: the stable row ids of an edge's endpoints.
pub(super) const SOURCE_ROW: &str = "_src_row";
pub(super) const TARGET_ROW: &str = "_dst_row";

/// A table is small enough to keep every column that is asked for, whatever few rows are needed.
const SMALL_TABLE: u64 = 16_384;

impl Caches {
    /// Dense numbers of a table's rows.
    pub(crate) async fn rows(&self, table: &Table) -> Result<Arc<RowMap>> {
        if let Some(rows) = self.resident_rows(table)? {
            return Ok(rows);
        }
        let stored = self.stored_rows(table).await?;
        self.with_later(table, &stored)
    }

    /// Those that are in memory, but for what was written since the dataset was.
    fn resident_rows(&self, table: &Table) -> Result<Option<Arc<RowMap>>> {
        if let Some(Entry::Rows(rows)) = self.resident(&Key::Rows(table.key)) {
            return Ok(Some(rows));
        }
        match self.resident(&Key::Rows(table.key.base())) {
            Some(Entry::Rows(stored)) => self.with_later(table, &stored).map(Some),
            _ => Ok(None),
        }
    }

    fn with_later(&self, table: &Table, stored: &Arc<RowMap>) -> Result<Arc<RowMap>> {
        if table.key == table.key.base() {
            return Ok(stored.clone());
        }
        let rows = Arc::new(stored.with(table.overlay(), table.next_row())?);
        self.put(Key::Rows(table.key), Entry::Rows(rows.clone()), rows.bytes());
        Ok(rows)
    }

    /// Those of the dataset.
    pub(super) async fn stored_rows(&self, table: &Table) -> Result<Arc<RowMap>> {
        let key = Key::Rows(table.key.base());
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
            let rows = builder.finish(table.first_new())?;
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

    /// A whole column; `None` if it is too large to be kept in memory.
    pub(crate) async fn column(&self, table: &Table, name: &str) -> Result<Option<Column>> {
        let Some(stored) = self.stored_column(table, name).await? else {
            return Ok(None);
        };
        if table.key == table.key.base() {
            return Ok(Some(stored.into()));
        }
        let rows = self.rows(table).await?;
        let values = table.overlay().column(name)?.clone();
        Ok(Some(Column::with(stored, rows.later().clone(), values)))
    }

    /// The values of the dataset's rows in dense order.
    async fn stored_column(&self, table: &Table, name: &str) -> Result<Option<ArrayRef>> {
        let key = Key::Column(table.key.base(), name.to_string());
        let build = Box::pin(async {
            // What is known to be too large is not read in vain.
            let width = width(&column_type(table.dataset(), name)?);
            if width.saturating_mul(table.stored_rows() as usize) > self.column_limit() {
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
    pub(crate) fn resident_column(&self, table: &Table, name: &str) -> Option<Column> {
        let stored = match self.resident(&Key::Column(table.key.base(), name.to_string()))? {
            Entry::Column(column) => column,
            _ => return None,
        };
        if table.key == table.key.base() {
            return Some(stored.into());
        }
        let rows = self.resident_rows(table).ok()??;
        let values = table.overlay().column(name).ok()?.clone();
        Some(Column::with(stored, rows.later().clone(), values))
    }

    /// Whether to read a whole column into memory rather than `rows` of it now: it is small, or so much of it was read
    /// by single rows already that keeping it would have paid.
    pub(crate) fn worth_loading(&self, table: &Table, name: &str, rows: u64) -> bool {
        let key = Key::Column(table.key.base(), name.to_string());
        match self.resident(&key) {
            Some(Entry::TooLarge) => false,
            Some(_) => true,
            None => table.slots() <= SMALL_TABLE || self.miss(&key, rows) >= table.slots(),
        }
    }

    /// The column of ids, of whatever size.
    pub(crate) async fn ids(&self, table: &Table) -> Result<Column> {
        self.column(table, ID).await?.ok_or_else(|| {
            let needed = table.slots() * table.row_bytes();
            too_much("memory for the ids of a type", self.column_limit(), needed)
        })
    }

    /// For each row a number of 64 bits: comparing numbers is comparing ids.
    pub(crate) async fn rank(&self, table: &Table) -> Result<Column> {
        let ids = self.ids(table).await?;
        let ids = ids.stored().as_string::<i32>();
        let build = Box::pin(async {
            let ids = ids.clone();
            let order = blocking(move || ids::order(&ids)).await?;
            Ok(Built {
                bytes: order.get_array_memory_size() + 1,
                entry: Entry::Order(order),
                fragments: None,
            })
        });
        let order = match self.get(Key::Order(table.key.base()), build).await? {
            Entry::Order(order) => order,
            _ => return Err(wrong_entry()),
        };
        let build = Box::pin(async {
            let (ids, order) = (ids.clone(), order.clone());
            let rank = blocking(move || ids::rank(&ids, &order)).await?;
            Ok(Built {
                bytes: rank.get_array_memory_size() + 1,
                entry: Entry::Rank(Arc::new(rank)),
                fragments: None,
            })
        });
        let stored = match self.get(Key::Rank(table.key.base()), build).await? {
            Entry::Rank(rank) => rank,
            _ => return Err(wrong_entry()),
        };
        if table.key == table.key.base() {
            return Ok(stored.into());
        }
        let build = Box::pin(async {
            let later = table.overlay().column(ID)?.as_string::<i32>();
            let rank = ids::later_rank(ids, &order, stored.as_primitive(), later);
            Ok(Built {
                bytes: rank.get_array_memory_size() + 1,
                entry: Entry::Rank(Arc::new(rank)),
                fragments: None,
            })
        });
        let rows = self.rows(table).await?;
        match self.get(Key::Rank(table.key), build).await? {
            Entry::Rank(later) => Ok(Column::with(stored, rows.later().clone(), later)),
            _ => Err(wrong_entry()),
        }
    }

    /// Whether most of [`Caches::rank`] is there already.
    pub(crate) fn has_rank(&self, table: &Table) -> bool {
        self.resident(&Key::Rank(table.key.base())).is_some()
    }

    /// Dense numbers by id.
    pub(crate) async fn lookup(&self, table: &Table) -> Result<Arc<IdLookup>> {
        let build = Box::pin(async {
            let ids = self.ids(table).await?;
            let ids = ids.stored().as_string::<i32>().clone();
            let lookup = blocking(move || IdLookup::new(ids)).await?;
            Ok(Built {
                bytes: lookup.bytes() + 1,
                entry: Entry::Lookup(Arc::new(lookup)),
                fragments: None,
            })
        });
        let stored = match self.get(Key::Lookup(table.key.base()), build).await? {
            Entry::Lookup(lookup) => lookup,
            _ => return Err(wrong_entry()),
        };
        if table.key == table.key.base() {
            return Ok(stored);
        }
        let build = Box::pin(async {
            let rows = self.rows(table).await?;
            let numbers = table.overlay().numbers().iter().map(|number| dense(&rows, *number));
            let numbers = numbers.collect::<Result<Vec<u32>>>()?;
            let ids = table.overlay().column(ID)?.as_string::<i32>().clone();
            let lookup = stored.with(ids, numbers, rows.holes().clone());
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
        let stored = self.stored_adjacency(edges, from, to).await?;
        let keys = [edges.key, from.key, to.key];
        if keys.iter().all(|key| *key == key.base()) {
            return Ok(stored);
        }
        let build = Box::pin(async {
            let (numbers, sources, targets) = (self.rows(edges).await?, self.rows(from).await?, self.rows(to).await?);
            let ends = |row_ids: &[u64], rows: &RecordBatch| {
                let (mut source, mut target) = (Vec::new(), Vec::new());
                numbers_of(&sources, rows.column(0).as_primitive(), &mut source);
                numbers_of(&targets, rows.column(1).as_primitive(), &mut target);
                let ends = source.into_iter().zip(target).zip(row_ids);
                ends.map(|((source, target), row_id)| Ok([source, target, number(&numbers, *row_id)?]))
                    .collect::<Result<Vec<_>>>()
            };
            let overlay = edges.overlay();
            let hidden: Vec<u64> = overlay.hidden().iter().collect();
            let gone = edges.take_stored(&hidden, &[SOURCE_ROW, TARGET_ROW]).await?;
            let mut gone = ends(&hidden, &gone)?;
            // Those whose node is gone from its dataset are not in the adjacency of the datasets.
            gone.retain(|[source, target, _]| *source != NONE && *target != NONE);
            let places = [SOURCE_ROW, TARGET_ROW].map(|name| overlay.rows().schema().index_of(name));
            let added = overlay
                .rows()
                .project(&places.into_iter().collect::<std::result::Result<Vec<_>, _>>()?)?;
            let added = ends(overlay.numbers(), &added)?;
            if let Some(lost) = added
                .iter()
                .position(|[source, target, _]| *source == NONE || *target == NONE)
            {
                return Err(no_node(overlay.numbers()[lost]));
            }
            let adjacency = stored.with((sources.slots(), targets.slots()), &gone, &added);
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

    /// That of the datasets. Edges may lead to nodes that were written since the dataset of the nodes was.
    async fn stored_adjacency(&self, edges: &Table, from: &Table, to: &Table) -> Result<Arc<Adjacency>> {
        let build = Box::pin(async {
            let needed = Adjacency::expected_bytes(from.slots(), to.slots(), edges.stored_rows());
            if needed > self.budget() as u64 {
                return Err(too_much("memory for the edges of a type", self.budget(), needed));
            }
            let sources = self.rows(from).await?;
            let targets = self.rows(to).await?;
            let mut ends = (Vec::new(), Vec::new());
            let fragments = edges.dataset().fragments().to_vec();
            scan(edges.dataset(), &[SOURCE_ROW, TARGET_ROW], fragments, false, |batch| {
                numbers_of(&sources, batch.column(0).as_primitive(), &mut ends.0);
                numbers_of(&targets, batch.column(1).as_primitive(), &mut ends.1);
                Ok(true)
            })
            .await?;
            self.check_ends(edges, &ends).await?;
            let same_type = from.key == to.key;
            let (source_nodes, target_nodes) = (sources.slots(), targets.slots());
            let adjacency =
                blocking(move || Adjacency::build(source_nodes, target_nodes, same_type, &ends.0, &ends.1)).await??;
            Ok(Built {
                bytes: adjacency.bytes() + 1,
                entry: Entry::Adjacency(Arc::new(adjacency)),
                fragments: None,
            })
        });
        match self.get(stored_adjacency(edges, from, to), build).await? {
            Entry::Adjacency(adjacency) => Ok(adjacency),
            _ => Err(wrong_entry()),
        }
    }

    /// An edge may only lack an end if it is gone itself: the dataset of its node may know that before its own does.
    async fn check_ends(&self, edges: &Table, (sources, targets): &(Vec<u32>, Vec<u32>)) -> Result<()> {
        let lacking = |(_, (source, target)): &(u32, (&u32, &u32))| **source == NONE || **target == NONE;
        let lacking: Vec<u32> = (0..)
            .zip(sources.iter().zip(targets))
            .filter(lacking)
            .map(|(edge, _)| edge)
            .collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let numbers = self.stored_rows(edges).await?;
        for edge in lacking {
            match numbers.row_id(edge) {
                Some(row_id) if edges.overlay().hidden().contains(row_id) => {}
                row_id => return Err(no_node(row_id.unwrap_or_default())),
            }
        }
        Ok(())
    }

    /// Whether most of [`Caches::adjacency`] is there already.
    pub(crate) fn has_adjacency(&self, edges: &Table, from: &Table, to: &Table) -> bool {
        self.resident(&stored_adjacency(edges, from, to)).is_some()
    }

    /// Counts what was spent on following these edges without their adjacency; the sum so far.
    pub(crate) fn spent(&self, edges: &Table, from: &Table, to: &Table, cost: u64) -> u64 {
        self.miss(&stored_adjacency(edges, from, to), cost)
    }

    /// Reads columns of single rows. `dense` is sorted and without duplicates.
    pub(crate) async fn take(&self, table: &Table, columns: &[&str], dense: &[u32]) -> Result<RecordBatch> {
        if table.key == table.key.base() {
            return Ok(table.take_at(dense, columns).await?);
        }
        let rows = self.rows(table).await?;
        let numbers = dense
            .iter()
            .map(|dense| rows.row_id(*dense))
            .collect::<Option<Vec<u64>>>();
        let numbers = numbers.ok_or_else(|| DataFusionError::Internal("a row has no number".into()))?;
        Ok(table.take(&numbers, columns).await?)
    }
}

fn stored_adjacency(edges: &Table, from: &Table, to: &Table) -> Key {
    Key::Adjacency(edges.key.base(), from.key.base(), to.key.base())
}

/// The dense number of a row that is there.
pub(super) fn dense(rows: &RowMap, row_id: u64) -> Result<u32> {
    rows.dense(row_id)
        .ok_or_else(|| DataFusionError::Internal("a row was found that the table does not have".into()))
}

/// The dense number of a row that was there.
fn number(rows: &RowMap, row_id: u64) -> Result<u32> {
    rows.number(row_id)
        .ok_or_else(|| DataFusionError::Internal("a row is gone that the table did not have".into()))
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

/// Appends dense numbers; [`NONE`] for rows that are not there.
pub(super) fn numbers_of(rows: &RowMap, row_ids: &UInt64Array, dense: &mut Vec<u32>) {
    dense.extend(
        row_ids
            .values()
            .iter()
            .map(|row_id| rows.number(*row_id).unwrap_or(NONE)),
    );
}

/// The node of an edge is not there.
pub(super) fn no_node(row_id: u64) -> DataFusionError {
    crate::error::Error::corrupt(
        "an edge",
        format!("edge row {row_id} names a node row which this version does not have"),
    )
    .into()
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
