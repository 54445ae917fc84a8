//! How a commit is published: one loop for whatever makes commits. It takes the head, lets the work say what is to follow it,
//! and tries to be the next record of the branch; if another commit came first, it begins again, as far as the work allows.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use ulid::Ulid;

use super::branch::{self, Head, Published};
use super::changes;
use super::graph::Graph;
use super::turns::Turns;
use crate::error::{Error, Result};
use crate::storage::{
    Affected, CommitKind, CommitOptions, CommitRecord, Operation, Packed, Parent, TableState, inject, layout, seal,
};

/// A commit about to be published.
pub(crate) struct Draft {
    pub kind: CommitKind,
    pub message: String,
    pub tables: Vec<TableState>,
    /// What it changed of types whose datasets do not have it.
    pub sections: Vec<Packed>,
    pub affected: BTreeMap<String, Affected>,
    pub schema: String,
    pub settings: BTreeMap<String, serde_json::Value>,
    /// What its metadata say beside what the options do.
    pub meta: BTreeMap<String, String>,
}

impl Draft {
    /// With nothing else than `head` has.
    pub(crate) fn after(head: &CommitRecord, kind: CommitKind, message: String) -> Draft {
        Draft {
            kind,
            message,
            tables: head.tables.clone(),
            sections: Vec::new(),
            affected: BTreeMap::new(),
            schema: head.schema.clone(),
            settings: head.settings.clone(),
            meta: BTreeMap::new(),
        }
    }
}

/// What makes a commit: a load, a mutation, `optimize`, a change of the schema.
#[async_trait]
pub(crate) trait Work: Send {
    /// Times that it is tried.
    const ATTEMPTS: u32;

    fn options(&self) -> &CommitOptions;

    /// The commit that it was made for, if it can follow no other: then a lost race ends it.
    fn only_after(&self) -> Option<&str> {
        None
    }

    /// Whether it may keep others out once it has lost too often.
    fn shuts(&self) -> bool {
        true
    }

    /// What is to follow this head: prepared now, or what was prepared for an earlier head and still is right. None if
    /// there is nothing to do.
    async fn draft(&mut self, head: &Head) -> Result<Option<Draft>>;
}

impl Graph {
    /// Publishes until it wins; the new head, or none if there was nothing to do. `head` is the one that the work has seen
    /// already.
    pub(crate) async fn publish(&self, head: Option<Head>, work: &mut impl Work) -> Result<Option<Head>> {
        let mut turns = self.turns();
        let outcome = self.bounded(self.attempts(head, work, &mut turns)).await;
        turns.over().await;
        outcome
    }

    async fn attempts<W: Work>(&self, head: Option<Head>, work: &mut W, turns: &mut Turns<'_>) -> Result<Option<Head>> {
        let mut seen = head;
        for attempt in 1..=W::ATTEMPTS {
            let head = match seen.take() {
                Some(head) => head,
                None => {
                    turns.next().await;
                    self.head().await?
                }
            };
            work.options().check_head(&head.record)?;
            refuse_other(work, &head)?;
            let Some(draft) = work.draft(&head).await? else {
                return Ok(None);
            };
            if let Some(head) = self.put(&head, draft, work.options()).await? {
                return Ok(Some(head));
            }
            if work.only_after().is_some() {
                let head = self.head().await?;
                refuse_other(work, &head)?;
            }
            if attempt == W::ATTEMPTS {
                break;
            }
            if work.shuts() {
                turns.lost().await;
            }
            let wait = rand::random_range(0..=5 * u64::from((attempt + 1).min(20)));
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        Err(Error::RetryableCommitConflict { attempts: W::ATTEMPTS })
    }

    /// Creates the record that follows `base`. None if another commit came first.
    async fn put(&self, base: &Head, draft: Draft, options: &CommitOptions) -> Result<Option<Head>> {
        let parent = &base.record;
        let now = chrono::Utc::now().timestamp_micros();
        let id = Ulid::new();
        let depth = parent.depth + 1;
        let mut tables = draft.tables;
        let (changes, tail) = changes::following(self.bounds(), parent, (id, depth), &mut tables, draft.sections);
        // Whoever reads the new record through this handle need not read the parent again.
        self.keep_tail(parent);
        let mut meta = options.meta.clone();
        meta.extend(draft.meta);
        let record = CommitRecord {
            format: layout::RECORD_FORMAT,
            id: id.to_string(),
            kind: draft.kind,
            parents: vec![Parent {
                id: parent.id.clone(),
                branch: parent.branch.clone(),
                sequence: parent.sequence,
            }],
            branch: parent.branch.clone(),
            sequence: parent.sequence + 1,
            life: parent.life.clone(),
            depth,
            time: now.max(parent.time + 1),
            skewed: now <= parent.time,
            actor: options.actor.clone(),
            client: self.client(),
            message: options.message.clone().unwrap_or(draft.message),
            meta,
            schema: draft.schema,
            tables,
            operation: Operation {
                kind: draft.kind,
                id: options.operation.clone().unwrap_or_else(|| Ulid::new().to_string()),
            },
            affected: draft.affected,
            last_merge: parent.last_merge,
            settings: draft.settings,
            parent_hash: Some(base.hash.clone()),
            changes,
            tail,
        };
        let (branch, sequence, operation) = (record.branch.clone(), record.sequence, record.operation.id.clone());
        self.pass(inject::PUBLISH_BEFORE).await?;
        let by_id = (layout::by_id(&record.id), by_id_content(&record));
        // Nobody waits for the hint alone, and a missing one costs requests, no answer.
        let hint = self.hints().overwrite(&by_id.0, by_id.1);
        let (published, _) = futures::join!(branch::publish(self.objects(), record), hint);
        match published? {
            Published::Here(head) => {
                // Not before the record is there: a hint beyond the newest record says that records are missing.
                branch::write_hint(self.hints(), &branch, sequence).await;
                self.pass(inject::PUBLISH_LOST).await.map_err(|source| Error::Unknown {
                    operation,
                    source: Box::new(source),
                })?;
                self.remember(head.clone());
                Ok(Some(head))
            }
            Published::Overtaken => Ok(None),
        }
    }
}

/// Work that was made for one commit follows no other.
fn refuse_other(work: &impl Work, head: &Head) -> Result<()> {
    match work.only_after() {
        Some(expected) if *expected != head.record.id => Err(Error::ReadSetChanged {
            expected: expected.to_owned(),
            actual: head.record.id.clone(),
        }),
        _ => Ok(()),
    }
}

pub(super) fn by_id_content(record: &CommitRecord) -> Bytes {
    let content = serde_json::json!({ "id": record.id, "branch": record.branch, "sequence": record.sequence });
    seal::seal(content.to_string().into_bytes())
}
