//! Loading NDJSON: one stream of node and edge lines, one commit. The input is parsed once, into batches that spill to
//! scratch files when they are many; checks and writes read them from there as often as they need.

mod format;
mod json;
mod parse;
mod value;

use std::collections::BTreeMap;
use std::io::BufRead;
use std::sync::Arc;

use crate::commit::Request;
use crate::embedding::{self, Embedder};
use crate::error::{Error, Result};
use crate::history::Graph;
use crate::storage::{Affected, CommitKind, CommitOptions, CommitRecord};
use crate::validate::ERROR_LIMIT;

pub(crate) use parse::{absent, computed_id, id_too_long};
pub(crate) use value::{BASE64, of_literal};

/// Memory of a load before it spills, unless the options say otherwise.
const MEMORY: usize = 512 << 20;

/// What becomes of rows whose ids are in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadMode {
    /// Every id is new.
    #[default]
    Append,
    /// Rows with known ids are replaced in full.
    Merge,
    /// The input is the whole new content of every type that it names.
    Overwrite,
}

impl std::fmt::Display for LoadMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LoadMode::Append => "append",
            LoadMode::Merge => "merge",
            LoadMode::Overwrite => "overwrite",
        })
    }
}

/// How an input is loaded.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// What becomes of rows whose ids are in the graph.
    pub mode: LoadMode,
    /// What the commit says about itself.
    pub commit: CommitOptions,
    /// Bytes that rows, and what is remembered of them, may take before they go to scratch files.
    pub memory: usize,
    /// Errors that are reported.
    pub errors: usize,
    /// Computes the vectors that follow from other properties.
    pub embedder: Option<Arc<dyn Embedder>>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        LoadOptions {
            mode: LoadMode::default(),
            commit: CommitOptions::default(),
            memory: MEMORY,
            errors: ERROR_LIMIT,
            embedder: None,
        }
    }
}

impl LoadOptions {
    /// The defaults, in this mode.
    pub fn mode(mode: LoadMode) -> LoadOptions {
        LoadOptions {
            mode,
            ..LoadOptions::default()
        }
    }
}

/// Which commit a write made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its id.
    pub commit: String,
    /// The commit that it follows.
    pub parent: String,
    /// Who made it, if anybody said so.
    pub actor: Option<String>,
    /// Microseconds since the epoch.
    pub time: i64,
    /// Id of the operation, as given or made up.
    pub operation: String,
}

/// What a load did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadReport {
    /// The branch that was written.
    pub branch: String,
    /// Rows of the input, by node type.
    pub nodes: BTreeMap<String, u64>,
    /// The same, by edge type.
    pub edges: BTreeMap<String, u64>,
    /// What became of stored rows, by type.
    pub affected: BTreeMap<String, Affected>,
    /// `None` if the input holds no rows: then there is nothing to commit.
    pub receipt: Option<Receipt>,
}

impl Graph {
    /// Loads `input` as one commit, unless it holds no rows; on an error nothing is written.
    ///
    /// # Errors
    /// [`Error::Input`] with what is wrong with the input, up to the limit of the options; [`Error::ReadSetChanged`] where an
    /// overwrite lost a race, [`Error::RetryableCommitConflict`] where the other modes lost too many; what the options do not
    /// allow; [`Error::Embedding`]; [`Error::Unknown`], damage, and the storage's.
    pub async fn load(&self, input: impl BufRead + Send + 'static, options: LoadOptions) -> Result<LoadReport> {
        self.bounded(self.loaded(input, options)).await
    }

    async fn loaded(&self, input: impl BufRead + Send + 'static, options: LoadOptions) -> Result<LoadReport> {
        options.commit.check()?;
        self.give_way().await;
        let head = self.head().await?;
        options.commit.check_head(&head.record)?;
        let snapshot = self.snapshot_of(&head.record).await?;
        let catalog = snapshot.catalog.clone();
        let (mode, memory, errors) = (options.mode, options.memory, options.errors);
        let embeds = options.embedder.is_some();
        let parsing =
            tokio::task::spawn_blocking(move || parse::Parser::new(&catalog, mode, memory, errors, embeds).read(input));
        let mut delta = parsing
            .await
            .map_err(|source| Error::internal(format!("parsing ended early: {source}")))??;
        embedding::fill(&snapshot, &mut delta, options.embedder.as_ref(), errors).await?;
        let nodes: BTreeMap<String, u64> = delta
            .nodes
            .iter()
            .map(|(n, rows)| (n.clone(), rows.rows.len()))
            .collect();
        let edges: BTreeMap<String, u64> = delta
            .edges
            .iter()
            .map(|(n, rows)| (n.clone(), rows.rows.len()))
            .collect();
        if delta.is_empty() {
            return Ok(LoadReport {
                branch: head.record.branch.clone(),
                nodes,
                edges,
                affected: BTreeMap::new(),
                receipt: None,
            });
        }
        let request = Request {
            kind: CommitKind::Load,
            message: format!(
                "load {} nodes and {} edges ({mode})",
                nodes.values().sum::<u64>(),
                edges.values().sum::<u64>()
            ),
            options: &options.commit,
            again: mode != LoadMode::Overwrite,
            shuts: true,
            reads: Vec::new(),
            schema: head.record.schema.clone(),
            errors,
            affected: None,
        };
        let outcome = self.commit(head, &delta, request).await?;
        Ok(LoadReport {
            branch: outcome.head.record.branch.clone(),
            nodes,
            edges,
            affected: outcome.affected.clone(),
            receipt: Some(Receipt::of(&outcome.head.record)),
        })
    }
}

impl Receipt {
    pub(crate) fn of(record: &CommitRecord) -> Receipt {
        Receipt {
            commit: record.id.clone(),
            parent: record
                .parents
                .first()
                .map(|parent| parent.id.clone())
                .unwrap_or_default(),
            actor: record.actor.clone(),
            time: record.time,
            operation: record.operation.id.clone(),
        }
    }
}
