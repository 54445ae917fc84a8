//! A branch: numbered records, of which the greatest number is the head. Finding it costs at most a logarithm of requests;
//! a hint shortens that. No hint is taken for a record; one that is beyond all records says that some are missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, StorageKind};
use crate::storage::{CommitRecord, Created, Objects, layout, seal, sha256};

/// Number of a branch's first record.
pub(crate) const FIRST: u64 = 1;

/// Times that the creation of a record is tried again when the storage gives no clear answer.
const CREATE_RETRIES: u32 = 5;

/// The newest record of a branch, and the hash that its child must carry.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub record: Arc<CommitRecord>,
    pub hash: String,
}

impl Head {
    /// `object` is that of the record, without what follows it.
    pub(crate) fn new(record: CommitRecord, object: &[u8]) -> Head {
        Head {
            hash: sha256(object),
            record: Arc::new(record),
        }
    }
}

pub(crate) async fn read(objects: &Objects, branch: &str, sequence: u64) -> Result<Option<Head>> {
    let file = layout::record(branch, sequence);
    match objects.read(&file).await? {
        Some(bytes) => {
            let (record, object) = CommitRecord::from_bytes(&bytes, &file, branch, sequence)?;
            Ok(Some(Head::new(record, &bytes[..object])))
        }
        None => Ok(None),
    }
}

/// The head, searched from one that was it: one request if it still is.
pub(crate) async fn advance(objects: &Objects, branch: &str, known: &Head) -> Result<Option<Head>> {
    match read(objects, branch, known.record.sequence + 1).await? {
        None => Ok(None),
        Some(next) => newest_from(objects, branch, next).await.map(Some),
    }
}

/// The head, found from nothing; `None` if the branch has no record. Records are never removed, so a hint beyond the newest
/// one, or a gap in their numbers, says that some are missing, and then there is no head to go on from.
pub(crate) async fn find(objects: &Objects, branch: &str) -> Result<Option<Head>> {
    let hint = objects.read(&layout::head_hint(branch)).await?;
    let reached = hint.and_then(|hint| read_hint(&hint));
    if let Some(sequence) = reached
        && let Some(head) = read(objects, branch, sequence).await?
    {
        return newest_from(objects, branch, head).await.map(Some);
    }
    // Without a hint that can be used only all of the names say it.
    let listed = objects.list(&layout::branch_folder(branch)).await?;
    let numbers: BTreeSet<u64> = listed
        .iter()
        .filter_map(|file| layout::record_number(&file.name))
        .collect();
    let newest = numbers.last().copied().unwrap_or(0);
    let last = newest.max(reached.unwrap_or(0));
    if let Some(first) = (FIRST..=last).find(|number| !numbers.contains(number)) {
        let before = match first {
            FIRST => None,
            _ => read(objects, branch, first - 1).await?,
        };
        return Err(Error::MissingRecords {
            file: layout::record(branch, first),
            branch: branch.to_owned(),
            first,
            last,
            before: before.map(|head| head.record.id.clone()),
        });
    }
    match newest {
        0 => Ok(None),
        newest => read(objects, branch, newest).await,
    }
}

/// Doubles the step until a number is missing, then halves: numbers have no gaps.
async fn newest_from(objects: &Objects, branch: &str, from: Head) -> Result<Head> {
    let mut newest = from;
    let mut step = 1;
    let mut missing = loop {
        let at = newest.record.sequence.saturating_add(step);
        match read(objects, branch, at).await? {
            Some(found) => newest = found,
            None => break at,
        }
        step *= 2;
    };
    while missing - newest.record.sequence > 1 {
        let middle = newest.record.sequence + (missing - newest.record.sequence) / 2;
        match read(objects, branch, middle).await? {
            Some(found) => newest = found,
            None => missing = middle,
        }
    }
    Ok(newest)
}

/// What publishing a record came to.
pub(crate) enum Published {
    Here(Head),
    /// Another record has the number.
    Overtaken,
}

/// Creates the record's object: the instant at which the commit happens.
pub(crate) async fn publish(objects: &Objects, record: CommitRecord) -> Result<Published> {
    let file = layout::record(&record.branch, record.sequence);
    let (bytes, object) = record.to_bytes()?;
    let here = |record| Published::Here(Head::new(record, &bytes[..object]));
    let mut attempt = 0;
    loop {
        attempt += 1;
        let failure = match objects.try_create(&file, bytes.clone()).await {
            Ok(Created::Here) => return Ok(here(record)),
            // A client that retries below us may meet its own object.
            Ok(Created::Existed) => {
                let found = objects.read(&file).await.map_err(|error| lost(&record, error))?;
                return Ok(if found.as_ref() == Some(&bytes) {
                    here(record)
                } else {
                    Published::Overtaken
                });
            }
            Err(source) => Error::from_store("write", objects.place(), source),
        };
        if let Error::Storage { kind, .. } = &failure
            && matches!(
                kind,
                StorageKind::Configuration | StorageKind::Exhausted | StorageKind::NotFound
            )
        {
            return Err(failure);
        }
        // No clear answer: only reading the object decides.
        match objects.read(&file).await {
            Ok(Some(found)) if found == bytes => return Ok(here(record)),
            Ok(Some(_)) => return Ok(Published::Overtaken),
            Ok(None) if attempt <= CREATE_RETRIES => continue,
            _ => return Err(lost(&record, failure)),
        }
    }
}

pub(crate) fn lost(record: &CommitRecord, source: Error) -> Error {
    Error::Unknown {
        operation: record.operation.id.clone(),
        source: Box::new(source),
    }
}

#[derive(Serialize, Deserialize)]
struct Hint {
    sequence: u64,
}

/// `None` if it is damaged, as a crash may leave it: then it says nothing.
fn read_hint(hint: &[u8]) -> Option<u64> {
    let Hint { sequence } = serde_json::from_slice(hint).ok()?;
    (seal::fits(hint) == Some(true) && sequence >= FIRST).then_some(sequence)
}

/// Best effort: whoever finds it stale goes on from it.
pub(crate) async fn write_hint(hints: &Objects, branch: &str, sequence: u64) {
    // A missing hint costs a few requests, no answer.
    if let Ok(content) = serde_json::to_vec(&Hint { sequence }) {
        let _ = hints.overwrite(&layout::head_hint(branch), seal::seal(content)).await;
    }
}
