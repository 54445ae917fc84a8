//! A query while it runs: batches come as they are computed. What a caller keeps of them is the caller's choice: nothing,
//! everything in memory within the query's budget, or everything, on disk beyond a bound.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool};
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::{TryFutureExt, TryStreamExt};
use omnigraph_model::ir::Column;

use super::error::from_datafusion;
use crate::error::Result;
use crate::history::Graph;
use crate::operators::operator::row_bytes;
use crate::operators::page::NextPage;
use crate::result::{Page, QueryResult, SpooledResult};
use crate::storage::Spool;

/// Bytes of a result kept in memory before it goes to a scratch file.
const SPOOLED: usize = 32 << 20;

/// A query that runs. Whoever drops it ends it.
pub struct Running {
    /// Names and types, as the plan has them.
    pub columns: Vec<Column>,
    /// The Arrow types of the columns.
    pub schema: SchemaRef,
    /// Id of the commit that is read.
    pub commit: String,
    pub(super) graph: Graph,
    pub(super) batches: SendableRecordBatchStream,
    pub(super) pool: Arc<dyn MemoryPool>,
    pub(super) memory_limit: usize,
    pub(super) next: Option<NextPage>,
}

impl Running {
    /// The next rows; `None` when there are no more.
    ///
    /// # Errors
    /// Memory beyond the limit, damage, and the storage's. There are no more rows after one.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>> {
        let (batches, limit) = (&mut self.batches, self.memory_limit);
        let next = batches.try_next().map_err(|error| from_datafusion(error, limit));
        self.graph.bounded(next).await
    }

    /// Whether there is a next page, if the query asks for pages; known when [`Running::next`] has given all rows.
    pub fn page(&self) -> Option<Page> {
        let next = self.next.as_ref()?.cursor();
        Some(Page { next })
    }

    /// All rows in memory. They count against the query's budget.
    ///
    /// # Errors
    /// As [`Running::next`]; a result that does not fit into the query's memory.
    pub async fn collect(mut self) -> Result<QueryResult> {
        let kept = MemoryConsumer::new("result").register(&self.pool);
        let mut batches = Vec::new();
        while let Some(batch) = self.next().await? {
            kept.try_grow(batch.columns().iter().map(row_bytes).sum())
                .map_err(|error| from_datafusion(error, self.memory_limit))?;
            batches.push(batch);
        }
        let page = self.page();
        Ok(QueryResult {
            page,
            columns: self.columns,
            schema: self.schema,
            batches,
            commit: self.commit,
        })
    }

    /// All rows, in a scratch file where they are many.
    ///
    /// # Errors
    /// As [`Running::next`]; a scratch file that cannot be written.
    pub async fn spooled(mut self) -> Result<SpooledResult> {
        let mut rows = Spool::new(self.schema.clone());
        while let Some(batch) = self.next().await? {
            rows.push(batch);
            if rows.memory_bytes() > SPOOLED {
                rows.spill()?;
            }
        }
        let page = self.page();
        Ok(SpooledResult {
            page,
            columns: self.columns,
            rows,
            commit: self.commit,
        })
    }
}
