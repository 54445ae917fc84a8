//! The files that a version of a dataset consists of.

use lance::Dataset;
use lance::index::DatasetIndexExt;
use lance_table::format::{IndexMetadata, Manifest};
use lance_table::io::deletion::relative_deletion_file_path;

use super::integrity::SUMS;
use super::write::manifest_file;
use crate::error::Result;

/// Data, deletion and index files, relative to the dataset's folder.
pub(crate) fn version_files<'i>(
    manifest: &Manifest,
    indices: impl IntoIterator<Item = &'i IndexMetadata>,
) -> Vec<String> {
    let mut files = Vec::new();
    for fragment in manifest.fragments.iter() {
        files.extend(fragment.files.iter().map(|file| format!("data/{}", file.path)));
        let deletions = fragment.deletion_file.as_ref();
        files.extend(deletions.map(|file| relative_deletion_file_path(fragment.id, file)));
    }
    for index in indices {
        let own = index.files.iter().flatten();
        files.extend(own.map(|file| format!("_indices/{}/{}", index.uuid, file.path)));
    }
    files
}

/// Everything that reading a version may need: the files, their sums, the manifest. An index stands for all that is in its
/// folder, under the folder's name.
pub(crate) async fn needed(dataset: &Dataset) -> Result<Vec<String>> {
    let manifest = dataset.manifest();
    let mut needed = version_files(manifest, []);
    let sums: Vec<String> = needed.iter().map(|file| format!("{file}{SUMS}")).collect();
    needed.extend(sums);
    let indices = dataset.load_indices().await?;
    needed.extend(indices.iter().map(|index| format!("_indices/{}", index.uuid)));
    needed.push(manifest_file(dataset).to_string_lossy().replace('\\', "/"));
    Ok(needed)
}
