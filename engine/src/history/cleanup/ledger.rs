//! What cleanup runs promised: from which commit on data are retained. An entry is an empty object whose name says it, because
//! a full disk, which cleanup is there for, has room for a name but for no content. Objects are created, never changed, so two
//! runs at once do not undo each other; the greatest number counts.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::storage::{Listed, Objects, layout};

/// An entry and when the storage got it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    first_retained: u64,
    pub written: DateTime<Utc>,
}

pub(super) async fn read(objects: &Objects) -> Result<Vec<Entry>> {
    let listed = objects.list(layout::LEDGER).await?;
    let entry = |object: &Listed| {
        Some(Entry {
            first_retained: layout::retained_from(&object.name)?,
            written: object.modified,
        })
    };
    Ok(listed.iter().filter_map(entry).collect())
}

/// Sequence of the oldest commit whose data stay by these entries.
pub(super) fn floor(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| entry.first_retained).max().unwrap_or(1)
}

/// Sequence of the oldest commit that can be read.
pub(crate) async fn first_retained(objects: &Objects) -> Result<u64> {
    Ok(floor(&read(objects).await?))
}

/// The time at which the storage has it. Another run that promised the same makes no difference.
pub(super) async fn write(objects: &Objects, first_retained: u64) -> Result<DateTime<Utc>> {
    let name = layout::ledger(first_retained);
    objects.create(&name, Vec::new()).await?;
    objects.modified(&name).await
}
