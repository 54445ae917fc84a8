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

/// Expressions that read stored values of one row.
pub(crate) struct RowExpressions {
    expressions: Vec<ExprRef>,
    columns: Vec<String>,
    schema: SchemaRef,
}

impl RowExpressions {
    /// `data_type`: of a stored value, by the name that the expressions have for it.
    pub(crate) fn of<'e>(
        constants: &Constants,
        expressions: impl IntoIterator<Item = &'e Expression>,
        data_type: impl Fn(&str) -> Option<DataType>,
    ) -> Result<RowExpressions> {
        let expressions: Vec<&Expression> = expressions.into_iter().collect();
        let row = PlanColumn::Entity {
            variable: "row".to_owned(),
        };
        let mut columns: Vec<String> = Vec::new();
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
                _ => continue,
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
        let schema = Arc::new(Schema::new(fields));
        let scope = Scope {
            schema: schema.clone(),
            columns: columns.iter().map(|name| row.stored(name)).collect(),
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
            schema,
        })
    }

    /// The names of what the expressions read, in the order in which [`RowExpressions::evaluate`] takes it.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
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
