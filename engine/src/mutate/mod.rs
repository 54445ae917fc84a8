//! Mutation queries: statements see the snapshot overlaid with what earlier statements did, the outcome is checked once at
//! the end, and one commit makes it visible. Nothing is committed where nothing changed.

mod condition;
mod delete;
mod overlay;
mod read;
mod set;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use omnigraph_model::ir::{Expression, MutationPlan, Statement};
use omnigraph_model::types::Value;

use crate::commit::Request;
use crate::embedding::{self, Embedder};
use crate::error::{Error, Result};
use crate::execution::{QueryOptions, check_nodes, from_datafusion};
use crate::history::Graph;
use crate::load::Receipt;
use crate::planner::{Constants, RowExpressions, value_from};
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
pub(crate) struct Values {
    constants: Constants,
    /// Bytes that a computed value may have.
    memory: usize,
    /// Whether vectors can be computed.
    embeds: bool,
}

impl Values {
    /// The value of an expression that reads no row. An absent parameter is null.
    fn constant(&self, expression: &Expression) -> Result<Value> {
        let expression = self.constants.folded_expression(expression);
        if let Some((value, _)) = self.constants.value(&expression) {
            return Ok(value);
        }
        // One that could not be computed says why.
        let expressions = self.checked(RowExpressions::of(&self.constants, [&expression], |_| None))?;
        let values = self.checked(expressions.evaluate(Vec::new(), 1))?;
        let value = value_from(&ScalarValue::try_from_array(&values[0], 0)?);
        value.ok_or_else(|| Error::internal("an expression without a value"))
    }

    /// What the engine's expressions gave, or the error that is in it.
    fn checked<T>(&self, result: datafusion::common::Result<T>) -> Result<T> {
        result.map_err(|error| from_datafusion(error, self.memory))
    }
}

impl Graph {
    /// Runs a mutation with decoded parameters.
    ///
    /// # Errors
    /// [`Error::Input`] with what breaks a rule in the outcome; [`Error::PreconditionFailed`] where the head is not the
    /// expected one, also for a request without effect; [`Error::ReadSetChanged`] where an update or a delete lost a race,
    /// because it depends on what was read; [`Error::RetryableCommitConflict`] where inserts lost too many;
    /// [`Error::Evaluation`]; [`Error::ResourceLimitExceeded`]; [`Error::Embedding`]; [`Error::Unknown`], damage, and the storage's.
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
        let memory = usize::try_from(options.memory).unwrap_or(usize::MAX);
        let constants = Constants::new(parameters, now, memory).with_defaults(&plan.parameters);
        let values = Values {
            constants: constants.map_err(|error| from_datafusion(error, memory))?,
            memory,
            embeds: options.embedder.is_some(),
        };
        let _turn = self.turn().await;
        let head = self.head().await?;
        options.commit.check_head(&head.record)?;
        let snapshot = self.snapshot_of(&head.record).await?;
        let ways = QueryOptions {
            memory_limit: memory,
            ..QueryOptions::default()
        };
        let named = check_nodes(&snapshot, &plan.parameters, &values.constants, ways.ways()).await;
        named.map_err(|error| from_datafusion(error, memory))?;
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
