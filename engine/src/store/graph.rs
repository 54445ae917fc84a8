//! The handle of a graph. It is cheap to clone; clones share what is open, what is cached, and the last known head.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use lance::session::Session;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard, OnceCell, RwLock, RwLockReadGuard, RwLockWriteGuard};
use ulid::Ulid;

use super::branch::{self, FIRST, Head, Published};
use super::inject::{self, Injection};
use super::layout::{self, MAIN};
use super::location::Location;
use super::objects::{Created, Objects};
use super::options::{CommitOptions, OpenOptions};
use super::record::{Affected, CommitKind, CommitRecord, Operation, Parent, TableState};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::table::{Table, TableRole, Tables};
use super::{columns, write};
use crate::cleanup::first_retained;
use crate::error::{Error, Result, StorageKind};
use crate::topology::Caches;

/// Bytes that the storage library may keep of open indexes and of metadata.
const INDEX_CACHE: usize = 256 << 20;
const METADATA_CACHE: usize = 256 << 20;

#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    objects: Objects,
    /// The same objects without the wait for the disk.
    hints: Objects,
    session: Arc<Session>,
    caches: Arc<Caches>,
    tables: Tables,
    schemas: Mutex<HashMap<String, Arc<Schema>>>,
    head: Mutex<Option<Head>>,
    /// Set once the storage has shown that it creates exclusively.
    writable: OnceCell<()>,
    client: Option<String>,
    injection: Injection,
    /// Mutations of this handle follow each other instead of racing.
    turn: AsyncMutex<()>,
    /// Shut by a write that lost too many races, so that those of this handle let it through.
    gate: RwLock<()>,
}

/// A commit about to be published.
pub(crate) struct Draft {
    pub kind: CommitKind,
    pub message: String,
    pub tables: Vec<TableState>,
    pub affected: BTreeMap<String, Affected>,
    pub schema: String,
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph")
            .field("location", &self.inner.location.text)
            .finish_non_exhaustive()
    }
}

impl Graph {
    fn at(location: &str, options: OpenOptions) -> Result<Graph> {
        let location = Location::parse(location)?;
        let (store, root) = location.store()?;
        let hint_store = location.hint_store()?;
        let library = |most: usize| options.cache.map_or(most, |bytes| most.min(bytes / 8));
        Ok(Graph {
            inner: Arc::new(Inner {
                objects: Objects::new(store, root.clone(), &location.text),
                hints: Objects::new(hint_store, root, &location.text),
                location,
                session: Arc::new(Session::new(
                    library(INDEX_CACHE),
                    library(METADATA_CACHE),
                    Arc::default(),
                )),
                caches: Arc::new(options.cache.map_or_else(Caches::default, Caches::with_budget)),
                tables: Tables::default(),
                schemas: Mutex::default(),
                head: Mutex::default(),
                writable: OnceCell::new(),
                client: options.client,
                #[cfg(any(test, feature = "inject"))]
                injection: options.injection,
                #[cfg(not(any(test, feature = "inject")))]
                injection: Injection {},
                turn: AsyncMutex::default(),
                gate: RwLock::default(),
            }),
        })
    }

    /// Creates a graph. Of several at once, one wins; a crash leaves a folder that is no graph and that may be used.
    pub async fn init(location: &str, schema_source: &str, options: OpenOptions) -> Result<Graph> {
        Schema::check(schema_source)?;
        let graph = Graph::at(location, options)?;
        graph.refuse_existing().await?;
        graph.ensure_writable().await?;
        let schema = Schema::create(&graph.inner.objects, schema_source).await?;
        graph.genesis(schema).await?;
        Ok(graph)
    }

    async fn refuse_existing(&self) -> Result<()> {
        if self.inner.objects.exists(&layout::record(MAIN, FIRST)).await? {
            return Err(self.already_initialized());
        }
        Ok(())
    }

    fn already_initialized(&self) -> Error {
        Error::AlreadyInitialized {
            location: self.inner.location.text.clone(),
        }
    }

