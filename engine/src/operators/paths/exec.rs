//! The operator: which search serves which rows, and the columns that the walks become.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, StructArray, UInt32Array};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{TryStreamExt, stream};
use omnigraph_model::ir::PathSearch;
use omnigraph_model::types::Cost;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::budget::Budget;
use super::cheapest::{Sum, cheapest};
use super::ground::{Ground, PathStep, PathTables, filters, unseen, with_filters};
use super::shortest::{self, Distances, Layered, Tree};
use super::trails::{Several, Trails};
use super::view::View;
use super::{Bounds, Found, Next};
use crate::derived::Caches;
use crate::operators::column::PlanColumn;
use crate::operators::operator::{BATCH_ROWS, counted, gather, nested, properties};
use crate::operators::scalar::Place;

/// Edges of the walks of one batch.
const BATCH_EDGES: usize = 1 << 18;

/// So many pairs that share an end are served by one search from it.
const SHARED: usize = 8;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Quest {
    pub search: PathSearch,
    pub bounds: Bounds,
    pub cost: Cost,
    /// The columns of the two ends.
    pub from: PlanColumn,
    pub to: PlanColumn,
    /// The column of the paths, unless they are only counted.
    pub column: Option<PlanColumn>,
    pub data_type: DataType,
    /// The columns of the input that are kept, by their places.
    pub keep: Vec<usize>,
    pub place: Place,
    /// As plans show it.
    pub text: String,
}

#[derive(Debug)]
pub(crate) struct PathExec {
    input: Arc<dyn ExecutionPlan>,
    steps: Vec<PathStep>,
    shared: Arc<Shared>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct Shared {
    quest: Quest,
    ground: Ground,
    schema: SchemaRef,
}

impl PathExec {
    /// The columns of the input that are kept, then the paths.
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        quest: Quest,
        tables: PathTables,
        steps: Vec<PathStep>,
        caches: Arc<Caches>,
    ) -> PathExec {
        let schema = input.schema();
        let kept = quest.keep.iter().map(|place| schema.fields()[*place].clone());
        let mut fields: Vec<Arc<Field>> = kept.collect();
        let column = quest.column.as_ref();
        fields.extend(column.map(|column| Arc::new(column.field(quest.data_type.clone(), true))));
        let schema = Arc::new(Schema::new(fields));
        PathExec {
            input,
            steps,
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            shared: Arc::new(Shared {
                ground: Ground::new(tables, caches, &quest),
                quest,
                schema,
            }),
        }
    }
}

impl DisplayAs for PathExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathExec: {}", self.shared.quest.text)
    }
}

