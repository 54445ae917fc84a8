//! `let` and `each`: a further column of values, and each row once for every item of a list.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, UInt32Array};
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
use super::expression::ExprRef;
use super::operator::{BATCH_ROWS, counted, gather, nested, only_child, properties};
use super::scalar::{item_type, list_of};

/// A column that rows get.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub column: PlanColumn,
    /// Of the column.
    pub data_type: DataType,
    /// Its value, or the list of its values.
    pub value: ExprRef,
    /// Whether there is a row for each item of the list.
    pub each: bool,
    /// The columns of the input that are kept, by their places.
    pub keep: Vec<usize>,
}

#[derive(Debug)]
pub(crate) struct DefineExec {
    input: Arc<dyn ExecutionPlan>,
    definition: Definition,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl DefineExec {
    /// The columns of the input that are kept, then the new one.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, definition: Definition) -> DefineExec {
        let schema = input.schema();
        let kept = definition.keep.iter().map(|place| schema.fields()[*place].clone());
        let mut fields: Vec<Arc<Field>> = kept.collect();
        fields.push(Arc::new(definition.column.field(definition.data_type.clone(), true)));
        DefineExec {
            properties: properties(Arc::new(Schema::new(fields))),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
            definition,
        }
    }
}

impl DisplayAs for DefineExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Definition { column, value, .. } = &self.definition;
        match self.definition.each {
            true => write!(f, "EachExec: {column} in {value}"),
            false => write!(f, "LetExec: {column} = {value}"),
        }
    }
}

impl ExecutionPlan for DefineExec {
    fn name(&self) -> &str {
        "DefineExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(DefineExec::new(
            only_child(children)?,
            self.definition.clone(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context))?;
        let (definition, schema) = (self.definition.clone(), self.schema());
        let batches = input
            .map(move |batch| {
                let batch = batch?;
                let rows = batch.num_rows();
                let values = definition.value.evaluate(&batch)?.into_array(rows)?;
                let batch = batch.project(&definition.keep)?;
                let pieces: Box<dyn Iterator<Item = Result<RecordBatch>> + Send> = match definition.each {
                    true => Box::new(Items::new(batch, &values, &definition.data_type, schema.clone())?),
                    false => {
                        let values = arrow_cast::cast(&values, &definition.data_type)?;
                        Box::new(std::iter::once(with_column(&batch, values, &schema)))
                    }
                };
                Ok::<_, DataFusionError>(stream::iter(pieces))
            })
            .try_flatten();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

fn with_column(batch: &RecordBatch, values: ArrayRef, schema: &SchemaRef) -> Result<RecordBatch> {
    let mut columns = batch.columns().to_vec();
    columns.push(values);
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}

/// The rows of a batch beside the items of their lists, in batches of a bounded size.
struct Items {
    batch: RecordBatch,
    lists: ListArray,
    schema: SchemaRef,
    /// The row whose items come next, and how many of them have come.
    row: usize,
    taken: usize,
}

impl Items {
    fn new(batch: RecordBatch, lists: &ArrayRef, item: &DataType, schema: SchemaRef) -> Result<Items> {
        let lists = match lists.data_type() {
            DataType::Null => arrow_array::new_null_array(&list_of(item.clone()), lists.len()),
            other if item_type(other) == *item => arrow_cast::cast(lists, &list_of(item.clone()))?,
            other => return Err(DataFusionError::Internal(format!("{other} is no list of {item}"))),
        };
        Ok(Items {
            lists: lists.as_list::<i32>().clone(),
            batch,
            schema,
            row: 0,
            taken: 0,
        })
    }

    fn piece(&self, rows: Vec<u32>, places: Vec<u32>) -> Result<RecordBatch> {
        let (rows, places) = (UInt32Array::from(rows), UInt32Array::from(places));
        let columns = self.batch.columns().iter().map(|column| gather(column, &rows));
        let mut columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        columns.push(gather(self.lists.values(), &places)?);
        Ok(RecordBatch::try_new(self.schema.clone(), columns)?)
    }
}

impl Iterator for Items {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let (mut rows, mut places) = (Vec::new(), Vec::new());
        let offsets = self.lists.value_offsets();
        while self.row < self.lists.len() && rows.len() < BATCH_ROWS {
            let length = match self.lists.is_valid(self.row) {
                true => self.lists.value_length(self.row) as usize,
                false => 0,
            };
            let more = (length - self.taken).min(BATCH_ROWS - rows.len());
            let start = offsets[self.row] as u32 + self.taken as u32;
            rows.extend(std::iter::repeat_n(self.row as u32, more));
            places.extend(start..start + more as u32);
            self.taken += more;
            if self.taken == length {
                self.row += 1;
                self.taken = 0;
            }
        }
        (!rows.is_empty()).then(|| self.piece(rows, places))
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Int64Array;
    use arrow_array::types::Int64Type;

    use super::*;

    #[test]
    fn each_item_stands_beside_its_row() {
        let field = Field::new("row", DataType::Int64, true);
        let rows: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
        let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field.clone()])), vec![rows]).expect("a batch");
        let many: Vec<Option<i64>> = (0..BATCH_ROWS as i64 + 1).map(Some).collect();
        let lists = [Some(vec![Some(7), None, Some(7)]), None, Some(Vec::new()), Some(many)];
        let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists));
        let schema = Arc::new(Schema::new(vec![field, Field::new("item", DataType::Int64, true)]));
        let items = Items::new(batch, &lists, &DataType::Int64, schema).expect("lists of numbers");
        let pieces: Vec<RecordBatch> = items.collect::<Result<_>>().expect("rows");
        let sizes: Vec<usize> = pieces.iter().map(RecordBatch::num_rows).collect();
        assert_eq!(sizes, [BATCH_ROWS, 4]);
        let first: Vec<(i64, Option<i64>)> = (0..4)
            .map(|place| {
                let item = pieces[0].column(1).as_primitive::<Int64Type>();
                let row = pieces[0].column(0).as_primitive::<Int64Type>().value(place);
                (row, item.is_valid(place).then(|| item.value(place)))
            })
            .collect();
        assert_eq!(first, [(1, Some(7)), (1, None), (1, Some(7)), (4, Some(0))]);
    }
}
