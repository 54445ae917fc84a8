//! The changes of small commits, which lie at the end of records until a dataset has them. A record carries those of its parent on
//! while they are few; otherwise it names the parent. So a snapshot is found in its record and in a bounded number of others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use futures::future::try_join_all;
use omnigraph_model::catalog::Identity;
use ulid::Ulid;

use super::graph::Graph;
use crate::error::{Error, Result};
use crate::storage::{
    Bounds, Changes, Chunk, CommitRecord, Packed, TableKey, TableState, Tail, layout, tail_sum, write_tail,
};

/// Tails of earlier records that a handle keeps.
const KEPT: usize = 32;

/// Tails that were read lately, by their sum, the last used one last.
#[derive(Debug, Default)]
pub(super) struct Tails {
    read: Mutex<Vec<(String, Arc<Vec<Chunk>>)>>,
}

impl Tails {
    fn known(&self, sum: &str) -> Option<Arc<Vec<Chunk>>> {
        let mut read = self.read.lock().unwrap_or_else(|e| e.into_inner());
        let at = read.iter().position(|(own, _)| own == sum)?;
        let entry = read.remove(at);
        read.push(entry);
        read.last().map(|(_, chunks)| chunks.clone())
    }

    fn keep(&self, sum: &str, chunks: Arc<Vec<Chunk>>) {
        let mut read = self.read.lock().unwrap_or_else(|e| e.into_inner());
        read.push((sum.to_owned(), chunks));
        if read.len() > KEPT {
            read.remove(0);
        }
    }

    fn forget(&self) {
        self.read.lock().unwrap_or_else(|e| e.into_inner()).clear();
    }
}

impl Graph {
    /// The changes of a type that its dataset does not have, the oldest first, with the stamps of their commits.
    pub(super) async fn changes(&self, record: &CommitRecord, state: &TableState) -> Result<Vec<(u64, Packed)>> {
        if state.overlay == 0 {
            return Ok(Vec::new());
        }
        let found = self.changes_after(record, state.identity(), state.folded).await?;
        let key = found.iter().fold(0, |key, (_, section)| section.key_after(key));
        match key == state.overlay {
            true => Ok(found),
            false => {
                let file = layout::record(&record.branch, record.sequence);
                Err(Error::corrupt(
                    file,
                    "the changes that it names are not those of its types",
                ))
            }
        }
    }

    /// Those of commits that are deeper than `depth`.
    async fn changes_after(&self, record: &CommitRecord, identity: Identity, depth: u64) -> Result<Vec<(u64, Packed)>> {
        let Some(changes) = &record.changes else {
            return Ok(Vec::new());
        };
        let tails = try_join_all(changes.earlier.iter().map(|tail| self.tail(tail))).await?;
        let mut found = Vec::new();
        let earlier = tails.iter().flat_map(|chunks| chunks.iter());
        for chunk in earlier.chain(&record.tail).filter(|chunk| chunk.depth > depth) {
            let own = chunk.sections.iter().filter(|section| section.identity == identity);
            found.extend(own.map(|section| (chunk.stamp(), section.clone())));
        }
        Ok(found)
    }

    /// The state of a type after `head` if its dataset becomes the version of `state`, which has all changes of the rows that `base`
    /// named and none else. None if the dataset became another one meanwhile.
    pub(crate) async fn refolded(
        &self,
        head: &CommitRecord,
        base: TableKey,
        state: &TableState,
    ) -> Result<Option<TableState>> {
        let Some(now) = head.table(state.type_id, state.incarnation) else {
            return Ok(None);
        };
        if now.key() == base {
            return Ok(Some(state.clone()));
        }
        if now.version != base.version {
            return Ok(None);
        }
        let later = self.changes_after(head, state.identity(), state.folded).await?;
        let bytes: usize = later.iter().map(|(_, section)| section.bytes()).sum();
        Ok(Some(TableState {
            rows: now.rows,
            bytes: state.bytes + bytes as u64,
            changed: now.changed,
            next_row: now.next_row,
            overlay: later.iter().fold(0, |key, (_, section)| section.key_after(key)),
            ..state.clone()
        }))
    }

    async fn tail(&self, tail: &Tail) -> Result<Arc<Vec<Chunk>>> {
        if let Some(chunks) = self.tails().known(&tail.sha256) {
            return Ok(chunks);
        }
        let file = layout::record(&tail.branch, tail.sequence);
        let bytes = self.objects().read(&file).await?;
        let bytes =
            bytes.ok_or_else(|| Error::corrupt(&file, "it is missing, and a later commit needs its changes"))?;
        let (record, _) = CommitRecord::from_bytes(&bytes, &file, &tail.branch, tail.sequence)?;
        let named = record.changes.is_some_and(|changes| changes.sha256 == tail.sha256);
        if !named {
            return Err(Error::corrupt(
                &file,
                "its rows are not those that a later commit needs",
            ));
        }
        let chunks = Arc::new(record.tail);
        self.tails().keep(&tail.sha256, chunks.clone());
        Ok(chunks)
    }

