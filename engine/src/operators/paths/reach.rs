//! Traversals whose steps are of several types or have conditions: joins rows with the nodes that are reached, or tests that
//! one is. What is reached within bounds is what a plain traversal reaches, over the graph that a search sees.

use std::fmt;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{Field, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{TryStreamExt, stream};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::budget::Budget;
use super::exec::Quest;
use super::ground::{Ground, PathStep, PathTables, filters, with_filters};
use super::view::View;
use crate::derived::Caches;
use crate::operators::column::PlanColumn;
use crate::operators::operator::{BATCH_ROWS, counted, gather, nested, properties};

/// Reached nodes that are kept for rows that start from the same one.
const KEPT: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct ReachExec {
    input: Arc<dyn ExecutionPlan>,
    steps: Vec<PathStep>,
    shared: Arc<Shared>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct Shared {
    quest: Quest,
    traversal: Traversal,
    ground: Ground,
    schema: SchemaRef,
}

/// How the ends of what is reached are joined with the rows.
#[derive(Debug)]
pub(crate) struct Traversal {
    /// Whether the rows have the far end already.
    pub(crate) bound: bool,
    /// Whether the near end is the source of the walks.
    pub(crate) forward: bool,
    pub(crate) edges: Edges,
}

/// What becomes of the edge of a single step.
#[derive(Clone, Debug)]
pub(crate) enum Edges {
    /// Each pair of ends comes once, however many edges join them.
    Unnamed,
    /// Each edge gives a row, and has a column if it is read. Its number is that among the edges of all types, in the order of
    /// their names.
    Each(Option<PlanColumn>),
}

impl ReachExec {
    /// The columns of the input that are kept, then that of the far end if it is new and read, then that of the edge.
    /// `quest.from` is the near end.
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        quest: Quest,
        traversal: Traversal,
        tables: PathTables,
        steps: Vec<PathStep>,
        caches: Arc<Caches>,
    ) -> ReachExec {
        let schema = input.schema();
        let kept = quest.keep.iter().map(|place| schema.fields()[*place].clone());
        let mut fields: Vec<Arc<Field>> = kept.collect();
        fields.extend(quest.column.as_ref().map(|column| Arc::new(column.dense_field())));
        if let Edges::Each(Some(column)) = &traversal.edges {
            fields.push(Arc::new(column.dense_field()));
        }
        let schema = Arc::new(Schema::new(fields));
        ReachExec {
            input,
            steps,
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            shared: Arc::new(Shared {
                ground: Ground::new(tables, caches, &quest),
                quest,
                traversal,
                schema,
            }),
        }
    }
}

impl DisplayAs for ReachExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReachExec: {}", self.shared.quest.text)
    }
}

