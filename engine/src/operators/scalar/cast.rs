//! `cast` and `try_cast`: a value in another type, by the table of docs/query-language.md.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int32Type, Int64Type, IntervalMonthDayNanoType, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use omnigraph_model::temporal::{parse_date, parse_datetime, print_date, print_datetime, print_duration};
use omnigraph_model::types::{Scalar, Type};

use super::operand::{Arguments, Lists, shown};
use super::place::Place;
use crate::error::EvaluationCode;
use crate::kernel::{DAY_MS, Span};

/// The argument in another type. Where it has no form in that, `strict` fails, and otherwise it is null.
pub(super) fn cast(a: &Arguments, ty: &Type, strict: bool) -> Result<ArrayRef> {
    let values = &a.operand(0)?.array;
    let target = Target {
        scalar: ty.scalar,
        place: strict.then_some(a.place),
    };
    if !ty.list || values.data_type() == &DataType::Null {
        return target.values(values);
    }
    let lists = a.lists(0)?;
    let Lists { items, lists, .. } = &lists;
    let items = target.values(items)?;
    let field = Arc::new(arrow_schema::Field::new("item", items.data_type().clone(), true));
    let lists = arrow_array::ListArray::try_new(field, lists.offsets().clone(), items, lists.nulls().cloned())?;
    Ok(Arc::new(lists))
}

struct Target<'a> {
    scalar: Scalar,
    /// Where a value without a form fails; `None` where it is null.
    place: Option<&'a Place>,
}

/// A value on its way.
enum Given<'v> {
    Text(&'v str),
    Bool(bool),
    Integer(i128),
    Float(f64),
    Single(f32),
    Day(i32),
    Instant(i64),
    Duration(Span),
}

/// How values of a column are read.
type Read<'c> = Box<dyn Fn(usize) -> Given<'c> + 'c>;

fn reader(values: &ArrayRef) -> Result<Read<'_>> {
    Ok(match values.data_type() {
        DataType::Utf8 => {
            let texts = values.as_string::<i32>();
            Box::new(|row| Given::Text(texts.value(row)))
        }
        DataType::Boolean => {
            let bools = values.as_boolean();
            Box::new(|row| Given::Bool(bools.value(row)))
        }
        DataType::Int32 => integers(values.as_primitive::<Int32Type>()),
        DataType::Int64 => integers(values.as_primitive::<Int64Type>()),
        DataType::UInt32 => integers(values.as_primitive::<UInt32Type>()),
        DataType::UInt64 => integers(values.as_primitive::<UInt64Type>()),
        DataType::Float32 => {
            let floats = values.as_primitive::<Float32Type>();
            Box::new(|row| Given::Single(floats.value(row)))
        }
        DataType::Float64 => {
            let floats = values.as_primitive::<Float64Type>();
            Box::new(|row| Given::Float(floats.value(row)))
        }
        DataType::Date32 => {
            let days = values.as_primitive::<Date32Type>();
            Box::new(|row| Given::Day(days.value(row)))
        }
        DataType::Date64 => {
            let instants = values.as_primitive::<Date64Type>();
            Box::new(|row| Given::Instant(instants.value(row)))
        }
        DataType::Interval(_) => {
            let intervals = values.as_primitive::<IntervalMonthDayNanoType>();
            Box::new(|row| Given::Duration(intervals.value(row).into()))
        }
        other => return Err(DataFusionError::Internal(format!("{other} has no cast"))),
    })
}

fn integers<T: arrow_array::ArrowPrimitiveType>(values: &PrimitiveArray<T>) -> Read<'_>
where
    i128: From<T::Native>,
{
    Box::new(|row| Given::Integer(values.value(row).into()))
}

