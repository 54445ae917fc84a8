//! A number or two about each of many keys: ids, tuples of values. A key is a hash of 128 bits. Keys are in memory while
//! they are few. Beyond a share of the request's budget they go to scratch files in sorted runs, which are merged into one
//! sorted file when all are known; it is searched a block at a time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::error::{Error, Result};

/// 128 bits of an id or of a tuple of values stand for it. The seed is the process's own, so that no input can be made to
/// collide.
pub(crate) fn hash(bytes: &[u8]) -> u128 {
    static SEED: OnceLock<u64> = OnceLock::new();
    xxh3_128_with_seed(bytes, *SEED.get_or_init(rand::random))
}

/// Hashes are uniform already.
#[derive(Clone, Copy, Debug, Default)]
struct Passthrough(u64);

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

/// Memory for the keys of one request, shared by all that it collects.
#[derive(Debug)]
pub(crate) struct KeyBudget {
    bytes: usize,
    used: AtomicUsize,
}

impl KeyBudget {
    pub(crate) fn new(bytes: usize) -> Arc<KeyBudget> {
        Arc::new(KeyBudget {
            bytes,
            used: AtomicUsize::new(0),
        })
    }
}

/// What is known of a key.
pub(crate) trait KeyValue: Copy + Send + Sync + std::fmt::Debug + 'static {
    fn to_words(self) -> [u64; 2];
    fn of_words(words: [u64; 2]) -> Self;
}

impl KeyValue for u64 {
    fn to_words(self) -> [u64; 2] {
        [self, 0]
    }

    fn of_words(words: [u64; 2]) -> u64 {
        words[0]
    }
}

impl KeyValue for () {
    fn to_words(self) -> [u64; 2] {
        [0; 2]
    }

    fn of_words(_: [u64; 2]) {}
}

/// Key and words in a file.
const RECORD: usize = 32;

/// Bytes of a key in memory, with the capacity that the table keeps free and what it takes to sort them.
const IN_MEMORY: usize = 96;

/// Keys that are grown by at a time before the budget is asked; no run is smaller.
const STEP: usize = 4_096;

/// Records that are read at once to find one.
const BLOCK: usize = 128;

#[derive(Debug)]
pub(crate) struct Keys<V> {
    memory: HashMap<u128, V, BuildHasherDefault<Passthrough>>,
    budget: Arc<KeyBudget>,
    /// Bytes of the budget that are taken.
    taken: usize,
    runs: Vec<File>,
    sorted: Option<Sorted>,
}

/// All keys, in one file.
#[derive(Debug)]
struct Sorted {
    /// The first key of each block.
    first: Vec<u128>,
    records: u64,
    file: Mutex<(File, Block)>,
}

/// The block that was read last.
#[derive(Debug, Default)]
struct Block {
    number: Option<usize>,
    bytes: Vec<u8>,
}

impl<V> Drop for Keys<V> {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl<V: KeyValue> Keys<V> {
    pub(crate) fn new(budget: &Arc<KeyBudget>) -> Keys<V> {
        Keys {
            memory: HashMap::default(),
            budget: budget.clone(),
            taken: 0,
            runs: Vec::new(),
            sorted: None,
        }
    }

    /// What was known of the key, and stays; keys that went to disk are compared when all are known.
    pub(crate) fn insert(&mut self, key: u128, value: V) -> Result<Option<V>> {
        if let Some(known) = self.memory.get(&key) {
            return Ok(Some(*known));
        }
        self.make_room()?;
        self.memory.insert(key, value);
        Ok(None)
    }

    fn make_room(&mut self) -> Result<()> {
        if self.sorted.is_some() {
            return Err(Error::internal("a key came after the last"));
        }
        if self.memory.len() * IN_MEMORY < self.taken {
            return Ok(());
        }
        let step = STEP * IN_MEMORY;
        let used = self.budget.used.fetch_add(step, Ordering::Relaxed) + step;
        self.taken += step;
        if used > self.budget.bytes && self.memory.len() >= STEP {
            self.spill()?;
        }
        Ok(())
    }

