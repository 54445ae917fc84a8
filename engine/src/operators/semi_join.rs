//! `exists` and `not` in general: for each batch of rows the inner plan runs once, on all of them, each tagged with its
//! number; the rows whose numbers come out have a solution. A plan that reads nothing of the rows has one for all of them or
//! for none, so it runs once, on the first row.

use std::fmt;
use std::sync::Arc;

use arrow_array::{BooleanArray, RecordBatch, UInt32Array};
use arrow_schema::{Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::OnceCell;

use super::column::PlanColumn;
use super::operator::{counted, nested, properties};
use super::scan::OuterRows;

#[derive(Debug)]
pub(crate) struct SemiJoinExec {
    input: Arc<dyn ExecutionPlan>,
    /// Ends in an `OuterExec`; yields the column of row numbers.
    inner: Arc<dyn ExecutionPlan>,
    test: Test,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// What is asked of the inner plan.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    /// The column of row numbers.
    pub row: PlanColumn,
    /// Keeps the rows without a solution instead of those with one.
    pub negated: bool,
    /// Whether the inner plan reads anything of the outer rows.
    pub correlated: bool,
}

/// The schema of the rows that the inner plan starts from.
pub(crate) fn outer_schema(input: &SchemaRef, row: &PlanColumn) -> SchemaRef {
    let mut fields = input.fields().to_vec();
    fields.push(Arc::new(row.dense_field()));
    Arc::new(Schema::new(fields))
}

impl SemiJoinExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, inner: Arc<dyn ExecutionPlan>, test: Test) -> SemiJoinExec {
        SemiJoinExec {
            properties: properties(input.schema()),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
            inner,
            test,
        }
    }
}

impl DisplayAs for SemiJoinExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.test.negated {
            "AntiJoinExec"
        } else {
            "SemiJoinExec"
        })
    }
}

impl ExecutionPlan for SemiJoinExec {
    fn name(&self) -> &str {
        "SemiJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true, false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input, &self.inner]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let [input, inner] =
            <[_; 2]>::try_from(children).map_err(|_| DataFusionError::Internal("a semi-join has two inputs".into()))?;
        Ok(Arc::new(SemiJoinExec::new(input, inner, self.test.clone())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context.clone()))?;
        let (inner, test) = (self.inner.clone(), self.test.clone());
        let answer = Arc::new(OnceCell::new());
        let batches = input
            .then(move |batch| {
                let (inner, test, context, answer) = (inner.clone(), test.clone(), context.clone(), answer.clone());
                Box::pin(async move {
                    let batch = batch?;
                    if test.correlated || batch.num_rows() == 0 {
                        return kept(batch, inner, &test, &context).await;
                    }
                    let first = kept(batch.slice(0, 1), inner, &test, &context);
                    let holds: &bool = answer
                        .get_or_try_init(async || Ok::<_, DataFusionError>(first.await?.num_rows() > 0))
                        .await?;
                    Ok(if *holds { batch } else { batch.slice(0, 0) })
                })
            })
            .try_filter(|batch| std::future::ready(batch.num_rows() > 0));
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// The rows of a batch for which the inner plan finds something, or nothing.
async fn kept(
    batch: RecordBatch,
    inner: Arc<dyn ExecutionPlan>,
    test: &Test,
    context: &Arc<TaskContext>,
) -> Result<RecordBatch> {
    if batch.num_rows() == 0 {
        return Ok(batch);
    }
    let mut stream = inner_rows(&batch, inner, &test.row, context)?;
    let mut keep = vec![test.negated; batch.num_rows()];
    let mut left = keep.len();
    while let Some(found) = stream.try_next().await? {
        for row in test.row.dense(&found)?.values() {
            if std::mem::replace(&mut keep[*row as usize], !test.negated) == test.negated {
                left -= 1;
            }
        }
        if left == 0 {
            break;
        }
    }
    Ok(arrow_select::filter::filter_record_batch(
        &batch,
        &BooleanArray::from(keep),
    )?)
}

/// The rows of an inner plan for these rows, each of which it gets with its number in the column `row`.
pub(super) fn inner_rows(
    batch: &RecordBatch,
    inner: Arc<dyn ExecutionPlan>,
    row: &PlanColumn,
    context: &Arc<TaskContext>,
) -> Result<SendableRecordBatchStream> {
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(UInt32Array::from_iter_values(0..batch.num_rows() as u32)));
    let outer = RecordBatch::try_new(outer_schema(&batch.schema(), row), columns)?;
    // Operators that keep state, such as the built side of a join, must see each batch afresh.
    reset_plan_states(inner)?.execute(0, with_outer(context, outer))
}

fn with_outer(context: &Arc<TaskContext>, outer: RecordBatch) -> Arc<TaskContext> {
    let config = context
        .session_config()
        .clone()
        .with_extension(Arc::new(OuterRows(outer)));
    Arc::new(
        TaskContext::default()
            .with_session_config(config)
            .with_runtime(context.runtime_env()),
    )
}
