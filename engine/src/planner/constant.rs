//! Constants of one execution: literals, parameters and the instant of the request, as Arrow scalars.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Float32Array, ListArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::ColumnarValue;
use omnigraph_model::ir::{Expression, Parameter};
use omnigraph_model::types::{Scalar, Type, Value};

use crate::embedding::TextVectors;
use crate::kernel::Span;
use crate::operators::expression::ExprRef;
use crate::storage::value_type;

/// What the variables of a plan stand for that are not graph elements.
#[derive(Clone, Debug)]
pub(crate) struct Constants {
    parameters: BTreeMap<String, Value>,
    now_ms: i64,
    /// Bytes that a computed constant may have.
    memory_limit: usize,
    /// Vectors of texts that something is to be near to.
    texts: TextVectors,
}

impl Constants {
    pub(crate) fn new(parameters: &BTreeMap<String, Value>, now_ms: i64, memory_limit: usize) -> Constants {
        Constants {
            parameters: parameters.clone(),
            now_ms,
            memory_limit,
            texts: TextVectors::default(),
        }
    }

    /// With the defaults of parameters that have no value.
    pub(crate) fn with_defaults(mut self, parameters: &[Parameter]) -> Result<Constants> {
        for parameter in parameters {
            let Some(default) = &parameter.default else { continue };
            if self.parameters.contains_key(&parameter.name) {
                continue;
            }
            let folded = self.folded_expression(default);
            let Some((value, _)) = self.value(&folded) else {
                return Err(self.failure(&folded));
            };
            self.parameters.insert(parameter.name.clone(), value);
        }
        Ok(self)
    }

    pub(crate) fn with_texts(self, texts: TextVectors) -> Constants {
        Constants { texts, ..self }
    }

    /// The instant of the request, in milliseconds since the epoch.
    pub(super) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    pub(super) fn memory_limit(&self) -> usize {
        self.memory_limit
    }

    pub(crate) fn texts(&self) -> &TextVectors {
        &self.texts
    }

    /// The value of a constant expression, `None` for any other. An absent parameter is null.
    pub(crate) fn value(&self, expression: &Expression) -> Option<(Value, Type)> {
        match expression {
            Expression::Literal { value, ty } => Some((value.clone(), ty.clone())),
            Expression::Parameter { name, ty } => {
                Some((self.parameters.get(name).cloned().unwrap_or(Value::Null), ty.clone()))
            }
            Expression::Now => Some((Value::DateTime(self.now_ms), Type::of(Scalar::DateTime))),
            _ => None,
        }
    }

    /// The value that a request gives a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    /// The number of rows that a parameter of `limit` or `offset` has. A request with another value is refused before.
    pub(super) fn amount(&self, name: &str) -> Result<u64> {
        let number = match self.parameters.get(name) {
            Some(Value::Integer(number)) => u64::try_from(*number).ok(),
            Some(Value::Unsigned(number)) => Some(*number),
            _ => None,
        };
        number.ok_or_else(|| DataFusionError::Execution(format!("parameter `{name}` is not a number of rows")))
    }

    /// The same of a parameter that says nothing where it is null.
    pub(super) fn amount_unless_null(&self, name: &str) -> Result<Option<u64>> {
        match self.parameters.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.amount(name).map(Some),
        }
    }

    pub(crate) fn scalar(&self, expression: &Expression) -> Result<Option<ScalarValue>> {
        self.value(expression)
            .map(|(value, ty)| scalar(&value, &ty))
            .transpose()
    }

    /// A constant that meets an F32 is rounded to one first; `None` for what is no constant number.
    pub(super) fn rounded(&self, expression: &Expression) -> Result<Option<ScalarValue>> {
        let Some((value, ty)) = self.value(expression) else {
            return Ok(None);
        };
        if !ty.scalar.is_numeric() {
            return Ok(None);
        }
        let single = Type {
            scalar: Scalar::F32,
            ..ty
        };
        scalar(&value, &single).map(Some)
    }

    /// A constant text; `None` for null.
    pub(crate) fn text(&self, expression: &Expression) -> Result<Option<String>> {
        match self.value(expression) {
            Some((Value::String(text), _)) => Ok(Some(text)),
            Some((Value::Null, _)) => Ok(None),
            // One that has a value was replaced by it before.
            None => Err(self.failure(expression)),
            other => Err(DataFusionError::Internal(format!("{other:?} is not a text"))),
        }
    }
}

/// What an expression that reads no column gives.
pub(super) fn value_of(expression: &ExprRef) -> Result<ScalarValue> {
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)?;
    match expression.evaluate(&row)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(values) => ScalarValue::try_from_array(&values, 0),
    }
}

