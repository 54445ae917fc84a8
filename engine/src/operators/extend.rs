//! `optional` and `either`: for each batch of rows the inner plans run once, on all of them, each tagged with its number; what
//! they find beside the rows is appended. Rows for which an optional block finds nothing get nulls; of alternatives, what
//! several find is taken once.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, UInt32Array, new_null_array};
use arrow_row::{OwnedRow, RowConverter, SortField};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{TryStreamExt, stream};

use super::column::PlanColumn;
use super::expression::{Form, canonical};
use super::operator::{counted, gather, nested, properties};
use super::semi_join::inner_rows;

/// What rows are extended by.
#[derive(Clone, Debug)]
pub(crate) struct Extension {
    /// The column of row numbers, which each inner plan yields.
    pub row: PlanColumn,
    /// The columns of the input that are kept, by their places.
    pub keep: Vec<usize>,
    pub columns: Vec<Extended>,
    /// Whether rows without a match are kept. There is one inner plan then.
    pub optional: bool,
}

/// A column that is appended.
#[derive(Clone, Debug)]
pub(crate) struct Extended {
    pub column: PlanColumn,
    pub data_type: DataType,
    pub nullable: bool,
    /// What it is called in each inner plan.
    pub within: Vec<PlanColumn>,
}

#[derive(Debug)]
pub(crate) struct ExtendExec {
    input: Arc<dyn ExecutionPlan>,
    /// Each ends in an `OuterExec`.
    inners: Vec<Arc<dyn ExecutionPlan>>,
    extension: Extension,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl ExtendExec {
    /// The columns of the input that are kept, then the new ones.
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        inners: Vec<Arc<dyn ExecutionPlan>>,
        extension: Extension,
    ) -> ExtendExec {
        let schema = input.schema();
        let kept = extension.keep.iter().map(|place| schema.fields()[*place].clone());
        let new = extension.columns.iter().map(|own| {
            let field: Field = own.column.field(own.data_type.clone(), own.nullable);
            Arc::new(field)
        });
        let fields: Vec<Arc<Field>> = kept.chain(new).collect();
        ExtendExec {
            properties: properties(Arc::new(Schema::new(fields))),
            metrics: ExecutionPlanMetricsSet::new(),
            input,
            inners,
            extension,
        }
    }
}

impl DisplayAs for ExtendExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.extension.optional {
            "OptionalExec"
        } else {
            "EitherExec"
        })?;
        let columns: Vec<String> = self
            .extension
            .columns
            .iter()
            .map(|own| own.column.to_string())
            .collect();
        match columns.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", columns.join(", ")),
        }
    }
}

impl ExecutionPlan for ExtendExec {
    fn name(&self) -> &str {
        "ExtendExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        [&self.input].into_iter().chain(&self.inners).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let mut children = children.into_iter();
        let input = children.next();
        let input = input.ok_or_else(|| DataFusionError::Internal("rows are extended without rows".into()))?;
        Ok(Arc::new(ExtendExec::new(
            input,
            children.collect(),
            self.extension.clone(),
        )))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context.clone()))?;
        let (inners, extension, schema) = (self.inners.clone(), self.extension.clone(), self.schema());
        let batches = input
            .map_ok(move |batch| {
                let extended = Extending {
                    matched: vec![false; batch.num_rows()],
                    batch,
                    extension: extension.clone(),
                    schema: schema.clone(),
                    waiting: inners.clone().into_iter().enumerate().collect(),
                    running: None,
                    seen: None,
                    context: context.clone(),
                };
                stream::try_unfold(extended, |mut extended| {
                    Box::pin(async move { Ok(extended.next().await?.map(|batch| (batch, extended))) })
                })
            })
            .try_flatten();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// A batch on its way through the inner plans.
struct Extending {
    batch: RecordBatch,
    extension: Extension,
    schema: SchemaRef,
    /// The inner plans that have not run.
    waiting: VecDeque<(usize, Arc<dyn ExecutionPlan>)>,
    running: Option<(usize, SendableRecordBatchStream)>,
    /// Rows for which something was found.
    matched: Vec<bool>,
    /// What alternatives have found.
    seen: Option<Seen>,
    context: Arc<TaskContext>,
}