    async fn genesis(&self, schema: Schema) -> Result<()> {
        let mut types = Vec::new();
        for node in schema.catalog.nodes.values() {
            types.push((TableRole::Node, node.identity, columns::node_schema(node)));
        }
        for edge in schema.catalog.edges.values() {
            types.push((TableRole::Edge, edge.identity, columns::edge_schema(edge)));
        }
        let creations: Vec<BoxFuture<Result<TableState>>> = types
            .into_iter()
            .map(|(role, identity, columns)| self.create_table(role, identity, columns).boxed())
            .collect();
        let mut tables: Vec<TableState> = futures::stream::iter(creations)
            .buffer_unordered(8)
            .try_collect()
            .await?;
        tables.sort_by_key(|table| (table.type_id, table.incarnation));
        schema.write(&self.inner.objects).await?;
        self.pass(inject::INIT_SCHEMA).await?;
        let id = Ulid::new().to_string();
        let record = CommitRecord {
            format: layout::RECORD_FORMAT,
            kind: CommitKind::Genesis,
            parents: Vec::new(),
            branch: MAIN.to_string(),
            sequence: FIRST,
            life: id.clone(),
            depth: 1,
            time: chrono::Utc::now().timestamp_micros(),
            skewed: false,
            actor: None,
            client: self.inner.client.clone(),
            message: "create the graph".to_string(),
            meta: BTreeMap::new(),
            schema: schema.hash.clone(),
            tables,
            operation: Operation {
                kind: CommitKind::Genesis,
                id: Ulid::new().to_string(),
            },
            affected: BTreeMap::new(),
            last_merge: FIRST,
            settings: BTreeMap::new(),
            parent_hash: None,
            id,
        };
        let hints = &self.inner.hints;
        hints.create(&layout::live(MAIN, &record.life), Vec::new()).await?;
        hints.create(&layout::by_id(&record.id), by_id_content(&record)).await?;
        self.pass(inject::INIT_BEFORE_RECORD).await?;
        match branch::publish(&self.inner.objects, record).await? {
            Published::Here(head) => {
                self.remember_schema(Arc::new(schema));
                branch::write_hint(hints, MAIN, FIRST).await;
                self.remember(head);
                self.pass(inject::INIT_AFTER_RECORD).await
            }
            Published::Overtaken => Err(self.already_initialized()),
        }
    }

    pub(super) async fn create_table(
        &self,
        role: TableRole,
        identity: omnigraph_compiler::catalog::Identity,
        columns: arrow_schema::Schema,
    ) -> Result<TableState> {
        let state = TableState {
            type_id: identity.type_id,
            incarnation: identity.incarnation,
            version: 1,
            rows: 0,
            bytes: 0,
            statistics: BTreeMap::new(),
            indexes: Vec::new(),
        };
        let uri = self.inner.location.uri(&layout::dataset(role, state.key()));
        let dataset = write::create(&uri, Arc::new(columns), &self.inner.session).await?;
        let version = dataset.manifest().version;
        let state = TableState { version, ..state };
        self.inner
            .tables
            .put(Arc::new(Table::new(state.key(), Arc::new(dataset), 0)));
        self.pass(inject::INIT_DATASET).await?;
        Ok(state)
    }

    /// Opens a graph. Nothing is written, and nothing needs repair.
    pub async fn open(location: &str) -> Result<Graph> {
        Graph::open_with(location, OpenOptions::default()).await
    }

    pub async fn open_with(location: &str, options: OpenOptions) -> Result<Graph> {
        let graph = Graph::at(location, options)?;
        let objects = &graph.inner.objects;
        graph.inner.location.refuse_file()?;
        let format = objects.read(layout::FORMAT).await?;
        let head = match &format {
            Some(bytes) => {
                check_format(bytes)?;
                branch::find(objects, MAIN).await?
            }
            None => None,
        };
        let Some(head) = head else {
            if format.is_none() && !graph.inner.location.is_folder() && !objects.any().await? {
                return Err(Error::NoSuchStore {
                    location: graph.inner.location.text.clone(),
                });
            }
            let hint = format.map(|_| "its creation was not finished; create it again".to_string());
            return Err(Error::NotAGraph {
                location: graph.inner.location.text.clone(),
                hint,
            });
        };
        graph.remember(head);
        Ok(graph)
    }

