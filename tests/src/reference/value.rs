//! Values and how they compare: by mathematical value, whatever the width, and never through rounding.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use omnigraph_grammar::query::ast::Comparator;

use super::paths::Path;

/// A property's, literal's or parameter's value.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// Any integer of any width.
    Integer(i128),
    /// A stored or declared F32.
    Single(f32),
    Double(f64),
    Text(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since the epoch, UTC.
    DateTime(i64),
    List(Vec<Value>),
    Vector(Vec<f32>),
    /// As `base64:…`.
    Blob(String),
    /// Calendar months, and milliseconds beside them.
    Duration(i64, i64),
    Path(Box<Path>),
    /// Members by name, in order.
    Object(Vec<(String, Value)>),
}

/// Bit for bit: what a store must give back, as opposed to what a filter finds equal.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Single(a), Value::Single(b)) => a.to_bits() == b.to_bits(),
            (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
            (Value::Text(a), Value::Text(b)) | (Value::Blob(a), Value::Blob(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Duration(a, x), Value::Duration(b, y)) => (a, x) == (b, y),
            (Value::Path(a), Value::Path(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            (Value::Vector(a), Value::Vector(b)) => a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits())),
            _ => false,
        }
    }
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// A number as an exact integer or as a float.
    fn number(&self) -> Option<Number> {
        match self {
            Value::Integer(i) => Some(Number::Integer(*i)),
            Value::Single(f) => Some(Number::Float(f64::from(*f))),
            Value::Double(f) => Some(Number::Float(*f)),
            _ => None,
        }
    }

    /// As a float, for sums: exact for floats, the integer itself is handled apart.
    pub fn as_double(&self) -> Option<f64> {
        match self.number()? {
            Number::Integer(i) => Some(i as f64),
            Number::Float(f) => Some(f),
        }
    }

    /// The order of two values of comparable types, `None` if either is null or they are not comparable.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
            // How long a month is depends on where it begins.
            (Value::Duration(a, x), Value::Duration(b, y)) if a == b => Some(x.cmp(y)),
            (Value::Duration(a, x), Value::Duration(b, y)) if x == y => Some(a.cmp(b)),
            (a, b) => a.number()?.compare(b.number()?),
        }
    }

    /// The order of sort keys and groups: null first, then by value; lists item by item.
    pub fn sort(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Less,
            (_, Value::Null) => Ordering::Greater,
            (Value::List(a), Value::List(b)) => {
                let by_items = a.iter().zip(b).map(|(x, y)| x.sort(y)).find(|order| order.is_ne());
                by_items.unwrap_or(a.len().cmp(&b.len()))
            }
            (Value::Vector(a), Value::Vector(b)) => {
                let by_items = a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|order| order.is_ne());
                by_items.unwrap_or(Ordering::Equal)
            }
            (Value::Duration(a, x), Value::Duration(b, y)) => (a, x).cmp(&(b, y)),
            (Value::Path(a), Value::Path(b)) => a.compare(b),
            (Value::Object(a), Value::Object(b)) => {
                let members = a.iter().zip(b).map(|((_, x), (_, y))| x.sort(y));
                members.fold(Ordering::Equal, Ordering::then)
            }
            _ => self.compare(other).expect("a column holds values of one type"),
        }
    }

    /// What a result shows.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(b) => (*b).into(),
            Value::Integer(i) => match i64::try_from(*i) {
                Ok(i) => i.into(),
                Err(_) => u64::try_from(*i).expect("no stored integer is wider").into(),
            },
            Value::Single(f) => f64::from(*f).into(),
            Value::Double(f) => (*f).into(),
            Value::Text(s) | Value::Blob(s) => s.clone().into(),
            Value::Date(days) => show_date(*days).into(),
            Value::DateTime(millis) => show_instant(*millis).into(),
            Value::List(items) => items.iter().map(Value::to_json).collect(),
            Value::Vector(items) => items.iter().map(|x| serde_json::Value::from(f64::from(*x))).collect(),
            Value::Duration(months, milliseconds) => show_duration(*months, *milliseconds).into(),
            Value::Path(path) => path.to_json(),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.clone(), value.to_json()));
                serde_json::Value::Object(members.collect())
            }
        }
    }

    /// As it is stored: there is one zero.
    pub fn stored(self) -> Value {
        match self {
            Value::Single(f) => Value::Single(f + 0.0),
            Value::Double(f) => Value::Double(f + 0.0),
            Value::List(items) => Value::List(items.into_iter().map(Value::stored).collect()),
            Value::Vector(items) => Value::Vector(items.into_iter().map(|f| f + 0.0).collect()),
            other => other,
        }
    }

    /// A constant that meets an F32 is rounded to that width first.
    pub fn to_single(&self) -> Value {
        match self {
            Value::Integer(i) => Value::Single(*i as f32),
            Value::Double(f) => Value::Single(*f as f32),
            other => other.clone(),
        }
    }
}

enum Number {
    Integer(i128),
    Float(f64),
}

impl Number {
    fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(&b)),
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b),
            (Number::Integer(a), Number::Float(b)) => integer_and_float(a, b),
            (Number::Float(a), Number::Integer(b)) => integer_and_float(b, a).map(Ordering::reverse),
        }
    }
}

