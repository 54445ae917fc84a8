//! From a checked delta to a commit. The rows of a small one lie in its record; of a large one each touched dataset gets one
//! detached version, and then one record names them all. If another commit came first, everything is checked and written anew on
//! the new head, as far as the request allows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, UInt64Array};
use arrow_schema::SchemaRef;
use arrow_select::filter::filter_record_batch;
use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use omnigraph_model::catalog::Identity;
use omnigraph_model::ir::Entity;
use roaring::RoaringTreemap;

use crate::error::{Error, Result};
use crate::history::{Draft, Graph, Head, Snapshot, Work, has_room};
use crate::storage::{
    Affected, CommitKind, CommitOptions, CommitRecord, Packed, Section, Table, TableKey, TableRole, TableState,
    TableWrite, data_bytes, index_states, inject,
};
use crate::validate::{self, Change, CheckedDelta, Delta, Keys, Removed, TypeDelta, hash, outcome_rows};

/// Datasets written at once.
const CONCURRENCY: usize = 8;

/// What a commit came to.
pub(crate) struct Outcome {
    pub head: Head,
    pub affected: BTreeMap<String, Affected>,
}

/// A request to commit, whatever made it.
pub(crate) struct Request<'r> {
    pub kind: CommitKind,
    pub message: String,
    pub options: &'r CommitOptions,
    /// Whether losing a race leaves the request as right as it was.
    pub again: bool,
    /// Whether it may keep the handle's mutations out; false for a mutation, which has its turn.
    pub shuts: bool,
    /// Types that were read beside those of the delta.
    pub reads: Vec<Entity>,
    /// Hash of the schema that the delta was built for.
    pub schema: String,
    pub errors: usize,
    /// Counts to record instead of those of the delta.
    pub affected: Option<BTreeMap<String, Affected>>,
}

/// Written data that only needs a record.
struct Prepared {
    /// Id of the commit it was prepared on.
    base: String,
    /// What was read or written, as it was on the base.
    touched: Vec<(TableKey, u64)>,
    written: Written,
    affected: BTreeMap<String, Affected>,
}

/// What a commit writes.
enum Written {
    /// New versions of datasets: those of the types that are written, and those that only got the changes since, with what named the
    /// rows before.
    Versions(Vec<TableState>, Vec<(TableKey, TableState)>),
    /// What its record holds.
    Rows(Vec<Rows>),
}

/// Whether a record may hold the rows of a commit.
enum Fit {
    Rows(Vec<Rows>),
    /// They are read faster from files.
    TooLarge,
    /// The changes that no dataset has are too many.
    NoRoom,
}

/// What a record holds of one type.
struct Rows {
    section: Packed,
    inserted: u64,
    removed: u64,
    /// Rows of the dataset that no longer count.
    hidden: u64,
    /// The number that the next new row gets.
    next_row: u64,
}

impl Prepared {
    /// Whether it is as right after this commit as it was after the base.
    fn holds(&self, record: &CommitRecord) -> bool {
        match self.written {
            Written::Versions(..) => self.touched.iter().all(|(key, _)| {
                let state = record.table(key.type_id, key.incarnation);
                state.is_some_and(|state| state.key() == *key)
            }),
            // Rows are named by number, wherever they lie.
            Written::Rows(_) => self.same_rows(record),
        }
    }

    /// Whether the types that were read or written have the rows that they had.
    fn same_rows(&self, record: &CommitRecord) -> bool {
        self.touched.iter().all(|(key, changed)| {
            let state = record.table(key.type_id, key.incarnation);
            state.is_some_and(|state| state.changed == *changed)
        })
    }
}

/// A delta on its way to a commit.
struct Writing<'r> {
    graph: &'r Graph,
    /// Id of the commit that the delta was built on.
    base: String,
    delta: &'r Delta,
    request: Request<'r>,
    prepared: Option<Prepared>,
}