    /// Opens a graph and makes sure that it can be written.
    pub async fn open_for_write(location: &str, options: OpenOptions) -> Result<Graph> {
        let graph = Graph::open_with(location, options).await?;
        graph.ensure_writable().await?;
        Ok(graph)
    }

    pub(crate) fn place(&self) -> &Location {
        &self.inner.location
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// The first parent of a commit; none of the genesis.
    pub(crate) async fn parent(&self, record: &CommitRecord) -> Result<Option<Arc<CommitRecord>>> {
        let Some(parent) = record.parents.first() else {
            return Ok(None);
        };
        match branch::read(&self.inner.objects, &parent.branch, parent.sequence).await? {
            Some(head) if head.record.id == parent.id => Ok(Some(head.record)),
            _ => Err(Error::corrupt(
                layout::record(&parent.branch, parent.sequence),
                format!("it should hold commit {}, the parent of {}", parent.id, record.id),
            )),
        }
    }

    pub fn location(&self) -> &str {
        &self.inner.location.text
    }

    /// What execution keeps of dataset versions, shared by every snapshot of this handle.
    pub fn caches(&self) -> &Arc<Caches> {
        &self.inner.caches
    }

    /// Arms failures of this handle's writes.
    #[cfg(any(test, feature = "inject"))]
    pub fn injection(&self) -> &Injection {
        &self.inner.injection
    }

    /// Requests for the graph's own objects so far, hints included.
    #[cfg(any(test, feature = "inject"))]
    pub fn requests(&self) -> u64 {
        self.inner.objects.requests() + self.inner.hints.requests()
    }

    pub(crate) async fn pass(&self, point: inject::Point) -> Result<()> {
        self.inner.injection.pass(point).await
    }

    /// Creating an object twice must fail the second time; otherwise two writers could both win.
    pub(crate) async fn ensure_writable(&self) -> Result<()> {
        self.inner
            .writable
            .get_or_try_init(|| async {
                let content = format!("{{\"format\":{}}}", layout::STORAGE_FORMAT);
                for _ in 0..2 {
                    if self.inner.objects.create(layout::FORMAT, content.clone()).await? == Created::Existed {
                        return Ok(());
                    }
                }
                Err(Error::Storage {
                    kind: StorageKind::Configuration,
                    message: format!(
                        "{} cannot create an object only if it is absent, so commits would not be safe there",
                        self.inner.location.text
                    ),
                    source: None,
                })
            })
            .await
            .copied()
    }

    /// Held by a mutation from its reading of the head to its commit.
    pub(crate) async fn turn(&self) -> (RwLockReadGuard<'_, ()>, MutexGuard<'_, ()>) {
        (self.inner.gate.read().await, self.inner.turn.lock().await)
    }

    /// Keeps the mutations of this handle out.
    pub(crate) async fn shut(&self) -> RwLockWriteGuard<'_, ()> {
        self.inner.gate.write().await
    }

