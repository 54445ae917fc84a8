//! From a JSON value to a cell that fits the property, or to the fault that says why not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use omnigraph_model::catalog::Property;
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};

use super::json::Json;
use crate::error::Fault;
use crate::storage::Cell;

pub(crate) const BASE64: &str = "base64:";

/// A value that is neither absent nor null.
pub(crate) fn decode<'a>(type_name: &str, property: &Property, json: Json<'a>) -> Result<Cell<'a>, Fault> {
    let ty = &property.ty;
    let place = Place { type_name, property };
    if ty.list {
        let Json::Array(items) = json else {
            return Err(place.wrong_type(&json));
        };
        let mut cells = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let shown = item.to_string();
            match scalar(&place, item) {
                Ok(cell) => cells.push(cell),
                Err(fault @ Fault::NotInEnum { .. }) => return Err(fault),
                Err(_) => {
                    return Err(Fault::Item {
                        type_name: type_name.to_string(),
                        property: property.name.clone(),
                        index,
                        declared: item_type(ty),
                        value: shown,
                    });
                }
            }
        }
        return Ok(Cell::List(cells));
    }
    scalar(&place, json)
}

fn item_type(ty: &Type) -> String {
    Type {
        list: false,
        nullable: false,
        ..ty.clone()
    }
    .to_string()
}

struct Place<'p> {
    type_name: &'p str,
    property: &'p Property,
}

impl Place<'_> {
    fn wrong_type(&self, json: &Json) -> Fault {
        Fault::WrongType {
            type_name: self.type_name.to_string(),
            property: self.property.name.clone(),
            declared: self.property.ty.to_string(),
            value: json.to_string(),
        }
    }

    fn out_of_range(&self, json: &Json) -> Fault {
        let range = match self.property.ty.scalar {
            Scalar::I32 => Some((i32::MIN.to_string(), i32::MAX.to_string())),
            Scalar::I64 => Some((i64::MIN.to_string(), i64::MAX.to_string())),
            Scalar::Date => Some((temporal::DAYS.start().to_string(), temporal::DAYS.end().to_string())),
            Scalar::DateTime => {
                let range = temporal::MILLISECONDS;
                Some((range.start().to_string(), range.end().to_string()))
            }
            Scalar::U32 => Some(("0".to_string(), u32::MAX.to_string())),
            Scalar::U64 => Some(("0".to_string(), u64::MAX.to_string())),
            _ => None,
        };
        let range = range.map(Box::new);
        Fault::OutOfRange {
            type_name: self.type_name.to_string(),
            property: self.property.name.clone(),
            declared: self.property.ty.scalar.to_string(),
            value: json.to_string(),
            range,
        }
    }

    fn not_temporal(&self, text: &str, example: &'static str) -> Fault {
        Fault::NotTemporal {
            type_name: self.type_name.to_string(),
            property: self.property.name.clone(),
            declared: self.property.ty.scalar.to_string(),
            value: text.to_string(),
            example,
        }
    }

    fn blob(&self, reason: impl Into<String>) -> Fault {
        Fault::Blob {
            type_name: self.type_name.to_string(),
            property: self.property.name.clone(),
            reason: reason.into(),
        }
    }
}

fn scalar<'a>(place: &Place, json: Json<'a>) -> Result<Cell<'a>, Fault> {
    let ty = &place.property.ty;
    match ty.scalar {
        Scalar::String => match json {
            Json::String(text) => match &ty.enum_values {
                Some(allowed) if allowed.binary_search_by(|value| value.as_str().cmp(&text)).is_err() => {
                    Err(Fault::NotInEnum {
                        type_name: place.type_name.to_string(),
                        property: place.property.name.clone(),
                        value: text.into_owned(),
                        allowed: allowed.clone(),
                    })
                }
                _ => Ok(Cell::String(text)),
            },
            other => Err(place.wrong_type(&other)),
        },
        Scalar::Bool => match json {
            Json::Bool(value) => Ok(Cell::Bool(value)),
            other => Err(place.wrong_type(&other)),
        },
        Scalar::I32 => integer(place, &json, Cell::I32),
        Scalar::I64 => integer(place, &json, Cell::I64),
        Scalar::U32 => integer(place, &json, Cell::U32),
        Scalar::U64 => integer(place, &json, Cell::U64),
        Scalar::F64 => {
            let value = number(&json).ok_or_else(|| place.wrong_type(&json))?;
            if value.is_finite() {
                // The negative zero would be another bit pattern for the same number.
                Ok(Cell::F64(value + 0.0))
            } else {
                Err(place.out_of_range(&json))
            }
        }
        Scalar::F32 => {
            // Judged after rounding: the printed form of the greatest 32-bit number may lie just beyond it.
            let value = number(&json).ok_or_else(|| place.wrong_type(&json))? as f32;
            if value.is_finite() {
                Ok(Cell::F32(value + 0.0))
            } else {
                Err(place.out_of_range(&json))
            }
        }
        Scalar::Date => match json {
            Json::String(text) => temporal::parse_date(&text)
                .map(Cell::Date)
                .ok_or_else(|| place.not_temporal(&text, temporal::DATE_EXAMPLE)),
            other => match integer(place, &other, Cell::Date)? {
                Cell::Date(days) if !temporal::DAYS.contains(&days) => Err(place.out_of_range(&other)),
                date => Ok(date),
            },
        },
        Scalar::DateTime => match json {
            Json::String(text) => temporal::parse_datetime(&text)
                .map(Cell::DateTime)
                .ok_or_else(|| place.not_temporal(&text, temporal::DATETIME_EXAMPLE)),
            other => match integer(place, &other, Cell::DateTime)? {
                Cell::DateTime(instant) if !temporal::MILLISECONDS.contains(&instant) => {
                    Err(place.out_of_range(&other))
                }
                instant => Ok(instant),
            },
        },
        Scalar::Vector(size) => vector(place, size, json),
        Scalar::Blob => blob(place, json),
        // No property has it.
        Scalar::Duration | Scalar::Path(_) | Scalar::Object => Err(place.wrong_type(&json)),
    }
}