impl ExecutionPlan for ReachExec {
    fn name(&self) -> &str {
        "ReachExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        std::iter::once(&self.input).chain(filters(&self.steps)).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let (input, steps) = with_filters(&self.steps, children)?;
        Ok(Arc::new(ReachExec {
            input,
            steps,
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
        let reservation = MemoryConsumer::new("ReachExec").register(context.memory_pool());
        let budget = Budget::new(reservation, self.shared.quest.place);
        let running = Running {
            input,
            shared: self.shared.clone(),
            steps: self.steps.clone(),
            context,
            known: Known {
                reached: HashMap::default(),
                nodes: 0,
                budget,
            },
            open: None,
        };
        let batches = stream::try_unfold(running, |mut running| async move {
            let batch = Box::pin(running.piece()).await?;
            Ok::<_, DataFusionError>(batch.map(|batch| (batch, running)))
        });
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

struct Running {
    input: SendableRecordBatchStream,
    shared: Arc<Shared>,
    steps: Vec<PathStep>,
    context: Arc<TaskContext>,
    known: Known,
    open: Option<Open>,
}

/// A batch of the input that is gone through.
struct Open {
    batch: RecordBatch,
    view: Arc<View>,
    /// The row that comes next.
    row: usize,
    /// What is reached from the row before it and not handed out yet: nodes, each with the edge if edges give rows.
    waiting: Vec<(u32, u32)>,
}

impl Running {
    /// The next rows, of which there are at most as many as a batch may have; none at the end.
    async fn piece(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(piece) = self.known.rows(open, &self.shared)? {
                    return Ok(Some(piece));
                }
                self.open = None;
            }
            let Some(batch) = self.input.try_next().await? else {
                return Ok(None);
            };
            // Without rows nothing is asked of the graph.
            if batch.num_rows() > 0 {
                self.open = Some(Open {
                    view: self.shared.ground.view(&self.steps, &self.context).await?,
                    batch,
                    row: 0,
                    waiting: Vec::new(),
                });
            }
        }
    }
}

/// What was reached from nodes: rows often start from the same one.
struct Known {
    reached: HashMap<u32, Arc<HashSet<u32>>>,
    nodes: usize,
    budget: Budget,
}

impl Known {
    fn rows(&mut self, open: &mut Open, shared: &Shared) -> Result<Option<RecordBatch>> {
        let (quest, batch) = (&shared.quest, &open.batch);
        let [near, far] = shared.ground.tables.ends;
        let from = quest.from.dense(batch)?;
        let to = match shared.traversal.bound {
            true => Some(quest.to.dense(batch)?),
            false => None,
        };
        let (mut rows, mut found, mut edges) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            if !open.waiting.is_empty() {
                let more = open.waiting.len().min(BATCH_ROWS - rows.len());
                rows.resize(rows.len() + more, open.row as u32 - 1);
                for (node, edge) in open.waiting.drain(..more) {
                    found.push(node);
                    edges.push(edge);
                }
            }
            if rows.len() >= BATCH_ROWS || open.row >= batch.num_rows() {
                break;
            }
            let row = open.row;
            open.row += 1;
            if from.is_null(row) {
                continue;
            }
            let start = open.view.node(near, from.value(row));
            if let Edges::Each(_) = shared.traversal.edges {
                let wanted = |node: u32| match to {
                    Some(to) => to.is_valid(row) && to.value(row) == node,
                    None => true,
                };
                open.view.follow(start, shared.traversal.forward, |hop| {
                    let (table, dense) = open.view.located(hop.node);
                    if table == far && wanted(dense) {
                        open.waiting.push((dense, hop.edge));
                    }
                });
                open.waiting.sort_unstable();
                self.budget.hold(16 * open.waiting.capacity())?;
                continue;
            }
            let reached = self.reached(start, far, &open.view, shared)?;
            match to {
                Some(to) if to.is_valid(row) && reached.contains(&to.value(row)) => {
                    open.waiting.push((to.value(row), 0));
                }
                Some(_) => {}
                None => {
                    open.waiting.extend(reached.iter().map(|node| (*node, 0)));
                    open.waiting.sort_unstable();
                }
            }
        }
        match rows.is_empty() {
            true => Ok(None),
            false => shared.piece(batch, rows, found, edges).map(Some),
        }
    }

    /// The rows of the far table that are reached from a node.
    fn reached(&mut self, start: u32, far: usize, view: &View, shared: &Shared) -> Result<Arc<HashSet<u32>>> {
        if let Some(known) = self.reached.get(&start) {
            return Ok(known.clone());
        }
        let mut reached = HashSet::default();
        let (bounds, forward) = (shared.quest.bounds, shared.traversal.forward);
        let in_range = |distance: u32| bounds.allow(distance);
        // The loop that adds a hop is that of the end of the walk.
        let loops = |node: u32| {
            let mut loops = false;
            view.leave(node, |hop| loops |= hop.node == node);
            loops
        };
        let start_loops = !forward && loops(start);
        let (mut seen, mut frontier, mut next) = (HashSet::from_iter([start]), vec![start], Vec::new());
        let mut distance = 0;
        loop {
            for node in &frontier {
                let near = *node != start && in_range(distance);
                let counts = near || in_range(distance + 1) && if forward { loops(*node) } else { start_loops };
                let (table, dense) = view.located(*node);
                if counts && table == far {
                    reached.insert(dense);
                }
            }
            if bounds.max.is_some_and(|max| distance >= max) || frontier.is_empty() {
                break;
            }
            for node in frontier.drain(..) {
                view.follow(node, forward, |hop| {
                    if seen.insert(hop.node) {
                        next.push(hop.node);
                    }
                });
            }
            std::mem::swap(&mut frontier, &mut next);
            distance += 1;
            self.budget
                .hold(16 * (self.nodes + seen.capacity() + reached.capacity()))?;
        }
        if self.nodes + reached.len() > KEPT {
            self.reached.clear();
            self.nodes = 0;
        }
        self.nodes += reached.len() + 1;
        let reached = Arc::new(reached);
        self.reached.insert(start, reached.clone());
        Ok(reached)
    }
}

impl Shared {
    fn piece(&self, batch: &RecordBatch, rows: Vec<u32>, found: Vec<u32>, edges: Vec<u32>) -> Result<RecordBatch> {
        let rows = UInt32Array::from(rows);
        let kept = self.quest.keep.iter().map(|place| gather(batch.column(*place), &rows));
        let mut columns = kept.collect::<Result<Vec<ArrayRef>>>()?;
        if self.quest.column.is_some() {
            columns.push(Arc::new(UInt32Array::from(found)));
        }
        if let Edges::Each(Some(_)) = self.traversal.edges {
            columns.push(Arc::new(UInt32Array::from(edges)));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(RecordBatch::try_new_with_options(
            self.schema.clone(),
            columns,
            &options,
        )?)
    }
}
