//! Numbers of different widths, compared without rounding either of them.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{ArrowPrimitiveType, BooleanArray};
use arrow_schema::{ArrowError, DataType};
use omnigraph_model::ir::Comparison;

use super::{Operands, incomparable};

/// The order of an integer of at most 64 bits and a float; `None` for NaN.
pub(crate) fn compare_integer_float(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // Beyond this every float is further out than any 64-bit integer; within, the truncated float fits an i128.
    const BOUND: f64 = 36_893_488_147_419_103_232.0; // 2^65
    if float.abs() >= BOUND {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = float.trunc();
    Some(
        integer
            .cmp(&(whole as i128))
            .then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal)),
    )
}

/// Widens both sides without loss to one of three types and compares those.
pub(super) fn compare(comparison: Comparison, operands: &Operands) -> Result<BooleanArray, ArrowError> {
    let (left, right) = (operands.left.data_type(), operands.right.data_type());
    let (Some(left), Some(right)) = (widened(left), widened(right)) else {
        return Err(incomparable(left, right));
    };
    let operands = operands.cast(&left, &right)?;
    Ok(match (&left, &right) {
        (DataType::Int64, DataType::Int64) | (DataType::UInt64, DataType::UInt64) => {
            return operands.native(comparison);
        }
        (DataType::Int64, DataType::UInt64) => {
            test::<Int64Type, UInt64Type>(comparison, &operands, |a, b| Some(i128::from(a).cmp(&i128::from(b))))
        }
        (DataType::UInt64, DataType::Int64) => {
            test::<UInt64Type, Int64Type>(comparison, &operands, |a, b| Some(i128::from(a).cmp(&i128::from(b))))
        }
        (DataType::Int64, DataType::Float64) => {
            test::<Int64Type, Float64Type>(comparison, &operands, |a, b| compare_integer_float(a.into(), b))
        }
        (DataType::UInt64, DataType::Float64) => {
            test::<UInt64Type, Float64Type>(comparison, &operands, |a, b| compare_integer_float(a.into(), b))
        }
        (DataType::Float64, DataType::Int64) => test::<Float64Type, Int64Type>(comparison, &operands, |a, b| {
            compare_integer_float(b.into(), a).map(Ordering::reverse)
        }),
        (DataType::Float64, DataType::UInt64) => test::<Float64Type, UInt64Type>(comparison, &operands, |a, b| {
            compare_integer_float(b.into(), a).map(Ordering::reverse)
        }),
        _ => test::<Float64Type, Float64Type>(comparison, &operands, |a, b| a.partial_cmp(&b)),
    })
}

fn widened(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Some(DataType::Int64),
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => Some(DataType::Int64),
        DataType::UInt64 => Some(DataType::UInt64),
        DataType::Float32 | DataType::Float64 => Some(DataType::Float64),
        _ => None,
    }
}

fn test<L: ArrowPrimitiveType, R: ArrowPrimitiveType>(
    comparison: Comparison,
    operands: &Operands,
    order: impl Fn(L::Native, R::Native) -> Option<Ordering>,
) -> BooleanArray {
    let left = operands.left.as_primitive::<L>().values();
    let right = operands.right.as_primitive::<R>().values();
    let order = |a: usize, b: usize| order(left[a], right[b]);
    match comparison {
        Comparison::Equal => operands.test(|a, b| order(a, b) == Some(Ordering::Equal)),
        // A NaN equals nothing, so it differs from everything.
        Comparison::NotEqual => operands.test(|a, b| order(a, b) != Some(Ordering::Equal)),
        Comparison::Less => operands.test(|a, b| order(a, b) == Some(Ordering::Less)),
        Comparison::LessEqual => operands.test(|a, b| order(a, b).is_some_and(Ordering::is_le)),
        Comparison::Greater => operands.test(|a, b| order(a, b) == Some(Ordering::Greater)),
        Comparison::GreaterEqual => operands.test(|a, b| order(a, b).is_some_and(Ordering::is_ge)),
        Comparison::ContainsItem
        | Comparison::ContainsText
        | Comparison::StartsWith
        | Comparison::EndsWith
        | Comparison::In => BooleanArray::new_null(operands.rows),
    }
}
