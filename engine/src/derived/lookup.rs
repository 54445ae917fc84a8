//! Edges of some nodes, found by their ends in storage, through its indexes where there are any.

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, StringArray, UInt32Array};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, ident, lit};
use futures::TryStreamExt;
use omnigraph_model::ir::Direction;

use super::Caches;
use super::adjacency::NONE;
use super::derive::{SOURCE_ROW, TARGET_ROW, dense, no_node, numbers_of};
use crate::storage::lookup::ROW_ID;
use crate::storage::{DST, ID, SRC, Scan, Table};

/// Ids of one filter.
const IDS_PER_FILTER: usize = 8_192;

impl Caches {
    /// Source, target and number of every edge that leads from, to, or in either direction to one of some nodes. Those
    /// of `Both` directions may come twice. `nodes` is sorted and without duplicates.
    pub(crate) async fn edges_of(
        &self,
        edges: &Table,
        from: &Table,
        to: &Table,
        direction: Direction,
        nodes: &[u32],
    ) -> Result<Vec<[u32; 3]>> {
        let mut found = Vec::new();
        if edges.rows() == 0 || nodes.is_empty() {
            return Ok(found);
        }
        if direction != Direction::In {
            let ids = self.ids_of(from, nodes).await?;
            self.edges_by(edges, from, to, SRC, &ids, &mut found).await?;
        }
        if direction != Direction::Out {
            let ids = self.ids_of(to, nodes).await?;
            self.edges_by(edges, from, to, DST, &ids, &mut found).await?;
        }
        Ok(found)
    }

    /// The ids of some rows.
    pub(crate) async fn ids_of(&self, table: &Table, nodes: &[u32]) -> Result<StringArray> {
        let ids = match self.resident_column(table, ID) {
            Some(column) => column.gather(&UInt32Array::from(nodes.to_vec()))?,
            None if self.worth_loading(table, ID, nodes.len() as u64) => {
                self.ids(table).await?.gather(&UInt32Array::from(nodes.to_vec()))?
            }
            None => self.take(table, &[ID], nodes).await?.column(0).clone(),
        };
        Ok(ids.as_string::<i32>().clone())
    }

    async fn edges_by(
        &self,
        edges: &Table,
        from: &Table,
        to: &Table,
        end: &str,
        ids: &StringArray,
        found: &mut Vec<[u32; 3]>,
    ) -> Result<()> {
        let (numbers, sources, targets) = (self.rows(edges).await?, self.rows(from).await?, self.rows(to).await?);
        for start in (0..ids.len()).step_by(IDS_PER_FILTER) {
            let part = ids.slice(start, IDS_PER_FILTER.min(ids.len() - start));
            let values: Vec<Expr> = part.iter().flatten().map(lit).collect();
            let found_by = ident(end).in_list(values, false);
            let scan = Scan::of(&[SOURCE_ROW, TARGET_ROW]).filter(Some(found_by));
            let mut batches = edges.scan(&scan).await?;
            while let Some(batch) = batches.try_next().await? {
                let column = |name: &str| {
                    batch
                        .column_by_name(name)
                        .and_then(|column| column.as_primitive_opt::<UInt64Type>())
                        .ok_or_else(|| DataFusionError::Internal(format!("a scan of edges did not give {name}")))
                };
                let (mut source, mut target) = (Vec::new(), Vec::new());
                numbers_of(&sources, column(SOURCE_ROW)?, &mut source);
                numbers_of(&targets, column(TARGET_ROW)?, &mut target);
                for (row, row_id) in column(ROW_ID)?.values().iter().enumerate() {
                    if source[row] == NONE || target[row] == NONE {
                        return Err(no_node(*row_id));
                    }
                    found.push([source[row], target[row], dense(&numbers, *row_id)?]);
                }
            }
        }
        Ok(())
    }
}
