//! Pages: where a row stands in an order, as bytes that compare as the rows do, the rows behind such a place, and the first of
//! those, with the place where they end.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, BinaryArray, BooleanArray, RecordBatch};
use arrow_row::{RowConverter, SortField};
use arrow_schema::{DataType, Schema};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt};
use xxhash_rust::xxh3::xxh3_64;

use super::column::PlanColumn;
use super::cursor::Cursor;
use super::expression::ExprRef;
use super::operator::{counted, only_child, properties};

/// Where a row stands by its sort keys: bytes that compare as the rows do.
#[derive(Debug)]
pub(crate) struct Position {
    keys: Vec<PhysicalSortExpr>,
    converter: Arc<RowConverter>,
}

impl Position {
    pub(crate) fn new(keys: Vec<PhysicalSortExpr>, schema: &Schema) -> Result<Position> {
        let fields = keys.iter().map(|key| {
            let data_type = key.expr.data_type(schema)?;
            Ok(SortField::new_with_options(data_type, key.options))
        });
        let fields = fields.collect::<Result<Vec<SortField>>>()?;
        Ok(Position {
            keys,
            converter: Arc::new(RowConverter::new(fields)?),
        })
    }

    /// What the query and its keys are known by: a cursor is good for these alone.
    pub(crate) fn known_by(&self, query: &str, schema: &Schema) -> Result<u64> {
        let mut text = query.to_owned();
        for key in &self.keys {
            let data_type = match key.expr.data_type(schema)? {
                // How a text is held depends on the way to it.
                DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
                other => other,
            };
            text.push_str(&format!("\n{data_type} {:?}", key.options));
        }
        Ok(xxh3_64(text.as_bytes()))
    }
}

// Derived equality would move the trait objects.
impl PartialEq for Position {
    fn eq(&self, other: &Position) -> bool {
        self.keys == other.keys
    }
}

impl Eq for Position {}

impl Hash for Position {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys.hash(state);
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.keys.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let direction = if key.options.descending { " desc" } else { "" };
            write!(f, "{comma}{}{direction}", key.expr)?;
        }
        Ok(())
    }
}

