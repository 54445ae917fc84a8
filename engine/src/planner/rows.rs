//! Expressions of a mutation's statements, over the rows that they are about: no operator stands around them.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Schema, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use omnigraph_model::ir::{Expression, Var};

use super::constant::Constants;
use super::lowering::{Lowering, Scope};
use crate::operators::column::PlanColumn;
use crate::operators::expression::ExprRef;
use crate::storage::ID;

/// Expressions that read stored values of one row, and what its statement runs for.
pub(crate) struct RowExpressions {
    expressions: Vec<ExprRef>,
    columns: Vec<String>,
    given: Vec<usize>,
    schema: SchemaRef,
}

/// What an assignment gives a value, with the type of that.
pub(crate) type Leaf = (Expression, DataType);

/// Whether two parts of expressions read the same of an assignment.
pub(crate) fn same_leaf(one: &Expression, other: &Expression) -> bool {
    match (one, other) {
        (
            Expression::Property { variable, property, .. },
            Expression::Property {
                variable: of,
                property: name,
                ..
            },
        ) => variable == of && property == name,
        (Expression::Id { variable }, Expression::Id { variable: of })
        | (Expression::TypeName { variable }, Expression::TypeName { variable: of })
        | (Expression::Value { variable, .. }, Expression::Value { variable: of, .. }) => variable == of,
        _ => false,
    }
}

/// The column of what an assignment gives a value. People do not see its name.
fn given_column(leaf: &Expression) -> Option<PlanColumn> {
    let entity = |variable: &Var| PlanColumn::Entity {
        variable: variable.0.to_string(),
    };
    match leaf {
        Expression::Property { variable, property, .. } => Some(entity(variable).stored(property)),
        // No property can be called so.
        Expression::Id { variable } => Some(entity(variable)),
        Expression::TypeName { variable } => Some(PlanColumn::TypeName {
            of: Box::new(entity(variable)),
        }),
        Expression::Value { variable, .. } => Some(PlanColumn::Value {
            variable: variable.0.to_string(),
        }),
        _ => None,
    }
}

impl RowExpressions {
    /// `data_type`: of a stored value, by the name that the expressions have for it. `known`: what an assignment gives values.
    pub(crate) fn of<'e>(
        constants: &Constants,
        expressions: impl IntoIterator<Item = &'e Expression>,
        data_type: impl Fn(&str) -> Option<DataType>,
        known: &[Leaf],
    ) -> Result<RowExpressions> {
        let expressions: Vec<&Expression> = expressions.into_iter().collect();
        let row = PlanColumn::Entity {
            variable: "row".to_owned(),
        };
        let mut columns: Vec<String> = Vec::new();
        let mut given: Vec<usize> = Vec::new();
        let mut parts = Vec::new();
        for expression in &expressions {
            expression.visit(&mut |part| parts.push(part));
        }
        let mut leaves = Vec::new();
        for part in parts {
            let name = match part {
                Expression::Property {
                    variable: Var::ROW,
                    property,
                    ..
                } => property.as_str(),
                Expression::Id { variable: Var::ROW } => ID,
                Expression::Item { id, .. } => {
                    leaves.push((part, PlanColumn::Item(*id)));
                    continue;
                }
                part => {
                    let place = known.iter().position(|(leaf, _)| same_leaf(leaf, part));
                    if let (Some(place), Some(column)) = (place, given_column(part)) {
                        if !given.contains(&place) {
                            given.push(place);
                        }
                        leaves.push((part, column));
                    }
                    continue;
                }
            };
            if !columns.iter().any(|known| known == name) {
                columns.push(name.to_owned());
            }
            leaves.push((part, row.stored(name)));
        }
        let mut fields = Vec::with_capacity(columns.len());
        for name in &columns {
            let data_type = data_type(name)
                .ok_or_else(|| DataFusionError::Internal(format!("a statement reads no property {name}")))?;
            fields.push(row.stored(name).field(data_type, true));
        }
        let mut read: Vec<PlanColumn> = columns.iter().map(|name| row.stored(name)).collect();
        for place in &given {
            let (leaf, data_type) = &known[*place];
            let column = given_column(leaf);
            let column = column.ok_or_else(|| DataFusionError::Internal(format!("{leaf:?} is given no value")))?;
            fields.push(column.field(data_type.clone(), true));
            read.push(column);
        }
        let schema = Arc::new(Schema::new(fields));
        let scope = Scope {
            schema: schema.clone(),
            columns: read,
        };
        let lowering = Lowering {
            constants,
            memory_limit: constants.memory_limit(),
            leaves,
        };
        let expressions = expressions
            .into_iter()
            .map(|expression| lowering.lower(expression, &scope));
        Ok(RowExpressions {
            expressions: expressions.collect::<Result<Vec<ExprRef>>>()?,
            columns,
            given,
            schema,
        })
    }

    /// The names of what the expressions read of the row, in the order in which [`RowExpressions::evaluate`] takes it.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The places of what they read of the assignment, in the order in which it follows these columns.
    pub(crate) fn given(&self) -> &[usize] {
        &self.given
    }

    /// A column for each expression, with as many values as there are rows.
    pub(crate) fn evaluate(&self, columns: Vec<ArrayRef>, rows: usize) -> Result<Vec<ArrayRef>> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        let values = self.expressions.iter();
        values
            .map(|expression| expression.evaluate(&batch)?.into_array(rows))
            .collect()
    }
}
