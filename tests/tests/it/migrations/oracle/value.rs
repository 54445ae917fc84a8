//! Types and values as the pages of the language describe them, by the plainest means.

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Value as Json, json};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Text,
    /// Sorted.
    Enum(Vec<&'static str>),
    Bool,
    I32,
    I64,
    U32,
    U64,
    F32,
    F64,
    Date,
    DateTime,
    Vector(usize),
    Blob,
}

use Scalar::*;

pub(super) const SCALARS: usize = 13;

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Bool(bool),
    Integer(i128),
    F32(f32),
    F64(f64),
    /// Days, or milliseconds.
    Day(i64),
    Instant(i64),
    List(Vec<Value>),
    Vector(Vec<f32>),
    /// Its base64.
    Blob(String),
}

impl Scalar {
    pub(super) fn nth(at: usize, rng: &mut SmallRng) -> Scalar {
        match at % SCALARS {
            0 => Text,
            1 => match rng.random_range(0..3) {
                0 => Enum(vec!["a", "ab"]),
                1 => Enum(vec!["a", "ab", "b"]),
                _ => Enum(vec!["ab", "b", "c"]),
            },
            2 => Bool,
            3 => I32,
            4 => I64,
            5 => U32,
            6 => U64,
            7 => F32,
            8 => F64,
            9 => Date,
            10 => DateTime,
            11 => Blob,
            _ => Vector(rng.random_range(2..4)),
        }
    }

    pub(super) fn word(&self) -> String {
        match self {
            Text => "String".to_owned(),
            Enum(values) => format!("enum({})", values.join(", ")),
            Vector(size) => format!("Vector({size})"),
            other => format!("{other:?}"),
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        matches!(self, I32 | I64 | U32 | U64)
    }

    pub(super) fn is_number(&self) -> bool {
        self.is_integer() || matches!(self, F32 | F64)
    }

    /// What neither lists, nor rules, nor keys take.
    pub(super) fn is_opaque(&self) -> bool {
        matches!(self, Vector(_) | Blob)
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Text | Enum(_))
    }

    /// Few different values, so that they meet.
    pub(super) fn value(&self, rng: &mut SmallRng) -> Value {
        let mut pick = |list: &[i128]| list[rng.random_range(0..list.len())];
        match self {
            Text => Value::Text(["a", "ab", "b", "c", "", "A"][pick(&[0, 0, 1, 2, 3, 4, 5]) as usize].to_owned()),
            Enum(values) => Value::Text(values[rng.random_range(0..values.len())].to_owned()),
            Bool => Value::Bool(rng.random_bool(0.5)),
            I32 => Value::Integer(pick(&[0, 1, 2, -1, 16_777_217, 2_147_483_647])),
            I64 => Value::Integer(pick(&[0, 1, 2, -1, 2_147_483_648, 9_007_199_254_740_993])),
            U32 => Value::Integer(pick(&[0, 1, 2, 3, 4_294_967_295])),
            U64 => Value::Integer(pick(&[0, 1, 2, 9_007_199_254_740_993, 18_446_744_073_709_551_615])),
            F32 => Value::F32(
                [0.0, 0.1, 0.3, 0.5, 1.0, 2.0, -1.0, 16_777_216.0][pick(&[0, 1, 2, 2, 3, 4, 5, 6, 7]) as usize],
            ),
            F64 => Value::F64([0.0, 0.1, 0.3, 0.5, 1.0, 2.0, -1.0, 1e300][pick(&[0, 1, 2, 2, 3, 4, 5, 6, 7]) as usize]),
            Date => Value::Day(pick(&[0, 1, -1, 19_000]) as i64),
            DateTime => Value::Instant(pick(&[0, 1, 86_400_000, -86_400_000]) as i64),
            Blob => Value::Blob(["AA==", "AAH/"][pick(&[0, 1]) as usize].to_owned()),
            Vector(size) => Value::Vector((0..*size).map(|_| pick(&[0, 1, 2]) as f32).collect()),
        }
    }

    /// A value of JSON, as an export prints it.
    pub(super) fn read(&self, json: &Json) -> Value {
        match (self, json) {
            (_, Json::Null) => Value::Null,
            (Text | Enum(_), Json::String(text)) => Value::Text(text.clone()),
            (Bool, Json::Bool(value)) => Value::Bool(*value),
            (Blob, Json::String(text)) => Value::Blob(text.strip_prefix("base64:").expect("base64").to_owned()),
            (F32, Json::Number(number)) => Value::F32(number.as_f64().expect("a number") as f32),
            (F64, Json::Number(number)) => Value::F64(number.as_f64().expect("a number")),
            (Vector(_), Json::Array(items)) => Value::Vector(
                items
                    .iter()
                    .map(|item| item.as_f64().expect("a number") as f32)
                    .collect(),
            ),
            (scalar, Json::Number(number)) if scalar.is_integer() => {
                Value::Integer(number.as_i128().expect("an integer"))
            }
            (Date, Json::String(text)) => Value::Day(day(text)),
            (DateTime, Json::String(text)) => {
                let (date, time) = text.split_once('T').expect("a time");
                let part = |range: std::ops::Range<usize>| time[range].parse::<i64>().expect("digits");
                let millis = ((part(0..2) * 60 + part(3..5)) * 60 + part(6..8)) * 1000 + part(9..12);
                Value::Instant(day(date) * 86_400_000 + millis)
            }
            other => panic!("{other:?}"),
        }
    }
}

