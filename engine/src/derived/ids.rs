//! Ids of one table's rows: from an id to its dense number, and the order of ids as numbers.

use std::hash::{BuildHasher, RandomState};
use std::mem::size_of;

use arrow_array::{Array, StringArray, UInt32Array};
use hashbrown::HashTable;

/// Finds rows by id.
#[derive(Debug)]
pub(crate) struct IdLookup {
    ids: StringArray,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl IdLookup {
    pub(crate) fn new(ids: StringArray) -> IdLookup {
        let hasher = RandomState::new();
        let mut table = HashTable::with_capacity(ids.len());
        for dense in 0..ids.len() as u32 {
            let hash = hasher.hash_one(ids.value(dense as usize));
            table.insert_unique(hash, dense, |dense| hasher.hash_one(ids.value(*dense as usize)));
        }
        IdLookup { ids, table, hasher }
    }

    /// The dense number of the row with this id.
    pub(crate) fn dense(&self, id: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(id);
        self.table
            .find(hash, |dense| self.ids.value(*dense as usize) == id)
            .copied()
    }

    /// Without the ids themselves, which the column cache accounts for.
    pub(crate) fn bytes(&self) -> usize {
        self.table.capacity() * (size_of::<u32>() + 1)
    }
}

/// For each row the place of its id in the byte order of all ids; equal ids have equal ranks.
pub(super) fn rank(ids: &StringArray) -> UInt32Array {
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by(|a, b| ids.value(*a as usize).cmp(ids.value(*b as usize)));
    let mut ranks = vec![0u32; ids.len()];
    let mut rank = 0;
    for (place, row) in order.iter().enumerate() {
        if place > 0 && ids.value(*row as usize) != ids.value(order[place - 1] as usize) {
            rank = place as u32;
        }
        ranks[*row as usize] = rank;
    }
    UInt32Array::from(ranks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_and_ranked_by_bytes() {
        let ids = StringArray::from(vec!["b", "", "é", "Z", "a", "b"]);
        assert_eq!(rank(&ids).values(), &[3, 0, 5, 1, 2, 3]);
        let ids = StringArray::from(vec!["b", "", "é", "Z"]);
        let lookup = IdLookup::new(ids);
        assert_eq!(lookup.dense("é"), Some(2));
        assert_eq!(lookup.dense(""), Some(1));
        assert_eq!(lookup.dense("z"), None);
    }
}