impl ExecutionPlan for PathExec {
    fn name(&self) -> &str {
        "PathExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        std::iter::once(&self.input).chain(filters(&self.steps)).collect()
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let (input, steps) = with_filters(&self.steps, children)?;
        Ok(Arc::new(PathExec {
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
        let reservation = MemoryConsumer::new("PathExec").register(context.memory_pool());
        let running = Running {
            input,
            shared: self.shared.clone(),
            steps: self.steps.clone(),
            budget: Budget::new(reservation, self.shared.quest.place),
            context,
            batch: None,
            pairs: VecDeque::new(),
            current: None,
            known: Known::None,
            found: Found::default(),
            rows: Vec::new(),
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

/// Two nodes of a row.
#[derive(Clone, Copy, Debug)]
struct Pair {
    row: u32,
    from: u32,
    to: u32,
    /// What a search that serves several pairs starts from.
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Source,
    Target,
    Both,
}

/// What the last search found out that the next one may need.
enum Known {
    None,
    Tree(u32, Arc<Tree>),
    /// Distances from a node (`true`), or to it.
    Distances(u32, bool, Arc<Distances>),
    Cheapest(u32, HashMap<u32, super::cheapest::Cheap>),
}

/// A search that may find several walks.
enum Search {
    Layered(Layered, Arc<Distances>),
    Trails(Trails, Arc<Distances>),
    Several(Several, Arc<Distances>),
}

struct Running {
    input: SendableRecordBatchStream,
    shared: Arc<Shared>,
    steps: Vec<PathStep>,
    budget: Budget,
    context: Arc<TaskContext>,
    batch: Option<RecordBatch>,
    /// Of the batch, those that no search has served yet.
    pairs: VecDeque<Pair>,
    current: Option<(u32, Search)>,
    known: Known,
    found: Found,
    /// The row of each walk.
    rows: Vec<u32>,
}

impl Running {
    /// The next rows; none at the end.
    async fn piece(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.rows.len() >= BATCH_ROWS || self.found.edges.len() >= BATCH_EDGES {
                return self.flush().await.map(Some);
            }
            if let Some((row, search)) = &mut self.current {
                let view = self.shared.ground.seen()?;
                let next = match search {
                    Search::Layered(walks, left) => match walks.next(view, left, &mut self.found) {
                        true => Next::Found,
                        false => Next::Done,
                    },
                    Search::Trails(walks, left) => walks.next(view, left, &self.budget, &mut self.found)?,
                    Search::Several(walks, left) => walks.next(view, left, &self.budget, &mut self.found)?,
                };
                match next {
                    Next::Found => self.rows.push(*row),
                    // Whoever does not want to wait any longer can stop here.
                    Next::Later => tokio::task::yield_now().await,
                    Next::Done => self.current = None,
                }
                continue;
            }
            if let Some(pair) = self.pairs.pop_front() {
                let view = self.view().await?;
                self.search(&view, pair)?;
                // Many pairs may have no walk: others get their turn in between.
                tokio::task::yield_now().await;
                continue;
            }
            if !self.rows.is_empty() {
                return self.flush().await.map(Some);
            }
            match self.input.try_next().await? {
                Some(batch) => self.open(batch).await?,
                None => return Ok(None),
            }
        }
    }

    /// The pairs of a batch, those together that one search serves.
    async fn open(&mut self, batch: RecordBatch) -> Result<()> {
        let quest = &self.shared.quest;
        let (from, to) = (quest.from.dense(&batch)?, quest.to.dense(&batch)?);
        let present = (0..batch.num_rows()).filter(|row| from.is_valid(*row) && to.is_valid(*row));
        let rows: Vec<usize> = present.collect();
        let mut pairs = Vec::with_capacity(rows.len());
        if !rows.is_empty() {
            let view = self.view().await?;
            let [source, target] = self.shared.ground.tables.ends;
            let (mut sources, mut targets) = (HashMap::<u32, usize>::default(), HashMap::<u32, usize>::default());
            for row in rows {
                let pair = Pair {
                    row: row as u32,
                    from: view.node(source, from.value(row)),
                    to: view.node(target, to.value(row)),
                    by: By::Both,
                };
                *sources.entry(pair.from).or_default() += 1;
                *targets.entry(pair.to).or_default() += 1;
                pairs.push(pair);
            }
            for pair in &mut pairs {
                pair.by = self.way(sources[&pair.from], targets[&pair.to]);
            }
            // One after the other, pairs that share an end share what is known of it.
            pairs.sort_by_key(|pair| match pair.by {
                By::Both => (0, 0, pair.row),
                By::Source => (1, pair.from, pair.row),
                By::Target => (2, pair.to, pair.row),
            });
        }
        self.pairs = pairs.into();
        self.batch = Some(batch);
        Ok(())
    }

    /// How a pair is served that shares its ends with so many.
    fn way(&self, source: usize, target: usize) -> By {
        match self.shared.quest.search {
            PathSearch::Shortest | PathSearch::AllShortest => match source.max(target) {
                shared if shared < SHARED => By::Both,
                _ if source >= target => By::Source,
                _ => By::Target,
            },
            PathSearch::Cheapest | PathSearch::Reach => By::Source,
            PathSearch::Several(_) | PathSearch::Trail | PathSearch::Simple => By::Target,
        }
    }

    /// Serves a pair: at once, or by a search that goes on.
    fn search(&mut self, view: &View, pair: Pair) -> Result<()> {
        let Quest {
            search, bounds, cost, ..
        } = self.shared.quest;
        let Pair { from, to, by, .. } = pair;
        match (search, by) {
            (PathSearch::Shortest, By::Source) => {
                let tree = self.tree(view, from)?;
                let walk = tree.walk(to).filter(|walk| bounds.allow(walk.len() as u32));
                if let Some(walk) = walk {
                    self.found.walk(from, &walk, None);
                    self.rows.push(pair.row);
                }
            }
            (PathSearch::Reach, _) => {
                return Err(DataFusionError::Internal("a traversal that searches for paths".into()));
            }
            (PathSearch::Shortest | PathSearch::AllShortest, _) => {
                let (start, forward) = match by {
                    By::Source => (to, false),
                    By::Target | By::Both => (from, true),
                };
                let (length, left) = match by {
                    By::Both => match shortest::between(view, from, to, bounds.max, &self.budget)? {
                        Some((length, left)) => (length, Arc::new(left)),
                        None => return Ok(()),
                    },
                    By::Source | By::Target => {
                        let left = match by {
                            By::Source => self.distances(view, from, true)?,
                            _ => self.distances(view, to, false)?,
                        };
                        match shortest::length(view, start, forward, &left) {
                            Some(length) => (length, left),
                            None => return Ok(()),
                        }
                    }
                };
                if !bounds.allow(length) {
                    return Ok(());
                }
                match search {
                    PathSearch::AllShortest => {
                        let walks = Layered::new(view, start, forward, length, &left);
                        self.current = Some((pair.row, Search::Layered(walks, left)));
                    }
                    _ => {
                        let walk = shortest::least(view, from, length, &left);
                        self.found.walk(from, &walk, None);
                        self.rows.push(pair.row);
                    }
                }
            }
            (PathSearch::Several(wanted), _) => {
                let left = self.distances(view, to, false)?;
                let walks = Several::new(from, to, bounds, wanted);
                self.current = Some((pair.row, Search::Several(walks, left)));
            }
            (PathSearch::Trail | PathSearch::Simple, _) => {
                let left = self.distances(view, to, false)?;
                let walks = Trails::new(view, from, to, bounds, search == PathSearch::Simple, &left);
                self.current = Some((pair.row, Search::Trails(walks, left)));
            }
            (PathSearch::Cheapest, _) => {
                if !matches!(&self.known, Known::Cheapest(source, _) if *source == from) {
                    let others = self.pairs.iter().take_while(|other| other.from == from);
                    let targets: HashSet<u32> = others.map(|other| other.to).chain([to]).collect();
                    let zero = match cost {
                        Cost::Float => Sum::Float(0.0),
                        Cost::Integer | Cost::None => Sum::Integer(0),
                    };
                    let found = cheapest(view, from, targets, bounds, zero, &self.budget)?;
                    self.budget.release();
                    self.known = Known::Cheapest(from, found);
                }
                if let Known::Cheapest(_, found) = &self.known
                    && let Some(walk) = found.get(&to)
                {
                    self.found.walk(from, &walk.hops, Some(walk.cost));
                    self.rows.push(pair.row);
                }
                // What is known is known of the pairs of this batch.
                if self.pairs.front().is_none_or(|next| next.from != from) {
                    self.known = Known::None;
                }
            }
        }
        Ok(())
    }

    fn tree(&mut self, view: &View, source: u32) -> Result<Arc<Tree>> {
        if let Known::Tree(known, tree) = &self.known
            && *known == source
        {
            return Ok(tree.clone());
        }
        self.known = Known::None;
        let tree = Arc::new(Tree::new(view, source, self.shared.quest.bounds.max, &self.budget)?);
        self.known = Known::Tree(source, tree.clone());
        Ok(tree)
    }

    fn distances(&mut self, view: &View, start: u32, forward: bool) -> Result<Arc<Distances>> {
        if let Known::Distances(known, way, distances) = &self.known
            && (*known, *way) == (start, forward)
        {
            return Ok(distances.clone());
        }
        self.known = Known::None;
        let most = self.shared.quest.bounds.max;
        let distances = Arc::new(shortest::distances(view, start, forward, most, &self.budget)?);
        self.known = Known::Distances(start, forward, distances.clone());
        Ok(distances)
    }

    /// The graph, made when the first pair needs it. The stream of the input is not shared with what waits here.
    fn view(&self) -> impl Future<Output = Result<Arc<View>>> + Send + use<> {
        let (shared, steps, context) = (self.shared.clone(), self.steps.clone(), self.context.clone());
        async move { shared.ground.view(&steps, &context).await }
    }

    /// The rows with the walks found so far.
    async fn flush(&mut self) -> Result<RecordBatch> {
        let (batch, quest) = (self.batch.as_ref().ok_or_else(unseen)?, &self.shared.quest);
        let rows = UInt32Array::from(std::mem::take(&mut self.rows));
        let found = std::mem::take(&mut self.found);
        let kept = quest.keep.iter().map(|place| gather(batch.column(*place), &rows));
        let mut columns = kept.collect::<Result<Vec<ArrayRef>>>()?;
        if quest.column.is_some() {
            let view = self.view().await?;
            columns.push(self.shared.clone().column(&view, &found).await?);
        }
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
        Ok(RecordBatch::try_new_with_options(
            self.shared.schema.clone(),
            columns,
            &options,
        )?)
    }
}

impl Shared {
    /// The walks as values.
    async fn column(&self, view: &View, found: &Found) -> Result<ArrayRef> {
        let DataType::Struct(fields) = &self.quest.data_type else {
            return Err(DataFusionError::Internal("a path that is no struct".into()));
        };
        let ids = self.node_ids(view, &found.nodes).await?;
        let (mut nodes, mut edges, mut types) = (texts(), texts(), texts());
        let (mut node, mut edge) = (0, 0);
        for length in &found.lengths {
            let length = *length as usize;
            for number in &found.nodes[node..node + length + 1] {
                let (table, dense) = view.located(*number);
                let (rows, values) = &ids[&table];
                let place = rows.binary_search(&dense);
                let place = place.map_err(|_| DataFusionError::Internal("a node of a path has no id".into()))?;
                nodes.values().append_value(values.value(place));
            }
            for number in &found.edges[edge..edge + length] {
                edges.values().append_value(view.edge_id(*number));
                types.values().append_value(view.edge_type(*number));
            }
            for lists in [&mut nodes, &mut edges, &mut types] {
                lists.append(true);
            }
            (node, edge) = (node + length + 1, edge + length);
        }
        let lengths: Int64Array = found.lengths.iter().map(|length| Some(i64::from(*length))).collect();
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(nodes.finish()),
            Arc::new(edges.finish()),
            Arc::new(types.finish()),
            Arc::new(lengths),
        ];
        match self.quest.cost {
            Cost::None => {}
            Cost::Integer => columns.push(Arc::new(Int64Array::from_iter(found.costs.iter().map(
                |cost| match cost {
                    Some(Sum::Integer(sum)) => i64::try_from(*sum).ok(),
                    _ => None,
                },
            )))),
            Cost::Float => columns.push(Arc::new(Float64Array::from_iter(found.costs.iter().map(
                |cost| match cost {
                    Some(Sum::Float(sum)) => Some(*sum),
                    _ => None,
                },
            )))),
        }
        path_struct(fields, columns)
    }

    /// By node table: some rows, sorted, and their ids.
    async fn node_ids(&self, view: &View, nodes: &[u32]) -> Result<BTreeMap<usize, (Vec<u32>, StringArray)>> {
        let mut wanted: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for node in nodes {
            let (table, dense) = view.located(*node);
            wanted.entry(table).or_default().push(dense);
        }
        let mut ids = BTreeMap::new();
        for (table, mut rows) in wanted {
            rows.sort_unstable();
            rows.dedup();
            let values = self
                .ground
                .caches
                .ids_of(&self.ground.tables.nodes[table], &rows)
                .await?;
            ids.insert(table, (rows, values));
        }
        Ok(ids)
    }
}

fn path_struct(fields: &Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef> {
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}

fn texts() -> ListBuilder<StringBuilder> {
    ListBuilder::new(StringBuilder::new())
}
