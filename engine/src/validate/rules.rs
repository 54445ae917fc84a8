//! What the rules on single values mean: `@range`, `@check`, enum sets. Loads and mutations ask of what is written, a
//! migration's plan of what the stored values will become.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use omnigraph_model::catalog::Range;
use omnigraph_model::schema::Bound;
use omnigraph_model::temporal;
use omnigraph_model::types::Scalar;
use regex::Regex;

use crate::error::{Error, Result};

pub(crate) enum Rule<'r> {
    Range(&'r Range),
    /// The text must match.
    Pattern(&'r Regex),
    /// Sorted by bytes.
    Among(&'r [String]),
}

/// A value that breaks a rule.
pub(crate) struct Breach {
    pub value: String,
    /// For a range, the broken bound, and whether it is the lower one.
    pub bound: Option<(bool, Bound)>,
}

impl Rule<'_> {
    /// Tells every value of a column that breaks the rule, with its row. Nulls break none.
    pub(crate) fn test(&self, column: &ArrayRef, mut breach: impl FnMut(usize, Breach)) -> Result<()> {
        match self {
            Rule::Range(range) => {
                let scalar = match column.data_type() {
                    DataType::Float32 => Scalar::F32,
                    _ => Scalar::F64,
                };
                for row in (0..column.len()).filter(|row| column.is_valid(*row)) {
                    let value =
                        number(column, row).ok_or_else(|| Error::internal("a range of what is not a number"))?;
                    if let Some(bound) = range.broken_by(value, scalar) {
                        let (value, bound) = (show(column, row), Some(bound));
                        breach(row, Breach { value, bound });
                    }
                }
                Ok(())
            }
            Rule::Pattern(regex) => texts(column, |row, value| {
                if !regex.is_match(value) {
                    let value = value.to_owned();
                    breach(row, Breach { value, bound: None });
                }
            }),
            Rule::Among(allowed) => texts(column, |row, value| {
                if allowed.binary_search_by(|other| other.as_str().cmp(value)).is_err() {
                    let value = value.to_owned();
                    breach(row, Breach { value, bound: None });
                }
            }),
        }
    }
}

/// Visits texts, and items of lists of texts.
fn texts(column: &ArrayRef, mut visitor: impl FnMut(usize, &str)) -> Result<()> {
    let none = || Error::internal("a rule on texts of what is not text");
    if let DataType::List(_) = column.data_type() {
        let lists = column.as_list::<i32>();
        for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
            let items = lists.value(row);
            let items = items.as_string_opt::<i32>().ok_or_else(none)?;
            items.iter().flatten().for_each(|value| visitor(row, value));
        }
        return Ok(());
    }
    let values = column.as_string_opt::<i32>().ok_or_else(none)?;
    for (row, value) in values.iter().enumerate() {
        if let Some(value) = value {
            visitor(row, value);
        }
    }
    Ok(())
}

/// A number as it is, so that 64 bits are not rounded.
fn number(array: &ArrayRef, row: usize) -> Option<Bound> {
    Some(match array.data_type() {
        DataType::Int32 => Bound::Integer(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Bound::Integer(array.as_primitive::<Int64Type>().value(row).into()),
        DataType::UInt32 => Bound::Integer(array.as_primitive::<UInt32Type>().value(row).into()),
        DataType::UInt64 => Bound::Integer(array.as_primitive::<UInt64Type>().value(row).into()),
        DataType::Float32 => Bound::Float(array.as_primitive::<Float32Type>().value(row).into()),
        DataType::Float64 => Bound::Float(array.as_primitive::<Float64Type>().value(row)),
        _ => return None,
    })
}

/// A value as people write it.
pub(crate) fn show(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return "null".to_string();
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Date32 => temporal::print_date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Date64 => temporal::print_datetime(array.as_primitive::<Date64Type>().value(row)),
        _ => match number(array, row) {
            Some(Bound::Integer(value)) => value.to_string(),
            Some(Bound::Float(value)) if *array.data_type() == DataType::Float32 => (value as f32).to_string(),
            Some(Bound::Float(value)) => value.to_string(),
            None => "a value".to_string(),
        },
    }
}
