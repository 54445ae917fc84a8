//! `count { … }` and the other values of blocks: for each batch of rows the inner plan runs once, on all of them, each tagged with
//! its number, and gives one value for each number that has a solution. A plan that reads nothing of the rows gives the same
//! value for all of them, so it runs once, on the first row.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Int64Array, ListArray, RecordBatch, UInt32Array, new_empty_array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt};
use omnigraph_model::ir::AggregateFunction;
use tokio::sync::OnceCell;

use super::column::PlanColumn;
use super::operator::{counted, nested, properties};
use super::semi_join::inner_rows;

#[derive(Debug)]
pub(crate) struct BlockExec {
    input: Arc<dyn ExecutionPlan>,
    /// Groups by the number of the row and yields numbers and values, or yields the rows that are counted.
    inner: Arc<dyn ExecutionPlan>,
    folded: Folded,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// What is made of the rows of the inner plan.
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    /// The column of the value.
    pub column: PlanColumn,
    /// The column of row numbers, which the inner plan groups by.
    pub row: PlanColumn,
    /// The type of the value.
    pub data_type: DataType,
    /// What tells the value of no rows.
    pub function: AggregateFunction,
    /// Whether the rows of the inner plan are counted here: for that, nothing needs to be hashed.
    pub counts: bool,
    /// Whether the inner plan reads anything of the outer rows.
    pub correlated: bool,
}

impl Folded {
    /// The value of a block without a solution.
    fn nothing(&self) -> Result<ScalarValue> {
        Ok(match (self.function, &self.data_type) {
            (AggregateFunction::Count, _) => ScalarValue::Int64(Some(0)),
            (AggregateFunction::Any, _) => ScalarValue::Boolean(Some(false)),
            (AggregateFunction::All, _) => ScalarValue::Boolean(Some(true)),
            (AggregateFunction::Collect, DataType::List(item)) => ScalarValue::List(Arc::new(ListArray::new(
                item.clone(),
                OffsetBuffer::from_lengths([0]),
                new_empty_array(item.data_type()),
                None,
            ))),
            (_, data_type) => ScalarValue::try_from(data_type)?,
        })
    }
}

impl BlockExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, inner: Arc<dyn ExecutionPlan>, folded: Folded) -> BlockExec {
        BlockExec {
            properties: properties(with_value(&input.schema(), &folded)),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
            inner,
            folded,
        }
    }
}

fn with_value(schema: &SchemaRef, folded: &Folded) -> SchemaRef {
    let mut fields = schema.fields().to_vec();
    let field: Field = folded.column.field(folded.data_type.clone(), true);
    fields.push(Arc::new(field));
    Arc::new(Schema::new(fields))
}

impl DisplayAs for BlockExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockExec: {} = {}", self.folded.column, self.folded.function.name())
    }
}

impl ExecutionPlan for BlockExec {
    fn name(&self) -> &str {
        "BlockExec"
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
        let [input, inner] = <[_; 2]>::try_from(children)
            .map_err(|_| DataFusionError::Internal("the value of a block has two inputs".into()))?;
        Ok(Arc::new(BlockExec::new(input, inner, self.folded.clone())))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context.clone()))?;
        let (inner, folded, schema) = (self.inner.clone(), self.folded.clone(), self.schema());
        let answer: Arc<OnceCell<ArrayRef>> = Arc::new(OnceCell::new());
        let batches = input.then(move |batch| {
            let (inner, folded, schema) = (inner.clone(), folded.clone(), schema.clone());
            let (context, answer) = (context.clone(), answer.clone());
            Box::pin(async move {
                let batch = batch?;
                let values = if folded.correlated || batch.num_rows() == 0 {
                    values(&batch, inner, &folded, &context).await?
                } else {
                    let first = batch.slice(0, 1);
                    let one = answer
                        .get_or_try_init(|| values(&first, inner, &folded, &context))
                        .await?;
                    let places = UInt32Array::from(vec![0; batch.num_rows()]);
                    arrow_select::take::take(one, &places, None)?
                };
                let mut columns = batch.columns().to_vec();
                columns.push(values);
                Ok(RecordBatch::try_new(schema, columns)?)
            })
        });
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// The value of each row of a batch.
async fn values(
    batch: &RecordBatch,
    inner: Arc<dyn ExecutionPlan>,
    folded: &Folded,
    context: &Arc<TaskContext>,
) -> Result<ArrayRef> {
    let rows = batch.num_rows();
    if rows == 0 {
        return Ok(new_empty_array(&folded.data_type));
    }
    let mut stream = inner_rows(batch, inner, &folded.row, context)?;
    if folded.counts {
        return counts(rows, &mut stream, folded).await;
    }
    let mut found: Vec<ArrayRef> = vec![folded.nothing()?.to_array()?];
    let mut places = vec![0_u32; rows];
    let mut next = 1;
    while let Some(batch) = stream.try_next().await? {
        let numbers = batch.column(0).as_primitive::<UInt32Type>();
        for number in numbers.values() {
            places[*number as usize] = next;
            next += 1;
        }
        found.push(arrow_cast::cast(batch.column(1), &folded.data_type)?);
    }
    let found: Vec<&dyn Array> = found.iter().map(AsRef::as_ref).collect();
    let found = arrow_select::concat::concat(&found)?;
    Ok(arrow_select::take::take(&found, &UInt32Array::from(places), None)?)
}

/// How many rows an inner plan has for each of the outer ones.
async fn counts(outer: usize, inner: &mut SendableRecordBatchStream, folded: &Folded) -> Result<ArrayRef> {
    let mut counts = vec![0_i64; outer];
    while let Some(batch) = inner.try_next().await? {
        let weights = PlanColumn::Multiplicity.find(&batch).ok();
        let weights = weights.and_then(|column| column.as_primitive_opt::<UInt64Type>());
        for (row, number) in folded.row.dense(&batch)?.values().iter().enumerate() {
            let weight = weights.map_or(1, |weights| i64::try_from(weights.value(row)).unwrap_or(i64::MAX));
            let count = &mut counts[*number as usize];
            *count = count.saturating_add(weight);
        }
    }
    Ok(Arc::new(Int64Array::from(counts)))
}
