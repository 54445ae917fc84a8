//! The checksum of a file: a hash of each of its blocks, and one hash of those. The blocks' hashes of a large file lie beside
//! it, in a file of their own, so that reading a part of it need not read the rest; those of a small one are computed again.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::storage::record::hex;

/// Bytes that are compared at once, when any of them is read.
pub(super) const BLOCK: u64 = 16 << 10;

/// A file up to this size is read as a whole the first time, and has no file of sums.
pub(super) const WHOLE: u64 = 256 << 10;

/// What the name of a file of sums adds to that of its file.
pub(crate) const SUMS: &str = ".sums";

/// Size and checksum of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Size of the file.
    pub bytes: u64,
    /// XXH3 over the XXH3 of each 16 KiB block, with the size as seed.
    #[serde(with = "hex")]
    pub checksum: u64,
}

impl FileSum {
    /// The sum of a file of so many bytes, from the sums of its blocks.
    pub(crate) fn of(bytes: u64, blocks: &[u64]) -> FileSum {
        FileSum {
            bytes,
            checksum: xxh3_64_with_seed(&encode(blocks), bytes),
        }
    }

    #[cfg(test)]
    pub(crate) fn of_content(content: &[u8]) -> FileSum {
        let blocks: Vec<u64> = content.chunks(BLOCK as usize).map(block_sum).collect();
        FileSum::of(content.len() as u64, &blocks)
    }

    pub(crate) fn has_sums(&self) -> bool {
        self.bytes > WHOLE
    }

    pub(super) fn blocks(&self) -> usize {
        self.bytes.div_ceil(BLOCK) as usize
    }
}

pub(super) fn block_sum(block: &[u8]) -> u64 {
    xxh3_64_with_seed(block, 0)
}

pub(super) fn encode(blocks: &[u64]) -> Vec<u8> {
    blocks.iter().flat_map(|sum| sum.to_le_bytes()).collect()
}

/// The blocks' sums as they lie beside a file, if they are those of `file`.
pub(super) fn decode(content: &[u8], file: FileSum) -> Option<Vec<u64>> {
    let (sums, rest) = content.as_chunks::<8>();
    let blocks: Vec<u64> = sums.iter().map(|sum| u64::from_le_bytes(*sum)).collect();
    (rest.is_empty() && blocks.len() == file.blocks() && FileSum::of(file.bytes, &blocks) == file).then_some(blocks)
}

/// Sums a file while it is written, in pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Summing {
    bytes: u64,
    blocks: Vec<u64>,
    /// The begin of a block that is not complete.
    begun: Vec<u8>,
}

impl Summing {
    pub(super) fn add(&mut self, mut piece: &[u8]) {
        self.bytes += piece.len() as u64;
        if !self.begun.is_empty() {
            let lacking = (BLOCK as usize - self.begun.len()).min(piece.len());
            let (head, rest) = piece.split_at(lacking);
            self.begun.extend_from_slice(head);
            piece = rest;
            if self.begun.len() < BLOCK as usize {
                return;
            }
            self.blocks.push(block_sum(&self.begun));
            self.begun.clear();
        }
        let mut whole = piece.chunks_exact(BLOCK as usize);
        self.blocks.extend(whole.by_ref().map(block_sum));
        self.begun.extend_from_slice(whole.remainder());
    }

    pub(super) fn finish(&mut self) -> (FileSum, Vec<u64>) {
        if !self.begun.is_empty() {
            self.blocks.push(block_sum(&self.begun));
            self.begun.clear();
        }
        let blocks = std::mem::take(&mut self.blocks);
        (FileSum::of(self.bytes, &blocks), blocks)
    }
}

/// The list of files that a manifest carries, a line per file.
pub(super) fn write_list<'f>(files: impl IntoIterator<Item = (&'f str, FileSum)>) -> String {
    let mut list = String::new();
    for (path, sum) in files {
        list.push_str(&format!("{:016x} {} {path}\n", sum.checksum, sum.bytes));
    }
    list
}

/// `None` if it is no such list.
pub(super) fn read_list(list: &str) -> Option<Vec<(&str, FileSum)>> {
    let line = |line: &'_ str| -> Option<(usize, FileSum)> {
        let mut words = line.splitn(3, ' ');
        let checksum = u64::from_str_radix(words.next()?, 16).ok()?;
        let bytes = words.next()?.parse().ok()?;
        Some((line.len() - words.next()?.len(), FileSum { bytes, checksum }))
    };
    list.lines()
        .map(|text| line(text).map(|(at, sum)| (&text[at..], sum)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|at| (at * 31 % 251) as u8).collect()
    }

    #[test]
    fn pieces_do_not_change_a_sum() {
        for bytes in [0, 1, 16_383, 16_384, 16_385, 100_000] {
            let content = content(bytes);
            for piece in [1_000, 16_384, 40_000] {
                let mut summing = Summing::default();
                content.chunks(piece).for_each(|piece| summing.add(piece));
                let (sum, blocks) = summing.finish();
                assert_eq!(sum, FileSum::of_content(&content), "{bytes} bytes in pieces of {piece}");
                assert_eq!(decode(&encode(&blocks), sum), Some(blocks));
            }
        }
    }

    #[test]
    fn any_flipped_byte_changes_a_sum() {
        let content = content(40_000);
        let sum = FileSum::of_content(&content);
        for at in (0..content.len()).step_by(997) {
            let mut damaged = content.clone();
            damaged[at] ^= 0x15;
            assert_ne!(FileSum::of_content(&damaged), sum);
        }
        assert_ne!(FileSum::of_content(&content[1..]), sum);
    }

    #[test]
    fn lists_come_back() {
        let sum = FileSum {
            bytes: 680,
            checksum: 7,
        };
        let other = FileSum {
            bytes: 0,
            checksum: u64::MAX,
        };
        let list = write_list([("data/a b.lance", sum), ("_indices/x/y.idx", other)]);
        assert_eq!(
            read_list(&list),
            Some(vec![("data/a b.lance", sum), ("_indices/x/y.idx", other)])
        );
        assert_eq!(read_list("data/a.lance"), None);
        assert_eq!(read_list(""), Some(Vec::new()));
    }
}
