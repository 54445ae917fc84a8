//! What a small commit changed, as bytes at the end of its record (docs/storage.md): per type the rows that it wrote, under their
//! numbers, and the numbers of those that it removed. A tail is the chunks of some commits, the oldest first. What was dropped for
//! good can be taken out of it: the sum of a tail is made of the sums of its sections, and of a section that is gone the sum is left.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::read_record_batch;
use arrow_ipc::writer::{CompressionContext, DictionaryTracker, IpcDataGenerator, IpcWriteOptions};
use arrow_ipc::{MetadataVersion, root_as_message};
use arrow_schema::SchemaRef;
use bytes::Bytes;
use omnigraph_model::catalog::Identity;
use roaring::RoaringTreemap;
use sha2::{Digest, Sha256};
use ulid::Ulid;
use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result};

/// The compression that costs least.
const LEVEL: i32 = 1;

/// Bytes of one section, unpacked, beyond which it is not believed: far more than any that is written.
const MOST_UNPACKED: usize = 64 << 20;

/// What one commit changed of one type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    pub identity: Identity,
    /// Of `rows`, in their order; none twice.
    pub numbers: Vec<u64>,
    /// As the dataset stores them.
    pub rows: RecordBatch,
    /// Numbers of rows that are gone.
    pub removed: RoaringTreemap,
}

/// A section as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub identity: Identity,
    /// Bytes of `content` once it is unpacked; as many as it has if it is not packed.
    unpacked: u32,
    /// None if it was taken out.
    content: Option<Bytes>,
    sum: Sum,
}

/// SHA-256.
type Sum = [u8; 32];

/// Stands for the length of a section whose sum alone is left.
const TAKEN_OUT: u32 = u32::MAX;

/// What one commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub commit: Ulid,
    /// The depth of the commit: later chunks of one line of history have greater ones.
    pub depth: u64,
    /// One per type.
    pub sections: Vec<Packed>,
}

impl Chunk {
    /// What rows that this commit wrote say about when they were written, as a version of a dataset does: 63 bits.
    pub(crate) fn stamp(&self) -> u64 {
        let hash = Sha256::digest(self.commit.to_string());
        let first: [u8; 8] = std::array::from_fn(|at| hash[at]);
        u64::from_be_bytes(first) >> 1
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.commit.to_bytes());
        out.extend_from_slice(&self.depth.to_le_bytes());
        out.extend_from_slice(&(self.sections.len() as u32).to_le_bytes());
        for section in &self.sections {
            out.extend_from_slice(&section.identity.type_id.to_le_bytes());
            out.extend_from_slice(&section.identity.incarnation.to_le_bytes());
            out.extend_from_slice(&section.unpacked.to_le_bytes());
            let (length, content) = match &section.content {
                Some(content) => (content.len() as u32, &content[..]),
                None => (TAKEN_OUT, &section.sum[..]),
            };
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(content);
        }
    }

    /// Whether it says anything of a type.
    pub(crate) fn holds(&self, identity: Identity) -> bool {
        let holds = |section: &Packed| section.identity == identity && section.content.is_some();
        self.sections.iter().any(holds)
    }

    /// Takes out what it says of a type; the bytes that are gone.
    pub(crate) fn take_out(&mut self, identity: Identity) -> u64 {
        let own = self.sections.iter_mut().filter(|section| section.identity == identity);
        own.filter_map(|section| section.content.take())
            .map(|content| content.len() as u64)
            .sum()
    }
}