impl Extending {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.is_decided() {
                return Ok(None);
            }
            if let Some((place, rows)) = &mut self.running {
                let place = *place;
                match rows.try_next().await? {
                    Some(found) if found.num_rows() == 0 => {}
                    Some(found) => {
                        if let Some(batch) = self.found(&found, place)? {
                            return Ok(Some(batch));
                        }
                    }
                    None => self.running = None,
                }
                continue;
            }
            let next = match self.batch.num_rows() {
                0 => None,
                _ => self.waiting.pop_front(),
            };
            let Some((place, inner)) = next else {
                return self.unmatched();
            };
            let rows = inner_rows(&self.batch, inner, &self.extension.row, &self.context)?;
            self.running = Some((place, rows));
        }
    }

    /// Whether nothing more can come: alternatives that bind nothing only have to find one solution for each row.
    fn is_decided(&self) -> bool {
        let tests = !self.extension.optional && self.extension.columns.is_empty();
        tests && self.matched.iter().all(|matched| *matched)
    }

    /// The rows for what an inner plan has found.
    fn found(&mut self, found: &RecordBatch, place: usize) -> Result<Option<RecordBatch>> {
        let mut rows = self.extension.row.dense(found)?.clone();
        let columns = self.extension.columns.iter().map(|own| {
            let within = own.within.get(place).unwrap_or(&own.column);
            Ok(arrow_cast::cast(within.find(found)?, &own.data_type)?)
        });
        let mut columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        if !self.extension.optional {
            if self.seen.is_none() {
                self.seen = Some(Seen::new(&self.extension.columns)?);
            }
            let new = match &mut self.seen {
                Some(seen) => seen.add(&rows, &columns)?,
                None => return Ok(None),
            };
            if new.true_count() == 0 {
                return Ok(None);
            }
            for column in &mut columns {
                *column = arrow_select::filter::filter(column, &new)?;
            }
            let kept = new.iter().zip(rows.values()).filter(|(new, _)| *new == Some(true));
            rows = UInt32Array::from_iter_values(kept.map(|(_, row)| *row));
        }
        for row in rows.values() {
            self.matched[*row as usize] = true;
        }
        self.extended(&rows, columns).map(Some)
    }

    /// In the end, the rows for which nothing was found, if they are kept.
    fn unmatched(&mut self) -> Result<Option<RecordBatch>> {
        if !self.extension.optional {
            return Ok(None);
        }
        let places = self.matched.iter().zip(0_u32..).filter(|(matched, _)| !**matched);
        let rows = UInt32Array::from_iter_values(places.map(|(_, row)| row));
        self.matched.clear();
        if rows.is_empty() {
            return Ok(None);
        }
        let columns = self.extension.columns.iter();
        let columns = columns.map(|own| new_null_array(&own.data_type, rows.len()));
        let columns = columns.collect();
        self.extended(&rows, columns).map(Some)
    }

    fn extended(&self, rows: &UInt32Array, new: Vec<ArrayRef>) -> Result<RecordBatch> {
        let kept = self.extension.keep.iter();
        let kept = kept.map(|place| gather(self.batch.column(*place), rows));
        let mut columns = kept.collect::<Result<Vec<ArrayRef>>>()?;
        columns.extend(new);
        Ok(RecordBatch::try_new(self.schema.clone(), columns)?)
    }
}

/// Assignments, each of a row, that have been found.
struct Seen {
    converter: RowConverter,
    found: HashSet<OwnedRow>,
}

impl Seen {
    fn new(columns: &[Extended]) -> Result<Seen> {
        let row = SortField::new(DataType::UInt32);
        let others = columns.iter().map(|own| SortField::new(own.data_type.clone()));
        Ok(Seen {
            converter: RowConverter::new([row].into_iter().chain(others).collect())?,
            found: HashSet::new(),
        })
    }

    /// Which of the rows are new.
    fn add(&mut self, rows: &UInt32Array, columns: &[ArrayRef]) -> Result<BooleanArray> {
        let mut all: Vec<ArrayRef> = vec![Arc::new(rows.clone())];
        for column in columns {
            all.push(match Form::of_order(column.data_type()) {
                Some(form) => canonical(column, form)?,
                None => column.clone(),
            });
        }
        let encoded = self.converter.convert_columns(&all)?;
        let new = encoded.iter().map(|row| self.found.insert(row.owned()));
        Ok(BooleanArray::from(new.collect::<Vec<bool>>()))
    }
}
