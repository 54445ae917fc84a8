//! Mutation queries: statements see the snapshot overlaid with what earlier statements did, the outcome is checked once at
//! the end, and one commit makes it visible. Nothing is committed where nothing changed.

mod condition;
mod delete;
mod given;
mod insert;
mod kind;
mod overlay;
mod read;
mod returning;
mod set;
mod update;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_model::ir::{MutationPlan, Statement};
use omnigraph_model::types::Value;

use crate::commit::Request;
use crate::embedding::{self, Embedder};
use crate::error::Result;
use crate::execution::{AccessPaths, QueryOptions, check_nodes, from_datafusion};
use crate::history::Graph;
use crate::load::Receipt;
use crate::planner::Constants;
use crate::result::QueryResult;
use crate::storage::{Affected, CommitKind, CommitOptions};
use crate::validate::{Delta, ERROR_LIMIT};

use given::Given;
use returning::Written;

/// Bytes of pending rows of one mutation.
const MEMORY: u64 = 256 << 20;

/// How a mutation is run.
#[derive(Clone, Debug)]
pub struct MutationOptions {
    /// What the commit says about itself.
    pub commit: CommitOptions,
    /// The instant of `now()`, in milliseconds since the epoch; the clock's without one.
    pub now: Option<i64>,
    /// Bytes that rows may take before they are committed, and as many what statements run for.
    pub memory: u64,
    /// Which ways to the rows may be taken that statements run for.
    pub access: AccessPaths,
    /// Computes the vectors that follow from other properties.
    pub embedder: Option<Arc<dyn Embedder>>,
}

impl Default for MutationOptions {
    fn default() -> Self {
        MutationOptions {
            commit: CommitOptions::default(),
            now: None,
            memory: MEMORY,
            access: AccessPaths::Automatic,
            embedder: None,
        }
    }
}

/// What a mutation did.
#[derive(Clone, Debug)]
pub struct MutationReport {
    /// The branch that was written.
    pub branch: String,
    /// The name of the query.
    pub name: String,
    /// One for each row that a statement inserted, one for each that an update matched, distinct rows for deletes.
    pub affected_nodes: u64,
    /// The same of edges; those that went with a node are among them.
    pub affected_edges: u64,
    /// The same by type, as its rows were new, changed or gone.
    pub by_type: BTreeMap<String, Affected>,
    /// None where nothing changed.
    pub receipt: Option<Receipt>,
    /// What the query returns of what it wrote, if it says so.
    pub returned: Option<QueryResult>,
}

/// What the statements add up to.
pub(crate) struct Prepared {
    delta: Delta,
    nodes: BTreeMap<String, Affected>,
    edges: BTreeMap<String, Affected>,
    /// Ids of the rows that are returned, if they are those of one statement.
    touched: Vec<String>,
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
    /// What the engine's expressions gave, or the error that is in it.
    fn checked<T>(&self, result: datafusion::common::Result<T>) -> Result<T> {
        result.map_err(|error| from_datafusion(error, self.memory))
    }
}

impl Graph {
    /// Runs a mutation with decoded parameters.
    ///
    /// # Errors
    /// [`crate::Error::Input`] with what breaks a rule in the outcome; [`crate::Error::PreconditionFailed`] where the head is not the
    /// expected one, also for a request without effect; [`crate::Error::ReadSetChanged`] where an update or a delete lost a race,
    /// because it depends on what was read; [`crate::Error::RetryableCommitConflict`] where inserts lost too many;
    /// [`crate::Error::Evaluation`]; [`crate::Error::ResourceLimitExceeded`]; [`crate::Error::Embedding`]; [`crate::Error::Unknown`], damage, and the storage's.
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
        let reading = QueryOptions {
            now: Some(now),
            access: options.access,
            embedder: options.embedder.clone(),
            ..QueryOptions::default()
        };
        // Reading assignments looks them up, too.
        if plan.assignments.is_none() {
            let named = check_nodes(&snapshot, &plan.parameters, &values.constants, reading.ways()).await;
            named.map_err(|error| from_datafusion(error, reading.memory_limit))?;
        }
        // Boxed, because most mutations read nothing before they write.
        let given = Given::read(&snapshot, plan, parameters, &reading, options.memory);
        let mut given = Box::pin(given).await?;
        let deletes = plan.statements.iter().any(Statement::deletes);
        let inserts = |statement: &Statement| matches!(statement, Statement::Insert { .. });
        let depends = plan.statements.iter().filter(|statement| !inserts(statement));
        let mut reads: Vec<_> = depends.map(|statement| statement.target().clone()).collect();
        reads.extend(
            plan.assignments
                .iter()
                .flat_map(|assignments| assignments.reads.clone()),
        );
        let again = plan.assignments.is_none() && plan.statements.iter().all(inserts);
        let prepared = if deletes {
            delete::prepare(&snapshot, plan, &given, &values).await?
        } else {
            write::prepare(&snapshot, plan, &mut given, &values, options.memory).await?
        };
        let Prepared {
            mut delta,
            nodes,
            edges,
            touched,
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
        let mut after = snapshot.clone();
        let receipt = if delta.is_empty() {
            None
        } else {
            let request = Request {
                kind: CommitKind::Mutation,
                message: format!("run {}", plan.name),
                options: &options.commit,
                again,
                shuts: false,
                reads,
                schema: head.record.schema.clone(),
                errors: ERROR_LIMIT,
                affected: Some(by_type.clone()),
            };
            let outcome = self.commit(head.clone(), &delta, request).await?;
            after = self.snapshot_of(&outcome.head.record).await?;
            Some(Receipt::of(&outcome.head.record))
        };
        let returned = match &plan.returning {
            Some(returning) => {
                let state = if deletes { &snapshot } else { &after };
                let written = Written {
                    plan,
                    returning,
                    given: &given,
                    touched,
                };
                let commit = after.commit_id().to_owned();
                Some(Box::pin(written.rows(state, commit, &values)).await?)
            }
            None => None,
        };
        Ok(MutationReport {
            branch: head.record.branch.clone(),
            name: plan.name.clone(),
            affected_nodes,
            affected_edges,
            by_type,
            receipt,
            returned,
        })
    }
}
