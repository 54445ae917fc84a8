//! Writing one dataset: rows inserted, rows replaced in full, rows removed, as one detached version. A replaced row keeps
//! its row id, so what points at it by number stays right; inserted rows get the parent's next numbers in order, so
//! their numbers are known before anything is committed.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{Stream, StreamExt, TryStreamExt};
use lance::Dataset;
use lance::dataset::rowids::get_row_id_index;
use lance::dataset::transaction::{Operation, TransactionBuilder, UpdateMode};
use lance::dataset::{CommitBuilder, InsertBuilder, WriteMode, WriteParams};
use lance::index::DatasetIndexExt;
use lance_file::version::LanceFileVersion;
use lance_table::format::{Fragment, RowIdMeta};
use lance_table::io::deletion::relative_deletion_file_path;
use lance_table::rowids::{RowIdSequence, write_row_ids};
use roaring::RoaringTreemap;

use super::integrity::Library;
use super::layout;
use super::lineage::{Lineage, Numbered};
use super::lookup::ROW_ID;
use super::overlay::Stamps;
use super::table::{Table, TableKey, TableRole};
use crate::error::{Error, Result};

/// The data files' format: fixed here, so that a library upgrade does not change what is written.
const FILE_VERSION: LanceFileVersion = LanceFileVersion::V2_2;

/// Fragments of one size class that are joined at once, and what is too large to be joined.
const JOINED_FRAGMENTS: usize = 32;
const JOINED_ROWS: usize = 1 << 15;
const JOINED_BYTES: u64 = 2 << 20;

/// What the library calls the place of a row, and the versions that made it and changed it last.
const ROW_ADDRESS: &str = "_rowaddr";
const CREATED: &str = "_row_created_at_version";
const UPDATED: &str = "_row_last_updated_at_version";

/// How every file of rows is written.
pub(crate) fn parameters(mode: WriteMode) -> WriteParams {
    WriteParams {
        mode,
        data_storage_version: Some(FILE_VERSION),
        enable_stable_row_ids: true,
        enable_v2_manifest_paths: true,
        // Its cleanup knows nothing of commit records.
        auto_cleanup: None,
        skip_auto_cleanup: true,
        ..WriteParams::default()
    }
}

/// Changes of one table, staged but invisible until `commit`. The version that they give has the changes of small commits, too.
pub(crate) struct TableWrite {
    table: Arc<Table>,
    schema: SchemaRef,
    inserted: Vec<Fragment>,
    replaced: Vec<Fragment>,
    /// Addresses of rows that the new version does not have.
    removed: RoaringTreemap,
    next_row: u64,
    numbered: Numbered,
}

/// The outcome of a write.
pub(crate) struct Written {
    pub dataset: Arc<Dataset>,
    /// Files that must reach the disk before the commit record does, relative to the dataset's folder.
    pub files: Vec<PathBuf>,
    /// The number that the next new row gets, where the dataset does not say it.
    pub next_row: Option<u64>,
}

impl TableWrite {
    /// With the changes that the table has beside its dataset, but for rows with these numbers.
    pub(crate) async fn new(
        library: &Library,
        role: TableRole,
        table: Arc<Table>,
        gone: &RoaringTreemap,
    ) -> Result<TableWrite> {
        let folder = layout::dataset(role, table.key);
        let schema = table.overlay().rows().schema();
        let mut write = TableWrite {
            schema,
            inserted: Vec::new(),
            replaced: Vec::new(),
            removed: addresses(&table, gone).await?,
            next_row: table.next_row(),
            numbered: Numbered::new(library.lineages().clone(), folder),
            table,
        };
        write.fold(gone).await?;
        Ok(write)
    }

    fn base(&self) -> &Arc<Dataset> {
        self.table.dataset()
    }

    async fn fold(&mut self, gone: &RoaringTreemap) -> Result<()> {
        let table = self.table.clone();
        let overlay = table.overlay();
        let kept = |place: &usize| !gone.contains(overlay.numbers()[*place]);
        let new_from = overlay.new_rows().start;
        let replaced = (0..new_from).filter(kept).collect();
        let inserted = (new_from..overlay.numbers().len()).filter(kept).collect();
        self.replaced = self.stage_later(replaced).await?;
        self.inserted = self.stage_later(inserted).await?;
        Ok(())
    }

