//! From a checked delta to a commit: each touched dataset gets one detached version, then one record names them all. If
//! another commit came first, everything is checked and written anew on the new head, as far as the request allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, UInt64Array};
use arrow_schema::{Schema as ArrowSchema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use omnigraph_model::catalog::Identity;
use omnigraph_model::ir::Entity;

use crate::error::{Error, Result};
use crate::history::{Draft, Graph, Head, Snapshot, Work};
use crate::storage::{
    Affected, CommitKind, CommitOptions, CommitRecord, Table, TableKey, TableRole, TableState, TableWrite, data_bytes,
    index_states, inject,
};
use crate::validate::{self, Change, CheckedDelta, Delta, Keys, Removed, TypeDelta, hash};

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
    touched: Vec<TableKey>,
    written: Vec<TableState>,
    affected: BTreeMap<String, Affected>,
}

impl Prepared {
    fn holds(&self, record: &CommitRecord) -> bool {
        let same = |key: &TableKey| {
            record
                .table(key.type_id, key.incarnation)
                .is_some_and(|state| state.key() == *key)
        };
        self.touched.iter().all(same)
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
            Some(ready) if !self.request.again => return Err(moved(ready.base)),
            _ => self.graph.prepare(head, self.delta, &self.request).await?,
        };
        let draft = Draft {
            tables: head.record.tables_with(&ready.written),
            affected: ready.affected.clone(),
            ..Draft::after(&head.record, self.request.kind, self.request.message.clone())
        };
        self.prepared = Some(ready);
        Ok(Some(draft))
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
        let head = self.publish(Some(head), &mut work).await?;
        let affected = work.prepared.map(|ready| ready.affected);
        match (head, affected) {
            (Some(head), Some(affected)) => Ok(Outcome { head, affected }),
            _ => Err(Error::internal("a write had nothing to publish")),
        }
    }

    async fn prepare(&self, head: &Head, delta: &Delta, request: &Request<'_>) -> Result<Prepared> {
        let snapshot = self.snapshot_of(&head.record).await?;
        let checked = validate::check(&snapshot, delta, request.errors).await?;
        let written = self.apply(&snapshot, delta, &checked).await?;
        let touched = touched(&snapshot, delta, &request.reads);
        let affected = request.affected.clone().unwrap_or_else(|| affected(delta, &checked));
        Ok(Prepared {
            base: head.record.id.clone(),
            touched: touched
                .into_iter()
                .filter_map(|id| Some(head.record.table(id.0, id.1)?.key()))
                .collect(),
            written,
            affected,
        })
    }

    /// Writes the touched datasets; their new states.
    async fn apply(&self, snapshot: &Snapshot, delta: &Delta, checked: &CheckedDelta) -> Result<Vec<TableState>> {
        let mut writes = Vec::new();
        for (name, written) in &delta.nodes {
            let change = checked.nodes.get(name).ok_or_else(unchecked)?;
            writes.push((TableRole::Node, snapshot.node_table(name).await?, written, change, None));
        }
        for (name, written) in &delta.edges {
            let change = checked.edges.get(name).ok_or_else(unchecked)?;
            let edge = snapshot.catalog.edge(name).ok_or_else(unchecked)?;
            let from = checked.endpoints.get(&edge.from).cloned();
            let to = checked.endpoints.get(&edge.to).cloned();
            let numbers = Some(Arc::new(Endpoints { from, to }));
            writes.push((
                TableRole::Edge,
                snapshot.edge_table(name).await?,
                written,
                change,
                numbers,
            ));
        }
        let mut states = Vec::new();
        // Boxed, because the compiler cannot see through closures over borrows that such a future may move to a thread.
        let writes: Vec<BoxFuture<_>> = writes
            .into_iter()
            .map(|(role, table, written, change, numbers)| {
                self.write_table(role, table, written, change, numbers).boxed()
            })
            .collect();
        let mut written = futures::stream::iter(writes).buffer_unordered(CONCURRENCY);
        while let Some(state) = written.try_next().await? {
            let Some((table, dataset)) = state else {
                continue;
            };
            let before = snapshot
                .record
                .table(table.type_id, table.incarnation)
                .ok_or_else(unchecked)?;
            // What is covered changes with the rows.
            let indexes = match before.indexes.is_empty() {
                true => Vec::new(),
                false => index_states(&dataset).await?,
            };
            let state = TableState {
                indexes,
                statistics: before.statistics.clone(),
                ..table
            };
            self.remember_table(Table::new(state.key(), dataset, state.rows));
            states.push(state);
        }
        Ok(states)
    }

    async fn write_table(
        &self,
        role: TableRole,
        table: Arc<Table>,
        written: &TypeDelta,
        change: &Change,
        numbers: Option<Arc<Endpoints>>,
    ) -> Result<Option<(TableState, Arc<lance::Dataset>)>> {
        let mut write = TableWrite::new(table.dataset().clone());
        let schema: SchemaRef = Arc::new(ArrowSchema::from(table.dataset().schema()));
        let first_new = write.next_row_id();
        let replaced = change.replaced.len();
        let inserted = written.rows.len() - replaced;
        if replaced > 0 {
            let (mut row_ids, mut addresses) = (Vec::new(), Vec::new());
            for batch in written.rows.batches()? {
                for id in batch?.column(0).as_string::<i32>().iter().flatten() {
                    if let Some(stored) = change.replaced.get(hash(id.as_bytes()))? {
                        row_ids.push(stored.row_id);
                        addresses.push(stored.address);
                    }
                }
            }
            let rows = self.rows(written, change, &numbers, &schema, true)?;
            write.replace(schema.clone(), rows, &row_ids, &addresses).await?;
        }
        if inserted > 0 {
            let rows = self.rows(written, change, &numbers, &schema, false)?;
            write.insert(schema.clone(), rows).await?;
        }
        write.remove(change.removed_at.iter());
        if write.is_empty() {
            return Ok(None);
        }
        write.fold().await?;
        self.pass(inject::WRITE_STAGED).await?;
        if role == TableRole::Edge && matches!(written.removed, Removed::Rows(_)) {
            self.pass(inject::WRITE_BEFORE_CASCADE).await?;
        }
        self.pass(inject::WRITE_BEFORE_DATASET).await?;
        let outcome = write.commit().await?;
        self.pass(inject::WRITE_AFTER_DATASET).await?;
        let manifest = outcome.dataset.manifest();
        if manifest.next_row_id != first_new + inserted {
            return Err(Error::internal(
                "new rows did not get the numbers that edges were given",
            ));
        }
        let state = TableState {
            type_id: table.key.type_id,
            incarnation: table.key.incarnation,
            version: manifest.version,
            manifest: self.library().manifest_sum(&outcome.dataset)?,
            rows: table.rows() + inserted - change.removed.len(),
            bytes: manifest.fragments.iter().map(data_bytes).sum(),
            statistics: BTreeMap::new(),
            indexes: Vec::new(),
        };
        self.library().sync(role, &state, outcome.files).await?;
        Ok(Some((state, outcome.dataset)))
    }

    /// The written rows that replace stored ones, or those that do not, as the dataset stores them.
    fn rows(
        &self,
        written: &TypeDelta,
        change: &Change,
        numbers: &Option<Arc<Endpoints>>,
        schema: &SchemaRef,
        replacing: bool,
    ) -> Result<impl futures::Stream<Item = Result<RecordBatch>> + Send + 'static> {
        let replaced = change.replaced.clone();
        let numbers = numbers.clone();
        let schema = schema.clone();
        let batches = written.rows.batches()?.map(move |batch| {
            let batch = batch?;
            let batch = if replaced.is_empty() {
                batch
            } else {
                let ids = batch.column(0).as_string::<i32>();
                let mut mask = Vec::with_capacity(ids.len());
                for id in ids.iter().flatten() {
                    mask.push(replaced.contains(hash(id.as_bytes()))? == replacing);
                }
                filter_record_batch(&batch, &BooleanArray::from(mask))?
            };
            let mut columns: Vec<ArrayRef> = batch.columns()[..batch.num_columns() - 1].to_vec();
            if let Some(numbers) = &numbers {
                columns.push(look_up(&numbers.from, &columns[1])?);
                columns.push(look_up(&numbers.to, &columns[2])?);
            }
            Ok(RecordBatch::try_new(schema.clone(), columns)?)
        });
        Ok(futures::stream::iter(batches))
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
