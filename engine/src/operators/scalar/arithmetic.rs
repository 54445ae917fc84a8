//! `+ - * / %` and the sign: integers in 128 bits, floats as F64, and what there is of dates and durations.

use std::fmt;

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};

use super::operand::{Arguments, counts, finite, unsigned};
use super::place::Place;
use super::time;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Add,
    Subtract,
    Multiply,
    Remainder,
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Sign::Add => "+",
            Sign::Subtract => "-",
            Sign::Multiply => "*",
            Sign::Remainder => "%",
        })
    }
}

/// Dates and durations by their own rules, numbers by the type of the result.
pub(super) fn binary(sign: Sign, a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    let temporal = |index: usize| Ok::<bool, DataFusionError>(is_temporal(a.data_type(index)?));
    if temporal(0)? || temporal(1)? {
        return time::arithmetic(sign, a);
    }
    if ty.is_floating() {
        let (left, right) = (a.floats(0)?, a.floats(1)?);
        let apply = |(left, right): (f64, f64)| match sign {
            Sign::Add => left + right,
            Sign::Subtract => left - right,
            Sign::Multiply => left * right,
            Sign::Remainder => left % right,
        };
        return Ok(finite(
            (0..a.rows).map(|row| left.get(row).zip(right.get(row)).map(apply)),
        ));
    }
    let (left, right) = (a.integers(0)?, a.integers(1)?);
    integers(a, ty, |row| {
        let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
            return Ok(None);
        };
        // No operation on two integers of 64 bits leaves 128.
        let exact = match sign {
            Sign::Add => left + right,
            Sign::Subtract => left - right,
            Sign::Multiply => left.checked_mul(right).unwrap_or(i128::MAX),
            Sign::Remainder if right == 0 => return Ok(None),
            Sign::Remainder => left % right,
        };
        Ok(Some((exact, Shown::Binary(left, sign, right))))
    })
}

fn is_temporal(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Date64 | DataType::Interval(_))
}

/// What a message shows of an integer that does not fit.
pub(super) enum Shown {
    Binary(i128, Sign, i128),
    Call(&'static str, i128),
    Value,
}

/// Integers of the result's type; `compute` gives the exact value and what it comes from.
pub(super) fn integers(
    a: &Arguments,
    ty: &DataType,
    compute: impl Fn(usize) -> Result<Option<(i128, Shown)>>,
) -> Result<ArrayRef> {
    match ty {
        DataType::UInt64 => {
            let values = (0..a.rows).map(|row| fit(a.place, compute(row)?, "U64"));
            let values = values.collect::<Result<Vec<Option<u64>>>>()?;
            Ok(unsigned(values.into_iter()))
        }
        _ => {
            let values = (0..a.rows).map(|row| fit(a.place, compute(row)?, "I64"));
            let values = values.collect::<Result<Vec<Option<i64>>>>()?;
            Ok(counts(values.into_iter()))
        }
    }
}

fn fit<T: TryFrom<i128>>(place: &Place, value: Option<(i128, Shown)>, ty: &str) -> Result<Option<T>> {
    let Some((value, shown)) = value else { return Ok(None) };
    if let Ok(value) = T::try_from(value) {
        return Ok(Some(value));
    }
    Err(match shown {
        Shown::Binary(left, sign, right) => place.overflow(format_args!("{left} {sign} {right}"), ty),
        Shown::Call(function, argument) => place.overflow(format_args!("{function}({argument})"), ty),
        Shown::Value => place.overflow(value, ty),
    })
}

/// Always an F64.
pub(super) fn divide(a: &Arguments) -> Result<ArrayRef> {
    let (left, right) = (a.floats(0)?, a.floats(1)?);
    let quotient = |row: usize| Some(left.get(row)? / right.get(row)?);
    Ok(finite((0..a.rows).map(quotient)))
}

pub(super) fn negate(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    if is_temporal(a.data_type(0)?) {
        return time::negate(a);
    }
    if ty.is_floating() {
        let values = a.floats(0)?;
        return Ok(finite((0..a.rows).map(|row| values.get(row).map(|value| -value))));
    }
    let values = a.integers(0)?;
    integers(a, ty, |row| {
        Ok(values.get(row).map(|value| (-value, Shown::Call("-", value))))
    })
}

/// Integer division, towards zero.
pub(super) fn div(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    if ty.is_floating() {
        let (left, right) = (a.floats(0)?, a.floats(1)?);
        let quotient = |row: usize| Some((left.get(row)? / right.get(row)?).trunc());
        return Ok(finite((0..a.rows).map(quotient)));
    }
    let (left, right) = (a.integers(0)?, a.integers(1)?);
    integers(a, ty, |row| {
        let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
            return Ok(None);
        };
        let quotient = left.checked_div(right);
        Ok(quotient.map(|quotient| (quotient, Shown::Value)))
    })
}
