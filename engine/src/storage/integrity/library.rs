//! How the storage library is entered: datasets are created and opened here and nowhere else, with stores that compare what
//! is read and a commit handler that writes down what was written.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use async_trait::async_trait;
use lance::Dataset;
use lance::dataset::builder::DatasetBuilder;
use lance::dataset::{InsertBuilder, WriteMode, WriteParams};
use lance::session::Session;
use lance_io::object_store::providers::local::FileStoreProvider;
use lance_io::object_store::{
    ObjectStore as LanceStore, ObjectStoreParams, ObjectStoreProvider, ObjectStoreRegistry, WrappingObjectStore,
};
use lance_table::io::commit::{CommitHandler, ManifestNamingScheme, commit_handler_from_url};
use object_store::ObjectStore;
use object_store::list::PaginatedListStore;
use object_store::path::Path;
use url::Url;

use super::checks::{Checks, below_root};
use super::handler::{Handler, LIST};
use super::store::CheckedStore;
use super::sum::{FileSum, SUMS, read_list};
use crate::error::{Error, Result};
use crate::storage::lineage::Lineages;
use crate::storage::location::{Location, sync_files};
use crate::storage::record::TableState;
use crate::storage::table::TableRole;
use crate::storage::{layout, write};

/// Bytes that a version opened by itself may keep of its own metadata.
const APART: usize = 16 << 20;

/// The library as one handle of a graph uses it.
pub(crate) struct Library {
    location: Location,
    checks: Arc<Checks>,
    lineages: Arc<Lineages>,
    registry: Arc<ObjectStoreRegistry>,
    session: Arc<Session>,
}

impl Library {
    /// Keeps up to so many bytes of open indexes and of metadata.
    pub(crate) fn new(location: Location, indexes: usize, metadata: usize) -> Library {
        let checks = Arc::new(Checks::default());
        let registry = Arc::new(ObjectStoreRegistry::default());
        registry.insert("file", Arc::new(LocalProvider { checks: checks.clone() }));
        Library {
            location,
            checks,
            lineages: Arc::default(),
            session: Arc::new(Session::new(indexes, metadata, registry.clone())),
            registry,
        }
    }

    /// Waits until files of a local dataset are on the disk; object stores answer only then.
    pub(crate) async fn sync(&self, role: TableRole, state: &TableState, mut files: Vec<PathBuf>) -> Result<()> {
        let Some(folder) = &self.location.folder else {
            return Ok(());
        };
        let dataset = layout::dataset(role, state.key());
        let folder = folder.join(&dataset);
        self.with_sums(&dataset, &mut files);
        tokio::task::spawn_blocking(move || sync_files(&folder, &files))
            .await
            .map_err(|source| Error::internal(format!("a task ended early: {source}")))?
    }

    pub(crate) fn checks(&self) -> &Arc<Checks> {
        &self.checks
    }

    fn stores(&self) -> ObjectStoreParams {
        let mut stores = ObjectStoreParams::default();
        if self.location.folder.is_none() {
            stores.object_store_wrapper = Some(Arc::new(Wrapper {
                checks: self.checks.clone(),
            }));
        }
        stores
    }

    async fn handler(&self, uri: &str) -> Result<Arc<dyn CommitHandler>> {
        Ok(Arc::new(Handler {
            inner: commit_handler_from_url(uri, &None).await?,
            checks: self.checks.clone(),
            lineages: self.lineages.clone(),
        }))
    }

    /// What is known of rows whose version is not committed yet.
    pub(crate) fn lineages(&self) -> &Arc<Lineages> {
        &self.lineages
    }

    /// An empty dataset; its first version is an ordinary one, because none can be created detached.
    pub(crate) async fn create(&self, folder: &str, schema: SchemaRef) -> Result<Dataset> {
        let uri = self.location.uri(folder);
        let parameters = WriteParams {
            session: Some(self.session.clone()),
            store_params: Some(self.stores()),
            commit_handler: Some(self.handler(&uri).await?),
            ..write::parameters(WriteMode::Create)
        };
        let dataset = InsertBuilder::new(uri.as_str())
            .with_params(&parameters)
            .execute(vec![RecordBatch::new_empty(schema)])
            .await?;
        Ok(dataset)
    }

    /// A version as a commit names it.
    pub(crate) async fn open(&self, role: TableRole, state: &TableState) -> Result<Dataset> {
        self.open_with(role, state, self.session.clone()).await
    }

