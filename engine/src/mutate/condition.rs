//! The condition of an update or a delete: evaluated by the engine's own operations, and before that by storage, as far as it
//! says the same as we do.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::prelude::Expr;
use omnigraph_model::catalog::Property;
use omnigraph_model::ir::{Comparison, Expression, Var};
use omnigraph_model::types::{Scalar, Value};
use omnigraph_model::vocabulary::functions::Operation;

use super::Values;
use crate::error::Result;
use crate::kernel;
use crate::planner::{Leaf, RowExpressions};
use crate::storage::lookup::column_of;
use crate::storage::{DST, ID, SRC, value_type};

/// The columns of a type's dataset, by the names that statements have for them.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'t> {
    pub properties: &'t [Property],
    pub edge: bool,
}

impl Columns<'_> {
    /// The column that holds what a statement calls so.
    pub(super) fn stored<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "from" if self.edge => SRC,
            "to" if self.edge => DST,
            name => name,
        }
    }

    pub(super) fn data_type(&self, name: &str) -> Option<DataType> {
        if name == ID && !self.properties.iter().any(|property| property.name == ID)
            || self.edge && matches!(name, "from" | "to")
        {
            return Some(DataType::Utf8);
        }
        let property = self.properties.iter().find(|property| property.name == name)?;
        Some(value_type(&property.ty))
    }

    /// What expressions read, out of a batch of the dataset.
    pub(super) fn read(&self, names: &[String], batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let columns = names.iter().map(|name| column_of(batch, self.stored(name)).cloned());
        columns.collect()
    }
}

pub(crate) struct Condition {
    expressions: RowExpressions,
    filter: Option<Expr>,
}

impl Condition {
    /// `None` where it is true of no row.
    pub(super) fn of(
        condition: &Expression,
        columns: Columns<'_>,
        leaves: &[Leaf],
        values: &Values,
    ) -> Result<Option<Condition>> {
        let condition = values.constants.folded_expression(condition);
        if is_never_true(&condition, values) {
            return Ok(None);
        }
        let stored = |name: &str| columns.data_type(name);
        let expressions = RowExpressions::of(&values.constants, [&condition], stored, leaves);
        Ok(Some(Condition {
            expressions: values.checked(expressions)?,
            filter: filter(&condition, columns, values),
        }))
    }

    /// What it reads of the row.
    pub(super) fn reads(&self) -> &[String] {
        self.expressions.columns()
    }

    /// What it reads of the assignment: columns that follow these.
    pub(super) fn given(&self) -> &[usize] {
        self.expressions.given()
    }

    /// What storage may evaluate before us.
    pub(super) fn filter(&self) -> Option<Expr> {
        self.filter.clone()
    }

    /// The rows for which it is true, without nulls.
    pub(super) fn holds(&self, columns: Vec<ArrayRef>, rows: usize, values: &Values) -> Result<BooleanArray> {
        let evaluated = values.checked(self.expressions.evaluate(columns, rows))?;
        let condition = evaluated[0].as_boolean();
        if condition.null_count() == 0 {
            return Ok(condition.clone());
        }
        Ok(arrow_select::filter::prep_null_mask_filter(condition))
    }
}

/// Whether it is null or false whatever the row, by what its constants say.
fn is_never_true(condition: &Expression, values: &Values) -> bool {
    let null = |side: &Expression| matches!(values.constants.value(side), Some((Value::Null, _)));
    match condition {
        Expression::Literal { value, .. } => *value != Value::Bool(true),
        Expression::Compare { left, right, .. } => null(left) || null(right),
        Expression::Call {
            operation: Operation::And,
            arguments,
            ..
        } => arguments.iter().any(|condition| is_never_true(condition, values)),
        _ => false,
    }
}

/// A filter of storage that lets every row through for which the condition is true.
fn filter(condition: &Expression, columns: Columns<'_>, values: &Values) -> Option<Expr> {
    match condition {
        Expression::Compare {
            left,
            comparison,
            right,
        } => {
            let name = match &**left {
                Expression::Property {
                    variable: Var::ROW,
                    property,
                    ..
                } => property.as_str(),
                Expression::Id { variable: Var::ROW } => ID,
                _ => return None,
            };
            compared(columns, name, *comparison, values.constants.value(right)?.0)
        }
        Expression::Call {
            operation: Operation::And,
            arguments,
            ..
        } => arguments
            .iter()
            .filter_map(|condition| filter(condition, columns, values))
            .reduce(Expr::and),
        Expression::Call {
            operation: Operation::Or,
            arguments,
            ..
        } => arguments
            .iter()
            .map(|condition| filter(condition, columns, values))
            .collect::<Option<Vec<Expr>>>()?
            .into_iter()
            .reduce(Expr::or),
        _ => None,
    }
}

/// A comparison with a value that is not null.
fn compared(columns: Columns<'_>, name: &str, comparison: Comparison, value: Value) -> Option<Expr> {
    let data_type = columns.data_type(name)?;
    let single = |value: f64| ScalarValue::Float32(Some(Scalar::F32.nearest(value) as f32));
    let constant = match (value, &data_type) {
        (Value::Bool(value), _) => ScalarValue::Boolean(Some(value)),
        (Value::String(value), _) => ScalarValue::Utf8(Some(value)),
        (Value::Integer(value), DataType::Float32) => single(value as f64),
        (Value::Float(value), DataType::Float32) => single(value),
        (Value::Integer(value), _) => ScalarValue::Int64(Some(value)),
        (Value::Unsigned(value), _) => ScalarValue::UInt64(Some(value)),
        (Value::Float(value), _) => ScalarValue::Float64(Some(value)),
        (Value::Date(value), _) => ScalarValue::Date32(Some(value)),
        (Value::DateTime(value), _) => ScalarValue::Date64(Some(value)),
        (Value::Null | Value::List(_) | Value::Vector(_) | Value::Duration { .. }, _) => return None,
    };
    kernel::scan_filter(columns.stored(name), &data_type, comparison, &constant)
}
