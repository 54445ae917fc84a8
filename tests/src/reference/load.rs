//! NDJSON into the model, and the canonical ids of keyed nodes.

use std::sync::Arc;

use omnigraph_model::catalog::{Catalog, NodeType, Property};
use omnigraph_model::types::{Scalar, Type};
use serde_json::{Map, Value as Json};

use super::value::{parse_date, parse_instant};
use super::{Edge, Model, Row, Value};

/// What happens to an entity whose id is there already, and to those that the input does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Append,
    Merge,
    Overwrite,
}

impl Model {
    pub fn from_lines(catalog: Arc<Catalog>, lines: &str) -> Result<Model, String> {
        let mut model = Model::empty(catalog);
        model.load(lines, Mode::Append)?;
        Ok(model)
    }

    /// All or nothing. `Err` says why nothing was loaded.
    pub fn load(&mut self, lines: &str, mode: Mode) -> Result<(), String> {
        let mut next = self.clone();
        let parsed: Vec<Map<String, Json>> = lines
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).map_err(|error| error.to_string()))
            .collect::<Result<_, _>>()?;
        if mode == Mode::Overwrite {
            for line in &parsed {
                if let Some(ty) = line.get("type").and_then(Json::as_str) {
                    next.nodes.get_mut(ty).ok_or("unknown node type")?.clear();
                } else if let Some(edge) = line.get("edge").and_then(Json::as_str) {
                    let name = self.catalog.edge(edge).ok_or("unknown edge type")?.name.clone();
                    next.edges.get_mut(&name).ok_or("unknown edge type")?.clear();
                }
            }
        }
        for line in &parsed {
            next.take_line(line, mode)?;
        }
        next.validate(self)?;
        *self = next;
        Ok(())
    }

    fn take_line(&mut self, line: &Map<String, Json>, mode: Mode) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let empty = Map::new();
        let data = match line.get("data") {
            None => &empty,
            Some(data) => data.as_object().ok_or("`data` is not an object")?,
        };
        let given = match data.get("id") {
            None => None,
            Some(id) => Some(id.as_str().ok_or("`id` is not a string")?.to_owned()),
        };
        if let Some(ty) = line.get("type").and_then(Json::as_str) {
            let node = catalog.node(ty).ok_or("unknown node type")?;
            let row = read_row(&node.properties, data)?;
            let id = match key_id(node, &row) {
                Some(key) if given.as_ref().is_some_and(|given| *given != key) => {
                    return Err("id and key differ".into());
                }
                Some(key) => key,
                None => given.unwrap_or_else(|| self.make_up_id()),
            };
            let nodes = self.nodes.get_mut(ty).expect("every type has a map");
            if nodes.insert(id.clone(), row).is_some() && mode != Mode::Merge {
                return Err(format!("{ty} {id} exists"));
            }
        } else {
            let name = line.get("edge").and_then(Json::as_str).ok_or("neither node nor edge")?;
            let edge = catalog.edge(name).ok_or("unknown edge type")?;
            let end = |side: &str| {
                line.get(side)
                    .and_then(Json::as_str)
                    .map(str::to_owned)
                    .ok_or("endpoint missing")
            };
            let (from, to) = (end("from")?, end("to")?);
            let row = read_row(&edge.properties, data)?;
            let id = given.unwrap_or_else(|| self.make_up_id());
            let edges = self.edges.get_mut(&edge.name).expect("every type has a map");
            if edges.insert(id.clone(), Edge { from, to, row }).is_some() && mode != Mode::Merge {
                return Err(format!("{name} {id} exists"));
            }
        }
        Ok(())
    }
}

fn read_row(properties: &[Property], data: &Map<String, Json>) -> Result<Row, String> {
    for name in data.keys() {
        if name != "id" && !properties.iter().any(|property| property.name == *name) {
            return Err(format!("unknown property {name}"));
        }
    }
    let mut row = Row::new();
    for property in properties {
        let value = match data.get(&property.name) {
            None => default_of(property),
            Some(Json::Null) => Value::Null,
            Some(json) => read_value(json, &property.ty).map_err(|reason| format!("{}: {reason}", property.name))?,
        };
        row.insert(property.name.clone(), value.stored());
    }
    Ok(row)
}