    /// Keeps the rows behind a record that later ones name instead of carrying them on.
    pub(super) fn keep_tail(&self, record: &CommitRecord) {
        let named = record.changes.as_ref().filter(|own| own.bytes > self.bounds().carried);
        if let Some(changes) = named
            && self.tails().known(&changes.sha256).is_none()
        {
            self.tails().keep(&changes.sha256, Arc::new(record.tail.clone()));
        }
    }

    /// Takes out of earlier records what small commits wrote of types that `head`, or a commit before it, dropped for good: the bytes
    /// that are gone, by type. The objects of the records stay, so the history does.
    pub(crate) async fn take_out(&self, head: &CommitRecord) -> Result<HashMap<Identity, u64>> {
        let mut gone: HashMap<Identity, u64> = HashMap::new();
        let identities = head.dropped_types();
        let mut next = match identities.is_empty() {
            true => None,
            false => self.parent(head).await?,
        };
        while let Some(record) = next {
            let doomed: Vec<Identity> = identities
                .iter()
                .copied()
                .filter(|identity| head.dropped(&record, *identity))
                .filter(|identity| record.tail.iter().any(|chunk| chunk.holds(*identity)))
                .collect();
            if !doomed.is_empty() {
                let mut tail = record.tail.clone();
                for identity in doomed {
                    let bytes: u64 = tail.iter_mut().map(|chunk| chunk.take_out(identity)).sum();
                    *gone.entry(identity).or_default() += bytes;
                }
                let file = layout::record(&record.branch, record.sequence);
                let written = self.objects().read(&file).await?;
                let written = written.ok_or_else(|| Error::corrupt(&file, "it is missing"))?;
                // Its object is that of the chain, byte by byte.
                let (_, object) = CommitRecord::from_bytes(&written, &file, &record.branch, record.sequence)?;
                let bytes = [&written[..object], b"\n", &write_tail(&tail)[..]].concat();
                self.objects().overwrite(&file, bytes).await?;
            }
            next = self.parent(&record).await?;
        }
        self.tails().forget();
        Ok(gone)
    }
}

/// Whether changes of so many bytes may follow those that `head` needs.
pub(crate) fn has_room(bounds: Bounds, head: &CommitRecord, bytes: u64) -> bool {
    let Some(changes) = &head.changes else {
        return bytes <= bounds.all;
    };
    let earlier: u64 = changes.earlier.iter().map(|tail| tail.bytes).sum();
    let named = changes.earlier.len() + usize::from(changes.bytes > bounds.carried);
    named <= bounds.earlier && earlier + changes.bytes + bytes <= bounds.all
}

/// What follows the object of the record after `parent`, which has these tables and changed this itself.
pub(super) fn following(
    bounds: Bounds,
    parent: &CommitRecord,
    (commit, depth): (Ulid, u64),
    tables: &mut [TableState],
    own: Vec<Packed>,
) -> (Option<Changes>, Vec<Chunk>) {
    if tables.iter().all(|table| table.overlay == 0) {
        tables.iter_mut().for_each(|table| table.folded = 0);
        return (None, Vec::new());
    }
    let folded: HashMap<Identity, u64> = tables
        .iter()
        .filter(|table| table.overlay != 0)
        .map(|table| (table.identity(), table.folded))
        .collect();
    let mut changes = Changes::default();
    let mut tail = Vec::new();
    if let Some(before) = &parent.changes {
        changes.earlier = before.earlier.clone();
        if before.bytes > bounds.carried {
            changes.earlier.push(Tail {
                branch: parent.branch.clone(),
                sequence: parent.sequence,
                bytes: before.bytes,
                sha256: before.sha256.clone(),
            });
        } else {
            for mut chunk in parent.tail.iter().cloned() {
                let depth = chunk.depth;
                let needed = |section: &Packed| folded.get(&section.identity).is_some_and(|folded| depth > *folded);
                chunk.sections.retain(needed);
                if !chunk.sections.is_empty() {
                    tail.push(chunk);
                }
            }
        }
    }
    if !own.is_empty() {
        tail.push(Chunk {
            commit,
            depth,
            sections: own,
        });
    }
    changes.bytes = write_tail(&tail).len() as u64;
    changes.sha256 = tail_sum(&tail);
    (Some(changes), tail)
}
