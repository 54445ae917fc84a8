//! The nodes nearest to a vector, found by storage's index among those that satisfy everything else. It needs all rows
//! before it can say which are nearest, so it holds them, on disk where they are too many; what it passes on are the rows of the nearest nodes, ties
//! included, with distances that are computed from the stored vectors as if there were no index. Few nodes are compared one
//! by one, and so are all of them where the index finds fewer than there are.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, UInt32Array};
use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{TryStreamExt, stream};

use super::column::PlanColumn;
use super::operator::{BATCH_ROWS, counted, nested, only_child, properties};
use super::vector::{Distance, distances};
use super::walk::RowSet;
use crate::derived::Caches;
use crate::storage::{RowIds, Spool, Table, VectorSearch};

/// As many nodes are compared one by one.
pub(crate) const FEW: u64 = 10_000;

/// Partitions of the index that are looked into at first. As long as twice as many find other nodes, more are.
const FIRST_PROBES: usize = 16;

/// More than any index has.
const ALL_PROBES: usize = 1 << 13;

/// Candidates beyond those that are wanted, because the index knows distances less exactly.
const SPARE: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Nearest {
    /// The input column of the ranked nodes.
    pub entity: PlanColumn,
    pub table: Arc<Table>,
    pub property: String,
    pub distance: Distance,
    /// Rows that are wanted, and therefore nodes.
    pub limit: usize,
    /// The output column of distances.
    pub score: PlanColumn,
}

#[derive(Debug)]
pub(crate) struct NearestExec {
    input: Arc<dyn ExecutionPlan>,
    state: Arc<State>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct State {
    nearest: Nearest,
    schema: SchemaRef,
    caches: Arc<Caches>,
}

impl NearestExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, nearest: Nearest, caches: Arc<Caches>) -> NearestExec {
        let mut fields = input.schema().fields().to_vec();
        fields.push(Arc::new(nearest.score.field(DataType::Float64, true)));
        let schema = Arc::new(Schema::new(fields));
        NearestExec {
            input,
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            state: Arc::new(State {
                nearest,
                schema,
                caches,
            }),
        }
    }
}

impl DisplayAs for NearestExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Nearest {
            entity,
            property,
            distance,
            limit,
            ..
        } = &self.state.nearest;
        write!(
            f,
            "NearestExec: {limit} of {entity} by {property} ({distance}), by vector index"
        )
    }
}

