//! What an update sets, and the vectors that follow from it.

use omnigraph_model::catalog::NodeType;
use omnigraph_model::ir::Expression;

use super::Values;
use super::write::{Faults, assigned, failed, outdated};
use crate::embedding;
use crate::error::{Fault, Result};
use crate::storage::Cell;

pub(crate) struct Set {
    /// By the place of the property.
    cells: Vec<(usize, Cell<'static>)>,
    follows: Vec<Follows>,
}

/// A vector that is not set itself, but whose source is.
struct Follows {
    source: usize,
    target: usize,
    cell: Result<Cell<'static>, Fault>,
}

impl Set {
    /// `None` if a value does not fit.
    pub(super) fn of(
        node: &NodeType,
        assignments: &[(String, Expression)],
        values: &Values,
        faults: &mut Faults,
    ) -> Result<Option<Set>> {
        let place = |name: &str| node.properties.iter().position(|property| property.name == name);
        let mut cells = Vec::with_capacity(assignments.len());
        for (name, expression) in assignments {
            let at = place(name).ok_or_else(|| outdated("property", name))?;
            let cell = assigned(&node.name, &node.properties[at], &node.key, expression, values);
            if let Some(cell) = faults.take(cell)? {
                cells.push((at, cell));
            }
        }
        if cells.len() < assignments.len() {
            return Ok(None);
        }
        let mut follows = Vec::new();
        for embed in &node.embeds {
            let (Some(source), Some(target)) = (place(&embed.source), place(&embed.target)) else {
                continue;
            };
            let text = cells.iter().find(|(at, _)| *at == source);
            if let (Some((_, text)), false) = (text, cells.iter().any(|(at, _)| *at == target)) {
                let cell = embedding::unfilled(node, &node.properties[target], embed, text, values.embeds);
                follows.push(Follows { source, target, cell });
            }
        }
        Ok(Some(Set { cells, follows }))
    }

    /// A vector follows its source: none outlives the text that it was computed from, and one that was missing comes.
    pub(super) fn apply(&self, row: &mut [Cell<'static>]) -> Result<()> {
        for Follows { source, target, cell } in &self.follows {
            let changes = self.cells.iter().any(|(at, cell)| at == source && row[*at] != *cell);
            if changes || row[*target] == Cell::Null {
                row[*target] = cell.clone().map_err(failed)?;
            }
        }
        for (at, cell) in &self.cells {
            row[*at] = cell.clone();
        }
        Ok(())
    }
}