impl Target<'_> {
    fn values(&self, values: &ArrayRef) -> Result<ArrayRef> {
        let wanted = crate::storage::value_type(&Type::of(self.scalar));
        if values.data_type() == &wanted {
            return Ok(values.clone());
        }
        if values.data_type() == &DataType::Null {
            return Ok(arrow_array::new_null_array(&wanted, values.len()));
        }
        let read = reader(values)?;
        let no_cast = || DataFusionError::Internal(format!("{} has no cast to {}", values.data_type(), self.scalar));
        Ok(match self.scalar {
            Scalar::String => Arc::new(self.each::<String, StringArray>(values, |row| print(&read(row)))?),
            Scalar::Bool => Arc::new(self.each::<bool, BooleanArray>(values, |row| boolean(&read(row)))?),
            Scalar::I32 => Arc::new(self.each::<_, PrimitiveArray<Int32Type>>(values, |row| integer(&read(row)))?),
            Scalar::I64 => Arc::new(self.each::<_, PrimitiveArray<Int64Type>>(values, |row| integer(&read(row)))?),
            Scalar::U32 => Arc::new(self.each::<_, PrimitiveArray<UInt32Type>>(values, |row| integer(&read(row)))?),
            Scalar::U64 => Arc::new(self.each::<_, PrimitiveArray<UInt64Type>>(values, |row| integer(&read(row)))?),
            Scalar::F32 => Arc::new(self.each::<_, PrimitiveArray<Float32Type>>(values, |row| single(&read(row)))?),
            Scalar::F64 => Arc::new(self.each::<_, PrimitiveArray<Float64Type>>(values, |row| double(&read(row)))?),
            Scalar::Date => Arc::new(self.each::<_, PrimitiveArray<Date32Type>>(values, |row| day(&read(row)))?),
            Scalar::DateTime => {
                Arc::new(self.each::<_, PrimitiveArray<Date64Type>>(values, |row| instant(&read(row)))?)
            }
            Scalar::Blob | Scalar::Vector(_) | Scalar::Duration | Scalar::Path(_) | Scalar::Object => {
                return Err(no_cast());
            }
        })
    }

    fn each<V, A>(&self, values: &ArrayRef, convert: impl Fn(usize) -> Option<V>) -> Result<A>
    where
        A: FromIterator<Option<V>>,
    {
        let one = |row: usize| {
            if values.is_null(row) {
                return Ok(None);
            }
            match (convert(row), self.place) {
                (None, Some(place)) => Err(self.failed(place, values, row)),
                (value, _) => Ok(value),
            }
        };
        (0..values.len()).map(one).collect()
    }

    fn failed(&self, place: &Place, values: &ArrayRef, row: usize) -> DataFusionError {
        let message = format!("`{}` is no {}; `try_cast` gives null", shown(values, row), self.scalar);
        place.fail(EvaluationCode::Cast, message)
    }
}

fn print(value: &Given) -> Option<String> {
    Some(match value {
        Given::Text(text) => (*text).to_owned(),
        Given::Bool(value) => value.to_string(),
        Given::Integer(value) => value.to_string(),
        // The shortest form that reads back, with a point or an exponent, as in results.
        Given::Float(value) => float_text(*value, format!("{value:?}")),
        Given::Single(value) => float_text(f64::from(*value), format!("{value:?}")),
        Given::Day(days) => print_date(*days),
        Given::Instant(instant) => print_datetime(*instant),
        Given::Duration(span) => print_duration(span.months, span.milliseconds),
    })
}

fn float_text(value: f64, shortest: String) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value == f64::INFINITY {
        "Infinity".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-Infinity".to_owned()
    } else {
        shortest
    }
}

fn boolean(value: &Given) -> Option<bool> {
    match value {
        Given::Text("true") => Some(true),
        Given::Text("false") => Some(false),
        Given::Bool(value) => Some(*value),
        _ => None,
    }
}

fn integer<T: TryFrom<i128>>(value: &Given) -> Option<T> {
    let exact = match value {
        Given::Text(text) => digits(text)?,
        Given::Integer(value) => *value,
        Given::Float(value) => truncated(*value)?,
        Given::Single(value) => truncated(f64::from(*value))?,
        _ => return None,
    };
    T::try_from(exact).ok()
}

