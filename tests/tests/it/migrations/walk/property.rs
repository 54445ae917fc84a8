//! Properties of the model: their types, values that fit, and changes of one.

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Map, Value as Json, json};

use super::model::Expected::{self, Applied};
use super::model::refused_if;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    I32,
    I64,
    F64,
    Bool,
    Date,
    DateTime,
    Texts,
    Enum(Vec<String>),
}

#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) former: Option<String>,
    pub(super) kind: Kind,
    pub(super) optional: bool,
    pub(super) index: bool,
    pub(super) unique: bool,
    pub(super) range: Option<(i64, i64)>,
    pub(super) default: Option<Json>,
}

pub(super) type Row = Map<String, Json>;

pub(super) fn change_property(
    properties: &mut Vec<Property>,
    rows: &mut [&mut Row],
    edge: bool,
    number: u32,
    rng: &mut SmallRng,
) -> Option<(Expected, String)> {
    let chosen = rng.random_range(0..14);
    if chosen < 3 || properties.is_empty() {
        return Some(new_property(properties, rows, number, rng));
    }
    let at = rng.random_range(0..properties.len());
    let values = |name: &str, rows: &[&mut Row]| -> Vec<Json> {
        let of = |row: &&mut Row| row.get(name).filter(|value| !value.is_null()).cloned();
        rows.iter().filter_map(of).collect()
    };
    let several = properties.len() > 1;
    let property = &mut properties[at];
    let name = property.name.clone();
    let stored = values(&name, rows);
    match chosen {
        3 => {
            property.name = format!("p{number}");
            property.former = Some(name.clone());
            for row in rows {
                if let Some(value) = row.remove(&name) {
                    row.insert(property.name.clone(), value);
                }
            }
            Some((Applied, format!("{name} renamed to p{number}")))
        }
        4 if several => {
            properties.remove(at);
            for row in rows {
                row.remove(&name);
            }
            Some((Applied, format!("{name} dropped")))
        }
        5 => widened(property, rows, rng),
        6 if property.kind == Kind::I64 => {
            property.kind = Kind::I32;
            let fits = |value: &Json| value.as_i64().is_some_and(|value| i32::try_from(value).is_ok());
            if property.default.as_ref().is_some_and(|default| !fits(default)) {
                return None;
            }
            Some((refused_if(!stored.iter().all(fits)), format!("{name} narrowed")))
        }
        7 => optional_or_required(property, rows, stored.len() < rows.len()),
        8 => match &mut property.kind {
            Kind::Enum(values) if values.len() < 5 => {
                values.push(format!("v{number}"));
                Some((Applied, format!("{name} with another value")))
            }
            _ => None,
        },
        9 => values_restricted(property, &stored),
        10 if matches!(property.kind, Kind::Enum(_)) => {
            property.kind = Kind::Text;
            Some((Applied, format!("{name} made a text")))
        }
        11 if property.kind != Kind::Texts => {
            property.index = !property.index;
            Some((Applied, format!("{name} with an index: {}", property.index)))
        }
        12 if !edge && property.may_be_unique() => {
            property.unique = !property.unique;
            let mut seen: Vec<String> = stored.iter().map(Json::to_string).collect();
            seen.sort();
            let twice = seen.windows(2).any(|pair| pair[0] == pair[1]);
            Some((
                refused_if(property.unique && twice),
                format!("{name} unique: {}", property.unique),
            ))
        }
        13 if !edge && property.may_be_unique() && !property.unique && property.is_integer() => {
            property.range = Some((0, rng.random_range(100..20_000)));
            let outside = |value: &Json| {
                let value = value.as_i64().unwrap_or_default();
                property.range.is_some_and(|(low, high)| value < low || value > high)
            };
            let expected = refused_if(stored.iter().any(outside));
            Some((expected, format!("{name} within {:?}", property.range)))
        }
        13 if property.range.is_some() => {
            property.range = None;
            Some((Applied, format!("{name} without a range")))
        }
        _ => None,
    }
}

fn new_property(
    properties: &mut Vec<Property>,
    rows: &mut [&mut Row],
    number: u32,
    rng: &mut SmallRng,
) -> (Expected, String) {
    let kinds = [
        Kind::Text,
        Kind::I32,
        Kind::I64,
        Kind::F64,
        Kind::Bool,
        Kind::Date,
        Kind::Texts,
    ];
    let kind = match rng.random_range(0..8) {
        7 => Kind::Enum(vec!["calm".to_owned(), "loud".to_owned()]),
        at => kinds[at].clone(),
    };
    let mut property = Property::new(format!("p{number}"), kind, rng.random_bool(0.6));
    if rng.random_bool(0.6) && property.kind != Kind::Texts {
        property.default = Some(property.kind.value(number, rng));
    }
    property.index = rng.random_bool(0.2) && property.kind != Kind::Texts;
    let broken = !property.optional && property.default.is_none() && !rows.is_empty();
    if let Some(default) = &property.default {
        for row in rows {
            row.insert(property.name.clone(), default.clone());
        }
    }
    let what = format!("a new {property:?}");
    properties.push(property);
    (refused_if(broken), what)
}

fn widened(property: &mut Property, rows: &mut [&mut Row], rng: &mut SmallRng) -> Option<(Expected, String)> {
    let name = property.name.clone();
    let wider = match property.kind {
        Kind::I32 if rng.random_bool(0.7) => Kind::I64,
        Kind::I32 if property.range.is_none() => Kind::F64,
        Kind::Date => Kind::DateTime,
        _ => return None,
    };
    let convert = |value: &Json| match (&wider, value) {
        (Kind::F64, value) => json!(value.as_f64()),
        (Kind::DateTime, value) => json!(format!("{}T00:00:00.000Z", value.as_str().unwrap_or_default())),
        (_, value) => value.clone(),
    };
    for row in rows {
        if let Some(value) = row.get_mut(&name).filter(|value| !value.is_null()) {
            *value = convert(value);
        }
    }
    property.default = property.default.as_ref().map(convert);
    property.kind = wider;
    Some((Applied, format!("{name} widened")))
}

