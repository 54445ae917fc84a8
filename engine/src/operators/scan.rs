//! Where rows come from: the nodes of one type, a single empty row, the row of an enclosing pattern.

use std::fmt;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::{Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, SendableRecordBatchStream,
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::sync::OnceCell;

use super::access::AccessPaths;
use super::column::PlanColumn;
use super::operator::{BATCH_ROWS, counted, properties};
use crate::derived::Caches;
use crate::storage::{ID, Scan, Table};

/// How the nodes of a scan are found.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    All,
    /// The one node with this id, if any.
    Id(String),
    /// Nodes that pass a filter which storage evaluates with an index; `text` says it to people.
    Filter {
        expression: Box<Expr>,
        text: String,
    },
}

/// Dense numbers of a type's nodes, ascending.
#[derive(Debug)]
pub(crate) struct NodeScanExec {
    column: PlanColumn,
    type_name: String,
    state: Arc<State>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

#[derive(Debug)]
struct State {
    schema: SchemaRef,
    table: Arc<Table>,
    caches: Arc<Caches>,
    access: Access,
    paths: AccessPaths,
    /// What `access` found; a plan inside a nested block runs it once.
    found: OnceCell<UInt32Array>,
}

impl NodeScanExec {
    pub(crate) fn new(
        column: PlanColumn,
        type_name: &str,
        table: Arc<Table>,
        access: Access,
        paths: AccessPaths,
        caches: Arc<Caches>,
    ) -> NodeScanExec {
        let schema = Arc::new(Schema::new(vec![column.dense_field()]));
        NodeScanExec {
            column,
            type_name: type_name.to_string(),
            properties: properties(schema.clone()),
            metrics: ExecutionPlanMetricsSet::new(),
            state: Arc::new(State {
                schema,
                table,
                caches,
                access,
                paths,
                found: OnceCell::new(),
            }),
        }
    }
}

impl DisplayAs for NodeScanExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeScanExec: {}: {}", self.column, self.type_name)?;
        match &self.state.access {
            Access::All => write!(f, ", all {}", self.state.table.rows()),
            Access::Id(id) => write!(f, ", key {id:?}"),
            Access::Filter { text, .. } => write!(f, ", index filter {text}"),
        }
    }
}

impl ExecutionPlan for NodeScanExec {
    fn name(&self) -> &str {
        "NodeScanExec"
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
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let schema = self.state.schema.clone();
        if let Access::All = self.state.access
            && self.state.table.slots() == self.state.table.rows()
        {
            let rows = u32::try_from(self.state.table.rows())
                .map_err(|_| DataFusionError::ResourcesExhausted("a type has more rows than can be numbered".into()))?;
            let batch_schema = schema.clone();
            let batches = stream::iter((0..rows).step_by(BATCH_ROWS)).map(move |start| {
                let end = rows.min(start.saturating_add(BATCH_ROWS as u32));
                let dense = UInt32Array::from_iter_values(start..end);
                Ok(RecordBatch::try_new(batch_schema.clone(), vec![Arc::new(dense)])?)
            });
            return Ok(Box::pin(RecordBatchStreamAdapter::new(
                schema,
                counted(batches, metrics),
            )));
        }
        let state = self.state.clone();
        let time = metrics.elapsed_compute().clone();
        let batches = stream::once(Box::pin(async move {
            let _timer = time.timer();
            let found = state.found.get_or_try_init(|| state.find()).await?.clone();
            let schema = state.schema.clone();
            let starts = (0..found.len()).step_by(BATCH_ROWS);
            Ok::<_, DataFusionError>(stream::iter(starts).map(move |start| {
                let dense = found.slice(start, BATCH_ROWS.min(found.len() - start));
                Ok(RecordBatch::try_new(schema.clone(), vec![Arc::new(dense)])?)
            }))
        }))
        .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            schema,
            counted(batches, metrics),
        )))
    }
}

impl State {
    async fn find(&self) -> Result<UInt32Array> {
        let filter = match &self.access {
            Access::All => {
                let rows = self.caches.rows(&self.table).await?;
                return Ok(UInt32Array::from_iter_values(rows.live()));
            }
            Access::Id(id) => {
                // The look-up table costs reading all ids once; a few searches go to storage before that.
                let in_memory = match self.paths {
                    AccessPaths::Memory => true,
                    AccessPaths::Indexes => false,
                    AccessPaths::Automatic => {
                        self.caches.worth_loading(&self.table, ID, 1)
                            || self.caches.resident_column(&self.table, ID).is_some()
                    }
                };
                if in_memory {
                    return Ok(self
                        .caches
                        .lookup(&self.table)
                        .await?
                        .dense(id)
                        .into_iter()
                        .collect::<Vec<u32>>()
                        .into());
                }
                datafusion::logical_expr::ident(ID).eq(datafusion::logical_expr::lit(id.as_str()))
            }
            Access::Filter { expression, .. } => expression.as_ref().clone(),
        };
        let rows = self.caches.rows(&self.table).await?;
        let mut batches = self.table.scan(&Scan::of(&[]).filter(Some(filter))).await?;
        let mut found: Vec<u32> = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            for row_id in batch.column(0).as_primitive::<UInt64Type>().values() {
                let dense = rows.dense(*row_id).ok_or_else(|| {
                    DataFusionError::Internal("a scan returned a row that this version does not have".into())
                })?;
                found.push(dense);
            }
        }
        found.sort_unstable();
        Ok(found.into())
    }
}

/// The rows of the enclosing pattern, handed to an inner plan by its semi-join.
#[derive(Debug)]
pub(crate) struct OuterRows(pub RecordBatch);

/// The leaf of an inner plan.
#[derive(Debug)]
pub(crate) struct OuterExec {
    properties: Arc<PlanProperties>,
}

impl OuterExec {
    /// `schema` is that of the enclosing pattern's rows.
    pub(crate) fn new(schema: SchemaRef) -> OuterExec {
        OuterExec {
            properties: properties(schema),
        }
    }
}

impl DisplayAs for OuterExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OuterExec")
    }
}

impl ExecutionPlan for OuterExec {
    fn name(&self) -> &str {
        "OuterExec"
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

    fn execute(&self, _partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = context.session_config().get_extension::<OuterRows>().ok_or_else(|| {
            DataFusionError::Internal("an inner plan was executed without rows of the enclosing one".into())
        })?;
        let batch = rows.0.clone();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            stream::iter([Ok(batch)]),
        )))
    }
}