/// Decimal digits, perhaps after a sign.
fn digits(text: &str) -> Option<i128> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let decimal = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| text.parse().ok())?
}

fn truncated(value: f64) -> Option<i128> {
    // Within this a float is some integer of 128 bits.
    (value.abs() < 1e30).then_some(value.trunc() as i128)
}

/// Digits with a point, perhaps with a sign and an exponent.
fn is_decimal(text: &str) -> bool {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (bare, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    whole && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn double(value: &Given) -> Option<f64> {
    match value {
        Given::Text(text) if is_decimal(text) => text.parse().ok().filter(|value: &f64| value.is_finite()),
        Given::Integer(value) => Some(*value as f64),
        Given::Float(value) => Some(*value),
        Given::Single(value) => Some(f64::from(*value)),
        _ => None,
    }
}

fn single(value: &Given) -> Option<f32> {
    match value {
        Given::Text(text) if is_decimal(text) => text.parse().ok().filter(|value: &f32| value.is_finite()),
        Given::Integer(value) => Some(*value as f32),
        Given::Float(value) => Some(*value as f32).filter(|single| single.is_finite() || !value.is_finite()),
        Given::Single(value) => Some(*value),
        _ => None,
    }
}

fn day(value: &Given) -> Option<i32> {
    match value {
        Given::Text(text) => parse_date(text),
        Given::Day(day) => Some(*day),
        Given::Instant(instant) => i32::try_from(instant.div_euclid(DAY_MS)).ok(),
        _ => None,
    }
}

fn instant(value: &Given) -> Option<i64> {
    match value {
        Given::Text(text) => parse_datetime(text),
        Given::Day(day) => Some(i64::from(*day) * DAY_MS),
        Given::Instant(instant) => Some(*instant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_strictly() {
        for (text, expected) in [
            ("42", Some(42)),
            ("+7", Some(7)),
            ("-0", Some(0)),
            ("2147483648", None),
            ("-2147483648", Some(i32::MIN)),
            ("", None),
            ("-", None),
            (" 1", None),
            ("1_000", None),
            ("1.0", None),
            ("0x1f", None),
            ("99999999999999999999999999999999999999999999", None),
        ] {
            assert_eq!(integer::<i32>(&Given::Text(text)), expected, "{text}");
        }
        for (text, expected) in [
            ("1", Some(1.0)),
            ("-1.5e3", Some(-1500.0)),
            ("1E+2", Some(100.0)),
            ("1e400", None),
            (".5", None),
            ("5.", None),
            ("inf", None),
            ("NaN", None),
            ("1e", None),
        ] {
            assert_eq!(double(&Given::Text(text)), expected, "{text}");
        }
        assert_eq!(boolean(&Given::Text("TRUE")), None);
    }

    #[test]
    fn numbers_change_their_width_only_where_they_fit() {
        assert_eq!(integer::<u32>(&Given::Float(-0.9)), Some(0));
        assert_eq!(integer::<u32>(&Given::Float(-1.0)), None);
        assert_eq!(integer::<i64>(&Given::Float(9.3e18)), None);
        assert_eq!(integer::<i64>(&Given::Float(f64::NAN)), None);
        assert_eq!(integer::<i64>(&Given::Float(-2.9)), Some(-2));
        assert_eq!(single(&Given::Float(1e39)), None);
        assert_eq!(single(&Given::Float(0.1)), Some(0.1f32));
        assert_eq!(double(&Given::Single(0.1)), Some(0.10000000149011612));
    }

    #[test]
    fn values_have_one_text() {
        for (value, expected) in [
            (Given::Float(134.0), "134.0"),
            (Given::Float(1e300), "1e300"),
            (Given::Float(-0.1), "-0.1"),
            (Given::Single(0.1), "0.1"),
            (Given::Integer(-5), "-5"),
            (Given::Bool(true), "true"),
            (Given::Day(19_782), "2024-02-29"),
            (Given::Instant(1), "1970-01-01T00:00:00.001Z"),
        ] {
            assert_eq!(print(&value).as_deref(), Some(expected));
        }
    }
}