/// A value as a scalar of its type. An integer or float is converted to the width that the type names, a float to F32 by
/// rounding; one that the type cannot hold keeps its own width, so that comparing it stays exact.
pub(super) fn scalar(value: &Value, ty: &Type) -> Result<ScalarValue> {
    if let Value::Null = value {
        return ScalarValue::try_from(&value_type(ty));
    }
    if ty.list {
        return list(value, ty);
    }
    Ok(match (ty.scalar, value) {
        (_, Value::Bool(value)) => ScalarValue::Boolean(Some(*value)),
        (_, Value::String(value)) => ScalarValue::Utf8(Some(value.clone())),
        (_, Value::Date(value)) => ScalarValue::Date32(Some(*value)),
        (_, Value::DateTime(value)) => ScalarValue::Date64(Some(*value)),
        (wanted, Value::Integer(value)) => integer(wanted, i128::from(*value)),
        (wanted, Value::Unsigned(value)) => integer(wanted, i128::from(*value)),
        (Scalar::F32, Value::Float(value)) => ScalarValue::Float32(Some(Scalar::F32.nearest(*value) as f32)),
        (wanted, Value::Float(value)) if wanted.is_integer() && value.trunc() == *value && value.abs() < 1.9e19 => {
            integer(wanted, *value as i128)
        }
        (_, Value::Float(value)) => ScalarValue::Float64(Some(*value)),
        (_, Value::Duration { months, milliseconds }) => {
            let span = Span {
                months: *months,
                milliseconds: *milliseconds,
            };
            match span.interval() {
                Some(interval) => ScalarValue::IntervalMonthDayNano(Some(interval)),
                None => return Err(DataFusionError::Internal("a duration that is too long".into())),
            }
        }
        (_, Value::Vector(values)) => vector(values)?,
        (Scalar::Vector(_), Value::List(items)) => vector(&items.iter().filter_map(float).collect::<Vec<f32>>())?,
        (_, Value::List(_)) | (_, Value::Null) => {
            return Err(DataFusionError::Internal(format!(
                "{value:?} is not a value of type {ty}"
            )));
        }
    })
}

fn float(value: &Value) -> Option<f32> {
    match value {
        Value::Float(value) => Some(*value as f32),
        Value::Integer(value) => Some(*value as f32),
        _ => None,
    }
}

/// The integer in the width of the type if it fits, else in a 64-bit one.
fn integer(wanted: Scalar, value: i128) -> ScalarValue {
    let narrow = match wanted {
        Scalar::I32 => i32::try_from(value).ok().map(|value| ScalarValue::Int32(Some(value))),
        Scalar::U32 => u32::try_from(value).ok().map(|value| ScalarValue::UInt32(Some(value))),
        Scalar::U64 => u64::try_from(value).ok().map(|value| ScalarValue::UInt64(Some(value))),
        Scalar::F32 => Some(ScalarValue::Float32(Some(wanted.nearest(value as f64) as f32))),
        // A 64-bit integer that no F64 equals is compared as the integer it is.
        Scalar::F64 if (value as f64) as i128 == value => Some(ScalarValue::Float64(Some(value as f64))),
        _ => None,
    };
    let wide = || match i64::try_from(value) {
        Ok(value) => ScalarValue::Int64(Some(value)),
        Err(_) => ScalarValue::UInt64(u64::try_from(value).ok()),
    };
    narrow.unwrap_or_else(wide)
}

fn vector(values: &[f32]) -> Result<ScalarValue> {
    let item = Arc::new(Field::new("item", DataType::Float32, true));
    let size = i32::try_from(values.len()).map_err(|_| DataFusionError::Internal("a vector is too long".into()))?;
    let array = FixedSizeListArray::try_new(item, size, Arc::new(Float32Array::from(values.to_vec())), None)?;
    Ok(ScalarValue::FixedSizeList(Arc::new(array)))
}

/// Items of one list share the type of the list's items; where one does not fit, all take the widest form.
fn list(value: &Value, ty: &Type) -> Result<ScalarValue> {
    let Value::List(items) = value else {
        return Err(DataFusionError::Internal(format!(
            "{value:?} is not a value of type {ty}"
        )));
    };
    let item_type = Type {
        list: false,
        ..ty.clone()
    };
    let mut scalars = items
        .iter()
        .map(|item| scalar(item, &item_type))
        .collect::<Result<Vec<ScalarValue>>>()?;
    let declared = value_type(&item_type);
    let stored = if scalars.iter().all(|scalar| scalar.data_type() == declared) {
        declared
    } else {
        widest(&mut scalars)?
    };
    let values: ArrayRef = if scalars.is_empty() {
        arrow_array::new_empty_array(&stored)
    } else {
        ScalarValue::iter_to_array(scalars)?
    };
    let offsets = OffsetBuffer::new(ScalarBuffer::from(vec![0, values.len() as i32]));
    let array = ListArray::try_new(Arc::new(Field::new("item", stored, true)), offsets, values, None)?;
    Ok(ScalarValue::List(Arc::new(array)))
}

/// Gives mixed numbers one type: that of the first, if all the others have it after a lossless cast, else F64.
fn widest(scalars: &mut [ScalarValue]) -> Result<DataType> {
    for candidate in [DataType::Int64, DataType::UInt64, DataType::Float64] {
        let cast: Option<Vec<ScalarValue>> = scalars
            .iter()
            .map(|scalar| {
                let there = scalar.cast_to(&candidate).ok()?;
                let back = there.cast_to(&scalar.data_type()).ok()?;
                (back == *scalar).then_some(there)
            })
            .collect();
        if let Some(cast) = cast {
            scalars.clone_from_slice(&cast);
            return Ok(candidate);
        }
    }
    Err(DataFusionError::Internal(
        "the items of a list have no common type".into(),
    ))
}
