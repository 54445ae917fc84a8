//! The one comparison of an update or delete, evaluated by storage where it would say the same as we do, and in any case
//! by the engine's own comparison.

use arrow_array::{ArrayRef, BooleanArray, Scalar as ArrowScalar};
use arrow_schema::DataType;
use datafusion::common::ScalarValue;
use datafusion::prelude::Expr;
use omnigraph_model::catalog::Property;
use omnigraph_model::ir::{Comparison, Predicate};
use omnigraph_model::types::{Scalar, Type, Value};

use super::Values;
use crate::error::{Error, Result};
use crate::kernel;
use crate::storage::{DST, SRC, value_type};

pub(crate) struct Test {
    /// The name of a column of the dataset.
    pub column: String,
    pub ty: Type,
    comparison: Comparison,
    constant: ScalarValue,
}

/// A number beside an F32.
fn single(value: f64) -> ScalarValue {
    ScalarValue::Float32(Some(Scalar::F32.nearest(value) as f32))
}

impl Test {
    /// `None` where nothing can match: a comparison with null is never true.
    pub(super) fn of(
        predicate: &Predicate,
        properties: &[Property],
        edge: bool,
        values: &Values,
    ) -> Result<Option<Test>> {
        let (column, ty) = match predicate.property.as_str() {
            "from" if edge => (SRC.to_string(), Type::of(Scalar::String)),
            "to" if edge => (DST.to_string(), Type::of(Scalar::String)),
            name => {
                let property = properties
                    .iter()
                    .find(|property| property.name == name)
                    .ok_or_else(|| Error::internal(format!("a predicate names the unknown property {name}")))?;
                (property.name.clone(), property.ty.clone())
            }
        };
        let constant = match (values.of(&predicate.value)?, ty.scalar) {
            (Value::Null, _) => return Ok(None),
            (Value::Bool(value), _) => ScalarValue::Boolean(Some(*value)),
            (Value::String(value), _) => ScalarValue::Utf8(Some(value.clone())),
            (Value::Integer(value), Scalar::F32) => single(*value as f64),
            (Value::Float(value), Scalar::F32) => single(*value),
            (Value::Integer(value), _) => ScalarValue::Int64(Some(*value)),
            (Value::Unsigned(value), _) => ScalarValue::UInt64(Some(*value)),
            (Value::Float(value), _) => ScalarValue::Float64(Some(*value)),
            (Value::Date(value), _) => ScalarValue::Date32(Some(*value)),
            (Value::DateTime(value), _) => ScalarValue::Date64(Some(*value)),
            (Value::List(_) | Value::Vector(_) | Value::Duration { .. }, _) => {
                return Err(Error::internal("lists cannot be compared in a predicate"));
            }
        };
        Ok(Some(Test {
            column,
            ty,
            comparison: predicate.comparison,
            constant,
        }))
    }

    pub(super) fn data_type(&self) -> DataType {
        value_type(&self.ty)
    }

    /// What storage may evaluate instead of us.
    pub(super) fn filter(&self) -> Option<Expr> {
        kernel::scan_filter(&self.column, &self.data_type(), self.comparison, &self.constant)
    }

    /// Without nulls.
    pub(super) fn matches(&self, column: &ArrayRef) -> Result<BooleanArray> {
        let constant = ArrowScalar::new(self.constant.to_array()?);
        Ok(kernel::holds(self.comparison, &column.as_ref(), &constant)?)
    }
}
