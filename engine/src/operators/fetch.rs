//! Late materialisation: appends columns that belong to a node or edge, for the rows that got this far. A column comes
//! from the shared cache where it is, or is worth being, kept whole; otherwise single rows are taken from storage.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array, new_empty_array, new_null_array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::OnceCell;

use super::column::PlanColumn;
use super::members::Member;
use super::operator::{counted, gather, nested, only_child, properties, row_bytes};
use super::vector::{Distance, distances};
use crate::derived::{Caches, Column};
use crate::storage::{ID, Table};

/// Bytes of columns that are appended to a batch at once.
const BATCH_BYTES: usize = 4 << 20;

/// One column to append.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    /// The input column of dense numbers.
    pub entity: PlanColumn,
    pub table: Arc<Table>,
    /// The types that the numbers run through, if they are of several: then it stands for a fetch from each.
    pub members: Vec<Member>,
    pub source: Source,
    /// The output column.
    pub column: PlanColumn,
    pub data_type: DataType,
    pub nullable: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// A stored column, that of ids included.
    Stored(String),
    /// The rank of the id.
    Rank,
    /// The name of the type.
    TypeName,
    /// Whether the text property holds a term of the text; false for none.
    Search(Text),
    Fuzzy {
        text: Text,
        edits: usize,
    },
    /// Null where the node does not match.
    Bm25(Text),
    /// Null where the vector is.
    Nearest {
        property: String,
        distance: Distance,
    },
}

/// Words to look for in a text property.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub property: String,
    pub words: Option<String>,
    /// By the index of storage, as far as it goes.
    pub stored: bool,
}

impl Source {
    /// Whether it gives a truth for every row.
    pub(crate) fn is_test(&self) -> bool {
        matches!(self, Source::Search(_) | Source::Fuzzy { .. })
    }

    /// The stored column behind a source that is computed row by row.
    fn stored(&self) -> Option<&str> {
        match self {
            Source::Stored(name) => Some(name),
            Source::Nearest { property, .. } => Some(property),
            _ => None,
        }
    }
}

impl fmt::Display for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Rank => write!(f, "order of {}", self.entity),
            Source::Stored(name) if name == ID => write!(f, "{}.id", self.entity),
            Source::Nearest { distance, .. } => write!(f, "{} ({distance})", self.column),
            Source::Search(text) | Source::Bm25(text) | Source::Fuzzy { text, .. } if text.stored => {
                write!(f, "{} by inverted index", self.column)
            }
            _ => write!(f, "{}", self.column),
        }
    }
}

#[derive(Debug)]
pub(crate) struct FetchExec {
    input: Arc<dyn ExecutionPlan>,
    state: Arc<State>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct State {
    schema: SchemaRef,
    fetches: Vec<Fetch>,
    caches: Arc<Caches>,
    /// Columns computed for a whole table, once an execution.
    whole: Vec<OnceCell<Column>>,
    /// Bytes of what was fetched for a row: what storage says at first, then what the last batch had.
    row_bytes: AtomicUsize,
}

impl FetchExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, mut fetches: Vec<Fetch>, caches: Arc<Caches>) -> FetchExec {
        for fetch in &mut fetches {
            // What is missing has no values, and no text that holds a term.
            fetch.nullable |= !fetch.source.is_test() && fetch.entity.is_nullable(&input.schema());
        }
        let mut fields: Vec<Arc<Field>> = input.schema().fields().to_vec();
        let new = |fetch: &Fetch| Arc::new(fetch.column.field(fetch.data_type.clone(), fetch.nullable));
        fields.extend(fetches.iter().map(new));
        let schema = Arc::new(Schema::new(fields));
        FetchExec {
            input,
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            state: Arc::new(State {
                schema,
                whole: fetches.iter().map(|_| OnceCell::new()).collect(),
                row_bytes: AtomicUsize::new(stored_bytes(&fetches)),
                fetches,
                caches,
            }),
        }
    }
}

impl DisplayAs for FetchExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<String> = self.state.fetches.iter().map(Fetch::to_string).collect();
        write!(f, "FetchExec: {}", columns.join(", "))
    }
}

impl ExecutionPlan for FetchExec {
    fn name(&self) -> &str {
        "FetchExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(FetchExec {
            input: only_child(children)?,
            state: self.state.clone(),
            properties: self.properties.clone(),
            metrics: ExecutionPlanMetricsSet::new(),
        }))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context))?;
        let state = self.state.clone();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let time = metrics.elapsed_compute().clone();
        let parts = {
            let state = state.clone();
            input
                .map_ok(move |batch| stream::iter(state.parts(&batch).map(Ok::<_, DataFusionError>)))
                .try_flatten()
        };
        let batches = parts.then(move |batch| {
            let (state, time) = (state.clone(), time.clone());
            // Boxed: plans nest deeply, and what storage does for a fetch is a large future.
            Box::pin(async move {
                let _timer = time.timer();
                state.append(batch?).await
            })
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.state.schema.clone(),
            counted(batches, metrics),
        )))
    }
}

/// Bytes of a row in storage, of all entities of which something stored is fetched.
fn stored_bytes(fetches: &[Fetch]) -> usize {
    let stored = fetches.iter().filter(|fetch| fetch.source.stored().is_some());
    let entities: BTreeMap<&PlanColumn, u64> = stored.map(|fetch| (&fetch.entity, fetch.table.row_bytes())).collect();
    usize::try_from(entities.values().sum::<u64>()).unwrap_or(usize::MAX)
}