    /// The same with nothing remembered of it.
    pub(crate) async fn open_apart(&self, role: TableRole, state: &TableState) -> Result<Dataset> {
        let session = Arc::new(Session::new(APART, APART, self.registry.clone()));
        self.open_with(role, state, session).await
    }

    async fn open_with(&self, role: TableRole, state: &TableState, session: Arc<Session>) -> Result<Dataset> {
        let folder = layout::dataset(role, state.key());
        let manifest = ManifestNamingScheme::V2.manifest_path(&Path::default(), state.version);
        self.checks
            .learn(format!("{folder}/{manifest}"), state.manifest, state.version);
        let uri = self.location.uri(&folder);
        let dataset = DatasetBuilder::from_uri(uri.as_str())
            .with_version(state.version)
            .with_session(session)
            .with_store_params(self.stores())
            .with_commit_handler(self.handler(&uri).await?)
            .load()
            .await?;
        let list = dataset.manifest().config.get(LIST).map(String::as_str);
        let files = list.and_then(read_list).ok_or_else(|| {
            Error::corrupt(
                format!("{folder}/{manifest}"),
                "it does not list the checksums of its files",
            )
        })?;
        for (path, sum) in files {
            self.checks.learn(format!("{folder}/{path}"), sum, state.version);
        }
        Ok(dataset)
    }

    /// The sum of a manifest that was written or opened through this handle.
    pub(crate) fn manifest_sum(&self, dataset: &Dataset) -> Result<FileSum> {
        below_root(&dataset.manifest_location().path)
            .and_then(|file| self.checks.sum(file))
            .ok_or_else(|| Error::internal("the checksum of a version is not known"))
    }

    /// Adds the files of sums that lie beside those of a dataset which this handle wrote.
    fn with_sums(&self, folder: &str, files: &mut Vec<PathBuf>) {
        let name = |file: &PathBuf| file.to_string_lossy().replace('\\', "/");
        let large = |file: &String| {
            let sum = self.checks.sum(&format!("{folder}/{file}"));
            sum.is_some_and(|sum| sum.has_sums())
        };
        let sums: Vec<PathBuf> = files
            .iter()
            .map(name)
            .filter(large)
            .map(|file| format!("{file}{SUMS}").into())
            .collect();
        files.extend(sums);
    }

    /// Compares a file with its sum from begin to end; `file` is below the graph's root.
    pub(crate) async fn compare(&self, file: &str) -> Result<()> {
        let (store, root) = self.location.store()?;
        let store = match self.location.folder {
            Some(_) => CheckedStore::local(self.checks.clone()),
            None => CheckedStore::remote(store, self.checks.clone()),
        };
        let path = Path::parse(format!("{root}/{file}"))
            .map_err(|source| Error::internal(format!("a file of a version has no path: {source}")))?;
        let compared = store.compare(&path).await;
        compared.map_err(|error| Error::from_object_store("read", file, error))
    }

    /// Bytes of a file whose sum is known.
    pub(crate) fn bytes(&self, file: &str) -> u64 {
        self.checks.sum(file).map_or(0, |sum| sum.bytes)
    }
}

/// Local files, read and written by us instead of by the library.
#[derive(Debug)]
struct LocalProvider {
    checks: Arc<Checks>,
}

#[async_trait]
impl ObjectStoreProvider for LocalProvider {
    async fn new_store(&self, base_path: Url, params: &ObjectStoreParams) -> lance_core::Result<LanceStore> {
        let mut store = FileStoreProvider.new_store(base_path, params).await?;
        store.inner = Arc::new(CheckedStore::local(self.checks.clone()));
        // Under its own prefix it would pass the store by and open files itself.
        store.store_prefix = "checked".to_owned();
        Ok(store)
    }

    fn extract_path(&self, url: &Url) -> lance_core::Result<Path> {
        FileStoreProvider.extract_path(url)
    }
}

/// Puts the checks before any other store.
#[derive(Debug)]
struct Wrapper {
    checks: Arc<Checks>,
}

impl WrappingObjectStore for Wrapper {
    fn wrap(&self, _: &str, original: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        Arc::new(CheckedStore::remote(original, self.checks.clone()))
    }

    fn wrap_paginated(&self, _: &str, original: Arc<dyn PaginatedListStore>) -> Option<Arc<dyn PaginatedListStore>> {
        Some(original)
    }
}
