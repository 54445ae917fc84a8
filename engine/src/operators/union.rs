//! The rows of several plans, one plan after the other.

use std::fmt;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::column::PlanColumn;
use super::operator::{counted, nested, properties};

/// Concatenates its inputs, which have the same columns. A plan of DataFusion would have a partition for each of them, and so
/// no order.
#[derive(Debug)]
pub(crate) struct UnionExec {
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    /// The column of the numbers of the rows, if there is one; it is the last.
    position: Option<PlanColumn>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl UnionExec {
    pub(crate) fn new(inputs: Vec<Arc<dyn ExecutionPlan>>, position: Option<PlanColumn>) -> Result<UnionExec> {
        Ok(UnionExec {
            properties: properties(schema(&inputs, position.as_ref())?),
            metrics: ExecutionPlanMetricsSet::new(),
            inputs,
            position,
        })
    }
}

/// The columns of all inputs. What may be null in one of them may be null.
fn schema(inputs: &[Arc<dyn ExecutionPlan>], position: Option<&PlanColumn>) -> Result<SchemaRef> {
    let schemas: Vec<SchemaRef> = inputs.iter().map(|input| input.schema()).collect();
    let Some((first, others)) = schemas.split_first() else {
        return Err(DataFusionError::Internal("a union of nothing".into()));
    };
    let mut fields: Vec<Field> = first.fields().iter().map(|field| field.as_ref().clone()).collect();
    for other in others {
        let alike = |(field, other): (&Field, &Arc<Field>)| {
            field.name() == other.name() && field.data_type() == other.data_type()
        };
        if fields.len() != other.fields().len() || !fields.iter().zip(other.fields()).all(alike) {
            let message = format!("the branches of a union have the columns {first} and {other}");
            return Err(DataFusionError::Internal(message));
        }
        for (field, other) in fields.iter_mut().zip(other.fields()) {
            let nullable = field.is_nullable() || other.is_nullable();
            field.set_nullable(nullable);
        }
    }
    fields.extend(position.map(|position| position.field(DataType::Int64, false)));
    Ok(Arc::new(Schema::new(fields)))
}

impl DisplayAs for UnionExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.position {
            Some(position) => write!(f, "UnionExec: numbered {position}"),
            None => write!(f, "UnionExec"),
        }
    }
}

impl ExecutionPlan for UnionExec {
    fn name(&self) -> &str {
        "UnionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(UnionExec::new(children, self.position.clone())?))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (inputs, schema) = (self.inputs.clone(), self.schema());
        // An input starts when the one before it has ended, so that one of them holds memory at a time.
        let batches = stream::iter(inputs)
            .map(move |input| nested(|| input.execute(partition, context.clone())))
            .try_flatten();
        let (numbered, mut next) = (self.position.is_some(), 0);
        let batches = batches.map(move |batch| {
            let batch = batch?;
            let mut columns = batch.columns().to_vec();
            if numbered {
                let first = next;
                next += batch.num_rows() as i64;
                columns.push(Arc::new(Int64Array::from_iter_values(first..next)) as ArrayRef);
            }
            Ok(RecordBatch::try_new(schema.clone(), columns)?)
        });
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use datafusion::datasource::memory::MemorySourceConfig;

    use super::*;

    fn rows(name: &str, nullable: bool, batches: &[Vec<i64>]) -> Arc<dyn ExecutionPlan> {
        let schema = Arc::new(Schema::new(vec![Field::new(name, DataType::Int64, nullable)]));
        let batches = batches.iter().map(|values| {
            let column: ArrayRef = Arc::new(Int64Array::from(values.clone()));
            RecordBatch::try_new(schema.clone(), vec![column]).expect("a batch")
        });
        let batches: Vec<RecordBatch> = batches.collect();
        MemorySourceConfig::try_new_exec(&[batches], schema, None).expect("a plan")
    }

    #[tokio::test]
    async fn rows_are_numbered_across_batches_and_inputs() {
        let inputs = vec![
            rows("a", false, &[vec![5, 6], vec![7]]),
            rows("a", true, &[]),
            rows("a", true, &[vec![1, 2]]),
        ];
        let position = PlanColumn::Value {
            variable: "row".to_owned(),
        };
        let union = UnionExec::new(inputs, Some(position)).expect("a plan");
        assert!(union.schema().field(0).is_nullable());
        let context = Arc::new(TaskContext::default());
        let batches: Vec<RecordBatch> = union
            .execute(0, context)
            .expect("a stream")
            .try_collect()
            .await
            .expect("batches");
        let column = |place: usize| -> Vec<i64> {
            let columns = batches
                .iter()
                .map(|batch| batch.column(place).as_primitive::<Int64Type>());
            columns.flat_map(|column| column.values().to_vec()).collect()
        };
        assert_eq!(column(0), [5, 6, 7, 1, 2]);
        assert_eq!(column(1), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn inputs_of_other_columns_are_refused() {
        assert!(UnionExec::new(vec![rows("a", false, &[]), rows("b", false, &[])], None).is_err());
        assert!(UnionExec::new(Vec::new(), None).is_err());
    }
}
