//! What a write would change, type by type, and what checking it found out about the stored rows it meets.

use std::collections::BTreeMap;
use std::sync::Arc;

use roaring::RoaringTreemap;

use super::keys::{KeyBudget, Keys};
use super::rows::Rows;
use super::sink::Sink;
use crate::error::{Origin, Result};

/// Memory for the keys of a request that says nothing else.
const KEY_MEMORY: usize = 256 << 20;

#[derive(Debug)]
pub(crate) struct Delta {
    pub nodes: BTreeMap<String, TypeDelta>,
    pub edges: BTreeMap<String, TypeDelta>,
    /// What the numbers of the rows are.
    pub origin: fn(u64) -> Origin,
    /// For what checking has to remember of them.
    pub budget: Arc<KeyBudget>,
    /// Rows of the request that are not among these, because an earlier row has their id.
    pub twice: Option<Sink>,
}

impl Delta {
    pub(crate) fn new(origin: fn(u64) -> Origin) -> Delta {
        Delta::within(origin, KeyBudget::new(KEY_MEMORY))
    }

    pub(crate) fn within(origin: fn(u64) -> Origin, budget: Arc<KeyBudget>) -> Delta {
        Delta {
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            origin,
            budget,
            twice: None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }
}

#[derive(Debug)]
pub(crate) struct TypeDelta {
    /// New images of whole rows; no id twice.
    pub rows: Rows,
    /// Ids of `rows` that may be stored, with the row's place. Ids that were made up now cannot be and are left out.
    pub ids: Keys<u64>,
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
    /// The ends of an edge.
    pub src: String,
}

/// What a valid delta comes to.
#[derive(Debug, Default)]
pub(crate) struct CheckedDelta {
    pub nodes: BTreeMap<String, Change>,
    pub edges: BTreeMap<String, Change>,
    /// Row ids in the outcome of the nodes that written edges name, by node type.
    pub endpoints: BTreeMap<String, Arc<Keys<u64>>>,
}

#[derive(Debug)]
pub(crate) struct Change {
    /// Numbers of stored rows that written ones replace, by the hash of the id.
    pub replaced: Arc<Keys<u64>>,
    /// Numbers of stored rows that go and have no new image.
    pub removed: RoaringTreemap,
}

impl Change {
    /// Numbers of all stored rows that are not in the outcome as they are.
    pub(crate) fn gone(&self) -> Result<RoaringTreemap> {
        let mut gone = self.removed.clone();
        for stored in self.replaced.values() {
            gone.insert(stored?);
        }
        Ok(gone)
    }
}
