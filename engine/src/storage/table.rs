//! One version of one type's dataset, opened once and shared by every snapshot that names it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use lance::Dataset;
use omnigraph_model::catalog::Identity;
use tokio::sync::OnceCell;

use super::integrity::Library;
use super::record::TableState;
use super::write::data_bytes;
use crate::error::{Error, Result};

/// What names one version of one type's dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableKey {
    /// The type's stable number.
    pub type_id: u64,
    /// Which of the types that had this number.
    pub incarnation: u64,
    /// A detached version of the dataset, or 1 for the empty one.
    pub version: u64,
}

impl From<TableKey> for Identity {
    fn from(key: TableKey) -> Identity {
        Identity {
            type_id: key.type_id,
            incarnation: key.incarnation,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TableRole {
    Node,
    Edge,
}

/// One version of one type's dataset, open.
#[derive(Debug)]
pub struct Table {
    /// What names the version.
    pub key: TableKey,
    dataset: Arc<Dataset>,
    rows: u64,
}

impl Table {
    pub(crate) fn new(key: TableKey, dataset: Arc<Dataset>, rows: u64) -> Table {
        Table { key, dataset, rows }
    }

    /// The storage library's handle.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Rows that are not deleted.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// What a row takes in storage, on average; it may be several times as large in memory.
    pub(crate) fn row_bytes(&self) -> u64 {
        let bytes: u64 = self.dataset.manifest().fragments.iter().map(data_bytes).sum();
        bytes / self.rows.max(1)
    }
}

/// Versions of one incarnation that stay open although no snapshot holds them.
const KEPT_VERSIONS: usize = 4;

type Cell = Arc<OnceCell<Arc<Table>>>;

/// Versions of one incarnation, the last used one last.
type Versions = Vec<(u64, Cell)>;

/// Open tables: the few most recently used versions of each type.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    open: Mutex<HashMap<(u64, u64), Versions>>,
}

impl Tables {
    fn cell(&self, key: TableKey) -> Cell {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        let versions = open.entry((key.type_id, key.incarnation)).or_default();
        let found = versions.iter().position(|(version, _)| *version == key.version);
        let entry = match found {
            Some(at) => versions.remove(at),
            None => (key.version, Cell::default()),
        };
        let cell = entry.1.clone();
        versions.push(entry);
        if versions.len() > KEPT_VERSIONS {
            versions.remove(0);
        }
        cell
    }

    /// Concurrent callers open a version once.
    pub(crate) async fn open(&self, library: &Library, role: TableRole, state: &TableState) -> Result<Arc<Table>> {
        let key = state.key();
        let cell = self.cell(key);
        let table = cell
            .get_or_try_init(|| async {
                let dataset = library.open(role, state).await?;
                Ok::<_, Error>(Arc::new(Table::new(key, Arc::new(dataset), state.rows)))
            })
            .await?;
        Ok(table.clone())
    }

    /// A writer's own version need not be opened again.
    pub(crate) fn put(&self, table: Arc<Table>) {
        let cell = self.cell(table.key);
        // Set already only if somebody opened the same immutable version meanwhile.
        let _ = cell.set(table);
    }
}
