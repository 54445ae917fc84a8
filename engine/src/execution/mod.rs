//! Runs read plans over a snapshot: the entry to planner and operators, with the limits that a request runs under.

mod error;
mod given;
mod running;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionConfig;
use futures::{TryFutureExt, TryStreamExt};
use omnigraph_model::ir::ReadPlan;
use omnigraph_model::types::Value;

use crate::embedding::{self, Embedder, TextVectors};
use crate::error::Result;
use crate::history::Snapshot;
use crate::operators::operator::BATCH_ROWS;
use crate::planner::{self, Constants, Ways};
use crate::result::QueryResult;

pub use crate::operators::access::AccessPaths;
pub use crate::planner::{Actual, Explained, LookUps};
pub(crate) use error::from_datafusion;
pub(crate) use given::check_nodes;
pub use running::Running;

/// Bytes that a sort keeps for merging what it spilled, if it may hold that many.
const MERGING: usize = 10 << 20;

/// What a request may set beside its parameters.
#[derive(Clone, Debug)]
pub struct QueryOptions {
    /// The instant of `now()`, in milliseconds since the epoch, UTC; the clock's without one.
    pub now: Option<i64>,
    /// Bytes that sorts, joins and aggregates may hold before they spill, or fail where they cannot.
    pub memory_limit: usize,
    /// Which ways to the rows may be taken.
    pub access: AccessPaths,
    /// How far indexes are used for traversals.
    pub look_ups: LookUps,
    /// Turns texts into vectors.
    pub embedder: Option<Arc<dyn Embedder>>,
}

impl Default for QueryOptions {
    /// The current time and 2 GiB.
    fn default() -> Self {
        QueryOptions {
            now: None,
            memory_limit: 2 << 30,
            access: AccessPaths::Automatic,
            look_ups: LookUps::default(),
            embedder: None,
        }
    }
}

impl QueryOptions {
    pub(crate) fn ways(&self) -> Ways {
        Ways {
            access: self.access,
            look_ups: self.look_ups,
            memory_limit: self.memory_limit,
            whole_paths: false,
        }
    }

    fn constants(
        &self,
        plan: &ReadPlan,
        parameters: &BTreeMap<String, Value>,
    ) -> datafusion::common::Result<Constants> {
        let instant = self.now.unwrap_or_else(|| chrono::Utc::now().timestamp_millis());
        Constants::new(parameters, instant, self.memory_limit).with_defaults(&plan.parameters)
    }
}

/// Executes a plan. Parameters have been checked against the plan's declarations; an absent one is null.
///
/// # Errors
/// A bad request for parameters that the plan cannot use; [`crate::Error::ResourceLimitExceeded`] where memory does not
/// suffice; [`crate::Error::UnknownNode`]; [`crate::Error::Cursor`]; [`crate::Error::Evaluation`]; [`crate::Error::Embedding`];
/// [`crate::Error::HistoricalVersionReclaimed`]; damage, and the storage's.
pub async fn query(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
) -> Result<QueryResult> {
    run(snapshot, plan, parameters, options).await?.collect().await
}

/// Begins to execute a plan, like [`query`], and hands out batches as they are computed.
///
/// # Errors
/// As [`query`], before the first batch; later ones may fail, too.
pub async fn run(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
) -> Result<Running> {
    begin(snapshot, plan, parameters, options, options.ways()).await
}

/// Begins to read what the statements of a mutation run for, like [`run`].
pub(crate) async fn assignments(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
) -> Result<Running> {
    let ways = Ways {
        whole_paths: true,
        ..options.ways()
    };
    begin(snapshot, plan, parameters, options, ways).await
}

async fn begin(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
    ways: Ways,
) -> Result<Running> {
    let graph = snapshot.graph();
    let begun = async {
        let constants = options.constants(plan, parameters)?;
        check_nodes(snapshot, &plan.parameters, &constants, ways).await?;
        let plan = constants.folded(plan);
        let constants = with_texts(constants, snapshot, &plan, options).await?;
        let physical = planner::physical(snapshot, &plan, constants, ways).await?;
        let context = context(options.memory_limit, BATCH_ROWS)?;
        let pool = context.memory_pool().clone();
        let plan = physical.plan;
        Ok((plan.schema(), plan.execute(0, context)?, pool, physical.next))
    };
    let begun = begun.map_err(|error| from_datafusion(error, options.memory_limit));
    let (schema, batches, pool, next) = graph.bounded(begun).await?;
    Ok(Running {
        columns: plan.columns.clone(),
        schema,
        commit: snapshot.commit_id().to_string(),
        graph: graph.clone(),
        batches,
        pool,
        memory_limit: options.memory_limit,
        next,
    })
}

/// The plan of a query as it would run.
///
/// # Errors
/// As [`query`], but for what only running it shows.
pub async fn explain(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
) -> Result<Explained> {
    let constants = options.constants(plan, parameters);
    let constants = constants.map_err(|error| from_datafusion(error, options.memory_limit))?;
    let plan = constants.folded(plan);
    let constants = constants.with_texts(TextVectors::pretended());
    let physical = planner::physical(snapshot, &plan, constants, options.ways())
        .map_err(|error| from_datafusion(error, options.memory_limit));
    let physical = snapshot.graph().bounded(physical).await?;
    Ok(planner::tree(&physical.plan, &physical.estimates, false))
}

/// Runs a query and reports, for each operator of its plan, the rows that came out of it and the time it took.
///
/// # Errors
/// As [`query`].
pub async fn analyze(
    snapshot: &Arc<Snapshot>,
    plan: &ReadPlan,
    parameters: &BTreeMap<String, Value>,
    options: &QueryOptions,
) -> Result<Explained> {
    let run = async {
        let constants = options.constants(plan, parameters)?;
        check_nodes(snapshot, &plan.parameters, &constants, options.ways()).await?;
        let plan = constants.folded(plan);
        let constants = with_texts(constants, snapshot, &plan, options).await?;
        let physical = planner::physical(snapshot, &plan, constants, options.ways()).await?;
        let mut batches = physical.plan.execute(0, context(options.memory_limit, BATCH_ROWS)?)?;
        while batches.try_next().await?.is_some() {}
        Ok(planner::tree(&physical.plan, &physical.estimates, true))
    };
    let run = run.map_err(|error| from_datafusion(error, options.memory_limit));
    snapshot.graph().bounded(run).await
}

/// With a vector for every text that something is to be near to.
async fn with_texts(
    constants: Constants,
    snapshot: &Snapshot,
    plan: &ReadPlan,
    options: &QueryOptions,
) -> datafusion::common::Result<Constants> {
    let text = |expression: &_| constants.value(expression).map(|(value, _)| value);
    let texts = embedding::of_plan(plan, &snapshot.catalog, text, options.embedder.as_ref()).await?;
    Ok(constants.with_texts(texts))
}

/// Where operators run that together may hold so many bytes; those that can, spill to disk beyond it.
pub(crate) fn context(memory_limit: usize, batch_rows: usize) -> datafusion::common::Result<Arc<TaskContext>> {
    let pool = Arc::new(FairSpillPool::new(memory_limit));
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc()?;
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(batch_rows)
        .with_sort_spill_reservation_bytes((memory_limit / 16).min(MERGING));
    Ok(Arc::new(
        TaskContext::default().with_session_config(config).with_runtime(runtime),
    ))
}
