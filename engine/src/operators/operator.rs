//! What the graph operators share as DataFusion plans: one partition, bounded, batches of a fixed size.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::BaselineMetrics;
use datafusion::physical_plan::{ExecutionPlan, Partitioning, PlanProperties};
use futures::{Stream, StreamExt, TryStreamExt};

pub(crate) use crate::derived::gather;

/// Rows that an operator puts into one batch.
pub(crate) const BATCH_ROWS: usize = 8192;

pub(crate) fn properties(schema: SchemaRef) -> Arc<PlanProperties> {
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(schema),
        Partitioning::UnknownPartitioning(1),
        EmissionType::Incremental,
        Boundedness::Bounded,
    ))
}

/// Runs a step of a plan that may be nested in thousands of others, on more stack if little is left.
pub(crate) fn nested<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(256 << 10, 4 << 20, step)
}

/// Polls on more stack if little is left: the operators of a plan are nested in each other.
struct Nested<S> {
    batches: S,
}

impl<S: Stream<Item = Result<RecordBatch>> + Unpin> Stream for Nested<S> {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        nested(|| self.batches.poll_next_unpin(context))
    }
}

/// The output of an operator. Counts its rows and batches, for `analyze`.
pub(crate) fn counted(
    batches: impl Stream<Item = Result<RecordBatch>> + Send + 'static,
    metrics: BaselineMetrics,
) -> impl Stream<Item = Result<RecordBatch>> + Send {
    let batches = batches.inspect_ok(move |batch| {
        metrics.record_output(batch.num_rows());
    });
    Nested {
        batches: Box::pin(batches),
    }
}

/// The only child of a unary operator that is being rebuilt.
pub(crate) fn only_child(mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
    match (children.pop(), children.is_empty()) {
        (Some(child), true) => Ok(child),
        _ => Err(DataFusionError::Internal(
            "an operator with one input got another number".into(),
        )),
    }
}

/// Bytes of the rows of a column, whatever larger column they are cut from.
pub(crate) fn row_bytes(column: &ArrayRef) -> usize {
    column.to_data().get_slice_memory_size().unwrap_or(0)
}