#[async_trait]
impl Work for Writing<'_> {
    const ATTEMPTS: u32 = 33;

    fn options(&self) -> &CommitOptions {
        self.request.options
    }

    fn shuts(&self) -> bool {
        self.request.shuts
    }

    async fn draft(&mut self, head: &Head) -> Result<Option<Draft>> {
        let moved = |expected: String| Error::ReadSetChanged {
            expected,
            actual: head.record.id.clone(),
        };
        if head.record.schema != self.request.schema {
            return Err(moved(self.base.clone()));
        }
        let ready = match self.prepared.take() {
            // The commits in between touched nothing that this one read or wrote.
            Some(ready) if ready.holds(&head.record) => ready,
            Some(ready) if !self.request.again && !ready.same_rows(&head.record) => return Err(moved(ready.base)),
            _ => Box::pin(self.graph.prepare(head, self.delta, &self.request, true)).await?,
        };
        let ready = match ready.draft(self.graph, &head.record, &self.request).await? {
            Some(draft) => {
                self.prepared = Some(ready);
                return Ok(Some(draft));
            }
            None => Box::pin(self.graph.prepare(head, self.delta, &self.request, false)).await?,
        };
        let draft = ready.draft(self.graph, &head.record, &self.request).await?;
        self.prepared = Some(ready);
        Ok(draft)
    }
}

impl Graph {
    /// Checks, writes and publishes `delta`, which was prepared on `head`.
    pub(crate) async fn commit(&self, head: Head, delta: &Delta, request: Request<'_>) -> Result<Outcome> {
        self.ensure_writable().await?;
        let mut work = Writing {
            graph: self,
            base: head.record.id.clone(),
            delta,
            request,
            prepared: None,
        };
        let head = self.publish(Some(head), &mut work).boxed().await?;
        let affected = work.prepared.map(|ready| ready.affected);
        match (head, affected) {
            (Some(head), Some(affected)) => Ok(Outcome { head, affected }),
            _ => Err(Error::internal("a write had nothing to publish")),
        }
    }

    /// What is small goes into the record if it may.
    async fn prepare(&self, head: &Head, delta: &Delta, request: &Request<'_>, small: bool) -> Result<Prepared> {
        let snapshot = self.snapshot_of(&head.record).await?;
        let checked = validate::check(&snapshot, delta, request.errors).await?;
        let fit = match (small, rows_written(delta, &checked) <= self.bounds().rows) {
            (false, _) => Fit::NoRoom,
            (true, false) => Fit::TooLarge,
            (true, true) => self.rows_of(&snapshot, delta, &checked).await?,
        };
        let written = match fit {
            Fit::Rows(rows) => Written::Rows(rows),
            Fit::TooLarge => Written::Versions(self.versions(&snapshot, delta, &checked).await?, Vec::new()),
            Fit::NoRoom => {
                let folded = self.folded_others(&snapshot, delta).await?;
                Written::Versions(self.versions(&snapshot, delta, &checked).await?, folded)
            }
        };
        let touched = touched(&snapshot, delta, &request.reads);
        let affected = request.affected.clone().unwrap_or_else(|| affected(delta, &checked));
        Ok(Prepared {
            base: head.record.id.clone(),
            touched: touched
                .into_iter()
                .filter_map(|id| head.record.table(id.0, id.1))
                .map(|state| (state.key(), state.changed))
                .collect(),
            written,
            affected,
        })
    }