    /// The head's snapshot: one request if it has not moved.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let head = self.head().await?;
        self.snapshot_of(&head.record).await
    }

    /// An older commit. Only a record that carries the id is believed.
    pub async fn snapshot_at(&self, commit_id: &str) -> Result<Arc<Snapshot>> {
        let record = self.find_commit(commit_id).await?;
        let is_head = self.head().await?.record.id == record.id;
        if !is_head && record.sequence < first_retained(&self.inner.objects).await? {
            return Err(Error::HistoricalVersionReclaimed {
                commit: record.id.clone(),
            });
        }
        self.snapshot_of(&record).await
    }

    pub(crate) async fn snapshot_of(&self, record: &Arc<CommitRecord>) -> Result<Arc<Snapshot>> {
        let schema = self.schema(record).await?;
        Ok(Arc::new(Snapshot::new(self.clone(), record.clone(), schema)))
    }

    pub(crate) async fn head(&self) -> Result<Head> {
        let known = self.inner.head.lock().unwrap_or_else(|e| e.into_inner()).clone();
        let objects = &self.inner.objects;
        let found = match &known {
            Some(known) => branch::advance(objects, MAIN, known).await?,
            None => branch::find(objects, MAIN).await?,
        };
        match (found, known) {
            (Some(head), _) => {
                self.remember(head.clone());
                Ok(head)
            }
            (None, Some(known)) => Ok(known),
            (None, None) => Err(Error::NotAGraph {
                location: self.inner.location.text.clone(),
                hint: None,
            }),
        }
    }

    fn remember(&self, head: Head) {
        let mut known = self.inner.head.lock().unwrap_or_else(|e| e.into_inner());
        // A slow reader must not take the handle back behind its own write.
        if known
            .as_ref()
            .is_none_or(|known| known.record.sequence < head.record.sequence)
        {
            *known = Some(head);
        }
    }

    async fn schema(&self, record: &CommitRecord) -> Result<Arc<Schema>> {
        let known = self
            .inner
            .schemas
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .get(&record.schema)
            .cloned();
        if let Some(schema) = known {
            return Ok(schema);
        }
        let file = layout::record(&record.branch, record.sequence);
        let schema = Arc::new(Schema::read(&self.inner.objects, &record.schema, &file).await?);
        self.remember_schema(schema.clone());
        Ok(schema)
    }

    pub(super) fn remember_schema(&self, schema: Arc<Schema>) {
        let mut schemas = self.inner.schemas.lock().unwrap_or_else(|e| e.into_inner());
        schemas.insert(schema.hash.clone(), schema);
    }

    /// Whether a later commit dropped what `record` names of a type for good.
    pub(crate) fn is_gone(&self, record: &CommitRecord, identity: omnigraph_compiler::catalog::Identity) -> bool {
        let head = self.known_head();
        head.is_some_and(|head| super::reclaim::is_gone(&head, record, identity))
    }

    /// The last head that this handle has seen.
    fn known_head(&self) -> Option<Arc<CommitRecord>> {
        let known = self.inner.head.lock().unwrap_or_else(|e| e.into_inner());
        known.as_ref().map(|head| head.record.clone())
    }

    pub(crate) async fn open_table(&self, role: TableRole, state: &TableState) -> Result<Arc<Table>> {
        let Inner {
            tables,
            location,
            session,
            ..
        } = self.inner.as_ref();
        tables.open(location, session, role, state.key(), state.rows).await
    }

    pub(crate) fn remember_table(&self, table: Table) {
        self.inner.tables.put(Arc::new(table));
    }

    async fn find_commit(&self, id: &str) -> Result<Arc<CommitRecord>> {
        let head = self.head().await?;
        if head.record.id == id {
            return Ok(head.record);
        }
        let not_found = || Error::NotFound {
            what: "commit",
            name: id.to_string(),
            nearest: None,
        };
        if Ulid::from_string(id).is_err() {
            return Err(not_found());
        }
        let objects = &self.inner.objects;
        if let Some(bytes) = objects.read(&layout::by_id(id)).await?
            && let Ok(place) = serde_json::from_slice::<Parent>(&bytes)
        {
            let found = branch::read(objects, &place.branch, place.sequence).await?;
            // The hint is written before the record; the number may have gone to another commit.
            return found
                .map(|head| head.record)
                .filter(|record| record.id == id)
                .ok_or_else(not_found);
        }
        self.walk(|record| record.id == id).await?.ok_or_else(not_found)
    }

    /// The commit that an operation made, if it made one; for a caller who lost the answer.
    pub async fn find_operation(&self, operation: &str) -> Result<Option<Arc<CommitRecord>>> {
        self.walk(|record| record.operation.id == operation).await
    }

    /// The newest record of `main` that fits, one request a record.
    async fn walk(&self, fits: impl Fn(&CommitRecord) -> bool) -> Result<Option<Arc<CommitRecord>>> {
        let mut record = self.head().await?.record;
        loop {
            if fits(&record) {
                return Ok(Some(record));
            }
            match self.parent(&record).await? {
                Some(parent) => record = parent,
                None => return Ok(None),
            }
        }
    }

    /// Publishes a commit on `base`. `None` if another commit came first.
    pub(crate) async fn publish(&self, base: &Head, draft: Draft, options: &CommitOptions) -> Result<Option<Head>> {
        self.publish_with(base, draft, options, base.record.settings.clone())
            .await
    }

    /// Publishes a commit that changes the graph's settings too.
    pub(super) async fn publish_with(
        &self,
        base: &Head,
        draft: Draft,
        options: &CommitOptions,
        settings: BTreeMap<String, serde_json::Value>,
    ) -> Result<Option<Head>> {
        let parent = &base.record;
        let now = chrono::Utc::now().timestamp_micros();
        let id = Ulid::new().to_string();
        let record = CommitRecord {
            format: layout::RECORD_FORMAT,
            id,
            kind: draft.kind,
            parents: vec![Parent {
                id: parent.id.clone(),
                branch: parent.branch.clone(),
                sequence: parent.sequence,
            }],
            branch: parent.branch.clone(),
            sequence: parent.sequence + 1,
            life: parent.life.clone(),
            depth: parent.depth + 1,
            time: now.max(parent.time + 1),
            skewed: now <= parent.time,
            actor: options.actor.clone(),
            client: self.inner.client.clone(),
            message: options.message.clone().unwrap_or(draft.message),
            meta: options.meta.clone(),
            schema: draft.schema,
            tables: draft.tables,
            operation: Operation {
                kind: draft.kind,
                id: options.operation.clone().unwrap_or_else(|| Ulid::new().to_string()),
            },
            affected: draft.affected,
            last_merge: parent.last_merge,
            settings,
            parent_hash: Some(base.hash.clone()),
        };
        let (branch, sequence, operation) = (record.branch.clone(), record.sequence, record.operation.id.clone());
        let hints = &self.inner.hints;
        hints
            .overwrite(&layout::by_id(&record.id), by_id_content(&record))
            .await?;
        self.pass(inject::PUBLISH_BEFORE).await?;
        // The number will be taken, by us or by another: the hint is right either way.
        let (published, ()) = tokio::join!(
            branch::publish(&self.inner.objects, record),
            branch::write_hint(hints, &branch, sequence)
        );
        match published? {
            Published::Here(head) => {
                self.pass(inject::PUBLISH_LOST).await.map_err(|source| Error::Unknown {
                    operation,
                    source: Box::new(source),
                })?;
                self.remember(head.clone());
                Ok(Some(head))
            }
            Published::Overtaken => Ok(None),
        }
    }

    /// Waits until files of a local dataset are on the disk; object stores answer only then.
    pub(crate) async fn sync(&self, role: TableRole, state: &TableState, files: Vec<std::path::PathBuf>) -> Result<()> {
        let Some(folder) = &self.inner.location.folder else {
            return Ok(());
        };
        let folder = folder.join(layout::dataset(role, state.key()));
        tokio::task::spawn_blocking(move || super::location::sync_files(&folder, &files))
            .await
            .map_err(|source| Error::internal(format!("a task ended early: {source}")))?
    }
}

fn by_id_content(record: &CommitRecord) -> Vec<u8> {
    serde_json::json!({ "id": record.id, "branch": record.branch, "sequence": record.sequence })
        .to_string()
        .into_bytes()
}

fn check_format(bytes: &[u8]) -> Result<()> {
    let found = serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|value| value.get("format")?.as_u64())
        .ok_or_else(|| Error::corrupt(layout::FORMAT, "it names no format"))?;
    if found > layout::STORAGE_FORMAT {
        return Err(Error::NewerFormat {
            file: layout::FORMAT.to_string(),
            found,
            known: layout::STORAGE_FORMAT,
        });
    }
    Ok(())
}
