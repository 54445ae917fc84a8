//! The first rows of an order. Keeping only the best ones while reading is fast, but all of them must fit into memory; if they
//! do not, everything is sorted, on disk where it has to be.

use std::fmt;
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{StreamExt, TryStreamExt};

use super::operator::{counted, only_child};

/// All rows in order, or the first ones.
pub(crate) fn first_of(
    order: LexOrdering,
    input: Arc<dyn ExecutionPlan>,
    fetch: Option<usize>,
) -> Arc<dyn ExecutionPlan> {
    let sorted = SortExec::new(order, input);
    match fetch {
        None => Arc::new(sorted),
        Some(fetch) => Arc::new(FirstExec {
            best: Arc::new(sorted.with_fetch(Some(fetch))),
            fetch,
            metrics: ExecutionPlanMetricsSet::new(),
        }),
    }
}

#[derive(Debug)]
pub(crate) struct FirstExec {
    /// Keeps the best rows while it reads.
    best: Arc<SortExec>,
    fetch: usize,
    metrics: ExecutionPlanMetricsSet,
}

impl FirstExec {
    pub(crate) fn best(&self) -> &SortExec {
        &self.best
    }

    /// Sorts everything, and gives the first rows of it.
    fn sorted(&self) -> GlobalLimitExec {
        let all = SortExec::new(self.best.expr().clone(), self.best.input().clone());
        GlobalLimitExec::new(Arc::new(all), 0, Some(self.fetch))
    }
}

impl DisplayAs for FirstExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter) -> fmt::Result {
        self.best.fmt_as(t, f)
    }
}

impl ExecutionPlan for FirstExec {
    fn name(&self) -> &str {
        "FirstExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.best.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![self.best.input()]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(first_of(
            self.best.expr().clone(),
            only_child(children)?,
            Some(self.fetch),
        ))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let best = self.best.execute(partition, context.clone())?;
        let sorted = self.sorted();
        let batches = futures::stream::once(async move {
            let mut best = best;
            // It gives nothing before it has read everything, so nothing was handed on when it runs out of memory.
            match best.next().await {
                Some(Err(error)) if is_memory(&error) => {
                    drop(best);
                    sorted.execute(partition, context)
                }
                first => {
                    let schema = best.schema();
                    let batches = futures::stream::iter(first).chain(best);
                    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)) as SendableRecordBatchStream)
                }
            }
        })
        .try_flatten();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

fn is_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}
