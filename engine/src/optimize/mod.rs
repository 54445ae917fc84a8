//! `optimize`: joins fragments and builds the indexes that the schema asks for, in at most one commit that changes no row.
//! Answers never depend on it, only their speed. Writers go on meanwhile; a type that one of them changed is done again.

mod compact;
mod index;
mod policy;
mod state;
mod statistics;
mod text_index;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use lance::Dataset;
use lance::dataset::transaction::Operation;
use lance::index::DatasetIndexExt;
use lance_table::format::IndexMetadata;
use omnigraph_model::suggest::nearest;
use policy::Target;

use crate::error::{Error, Result};
use crate::history::{Draft, Graph, Head, Snapshot, Work};
use crate::storage::{
    CommitKind, CommitOptions, IndexKind, TableKey, TableState, commit_detached, data_bytes, data_files, index_states,
    inject, manifest_file,
};

pub use state::{Coverage, IndexCoverage};

/// What is put in order.
#[derive(Clone, Debug, Default)]
pub struct OptimizeOptions {
    /// Names of node and edge types; all without any.
    pub types: Vec<String>,
    /// What the commit says about itself.
    pub commit: CommitOptions,
}

/// What became of the types that were not in order already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptimizeReport {
    /// None if there was nothing to do.
    pub commit: Option<String>,
    /// In the order of their names.
    pub types: Vec<OptimizedType>,
}

/// What became of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptimizedType {
    /// The name of the type.
    pub name: String,
    /// Pieces that its rows were stored in.
    pub fragments_before: usize,
    /// Pieces that they are stored in now.
    pub fragments_after: usize,
    /// Rows that small commits wrote or removed, which its files know now.
    pub moved: u64,
    /// Kind and column of each index that was built.
    pub built: Vec<(IndexKind, String)>,
    /// Indexes that nothing asked for any longer.
    pub dropped: usize,
    /// Its columns were counted, for the planner.
    pub counted: bool,
}

/// A type that was looked at, as it was then.
struct Done {
    base: TableKey,
    schema: String,
    /// None if it was in order.
    work: Option<(TableState, OptimizedType)>,
}

/// The work of one run.
struct Optimizing<'r> {
    graph: &'r Graph,
    options: &'r OptimizeOptions,
    /// By the name of the type, whatever head it was done for.
    done: BTreeMap<String, Done>,
    /// What the last draft says.
    types: Vec<OptimizedType>,
}

#[async_trait]
impl Work for Optimizing<'_> {
    const ATTEMPTS: u32 = 32;

    fn options(&self) -> &CommitOptions {
        &self.options.commit
    }

    async fn draft(&mut self, head: &Head) -> Result<Option<Draft>> {
        let snapshot = self.graph.snapshot_of(&head.record).await?;
        let targets = targets(&snapshot, &self.options.types)?;
        for target in &targets {
            let base = state_of(&snapshot, target)?.key();
            // Rows that small commits wrote since stay where they are.
            let holds = |done: &Done| done.base.version == base.version && done.schema == head.record.schema;
            if !self.done.get(&target.name).is_some_and(holds) {
                let work = Box::pin(self.graph.optimize_type(&snapshot, target)).await?;
                let schema = head.record.schema.clone();
                self.done.insert(target.name.clone(), Done { base, schema, work });
            }
        }
        self.types.clear();
        let mut new = Vec::new();
        for target in &targets {
            let Some(done) = self.done.get(&target.name) else {
                continue;
            };
            if let Some((state, report)) = &done.work
                && let Some(state) = self.graph.refolded(&head.record, done.base, state).await?
            {
                new.push(state);
                self.types.push(report.clone());
            }
        }
        if new.is_empty() {
            return Ok(None);
        }
        Ok(Some(Draft {
            tables: head.record.tables_with(&new),
            ..Draft::after(&head.record, CommitKind::Optimize, "optimize".to_string())
        }))
    }
}

impl Graph {
    /// Joins small fragments, drops deleted rows from files, and builds the indexes that the schema asks for, as one
    /// commit.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a type; [`Error::RetryableCommitConflict`]; damage, and the storage's.
    pub async fn optimize(&self, options: &OptimizeOptions) -> Result<OptimizeReport> {
        self.bounded(self.optimized(options)).await
    }

    async fn optimized(&self, options: &OptimizeOptions) -> Result<OptimizeReport> {
        options.commit.check()?;
        self.ensure_writable().await?;
        // Building an index panics without a place for its scratch files.
        tempfile::tempfile().map_err(Error::from_scratch)?;
        let mut work = Optimizing {
            graph: self,
            options,
            done: BTreeMap::new(),
            types: Vec::new(),
        };
        let head = self.publish(None, &mut work).await?;
        Ok(OptimizeReport {
            commit: head.map(|head| head.record.id.clone()),
            types: work.types,
        })
    }

