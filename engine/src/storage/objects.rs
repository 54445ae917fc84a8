//! Small objects below a graph's root: read, create if absent, overwrite. Everything durable goes through `create`.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions};

use crate::error::{Error, Result};

#[derive(Clone, Debug)]
pub(crate) struct Objects {
    store: Arc<dyn ObjectStore>,
    root: Path,
    /// The graph's location as the caller wrote it, for messages.
    place: Arc<str>,
    requests: Arc<AtomicU64>,
}

/// What creating an object if absent found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Created {
    Here,
    Existed,
}

/// An object of a listing, by its name below the root.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub name: String,
    pub bytes: u64,
    pub modified: DateTime<Utc>,
}

impl Objects {
    pub(crate) fn new(store: Arc<dyn ObjectStore>, root: Path, place: &str) -> Objects {
        Objects {
            store,
            root,
            place: place.into(),
            requests: Arc::default(),
        }
    }

    /// Requests made so far.
    #[cfg(any(test, feature = "inject"))]
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Every request asks for its path.
    fn path(&self, name: &str) -> Path {
        self.requests.fetch_add(1, Ordering::Relaxed);
        name.split('/').fold(self.root.clone(), |path, part| {
            // Parts are encoded by the layout already; a second encoding would double its percent signs.
            Path::parse(format!("{path}/{part}")).unwrap_or_else(|_| path.join(part))
        })
    }

    /// `None` if there is no such object.
    pub(crate) async fn read(&self, name: &str) -> Result<Option<Bytes>> {
        let failed = |source| Error::from_store("read", format!("{}/{name}", self.place), source);
        match self.store.get(&self.path(name)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(failed)?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(failed(source)),
        }
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) async fn exists(&self, name: &str) -> Result<bool> {
        match self.store.head(&self.path(name)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(Error::from_store("look for a graph in", &self.place, source)),
        }
    }

    /// The raw outcome of a creation, for the publication of a record, which has to tell a refusal from a lost answer.
    pub(crate) async fn try_create(&self, name: &str, content: Bytes) -> object_store::Result<Created> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        match self.store.put_opts(&self.path(name), content.into(), options).await {
            Ok(_) => Ok(Created::Here),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(Created::Existed)
            }
            Err(source) => Err(source),
        }
    }

    pub(crate) async fn create(&self, name: &str, content: impl Into<Bytes>) -> Result<Created> {
        self.try_create(name, content.into())
            .await
            .map_err(|source| Error::from_store("write", &self.place, source))
    }

    /// Whether there is anything at all below the root.
    pub(crate) async fn any(&self) -> Result<bool> {
        let mut found = self.store.list(Some(&self.root));
        match found.next().await {
            None => Ok(false),
            Some(Ok(_)) => Ok(true),
            Some(Err(source)) => Err(Error::from_store("read", &self.place, source)),
        }
    }

    /// All objects below a folder.
    pub(crate) async fn list(&self, folder: &str) -> Result<Vec<Listed>> {
        let root = format!("{}/", self.root);
        let mut found = self.store.list(Some(&self.path(folder)));
        let mut listed = Vec::new();
        while let Some(object) = found.next().await {
            let object = object.map_err(|source| Error::from_store("list", &self.place, source))?;
            if let Some(name) = object.location.as_ref().strip_prefix(&root) {
                listed.push(Listed {
                    name: name.to_string(),
                    bytes: object.size,
                    modified: object.last_modified,
                });
            }
        }
        Ok(listed)
    }

    /// When the storage got an object, by its own clock.
    pub(crate) async fn modified(&self, name: &str) -> Result<DateTime<Utc>> {
        match self.store.head(&self.path(name)).await {
            Ok(found) => Ok(found.last_modified),
            Err(source) => Err(Error::from_store("read", &self.place, source)),
        }
    }

    /// Success if it is gone already.
    pub(crate) async fn delete(&self, name: &str) -> Result<()> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(Error::from_store("remove objects of", &self.place, source)),
        }
    }

    /// For hints only: nothing believes them.
    pub(crate) async fn overwrite(&self, name: &str, content: impl Into<Bytes>) -> Result<()> {
        self.store
            .put(&self.path(name), content.into().into())
            .await
            .map(|_| ())
            .map_err(|source| Error::from_store("write", &self.place, source))
    }
}
