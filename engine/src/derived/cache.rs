//! The shared cache of derived structures: bounded by bytes, least recently used out first, each built by one caller
//! while the others wait.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};

use arrow_array::{ArrayRef, UInt32Array};
use datafusion::common::Result;
use lance_table::format::Fragment;
use tokio::sync::OnceCell;

use super::search::TextIndex;
use super::{Adjacency, IdLookup, RowMap};
use crate::storage::TableKey;

/// Bytes kept by [`Caches::default`].
const DEFAULT_BUDGET: usize = 2 << 30;

/// Bytes of a key and its slot.
const SLOT: usize = 256;

/// Entries of all versions that are kept: each of them is looked at to find the oldest.
const MOST_SLOTS: usize = 16_384;

/// Derived structures of a graph's dataset versions.
#[derive(Debug)]
pub(crate) struct Caches {
    state: Mutex<State>,
    budget: usize,
}

#[derive(Debug, Default)]
struct State {
    slots: HashMap<Key, Slot>,
    bytes: usize,
    clock: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Rows(TableKey),
    Column(TableKey, String),
    /// The rows in the order of their ids.
    Order(TableKey),
    /// For each row a number that compares as its id does.
    Rank(TableKey),
    Lookup(TableKey),
    /// The adjacency of an edge table, with the tables its endpoints were resolved in.
    Adjacency(TableKey, TableKey, TableKey),
    /// Whether storage's index is part of it.
    Text(TableKey, String, bool),
}

#[derive(Clone, Debug)]
pub(super) enum Entry {
    Rows(Arc<RowMap>),
    Column(ArrayRef),
    /// A column beyond what one query may keep in memory.
    TooLarge,
    Order(UInt32Array),
    Rank(ArrayRef),
    Lookup(Arc<IdLookup>),
    Adjacency(Arc<Adjacency>),
    Text(Arc<TextIndex>),
}

/// A build in progress. Boxed, because those that read storage are large and most callers never run theirs.
pub(super) type Build<'a> = Pin<Box<dyn Future<Output = Result<Built>> + Send + 'a>>;

/// What a build returns beside the entry itself.
pub(super) struct Built {
    pub entry: Entry,
    pub bytes: usize,
    /// The fragments it was read from, where a later version may extend it.
    pub fragments: Option<Arc<Vec<Fragment>>>,
}

#[derive(Debug, Default)]
struct Slot {
    cell: Arc<OnceCell<Entry>>,
    fragments: Option<Arc<Vec<Fragment>>>,
    bytes: usize,
    used: u64,
    /// Times a column was read without being kept.
    misses: u64,
}

impl State {
    /// The slot of a key, used now. Each counts as some bytes, so that empty entries are evicted, too.
    fn slot(&mut self, key: &Key) -> &mut Slot {
        self.clock += 1;
        if !self.slots.contains_key(key) {
            self.bytes += SLOT;
            let slot = Slot {
                bytes: SLOT,
                ..Slot::default()
            };
            self.slots.insert(key.clone(), slot);
        }
        let slot = self.slots.entry(key.clone()).or_default();
        slot.used = self.clock;
        slot
    }
}

impl Default for Caches {
    fn default() -> Self {
        Caches::with_budget(DEFAULT_BUDGET)
    }
}

impl Caches {
    pub(crate) fn with_budget(bytes: usize) -> Caches {
        Caches {
            state: Mutex::default(),
            budget: bytes,
        }
    }

