//! Puts the sums of a version's files, and what is known of its rows, into its manifest, just before the manifest is written.

use std::sync::Arc;

use async_trait::async_trait;
use lance_core::Error as LanceError;
use lance_io::object_store::ObjectStore;
use lance_table::format::{IndexMetadata, Manifest, Transaction};
use lance_table::io::commit::{CommitError, CommitHandler, ManifestLocation, ManifestNamingScheme, ManifestWriter};
use object_store::path::Path;

use super::checks::{Checks, below_root};
use super::sum::write_list;
use crate::storage::files::version_files;
use crate::storage::lineage::Lineages;

/// The key of a manifest's configuration that holds the list.
pub(super) const LIST: &str = "omnigraph.checksums";

#[derive(Debug)]
pub(super) struct Handler {
    pub inner: Arc<dyn CommitHandler>,
    pub checks: Arc<Checks>,
    pub lineages: Arc<Lineages>,
}

#[async_trait]
impl CommitHandler for Handler {
    fn is_version_not_found_definitive(&self) -> bool {
        self.inner.is_version_not_found_definitive()
    }

    fn propagate_commit_error_after_success(&self) -> bool {
        self.inner.propagate_commit_error_after_success()
    }

    async fn commit(
        &self,
        manifest: &mut Manifest,
        indices: Option<Vec<IndexMetadata>>,
        base_path: &Path,
        object_store: &ObjectStore,
        manifest_writer: ManifestWriter,
        naming_scheme: ManifestNamingScheme,
        transaction: Option<Transaction>,
    ) -> Result<ManifestLocation, CommitError> {
        let folder = below_root(base_path).unwrap_or_default();
        self.lineages.apply(folder, manifest).map_err(CommitError::OtherError)?;
        let mut files = Vec::new();
        for path in version_files(manifest, indices.iter().flatten()) {
            let Some(sum) = self.checks.sum(&format!("{folder}/{path}")) else {
                let missing = format!("the checksum of {folder}/{path} is not known");
                return Err(CommitError::OtherError(LanceError::internal(missing)));
            };
            files.push((path, sum));
        }
        let list = write_list(files.iter().map(|(path, sum)| (path.as_str(), *sum)));
        manifest.config_mut().insert(LIST.to_owned(), list);
        self.inner
            .commit(
                manifest,
                indices,
                base_path,
                object_store,
                manifest_writer,
                naming_scheme,
                transaction,
            )
            .await
    }
}