impl Value {
    pub(super) fn json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Text(text) => json!(text),
            Value::Bool(value) => json!(value),
            Value::Integer(value) => match i64::try_from(*value) {
                Ok(value) => json!(value),
                Err(_) => json!(u64::try_from(*value).expect("64 bits")),
            },
            Value::F32(value) => json!(value.to_string().parse::<f64>().expect("a number")),
            Value::F64(value) => json!(value),
            Value::Day(days) => json!(days),
            Value::Instant(millis) => json!(millis),
            Value::List(items) => items.iter().map(Value::json).collect(),
            Value::Vector(items) => json!(items),
            Value::Blob(base64) => json!(format!("base64:{base64}")),
        }
    }

    /// As `@default` takes it.
    pub(super) fn literal(&self) -> String {
        match self {
            Value::Text(text) => format!("{text:?}"),
            Value::Day(days) => format!("\"{}\"", date(*days)),
            Value::Instant(millis) => {
                let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
                format!("\"{}T00:00:{:02}.{:03}Z\"", date(days), rest / 1000, rest % 1000)
            }
            Value::F32(value) => decimal(value.to_string()),
            Value::F64(value) => decimal(value.to_string()),
            other => other.json().to_string(),
        }
    }

    /// The part of an id that a key's value gives.
    pub(super) fn key_text(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::F32(value) => value.to_string(),
            Value::F64(value) => value.to_string(),
            Value::Day(value) | Value::Instant(value) => value.to_string(),
            other => panic!("{other:?} in a key"),
        }
    }

    /// The value in another type, if it has an equal one; `None` if the types do not convert at all.
    pub(super) fn convert(&self, from: &Scalar, to: &Scalar) -> Option<Option<Value>> {
        let fits = |value: i128| {
            let (low, high) = match to {
                I32 => (i32::MIN.into(), i32::MAX.into()),
                I64 => (i64::MIN.into(), i64::MAX.into()),
                U32 => (0, u32::MAX.into()),
                _ => (0, u64::MAX.into()),
            };
            (low..=high).contains(&value).then_some(Value::Integer(value))
        };
        // Whole, as an integer; exact up to 2¹²⁷.
        let whole = |value: f64| (value.fract() == 0.0 && value.abs() < 1e38).then_some(value as i128);
        if *self == Value::Null {
            return converts(from, to).then_some(Some(Value::Null));
        }
        if !converts(from, to) {
            return None;
        }
        Some(match (self, to) {
            (Value::Text(text), Enum(values)) => values.contains(&text.as_str()).then(|| self.clone()),
            (Value::Integer(value), to) if to.is_integer() => fits(*value),
            (Value::Integer(value), F64) => (*value as f64 as i128 == *value).then_some(Value::F64(*value as f64)),
            (Value::Integer(value), F32) => (*value as f32 as i128 == *value).then_some(Value::F32(*value as f32)),
            (Value::F32(value), F64) => Some(Value::F64(f64::from(*value))),
            (Value::F64(value), F32) => (f64::from(*value as f32) == *value).then_some(Value::F32(*value as f32)),
            (Value::F32(value), to) if to.is_integer() => whole(f64::from(*value)).and_then(fits),
            (Value::F64(value), to) if to.is_integer() => whole(*value).and_then(fits),
            (Value::Day(days), DateTime) => Some(Value::Instant(days * 86_400_000)),
            _ => Some(self.clone()),
        })
    }
}

/// Whether values of a type become values of another, if they can.
pub(super) fn converts(from: &Scalar, to: &Scalar) -> bool {
    from == to
        || from.is_text() && to.is_text()
        || from.is_number() && to.is_number()
        || (from, to) == (&Date, &DateTime)
}

fn decimal(text: String) -> String {
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// Days since 1970 of a date, and back; by counting.
fn day(text: &str) -> i64 {
    (-1000..20_000)
        .find(|days| date(*days) == text)
        .expect("a date near the epoch")
}

fn date(days: i64) -> String {
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut rest) = (1960, days + 3653);
    while rest >= if leap(year) { 366 } else { 365 } {
        rest -= if leap(year) { 366 } else { 365 };
        year += 1;
    }
    let months = [
        31,
        if leap(year) { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let mut month = 0;
    while rest >= months[month] {
        rest -= months[month];
        month += 1;
    }
    format!("{year:04}-{:02}-{:02}", month + 1, rest + 1)
}