    /// The written types with what checking found out.
    async fn writes<'d>(
        &self,
        snapshot: &Snapshot,
        delta: &'d Delta,
        checked: &'d CheckedDelta,
    ) -> Result<Vec<TypeWrite<'d>>> {
        let mut writes = Vec::new();
        for (name, written) in &delta.nodes {
            writes.push(TypeWrite {
                role: TableRole::Node,
                table: snapshot.node_table(name).await?,
                written,
                change: checked.nodes.get(name).ok_or_else(unchecked)?,
                ends: None,
            });
        }
        for (name, written) in &delta.edges {
            let edge = snapshot.catalog.edge(name).ok_or_else(unchecked)?;
            let from = checked.endpoints.get(&edge.from).cloned();
            let to = checked.endpoints.get(&edge.to).cloned();
            writes.push(TypeWrite {
                role: TableRole::Edge,
                table: snapshot.edge_table(name).await?,
                written,
                change: checked.edges.get(name).ok_or_else(unchecked)?,
                ends: Some(Arc::new(Endpoints { from, to })),
            });
        }
        Ok(writes)
    }

    /// The delta as the record holds it.
    async fn rows_of(&self, snapshot: &Snapshot, delta: &Delta, checked: &CheckedDelta) -> Result<Fit> {
        let bounds = self.bounds();
        let (mut rows, mut bytes) = (Vec::new(), 0);
        for write in self.writes(snapshot, delta, checked).await? {
            let section = write.section()?;
            if section.is_empty() {
                continue;
            }
            let later = section.numbers.len() as u64 + section.removed.len();
            let hidden = write.table.overlay().hidden_by(&section);
            let packed = section.pack()?;
            bytes += packed.bytes() as u64;
            if bytes > bounds.bytes || write.table.overlay().size() + later > bounds.of_type {
                return Ok(Fit::TooLarge);
            }
            rows.push(Rows {
                section: packed,
                inserted: write.inserted(),
                removed: write.change.removed.len(),
                hidden,
                next_row: write.table.next_row() + write.inserted(),
            });
        }
        Ok(match has_room(bounds, &snapshot.record, bytes) {
            true => Fit::Rows(rows),
            false => Fit::NoRoom,
        })
    }

    /// Writes the touched datasets; their new states.
    async fn versions(&self, snapshot: &Snapshot, delta: &Delta, checked: &CheckedDelta) -> Result<Vec<TableState>> {
        let writes = self.writes(snapshot, delta, checked).await?;
        // Boxed, because the compiler cannot see through closures over borrows that such a future may move to a thread.
        let writes: Vec<BoxFuture<_>> = writes
            .into_iter()
            .map(|write| self.write_version(snapshot, write).boxed())
            .collect();
        let written = futures::stream::iter(writes).buffer_unordered(CONCURRENCY);
        let written: Vec<Option<TableState>> = written.try_collect().await?;
        Ok(written.into_iter().flatten().collect())
    }

    /// New versions of the other datasets that lack changes.
    async fn folded_others(&self, snapshot: &Snapshot, delta: &Delta) -> Result<Vec<(TableKey, TableState)>> {
        let record = &snapshot.record;
        let catalog = &snapshot.catalog;
        let nodes = delta.nodes.keys().filter_map(|name| Some(catalog.node(name)?.identity));
        let edges = delta.edges.keys().filter_map(|name| Some(catalog.edge(name)?.identity));
        let written: HashSet<Identity> = nodes.chain(edges).collect();
        let mut folds: Vec<BoxFuture<_>> = Vec::new();
        for (role, identity, _) in snapshot.schema().types() {
            let state = record.table(identity.type_id, identity.incarnation);
            if let Some(state) = state.filter(|state| state.overlay != 0 && !written.contains(&identity)) {
                let fold = async move {
                    let table = self.open_table(role, record, state).await?;
                    let key = table.key;
                    Ok::<_, Error>((key, self.fold(record, role, table).await?))
                };
                folds.push(fold.boxed());
            }
        }
        let folds = futures::stream::iter(folds).buffer_unordered(CONCURRENCY);
        folds.try_collect().await
    }

    async fn write_version(&self, snapshot: &Snapshot, own: TypeWrite<'_>) -> Result<Option<TableState>> {
        let gone = own.change.gone()?;
        let mut write = TableWrite::new(self.library(), own.role, own.table.clone(), &gone).await?;
        if !own.change.replaced.is_empty() {
            let mut row_ids = Vec::new();
            for batch in own.written.rows.batches()? {
                for id in batch?.column(0).as_string::<i32>().iter().flatten() {
                    row_ids.extend(own.change.replaced.get(hash(id.as_bytes()))?);
                }
            }
            write
                .replace(futures::stream::iter(own.rows(Some(true))?), &row_ids)
                .await?;
        }
        if own.inserted() > 0 {
            write.insert(futures::stream::iter(own.rows(Some(false))?)).await?;
        }
        if write.is_empty() {
            return Ok(None);
        }
        write.join().await?;
        self.pass(inject::WRITE_STAGED).await?;
        if own.role == TableRole::Edge && matches!(own.written.removed, Removed::Rows(_)) {
            self.pass(inject::WRITE_BEFORE_CASCADE).await?;
        }
        let rows = own.table.rows() + own.inserted() - own.change.removed.len();
        let changed = snapshot.record.depth + 1;
        let state = self
            .commit_version(&snapshot.record, own.role, write, (rows, changed))
            .await?;
        Ok(Some(state))
    }

    /// A version of the dataset that has the changes since.
    pub(crate) async fn fold(&self, record: &CommitRecord, role: TableRole, table: Arc<Table>) -> Result<TableState> {
        let write = TableWrite::new(self.library(), role, table.clone(), &RoaringTreemap::new()).await?;
        let before = record
            .table(table.key.type_id, table.key.incarnation)
            .ok_or_else(unchecked)?;
        self.commit_version(record, role, write, (before.rows, before.changed))
            .await
    }

    /// The state that names what was written, which is on the disk then.
    async fn commit_version(
        &self,
        record: &CommitRecord,
        role: TableRole,
        write: TableWrite,
        (rows, changed): (u64, u64),
    ) -> Result<TableState> {
        let key = write.key();
        let before = record.table(key.type_id, key.incarnation).ok_or_else(unchecked)?;
        self.pass(inject::WRITE_BEFORE_DATASET).await?;
        let outcome = write.commit().await?;
        self.pass(inject::WRITE_AFTER_DATASET).await?;
        let manifest = outcome.dataset.manifest();
        let state = TableState {
            type_id: key.type_id,
            incarnation: key.incarnation,
            version: manifest.version,
            manifest: self.library().manifest_sum(&outcome.dataset)?,
            rows,
            bytes: manifest.fragments.iter().map(data_bytes).sum(),
            statistics: before.statistics.clone(),
            // What is covered changes with the rows.
            indexes: match before.indexes.is_empty() {
                true => Vec::new(),
                false => index_states(&outcome.dataset).await?,
            },
            changed,
            next_row: outcome.next_row,
            first_new: outcome.next_row,
            overlay: 0,
            folded: record.depth,
        };
        self.library().sync(role, &state, outcome.files).await?;
        self.remember_table(&state, outcome.dataset);
        Ok(state)
    }
}