fn integer<T, U>(place: &Place, json: &Json, cell: impl FnOnce(T) -> Cell<'static>) -> Result<Cell<'static>, Fault>
where
    T: TryFrom<i64, Error = U> + TryFrom<u64>,
{
    let value = match json {
        Json::Integer(value) => T::try_from(*value).ok(),
        Json::Unsigned(value) => T::try_from(*value).ok(),
        // An integer too long for 64 bits reads as a float.
        Json::Float(value) if value.fract() == 0.0 && value.abs() >= 18_446_744_073_709_551_615.0 => None,
        other => return Err(place.wrong_type(other)),
    };
    value.map(cell).ok_or_else(|| place.out_of_range(json))
}

fn number(json: &Json) -> Option<f64> {
    match json {
        Json::Integer(value) => Some(*value as f64),
        Json::Unsigned(value) => Some(*value as f64),
        Json::Float(value) => Some(*value),
        _ => None,
    }
}

fn vector(place: &Place, size: u32, json: Json) -> Result<Cell<'static>, Fault> {
    let Json::Array(items) = &json else {
        return Err(place.wrong_type(&json));
    };
    let mut elements = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match number(item).map(|value| value as f32).filter(|value| value.is_finite()) {
            Some(value) => elements.push(value),
            None => {
                return Err(Fault::VectorElement {
                    type_name: place.type_name.to_string(),
                    property: place.property.name.clone(),
                    expected: size,
                    found: items.len(),
                    index,
                    value: item.to_string(),
                });
            }
        }
    }
    if elements.len() != size as usize {
        return Err(Fault::VectorLength {
            type_name: place.type_name.to_string(),
            property: place.property.name.clone(),
            expected: size,
            found: elements.len(),
        });
    }
    Ok(Cell::Vector(elements))
}

fn blob(place: &Place, json: Json) -> Result<Cell<'static>, Fault> {
    let Json::String(text) = &json else {
        return Err(place.wrong_type(&json));
    };
    decode_blob(text).map(Cell::Bytes).map_err(|reason| place.blob(reason))
}

/// Blobs are given inline. References to other places need a policy that allows them, and there is none.
pub(crate) fn decode_blob(text: &str) -> Result<Vec<u8>, String> {
    match text.strip_prefix(BASE64) {
        Some(encoded) => STANDARD
            .decode(encoded)
            .map_err(|error| format!("malformed base64 ({error})")),
        None if text.contains("://") => {
            Err("references to external blobs are not allowed here; give `base64:…`".into())
        }
        None => Err("expected `base64:` and standard base64".into()),
    }
}

/// A value of a query or of `@default` as a cell of the property.
pub(crate) fn of_literal<'v>(type_name: &str, property: &Property, value: &'v Value) -> Result<Cell<'v>, Fault> {
    decode(type_name, property, json_of(property.ty.scalar, value))
}

/// Loads and queries accept the same values, so one decoder serves both.
fn json_of<'v>(scalar: Scalar, value: &'v Value) -> Json<'v> {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Integer(value) => Json::Integer(*value),
        Value::Unsigned(value) => i64::try_from(*value).map_or(Json::Unsigned(*value), Json::Integer),
        Value::Float(value) => Json::Float(*value),
        Value::String(text) => Json::String(text.as_str().into()),
        Value::Date(days) if scalar == Scalar::DateTime => Json::Integer(i64::from(*days) * 86_400_000),
        Value::Date(days) => Json::Integer((*days).into()),
        Value::DateTime(milliseconds) => Json::Integer(*milliseconds),
        Value::List(items) => Json::Array(items.iter().map(|item| json_of(scalar, item)).collect()),
        Value::Vector(items) => Json::Array(items.iter().map(|item| Json::Float((*item).into())).collect()),
        Value::Duration { months, milliseconds } => {
            Json::String(omnigraph_model::temporal::print_duration(*months, *milliseconds).into())
        }
    }
}
