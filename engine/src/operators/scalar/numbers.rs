//! Functions of numbers. What is no finite number is null.

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::Result;

use super::arithmetic::{Shown, integers};
use super::operand::{Arguments, counts, finite, is_null};
use crate::kernel;

/// An F64 of each number.
pub(super) fn float(a: &Arguments, compute: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    let values = a.floats(0)?;
    Ok(finite((0..a.rows).map(|row| values.get(row).map(&compute))))
}

/// An F64 of each two numbers.
pub(super) fn floats(a: &Arguments, compute: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (a.floats(0)?, a.floats(1)?);
    let compute = |row: usize| Some(compute(left.get(row)?, right.get(row)?));
    Ok(finite((0..a.rows).map(compute)))
}

pub(super) fn pi() -> ArrayRef {
    finite(std::iter::once(Some(std::f64::consts::PI)))
}

pub(super) fn abs(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    if ty.is_floating() {
        return float(a, f64::abs);
    }
    let values = a.integers(0)?;
    integers(a, ty, |row| {
        Ok(values.get(row).map(|value| (value.abs(), Shown::Call("abs", value))))
    })
}

pub(super) fn sign(a: &Arguments) -> Result<ArrayRef> {
    if a.data_type(0)?.is_floating() {
        let values = a.floats(0)?;
        let sign = |value: f64| value.partial_cmp(&0.0).map(|order| order as i64);
        return Ok(counts((0..a.rows).map(|row| values.get(row).and_then(sign))));
    }
    let values = a.integers(0)?;
    Ok(counts(
        (0..a.rows).map(|row| values.get(row).map(|value| value.signum() as i64)),
    ))
}

/// A whole number near each number; integers are whole.
pub(super) fn whole(a: &Arguments, ty: &DataType, near: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    if ty.is_floating() {
        return float(a, near);
    }
    let values = a.integers(0)?;
    integers(a, ty, |row| Ok(values.get(row).map(|value| (value, Shown::Value))))
}

pub(super) fn round(a: &Arguments, ty: &DataType) -> Result<ArrayRef> {
    let digits = a.optional_integers(1)?;
    let digits = |row: usize| match &digits {
        Some(digits) => digits.get(row),
        None => Some(0),
    };
    if ty.is_floating() {
        let values = a.floats(0)?;
        let rounded = |row: usize| Some(round_float(values.get(row)?, digits(row)?));
        return Ok(finite((0..a.rows).map(rounded)));
    }
    let values = a.integers(0)?;
    integers(a, ty, |row| {
        let rounded = values.get(row).zip(digits(row));
        Ok(rounded.map(|(value, digits)| (round_integer(value, digits), Shown::Call("round", value))))
    })
}

fn round_integer(value: i128, digits: i128) -> i128 {
    let unit = match u32::try_from(-digits) {
        Ok(zeros) if zeros > 0 => 10i128.checked_pow(zeros),
        _ if digits >= 0 => return value,
        _ => None,
    };
    // Half of a unit that large is more than any value.
    let Some(unit) = unit else { return 0 };
    let half = value.signum() * (unit / 2);
    (value + half) / unit * unit
}

/// Half away from zero, by the exact decimal value of the float.
fn round_float(value: f64, digits: i128) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return value;
    }
    if digits == 0 {
        return value.round();
    }
    // A float has a finite decimal expansion: as many digits behind the point as bits.
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i128;
    let fraction = (1075 - exponent.max(1)).max(0);
    if digits >= fraction {
        return value;
    }
    // All digits without the point; the last kept one is followed by `dropped` more.
    let text = format!("{:.*}", fraction as usize, value.abs()).replace('.', "");
    let dropped = fraction - digits;
    let Some(kept) = usize::try_from(dropped)
        .ok()
        .and_then(|dropped| text.len().checked_sub(dropped))
    else {
        return 0.0f64.copysign(value);
    };
    let up = text.as_bytes().get(kept).is_some_and(|next| *next >= b'5');
    let mut digits_kept = text.as_bytes()[..kept].to_vec();
    if up {
        increment(&mut digits_kept);
    }
    let mantissa = String::from_utf8(digits_kept).unwrap_or_default();
    let mantissa = if mantissa.is_empty() { "0" } else { &mantissa };
    let rounded: f64 = format!("{mantissa}e{}", -digits).parse().unwrap_or(f64::NAN);
    rounded.copysign(value)
}

/// The next number in decimal digits.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        match *digit {
            b'9' => *digit = b'0',
            _ => {
                *digit += 1;
                return;
            }
        }
    }
    digits.insert(0, b'1');
}

/// The least or the greatest of the arguments that are not null.
pub(super) fn extreme(a: &Arguments, ty: &DataType, better: omnigraph_model::ir::Comparison) -> Result<ArrayRef> {
    let mut best: Option<ArrayRef> = None;
    for index in 0..a.len() {
        let operand = a.operand(index)?;
        let column = match operand.scalar {
            true if a.rows == 1 => operand.array.clone(),
            true => datafusion::common::ScalarValue::try_from_array(&operand.array, 0)?.to_array_of_size(a.rows)?,
            false => operand.array.clone(),
        };
        let column = a.place.conform(column, ty)?;
        best = Some(match best {
            None => column,
            Some(best) => {
                let wins = kernel::holds(better, &column, &best)?;
                let take = |row: usize| wins.value(row) || (is_null(&best, row) && !is_null(&column, row));
                let mask: arrow_array::BooleanArray = (0..a.rows).map(|row| Some(take(row))).collect();
                arrow_select::zip::zip(&mask, &column, &best)?
            }
        });
    }
    match best {
        Some(best) => Ok(best),
        None => Ok(arrow_array::new_null_array(ty, a.rows)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_rounded_by_their_exact_value() {
        for (value, digits, expected) in [
            (2.5, 0, 3.0),
            (-2.5, 0, -3.0),
            (0.49999999999999994, 0, 0.0),
            (1.005, 2, 1.0),
            (1.015, 2, 1.01),
            (2.675, 2, 2.67),
            (0.125, 2, 0.13),
            (-0.125, 2, -0.13),
            (0.1, 1, 0.1),
            (0.1, 400, 0.1),
            (9.99, 1, 10.0),
            (99.5, -1, 100.0),
            (45.0, -1, 50.0),
            (44.9, -1, 40.0),
            (55.0, -2, 100.0),
            (49.0, -2, 0.0),
            (49.0, -3, 0.0),
            (500.0, -3, 1000.0),
            (499.0, -400, 0.0),
            (1e300, 2, 1e300),
            (5e-324, 3, 0.0),
        ] {
            assert_eq!(round_float(value, digits), expected, "round({value}, {digits})");
        }
        assert_eq!(round_float(1.7e308, -308), f64::INFINITY);
    }

    #[test]
    fn integers_keep_their_digits() {
        for (value, digits, expected) in [
            (15, 3, 15),
            (15, -1, 20),
            (-15, -1, -20),
            (14, -1, 10),
            (50, -2, 100),
            (49, -2, 0),
            (i128::from(u64::MAX), -19, 20_000_000_000_000_000_000),
            (7, -50, 0),
        ] {
            assert_eq!(round_integer(value, digits), expected, "round({value}, {digits})");
        }
    }
}
