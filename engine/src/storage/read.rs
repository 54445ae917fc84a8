//! Reading a table: the one place that knows that its rows lie in a dataset and in the changes since. Rows of the dataset that
//! were replaced or removed are left out, those that were written since come after the others.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::execution::TaskContext;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::Expr;
use futures::{FutureExt, Stream, StreamExt, TryStreamExt, stream};
use lance::dataset::ProjectionRequest;

use super::indexes::{IndexFiles, RowIds, VectorSearch};
use super::lookup::ROW_ID;
use super::table::Table;
use crate::error::{Error, Result};

/// Batches of a scan.
pub(crate) type Batches = Pin<Box<dyn Stream<Item = Result<RecordBatch>> + Send>>;

/// What of a table is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan {
    columns: Vec<String>,
    filter: Option<Expr>,
    batch_rows: Option<usize>,
}

impl Scan {
    /// Batches hold these columns and the numbers of rows.
    pub(crate) fn of(columns: &[&str]) -> Scan {
        Scan {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            ..Scan::default()
        }
    }

    /// Only rows for which this is true.
    pub(crate) fn filter(mut self, filter: Option<Expr>) -> Scan {
        self.filter = filter;
        self
    }

    pub(crate) fn batch_rows(mut self, rows: usize) -> Scan {
        self.batch_rows = Some(rows);
        self
    }

    /// Of a table whose rows have these columns.
    fn schema(&self, stored: &Schema) -> Result<SchemaRef> {
        let column = |name: &String| Ok(Arc::new(stored.field_with_name(name)?.clone()));
        let mut fields = self.columns.iter().map(column).collect::<Result<Vec<_>>>()?;
        fields.push(Arc::new(Field::new(ROW_ID, DataType::UInt64, true)));
        Ok(Arc::new(Schema::new(fields)))
    }
}

impl Table {
    /// The rows, in no order that means anything.
    pub(crate) async fn scan(&self, scan: &Scan) -> Result<Batches> {
        let schema = scan.schema(&self.overlay.rows().schema())?;
        let later = self.later(scan, &schema)?;
        // Boxed, as below: what the library does for a read is a deep future, and plans nest deeply.
        let stored = self.stored(scan).boxed().await?;
        let stored = stored.map(move |batch| ordered(&batch?, &schema));
        let hidden = match self.overlay.hidden().is_empty() {
            true => return Ok(Box::pin(stored.chain(stream::iter(later.map(Ok))))),
            false => self.overlay.hidden().clone(),
        };
        let visible = stored.map(move |batch: Result<RecordBatch>| {
            let batch = batch?;
            let numbers = batch.column(batch.num_columns() - 1).as_primitive::<UInt64Type>();
            let visible = numbers.values().iter().map(|number| Some(!hidden.contains(*number)));
            Ok(filter_record_batch(&batch, &visible.collect::<BooleanArray>())?)
        });
        Ok(Box::pin(visible.chain(stream::iter(later.map(Ok)))))
    }

    /// All rows, for tests: these columns and the row ids.
    ///
    /// # Errors
    /// The storage's.
    #[cfg(any(test, feature = "inject"))]
    pub async fn all(&self, columns: &[&str]) -> Result<Vec<RecordBatch>> {
        self.scan(&Scan::of(columns)).await?.try_collect().await
    }

    async fn stored(&self, scan: &Scan) -> Result<Batches> {
        let mut scanner = self.dataset.scan();
        match scan.columns.is_empty() {
            true => scanner.empty_project()?,
            false => scanner.project(&scan.columns)?,
        };
        scanner.with_row_id();
        if let Some(filter) = &scan.filter {
            scanner.filter_expr(filter.clone());
        }
        if let Some(rows) = scan.batch_rows {
            scanner.batch_size(rows);
        }
        Ok(Box::pin(scanner.try_into_stream().await?.map_err(Error::from)))
    }

    /// Those of the rows that were written since.
    fn later(&self, scan: &Scan, schema: &SchemaRef) -> Result<Option<RecordBatch>> {
        let overlay = &self.overlay;
        if overlay.numbers().is_empty() {
            return Ok(None);
        }
        let mut columns = scan
            .columns
            .iter()
            .map(|name| overlay.column(name).cloned())
            .collect::<Result<Vec<_>>>()?;
        columns.push(Arc::new(UInt64Array::from(overlay.numbers().to_vec())) as ArrayRef);
        let rows = RecordBatch::try_new(schema.clone(), columns)?;
        let Some(filter) = &scan.filter else {
            return Ok(Some(rows));
        };
        let found = filter_record_batch(&rows, &passing(overlay.rows(), filter)?)?;
        Ok((found.num_rows() > 0).then_some(found))
    }

    /// Rows of the dataset by their place in it, which must be ascending, where it has all rows.
    pub(crate) async fn take_at(&self, places: &[u32], columns: &[&str]) -> Result<RecordBatch> {
        let places: Vec<u64> = places.iter().copied().map(u64::from).collect();
        let projection = ProjectionRequest::from_columns(columns, self.dataset.schema());
        Ok(self.dataset.take(&places, projection).boxed().await?)
    }

