//! Exact values of vectors, computed as F64. Vectors of different lengths, or with a null, have none.

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_schema::DataType;
use datafusion::common::Result;

use super::operand::{Arguments, Lists, finite};

/// A number of each two vectors.
pub(super) fn of_two(a: &Arguments, compute: impl Fn(&[f64], &[f64]) -> f64) -> Result<ArrayRef> {
    let (left, right) = (a.lists(0)?, a.lists(1)?);
    let floats = |lists: &Lists| -> Result<Float64Array> {
        let items = arrow_cast::cast(&lists.items, &DataType::Float64)?;
        Ok(items.as_primitive::<Float64Type>().clone())
    };
    let (left_items, right_items) = (floats(&left)?, floats(&right)?);
    let vector = |items: &Float64Array, range: std::ops::Range<usize>| {
        let whole = items.null_count() == 0 || range.clone().all(|item| items.is_valid(item));
        whole.then(|| items.values()[range].to_vec())
    };
    Ok(finite((0..a.rows).map(|row| {
        let left = vector(&left_items, left.get(row)?)?;
        let right = vector(&right_items, right.get(row)?)?;
        (left.len() == right.len()).then(|| compute(&left, &right))
    })))
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

pub(super) fn l2_distance(left: &[f64], right: &[f64]) -> f64 {
    let squares = left.iter().zip(right).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

pub(super) fn cosine_similarity(left: &[f64], right: &[f64]) -> f64 {
    dot(left, right) / (dot(left, left).sqrt() * dot(right, right).sqrt())
}