    async fn stage_later(&mut self, places: Vec<usize>) -> Result<Vec<Fragment>> {
        let table = self.table.clone();
        let overlay = table.overlay();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let rows = UInt32Array::from_iter_values(places.iter().map(|place| *place as u32));
        let rows = arrow_select::take::take_record_batch(overlay.rows(), &rows)?;
        let numbers: Vec<u64> = places.iter().map(|place| overlay.numbers()[*place]).collect();
        let stamps: Vec<Stamps> = places.iter().map(|place| overlay.stamps()[*place]).collect();
        self.stage_moved(vec![Ok(rows)], &numbers, &stamps).await
    }

    /// Rows that are there already, under their numbers and with their stamps.
    async fn stage_moved(
        &mut self,
        rows: Vec<Result<RecordBatch>>,
        numbers: &[u64],
        stamps: &[Stamps],
    ) -> Result<Vec<Fragment>> {
        let mut fragments = stage(self.base(), self.schema.clone(), futures::stream::iter(rows)).await?;
        number_rows(&mut fragments, numbers)?;
        let mut rest = stamps;
        for fragment in &fragments {
            let (own, after) = rest.split_at(fragment.physical_rows.unwrap_or_default().min(rest.len()));
            rest = after;
            let lineage = Lineage {
                next_row: self.next_row,
                stamps: own.to_vec(),
            };
            self.numbered.learn(fragment, &lineage);
        }
        Ok(fragments)
    }

    /// Adds the rows, in order, under the next numbers.
    pub(crate) async fn insert<S>(&mut self, rows: S) -> Result<()>
    where
        S: Stream<Item = Result<RecordBatch>> + Send + 'static,
    {
        let mut fragments = stage(self.base(), self.schema.clone(), rows).await?;
        for fragment in &mut fragments {
            let rows = fragment
                .physical_rows
                .ok_or_else(|| Error::internal("a staged file does not know its rows"))?;
            let next = self.next_row + rows as u64;
            let sequence = write_row_ids(&RowIdSequence::from(self.next_row..next));
            fragment.row_id_meta = Some(RowIdMeta::Inline(sequence.into()));
            self.next_row = next;
        }
        for fragment in &fragments {
            let lineage = Lineage {
                next_row: self.next_row,
                stamps: Vec::new(),
            };
            self.numbered.learn(fragment, &lineage);
        }
        self.inserted.extend(fragments);
        Ok(())
    }

    /// Writes new values of rows that are gone as they were. `row_ids` are those of the stored rows, in the order of `rows`.
    pub(crate) async fn replace<S>(&mut self, rows: S, row_ids: &[u64]) -> Result<()>
    where
        S: Stream<Item = Result<RecordBatch>> + Send + 'static,
    {
        let mut fragments = stage(self.base(), self.schema.clone(), rows).await?;
        number_rows(&mut fragments, row_ids)?;
        self.replaced.extend(fragments);
        Ok(())
    }

    /// What names the rows before.
    pub(crate) fn key(&self) -> TableKey {
        self.table.key
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.inserted.is_empty() && self.replaced.is_empty() && self.removed.is_empty()
    }

