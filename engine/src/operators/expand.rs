//! The traversal operator: joins rows with what a link reaches, or only tests that it reaches something. Neighbours come
//! from the adjacency of the edge type, or are looked up for the rows at hand; predicates on them are sets of rows that
//! inner scans computed beforehand.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, Time};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};
use omnigraph_model::ir::Direction;
use tokio::sync::OnceCell;

use super::column::PlanColumn;
use super::neighbours::{Follow, Neighbours};
use super::operator::{BATCH_ROWS, counted, gather, nested, properties};
use super::walk::{Ends, RowSet, Walk};
use crate::derived::{Caches, Steps};
use crate::storage::Table;

/// An end of a link, or its edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// Becomes this column.
    New(PlanColumn),
    /// Is this column of the input.
    Bound(PlanColumn),
    /// Exists, but nobody reads it.
    Unread,
}

/// What becomes of an input row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One output row for each match.
    Rows,
    /// One output row for all matches, which stands for as many as there are ([`PlanColumn::Multiplicity`]).
    Count,
    /// Kept if there is a match, or, negated, if there is none.
    Test { negated: bool },
}

/// A further link to the same far node, from another column.
#[derive(Clone, Debug)]
pub(crate) struct ClosingLink {
    pub edge_type: String,
    pub tables: EdgeTables,
    pub from: PlanColumn,
    pub direction: Direction,
}

/// The tables of an edge type, as its declaration orients them.
#[derive(Clone, Debug)]
pub(crate) struct EdgeTables {
    pub edges: Arc<Table>,
    pub from: Arc<Table>,
    pub to: Arc<Table>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expansion {
    pub edge_type: String,
    pub tables: EdgeTables,
    /// The input column that the link starts at.
    pub from: PlanColumn,
    pub to: Slot,
    /// `None` without an edge variable: each pair counts once.
    pub edge: Option<Slot>,
    pub steps: Steps,
    pub closings: Vec<ClosingLink>,
    pub mode: Mode,
    pub follow: Follow,
    /// Input columns that later operators read.
    pub keep: Vec<PlanColumn>,
}

#[derive(Debug)]
pub(crate) struct ExpandExec {
    input: Arc<dyn ExecutionPlan>,
    /// Scans of the nodes, and of the edges, that a match may use.
    node_filter: Option<Arc<dyn ExecutionPlan>>,
    edge_filter: Option<Arc<dyn ExecutionPlan>>,
    shared: Arc<Shared>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct Shared {
    expansion: Expansion,
    schema: SchemaRef,
    caches: Arc<Caches>,
    /// Computed once an execution, also where a semi-join runs this plan for many batches.
    nodes: OnceCell<Option<RowSet>>,
    edges: OnceCell<Option<RowSet>>,
}

impl Expansion {
    /// Input columns that are passed on. A number of matches takes the place of the one before.
    fn kept(&self) -> impl Iterator<Item = &PlanColumn> {
        let counts = self.mode == Mode::Count;
        let kept = self.keep.iter();
        kept.filter(move |column| !(counts && **column == PlanColumn::Multiplicity))
    }

    /// Output columns that are not the input's; they stand behind those.
    fn new_columns(&self) -> impl Iterator<Item = &PlanColumn> {
        let slots = [Some(&self.to), self.edge.as_ref()].into_iter().flatten();
        let ends = slots.filter_map(|slot| match slot {
            Slot::New(column) => Some(column),
            Slot::Bound(_) | Slot::Unread => None,
        });
        let ends = ends.filter(|_| self.mode == Mode::Rows);
        ends.chain((self.mode == Mode::Count).then_some(&PlanColumn::Multiplicity))
    }

    /// The output columns in their order.
    pub(crate) fn columns(&self) -> Vec<PlanColumn> {
        self.kept().chain(self.new_columns()).cloned().collect()
    }
}

impl ExpandExec {
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        expansion: Expansion,
        node_filter: Option<Arc<dyn ExecutionPlan>>,
        edge_filter: Option<Arc<dyn ExecutionPlan>>,
        caches: Arc<Caches>,
    ) -> Result<ExpandExec> {
        let input_schema = input.schema();
        let mut fields: Vec<Arc<Field>> = Vec::new();
        for column in expansion.kept() {
            fields.push(Arc::new(input_schema.field_with_name(&column.to_string())?.clone()));
        }
        let new = expansion.new_columns().map(|column| match column {
            PlanColumn::Multiplicity => column.field(DataType::UInt64, false),
            _ => column.dense_field(),
        });
        fields.extend(new.map(Arc::new));
        let schema = Arc::new(Schema::new(fields));
        Ok(ExpandExec {
            input,
            node_filter,
            edge_filter,
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            shared: Arc::new(Shared {
                expansion,
                schema,
                caches,
                nodes: OnceCell::new(),
                edges: OnceCell::new(),
            }),
        })
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slot::New(column) => write!(f, "{column}"),
            Slot::Bound(column) => write!(f, "{column} (bound)"),
            Slot::Unread => f.write_str("_"),
        }
    }
}