/// `missing` says whether some row has no value.
fn optional_or_required(property: &mut Property, rows: &mut [&mut Row], missing: bool) -> Option<(Expected, String)> {
    let name = property.name.clone();
    property.optional = !property.optional;
    match (property.optional, &property.default) {
        (true, _) => Some((Applied, format!("{name} made optional"))),
        (false, Some(default)) if !property.unique => {
            for row in rows {
                if row.get(&name).is_none_or(Json::is_null) {
                    row.insert(name.clone(), default.clone());
                }
            }
            Some((Applied, format!("{name} filled and made required")))
        }
        (false, Some(_)) => None,
        (false, None) => Some((refused_if(missing), format!("{name} made required"))),
    }
}

fn values_restricted(property: &mut Property, stored: &[Json]) -> Option<(Expected, String)> {
    let name = property.name.clone();
    match &mut property.kind {
        Kind::Enum(values) if values.len() > 1 => {
            let gone = json!(values.pop()?);
            if property.default.as_ref() == Some(&gone) {
                return None;
            }
            Some((refused_if(stored.contains(&gone)), format!("{name} without {gone}")))
        }
        Kind::Text if property.default.is_none() && !property.unique => {
            property.kind = Kind::Enum(vec!["calm".to_owned(), "loud".to_owned()]);
            let fits = |value: &Json| value == "calm" || value == "loud";
            Some((refused_if(!stored.iter().all(fits)), format!("{name} made an enum")))
        }
        _ => None,
    }
}

impl Property {
    pub(super) fn new(name: String, kind: Kind, optional: bool) -> Property {
        Property {
            name,
            former: None,
            kind,
            optional,
            index: false,
            unique: false,
            range: None,
            default: None,
        }
    }

    pub(super) fn is_integer(&self) -> bool {
        matches!(self.kind, Kind::I32 | Kind::I64)
    }

    /// A type of few values would soon be full.
    pub(super) fn may_be_unique(&self) -> bool {
        let many = matches!(self.kind, Kind::Text | Kind::F64) || self.is_integer();
        many && self.default.is_none() && self.range.is_none()
    }

    pub(super) fn text(&self, hint: &str) -> String {
        let optional = if self.optional { "?" } else { "" };
        let index = if self.index { " @index" } else { "" };
        let unique = if self.unique { " @unique" } else { "" };
        let default = match (&self.default, &self.kind) {
            (None, _) => String::new(),
            (Some(Json::String(word)), Kind::Enum(_)) => format!(" @default({word})"),
            (Some(value), _) => format!(" @default({value})"),
        };
        format!(
            "    {}: {}{optional}{index}{unique}{default}{hint}\n",
            self.name,
            self.kind.text()
        )
    }
}

impl Kind {
    fn text(&self) -> String {
        match self {
            Kind::Text => "String".to_owned(),
            Kind::I32 => "I32".to_owned(),
            Kind::I64 => "I64".to_owned(),
            Kind::F64 => "F64".to_owned(),
            Kind::Bool => "Bool".to_owned(),
            Kind::Date => "Date".to_owned(),
            Kind::DateTime => "DateTime".to_owned(),
            Kind::Texts => "[String]".to_owned(),
            Kind::Enum(values) => format!("enum({})", values.join(", ")),
        }
    }

    fn value(&self, number: u32, rng: &mut SmallRng) -> Json {
        match self {
            Kind::Text if rng.random_bool(0.4) => json!(["calm", "loud"][rng.random_range(0..2)]),
            Kind::Text => json!(format!("text {number}")),
            Kind::I32 => json!(rng.random_range(0..20_000)),
            Kind::I64 if rng.random_bool(0.2) => json!(5_000_000_000_i64 + i64::from(number)),
            Kind::I64 => json!(rng.random_range(0..20_000)),
            Kind::F64 => json!(f64::from(rng.random_range(0..400)) / 4.0),
            Kind::Bool => json!(rng.random_bool(0.5)),
            Kind::Date => json!(format!(
                "20{:02}-{:02}-{:02}",
                rng.random_range(10..40),
                number % 12 + 1,
                number % 28 + 1
            )),
            Kind::DateTime => json!(format!(
                "20{:02}-{:02}-{:02}T10:00:00.000Z",
                number % 90 + 10,
                number % 12 + 1,
                number % 28 + 1
            )),
            Kind::Texts => json!([format!("a{number}"), "b"]),
            Kind::Enum(values) => json!(values[rng.random_range(0..values.len())]),
        }
    }
}

/// Values that fit; what is unique takes them from the numbers that nobody had.
pub(super) fn row(properties: &[Property], number: u32, rng: &mut SmallRng) -> Row {
    let mut row = Row::new();
    for property in properties {
        let value = match property.optional && rng.random_bool(0.3) {
            true => Json::Null,
            false if property.unique => match property.kind {
                Kind::Text => json!(format!("only {number}")),
                Kind::F64 => json!(f64::from(number) + 0.125),
                _ => json!(20_000 + number),
            },
            false => match property.range {
                Some((low, high)) => json!(rng.random_range(low..=high)),
                None => property.kind.value(number, rng),
            },
        };
        row.insert(property.name.clone(), value);
    }
    row
}