    /// Bytes of everything kept.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.state().bytes
    }

    pub(crate) fn budget(&self) -> usize {
        self.budget
    }

    /// The largest column that is kept whole: a quarter of the budget, and what one Arrow text array can address.
    pub(super) fn column_limit(&self) -> usize {
        (self.budget / 4).min(i32::MAX as usize)
    }

    /// Nothing panics while holding the lock, and a poisoned cache would still be consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn resident(&self, key: &Key) -> Option<Entry> {
        let mut state = self.state();
        state.clock += 1;
        let clock = state.clock;
        let slot = state.slots.get_mut(key)?;
        slot.used = clock;
        slot.cell.get().cloned()
    }

    /// Counts `rows` read past the cache for this key; the sum so far.
    pub(super) fn miss(&self, key: &Key, rows: u64) -> u64 {
        let mut state = self.state();
        let slot = state.slot(key);
        slot.misses += rows;
        let misses = slot.misses;
        self.evict(&mut state, key);
        misses
    }

    /// The entry of `key`, built unless it is there. Concurrent callers share one build; a failed build is tried again
    /// by the next caller.
    pub(super) async fn get(&self, key: Key, build: Build<'_>) -> Result<Entry> {
        let cell = {
            let mut state = self.state();
            let cell = state.slot(&key).cell.clone();
            self.evict(&mut state, &key);
            cell
        };
        let mut built = None;
        let entry = cell
            .get_or_try_init(|| async {
                let result = build.await?;
                built = Some((result.bytes, result.fragments));
                Ok::<_, datafusion::common::DataFusionError>(result.entry)
            })
            .await?
            .clone();
        if let Some((bytes, fragments)) = built {
            let mut state = self.state();
            let own = |slot: &&mut Slot| Arc::ptr_eq(&slot.cell, &cell);
            if let Some(slot) = state.slots.get_mut(&key).filter(own) {
                slot.bytes += bytes;
                slot.fragments = fragments;
                state.bytes += bytes;
            }
            self.evict(&mut state, &key);
        }
        Ok(entry)
    }

    /// Keeps what was made without reading anything.
    pub(super) fn put(&self, key: Key, entry: Entry, bytes: usize) {
        let mut state = self.state();
        let slot = state.slot(&key);
        if slot.cell.set(entry).is_ok() {
            slot.bytes += bytes;
            state.bytes += bytes;
        }
        self.evict(&mut state, &key);
    }

    fn evict(&self, state: &mut State, keep: &Key) {
        while state.bytes > self.budget || state.slots.len() > MOST_SLOTS {
            // What is being built has a second owner.
            let idle = |slot: &Slot| Arc::strong_count(&slot.cell) == 1;
            let others = state.slots.iter().filter(|(key, slot)| *key != keep && idle(slot));
            let oldest = others.min_by_key(|(_, slot)| slot.used).map(|(key, _)| key.clone());
            let oldest = oldest.or_else(|| state.slots.contains_key(keep).then(|| keep.clone()));
            let Some(slot) = oldest.and_then(|key| state.slots.remove(&key)) else {
                return;
            };
            state.bytes -= slot.bytes;
        }
    }

    /// An entry of an earlier version of the same table, read from a prefix of `fragments`: with it, the number of
    /// fragments it covers.
    pub(super) fn prefix(&self, wanted: &Key, fragments: &[Fragment]) -> Option<(Entry, usize)> {
        let state = self.state();
        let mut best: Option<(&Slot, usize)> = None;
        for (key, slot) in &state.slots {
            let (Some(read), true) = (&slot.fragments, key.extends(wanted)) else {
                continue;
            };
            if !read.is_empty()
                && slot.cell.get().is_some()
                && fragments.starts_with(read)
                && best.is_none_or(|(_, length)| length < read.len())
            {
                best = Some((slot, read.len()));
            }
        }
        let (slot, length) = best?;
        Some((slot.cell.get()?.clone(), length))
    }
}

impl Key {
    /// Whether both are the same thing of two versions of one table.
    fn extends(&self, later: &Key) -> bool {
        let same = |a: &TableKey, b: &TableKey| a.type_id == b.type_id && a.incarnation == b.incarnation;
        match (self, later) {
            (Key::Rows(a), Key::Rows(b)) => same(a, b),
            (Key::Column(a, name), Key::Column(b, other)) => same(a, b) && name == other,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Int32Array;

    fn key(version: u64) -> Key {
        Key::Rows(TableKey {
            type_id: 1,
            incarnation: 1,
            version,
            overlay: 0,
        })
    }

    async fn put(caches: &Caches, version: u64, bytes: usize) {
        let build = async move {
            Ok(Built {
                entry: Entry::Column(Arc::new(Int32Array::from(vec![version as i32]))),
                bytes,
                fragments: None,
            })
        };
        caches.get(key(version), Box::pin(build)).await.unwrap();
    }

    #[tokio::test]
    async fn the_least_recently_used_goes_first() {
        let caches = Caches::with_budget(100 + 2 * SLOT);
        put(&caches, 1, 40).await;
        put(&caches, 2, 40).await;
        assert!(caches.resident(&key(1)).is_some());
        put(&caches, 3, 40).await;
        assert!(caches.resident(&key(2)).is_none());
        assert!(caches.resident(&key(1)).is_some() && caches.resident(&key(3)).is_some());
        assert_eq!(caches.bytes(), 80 + 2 * SLOT);
        put(&caches, 4, 4000).await;
        assert_eq!(
            caches.bytes(),
            0,
            "an entry beyond the budget is used once and not kept"
        );
    }

    /// A handle that lives long sees many versions of tables without rows.
    #[tokio::test]
    async fn what_is_empty_goes_too() {
        let caches = Caches::with_budget(10 * SLOT);
        for version in 0..100 {
            put(&caches, version, 0).await;
            caches.miss(&key(1000 + version), 1);
        }
        assert_eq!(caches.bytes(), 10 * SLOT);
        assert_eq!(caches.state().slots.len(), 10);
        assert!(caches.resident(&key(99)).is_some() && caches.resident(&key(1)).is_none());
    }

    #[tokio::test]
    async fn one_build_serves_all_callers() {
        let caches = Arc::new(Caches::with_budget(1000));
        let builds = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let callers = (0..8).map(|_| {
            let (caches, builds) = (caches.clone(), builds.clone());
            tokio::spawn(async move {
                let build = async {
                    builds.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok(Built {
                        entry: Entry::TooLarge,
                        bytes: 1,
                        fragments: None,
                    })
                };
                caches.get(key(1), Box::pin(build)).await.unwrap();
            })
        });
        futures::future::join_all(callers).await;
        assert_eq!(builds.load(std::sync::atomic::Ordering::SeqCst), 1);
    }
}
