//! Fusion of two rankings. Ranks count the different nodes among all rows, so this operator reads its whole input.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::column::PlanColumn;
use super::operator::{counted, nested, only_child, properties};

/// One ranking: a column of values, null where the node is not in it.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub column: PlanColumn,
    /// Whether the greatest value ranks first.
    pub descending: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Fusion {
    /// The ranked node.
    pub entity: PlanColumn,
    /// Order of the nodes' ids, for nodes that an arm values alike.
    pub order: PlanColumn,
    pub arms: [Arm; 2],
    pub k: f64,
    /// The output column of fused scores. Those of the two arms' ranks follow it; a rank is the greatest number where an arm
    /// does not rank the node.
    pub score: PlanColumn,
    /// Whether rows in neither arm are dropped; otherwise their score is null.
    pub restrict: bool,
}

impl Fusion {
    /// The columns that are appended to those of the input.
    pub(crate) fn new_columns(&self) -> [PlanColumn; 3] {
        [self.score.clone(), self.score.arm_rank(0), self.score.arm_rank(1)]
    }
}

#[derive(Debug)]
pub(crate) struct FusionExec {
    input: Arc<dyn ExecutionPlan>,
    fusion: Arc<Fusion>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl FusionExec {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>, fusion: Fusion) -> FusionExec {
        let mut fields = input.schema().fields().to_vec();
        let [score, first, second] = fusion.new_columns();
        fields.push(Arc::new(score.field(DataType::Float64, true)));
        fields.extend([first, second].map(|rank| Arc::new(rank.field(DataType::Int64, false))));
        FusionExec {
            input,
            properties: properties(Arc::new(Schema::new(fields))),
            fusion: Arc::new(fusion),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl DisplayAs for FusionExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.fusion.arms;
        write!(
            f,
            "FusionExec: {} by {}, {}, k {}",
            self.fusion.entity, first.column, second.column, self.fusion.k
        )
    }
}

impl ExecutionPlan for FusionExec {
    fn name(&self) -> &str {
        "FusionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(FusionExec {
            input: only_child(children)?,
            fusion: self.fusion.clone(),
            properties: self.properties.clone(),
            metrics: ExecutionPlanMetricsSet::new(),
        }))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let mut input = nested(|| self.input.execute(partition, context.clone()))?;
        let (fusion, schema) = (self.fusion.clone(), self.schema());
        let batches = stream::once(async move {
            let reservation = MemoryConsumer::new("FusionExec").register(context.memory_pool());
            let mut rows = Vec::new();
            while let Some(batch) = input.try_next().await? {
                reservation.try_grow(batch.get_array_memory_size())?;
                rows.push(batch);
            }
            let fused: Vec<Result<RecordBatch>> = fuse(&fusion, &schema, &rows)?.into_iter().map(Ok).collect();
            // The reservation lasts as long as the rows.
            Ok::<_, DataFusionError>(stream::iter(fused).inspect(move |_| {
                let _ = &reservation;
            }))
        })
        .try_flatten();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            counted(batches, metrics),
        )))
    }
}

/// A node among the rows.
struct Ranked {
    node: u32,
    order: u64,
    values: [Option<f64>; 2],
    ranks: [i64; 2],
}

const UNRANKED: i64 = i64::MAX;

