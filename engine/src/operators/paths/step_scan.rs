//! The edges of one type, each beside the node that a step along it arrives at: what conditions and weights that read both are
//! computed from.

use std::fmt;
use std::sync::Arc;

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::{Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{TryStreamExt, stream};

use crate::derived::{Adjacency, Caches};
use crate::operators::column::PlanColumn;
use crate::operators::expand::EdgeTables;
use crate::operators::operator::{BATCH_ROWS, counted, properties};

#[derive(Debug)]
pub(crate) struct StepScanExec {
    tables: EdgeTables,
    reversed: bool,
    edge: PlanColumn,
    node: PlanColumn,
    caches: Arc<Caches>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl StepScanExec {
    /// The columns of the edges and of the nodes. `reversed`: the nodes are the sources.
    pub(crate) fn new(
        tables: EdgeTables,
        reversed: bool,
        edge: PlanColumn,
        node: PlanColumn,
        caches: Arc<Caches>,
    ) -> StepScanExec {
        let schema = Arc::new(Schema::new(vec![edge.dense_field(), node.dense_field()]));
        StepScanExec {
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            tables,
            reversed,
            edge,
            node,
            caches,
            schema,
        }
    }
}

impl DisplayAs for StepScanExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StepScanExec: {}, {}", self.edge, self.node)
    }
}

impl ExecutionPlan for StepScanExec {
    fn name(&self) -> &str {
        "StepScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(self: Arc<Self>, _children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn execute(&self, partition: usize, _context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (tables, caches, reversed) = (self.tables.clone(), self.caches.clone(), self.reversed);
        let schema = self.schema.clone();
        let batches = stream::once(async move {
            let adjacency = caches.adjacency(&tables.edges, &tables.from, &tables.to).await?;
            Ok::<_, DataFusionError>(stream::iter(Pieces {
                adjacency,
                reversed,
                node: 0,
                schema,
            }))
        })
        .try_flatten();
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema.clone(),
            counted(batches, metrics),
        )))
    }
}

/// The edges, by the node that a step arrives at.
struct Pieces {
    adjacency: Arc<Adjacency>,
    reversed: bool,
    /// The node whose edges come next.
    node: u32,
    schema: SchemaRef,
}

impl Iterator for Pieces {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        let lists = match self.reversed {
            true => &self.adjacency.out,
            false => &self.adjacency.incoming,
        };
        let (mut edges, mut nodes) = (Vec::new(), Vec::new());
        while (self.node as usize) < lists.nodes() && edges.len() < BATCH_ROWS {
            edges.extend_from_slice(lists.edges(self.node));
            nodes.resize(edges.len(), self.node);
            self.node += 1;
        }
        (!edges.is_empty()).then(|| {
            let columns = [edges, nodes].map(|numbers| Arc::new(UInt32Array::from(numbers)) as _);
            Ok(RecordBatch::try_new(self.schema.clone(), columns.to_vec())?)
        })
    }
}
