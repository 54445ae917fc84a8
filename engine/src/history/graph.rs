//! The handle of a graph. It is cheap to clone; clones share what is open, what is cached, and the last known head.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use omnigraph_model::catalog::Identity;
use omnigraph_model::schema::{Blocks, SchemaObject};
use tokio::sync::{Mutex as AsyncMutex, OnceCell, RwLock};
use ulid::Ulid;

use super::branch::{self, FIRST, Head, Published};
use super::publication::by_id_content;
use super::snapshot::Snapshot;
use crate::derived::Caches;
use crate::error::{Error, Result, StorageKind};
use crate::storage::{
    CommitKind, CommitRecord, Created, FileSum, Injection, Library, Location, MAIN, Objects, OpenOptions, Operation,
    Schema, Table, TableRole, TableState, Tables, columns, identities, inject, layout, seal, sync_files,
};

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
    library: Library,
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

/// A place where a graph can be made: it holds none, and it can be written. First the numbers of the schema's types are
/// claimed, then the graph is created with the schema that has them.
#[derive(Debug)]
pub struct NewGraph {
    graph: Graph,
}

impl NewGraph {
    /// # Errors
    /// [`Error::AlreadyInitialized`] if a graph is there, and the storage's.
    pub async fn at(location: &str, options: OpenOptions) -> Result<NewGraph> {
        let graph = Graph::at(location, options)?;
        graph.refuse_existing().await?;
        graph.ensure_writable().await?;
        Ok(NewGraph { graph })
    }

    /// Claims `count` numbers, in a new domain of identities.
    ///
    /// # Errors
    /// The storage's.
    pub async fn claim_identities(&self, count: u64) -> Result<Blocks> {
        let blocks = identities::claim(self.graph.objects(), count).await?;
        Ok(Blocks::new(Ulid::new().to_string(), blocks))
    }