fn fuse(fusion: &Fusion, schema: &SchemaRef, rows: &[RecordBatch]) -> Result<Vec<RecordBatch>> {
    let mut nodes: Vec<Ranked> = Vec::new();
    let orders = orders(fusion, rows)?;
    for (batch, order) in rows.iter().zip(orders) {
        let entities = fusion.entity.dense(batch)?;
        let arms = [value(batch, &fusion.arms[0])?, value(batch, &fusion.arms[1])?];
        for row in 0..batch.num_rows() {
            nodes.push(Ranked {
                node: entities.value(row),
                order: order.value(row),
                values: arms.map(|arm| arm.is_valid(row).then(|| arm.value(row))),
                ranks: [UNRANKED; 2],
            });
        }
    }
    nodes.sort_unstable_by_key(|ranked| ranked.node);
    nodes.dedup_by_key(|ranked| ranked.node);
    for (arm, Arm { descending, .. }) in fusion.arms.iter().enumerate() {
        let mut ranked: Vec<&mut Ranked> = nodes.iter_mut().filter(|ranked| ranked.values[arm].is_some()).collect();
        ranked.sort_unstable_by(|a, b| {
            let (x, y) = (a.values[arm].unwrap_or_default(), b.values[arm].unwrap_or_default());
            let order = if *descending { y.total_cmp(&x) } else { x.total_cmp(&y) };
            order.then(a.order.cmp(&b.order))
        });
        for (place, ranked) in ranked.into_iter().enumerate() {
            ranked.ranks[arm] = place as i64 + 1;
        }
    }
    rows.iter().map(|batch| score(fusion, schema, batch, &nodes)).collect()
}

/// The order of the nodes by their ids. Nodes of several types have the ids themselves; of equal ones the numbers decide.
fn orders(fusion: &Fusion, rows: &[RecordBatch]) -> Result<Vec<UInt64Array>> {
    let mut ids: Vec<(&str, u32)> = Vec::new();
    for batch in rows {
        let Some(own) = fusion.order.find(batch)?.as_string_opt::<i32>() else {
            let number = |batch: &RecordBatch| {
                let numbers = fusion.order.find(batch)?.as_primitive_opt::<UInt64Type>();
                numbers.cloned().ok_or_else(|| fusion.order.missing())
            };
            return rows.iter().map(number).collect();
        };
        let entities = fusion.entity.dense(batch)?.values();
        ids.extend((0..own.len()).map(|row| (own.value(row), entities[row])));
    }
    ids.sort_unstable();
    ids.dedup();
    let places = rows.iter().map(|batch| {
        let own = fusion.order.find(batch)?.as_string::<i32>();
        let entities = fusion.entity.dense(batch)?.values();
        let place = |row: usize| ids.binary_search(&(own.value(row), entities[row])).unwrap_or_default() as u64;
        Ok((0..own.len()).map(place).collect())
    });
    places.collect()
}

fn score(fusion: &Fusion, schema: &SchemaRef, batch: &RecordBatch, nodes: &[Ranked]) -> Result<RecordBatch> {
    let mut scores: Vec<Option<f64>> = Vec::with_capacity(batch.num_rows());
    let mut ranks = [Vec::new(), Vec::new()];
    for node in fusion.entity.dense(batch)?.values() {
        let own = nodes
            .binary_search_by_key(node, |ranked| ranked.node)
            .map(|place| nodes[place].ranks);
        let own = own.unwrap_or([UNRANKED; 2]);
        let terms = own.map(|rank| {
            if rank == UNRANKED {
                0.0
            } else {
                1.0 / (fusion.k + rank as f64)
            }
        });
        scores.push((own != [UNRANKED; 2]).then_some(terms[0] + terms[1]));
        ranks[0].push(own[0]);
        ranks[1].push(own[1]);
    }
    let kept = BooleanArray::from_iter(scores.iter().map(|score| Some(score.is_some())));
    let [first, second] = ranks;
    let mut columns = batch.columns().to_vec();
    columns.push(Arc::new(Float64Array::from(scores)) as ArrayRef);
    columns.push(Arc::new(Int64Array::from(first)));
    columns.push(Arc::new(Int64Array::from(second)));
    let all = RecordBatch::try_new(schema.clone(), columns)?;
    if fusion.restrict {
        return Ok(arrow_select::filter::filter_record_batch(&all, &kept)?);
    }
    Ok(all)
}

fn value<'a>(batch: &'a RecordBatch, arm: &Arm) -> Result<&'a Float64Array> {
    arm.column
        .find(batch)?
        .as_primitive_opt::<Float64Type>()
        .ok_or_else(|| arm.column.missing())
}
