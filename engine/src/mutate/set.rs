//! What an update or an insert sets: constants, and values that are computed of each row.

use arrow_array::ArrayRef;
use datafusion::common::ScalarValue;
use omnigraph_model::catalog::{Embed, NodeType, Property};
use omnigraph_model::ir::Expression;
use omnigraph_model::types::Value;

use super::Values;
use super::condition::Columns;
use super::write::{Faults, failed, outdated};
use crate::embedding;
use crate::error::{Error, Fault, Result};
use crate::load::{absent, of_literal};
use crate::planner::{RowExpressions, value_from};
use crate::storage::Cell;

/// The values of assignments: a constant is converted once, another one for each row.
pub(crate) struct Assigned<'p> {
    type_name: &'p str,
    key: &'p [String],
    properties: &'p [Property],
    /// By the place of the property.
    constants: Vec<(usize, Cell<'static>)>,
    computed: Vec<usize>,
    expressions: RowExpressions,
}

impl<'p> Assigned<'p> {
    /// `None` if a constant does not fit.
    pub(super) fn of<'e>(
        (type_name, key): (&'p str, &'p [String]),
        columns: Columns<'p>,
        assignments: impl IntoIterator<Item = &'e (String, Expression)>,
        values: &Values,
        faults: &mut Faults,
    ) -> Result<Option<Assigned<'p>>> {
        let properties = columns.properties;
        let (mut constants, mut computed, mut expressions) = (Vec::new(), Vec::new(), Vec::new());
        let mut fits = true;
        for (name, expression) in assignments {
            let at = properties.iter().position(|property| property.name == *name);
            let at = at.ok_or_else(|| outdated("property", name))?;
            let expression = values.constants.folded_expression(expression);
            let Some((value, _)) = values.constants.value(&expression) else {
                computed.push(at);
                expressions.push(expression);
                continue;
            };
            let cell = match (&value, &expression, properties[at].ty.nullable) {
                (Value::Null, Expression::Parameter { name, .. }, false) => Err(failed(Fault::NullParameter {
                    parameter: name.clone(),
                    type_name: type_name.to_string(),
                    property: properties[at].name.clone(),
                })),
                _ => cell(type_name, &properties[at], key, &value),
            };
            match faults.take(cell)? {
                Some(cell) => constants.push((at, cell)),
                None => fits = false,
            }
        }
        let expressions = RowExpressions::of(&values.constants, &expressions, |name| columns.data_type(name));
        let assigned = Assigned {
            type_name,
            key,
            properties,
            constants,
            computed,
            expressions: values.checked(expressions)?,
        };
        Ok(fits.then_some(assigned))
    }

    /// What the computed values are made of.
    pub(super) fn reads(&self) -> &[String] {
        self.expressions.columns()
    }

    pub(super) fn sets(&self, place: usize) -> bool {
        self.computed.contains(&place) || self.constants.iter().any(|(at, _)| *at == place)
    }

    /// The computed values of some rows.
    pub(super) fn compute(&self, columns: Vec<ArrayRef>, rows: usize, values: &Values) -> Result<Vec<ArrayRef>> {
        if self.computed.is_empty() {
            return Ok(Vec::new());
        }
        values.checked(self.expressions.evaluate(columns, rows))
    }

    /// The cells of one of the rows, by the place of the property.
    pub(super) fn cells(&self, computed: &[ArrayRef], row: usize) -> Result<Vec<(usize, Cell<'static>)>> {
        let mut cells = self.constants.clone();
        for (at, values) in self.computed.iter().zip(computed) {
            let scalar = ScalarValue::try_from_array(values, row)?;
            let value = value_from(&scalar)
                .ok_or_else(|| Error::internal(format!("an expression gives {}", values.data_type())))?;
            cells.push((*at, cell(self.type_name, &self.properties[*at], self.key, &value)?));
        }
        Ok(cells)
    }
}

/// A value as the property takes it; null only where the property may be.
pub(super) fn cell(type_name: &str, property: &Property, key: &[String], value: &Value) -> Result<Cell<'static>> {
    match value {
        Value::Null => absent(type_name, property, key, true).map_err(failed),
        value => of_literal(type_name, property, value)
            .map(Cell::into_owned)
            .map_err(failed),
    }
}

pub(crate) struct Set<'p> {
    node: &'p NodeType,
    pub assigned: Assigned<'p>,
    follows: Vec<Follows<'p>>,
    /// Whether vectors can be computed.
    embeds: bool,
}

/// A vector that is not set itself, but whose source is.
struct Follows<'p> {
    source: usize,
    target: usize,
    embed: &'p Embed,
}

impl<'p> Set<'p> {
    /// `None` if a value does not fit.
    pub(super) fn of(
        node: &'p NodeType,
        assignments: &[(String, Expression)],
        values: &Values,
        faults: &mut Faults,
    ) -> Result<Option<Set<'p>>> {
        let columns = Columns {
            properties: &node.properties,
            edge: false,
        };
        let Some(assigned) = Assigned::of((&node.name, &node.key), columns, assignments, values, faults)? else {
            return Ok(None);
        };
        let place = |name: &str| node.properties.iter().position(|property| property.name == name);
        let follows = node.embeds.iter().filter_map(|embed| {
            let (source, target) = (place(&embed.source)?, place(&embed.target)?);
            let follows = assigned.sets(source) && !assigned.sets(target);
            follows.then_some(Follows { source, target, embed })
        });
        Ok(Some(Set {
            node,
            follows: follows.collect(),
            assigned,
            embeds: values.embeds,
        }))
    }

    /// Sets a row's cells. A vector follows its source: none outlives the text that it was computed from, and one that was
    /// missing comes.
    pub(super) fn apply(&self, row: &mut [Cell<'static>], computed: &[ArrayRef], at: usize) -> Result<()> {
        let cells = self.assigned.cells(computed, at)?;
        for Follows { source, target, embed } in &self.follows {
            let text = cells.iter().find(|(at, _)| at == source).map(|(_, text)| text);
            let Some(text) = text else { continue };
            if row[*source] != *text || row[*target] == Cell::Null {
                let property = &self.node.properties[*target];
                row[*target] = embedding::unfilled(self.node, property, embed, text, self.embeds).map_err(failed)?;
            }
        }
        for (at, cell) in cells {
            row[at] = cell;
        }
        Ok(())
    }
}
