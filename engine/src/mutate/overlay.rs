//! Rows written by the statements so far: they hide stored rows of the same id, and later statements see them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use omnigraph_model::catalog::NodeType;

use super::Values;
use super::condition::{Columns, Condition};
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
    pub(super) fn update(
        &mut self,
        node: &NodeType,
        condition: &Condition,
        set: &Set<'_>,
        values: &Values,
        statement: u64,
    ) -> Result<u64> {
        if self.rows.is_empty() {
            return Ok(0);
        }
        let columns = Columns {
            properties: &node.properties,
            edge: false,
        };
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let hits = condition.holds(self.read(condition.reads(), columns, &all)?, all.len(), values)?;
        let hits: Vec<usize> = all.into_iter().filter(|row| hits.value(*row)).collect();
        let computed = set
            .assigned
            .compute(self.read(set.assigned.reads(), columns, &hits)?, hits.len(), values)?;
        for (at, row) in hits.iter().enumerate() {
            let row = &mut self.rows[*row];
            set.apply(&mut row.cells, &computed, at)?;
            row.statement = statement;
        }
        Ok(hits.len() as u64)
    }

    /// What expressions read of some rows.
    fn read(&self, names: &[String], columns: Columns<'_>, rows: &[usize]) -> Result<Vec<ArrayRef>> {
        let mut read = Vec::with_capacity(names.len());
        for name in names {
            let at = columns.properties.iter().position(|property| property.name == *name);
            let Some(at) = at else {
                let ids = rows.iter().map(|row| self.rows[*row].id.as_str());
                read.push(Arc::new(StringArray::from_iter_values(ids)) as ArrayRef);
                continue;
            };
            let mut column = Column::new(&columns.properties[at].ty);
            for row in rows {
                column.append(&self.rows[*row].cells[at])?;
            }
            read.push(column.finish());
        }
        Ok(read)
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