fn arrow(direction: Direction) -> (&'static str, &'static str) {
    match direction {
        Direction::Out => ("-", "->"),
        Direction::In => ("<-", "-"),
        Direction::Both => ("-", "-"),
    }
}

impl DisplayAs for ExpandExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expansion {
            edge_type,
            from,
            to,
            edge,
            steps,
            closings,
            mode,
            ..
        } = &self.shared.expansion;
        let (left, right) = arrow(steps.direction);
        let hops = steps.hops;
        f.write_str(match mode {
            Mode::Rows => "ExpandExec: ",
            Mode::Count => "ExpandExec: count ",
            Mode::Test { negated: false } => "ExpandExec: exists ",
            Mode::Test { negated: true } => "ExpandExec: not exists ",
        })?;
        write!(f, "{from} {left}[")?;
        if let Some(edge) = edge {
            write!(f, "{edge}: ")?;
        }
        f.write_str(edge_type)?;
        if (hops.min, hops.max) != (1, 1) {
            write!(f, "{{{},{}}}", hops.min, hops.max)?;
        }
        write!(f, "]{right} {to}")?;
        for ClosingLink {
            from,
            edge_type,
            direction,
            ..
        } in closings
        {
            let (left, right) = arrow(*direction);
            write!(f, ", {from} {left}[{edge_type}]{right} {to}")?;
        }
        if self.node_filter.is_some() {
            f.write_str(", filtered ends")?;
        }
        if self.edge_filter.is_some() {
            f.write_str(", filtered edges")?;
        }
        write!(f, ", by {}", self.shared.expansion.follow)
    }
}

impl ExecutionPlan for ExpandExec {
    fn name(&self) -> &str {
        "ExpandExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        [Some(&self.input), self.node_filter.as_ref(), self.edge_filter.as_ref()]
            .into_iter()
            .flatten()
            .collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let mut children = children.into_iter();
        let missing = || DataFusionError::Internal("an expand lost one of its inputs".into());
        Ok(Arc::new(ExpandExec {
            input: children.next().ok_or_else(missing)?,
            node_filter: self
                .node_filter
                .as_ref()
                .map(|_| children.next().ok_or_else(missing))
                .transpose()?,
            edge_filter: self
                .edge_filter
                .as_ref()
                .map(|_| children.next().ok_or_else(missing))
                .transpose()?,
            shared: self.shared.clone(),
            properties: self.properties.clone(),
            metrics: ExecutionPlanMetricsSet::new(),
        }))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = nested(|| self.input.execute(partition, context.clone()))?;
        let (shared, schema) = (self.shared.clone(), self.shared.schema.clone());
        let (node_filter, edge_filter) = (self.node_filter.clone(), self.edge_filter.clone());
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let time = metrics.elapsed_compute().clone();
        let batches = stream::once(Box::pin(async move {
            let timer = time.timer();
            let expansion = &shared.expansion;
            let tables = &expansion.tables;
            let ends = match expansion.steps.direction {
                Direction::In => tables.from.slots(),
                Direction::Out | Direction::Both => tables.to.slots(),
            };
            let nodes = row_set(&shared.nodes, node_filter.as_ref(), ends, &context).await?;
            let edges = row_set(&shared.edges, edge_filter.as_ref(), tables.edges.slots(), &context).await?;
            timer.done();
            let neighbours = Neighbours::new(expansion.clone(), shared.caches.clone(), nodes, edges);
            Ok::<_, DataFusionError>(expanded(input, shared.clone(), neighbours, time))
        }))
        .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            schema,
            counted(batches, metrics),
        )))
    }
}

async fn row_set(
    cell: &OnceCell<Option<RowSet>>,
    plan: Option<&Arc<dyn ExecutionPlan>>,
    rows: u64,
    context: &Arc<TaskContext>,
) -> Result<Option<RowSet>> {
    let set = cell
        .get_or_try_init(|| async {
            let Some(plan) = plan else {
                return Ok::<_, DataFusionError>(None);
            };
            let mut set = RowSet::new(rows as usize);
            let mut stream = plan.execute(0, context.clone())?;
            while let Some(batch) = stream.try_next().await? {
                set.insert(batch.column(0).as_primitive::<UInt32Type>().values());
            }
            Ok(Some(set))
        })
        .await?;
    Ok(set.clone())
}

/// Input batches in, output batches of a bounded size out.
fn expanded(
    input: SendableRecordBatchStream,
    shared: Arc<Shared>,
    neighbours: Neighbours,
    time: Time,
) -> impl futures::Stream<Item = Result<RecordBatch>> + Send {
    let progress = Progress {
        shared,
        neighbours,
        walk: None,
        current: None,
        next_row: 0,
        time,
    };
    stream::try_unfold(Some((input, progress)), next)
        .map_ok(|batch: RecordBatch| {
            let starts = (0..batch.num_rows()).step_by(BATCH_ROWS);
            let slices: Vec<Result<RecordBatch>> = starts
                .map(|start| Ok(batch.slice(start, BATCH_ROWS.min(batch.num_rows() - start))))
                .collect();
            stream::iter(slices)
        })
        .try_flatten()
}

