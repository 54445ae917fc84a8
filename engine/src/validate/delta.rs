//! What a write would change, type by type, and what checking it found out about the stored rows it meets.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use roaring::RoaringTreemap;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::fault::Origin;
use super::rows::Rows;

/// 128 bits of an id or of a tuple of values stand for it. The seed is the process's own, so that no input can be made to
/// collide.
pub(crate) fn hash(bytes: &[u8]) -> u128 {
    static SEED: OnceLock<u64> = OnceLock::new();
    xxh3_128_with_seed(bytes, *SEED.get_or_init(rand::random))
}

/// Hashes are uniform already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passthrough(u64);

impl Hasher for Passthrough {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

pub(crate) type HashIndex<V> = HashMap<u128, V, BuildHasherDefault<Passthrough>>;

#[derive(Debug)]
pub(crate) struct Delta {
    pub nodes: BTreeMap<String, TypeDelta>,
    pub edges: BTreeMap<String, TypeDelta>,
    /// What the numbers of the rows are.
    pub origin: fn(u64) -> Origin,
}

impl Delta {
    pub fn new(origin: fn(u64) -> Origin) -> Delta {
        Delta {
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            origin,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }
}

#[derive(Debug)]
pub(crate) struct TypeDelta {
    /// New images of whole rows; no id twice.
    pub rows: Rows,
    /// Ids of `rows` that may be stored, with the row's place. Ids that were made up now cannot be and are left out.
    pub ids: HashIndex<u64>,
    /// By property, the rows whose vector is yet to be computed from another property; until then another stands there.
    pub unfilled: BTreeMap<String, RoaringTreemap>,
    pub existing: Existing,
    pub removed: Removed,
}

/// What a written row does to a stored one of the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Conflict,
    Replace,
}

#[derive(Debug)]
pub(crate) enum Removed {
    Nothing,
    /// Found by the caller, who has also found the edges of removed nodes.
    Rows(Vec<StoredRow>),
    /// Every stored row that is not written.
    AllOthers,
}

/// A stored row that goes.
#[derive(Clone, Debug)]
pub(crate) struct StoredRow {
    pub id: String,
    pub row_id: u64,
    pub address: u64,
    /// Of an edge.
    pub src: String,
}

/// Where a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub row_id: u64,
    pub address: u64,
}

/// What a valid delta comes to.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub nodes: BTreeMap<String, Change>,
    pub edges: BTreeMap<String, Change>,
    /// Row ids in the outcome of the nodes that written edges name, by node type.
    pub endpoints: BTreeMap<String, HashIndex<u64>>,
}

#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Stored rows that written ones replace, by the hash of the id.
    pub replaced: HashIndex<Stored>,
    /// Addresses of stored rows that go and have no new image.
    pub removed: RoaringTreemap,
}

impl Change {
    /// Addresses of all stored rows that are not in the outcome as they are.
    pub fn gone(&self) -> RoaringTreemap {
        let mut gone = self.removed.clone();
        gone.extend(self.replaced.values().map(|stored| stored.address));
        gone
    }
}
