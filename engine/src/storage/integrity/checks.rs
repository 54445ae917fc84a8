//! What a handle knows of dataset files: their sums, the blocks that it has compared already, and the first damage it met.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use object_store::path::Path;
use tokio::sync::OnceCell;

use super::sum::{BLOCK, FileSum, SUMS};
use crate::error::{Damage, StorageKind};

/// A file whose sum is known.
#[derive(Debug)]
pub(super) struct KnownFile {
    pub sum: FileSum,
    /// Sums of its blocks, read when they are first needed.
    pub blocks: OnceCell<Vec<u64>>,
    /// A bit per block that was compared.
    compared: Box<[AtomicU64]>,
    /// The version of the dataset that named it first; 0 if this handle wrote it.
    version: u64,
}

impl KnownFile {
    fn new(sum: FileSum, version: u64) -> KnownFile {
        KnownFile {
            sum,
            blocks: OnceCell::new(),
            compared: (0..sum.blocks().div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            version,
        }
    }

    /// The same file, as if nothing of it had been compared.
    pub(super) fn fresh(&self) -> KnownFile {
        KnownFile::new(self.sum, self.version)
    }

    pub(super) fn is_compared(&self, block: u64) -> bool {
        self.compared[block as usize / 64].load(Ordering::Relaxed) & (1 << (block % 64)) != 0
    }

    pub(super) fn set_compared(&self, block: u64) {
        self.compared[block as usize / 64].fetch_or(1 << (block % 64), Ordering::Relaxed);
    }

    /// The bytes of a block.
    pub(super) fn range(&self, block: u64) -> std::ops::Range<u64> {
        block * BLOCK..((block + 1) * BLOCK).min(self.sum.bytes)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Checks {
    files: RwLock<HashMap<String, Arc<KnownFile>>>,
    /// What messages call a dataset, by its folder.
    names: RwLock<HashMap<String, String>>,
    first: Mutex<Option<Damage>>,
}

impl Checks {
    /// Calls a dataset's folder by the type whose rows it holds.
    pub(crate) fn call(&self, folder: String, name: String) {
        self.names
            .write()
            .unwrap_or_else(|e| e.into_inner())
            .insert(folder, name);
    }

    /// Takes note of a file's sum, as a version names it.
    pub(crate) fn learn(&self, file: String, sum: FileSum, version: u64) {
        let mut files = self.files.write().unwrap_or_else(|e| e.into_inner());
        match files.get(&file) {
            Some(known) if known.sum == sum => {}
            _ => {
                files.insert(file, Arc::new(KnownFile::new(sum, version)));
            }
        }
    }

    pub(super) fn known(&self, file: &str) -> Option<Arc<KnownFile>> {
        self.files.read().unwrap_or_else(|e| e.into_inner()).get(file).cloned()
    }

    pub(crate) fn sum(&self, file: &str) -> Option<FileSum> {
        self.known(file).map(|known| known.sum)
    }

    /// The first damage that any reading through this handle met. The library does not always hand on why it failed.
    pub(crate) fn damage(&self) -> Option<Damage> {
        self.first.lock().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Damage of a file that `known` describes.
    pub(crate) fn damaged(&self, file: &str, kind: StorageKind, reason: String) -> Damage {
        let version = self
            .known(file.strip_suffix(SUMS).unwrap_or(file))
            .map_or(0, |known| known.version);
        let damage = Damage {
            file: file.to_owned(),
            reason,
            holds: self.describe(file, version),
            kind,
        };
        let mut first = self.first.lock().unwrap_or_else(|e| e.into_inner());
        first.get_or_insert_with(|| damage.clone());
        damage
    }

    fn describe(&self, file: &str, version: u64) -> String {
        let (folder, inside) = split(file).unwrap_or((file, ""));
        let what = match inside.split('/').next().unwrap_or_default() {
            "data" => "rows",
            "_deletions" => "the list of deleted rows",
            "_indices" => "an index",
            _ => "the list of files",
        };
        let names = self.names.read().unwrap_or_else(|e| e.into_inner());
        let of = names.get(folder).map_or_else(|| folder.to_owned(), String::clone);
        match version {
            0 => format!("it holds {what} of {of}"),
            _ => format!("it holds {what} of {of} (version {version:016x})"),
        }
    }
}

/// A path of the storage as one below the graph's root: what follows from `nodes/` or `edges/` on.
pub(super) fn below_root(path: &Path) -> Option<&str> {
    let text = path.as_ref();
    let at = |role: &str| {
        let found = text.rfind(role)?;
        (found == 0 || text.as_bytes()[found - 1] == b'/').then_some(found)
    };
    at("nodes/").max(at("edges/")).map(|found| &text[found..])
}

/// The dataset's folder and what lies inside it.
pub(super) fn split(file: &str) -> Option<(&str, &str)> {
    let slash = file.match_indices('/').nth(1)?.0;
    Some((&file[..slash], &file[slash + 1..]))
}