/// What a property holds that nothing is said about.
pub(super) fn default_of(property: &Property) -> Value {
    use omnigraph_model::types::Value as Constant;
    match &property.default {
        None | Some(Constant::Null) => Value::Null,
        Some(Constant::Bool(value)) => Value::Bool(*value),
        Some(Constant::Integer(value)) => Value::Integer((*value).into()),
        Some(Constant::Unsigned(value)) => Value::Integer((*value).into()),
        Some(Constant::Float(value)) if property.ty.scalar == Scalar::F32 => Value::Single(*value as f32),
        Some(Constant::Float(value)) => Value::Double(*value),
        Some(Constant::String(value)) => Value::Text(value.clone()),
        Some(Constant::Date(value)) => Value::Date(*value),
        Some(Constant::DateTime(value)) => Value::DateTime(*value),
        Some(other) => panic!("no property defaults to {other:?}"),
    }
}

/// A JSON value of a property's type; null is the caller's business.
pub(super) fn read_value(json: &Json, ty: &Type) -> Result<Value, String> {
    if ty.list {
        let items = json.as_array().ok_or("not an array")?;
        let item = Type {
            list: false,
            ..ty.clone()
        };
        return Ok(Value::List(
            items
                .iter()
                .map(|json| read_value(json, &item))
                .collect::<Result<_, _>>()?,
        ));
    }
    let integer = || -> Result<i128, String> {
        let number = json.as_number().ok_or("not a number")?;
        let signed = number.as_i64().map(i128::from);
        signed
            .or(number.as_u64().map(i128::from))
            .ok_or_else(|| "not an integer".into())
    };
    let within = |low: i128, high: i128| -> Result<Value, String> {
        let value = integer()?;
        if (low..=high).contains(&value) {
            Ok(Value::Integer(value))
        } else {
            Err("out of range".into())
        }
    };
    let text = || json.as_str().ok_or("not a string");
    Ok(match ty.scalar {
        Scalar::String => Value::Text(text()?.into()),
        Scalar::Blob => Value::Blob(text()?.into()),
        Scalar::Duration => return Err("nothing stored is a duration".into()),
        Scalar::Path(_) | Scalar::Object => return Err("nothing stored is a path".into()),
        Scalar::Bool => Value::Bool(json.as_bool().ok_or("not a boolean")?),
        Scalar::I32 => within(i32::MIN.into(), i32::MAX.into())?,
        Scalar::I64 => within(i64::MIN.into(), i64::MAX.into())?,
        Scalar::U32 => within(0, u32::MAX.into())?,
        Scalar::U64 => within(0, u64::MAX.into())?,
        Scalar::F32 => Value::Single(single(json)?),
        Scalar::F64 => Value::Double(json.as_f64().filter(|f| f.is_finite()).ok_or("not a finite number")?),
        Scalar::Date => Value::Date(match json.as_i64() {
            Some(days) => i32::try_from(days).map_err(|_| "out of range")?,
            None => parse_date(text()?).ok_or("not a date")?,
        }),
        Scalar::DateTime => Value::DateTime(match json.as_i64() {
            Some(millis) => millis,
            None => parse_instant(text()?).ok_or("not an instant")?,
        }),
        Scalar::Vector(size) => {
            let items = json.as_array().ok_or("not an array")?;
            if items.len() != size as usize {
                return Err("wrong length".into());
            }
            Value::Vector(items.iter().map(single).collect::<Result<_, _>>()?)
        }
    })
}

fn single(json: &Json) -> Result<f32, String> {
    let rounded = json.as_f64().ok_or("not a number")? as f32;
    if rounded.is_finite() {
        Ok(rounded)
    } else {
        Err("not finite in 32 bits".into())
    }
}

/// The id that the key values of a node spell, `None` for a type without a key.
pub(super) fn key_id(node: &NodeType, row: &Row) -> Option<String> {
    let texts: Vec<String> = node.key.iter().map(|name| canonical(&row[name])).collect();
    match texts.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(serde_json::to_string(several).expect("strings serialise")),
    }
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Date(days) => days.to_string(),
        Value::DateTime(millis) => millis.to_string(),
        Value::Text(text) => text.clone(),
        Value::Single(f) if *f == 0.0 => "0".into(),
        Value::Double(f) if *f == 0.0 => "0".into(),
        Value::Single(f) => f.to_string(),
        Value::Double(f) => f.to_string(),
        Value::Null
        | Value::List(_)
        | Value::Vector(_)
        | Value::Blob(_)
        | Value::Duration(..)
        | Value::Path(_)
        | Value::Object(_) => String::new(),
    }
}