/// What a record says of its tail, in hexadecimal digits.
pub(crate) fn tail_sum(chunks: &[Chunk]) -> String {
    let mut hash = Sha256::new();
    for chunk in chunks {
        hash.update(chunk.commit.to_bytes());
        hash.update(chunk.depth.to_le_bytes());
        hash.update((chunk.sections.len() as u32).to_le_bytes());
        for section in &chunk.sections {
            hash.update(section.identity.type_id.to_le_bytes());
            hash.update(section.identity.incarnation.to_le_bytes());
            hash.update(section.unpacked.to_le_bytes());
            hash.update(section.sum);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a tail.
pub(crate) fn write_tail(chunks: &[Chunk]) -> Vec<u8> {
    let mut out = Vec::new();
    chunks.iter().for_each(|chunk| chunk.write(&mut out));
    out
}

/// The chunks of a tail. None if the bytes are no chunks.
pub(crate) fn read_tail(tail: &Bytes) -> Option<Vec<Chunk>> {
    let mut rest = Rest(tail.clone());
    let mut chunks = Vec::new();
    while !rest.0.is_empty() {
        let commit = Ulid::from_bytes(rest.array()?);
        let depth = rest.u64()?;
        let count = rest.u32()?;
        let mut sections = Vec::new();
        for _ in 0..count {
            let identity = Identity {
                type_id: rest.u64()?,
                incarnation: rest.u64()?,
            };
            let unpacked = rest.u32()?;
            let (content, sum) = match rest.u32()? {
                TAKEN_OUT => (None, rest.array()?),
                bytes => {
                    let content = rest.take(bytes as usize)?;
                    let sum = Sha256::digest(&content).into();
                    (Some(content), sum)
                }
            };
            sections.push(Packed {
                identity,
                unpacked,
                content,
                sum,
            });
        }
        chunks.push(Chunk {
            commit,
            depth,
            sections,
        });
    }
    Some(chunks)
}

/// What is left to be read.
struct Rest(Bytes);

impl Rest {
    fn take(&mut self, bytes: usize) -> Option<Bytes> {
        (bytes <= self.0.len()).then(|| self.0.split_to(bytes))
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.as_ref().try_into().ok()
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

impl Section {
    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.removed.is_empty()
    }

    pub(crate) fn pack(&self) -> Result<Packed> {
        let mut content = Vec::new();
        content.extend_from_slice(&(self.numbers.len() as u32).to_le_bytes());
        for number in &self.numbers {
            content.extend_from_slice(&number.to_le_bytes());
        }
        content.extend_from_slice(&(self.removed.serialized_size() as u32).to_le_bytes());
        let unwritten = |error| Error::internal(format!("a set of row numbers could not be written: {error}"));
        self.removed.serialize_into(&mut content).map_err(unwritten)?;
        if !self.numbers.is_empty() {
            let options = IpcWriteOptions::try_new(8, false, MetadataVersion::V5)?;
            let (_, message) = IpcDataGenerator::default().encode(
                &self.rows,
                &mut DictionaryTracker::new(true),
                &options,
                &mut CompressionContext::default(),
            )?;
            content.extend_from_slice(&(message.ipc_message.len() as u32).to_le_bytes());
            content.extend_from_slice(&message.ipc_message);
            content.extend_from_slice(&message.arrow_data);
        }
        let unpacked = content.len() as u32;
        let packed = zstd::bulk::compress(&content, LEVEL)
            .map_err(|error| Error::internal(format!("rows could not be compressed: {error}")))?;
        let content: Bytes = if packed.len() < content.len() { packed } else { content }.into();
        Ok(Packed {
            identity: self.identity,
            unpacked,
            sum: Sha256::digest(&content).into(),
            content: Some(content),
        })
    }
}

impl Packed {
    pub(crate) fn bytes(&self) -> usize {
        self.content.as_ref().map_or(0, Bytes::len)
    }

    /// What names the state of a type to which `before` was the name before this section.
    pub(crate) fn key_after(&self, before: u64) -> u64 {
        let mut hash = Xxh3::new();
        hash.update(&before.to_le_bytes());
        hash.update(&self.sum);
        // 0 names the state without any section.
        hash.digest().max(1)
    }

    /// The section; `schema` is that of the dataset. None if the bytes are no section of such a dataset.
    pub(crate) fn unpack(&self, schema: &SchemaRef) -> Option<Section> {
        let unpacked = self.unpacked as usize;
        let packed = self.content.as_ref()?;
        let content = if unpacked == packed.len() {
            packed.clone()
        } else if unpacked <= MOST_UNPACKED {
            Bytes::from(zstd::bulk::decompress(packed, unpacked).ok()?)
        } else {
            return None;
        };
        let mut rest = Rest(content);
        let count = rest.u32()? as usize;
        let numbers = rest.take(count.checked_mul(8)?)?;
        let numbers: Vec<u64> = numbers
            .chunks_exact(8)
            .filter_map(|number| number.try_into().ok().map(u64::from_le_bytes))
            .collect();
        let removed = rest.u32()? as usize;
        let removed = RoaringTreemap::deserialize_from(rest.take(removed)?.as_ref()).ok()?;
        let rows = if count == 0 {
            RecordBatch::new_empty(schema.clone())
        } else {
            let message = rest.u32()? as usize;
            let message = rest.take(message)?;
            let message = root_as_message(&message).ok()?;
            let batch = message.header_as_record_batch()?;
            let data = Buffer::from_vec(rest.0.to_vec());
            read_record_batch(
                &data,
                batch,
                schema.clone(),
                &Default::default(),
                None,
                &message.version(),
            )
            .ok()?
        };
        (rows.num_rows() == count).then_some(Section {
            identity: self.identity,
            numbers,
            rows,
            removed,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{ArrayRef, Int64Array, ListArray, StringArray};
    use arrow_schema::Schema;

    use super::*;

    const PERSON: Identity = Identity {
        type_id: 3,
        incarnation: 1,
    };

    fn section(identity: Identity, rows: u64) -> Section {
        let texts = (0..rows).map(|n| (n % 3 > 0).then(|| format!("text {n}")));
        let lists = (0..rows).map(|n| (n % 2 > 0).then(|| (0..n as i32 % 4).map(Some).collect::<Vec<_>>()));
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("text", Arc::new(texts.collect::<StringArray>())),
            (
                "number",
                Arc::new(Int64Array::from_iter_values((0..rows).map(|n| n as i64 - 2))),
            ),
            (
                "list",
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
            ),
        ];
        Section {
            identity,
            numbers: (0..rows).map(|n| 7 * n + 1).collect(),
            rows: RecordBatch::try_from_iter_with_nullable(
                columns.into_iter().map(|(name, column)| (name, column, true)),
            )
            .unwrap(),
            removed: [5, 1 << 40].into_iter().collect(),
        }
    }

    fn chunks() -> (Vec<Chunk>, Arc<Schema>) {
        let other = Identity {
            incarnation: 2,
            ..PERSON
        };
        let sections = [section(PERSON, 1), section(other, 300)];
        let schema = sections[0].rows.schema();
        let chunk = |depth: u64| Chunk {
            commit: Ulid::from_parts(depth, 9),
            depth,
            sections: sections.iter().map(|section| section.pack().unwrap()).collect(),
        };
        (vec![chunk(4), chunk(5)], schema)
    }

    #[test]
    fn what_was_written_is_read() {
        let (chunks, schema) = chunks();
        assert_ne!(chunks[0].stamp(), chunks[1].stamp());
        let read = read_tail(&write_tail(&chunks).into()).unwrap();
        assert_eq!(read, chunks);
        assert_eq!(read[0].sections[0].unpack(&schema), Some(section(PERSON, 1)));
        assert_eq!(read[1].sections[1].unpack(&schema).unwrap().rows.num_rows(), 300);
        assert_eq!(read_tail(&Bytes::new()), Some(Vec::new()));
    }

    /// Rows that are taken out leave a tail that is as it was named.
    #[test]
    fn what_is_taken_out_leaves_the_sum() {
        let (mut chunks, schema) = chunks();
        let (sum, bytes) = (tail_sum(&chunks), write_tail(&chunks).len());
        assert!(chunks[0].holds(PERSON));
        assert!(chunks.iter_mut().map(|chunk| chunk.take_out(PERSON)).sum::<u64>() > 0);
        let read = read_tail(&write_tail(&chunks).into()).unwrap();
        assert_eq!((&read, tail_sum(&read)), (&chunks, sum));
        assert!(write_tail(&read).len() < bytes);
        assert!(!read[0].holds(PERSON) && read[0].sections[1].unpack(&schema).is_some());
        assert_eq!(read[0].sections[0].unpack(&schema), None);
    }

    /// Whatever a disk makes of the bytes, they have another sum or are no chunks.
    #[test]
    fn damage_is_found() {
        let (chunks, _) = chunks();
        let (good, sum) = (write_tail(&chunks), tail_sum(&chunks));
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            let other = |bytes: Bytes| read_tail(&bytes).is_none_or(|read| tail_sum(&read) != sum);
            assert!(other(bad.into()), "byte {at}");
            assert!(other(Bytes::copy_from_slice(&good[..at])), "{at} bytes");
        }
    }
}