    /// Moves what is in memory to a run of its own.
    fn spill(&mut self) -> Result<()> {
        let mut records: Vec<(u128, V)> = std::mem::take(&mut self.memory).into_iter().collect();
        self.budget.used.fetch_sub(self.taken, Ordering::Relaxed);
        self.taken = 0;
        records.sort_unstable_by_key(|(key, _)| *key);
        let file = tempfile::tempfile().map_err(failed)?;
        let mut out = BufWriter::with_capacity(1 << 16, file);
        for (key, value) in records {
            write(&mut out, key, value)?;
        }
        self.runs
            .push(out.into_inner().map_err(|error| failed(error.into_error()))?);
        Ok(())
    }

    /// All keys have come. `join` gets both values of a key that was met again after it went to disk, the earlier one
    /// first, and says which is kept.
    pub(crate) fn seal(&mut self, mut join: impl FnMut(V, V) -> V) -> Result<()> {
        if self.runs.is_empty() {
            return Ok(());
        }
        self.spill()?;
        let mut runs = Vec::new();
        let mut next: BinaryHeap<Reverse<(u128, usize)>> = BinaryHeap::new();
        for (place, mut file) in self.runs.drain(..).enumerate() {
            file.rewind().map_err(failed)?;
            let mut run = BufReader::with_capacity(1 << 16, file);
            let first = read::<V>(&mut run)?;
            next.extend(first.map(|(key, _)| Reverse((key, place))));
            runs.push((run, first));
        }
        let mut out = BufWriter::with_capacity(1 << 16, tempfile::tempfile().map_err(failed)?);
        let (mut first, mut records) = (Vec::new(), 0u64);
        let mut current: Option<(u128, V)> = None;
        let mut put = |key: u128, value: V| {
            if records.is_multiple_of(BLOCK as u64) {
                first.push(key);
            }
            records += 1;
            write(&mut out, key, value)
        };
        // Runs are in the order in which their keys came.
        while let Some(Reverse((key, place))) = next.pop() {
            let (run, record) = &mut runs[place];
            let Some((_, value)) = record.take() else { continue };
            *record = read::<V>(run)?;
            next.extend(record.map(|(key, _)| Reverse((key, place))));
            current = match current {
                Some((same, known)) if same == key => Some((key, join(known, value))),
                before => {
                    if let Some((key, value)) = before {
                        put(key, value)?;
                    }
                    Some((key, value))
                }
            };
        }
        if let Some((key, value)) = current {
            put(key, value)?;
        }
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        self.sorted = Some(Sorted {
            first,
            records,
            file: Mutex::new((file, Block::default())),
        });
        Ok(())
    }

    /// How many there are, as long as all are in memory.
    pub(crate) fn in_memory(&self) -> Option<u64> {
        (self.runs.is_empty() && self.sorted.is_none()).then_some(self.memory.len() as u64)
    }

    /// How many keys there are, which are [sealed](Keys::seal).
    pub(crate) fn len(&self) -> u64 {
        self.sorted
            .as_ref()
            .map_or(self.memory.len() as u64, |sorted| sorted.records)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.memory.is_empty() && self.runs.is_empty() && self.len() == 0
    }

    /// The value of a key among those that are [sealed](Keys::seal).
    pub(crate) fn get(&self, key: u128) -> Result<Option<V>> {
        match &self.sorted {
            Some(sorted) => sorted.get(key),
            None => Ok(self.memory.get(&key).copied()),
        }
    }

    pub(crate) fn contains(&self, key: u128) -> Result<bool> {
        Ok(self.get(key)?.is_some())
    }

    /// Everything known, in no order, of keys that are [sealed](Keys::seal).
    pub(crate) fn values(&self) -> impl Iterator<Item = Result<V>> {
        let blocks = self.sorted.iter().flat_map(|sorted| {
            (0..sorted.first.len()).flat_map(|number| match sorted.block(number, |bytes| bytes.to_vec()) {
                Ok(bytes) => bytes
                    .chunks_exact(RECORD)
                    .map(|record| Ok(decode::<V>(record).1))
                    .collect(),
                Err(error) => vec![Err(error)],
            })
        });
        self.memory.values().copied().map(Ok).chain(blocks)
    }
}

impl Sorted {
    fn get<V: KeyValue>(&self, key: u128) -> Result<Option<V>> {
        let after = self.first.partition_point(|first| *first <= key);
        let Some(number) = after.checked_sub(1) else {
            return Ok(None);
        };
        self.block(number, |bytes| {
            let records = bytes.len() / RECORD;
            let record = |at: usize| &bytes[at * RECORD..(at + 1) * RECORD];
            let (mut low, mut high) = (0, records);
            while low < high {
                let middle = (low + high) / 2;
                match decode::<V>(record(middle)) {
                    (found, value) if found == key => return Some(value),
                    (found, _) if found < key => low = middle + 1,
                    _ => high = middle,
                }
            }
            None
        })
    }

