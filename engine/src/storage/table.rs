//! The rows of one type at a commit: one version of its dataset and the changes since. Opened once and shared by every snapshot
//! that names it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use lance::Dataset;
use lance_table::format::Fragment;
use omnigraph_model::catalog::Identity;
use tokio::sync::OnceCell;

use super::chunk::Packed;
use super::integrity::Library;
use super::overlay::{Overlay, Stamped};
use super::record::TableState;
use super::write::data_bytes;
use crate::error::{Error, Result};

/// What names the rows of one type at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableKey {
    /// The type's stable number.
    pub type_id: u64,
    /// Which of the types that had this number.
    pub incarnation: u64,
    /// A detached version of the dataset, or 1 for the empty one.
    pub version: u64,
    /// What names the changes since; 0 if there are none.
    pub overlay: u64,
}

impl TableKey {
    /// The dataset's own rows.
    pub(crate) fn base(self) -> TableKey {
        TableKey { overlay: 0, ..self }
    }
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

/// The rows of one type at a commit, open.
#[derive(Debug)]
pub struct Table {
    /// What names them.
    pub key: TableKey,
    pub(super) dataset: Arc<Dataset>,
    pub(super) overlay: Overlay,
    rows: u64,
    next_row: u64,
}

impl Table {
    /// One without changes since the version.
    pub(crate) fn new(state: &TableState, dataset: Arc<Dataset>) -> Table {
        let schema = Arc::new(arrow_schema::Schema::from(dataset.schema()));
        let first_new = state.first_new.unwrap_or(dataset.manifest().next_row_id);
        Table {
            key: state.key().base(),
            overlay: Overlay::new(schema, first_new),
            rows: state.rows,
            next_row: state.next_row.unwrap_or(first_new),
            dataset,
        }
    }

    /// Some rows, for tests of what reads them.
    #[cfg(test)]
    pub(crate) fn of(key: TableKey, dataset: Arc<Dataset>, rows: u64) -> Table {
        let schema = Arc::new(arrow_schema::Schema::from(dataset.schema()));
        Table {
            key,
            overlay: Overlay::new(schema, u64::MAX),
            rows,
            next_row: u64::MAX,
            dataset,
        }
    }

    /// The storage library's handle of the dataset, which does not have the changes since.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The changes since.
    pub(crate) fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// Rows that are not deleted.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows of the dataset that are not deleted there; some may be replaced or removed since.
    pub(crate) fn stored_rows(&self) -> u64 {
        let live = |fragment: &Fragment| {
            let deleted = fragment.deletion_file.as_ref().and_then(|file| file.num_deleted_rows);
            fragment.physical_rows.unwrap_or_default() - deleted.unwrap_or_default()
        };
        self.dataset.fragments().iter().map(live).sum::<usize>() as u64
    }

    /// Dense numbers are below this; not each is that of a row.
    pub(crate) fn slots(&self) -> u64 {
        self.stored_rows() + (self.next_row - self.first_new())
    }

    /// The first number that no row of the dataset has.
    pub(crate) fn first_new(&self) -> u64 {
        self.overlay.first_new()
    }

    /// The number that the next new row gets.
    pub(crate) fn next_row(&self) -> u64 {
        self.next_row
    }

    /// What a row takes in storage, on average; it may be several times as large in memory.
    pub(crate) fn row_bytes(&self) -> u64 {
        let stored: u64 = self.dataset.manifest().fragments.iter().map(data_bytes).sum();
        let bytes = stored + self.overlay.rows().get_array_memory_size() as u64;
        bytes / self.slots().max(1)
    }
}

/// Datasets and tables of one incarnation that stay open although no snapshot holds them.
const KEPT: usize = 4;

type Opening<T> = Arc<OnceCell<Arc<T>>>;

/// Those of one incarnation, the last used one last.
#[derive(Debug)]
struct Recent<K, T>(Vec<(K, Opening<T>)>);

impl<K, T> Default for Recent<K, T> {
    fn default() -> Self {
        Recent(Vec::new())
    }
}

impl<K: PartialEq + Copy, T> Recent<K, T> {
    fn cell(&mut self, key: K) -> Opening<T> {
        let entry = match self.0.iter().position(|(own, _)| *own == key) {
            Some(at) => self.0.remove(at),
            None => (key, Opening::default()),
        };
        let cell = entry.1.clone();
        self.0.push(entry);
        if self.0.len() > KEPT {
            self.0.remove(0);
        }
        cell
    }
}

#[derive(Debug, Default)]
struct Open {
    /// By version.
    datasets: Recent<u64, Dataset>,
    tables: Recent<TableKey, Table>,
}

/// Open tables: the few most recently used of each type.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    open: Mutex<HashMap<(u64, u64), Open>>,
}

