//! Calls with their whole results, each computed as a constant and over columns, beside rows of nulls.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use omnigraph_model::ir::Origin;
use omnigraph_model::temporal::{parse_date, parse_datetime};
use omnigraph_model::types::{Scalar, Type};
use omnigraph_model::vocabulary::functions::{Function, Nulls, Operation};
use serde_json::{Value as Json, json};

use super::*;
use crate::error::Error;
use crate::kernel::Span;

mod rows;
mod times;
mod values;

const ORIGIN: Origin = Origin { start: 3, end: 9 };

fn place() -> Place {
    Place {
        origin: ORIGIN,
        memory_limit: 1 << 20,
    }
}

fn date(text: &str) -> Json {
    json!({"date": text})
}

fn datetime(text: &str) -> Json {
    json!({"datetime": text})
}

fn duration(months: i64, milliseconds: i64) -> Json {
    json!({"duration": [months, milliseconds]})
}

/// An argument: what JSON has no form for is an object that names its type.
fn scalar(value: &Json) -> ScalarValue {
    match value {
        Json::Null => ScalarValue::Null,
        Json::Bool(value) => ScalarValue::Boolean(Some(*value)),
        Json::String(text) => ScalarValue::Utf8(Some(text.clone())),
        Json::Number(number) if number.is_i64() => ScalarValue::Int64(number.as_i64()),
        Json::Number(number) if number.is_u64() => ScalarValue::UInt64(number.as_u64()),
        Json::Number(number) => ScalarValue::Float64(number.as_f64()),
        Json::Array(items) => {
            let items: Vec<ScalarValue> = items.iter().map(scalar).collect();
            let known = items.iter().find(|item| !item.is_null());
            let ty = known.map_or(DataType::Int64, ScalarValue::data_type);
            let items: Vec<ScalarValue> = items.iter().map(|item| item.cast_to(&ty).unwrap()).collect();
            ScalarValue::List(ScalarValue::new_list_nullable(&items, &ty))
        }
        Json::Object(object) => {
            let (ty, value) = object.iter().next().unwrap();
            match (ty.as_str(), value) {
                ("date", Json::String(text)) => ScalarValue::Date32(parse_date(text)),
                ("datetime", Json::String(text)) => ScalarValue::Date64(parse_datetime(text)),
                ("duration", Json::Array(parts)) => {
                    let part = |place: usize| parts[place].as_i64().unwrap();
                    let span = Span {
                        months: part(0),
                        milliseconds: part(1),
                    };
                    ScalarValue::IntervalMonthDayNano(span.interval())
                }
                ("i32", value) => ScalarValue::Int32(Some(value.as_i64().unwrap() as i32)),
                ("u64", value) => ScalarValue::UInt64(value.as_u64()),
                ("f32", value) => ScalarValue::Float32(Some(value.as_f64().unwrap() as f32)),
                other => panic!("{other:?}"),
            }
        }
    }
}

fn as_json(array: &ArrayRef) -> Vec<Json> {
    crate::result::json_column(array).unwrap()
}

fn error(error: DataFusionError) -> String {
    let DataFusionError::External(error) = error else {
        panic!("{error}");
    };
    match error.downcast_ref::<Error>() {
        Some(Error::Evaluation { code, origin, message }) => {
            assert_eq!((origin.start, origin.end), (ORIGIN.start, ORIGIN.end));
            format!("{}: {message}", code.code())
        }
        _ => panic!("{error}"),
    }
}

fn constant(operation: Operation, arguments: &[Json], ty: &Type) -> Result<ArrayRef> {
    let arguments = arguments
        .iter()
        .map(|value| Arc::new(Literal::new(scalar(value))) as ExprRef)
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)?;
    let call = Call::new(operation, arguments, ty, place());
    call.evaluate(&row)?.into_array(1)
}

/// Over columns of three rows: the arguments, nulls, the arguments.
fn columns(operation: Operation, arguments: &[Json], ty: &Type) -> Result<ArrayRef> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    let mut expressions: Vec<ExprRef> = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let value = scalar(argument);
        let null = ScalarValue::try_from(&value.data_type())?;
        let column = ScalarValue::iter_to_array([value.clone(), null, value])?;
        fields.push(Field::new(format!("c{index}"), column.data_type().clone(), true));
        columns.push(column);
        expressions.push(Arc::new(Column::new(&format!("c{index}"), index)));
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let call = Call::new(operation, expressions, ty, place());
    call.evaluate(&batch)?.into_array(3)
}

fn value(operation: Operation, arguments: &[Json], ty: &Type) -> std::result::Result<Json, String> {
    let alone = constant(operation, arguments, ty).map_err(error);
    if arguments.is_empty() {
        return alone.map(|values| as_json(&values).remove(0));
    }
    let together = columns(operation, arguments, ty).map_err(error);
    match (alone, together) {
        (Ok(alone), Ok(together)) => {
            assert_eq!(alone.data_type(), &value_type(ty), "{operation:?}");
            let (alone, together) = (as_json(&alone), as_json(&together));
            assert_eq!(alone[0], together[0], "{operation:?} of {arguments:?}");
            assert_eq!(alone[0], together[2], "{operation:?} of {arguments:?}");
            let never = matches!(operation, Operation::IsNull | Operation::List);
            let empty =
                matches!(operation, Operation::Function(function) if function.signature().nulls == Nulls::Empty);
            if !never && !empty {
                assert_eq!(together[1], Json::Null, "{operation:?} of nulls");
            }
            Ok(alone[0].clone())
        }
        (Err(alone), Err(together)) => {
            assert_eq!(alone, together);
            Err(alone)
        }
        (alone, together) => panic!("{operation:?}: {alone:?}, {together:?}"),
    }
}

fn check(operation: Operation, ty: &Type, cases: &[(&[Json], Json)]) {
    for (arguments, expected) in cases {
        let found = value(operation, arguments, ty);
        assert_eq!(found, Ok(expected.clone()), "{operation:?} of {arguments:?}");
    }
}

fn fails(operation: Operation, ty: &Type, cases: &[(&[Json], &str)]) {
    for (arguments, expected) in cases {
        let found = value(operation, arguments, ty);
        assert_eq!(found, Err((*expected).to_owned()), "{operation:?} of {arguments:?}");
    }
}

fn function(function: Function, ty: &Type, cases: &[(&[Json], Json)]) {
    check(Operation::Function(function), ty, cases);
}

fn text() -> Type {
    Type::of(Scalar::String)
}

fn i64() -> Type {
    Type::of(Scalar::I64)
}

fn u64() -> Type {
    Type::of(Scalar::U64)
}

fn f64() -> Type {
    Type::of(Scalar::F64)
}

fn boolean() -> Type {
    Type::of(Scalar::Bool)
}