    /// Creates the graph. Of several at once, one wins; a crash leaves a folder that is no graph and that may be used.
    ///
    /// # Errors
    /// [`Error::AlreadyInitialized`] if another one won, and the storage's.
    pub async fn create(self, schema: SchemaObject) -> Result<Graph> {
        self.graph.genesis(Schema::of(schema)).await?;
        Ok(self.graph)
    }
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
        let most = |most: usize| options.cache.map_or(most, |bytes| most.min(bytes / 8));
        Ok(Graph {
            inner: Arc::new(Inner {
                objects: Objects::new(store, root.clone(), &location.text),
                hints: Objects::new(hint_store, root, &location.text),
                library: Library::new(location.clone(), most(INDEX_CACHE), most(METADATA_CACHE)),
                location,
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

    async fn refuse_existing(&self) -> Result<()> {
        let objects = &self.inner.objects;
        let begun = objects.exists(&layout::record(MAIN, FIRST)).await?;
        match (objects.read(layout::FORMAT).await?, begun) {
            (Some(_), true) => Err(self.already_initialized()),
            (None, true) => Err(self.without_format()),
            // One whose creation was cut short is taken over.
            (Some(format), false) => seal::check(&format, layout::FORMAT, layout::STORAGE_FORMAT),
            (None, false) => Ok(()),
        }
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

    pub(crate) async fn create_table(
        &self,
        role: TableRole,
        identity: Identity,
        columns: arrow_schema::Schema,
    ) -> Result<TableState> {
        let state = TableState {
            type_id: identity.type_id,
            incarnation: identity.incarnation,
            version: 1,
            manifest: FileSum::default(),
            rows: 0,
            bytes: 0,
            statistics: BTreeMap::new(),
            indexes: Vec::new(),
        };
        let folder = layout::dataset(role, state.key());
        let dataset = self.library().create(&folder, Arc::new(columns)).await?;
        let state = TableState {
            version: dataset.manifest().version,
            manifest: self.library().manifest_sum(&dataset)?,
            ..state
        };
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
        let Some(format) = objects.read(layout::FORMAT).await? else {
            return Err(graph.no_graph().await?);
        };
        seal::check(&format, layout::FORMAT, layout::STORAGE_FORMAT)?;
        match branch::find(objects, MAIN).await {
            Ok(Some(head)) => graph.remember(head),
            Ok(None) => {
                return Err(Error::NotAGraph {
                    location: graph.inner.location.text.clone(),
                    hint: Some("its creation was not finished; create it again".to_string()),
                });
            }
            // An older commit may be read all the same; whoever needs the head gets the error.
            Err(Error::Corrupt { .. } | Error::MissingRecords { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(graph)
    }

    /// What lies where a graph was expected, and has no `format.json`.
    async fn no_graph(&self) -> Result<Error> {
        let Inner { objects, location, .. } = self.inner.as_ref();
        if !objects.list(&layout::branch_folder(MAIN)).await?.is_empty() {
            return Ok(self.without_format());
        }
        let location = location.text.clone();
        if !self.inner.location.is_folder() && !objects.any().await? {
            return Ok(Error::NoSuchStore { location });
        }
        Ok(Error::NotAGraph { location, hint: None })
    }

    fn without_format(&self) -> Error {
        Error::corrupt(
            layout::FORMAT,
            format!(
                "it is missing, but {} holds commits of a graph; put it back from a backup, or copy it from another graph that \
                 this program made: it is the same for all",
                self.inner.location.text
            ),
        )
    }

    /// Opens a graph and makes sure that it can be written.
    pub async fn open_for_write(location: &str, options: OpenOptions) -> Result<Graph> {
        let graph = Graph::open_with(location, options).await?;
        graph.ensure_writable().await?;
        Ok(graph)
    }

    /// Program and version, for the records that this handle writes.
    pub(super) fn client(&self) -> Option<String> {
        self.inner.client.clone()
    }

    /// How the storage library is entered.
    pub(crate) fn library(&self) -> &Library {
        &self.inner.library
    }

    /// Runs a request to its end, inside the boundary of the storage library.
    pub(crate) async fn bounded<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.library().bounded(work).await
    }

    /// The damage that was met while this failed, if the failure does not say it itself.
    pub(crate) fn judged(&self, error: Error) -> Error {
        self.library().judged(error)
    }

    pub(crate) fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// The branch that it reads and writes.
    pub fn branch(&self) -> &str {
        MAIN
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
                let content = seal::seal(content.into_bytes());
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

    pub(super) fn queue(&self) -> &AsyncMutex<()> {
        &self.inner.turn
    }

    pub(super) fn gate(&self) -> &RwLock<()> {
        &self.inner.gate
    }

    /// The graph's objects without the wait for the disk.
    pub(super) fn hints(&self) -> &Objects {
        &self.inner.hints
    }

    pub(crate) async fn snapshot_of(&self, record: &Arc<CommitRecord>) -> Result<Arc<Snapshot>> {
        let schema = self.schema(record).await?;
        Ok(Arc::new(Snapshot::new(self.clone(), record.clone(), schema)))
    }

    pub(super) fn remember(&self, head: Head) {
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

    pub(crate) fn remember_schema(&self, schema: Arc<Schema>) {
        let checks = self.library().checks();
        for (role, identity, name) in schema.types() {
            checks.call(layout::dataset(role, identity), name);
        }
        let mut schemas = self.inner.schemas.lock().unwrap_or_else(|e| e.into_inner());
        schemas.insert(schema.hash.clone(), schema);
    }

    /// Whether a later commit dropped what `record` names of a type for good.
    pub(crate) fn is_gone(&self, record: &CommitRecord, identity: Identity) -> bool {
        let head = self.known_head();
        head.is_some_and(|head| head.record.dropped(record, identity))
    }

    /// The last head that this handle has seen.
    pub(super) fn known_head(&self) -> Option<Head> {
        self.inner.head.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    pub(crate) async fn open_table(&self, role: TableRole, state: &TableState) -> Result<Arc<Table>> {
        self.inner.tables.open(&self.inner.library, role, state).await
    }

    pub(crate) fn remember_table(&self, table: Table) {
        self.inner.tables.put(Arc::new(table));
    }

    /// Waits until files of a local dataset are on the disk; object stores answer only then.
    pub(crate) async fn sync(&self, role: TableRole, state: &TableState, files: Vec<std::path::PathBuf>) -> Result<()> {
        let Some(folder) = &self.inner.location.folder else {
            return Ok(());
        };
        let dataset = layout::dataset(role, state.key());
        let folder = folder.join(&dataset);
        let mut files = files;
        self.library().with_sums(&dataset, &mut files);
        tokio::task::spawn_blocking(move || sync_files(&folder, &files))
            .await
            .map_err(|source| Error::internal(format!("a task ended early: {source}")))?
    }
}

#[cfg(test)]
mod tests {
    use omnigraph_model::schema::{Accepted, Allocate, IR_VERSION, Presentation, SchemaObject};

    use super::*;
    use crate::error::Damage;
    use crate::history::NewGraph;
    use crate::storage::OpenOptions;

    async fn graph(folder: &std::path::Path) -> Graph {
        let location = folder.to_str().expect("a path");
        let new = NewGraph::at(location, OpenOptions::default()).await.expect("a place");
        let numbers = new.claim_identities(0).await.expect("a domain").domain();
        let schema = Accepted {
            ir_version: IR_VERSION,
            schema_identity_domain: numbers,
            next_identity_id: 1,
            interfaces: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let object = SchemaObject::of(schema, "", Presentation::default());
        new.create(object).await.expect("a graph")
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let graph = graph(folder.path()).await;
        let panicking = async { panic!("index out of bounds") };
        let error = graph.bounded::<()>(panicking).await.expect_err("an error");
        assert_eq!(
            error.to_string(),
            "internal error: a part of the program panicked: index out of bounds"
        );
    }

    #[tokio::test]
    async fn damage_explains_what_failed_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let graph = graph(folder.path()).await;
        let file = "nodes/1-2/data/x.lance";
        let damage: Damage = graph
            .library()
            .checks()
            .damaged(file, StorageKind::Permanent, "it is missing".to_owned());
        let error = graph.bounded::<()>(async { panic!("no such page") }).await;
        assert_eq!(
            error.expect_err("an error").to_string(),
            Error::from(damage).to_string()
        );
        let other = graph.bounded::<()>(async { Err(Error::bad_request("no")) }).await;
        assert_eq!(other.expect_err("an error").to_string(), "no");
    }
}