impl ExecutionPlan for NearestExec {
    fn name(&self) -> &str {
        "NearestExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(NearestExec {
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
        let mut input = nested(|| self.input.execute(partition, context.clone()))?;
        let state = self.state.clone();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let time = metrics.elapsed_compute().clone();
        let batches = stream::once(Box::pin(async move {
            let consumer = MemoryConsumer::new("NearestExec").with_can_spill(true);
            let reservation = consumer.register(context.memory_pool());
            let mut rows = Spool::new(input.schema());
            let mut nodes = RowSet::new(state.nearest.table.slots() as usize);
            while let Some(batch) = input.try_next().await? {
                nodes.insert(state.nearest.entity.dense(&batch)?.values());
                let bytes = batch.get_array_memory_size();
                rows.push(batch);
                if reservation.try_grow(bytes).is_err() {
                    rows.spill()?;
                    reservation.free();
                }
            }
            let _timer = time.timer();
            let found: HashMap<u32, f64> = state
                .find(&nodes)
                .await?
                .into_iter()
                .map(|(d, node)| (node, d))
                .collect();
            let batches = rows.batches()?;
            // Rows and reservation last as long as the stream does.
            let kept = batches.map(move |batch| {
                let _ = (&rows, &reservation);
                state.keep(&batch?, &found)
            });
            Ok::<_, DataFusionError>(stream::iter(kept))
        }))
        .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// Distances and nodes.
type Found = Vec<(f64, u32)>;

impl State {
    /// The wanted number of nearest nodes and those that are as near as the last of them.
    async fn find(&self, nodes: &RowSet) -> Result<Found> {
        let all: Vec<u32> = nodes.iter().collect();
        if all.len() as u64 > FEW
            && let Some(found) = self.by_index(&all).await?
        {
            return Ok(found);
        }
        Ok(self.first(self.compare(&all).await?))
    }

    /// None if the index cannot tell.
    async fn by_index(&self, nodes: &[u32]) -> Result<Option<Found>> {
        let wanted = self.nearest.limit;
        let candidates = 2 * wanted + SPARE;
        let rows = self.caches.rows(&self.nearest.table).await?;
        let among = match nodes.len() as u64 == self.nearest.table.rows() {
            true => None,
            false => Some(nodes.iter().filter_map(|node| rows.row_id(*node)).collect::<RowIds>()),
        };
        let mut probes = FIRST_PROBES;
        let mut last: Option<Vec<u32>> = None;
        while probes <= ALL_PROBES {
            let mut near = Vec::new();
            let search = VectorSearch {
                column: &self.nearest.property,
                query: &self.nearest.distance.query,
                metric: self.nearest.distance.metric,
                candidates,
                probes,
                among: among.as_ref(),
            };
            let found = self.nearest.table.near(&search).await?;
            near.extend(found.into_iter().filter_map(|row_id| rows.dense(row_id)));
            // Those that were written since come whatever is asked for.
            near.retain(|node| nodes.binary_search(node).is_ok());
            near.sort_unstable();
            near.dedup();
            let found = self.compare(&near).await?;
            if found.len() >= wanted.min(nodes.len()) {
                let first = self.first(found.clone());
                let same: Vec<u32> = first.iter().map(|(_, node)| *node).collect();
                if last.as_ref() == Some(&same) {
                    // All candidates are as near as each other: there may be more of them.
                    return Ok((first.len() < found.len() || found.len() == nodes.len()).then_some(first));
                }
                last = Some(same);
            }
            probes *= 2;
        }
        Ok(None)
    }

    /// Exact distances, the nearest first; nodes without one are left out.
    async fn compare(&self, nodes: &[u32]) -> Result<Found> {
        let Nearest {
            table,
            property,
            distance,
            ..
        } = &self.nearest;
        let mut found = Vec::with_capacity(nodes.len());
        for part in nodes.chunks(BATCH_ROWS) {
            let vectors = match self.caches.resident_column(table, property) {
                Some(column) => column.gather(&UInt32Array::from(part.to_vec()))?,
                None => self.caches.take(table, &[property], part).await?.column(0).clone(),
            };
            let vectors = vectors
                .as_fixed_size_list_opt()
                .ok_or_else(|| DataFusionError::Internal("a ranked property holds no vectors".into()))?;
            let values = distances(vectors, distance);
            found.extend(
                values
                    .iter()
                    .zip(part)
                    .filter_map(|(value, node)| Some((value?, *node))),
            );
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Ok(found)
    }

    /// The nearest of those found, which are sorted; those as near as the last are among them.
    fn first(&self, mut found: Found) -> Found {
        if let Some((last, _)) = self.nearest.limit.checked_sub(1).and_then(|at| found.get(at)) {
            let end = found.partition_point(|(distance, _)| distance.total_cmp(last).is_le());
            found.truncate(end);
        }
        found
    }

    fn keep(&self, batch: &RecordBatch, found: &HashMap<u32, f64>) -> Result<RecordBatch> {
        let nodes = self.nearest.entity.dense(batch)?.values();
        let scores: Float64Array = nodes.iter().map(|node| found.get(node).copied()).collect();
        let kept: BooleanArray = (0..scores.len()).map(|row| Some(scores.is_valid(row))).collect();
        let mut columns = batch.columns().to_vec();
        columns.push(Arc::new(scores) as ArrayRef);
        let all = RecordBatch::try_new(self.schema.clone(), columns)?;
        Ok(arrow_select::filter::filter_record_batch(&all, &kept)?)
    }
}