impl Prepared {
    /// The commit that follows `head`. None if the record has no room for its rows.
    async fn draft(&self, graph: &Graph, head: &CommitRecord, request: &Request<'_>) -> Result<Option<Draft>> {
        let mut draft = Draft {
            affected: self.affected.clone(),
            ..Draft::after(head, request.kind, request.message.clone())
        };
        let rows = match &self.written {
            Written::Versions(states, folded) => {
                let mut others = Vec::new();
                for (base, state) in folded {
                    others.extend(graph.refolded(head, *base, state).await?);
                }
                draft.tables = head.tables_with(states.iter().chain(&others));
                return Ok(Some(draft));
            }
            Written::Rows(rows) => rows,
        };
        if !has_room(
            graph.bounds(),
            head,
            rows.iter().map(|rows| rows.section.bytes() as u64).sum(),
        ) {
            return Ok(None);
        }
        for rows in rows {
            let section = &rows.section;
            let own = |table: &&mut TableState| table.identity() == section.identity;
            let state = draft.tables.iter_mut().find(own).ok_or_else(unchecked)?;
            state.rows = state.rows + rows.inserted - rows.removed;
            state.bytes += section.bytes() as u64;
            state.overlay = section.key_after(state.overlay);
            state.changed = head.depth + 1;
            state.next_row = Some(rows.next_row);
            for index in &mut state.indexes {
                // At least so many are left of those that it knows.
                index.covered_rows = index.covered_rows.saturating_sub(rows.hidden);
            }
            draft.sections.push(section.clone());
        }
        Ok(Some(draft))
    }
}

/// Rows that are written or removed.
fn rows_written(delta: &Delta, checked: &CheckedDelta) -> u64 {
    let types = delta.nodes.values().chain(delta.edges.values());
    let written: u64 = types.map(|written| written.rows.len()).sum();
    let changes = checked.nodes.values().chain(checked.edges.values());
    let removed: u64 = changes.map(|change| change.removed.len()).sum();
    written + removed
}

/// What is written of one type.
struct TypeWrite<'d> {
    role: TableRole,
    table: Arc<Table>,
    written: &'d TypeDelta,
    change: &'d Change,
    /// Of edges.
    ends: Option<Arc<Endpoints>>,
}