/// What a commit says of a type, with the changes that its dataset does not have, the oldest first.
pub(crate) struct Wanted<'s> {
    pub role: TableRole,
    pub state: &'s TableState,
    /// With the stamps of the commits.
    pub changes: &'s [(u64, Packed)],
}

impl Tables {
    fn of<R>(&self, key: TableKey, find: impl FnOnce(&mut Open) -> R) -> R {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        find(open.entry((key.type_id, key.incarnation)).or_default())
    }

    /// A table that is open already.
    pub(crate) fn known(&self, key: TableKey) -> Option<Arc<Table>> {
        self.of(key, |open| {
            let known = open.tables.0.iter().any(|(own, _)| *own == key);
            known
                .then(|| open.tables.cell(key))
                .and_then(|cell| cell.get().cloned())
        })
    }

    /// Concurrent callers open each once.
    pub(crate) async fn open(&self, library: &Library, wanted: Wanted<'_>) -> Result<Arc<Table>> {
        let Wanted { role, state, changes } = wanted;
        let key = state.key();
        let cell = self.of(key, |open| open.tables.cell(key));
        let table = cell
            .get_or_try_init(|| async {
                let cell = self.of(key, |open| open.datasets.cell(key.version));
                let open = async || library.open(role, state).await.map(Arc::new);
                let dataset = cell.get_or_try_init(open).await?.clone();
                let plain = Table::new(state, dataset);
                if changes.is_empty() {
                    return Ok(Arc::new(plain));
                }
                let overlay = self.overlay(&plain, changes)?;
                Ok::<_, Error>(Arc::new(Table { key, overlay, ..plain }))
            })
            .await?;
        Ok(table.clone())
    }

    /// From that of an earlier commit, if its table is open.
    fn overlay(&self, plain: &Table, changes: &[(u64, Packed)]) -> Result<Overlay> {
        let mut keys = vec![0];
        for (before, (_, change)) in changes.iter().enumerate() {
            keys.push(change.key_after(keys[before]));
        }
        let earlier = keys.iter().enumerate().rev().find_map(|(known, overlay)| {
            let key = TableKey {
                overlay: *overlay,
                ..plain.key
            };
            (known > 0)
                .then(|| self.known(key))
                .flatten()
                .map(|table| (known, table))
        });
        let (known, base) = match &earlier {
            Some((known, table)) => (*known, &table.overlay),
            None => (0, &plain.overlay),
        };
        let schema = plain.overlay.rows().schema();
        let unpack = |(stamp, change): &(u64, Packed)| -> Option<Stamped> { Some((*stamp, change.unpack(&schema)?)) };
        let later: Option<Vec<Stamped>> = changes[known..].iter().map(unpack).collect();
        let later = later.ok_or_else(|| Error::corrupt("a record", "its changes are not rows of their type"))?;
        base.with(&later)
    }

    /// A writer's own version need not be opened again.
    pub(crate) fn put(&self, state: &TableState, dataset: Arc<Dataset>) {
        let key = state.key();
        // Set already only if somebody opened the same immutable version meanwhile.
        let cell = self.of(key, |open| open.datasets.cell(key.version));
        let _ = cell.set(dataset.clone());
        if key.overlay == 0 {
            let cell = self.of(key, |open| open.tables.cell(key));
            let _ = cell.set(Arc::new(Table::new(state, dataset)));
        }
    }
}