    fn block<T>(&self, number: usize, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let mut held = self.file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (file, block) = &mut *held;
        if block.number != Some(number) {
            block.number = None;
            let start = number as u64 * BLOCK as u64;
            let records = (self.records - start).min(BLOCK as u64) as usize;
            block.bytes.resize(records * RECORD, 0);
            file.seek(SeekFrom::Start(start * RECORD as u64)).map_err(failed)?;
            file.read_exact(&mut block.bytes).map_err(failed)?;
            block.number = Some(number);
        }
        Ok(look(&block.bytes))
    }
}

fn write<V: KeyValue>(out: &mut impl Write, key: u128, value: V) -> Result<()> {
    let [first, second] = value.to_words();
    let mut record = [0; RECORD];
    record[..16].copy_from_slice(&key.to_le_bytes());
    record[16..24].copy_from_slice(&first.to_le_bytes());
    record[24..].copy_from_slice(&second.to_le_bytes());
    out.write_all(&record).map_err(failed)
}

fn read<V: KeyValue>(run: &mut impl Read) -> Result<Option<(u128, V)>> {
    let mut record = [0; RECORD];
    match run.read_exact(&mut record) {
        Ok(()) => Ok(Some(decode(&record))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// `record` is as long as a record.
fn decode<V: KeyValue>(record: &[u8]) -> (u128, V) {
    let word = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&record[at..at + 8]);
        u64::from_le_bytes(bytes)
    };
    let key = u128::from(word(0)) | u128::from(word(8)) << 64;
    (key, V::of_words([word(16), word(24)]))
}

fn failed(source: std::io::Error) -> Error {
    Error::from_scratch(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u64) -> u128 {
        hash(&n.to_le_bytes())
    }

    /// 50,000 keys of which 10,000 come twice, with that much memory.
    fn filled(budget: &Arc<KeyBudget>) -> (Keys<u64>, Vec<(u64, u64)>) {
        let mut keys = Keys::new(budget);
        let mut twice = Vec::new();
        for n in 0..60_000 {
            let known = keys.insert(key(n % 50_000), n).unwrap();
            twice.extend(known.map(|first| (first, n)));
        }
        keys.seal(|first, second| {
            twice.push((first, second));
            first
        })
        .unwrap();
        twice.sort_unstable();
        (keys, twice)
    }

    #[test]
    fn keys_are_found_in_memory_and_on_disk() {
        for (bytes, on_disk) in [(usize::MAX, false), (1 << 20, true), (0, true)] {
            let budget = KeyBudget::new(bytes);
            let (keys, twice) = filled(&budget);
            assert_eq!(keys.sorted.is_some(), on_disk);
            assert_eq!(keys.len(), 50_000);
            let expected: Vec<(u64, u64)> = (0..10_000).map(|n| (n, n + 50_000)).collect();
            assert_eq!(twice, expected);
            for n in 0..50_000 {
                assert_eq!(keys.get(key(n)).unwrap(), Some(n));
                assert!(!keys.contains(key(n + 50_000)).unwrap());
            }
            let mut values: Vec<u64> = keys.values().map(Result::unwrap).collect();
            values.sort_unstable();
            assert!(values.into_iter().eq(0..50_000));
            drop(keys);
            assert_eq!(budget.used.load(Ordering::Relaxed), 0);
        }
    }

    #[test]
    fn no_keys_are_known_of_nothing() {
        let mut keys: Keys<u64> = Keys::new(&KeyBudget::new(0));
        keys.seal(|first, _| first).unwrap();
        assert!(keys.is_empty());
        assert_eq!(keys.get(1).unwrap(), None);
        assert_eq!(keys.values().count(), 0);
    }
}
