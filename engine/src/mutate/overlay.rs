//! Rows written by the statements so far: they hide stored rows of the same id, and later statements see them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::BooleanArray;
use omnigraph_model::catalog::{NodeType, Property};

use super::predicate::Test;
use super::set::Set;
use crate::error::{Error, Result};
use crate::storage::{Affected, Cell, Column};
use crate::validate::{Existing, KeyBudget, Removed, RowBuilder, TypeDelta};

/// Memory of a mutation's rows, over all types.
pub(crate) struct Budget {
    pub used: u64,
    pub limit: u64,
}

impl Budget {
    pub(super) fn take(&mut self, cells: &[Cell]) -> Result<()> {
        self.used += 64 + cells.iter().map(|cell| cell.bytes() as u64).sum::<u64>();
        if self.used > self.limit {
            return Err(Error::ResourceLimitExceeded {
                resource: "bytes of pending rows of one mutation",
                limit: self.limit,
                actual: Some(self.used),
            });
        }
        Ok(())
    }
}

pub(crate) struct PendingNode {
    id: String,
    cells: Vec<Cell<'static>>,
    /// The id was made up now, so no stored row can have it.
    made_up: bool,
    /// The last that wrote it.
    statement: u64,
}

/// Pending rows of one node type, in the order in which they were first written.
#[derive(Default)]
pub(crate) struct Nodes {
    rows: Vec<PendingNode>,
    by_id: HashMap<String, usize>,
    pub affected: Affected,
}

impl Nodes {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn put(&mut self, id: String, cells: Vec<Cell<'static>>, made_up: bool, statement: u64) {
        match self.by_id.get(&id) {
            Some(at) => {
                self.rows[*at].cells = cells;
                self.rows[*at].statement = statement;
            }
            None => {
                self.by_id.insert(id.clone(), self.rows.len());
                self.rows.push(PendingNode {
                    id,
                    cells,
                    made_up,
                    statement,
                });
            }
        }
    }

    /// Sets cells of the pending rows that match; their number.
    pub(super) fn update(&mut self, node: &NodeType, test: &Test, set: &Set, statement: u64) -> Result<u64> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        let hits = self.hits(&node.properties, test)?;
        for (row, _) in self.rows.iter_mut().zip(hits.values()).filter(|(_, hit)| *hit) {
            set.apply(&mut row.cells)?;
            row.statement = statement;
        }
        Ok(hits.true_count() as u64)
    }

    fn hits(&self, properties: &[Property], test: &Test) -> Result<BooleanArray> {
        let at = properties
            .iter()
            .position(|property| property.name == test.column)
            .ok_or_else(|| Error::internal("a predicate names no property"))?;
        let mut column = Column::new(&test.ty);
        for row in &self.rows {
            column.append(&row.cells[at])?;
        }
        test.matches(&column.finish())
    }

    pub(super) fn finish(self, node: &NodeType, budget: &Arc<KeyBudget>) -> Result<TypeDelta> {
        let mut rows = RowBuilder::node(node, budget);
        for row in &self.rows {
            if !row.made_up {
                rows.index(&row.id)?;
            }
            rows.append(&row.id, None, &row.cells, row.statement)?;
        }
        rows.finish(Existing::Replace, Removed::Nothing)
    }
}