    /// Everything one type needs, as one version that nothing names yet. None if it needs nothing.
    async fn optimize_type(&self, snapshot: &Snapshot, target: &Target) -> Result<Option<(TableState, OptimizedType)>> {
        let record = &snapshot.record;
        let mut before = state_of(snapshot, target)?.clone();
        let mut table = self.open_table(target.role, record, &before).await?;
        let fragments_before = table.dataset().manifest().fragments.len();
        let later = table.overlay().size();
        if later > 0 {
            before = Box::pin(self.fold(record, target.role, table)).await?;
            table = self.open_table(target.role, record, &before).await?;
        }
        before.folded = record.depth;
        let counted = match statistics::current(&before, &target.counted) {
            true => None,
            false => Some(statistics::count(&table, &target.counted).await?),
        };
        let base = table.dataset().clone();
        let mut dataset = base.clone();
        let mut files: Vec<PathBuf> = Vec::new();
        if let Some(compaction) = compact::compact(&dataset).await? {
            self.pass(inject::OPTIMIZE_COMPACTED).await?;
            files.extend(data_files(&compaction.new));
            dataset = without_partial_indexes(dataset, &compaction).await?;
            dataset = commit_detached(dataset, compaction.operation()).await?;
        }
        let lack = index::lack(&dataset, &target.indexes).await?;
        let (mut built, mut new_indices) = (Vec::new(), Vec::new());
        for wanted in &lack.build {
            let metadata = index::build(&dataset, wanted).await?;
            files.extend(index::index_files(&metadata));
            built.push((wanted.build.kind(), wanted.column.clone()));
            new_indices.push(metadata);
        }
        let dropped = lack
            .drop
            .iter()
            .filter(|old| !target.indexes.iter().any(|w| w.name == old.name));
        let dropped = dropped.count();
        if !lack.is_empty() {
            dataset = change_indexes(dataset, new_indices, lack.drop).await?;
        }
        let mut report = OptimizedType {
            name: target.name.clone(),
            fragments_before,
            fragments_after: fragments_before,
            moved: later,
            built,
            dropped,
            counted: counted.is_some(),
        };
        if Arc::ptr_eq(&dataset, &base) {
            let done = counted.is_some() || later > 0;
            before.statistics = counted.unwrap_or(before.statistics);
            report.fragments_after = base.manifest().fragments.len();
            return Ok(done.then_some((before, report)));
        }
        self.pass(inject::OPTIMIZE_DATASET).await?;
        files.push(manifest_file(&dataset));
        let manifest = dataset.manifest();
        let state = TableState {
            version: manifest.version,
            manifest: self.library().manifest_sum(&dataset)?,
            bytes: manifest.fragments.iter().map(data_bytes).sum(),
            indexes: index_states(&dataset).await?,
            statistics: counted.unwrap_or_else(|| before.statistics.clone()),
            ..before.clone()
        };
        if dataset.count_rows(None).await? as u64 != before.rows {
            return Err(Error::internal("optimizing would have changed the number of rows"));
        }
        self.library().sync(target.role, &state, files).await?;
        report.fragments_after = manifest.fragments.len();
        self.remember_table(&state, dataset);
        Ok(Some((state, report)))
    }
}

/// Writes all rows of a dataset anew, so that its files hold its own columns and nothing else. Its indexes go; the next
/// `optimize` builds them. Gives the version, which nothing names yet, and its files.
pub(crate) async fn rewrite(dataset: Arc<Dataset>) -> Result<(Arc<Dataset>, Vec<PathBuf>)> {
    let old = dataset.manifest().fragments.as_ref().clone();
    let compaction = compact::rewrite(&dataset, old).await?;
    let mut files: Vec<PathBuf> = data_files(&compaction.new).collect();
    let dataset = without_partial_indexes(dataset, &compaction).await?;
    let dataset = commit_detached(dataset, compaction.operation()).await?;
    files.push(manifest_file(&dataset));
    Ok((dataset, files))
}

fn targets(snapshot: &Snapshot, names: &[String]) -> Result<Vec<Target>> {
    let mut targets = policy::targets(&snapshot.catalog);
    if let Some(unknown) = names.iter().find(|name| !targets.iter().any(|t| t.name == **name)) {
        return Err(Error::NotFound {
            what: "type",
            name: unknown.clone(),
            nearest: nearest(unknown, targets.iter().map(|t| t.name.as_str())).map(str::to_string),
        });
    }
    targets.retain(|target| names.is_empty() || names.contains(&target.name));
    Ok(targets)
}

fn state_of<'s>(snapshot: &'s Snapshot, target: &Target) -> Result<&'s TableState> {
    snapshot
        .state(target.role, &target.name)
        .ok_or_else(|| Error::internal("a type has no data in the commit"))
}

/// Rewriting fragments of which an index covers only some would leave it with a part of the new one.
async fn without_partial_indexes(dataset: Arc<Dataset>, compaction: &compact::Compaction) -> Result<Arc<Dataset>> {
    let partial = |index: &&IndexMetadata| {
        let covers = |fragment: &lance_table::format::Fragment| {
            let bitmap = index.fragment_bitmap.as_ref();
            bitmap.is_some_and(|bitmap| bitmap.contains(fragment.id as u32))
        };
        compaction.old.iter().any(covers)
    };
    let old: Vec<IndexMetadata> = dataset.load_indices().await?.iter().filter(partial).cloned().collect();
    match old.is_empty() {
        true => Ok(dataset),
        false => change_indexes(dataset, Vec::new(), old).await,
    }
}

async fn change_indexes(
    dataset: Arc<Dataset>,
    new_indices: Vec<IndexMetadata>,
    removed_indices: Vec<IndexMetadata>,
) -> Result<Arc<Dataset>> {
    let operation = Operation::CreateIndex {
        new_indices,
        removed_indices,
    };
    commit_detached(dataset, operation).await
}
