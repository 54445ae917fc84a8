//! What cleanup runs promised: an object a run, which says from which commit on data are retained. Objects are created,
//! never changed, so two runs at once do not undo each other; the greatest number counts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::store::{Created, Objects, layout};

/// An entry and when the storage got it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    number: u64,
    first_retained: u64,
    pub written: DateTime<Utc>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    format: u64,
    branch: String,
    /// Sequence of the oldest commit whose data stay.
    first_retained: u64,
}

pub(super) async fn read(objects: &Objects) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for object in objects.list(layout::LEDGER).await? {
        let number = object.name.rsplit('/').next().and_then(layout::ledger_number);
        let (Some(number), Some(bytes)) = (number, objects.read(&object.name).await?) else {
            continue;
        };
        let content: Content = serde_json::from_slice(&bytes)
            .map_err(|source| Error::corrupt(&object.name, format!("not an entry of the ledger ({source})")))?;
        if content.format > layout::LEDGER_FORMAT {
            return Err(Error::NewerFormat {
                file: object.name,
                found: content.format,
                known: layout::LEDGER_FORMAT,
            });
        }
        entries.push(Entry {
            number,
            first_retained: content.first_retained,
            written: object.modified,
        });
    }
    Ok(entries)
}

/// Sequence of the oldest commit whose data stay by these entries.
pub(super) fn floor(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.first_retained).max().unwrap_or(1)
}

/// Sequence of the oldest commit that can be read.
pub(crate) async fn first_retained(objects: &Objects) -> Result<u64> {
    Ok(floor(&read(objects).await?))
}

/// The time at which the storage has it.
pub(super) async fn write(objects: &Objects, first_retained: u64, earlier: &[Entry]) -> Result<DateTime<Utc>> {
    let content = Content {
        format: layout::LEDGER_FORMAT,
        branch: layout::MAIN.to_string(),
        first_retained,
    };
    let content = serde_json::to_vec(&content)
        .map_err(|source| Error::internal(format!("an entry of the ledger could not be written: {source}")))?;
    let mut number = earlier.iter().map(|entry| entry.number).max().unwrap_or(0) + 1;
    while objects.create(&layout::ledger(number), content.clone()).await? == Created::Existed {
        number += 1;
    }
    objects.modified(&layout::ledger(number)).await
}