    /// Rows as the dataset has them, whatever became of them since, in the order of the numbers.
    pub(crate) async fn take_stored(&self, numbers: &[u64], columns: &[&str]) -> Result<RecordBatch> {
        let stored = self.overlay.rows().schema();
        let field = |name: &&str| Ok(Arc::new(stored.field_with_name(name)?.clone()));
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Result<Vec<_>>>()?));
        if numbers.is_empty() || columns.is_empty() {
            return Ok(RecordBatch::new_empty(schema));
        }
        let projection = ProjectionRequest::from_columns(columns, self.dataset.schema());
        let batch = self.dataset.take_rows(numbers, projection).boxed().await?;
        match batch.num_rows() == numbers.len() {
            true => ordered(&batch, &schema),
            false => Err(Error::internal("rows were asked for that the dataset does not have")),
        }
    }

    /// Rows by number, in the order of the numbers.
    pub(crate) async fn take(&self, numbers: &[u64], columns: &[&str]) -> Result<RecordBatch> {
        let overlay = &self.overlay;
        let places: Vec<Option<usize>> = match overlay.numbers().is_empty() {
            true => vec![None; numbers.len()],
            false => numbers.iter().map(|number| overlay.place(*number)).collect(),
        };
        let stored: Vec<u64> = numbers
            .iter()
            .zip(&places)
            .filter_map(|(number, place)| place.is_none().then_some(*number))
            .collect();
        let read = self.take_stored(&stored, columns).await?;
        let schema = read.schema();
        let with_rows = |columns: Vec<ArrayRef>, rows: usize| {
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            RecordBatch::try_new_with_options(schema.clone(), columns, &options)
        };
        if stored.len() == numbers.len() {
            return Ok(with_rows(read.columns().to_vec(), numbers.len())?);
        }
        let mut next = 0;
        let places: Vec<(usize, usize)> = places
            .into_iter()
            .map(|place| match place {
                Some(place) => (1, place),
                None => {
                    next += 1;
                    (0, next - 1)
                }
            })
            .collect();
        let mut found = Vec::with_capacity(columns.len());
        for (column, name) in columns.iter().enumerate() {
            let parts = [read.column(column).as_ref(), overlay.column(name)?.as_ref()];
            found.push(arrow_select::interleave::interleave(&parts, &places)?);
        }
        Ok(with_rows(found, numbers.len())?)
    }

    /// Numbers of rows whose vectors are near, by the index; those that were written since are all among them.
    pub(crate) async fn near(&self, search: &VectorSearch<'_>) -> Result<Vec<u64>> {
        let hidden = self.overlay.hidden();
        let visible = RowIds::without(hidden);
        let mut search = *search;
        if search.among.is_none() && !hidden.is_empty() {
            search.among = Some(&visible);
        }
        let mut found = self.dataset.near(&search).await?;
        found.retain(|number| !hidden.contains(*number));
        found.extend_from_slice(self.overlay.numbers());
        Ok(found)
    }
}

/// The batch with these columns only, in this order.
fn ordered(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let column = |field: &Arc<Field>| {
        let column = batch.column_by_name(field.name()).cloned();
        column.ok_or_else(|| Error::internal(format!("a scan did not give `{}`", field.name())))
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &options)?)
}

/// For which rows a filter is true, as the storage library evaluates it.
fn passing(rows: &RecordBatch, filter: &Expr) -> Result<BooleanArray> {
    let schema = DFSchema::try_from(rows.schema())?;
    let context = SimplifyContext::builder().with_schema(Arc::new(schema.clone())).build();
    let filter = ExprSimplifier::new(context).coerce(filter.clone(), &schema)?;
    let filter = create_physical_expr(&filter, &schema, &ExecutionProps::new())?;
    let found = filter.evaluate(rows)?.into_array(rows.num_rows())?;
    let found = found
        .as_boolean_opt()
        .ok_or_else(|| Error::internal("a filter is no condition"))?;
    Ok(match found.null_count() {
        0 => found.clone(),
        _ => arrow_select::filter::prep_null_mask_filter(found),
    })
}

/// A scan as a part of a plan.
pub(crate) struct TableStream {
    table: Arc<Table>,
    scan: Scan,
    schema: SchemaRef,
}

impl TableStream {
    pub(crate) fn new(table: Arc<Table>, scan: Scan) -> Result<TableStream> {
        let schema = scan.schema(&table.overlay.rows().schema())?;
        Ok(TableStream { table, scan, schema })
    }
}

impl fmt::Debug for TableStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableStream")
            .field("scan", &self.scan)
            .finish_non_exhaustive()
    }
}

impl PartitionStream for TableStream {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (table, scan) = (self.table.clone(), self.scan.clone());
        let batches = stream::once(async move {
            let batches = table.scan(&scan).await?;
            Ok::<_, DataFusionError>(batches.map_err(DataFusionError::from))
        });
        Box::pin(RecordBatchStreamAdapter::new(
            self.schema.clone(),
            batches.try_flatten(),
        ))
    }
}
