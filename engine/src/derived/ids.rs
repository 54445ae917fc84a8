//! Ids of one table's rows: from an id to its dense number, and the order of ids as numbers.

use std::hash::{BuildHasher, RandomState};
use std::mem::size_of;
use std::sync::Arc;

use arrow_array::{Array, StringArray, UInt32Array, UInt64Array};
use hashbrown::HashTable;
use roaring::RoaringBitmap;

/// Finds rows by id.
#[derive(Clone, Debug)]
pub(crate) struct IdLookup {
    stored: Arc<StoredIds>,
    /// Rows that were written since the dataset was, with their dense numbers.
    later: Option<Arc<(StoredIds, Vec<u32>)>>,
    /// Dense numbers of rows that are gone.
    holes: RoaringBitmap,
}

impl IdLookup {
    pub(crate) fn new(ids: StringArray) -> IdLookup {
        IdLookup {
            stored: Arc::new(StoredIds::new(ids)),
            later: None,
            holes: RoaringBitmap::new(),
        }
    }

    /// With the rows that were written since, their dense numbers, and the rows that are gone.
    pub(super) fn with(&self, ids: StringArray, numbers: Vec<u32>, holes: RoaringBitmap) -> IdLookup {
        IdLookup {
            stored: self.stored.clone(),
            later: Some(Arc::new((StoredIds::new(ids), numbers))),
            holes,
        }
    }

    /// The dense number of the row with this id.
    pub(crate) fn dense(&self, id: &str) -> Option<u32> {
        if let Some((ids, numbers)) = self.later.as_deref()
            && let Some(place) = ids.dense(id)
        {
            return numbers.get(place as usize).copied();
        }
        self.stored.dense(id).filter(|dense| !self.holes.contains(*dense))
    }

    /// Without the ids themselves, which the column cache accounts for.
    pub(crate) fn bytes(&self) -> usize {
        match &self.later {
            None => self.stored.bytes(),
            Some(later) => later.0.bytes() + later.1.len() * size_of::<u32>() + self.holes.serialized_size(),
        }
    }
}

#[derive(Debug)]
struct StoredIds {
    ids: StringArray,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl StoredIds {
    fn new(ids: StringArray) -> StoredIds {
        let hasher = RandomState::new();
        let mut table = HashTable::with_capacity(ids.len());
        for dense in 0..ids.len() as u32 {
            let hash = hasher.hash_one(ids.value(dense as usize));
            table.insert_unique(hash, dense, |dense| hasher.hash_one(ids.value(*dense as usize)));
        }
        StoredIds { ids, table, hasher }
    }

    fn dense(&self, id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(id);
        self.table
            .find(hash, |dense| self.ids.value(*dense as usize) == id)
            .copied()
    }

    fn bytes(&self) -> usize {
        self.table.capacity() * (size_of::<u32>() + 1)
    }
}

/// Between the numbers of two stored ids that follow each other there is room for those that were written since.
const ROOM: u32 = 32;

/// The rows in the byte order of their ids.
pub(super) fn order(ids: &StringArray) -> UInt32Array {
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by(|a, b| ids.value(*a as usize).cmp(ids.value(*b as usize)));
    UInt32Array::from(order)
}

/// For each row a number that compares as its id does; equal ids have equal numbers.
pub(super) fn rank(ids: &StringArray, order: &UInt32Array) -> UInt64Array {
    let mut ranks = vec![0u64; ids.len()];
    let mut rank = 0;
    for (place, row) in order.values().iter().enumerate() {
        if place == 0 || ids.value(*row as usize) != ids.value(order.value(place - 1) as usize) {
            rank = (place as u64 + 1) << ROOM;
        }
        ranks[*row as usize] = rank;
    }
    UInt64Array::from(ranks)
}

/// The same for rows that were written since: `ranks` and `order` are those of the stored ids.
pub(super) fn later_rank(
    ids: &StringArray,
    order: &UInt32Array,
    ranks: &UInt64Array,
    later: &StringArray,
) -> UInt64Array {
    let mut sorted: Vec<u32> = (0..later.len() as u32).collect();
    sorted.sort_unstable_by(|a, b| later.value(*a as usize).cmp(later.value(*b as usize)));
    let mut found = vec![0u64; later.len()];
    for (place, row) in (1..).zip(sorted) {
        let id = later.value(row as usize);
        let before = order.values().partition_point(|row| ids.value(*row as usize) < id);
        found[row as usize] = match order.values().get(before) {
            Some(same) if ids.value(*same as usize) == id => ranks.value(*same as usize),
            _ => ((before as u64) << ROOM) + place,
        };
    }
    UInt64Array::from(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_and_ranked_by_bytes() {
        let ids = StringArray::from(vec!["b", "", "é", "Z", "a", "b"]);
        let ordered = order(&ids);
        let ranks = rank(&ids, &ordered);
        assert_eq!(ranks.values(), &[4, 1, 6, 2, 3, 4].map(|place| place << ROOM));
        let later = StringArray::from(vec!["c", "b", "bb", "zz", " "]);
        let found = later_rank(&ids, &ordered, &ranks, &later);
        let all: Vec<(&str, u64)> = ids
            .iter()
            .chain(&later)
            .flatten()
            .zip(ranks.values().iter().chain(found.values()).copied())
            .collect();
        for (id, rank) in &all {
            for (other, other_rank) in &all {
                assert_eq!(id.cmp(other), rank.cmp(other_rank), "{id:?} and {other:?}");
            }
        }
        let ids = StringArray::from(vec!["b", "", "é", "Z"]);
        let lookup = IdLookup::new(ids);
        assert_eq!(lookup.dense("é"), Some(2));
        assert_eq!(lookup.dense(""), Some(1));
        assert_eq!(lookup.dense("z"), None);
    }
}
