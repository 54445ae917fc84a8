//! `cast` and `try_cast`, row by row of their table.

use omnigraph_model::types::Scalar;

use super::types::{Kind, range};
use super::value::{parse_date, parse_instant, show_date, show_duration, show_instant};
use super::{Stop, Value};

/// Lists are cast item by item. A value without a form in the type fails, or is null if that is wanted.
pub(super) fn cast(value: Value, to: Kind, lenient: bool) -> Result<Value, Stop> {
    let items = match value {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        Value::Vector(items) => return Ok(Value::List(items.into_iter().map(Value::Single).collect())),
        value => {
            return match (converted(value, to.scalar), lenient) {
                (Some(value), _) => Ok(value),
                (None, true) => Ok(Value::Null),
                (None, false) => Err(Stop::Fails("R002")),
            };
        }
    };
    let items = items.into_iter().map(|item| cast(item, to.item(), lenient));
    Ok(Value::List(items.collect::<Result<_, _>>()?))
}

fn converted(value: Value, to: Scalar) -> Option<Value> {
    let whole = |number: i128| range(to).contains(&number).then_some(Value::Integer(number));
    Some(match (value, to) {
        (Value::Text(text), Scalar::Bool) => Value::Bool(text.parse().ok()?),
        (Value::Text(text), Scalar::Date) => Value::Date(parse_date(&text)?),
        (Value::Text(text), Scalar::DateTime) => Value::DateTime(parse_instant(&text)?),
        (Value::Text(text), scalar) if scalar.is_integer() => {
            let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
            let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
            return whole(plain.then(|| text.parse().ok())??);
        }
        (Value::Text(text), Scalar::F32) if is_decimal(&text) => single(text.parse().ok()?)?,
        (Value::Text(text), Scalar::F64) if is_decimal(&text) => double(text.parse().ok()?)?,
        (Value::Text(_), scalar) if scalar.is_float() => return None,
        (Value::Integer(number), scalar) if scalar.is_integer() => return whole(number),
        (Value::Integer(number), Scalar::F32) => single(number as f32)?,
        (Value::Integer(number), Scalar::F64) => Value::Double(number as f64),
        (Value::Single(number), scalar) if scalar.is_integer() => return whole(number.trunc() as i128),
        (Value::Double(number), scalar) if scalar.is_integer() => return whole(number.trunc() as i128),
        (Value::Single(number), Scalar::F64) => Value::Double(number.into()),
        (Value::Double(number), Scalar::F32) => single(number as f32)?,
        (Value::Date(days), Scalar::DateTime) => Value::DateTime(i64::from(days) * 86_400_000),
        (Value::DateTime(instant), Scalar::Date) => Value::Date(instant.div_euclid(86_400_000) as i32),
        (Value::Bool(truth), Scalar::String) => Value::Text(truth.to_string()),
        (Value::Integer(number), Scalar::String) => Value::Text(number.to_string()),
        (Value::Single(number), Scalar::String) => Value::Text(format!("{number:?}")),
        (Value::Double(number), Scalar::String) => Value::Text(format!("{number:?}")),
        (Value::Date(days), Scalar::String) => Value::Text(show_date(days)),
        (Value::DateTime(instant), Scalar::String) => Value::Text(show_instant(instant)),
        (Value::Duration(months, milliseconds), Scalar::String) => Value::Text(show_duration(months, milliseconds)),
        (value, _) => value,
    })
}

fn single(number: f32) -> Option<Value> {
    number.is_finite().then_some(Value::Single(number))
}

fn double(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Double(number))
}

/// Digits with a fraction and an exponent, as a literal has them, and perhaps a sign.
fn is_decimal(text: &str) -> bool {
    let form = regex::Regex::new(r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$").expect("a pattern");
    form.is_match(text)
}
