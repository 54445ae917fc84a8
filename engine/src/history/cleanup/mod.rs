//! `cleanup`: removes what neither a retained commit nor anybody at work needs. Retained records name dataset versions,
//! versions name files; every other file of a dataset folder goes once it is older than the grace period. A run first
//! writes down, in the ledger, from which commit on data are retained; from then on older ones are refused. Their files
//! go when that is longer ago than the grace period, so that whoever began to read them before can finish. Records stay,
//! so that the history can still be listed.

mod ledger;
mod mark;
mod sweep;

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Graph;
use crate::error::Result;
use crate::storage::inject;

pub(crate) use ledger::first_retained;

/// Longer than the longest write and the longest read.
pub(crate) const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// What is retained, and what goes.
#[derive(Clone, Debug)]
pub struct CleanupOptions {
    /// The newest commits to retain. Without this and `older_than` all are, and only leftovers of failed writes go.
    pub keep: Option<u64>,
    /// Retain commits that are younger, too.
    pub older_than: Option<Duration>,
    /// Files that are younger stay whatever they are, and so do those of commits that were given up within this time.
    pub grace: Duration,
    /// Remove; otherwise only say what would be.
    pub confirm: bool,
}

impl Default for CleanupOptions {
    fn default() -> CleanupOptions {
        CleanupOptions {
            keep: None,
            older_than: None,
            grace: GRACE,
            confirm: false,
        }
    }
}

/// What was removed, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// Whether it was removed, as [`CleanupOptions::confirm`] says.
    pub removed: bool,
    /// Commits that can still be read.
    pub commits_retained: u64,
    /// Commits that can no longer be read; those of earlier runs are among them.
    pub commits_reclaimed: u64,
    /// Those commits among them whose files wait for the grace period to end.
    pub commits_waiting: u64,
    /// Files of rows.
    pub data: Figures,
    /// Files that say which rows of a file are deleted.
    pub deletions: Figures,
    /// Files of indexes.
    pub indexes: Figures,
    /// Versions of datasets, and notes of how they came about.
    pub manifests: Figures,
    /// Folders that no retained commit knows.
    pub unregistered: Figures,
}

/// Files and their size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many.
    pub files: u64,
    /// Their size together.
    pub bytes: u64,
}

impl CleanupReport {
    /// All of it together.
    pub fn total(&self) -> Figures {
        let parts = [
            self.data,
            self.deletions,
            self.indexes,
            self.manifests,
            self.unregistered,
        ];
        parts.iter().fold(Figures::default(), |sum, part| Figures {
            files: sum.files + part.files,
            bytes: sum.bytes + part.bytes,
        })
    }
}

impl Graph {
    /// Removes what no retained commit needs, or says what would go.
    ///
    /// # Errors
    /// The storage's; damage of a record, since what it names cannot be told from what nobody needs.
    pub async fn cleanup(&self, options: &CleanupOptions) -> Result<CleanupReport> {
        self.bounded(self.cleaned(options)).await
    }

    async fn cleaned(&self, options: &CleanupOptions) -> Result<CleanupReport> {
        let entries = ledger::read(self.objects()).await?;
        let known = ledger::floor(&entries);
        let head = self.head().await?.record;
        let (wanted, _) = mark::walk(self, &head, known, |count, record| {
            let young = |age: Duration| record.time > Utc::now().timestamp_micros().saturating_sub(micros(age));
            let everything = options.keep.is_none() && options.older_than.is_none();
            everything || options.keep.is_some_and(|keep| count < keep) || options.older_than.is_some_and(young)
        })
        .await?;
        // The storage's clock counts, since it dates the files.
        let mut now = Utc::now();
        if options.confirm && wanted > known {
            now = ledger::write(self.objects(), wanted).await?;
            self.pass(inject::CLEANUP_PLANNED).await?;
        }
        let grace = chrono::Duration::from_std(options.grace).unwrap_or(chrono::Duration::MAX);
        let limit = now.checked_sub_signed(grace).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let matured = entries.iter().filter(|entry| entry.written <= limit);
        let mut swept = ledger::floor(&matured.cloned().collect::<Vec<_>>());
        if options.grace.is_zero() {
            swept = wanted;
        }
        // Listed before the records are read: whatever is written later is not in the list.
        let files = self.objects().list("nodes").await?;
        let files = [files, self.objects().list("edges").await?].concat();
        let head = self.head().await?.record;
        let (first, records) = mark::walk(self, &head, swept, |_, _| true).await?;
        let marked = mark::mark(self, &records).await?;
        let (doomed, mut report) = sweep::unmarked(files, &marked, limit);
        report.commits_retained = head.sequence - wanted + 1;
        report.commits_reclaimed = wanted - 1;
        report.commits_waiting = wanted - first;
        if options.confirm {
            self.take_out(&head).await?;
            for file in &doomed {
                self.objects().delete(&file.name).await?;
                self.pass(inject::CLEANUP_FILE).await?;
            }
            report.removed = true;
        }
        Ok(report)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
