//! Mutation queries: statements see the snapshot overlaid with what earlier statements did, the outcome is checked once at
//! the end, and one commit makes it visible. Nothing is committed where nothing changed.

mod delete;
mod overlay;
mod predicate;
mod read;
mod set;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_model::ir::{Expression, MutationPlan, Statement};
use omnigraph_model::types::Value;

use crate::commit::Request;
use crate::embedding::{self, Embedder};
use crate::error::{Error, Result};
use crate::history::Graph;
use crate::load::Receipt;
use crate::storage::{Affected, CommitKind, CommitOptions};
use crate::validate::{Delta, ERROR_LIMIT};

/// Bytes of pending rows of one mutation.
const MEMORY: u64 = 256 << 20;

/// How a mutation is run.
#[derive(Clone, Debug)]
pub struct MutationOptions {
    /// What the commit says about itself.
    pub commit: CommitOptions,
    /// The instant of `now()`, in milliseconds since the epoch; the clock's without one.
    pub now: Option<i64>,
    /// Bytes that rows may take before they are committed.
    pub memory: u64,
    /// Computes the vectors that follow from other properties.
    pub embedder: Option<Arc<dyn Embedder>>,
}

impl Default for MutationOptions {
    fn default() -> Self {
        MutationOptions {
            commit: CommitOptions::default(),
            now: None,
            memory: MEMORY,
            embedder: None,
        }
    }
}

/// What a mutation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutationReport {
    /// The branch that was written.
    pub branch: String,
    /// The name of the query.
    pub name: String,
    /// One for an insert, one for each row that an update matched, distinct rows for deletes.
    pub affected_nodes: u64,
    /// The same of edges; those that went with a node are among them.
    pub affected_edges: u64,
    /// The same by type, as its rows were new, changed or gone.
    pub by_type: BTreeMap<String, Affected>,
    /// None where nothing changed.
    pub receipt: Option<Receipt>,
}

/// What the statements add up to.
pub(crate) struct Prepared {
    delta: Delta,
    nodes: BTreeMap<String, Affected>,
    edges: BTreeMap<String, Affected>,
}

/// Parameters and the instant of one request.
pub(crate) struct Values<'v> {
    parameters: &'v BTreeMap<String, Value>,
    now: Value,
    /// Whether vectors can be computed.
    embeds: bool,
}

impl Values<'_> {
    /// The value of a literal, a parameter or `now()`. An absent parameter is null.
    pub(crate) fn of<'s>(&'s self, expression: &'s Expression) -> Result<&'s Value> {
        const NULL: &Value = &Value::Null;
        match expression {
            Expression::Literal { value, .. } => Ok(value),
            Expression::Parameter { name, .. } => Ok(self.parameters.get(name).unwrap_or(NULL)),
            Expression::Now => Ok(&self.now),
            _ => Err(Error::internal(
                "a mutation's value is neither a literal nor a parameter",
            )),
        }
    }
}

impl Graph {
    /// Runs a mutation with decoded parameters.
    ///
    /// # Errors
    /// [`Error::Input`] with what breaks a rule in the outcome; [`Error::PreconditionFailed`] where the head is not the
    /// expected one, also for a request without effect; [`Error::ReadSetChanged`] where an update or a delete lost a race,
    /// because it depends on what was read; [`Error::RetryableCommitConflict`] where inserts lost too many;
    /// [`Error::ResourceLimitExceeded`]; [`Error::Embedding`]; [`Error::Unknown`], damage, and the storage's.
    pub async fn mutate(
        &self,
        plan: &MutationPlan,
        parameters: &BTreeMap<String, Value>,
        options: MutationOptions,
    ) -> Result<MutationReport> {
        self.bounded(self.mutated(plan, parameters, options)).await
    }

    async fn mutated(
        &self,
        plan: &MutationPlan,
        parameters: &BTreeMap<String, Value>,
        options: MutationOptions,
    ) -> Result<MutationReport> {
        options.commit.check()?;
        let now = options.now.unwrap_or_else(|| chrono::Utc::now().timestamp_millis());
        let values = Values {
            parameters,
            now: Value::DateTime(now),
            embeds: options.embedder.is_some(),
        };
        let _turn = self.turn().await;
        let head = self.head().await?;
        options.commit.check_head(&head.record)?;
        let snapshot = self.snapshot_of(&head.record).await?;
        let deletes = plan.statements.iter().any(|s| matches!(s, Statement::Delete { .. }));
        let updates = plan.statements.iter().any(|s| matches!(s, Statement::Update { .. }));
        let reads = plan
            .statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Insert { .. } => None,
                Statement::Update { target, .. } | Statement::Delete { target, .. } => Some(target.clone()),
            })
            .collect();
        let prepared = if deletes {
            delete::prepare(&snapshot, plan, &values).await?
        } else {
            write::prepare(&snapshot, plan, &values, options.memory).await?
        };
        let Prepared {
            mut delta,
            nodes,
            edges,
        } = prepared;
        embedding::fill(&snapshot, &mut delta, options.embedder.as_ref(), ERROR_LIMIT).await?;
        let sum = |counts: &BTreeMap<String, Affected>| {
            counts
                .values()
                .map(|count| count.inserted + count.updated + count.deleted)
                .sum()
        };
        let (affected_nodes, affected_edges) = (sum(&nodes), sum(&edges));
        let by_type: BTreeMap<String, Affected> = nodes.into_iter().chain(edges).collect();
        let receipt = if delta.is_empty() {
            None
        } else {
            let request = Request {
                kind: CommitKind::Mutation,
                message: format!("run {}", plan.name),
                options: &options.commit,
                again: !updates && !deletes,
                shuts: false,
                reads,
                schema: head.record.schema.clone(),
                errors: ERROR_LIMIT,
                affected: Some(by_type.clone()),
            };
            let outcome = self.commit(head.clone(), &delta, request).await?;
            Some(Receipt::of(&outcome.head.record))
        };
        Ok(MutationReport {
            branch: head.record.branch.clone(),
            name: plan.name.clone(),
            affected_nodes,
            affected_edges,
            by_type,
            receipt,
        })
    }
}