/// Exact: the float's whole part is an integer, and what is left of it decides a draw.
fn integer_and_float(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.abs() >= 2f64.powi(126) {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = float.trunc();
    let draw = 0f64.partial_cmp(&(float - whole))?;
    Some(integer.cmp(&(whole as i128)).then(draw))
}

/// Whether `left op right`, `None` where it is unknown. A constant is a literal or a parameter.
pub(super) fn decide(left: (&Value, bool), op: Comparator, right: (&Value, bool)) -> Option<bool> {
    let equals = |a: (&Value, bool), b: (&Value, bool)| decide(a, Comparator::Equal, b);
    match (left.0, op, right.0) {
        (Value::Null, ..) | (.., Value::Null) => None,
        (Value::List(items), Comparator::Contains, _) => any(items.iter().map(|item| equals((item, left.1), right))),
        (_, Comparator::In, Value::List(items)) => any(items.iter().map(|item| equals((item, right.1), left))),
        (_, Comparator::NotIn, _) => decide(left, Comparator::In, right).map(|found| !found),
        (Value::Text(text), Comparator::Contains, Value::Text(part)) => Some(text.contains(part.as_str())),
        (Value::Text(text), Comparator::StartsWith, Value::Text(part)) => Some(text.starts_with(part.as_str())),
        (Value::Text(text), Comparator::EndsWith, Value::Text(part)) => Some(text.ends_with(part.as_str())),
        (Value::List(a), Comparator::Equal | Comparator::NotEqual, Value::List(b)) => {
            let different = match a.len() == b.len() {
                true => any(a
                    .iter()
                    .zip(b)
                    .map(|(x, y)| equals((x, left.1), (y, right.1)).map(|same| !same))),
                false => Some(true),
            };
            different.map(|different| different == (op == Comparator::NotEqual))
        }
        (a, _, b) => {
            let rounded;
            // A constant beside an F32 is rounded to that width first.
            let (a, b) = match (a, b) {
                (Value::Single(_), Value::Single(_)) => (a, b),
                (Value::Single(_), _) if right.1 => {
                    rounded = b.to_single();
                    (a, &rounded)
                }
                (_, Value::Single(_)) if left.1 => {
                    rounded = a.to_single();
                    (&rounded, b)
                }
                other => other,
            };
            let order = a.compare(b)?;
            Some(match op {
                Comparator::Equal => order.is_eq(),
                Comparator::NotEqual => order.is_ne(),
                Comparator::Less => order.is_lt(),
                Comparator::LessEqual => order.is_le(),
                Comparator::Greater => order.is_gt(),
                Comparator::GreaterEqual => order.is_ge(),
                _ => return None,
            })
        }
    }
}

/// The same, where unknown is not true.
pub(super) fn holds(left: (&Value, bool), op: Comparator, right: (&Value, bool)) -> bool {
    decide(left, op, right) == Some(true)
}

/// True if one is, else unknown if one is.
pub(super) fn any(truths: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(false);
    for truth in truths {
        match truth {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

fn epoch() -> NaiveDate {
    NaiveDate::default()
}

pub(super) fn parse_date(text: &str) -> Option<i32> {
    if text.len() != 10 {
        return None;
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.num_days_from_ce() - epoch().num_days_from_ce())
}

pub(super) fn parse_instant(text: &str) -> Option<i64> {
    if let Some(days) = parse_date(text) {
        return Some(i64::from(days) * 86_400_000);
    }
    let text = text.replacen(' ', "T", 1);
    if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
        return Some(instant.timestamp_millis());
    }
    let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(naive.and_utc().timestamp_millis())
}

pub(super) fn show_date(days: i32) -> String {
    let date = NaiveDate::from_num_days_from_ce_opt(days + epoch().num_days_from_ce()).expect("a calendar day");
    date.format("%Y-%m-%d").to_string()
}

pub(super) fn show_instant(millis: i64) -> String {
    let instant = DateTime::from_timestamp_millis(millis).expect("an instant of the calendar");
    instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// By ISO 8601: years and months, days, then what is less than a day. Parts that are 0 are left out; each has its own sign.
pub(super) fn show_duration(months: i64, milliseconds: i64) -> String {
    let mut text = "P".to_owned();
    let mut part = |amount: i64, unit: &str| {
        if amount != 0 {
            text += &format!("{amount}{unit}");
        }
    };
    part(months / 12, "Y");
    part(months % 12, "M");
    part(milliseconds / 86_400_000, "D");
    let rest = milliseconds % 86_400_000;
    if rest != 0 {
        text.push('T');
        let mut part = |amount: i64, unit: &str| {
            if amount != 0 {
                text += &format!("{amount}{unit}");
            }
        };
        part(rest / 3_600_000, "H");
        part(rest / 60_000 % 60, "M");
        let (whole, fraction) = (rest / 1_000 % 60, rest % 1_000);
        if fraction != 0 {
            let sign = if fraction < 0 { "-" } else { "" };
            let digits = format!("{:03}", fraction.abs());
            text += &format!("{sign}{}.{}S", whole.abs(), digits.trim_end_matches('0'));
        } else if whole != 0 {
            text += &format!("{whole}S");
        }
    }
    if text == "P" { "PT0S".to_owned() } else { text }
}
