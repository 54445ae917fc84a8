//! The handle of a branch of a graph. It is cheap to clone; clones share what is open, what is cached, and the last known head.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};

use futures::FutureExt;
use futures::future::BoxFuture;
use omnigraph_model::catalog::Identity;
use tokio::sync::{Mutex as AsyncMutex, OnceCell, RwLock};

use super::branch::Head;
use super::changes::Tails;
use super::snapshot::Snapshot;
use crate::derived::Caches;
use crate::error::{Error, Result, StorageKind};
use crate::storage::{
    Bounds, CommitRecord, Created, Injection, Library, Location, Objects, OpenOptions, Schema, Table, TableRole,
    TableState, Tables, Wanted, inject, layout, seal,
};

/// Bytes that the storage library may keep of open indexes and of metadata.
const INDEX_CACHE: usize = 256 << 20;
const METADATA_CACHE: usize = 256 << 20;

/// The handle of a branch of a graph. It is cheap to clone; clones share what is open, what is cached, and the last known head.
/// Handles of other branches, which [`Graph::on`] gives, share all but the head.
#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
    branch: Arc<Branch>,
}

/// What the handles of all branches share.
struct Inner {
    location: Location,
    objects: Objects,
    /// The same objects without the wait for the disk.
    hints: Objects,
    library: Library,
    caches: Arc<Caches>,
    tables: Tables,
    tails: Tails,
    schemas: Mutex<HashMap<String, Arc<Schema>>>,
    /// The branches that handles were given for, by name.
    branches: Mutex<HashMap<String, Arc<Branch>>>,
    /// Set once the storage has shown that it creates exclusively.
    writable: OnceCell<()>,
    client: Option<String>,
    injection: Injection,
}

/// What the handles of one branch share.
#[derive(Default)]
struct Branch {
    name: String,
    head: Mutex<Option<Head>>,
    /// Mutations of these handles follow each other instead of racing.
    turn: AsyncMutex<()>,
    /// Shut by a write that lost too many races, so that those of these handles let it through.
    gate: RwLock<()>,
}

impl Branch {
    fn new(name: String) -> Arc<Branch> {
        Arc::new(Branch {
            name,
            ..Branch::default()
        })
    }
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph")
            .field("location", &self.inner.location.text)
            .field("branch", &self.branch.name)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// A handle of what lies there, whatever that is.
    pub(super) fn at(location: &str, options: OpenOptions) -> Result<Graph> {
        let branch = Branch::new(options.branch());
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
                tails: Tails::default(),
                schemas: Mutex::default(),
                branches: Mutex::new(HashMap::from([(branch.name.clone(), branch.clone())])),
                writable: OnceCell::new(),
                client: options.client,
                #[cfg(any(test, feature = "inject"))]
                injection: options.injection,
                #[cfg(not(any(test, feature = "inject")))]
                injection: Injection {},
            }),
            branch,
        })
    }

    /// The handle of another branch, whether there is one or not.
    pub(super) fn at_branch(&self, name: &str) -> Graph {
        let known = self.branches().get(name).cloned();
        Graph {
            inner: self.inner.clone(),
            branch: known.unwrap_or_else(|| Branch::new(name.to_owned())),
        }
    }

    /// The handle, sharing its head with those of the same branch from now on.
    pub(super) fn joined(mut self) -> Graph {
        let branch = self.branch.clone();
        let shared = self.branches().entry(branch.name.clone()).or_insert(branch).clone();
        self.branch = shared;
        self
    }

    fn branches(&self) -> MutexGuard<'_, HashMap<String, Arc<Branch>>> {
        self.inner.branches.lock().unwrap_or_else(|e| e.into_inner())
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
        &self.branch.name
    }

    /// Where it lies, as it was named.
    pub fn location(&self) -> &str {
        &self.inner.location.text
    }

    pub(super) fn place(&self) -> &Location {
        &self.inner.location
    }

    /// What execution keeps of dataset versions, shared by every snapshot of this handle.
    pub(crate) fn caches(&self) -> &Arc<Caches> {
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

    /// What a record may hold of rows.
    pub(crate) fn bounds(&self) -> Bounds {
        self.inner.injection.bounds()
    }

    pub(crate) async fn pass(&self, point: inject::Point) -> Result<()> {
        self.inner.injection.pass(point).await
    }

    /// The graph is there, so its format need not reach the disk once more.
    pub(crate) async fn ensure_writable(&self) -> Result<()> {
        self.ensure_writable_by(self.hints()).await
    }

    /// Creating an object twice must fail the second time; otherwise two writers could both win.
    pub(super) async fn ensure_writable_by(&self, objects: &Objects) -> Result<()> {
        self.inner
            .writable
            .get_or_try_init(|| async {
                let content = format!("{{\"format\":{}}}", layout::STORAGE_FORMAT);
                let content = seal::seal(content.into_bytes());
                for _ in 0..2 {
                    if objects.create(layout::FORMAT, content.clone()).await? == Created::Existed {
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
        &self.branch.turn
    }

    pub(super) fn gate(&self) -> &RwLock<()> {
        &self.branch.gate
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
        let mut known = self.branch.head.lock().unwrap_or_else(|e| e.into_inner());
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
        self.branch.head.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// The rows of a type at a commit.
    pub(crate) fn open_table<'g>(
        &'g self,
        role: TableRole,
        record: &'g CommitRecord,
        state: &'g TableState,
    ) -> BoxFuture<'g, Result<Arc<Table>>> {
        // Boxed, because what opens a table is deep, and much is built on it.
        self.opened(role, record, state).boxed()
    }

    async fn opened(&self, role: TableRole, record: &CommitRecord, state: &TableState) -> Result<Arc<Table>> {
        if let Some(table) = self.inner.tables.known(state.key()) {
            return Ok(table);
        }
        let changes = self.changes(record, state).await?;
        let wanted = Wanted {
            role,
            state,
            changes: &changes,
        };
        self.inner.tables.open(&self.inner.library, wanted).await
    }

    /// A writer's own version need not be opened again.
    pub(crate) fn remember_table(&self, state: &TableState, dataset: Arc<lance::Dataset>) {
        self.inner.tables.put(state, dataset);
    }

    pub(super) fn tails(&self) -> &Tails {
        &self.inner.tails
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