impl PhysicalExpr for Position {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(false)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let rows = batch.num_rows();
        let places: BinaryArray = match self.keys.is_empty() {
            true => std::iter::repeat_n(Some(&[] as &[u8]), rows).collect(),
            false => {
                let columns = self.keys.iter().map(|key| key.expr.evaluate(batch)?.into_array(rows));
                let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
                self.converter.convert_columns(&columns)?.try_into_binary()?
            }
        };
        Ok(ColumnarValue::Array(Arc::new(places)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        self.keys.iter().map(|key| &key.expr).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        let keys = self.keys.iter().zip(children);
        Ok(Arc::new(Position {
            keys: keys
                .map(|(key, expr)| PhysicalSortExpr::new(expr, key.options))
                .collect(),
            converter: self.converter.clone(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a row stands behind the place where a page ended, or, where nothing tells rows apart, just there.
#[derive(Debug, Eq)]
pub(crate) struct Behind {
    pub position: ExprRef,
    /// For people: the keys of the order.
    pub keys: String,
    pub place: Vec<u8>,
}

impl PartialEq for Behind {
    fn eq(&self, other: &Behind) -> bool {
        self.place == other.place && self.position.eq(&other.position)
    }
}

impl Hash for Behind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.position, &self.place).hash(state);
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}) after cursor", self.keys)
    }
}

impl PhysicalExpr for Behind {
    fn data_type(&self, _schema: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _schema: &Schema) -> Result<bool> {
        Ok(false)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let places = self.position.evaluate(batch)?.into_array(batch.num_rows())?;
        let places = places.as_binary::<i32>();
        let behind: BooleanArray = places
            .iter()
            .map(|place| place.map(|place| place >= self.place.as_slice()))
            .collect();
        Ok(ColumnarValue::Array(Arc::new(behind)))
    }

    fn children(&self) -> Vec<&ExprRef> {
        vec![&self.position]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<ExprRef>) -> Result<ExprRef> {
        Ok(Arc::new(Behind {
            position: children[0].clone(),
            keys: self.keys.clone(),
            place: self.place.clone(),
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the next page begins, once the rows of this one have been read.
#[derive(Clone, Debug, Default)]
pub(crate) struct NextPage {
    end: Arc<Mutex<Option<Cursor>>>,
    /// What the query and its keys are known by.
    query: u64,
}

impl NextPage {
    pub(crate) fn of(query: u64) -> NextPage {
        NextPage {
            end: Arc::default(),
            query,
        }
    }

    /// The cursor; `None` if there are no further rows.
    pub(crate) fn cursor(&self) -> Option<String> {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.as_ref().map(|end| end.text(self.query))
    }

    fn set(&self, end: Cursor) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
    }
}

/// Which of the sorted rows make a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    /// Where the page before ended.
    pub after: Option<Cursor>,
    pub offset: u64,
    /// All rows without it.
    pub limit: Option<u64>,
}

impl Cut {
    /// How many of the rows from the place of the page before on decide about the page: one more than it has tells whether there
    /// is a next one. All without a limit.
    pub(crate) fn read(&self) -> Option<usize> {
        let skipped = self
            .after
            .as_ref()
            .map_or(0, |after| after.count)
            .saturating_add(self.offset);
        let read = self.limit?.saturating_add(skipped).saturating_add(1);
        Some(usize::try_from(read).unwrap_or(usize::MAX))
    }
}

/// The rows of a page, from rows that are sorted by their places and begin where the page before ended. The column of the places
/// ends here.
#[derive(Debug)]
pub(crate) struct PageExec {
    input: Arc<dyn ExecutionPlan>,
    cut: Cut,
    next: NextPage,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl PageExec {
    /// The places are in the last column of the input.
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, cut: Cut, next: NextPage) -> PageExec {
        let fields = input.schema().fields().clone();
        let others = fields.len().saturating_sub(1);
        PageExec {
            properties: properties(Arc::new(Schema::new(fields[..others].to_vec()))),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
            cut,
            next,
        }
    }
}

impl DisplayAs for PageExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageExec")?;
        let limit = self.cut.limit.map(|limit| limit.to_string());
        let offset = (self.cut.offset > 0).then(|| format!("behind {}", self.cut.offset));
        let parts: Vec<String> = limit.into_iter().chain(offset).collect();
        match parts.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", parts.join(", ")),
        }
    }
}

impl ExecutionPlan for PageExec {
    fn name(&self) -> &str {
        "PageExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(PageExec::new(
            only_child(children)?,
            self.cut.clone(),
            self.next.clone(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let mut cutter = Cutter::new(self.cut.clone(), self.next.clone());
        let batches = input.map(move |batch| cutter.cut(&batch?));
        let batches = batches.try_filter(|batch| futures::future::ready(batch.num_rows() > 0));
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// A page on its way.
struct Cutter {
    cut: Cut,
    next: NextPage,
    /// Where the last row stood, and the how many-th of that place it was.
    last: Option<Cursor>,
    /// How many rows of the place where the page before ended belong to that.
    before: u64,
    kept: u64,
}

impl Cutter {
    fn new(cut: Cut, next: NextPage) -> Cutter {
        let last = cut.after.as_ref().map(|after| Cursor {
            place: after.place.clone(),
            count: 0,
        });
        Cutter {
            before: cut.after.as_ref().map_or(0, |after| after.count),
            last,
            cut,
            next,
            kept: 0,
        }
    }

    fn cut(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let (places, columns) = batch
            .columns()
            .split_last()
            .ok_or_else(|| PlanColumn::Position.missing())?;
        let places = places
            .as_binary_opt::<i32>()
            .ok_or_else(|| DataFusionError::Internal("places of rows are bytes".into()))?;
        // What is kept is one range: some rows before it belong to the page before or are skipped.
        let (mut first, mut kept) = (0, 0);
        for row in 0..batch.num_rows() {
            let place = places.value(row);
            let is_before = self.before > 0 && self.cut.after.as_ref().is_some_and(|after| after.place == place);
            let is_skipped = is_before || self.cut.offset > 0;
            if !is_skipped && self.cut.limit == Some(self.kept) {
                if let Some(last) = self.last.take().filter(|_| self.kept > 0) {
                    self.next.set(last);
                }
                break;
            }
            match &mut self.last {
                Some(last) if last.place == place => last.count += 1,
                last => {
                    *last = Some(Cursor {
                        place: place.to_vec(),
                        count: 1,
                    })
                }
            }
            if is_before {
                self.before -= 1;
            } else {
                self.before = 0;
                if is_skipped {
                    self.cut.offset -= 1;
                }
            }
            match is_skipped {
                true => first = row + 1,
                false => {
                    kept += 1;
                    self.kept += 1;
                }
            }
        }
        let fields = batch.schema().fields()[..columns.len()].to_vec();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(kept));
        let columns = columns.iter().map(|column| column.slice(first, kept)).collect();
        Ok(RecordBatch::try_new_with_options(
            Arc::new(Schema::new(fields)),
            columns,
            &options,
        )?)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Int64Array;
    use arrow_array::types::Int64Type;
    use arrow_schema::Field;

    use super::*;

    fn batch(rows: &[(i64, &str)]) -> RecordBatch {
        let schema = Schema::new(vec![
            Field::new("n", DataType::Int64, false),
            Field::new("position", DataType::Binary, false),
        ]);
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0)));
        let places: ArrayRef = Arc::new(BinaryArray::from_iter_values(rows.iter().map(|row| row.1)));
        RecordBatch::try_new(Arc::new(schema), vec![numbers, places]).expect("a batch")
    }

    fn page(
        batches: &[RecordBatch],
        after: Option<Cursor>,
        offset: u64,
        limit: Option<u64>,
    ) -> (Vec<i64>, Option<Cursor>) {
        let next = NextPage::of(0);
        let cut = Cut { after, offset, limit };
        let mut cutter = Cutter::new(cut, next.clone());
        let mut rows = Vec::new();
        for batch in batches {
            let kept = cutter.cut(batch).expect("a page");
            assert_eq!(kept.num_columns(), 1);
            rows.extend(kept.column(0).as_primitive::<Int64Type>().values().iter().copied());
        }
        (rows, next.end.lock().expect("a page").clone())
    }

    fn at(place: &str, count: u64) -> Option<Cursor> {
        let place = place.as_bytes().to_vec();
        Some(Cursor { place, count })
    }

    #[test]
    fn equal_places_are_counted_across_pages_and_batches() {
        let rows = [
            batch(&[(1, "a"), (2, "b")]),
            batch(&[(3, "b")]),
            batch(&[(4, "b"), (5, "c")]),
        ];
        assert_eq!(page(&rows, None, 0, Some(3)), (vec![1, 2, 3], at("b", 2)));
        let from_b = [batch(&[(2, "b"), (3, "b")]), batch(&[(4, "b"), (5, "c")])];
        assert_eq!(page(&from_b, at("b", 2), 0, Some(1)), (vec![4], at("b", 3)));
        assert_eq!(page(&from_b, at("b", 3), 0, Some(1)), (vec![5], None));
        assert_eq!(page(&from_b, at("b", 1), 1, Some(1)), (vec![4], at("b", 3)));
        assert_eq!(page(&from_b, at("b", 1), 0, None), (vec![3, 4, 5], None));
    }

    #[test]
    fn rows_that_are_gone_are_not_waited_for() {
        let rows = [batch(&[(2, "b"), (5, "c"), (6, "c")])];
        assert_eq!(page(&rows, at("b", 3), 0, Some(1)), (vec![5], at("c", 1)));
        assert_eq!(page(&rows, at("bb", 3), 0, Some(1)), (vec![2], at("b", 1)));
        assert_eq!(page(&rows, at("b", 1), 7, Some(1)), (vec![], None));
    }

    #[test]
    fn no_rows_lead_nowhere() {
        let rows = [batch(&[(1, "a"), (2, "b")])];
        assert_eq!(page(&rows, None, 0, Some(0)), (vec![], None));
        assert_eq!(page(&rows, None, 0, Some(2)), (vec![1, 2], None));
        assert_eq!(page(&rows, None, 1, Some(1)), (vec![2], None));
        assert_eq!(page(&[], None, 0, Some(1)), (vec![], None));
        let all = Cut::default();
        assert_eq!(all.read(), None);
        let cut = Cut {
            after: at("a", 2),
            offset: u64::MAX,
            limit: Some(1),
        };
        assert_eq!(cut.read(), Some(usize::MAX));
    }
}
