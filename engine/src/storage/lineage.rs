//! What the storage library does not write down of rows that were numbered by us: which number the next row gets, and when the
//! rows of an overlay were written. Kept by data file until the version that names the file is committed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use lance_core::Result;
use lance_table::format::{Fragment, Manifest};
use lance_table::rowids::version::{RowDatasetVersionMeta, RowDatasetVersionSequence};

use super::overlay::Stamps;

/// What is to be written down of the rows of a file.
#[derive(Clone, Debug)]
pub(crate) struct Lineage {
    /// No row has this number or a later one.
    pub next_row: u64,
    /// When each row was written; empty if the version that names the file is right.
    pub stamps: Vec<Stamps>,
}

/// Files that wait for their version, by their path below the graph's root.
#[derive(Debug, Default)]
pub(crate) struct Lineages {
    files: Mutex<HashMap<String, Lineage>>,
}

impl Lineages {
    fn files(&self) -> MutexGuard<'_, HashMap<String, Lineage>> {
        self.files.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Writes down what is known of the files of a dataset's new version.
    pub(super) fn apply(&self, folder: &str, manifest: &mut Manifest) -> Result<()> {
        let files = self.files();
        let of = |fragment: &Fragment| {
            let own = |file: &lance_table::format::DataFile| files.get(&path(folder, &file.path)).cloned();
            fragment.files.iter().find_map(own)
        };
        let known: Vec<(usize, Lineage)> = manifest
            .fragments
            .iter()
            .enumerate()
            .filter_map(|(place, fragment)| Some((place, of(fragment)?)))
            .collect();
        drop(files);
        if known.is_empty() {
            return Ok(());
        }
        let mut fragments = manifest.fragments.as_ref().clone();
        for (place, lineage) in known {
            manifest.next_row_id = manifest.next_row_id.max(lineage.next_row);
            if !lineage.stamps.is_empty() {
                stamp(&mut fragments[place], &lineage.stamps)?;
            }
        }
        manifest.fragments = Arc::new(fragments);
        Ok(())
    }
}

fn stamp(fragment: &mut Fragment, stamps: &[Stamps]) -> Result<()> {
    // What the library found for rows that replace others is right.
    let found = fragment.created_at_version_meta.as_ref();
    let found = found.map(RowDatasetVersionMeta::load_sequence).transpose()?;
    let mut found = found.iter().flat_map(RowDatasetVersionSequence::versions);
    let created: Vec<u64> = stamps
        .iter()
        .map(|stamps| {
            let found = found.next();
            stamps.created.or(found).unwrap_or(stamps.updated)
        })
        .collect();
    let updated: Vec<u64> = stamps.iter().map(|stamps| stamps.updated).collect();
    let meta =
        |versions: &[u64]| RowDatasetVersionMeta::from_sequence(&RowDatasetVersionSequence::from_versions(versions));
    fragment.created_at_version_meta = Some(meta(&created)?);
    fragment.last_updated_at_version_meta = Some(meta(&updated)?);
    Ok(())
}

fn path(folder: &str, file: &str) -> String {
    format!("{folder}/data/{file}")
}

/// Files of one write; forgotten with it.
#[derive(Debug)]
pub(super) struct Numbered {
    lineages: Arc<Lineages>,
    folder: String,
    files: Vec<String>,
}

impl Numbered {
    pub(super) fn new(lineages: Arc<Lineages>, folder: String) -> Numbered {
        Numbered {
            lineages,
            folder,
            files: Vec::new(),
        }
    }

    pub(super) fn learn(&mut self, fragment: &Fragment, lineage: &Lineage) {
        for file in &fragment.files {
            let path = path(&self.folder, &file.path);
            self.lineages.files().insert(path.clone(), lineage.clone());
            self.files.push(path);
        }
    }
}

impl Drop for Numbered {
    fn drop(&mut self) {
        let mut known = self.lineages.files();
        self.files.iter().for_each(|file| _ = known.remove(file));
    }
}