type Running = (SendableRecordBatchStream, Progress);

async fn next(state: Option<Running>) -> Result<Option<(RecordBatch, Option<Running>)>> {
    let Some((mut input, mut progress)) = state else {
        return Ok(None);
    };
    loop {
        if let Some(batch) = progress.step()? {
            return Ok(Some((batch, Some((input, progress)))));
        }
        match input.next().await {
            Some(batch) => progress.begin(batch?).await?,
            None => return Ok(None),
        }
    }
}

struct Progress {
    shared: Arc<Shared>,
    neighbours: Neighbours,
    /// For the current input.
    walk: Option<Walk>,
    current: Option<RecordBatch>,
    next_row: usize,
    time: Time,
}

impl Progress {
    async fn begin(&mut self, batch: RecordBatch) -> Result<()> {
        let _timer = self.time.timer();
        // Boxed, because reading storage makes large futures.
        self.walk = Some(Box::pin(self.neighbours.walk(self.walk.take(), &batch)).await?);
        self.current = Some(batch);
        self.next_row = 0;
        Ok(())
    }

    /// The next output, or `None` when the current input is used up.
    fn step(&mut self) -> Result<Option<RecordBatch>> {
        let (Some(batch), Some(walk)) = (&self.current, &mut self.walk) else {
            return Ok(None);
        };
        let _timer = self.time.timer();
        let expansion = &self.shared.expansion;
        let from = expansion.from.dense(batch)?.values();
        let bound = |slot: Option<&Slot>| match slot {
            Some(Slot::Bound(column)) => column.dense(batch).map(Some),
            _ => Ok(None),
        };
        let to = bound(Some(&expansion.to))?;
        let edge = bound(expansion.edge.as_ref())?;
        let mut nears = Vec::new();
        for link in &expansion.closings {
            nears.push(link.from.dense(batch)?);
        }
        let mut near: Vec<u32> = vec![0; nears.len()];
        let multiplicity = PlanColumn::Multiplicity.find(batch).ok();
        let multiplicity = multiplicity.map(|column| column.as_primitive::<UInt64Type>());
        let mut found = Found::default();
        while self.next_row < from.len() && found.rows.len() < BATCH_ROWS {
            let row = self.next_row;
            self.next_row += 1;
            for (near, column) in near.iter_mut().zip(&nears) {
                *near = column.value(row);
            }
            let ends = Ends {
                from: from[row],
                to: to.map(|to| to.value(row)),
                edge: edge.map(|edge| edge.value(row)),
                closings: &near,
            };
            match expansion.mode {
                Mode::Rows => {
                    let before = found.nodes.len();
                    walk.matches(ends, &mut found.nodes, &mut found.edges);
                    let matches = found.nodes.len() - before;
                    found.rows.resize(found.rows.len() + matches, row as u32);
                }
                Mode::Count => {
                    let count = walk.count(ends);
                    if count > 0 {
                        found.rows.push(row as u32);
                        found
                            .counts
                            .push(multiplicity.map_or(count, |known| known.value(row).saturating_mul(count)));
                    }
                }
                Mode::Test { negated } => {
                    if walk.any(ends) != negated {
                        found.rows.push(row as u32);
                    }
                }
            }
        }
        let (output, done) = (self.output(batch, found)?, self.next_row == from.len());
        if done {
            self.current = None;
        }
        // Without any match the whole input has been used up.
        Ok((output.num_rows() > 0).then_some(output))
    }

    fn output(&self, batch: &RecordBatch, found: Found) -> Result<RecordBatch> {
        let expansion = &self.shared.expansion;
        let count = found.rows.len();
        let rows = UInt32Array::from(found.rows);
        let mut columns: Vec<ArrayRef> = Vec::new();
        for column in expansion.kept() {
            columns.push(gather(column.find(batch)?, &rows)?);
        }
        match expansion.mode {
            Mode::Rows => {
                if let Slot::New(_) = expansion.to {
                    columns.push(Arc::new(UInt32Array::from(found.nodes)));
                }
                if let Some(Slot::New(_)) = expansion.edge {
                    columns.push(Arc::new(UInt32Array::from(found.edges)));
                }
            }
            Mode::Count => columns.push(Arc::new(UInt64Array::from(found.counts))),
            Mode::Test { .. } => {}
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(
            self.shared.schema.clone(),
            columns,
            &options,
        )?)
    }
}

/// The output of one step: input rows, and what belongs to each of them.
#[derive(Default)]
struct Found {
    rows: Vec<u32>,
    nodes: Vec<u32>,
    edges: Vec<u32>,
    counts: Vec<u64>,
}
