//! What an update or an insert sets: constants, and values that are computed of each row.

use arrow_array::ArrayRef;
use datafusion::common::ScalarValue;
use omnigraph_model::catalog::{Embed, Property};
use omnigraph_model::ir::Expression;
use omnigraph_model::types::Value;

use super::Values;
use super::kind::Kind;
use super::write::{Faults, failed, outdated};
use crate::embedding;
use crate::error::{Error, Fault, Result};
use crate::load::{absent, of_literal};
use crate::planner::{Leaf, RowExpressions, value_from};
use crate::storage::Cell;

/// Cells of a row, by the place of the property.
pub(crate) type Cells = Vec<(usize, Cell<'static>)>;

/// The values of assignments: a constant is converted once, another one for each row.
pub(crate) struct Assigned<'p> {
    kind: Kind<'p>,
    constants: Cells,
    computed: Vec<usize>,
    expressions: RowExpressions,
}

impl<'p> Assigned<'p> {
    /// `None` if a constant does not fit.
    pub(super) fn of<'e>(
        kind: Kind<'p>,
        assignments: impl IntoIterator<Item = &'e (String, Expression)>,
        leaves: &[Leaf],
        values: &Values,
        faults: &mut Faults,
    ) -> Result<Option<Assigned<'p>>> {
        let (properties, type_name, key) = (kind.properties(), kind.name(), kind.key());
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
        let stored = |name: &str| kind.columns().data_type(name);
        let expressions = RowExpressions::of(&values.constants, &expressions, stored, leaves);
        let assigned = Assigned {
            kind,
            constants,
            computed,
            expressions: values.checked(expressions)?,
        };
        Ok(fits.then_some(assigned))
    }

    /// What the computed values are made of, of the row.
    pub(super) fn reads(&self) -> &[String] {
        self.expressions.columns()
    }

    /// The same of the assignment: columns that follow these.
    pub(super) fn given(&self) -> &[usize] {
        self.expressions.given()
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
    pub(super) fn cells(&self, computed: &[ArrayRef], row: usize) -> Result<Cells> {
        let mut cells = self.constants.clone();
        for (at, values) in self.computed.iter().zip(computed) {
            let scalar = ScalarValue::try_from_array(values, row)?;
            let value = value_from(&scalar)
                .ok_or_else(|| Error::internal(format!("an expression gives {}", values.data_type())))?;
            let (name, property, key) = (self.kind.name(), &self.kind.properties()[*at], self.kind.key());
            cells.push((*at, cell(name, property, key, &value)?));
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
    kind: Kind<'p>,
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
        kind: Kind<'p>,
        assignments: &[(String, Expression)],
        leaves: &[Leaf],
        values: &Values,
        faults: &mut Faults,
    ) -> Result<Option<Set<'p>>> {
        let Some(assigned) = Assigned::of(kind, assignments, leaves, values, faults)? else {
            return Ok(None);
        };
        let place = |name: &str| kind.properties().iter().position(|property| property.name == name);
        let follows = kind.embeds().iter().filter_map(|embed| {
            let (source, target) = (place(&embed.source)?, place(&embed.target)?);
            let follows = assigned.sets(source) && !assigned.sets(target);
            follows.then_some(Follows { source, target, embed })
        });
        Ok(Some(Set {
            kind,
            follows: follows.collect(),
            assigned,
            embeds: values.embeds,
        }))
    }

    /// Sets a row's cells. A vector follows its source: none outlives the text that it was computed from, and one that was
    /// missing comes.
    pub(super) fn apply(&self, row: &mut [Cell<'static>], cells: Cells) -> Result<()> {
        for Follows { source, target, embed } in &self.follows {
            let text = cells.iter().find(|(at, _)| at == source).map(|(_, text)| text);
            let (Some(text), Kind::Node(node)) = (text, self.kind) else {
                continue;
            };
            if row[*source] != *text || row[*target] == Cell::Null {
                let property = &node.properties[*target];
                row[*target] = embedding::unfilled(node, property, embed, text, self.embeds).map_err(failed)?;
            }
        }
        for (at, cell) in cells {
            row[at] = cell;
        }
        Ok(())
    }
}
