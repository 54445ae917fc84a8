//! The head and the commits before it.

use std::sync::Arc;

use ulid::Ulid;

use super::branch::{self, Head};
use super::cleanup::first_retained;
use super::graph::Graph;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::storage::{CommitRecord, Parent, layout, seal};

impl Graph {
    /// The head's snapshot: one request if it has not moved.
    ///
    /// # Errors
    /// The storage's; damage of the head or of its schema.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let head = self.head().await?;
        self.snapshot_of(&head.record).await
    }

    /// An older commit. Only a record that carries the id is believed. It can be read even where the head cannot.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::HistoricalVersionReclaimed`] if cleanup took its data; damage, and the storage's.
    pub async fn snapshot_at(&self, commit_id: &str) -> Result<Arc<Snapshot>> {
        let record = self.find_commit(commit_id).await?;
        let is_head = self.head().await.is_ok_and(|head| head.record.id == record.id);
        if !is_head && record.sequence < first_retained(self.objects()).await? {
            return Err(Error::HistoricalVersionReclaimed {
                commit: record.id.clone(),
            });
        }
        self.snapshot_of(&record).await
    }

    pub(crate) async fn head(&self) -> Result<Head> {
        let known = self.known_head();
        let found = match &known {
            Some(known) => branch::advance(self.objects(), self.branch(), known).await?,
            None => branch::find(self.objects(), self.branch()).await?,
        };
        match (found, known) {
            (Some(head), _) => {
                self.remember(head.clone());
                Ok(head)
            }
            (None, Some(known)) => Ok(known),
            (None, None) => Err(Error::NotAGraph {
                location: self.location().to_owned(),
                hint: None,
            }),
        }
    }

    /// Whether the place still holds the graph that this handle was opened for: not if it was removed, or made anew, since.
    ///
    /// # Errors
    /// The storage's.
    pub async fn is_current(&self) -> Result<bool> {
        let Some(known) = self.known_head() else {
            return Ok(false);
        };
        let found = branch::read(self.objects(), &known.record.branch, known.record.sequence).await?;
        Ok(found.is_some_and(|head| head.hash == known.hash))
    }

    /// Whether there are records of other branches than the handle's.
    pub(crate) async fn has_other_branches(&self) -> Result<bool> {
        let own = format!("{}/", layout::branch_folder(self.branch()));
        let records = self.objects().list(layout::BRANCHES).await?;
        Ok(records.iter().any(|record| !record.name.starts_with(&own)))
    }

    /// The first parent of a commit; none of the genesis.
    pub(crate) async fn parent(&self, record: &CommitRecord) -> Result<Option<Arc<CommitRecord>>> {
        let Some(parent) = record.parents.first() else {
            return Ok(None);
        };
        let file = layout::record(&parent.branch, parent.sequence);
        match branch::read(self.objects(), &parent.branch, parent.sequence).await? {
            Some(head) if record.parent_hash.as_ref().is_some_and(|hash| *hash == head.hash) => Ok(Some(head.record)),
            Some(_) => Err(Error::corrupt(
                file,
                format!("it is not the parent of commit {} that it was", record.id),
            )),
            None => Err(Error::corrupt(
                file,
                format!(
                    "it is missing; it held commit {}, the parent of {}",
                    parent.id, record.id
                ),
            )),
        }
    }

    /// Where records are missing, the newest one before them.
    pub(crate) async fn newest_before_gap(&self) -> Result<Option<Arc<CommitRecord>>> {
        let Err(Error::MissingRecords { first, .. }) = branch::find(self.objects(), self.branch()).await else {
            return Ok(None);
        };
        let head = branch::read(self.objects(), self.branch(), first - 1).await?;
        Ok(head.map(|head| head.record))
    }

    async fn find_commit(&self, id: &str) -> Result<Arc<CommitRecord>> {
        let not_found = || Error::NotFound {
            what: "commit",
            name: id.to_string(),
            nearest: None,
        };
        if Ulid::from_string(id).is_err() {
            return Err(not_found());
        }
        if let Some(known) = self.known_head()
            && known.record.id == id
        {
            return Ok(known.record);
        }
        if let Some(bytes) = self.objects().read(&layout::by_id(id)).await?
            && seal::fits(&bytes) == Some(true)
            && let Ok(place) = serde_json::from_slice::<Parent>(&bytes)
        {
            let found = branch::read(self.objects(), &place.branch, place.sequence).await?;
            // The hint is written beside the record; the number may have gone to another commit.
            if let Some(head) = found.filter(|head| head.record.id == id) {
                return Ok(head.record);
            }
            // Unless records are missing.
            self.head().await?;
            return Err(not_found());
        }
        self.walk(|record| record.id == id).await?.ok_or_else(not_found)
    }

    /// The commit that an operation made, if it made one; for a caller who lost the answer.
    ///
    /// # Errors
    /// The storage's, and damage of a record.
    pub async fn find_operation(&self, operation: &str) -> Result<Option<Arc<CommitRecord>>> {
        self.walk(|record| record.operation.id == operation).await
    }

    /// The newest record of the branch that fits, one request per record.
    async fn walk(&self, fits: impl Fn(&CommitRecord) -> bool) -> Result<Option<Arc<CommitRecord>>> {
        let mut record = self.head().await?.record;
        loop {
            if fits(&record) {
                return Ok(Some(record));
            }
            match self.parent(&record).await? {
                Some(parent) => record = parent,
                None => return Ok(None),
            }
        }
    }
}