impl TypeWrite<'_> {
    fn inserted(&self) -> u64 {
        self.written.rows.len() - self.change.replaced.len()
    }

    /// What the record holds of it.
    fn section(&self) -> Result<Section> {
        let schema = self.table.overlay().rows().schema();
        let batches = self.rows(None)?.collect::<Result<Vec<_>>>()?;
        let rows = arrow_select::concat::concat_batches(&schema, &batches)?;
        let mut numbers = Vec::with_capacity(rows.num_rows());
        outcome_rows(self.written, self.change, self.table.next_row(), |_, number| {
            numbers.push(number);
            Ok(())
        })?;
        Ok(Section {
            identity: self.table.key.into(),
            numbers,
            rows,
            removed: self.change.removed.clone(),
        })
    }

    /// The written rows that replace stored ones, or those that do not, or all, as the dataset stores them.
    fn rows(&self, replacing: Option<bool>) -> Result<impl Iterator<Item = Result<RecordBatch>> + Send + use<>> {
        let replaced = self.change.replaced.clone();
        let ends = self.ends.clone();
        let schema: SchemaRef = self.table.overlay().rows().schema();
        Ok(self.written.rows.batches()?.map(move |batch| {
            let mut batch = batch?;
            if let Some(replacing) = replacing
                && !replaced.is_empty()
            {
                let ids = batch.column(0).as_string::<i32>();
                let mut mask = Vec::with_capacity(ids.len());
                for id in ids.iter().flatten() {
                    mask.push(replaced.contains(hash(id.as_bytes()))? == replacing);
                }
                batch = filter_record_batch(&batch, &BooleanArray::from(mask))?;
            }
            let mut columns: Vec<ArrayRef> = batch.columns()[..batch.num_columns() - 1].to_vec();
            if let Some(ends) = &ends {
                columns.push(look_up(&ends.from, &columns[1])?);
                columns.push(look_up(&ends.to, &columns[2])?);
            }
            Ok(RecordBatch::try_new(schema.clone(), columns)?)
        }))
    }
}

/// Row ids of the nodes that edges of one type name; none where it has no edges.
struct Endpoints {
    from: Option<Arc<Keys<u64>>>,
    to: Option<Arc<Keys<u64>>>,
}

fn look_up(nodes: &Option<Arc<Keys<u64>>>, ids: &ArrayRef) -> Result<ArrayRef> {
    let nodes = nodes.as_ref().ok_or_else(unchecked)?;
    let mut numbers = Vec::with_capacity(ids.len());
    for id in ids.as_string::<i32>().iter().flatten() {
        numbers.push(nodes.get(hash(id.as_bytes()))?.ok_or_else(unchecked)?);
    }
    Ok(Arc::new(UInt64Array::from(numbers)))
}

fn unchecked() -> Error {
    Error::internal("a write met something that was not checked")
}

/// Types, by id and incarnation, whose change by another commit could make this one wrong.
fn touched(snapshot: &Snapshot, delta: &Delta, reads: &[Entity]) -> BTreeSet<(u64, u64)> {
    let catalog = &snapshot.catalog;
    let mut touched = BTreeSet::new();
    let mut add = |identity: Identity| touched.insert((identity.type_id, identity.incarnation));
    for name in delta.nodes.keys() {
        catalog.node(name).map(|node| add(node.identity));
    }
    for edge in catalog.edges.values() {
        let written = delta.edges.contains_key(&edge.name);
        let loses = |node: &str| {
            delta
                .nodes
                .get(node)
                .is_some_and(|written| !matches!(written.removed, Removed::Nothing))
        };
        if written || loses(&edge.from) || loses(&edge.to) {
            add(edge.identity);
        }
        if written {
            for node in [&edge.from, &edge.to] {
                catalog.node(node).map(|node| add(node.identity));
            }
        }
    }
    for entity in reads {
        match entity {
            Entity::Node(name) => catalog.node(name).map(|node| add(node.identity)),
            Entity::Edge(name) => catalog.edge(name).map(|edge| add(edge.identity)),
            // The types that it may be are listed.
            Entity::Interface(_) | Entity::Edges(_) | Entity::Value(_) => None,
        };
    }
    touched
}

fn affected(delta: &Delta, checked: &CheckedDelta) -> BTreeMap<String, Affected> {
    let counts = |written: &TypeDelta, change: Option<&Change>| {
        let updated = change.map_or(0, |change| change.replaced.len());
        Affected {
            inserted: written.rows.len() - updated,
            updated,
            deleted: change.map_or(0, |change| change.removed.len()),
        }
    };
    let nodes = delta
        .nodes
        .iter()
        .map(|(name, written)| (name.clone(), counts(written, checked.nodes.get(name))));
    let edges = delta
        .edges
        .iter()
        .map(|(name, written)| (name.clone(), counts(written, checked.edges.get(name))));
    nodes.chain(edges).collect()
}