impl State {
    /// A batch in parts that stay of a moderate size when columns are appended.
    fn parts(&self, batch: &RecordBatch) -> impl Iterator<Item = RecordBatch> + use<> {
        let width = self.row_bytes.load(Ordering::Relaxed).max(1);
        let (rows, most) = (batch.num_rows(), (BATCH_BYTES / width).max(1));
        let batch = batch.clone();
        (0..rows.max(1))
            .step_by(most)
            .map(move |start| batch.slice(start, most.min(rows - start)))
    }

    async fn append(&self, batch: RecordBatch) -> Result<RecordBatch> {
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.fetches.len()];
        // Columns that are taken row by row, together for each entity.
        let mut taken: BTreeMap<&PlanColumn, Vec<usize>> = BTreeMap::new();
        for (place, fetch) in self.fetches.iter().enumerate() {
            let rows = fetch.entity.dense(&batch)?;
            if rows.is_empty() {
                columns[place] = Some(new_empty_array(&fetch.data_type));
            } else if let Some(name) = fetch.source.stored() {
                match self.resident(fetch, name, rows).await? {
                    Some(column) => columns[place] = Some(fetch.source.compute(column.gather(rows)?)?),
                    None => taken.entry(&fetch.entity).or_default().push(place),
                }
            } else {
                let whole = self.whole[place].get_or_try_init(|| self.whole(fetch)).await?;
                let found = whole.gather(rows)?;
                columns[place] = Some(match fetch.source.is_test() && found.null_count() > 0 {
                    true => Arc::new(arrow_select::filter::prep_null_mask_filter(found.as_boolean())),
                    false => found,
                });
            }
        }
        for places in taken.values() {
            self.take(&batch, places, &mut columns).await?;
        }
        let appended = columns.iter().flatten().map(row_bytes);
        if let Some(width) = appended.sum::<usize>().checked_div(batch.num_rows()) {
            self.row_bytes.store(width, Ordering::Relaxed);
        }
        let mut all = batch.columns().to_vec();
        all.extend(columns.into_iter().flatten());
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), all, &options)?)
    }

    async fn resident(&self, fetch: &Fetch, name: &str, rows: &UInt32Array) -> Result<Option<Column>> {
        if let Some(column) = self.caches.resident_column(&fetch.table, name) {
            return Ok(Some(column));
        }
        if !self.caches.worth_loading(&fetch.table, name, rows.len() as u64) {
            return Ok(None);
        }
        self.caches.column(&fetch.table, name).await
    }

    async fn whole(&self, fetch: &Fetch) -> Result<Column> {
        let index = async |text: &Text| self.caches.text(&fetch.table, &text.property, text.stored).await;
        let rows = fetch.table.slots() as usize;
        let none = || Arc::new(arrow_array::BooleanArray::from(vec![false; rows]));
        let computed: ArrayRef = match &fetch.source {
            Source::Rank => return self.caches.rank(&fetch.table).await,
            Source::Search(text) => match &text.words {
                Some(words) => Arc::new(index(text).await?.search(words).await?),
                None => none(),
            },
            Source::Fuzzy { text, edits } => match &text.words {
                Some(words) => Arc::new(index(text).await?.fuzzy(words, *edits).await?),
                None => none(),
            },
            Source::Bm25(text) => match &text.words {
                Some(words) => Arc::new(index(text).await?.bm25(words).await?),
                None => arrow_array::new_null_array(&DataType::Float64, rows),
            },
            Source::Stored(_) | Source::Nearest { .. } | Source::TypeName => {
                return Err(DataFusionError::Internal(
                    "a stored column was asked for as a computed one".into(),
                ));
            }
        };
        Ok(computed.into())
    }

    async fn take(&self, batch: &RecordBatch, places: &[usize], columns: &mut [Option<ArrayRef>]) -> Result<()> {
        let Some(first) = places.first().map(|place| &self.fetches[*place]) else {
            return Ok(());
        };
        let rows = first.entity.dense(batch)?;
        let mut distinct: Vec<u32> = rows.iter().flatten().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.is_empty() {
            for place in places {
                columns[*place] = Some(new_null_array(&self.fetches[*place].data_type, rows.len()));
            }
            return Ok(());
        }
        let position = |row: u32| {
            distinct
                .binary_search(&row)
                .map_or(u32::MAX, |position| position as u32)
        };
        let positions: UInt32Array = match rows.null_count() {
            0 => rows
                .values()
                .iter()
                .map(|row| position(*row))
                .collect::<Vec<u32>>()
                .into(),
            _ => rows.iter().map(|row| row.map(position)).collect(),
        };
        let mut names: Vec<&str> = places
            .iter()
            .filter_map(|place| self.fetches[*place].source.stored())
            .collect();
        names.sort_unstable();
        names.dedup();
        let read = self.caches.take(&first.table, &names, &distinct).await?;
        for place in places {
            let source = &self.fetches[*place].source;
            let column = source
                .stored()
                .and_then(|name| read.column_by_name(name))
                .ok_or_else(|| {
                    DataFusionError::Internal(format!("storage has no column for {}", self.fetches[*place]))
                })?;
            columns[*place] = Some(source.compute(gather(column, &positions)?)?);
        }
        Ok(())
    }
}

impl Source {
    /// From the stored values of some rows to this column's.
    fn compute(&self, stored: ArrayRef) -> Result<ArrayRef> {
        match self {
            Source::Nearest { distance, .. } => {
                let vectors = stored
                    .as_fixed_size_list_opt()
                    .ok_or_else(|| DataFusionError::Internal("a ranked property holds no vectors".into()))?;
                Ok(Arc::new(distances(vectors, distance)))
            }
            _ => Ok(stored),
        }
    }
}