    /// Joins small fragments of earlier writes, so that many small commits do not slow reads down. Like a log-structured
    /// tree it joins fragments of similar size only, and each row a logarithmic number of times.
    pub(crate) async fn join(&mut self) -> Result<()> {
        let Some(fragments) = self.joinable().await? else {
            return Ok(());
        };
        let mut columns: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let rows_end = columns.len();
        columns.extend([CREATED, UPDATED]);
        let mut scan = self.base().scan();
        scan.with_fragments(fragments).project(&columns)?;
        scan.with_row_id().with_row_address();
        let stored: Vec<RecordBatch> = scan.try_into_stream().await?.try_collect().await?;
        let (mut row_ids, mut stamps, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for batch in stored {
            let numbers = |name: &str| {
                let column = batch
                    .column_by_name(name)
                    .and_then(|column| column.as_primitive_opt::<UInt64Type>());
                column.ok_or_else(|| Error::internal("a scan did not give the numbers of its rows"))
            };
            row_ids.extend_from_slice(numbers(ROW_ID)?.values());
            self.removed.extend(numbers(ROW_ADDRESS)?.values());
            let written = numbers(CREATED)?.values().iter().zip(numbers(UPDATED)?.values());
            stamps.extend(written.map(|(created, updated)| Stamps {
                created: Some(*created),
                updated: *updated,
            }));
            rows.push(Ok(batch
                .project(&(0..rows_end).collect::<Vec<_>>())?
                .with_schema(self.schema.clone())?));
        }
        let joined = self.stage_moved(rows, &row_ids, &stamps).await?;
        self.replaced.extend(joined);
        Ok(())
    }

    /// Fragments of one size class, if they are many. Those that an index covers stay: they would leave its coverage.
    async fn joinable(&self) -> Result<Option<Vec<Fragment>>> {
        let manifest = self.base().manifest();
        if manifest.fragments.len() < JOINED_FRAGMENTS {
            return Ok(None);
        }
        let mut kept: HashSet<u64> = self
            .removed
            .bitmaps()
            .map(|(fragment, _)| u64::from(fragment))
            .collect();
        for index in self.base().load_indices().await?.iter() {
            kept.extend(index.fragment_bitmap.iter().flatten().map(u64::from));
        }
        let mut classes: BTreeMap<u32, Vec<Fragment>> = BTreeMap::new();
        for fragment in manifest
            .fragments
            .iter()
            .filter(|fragment| !kept.contains(&fragment.id))
        {
            let deleted = fragment
                .deletion_file
                .as_ref()
                .map_or(Some(0), |file| file.num_deleted_rows);
            let (Some(physical), Some(deleted)) = (fragment.physical_rows, deleted) else {
                continue;
            };
            let bytes = data_bytes(fragment);
            let live = physical - deleted.min(physical);
            if live < JOINED_ROWS && bytes < JOINED_BYTES {
                classes
                    .entry(live.max(1).ilog2() / 5)
                    .or_default()
                    .push(fragment.clone());
            }
        }
        Ok(classes.into_values().find(|class| class.len() >= JOINED_FRAGMENTS))
    }

    /// A detached version on the base.
    pub(crate) async fn commit(self) -> Result<Written> {
        let TableWrite {
            table,
            inserted,
            replaced,
            removed,
            next_row,
            // What it holds is read by the commit.
            numbered: _numbered,
            ..
        } = self;
        let base = table.dataset().clone();
        let mut files: Vec<PathBuf> = data_files(inserted.iter().chain(&replaced)).collect();
        let (updated_fragments, removed_fragment_ids) = delete_rows(&base, &removed).await?;
        for fragment in &updated_fragments {
            if let Some(deletion) = &fragment.deletion_file {
                files.push(relative_deletion_file_path(fragment.id, deletion).into());
            }
        }
        let operation = if removed.is_empty() && replaced.is_empty() {
            Operation::Append { fragments: inserted }
        } else if inserted.is_empty() && replaced.is_empty() {
            Operation::Delete {
                updated_fragments,
                deleted_fragment_ids: removed_fragment_ids,
                predicate: String::new(),
            }
        } else {
            let mut new_fragments = replaced;
            new_fragments.extend(inserted);
            Operation::Update {
                removed_fragment_ids,
                updated_fragments,
                new_fragments,
                fields_modified: Vec::new(),
                compacted_sstables: Vec::new(),
                // Whole rows are rewritten: no index may claim to cover the new fragments.
                fields_for_preserving_frag_bitmap: base.schema().fields_pre_order().map(|f| f.id as u32).collect(),
                update_mode: Some(UpdateMode::RewriteRows),
                inserted_rows_filter: None,
                updated_fragment_offsets: None,
            }
        };
        let dataset = commit_detached(base, operation).await?;
        files.push(manifest_file(&dataset));
        let stored = dataset.manifest().next_row_id;
        if stored > next_row {
            return Err(Error::internal("the dataset gave rows other numbers than they have"));
        }
        Ok(Written {
            dataset,
            files,
            next_row: (stored != next_row).then_some(next_row),
        })
    }
}

/// Where the dataset has rows that its next version does not have: those with these numbers, and those that were replaced or
/// removed since.
async fn addresses(table: &Table, gone: &RoaringTreemap) -> Result<RoaringTreemap> {
    let numbers: Vec<u64> = (gone | table.overlay().hidden()).iter().collect();
    if numbers.is_empty() {
        return Ok(RoaringTreemap::new());
    }
    let index = get_row_id_index(table.dataset()).await?;
    let index = index.ok_or_else(|| Error::internal("a dataset does not number its rows"))?;
    let found = index.get_many(&numbers)?;
    Ok(found.into_iter().flatten().map(u64::from).collect())
}

/// Writes rows, in order, to new files that nothing names yet.
pub(crate) async fn stage<S>(base: &Arc<Dataset>, schema: SchemaRef, rows: S) -> Result<Vec<Fragment>>
where
    S: Stream<Item = Result<RecordBatch>> + Send + 'static,
{
    // The library takes the first batch as a promise of rows: an empty stream is not a write at all.
    let mut rows = Box::pin(rows.try_filter(|batch| futures::future::ready(batch.num_rows() > 0)));
    let Some(first) = rows.next().await.transpose()? else {
        return Ok(Vec::new());
    };
    let rows = futures::stream::once(futures::future::ready(Ok(first))).chain(rows);
    let rows = rows.map_err(datafusion::error::DataFusionError::from);
    let stream: SendableRecordBatchStream = Box::pin(RecordBatchStreamAdapter::new(schema, rows));
    let parameters = parameters(WriteMode::Append);
    let transaction = InsertBuilder::new(base.clone())
        .with_params(&parameters)
        .execute_uncommitted_stream(stream)
        .await?;
    match transaction.operation {
        Operation::Append { fragments } => Ok(fragments),
        _ => Err(Error::internal("staging rows gave something else than rows")),
    }
}

/// Gives the rows of staged fragments the numbers that they had where they came from, in order.
pub(crate) fn number_rows(fragments: &mut [Fragment], row_ids: &[u64]) -> Result<()> {
    let mut rest = row_ids;
    for fragment in fragments {
        let rows = fragment.physical_rows.unwrap_or_default();
        let (own, after) = rest
            .split_at_checked(rows)
            .ok_or_else(|| Error::internal("more rows were replaced than were found"))?;
        rest = after;
        let sequence = write_row_ids(&RowIdSequence::from(own));
        fragment.row_id_meta = Some(RowIdMeta::Inline(sequence.into()));
    }
    if !rest.is_empty() {
        return Err(Error::internal("fewer rows were replaced than were found"));
    }
    Ok(())
}

/// A version on `base` that belongs to no lineage and is found by its number alone.
pub(crate) async fn commit_detached(base: Arc<Dataset>, operation: Operation) -> Result<Arc<Dataset>> {
    let transaction = TransactionBuilder::new(base.manifest().version, operation).build();
    let dataset = CommitBuilder::new(base)
        .with_detached(true)
        .execute(transaction)
        .await?;
    Ok(Arc::new(dataset))
}

/// Files of rows, relative to the dataset's folder.
pub(crate) fn data_files<'f>(fragments: impl IntoIterator<Item = &'f Fragment>) -> impl Iterator<Item = PathBuf> {
    fragments
        .into_iter()
        .flat_map(|fragment| &fragment.files)
        .map(|file| PathBuf::from("data").join(&file.path))
}

/// Bytes of a fragment's files.
pub(crate) fn data_bytes(fragment: &Fragment) -> u64 {
    fragment
        .files
        .iter()
        .filter_map(|file| file.file_size_bytes.get())
        .map(u64::from)
        .sum()
}

/// Relative to the dataset's folder.
pub(crate) fn manifest_file(dataset: &Dataset) -> PathBuf {
    let name = dataset.manifest_location().path.filename().unwrap_or_default();
    PathBuf::from("_versions").join(name)
}

/// Fragments with longer deletion lists, and those of which nothing is left.
async fn delete_rows(dataset: &Dataset, addresses: &RoaringTreemap) -> Result<(Vec<Fragment>, Vec<u64>)> {
    let mut updated = Vec::new();
    let mut removed = Vec::new();
    for (fragment_id, offsets) in addresses.bitmaps() {
        let fragment = dataset
            .get_fragment(fragment_id as usize)
            .ok_or_else(|| Error::internal("a row to remove lies in no fragment"))?;
        match fragment.extend_deletions(offsets).await? {
            Some(fragment) => updated.push(fragment.metadata().clone()),
            None => removed.push(u64::from(fragment_id)),
        }
    }
    Ok((updated, removed))
}
