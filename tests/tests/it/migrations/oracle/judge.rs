//! What a change of a type means for its rows, and whether they may have the new type: the pages on migrations and on the
//! schema language, taken literally. Nothing of the planner or of the engine's validation is used.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::schema::{Edge, Node, Property, Row};
use super::value::{Scalar, Value, converts};

/// A number as it is written, or as it is stored.
#[derive(Clone, Copy)]
enum Number {
    Integer(i128),
    Float(f64),
}

/// A written number beside values of a type: beside an F32, it is one.
fn written(text: &str, scalar: &Scalar) -> Number {
    match (text.parse::<i128>(), scalar) {
        (Ok(integer), Scalar::F32) => Number::Float(f64::from(integer as f32)),
        (Ok(integer), _) => Number::Integer(integer),
        (Err(_), Scalar::F32) => Number::Float(f64::from(text.parse::<f64>().expect("a number") as f32)),
        (Err(_), _) => Number::Float(text.parse().expect("a number")),
    }
}

fn compare(a: Number, b: Number) -> Ordering {
    match (a, b) {
        (Number::Integer(a), Number::Integer(b)) => a.cmp(&b),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(&b).expect("no NaN"),
        (Number::Float(a), Number::Integer(b)) => compare(Number::Integer(b), Number::Float(a)).reverse(),
        // All of the numbers that are drawn have a whole part that fits.
        (Number::Integer(_), Number::Float(b)) if b.abs() > 1e37 => {
            if b > 0.0 {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (Number::Integer(a), Number::Float(b)) => {
            let floor = b.floor() as i128;
            a.cmp(&floor).then(if b.fract() == 0.0 {
                Ordering::Equal
            } else {
                Ordering::Less
            })
        }
    }
}

pub(super) fn order(a: &str, b: &str, scalar: &Scalar) -> Ordering {
    compare(written(a, scalar), written(b, scalar))
}

/// Enum, range and pattern of one value that is not null.
pub(super) fn keeps_rules(property: &Property, value: &Value) -> bool {
    let number = match value {
        Value::Integer(value) => Some(Number::Integer(*value)),
        Value::F32(value) => Some(Number::Float(f64::from(*value))),
        Value::F64(value) => Some(Number::Float(*value)),
        _ => None,
    };
    let within = match (&property.range, number) {
        (Some((low, high)), Some(number)) => {
            let bound = |text: &String| written(text, &property.scalar);
            low.as_ref().is_none_or(|low| compare(number, bound(low)).is_ge())
                && high.as_ref().is_none_or(|high| compare(number, bound(high)).is_le())
        }
        _ => true,
    };
    let matches = match (property.check, value) {
        (Some(check), Value::Text(text)) => Regex::new(check).expect("a pattern").is_match(text),
        _ => true,
    };
    let listed = match (&property.scalar, value) {
        (Scalar::Enum(values), Value::Text(text)) => values.contains(&text.as_str()),
        _ => true,
    };
    within && matches && listed
}

fn row_holds(properties: &[Property], row: &Row) -> bool {
    properties.iter().all(|property| match &row[&property.id] {
        Value::Null => property.optional,
        value => keeps_rules(property, value),
    })
}

/// Whether no two rows share their values of these columns, none of them null.
fn differ<'r>(rows: impl Iterator<Item = &'r Row>, columns: &[u32]) -> bool {
    let mut seen = BTreeSet::new();
    rows.filter(|row| columns.iter().all(|id| row[id] != Value::Null))
        .all(|row| seen.insert(columns.iter().map(|id| format!("{:?}", row[id])).collect::<Vec<_>>()))
}

fn unique_holds<'r>(
    properties: &[Property],
    uniques: &[Vec<u32>],
    rows: impl Iterator<Item = &'r Row> + Clone,
) -> bool {
    let singles = properties.iter().filter(|property| property.unique);
    singles
        .map(|property| vec![property.id])
        .chain(uniques.iter().cloned())
        .all(|columns| differ(rows.clone(), &columns))
}

pub(super) fn rows_hold(node: &Node) -> bool {
    let rows = node.rows.iter().map(|(_, row)| row);
    let ids: BTreeSet<&String> = node.rows.iter().map(|(id, _)| id).collect();
    // An empty id is refused.
    ids.len() == node.rows.len()
        && !ids.contains(&String::new())
        && rows.clone().all(|row| row_holds(&node.properties, row))
        && unique_holds(&node.properties, &node.uniques, rows)
}

fn fans(edge: &Edge) -> BTreeMap<&String, u64> {
    let mut fans = BTreeMap::new();
    edge.rows
        .iter()
        .for_each(|(_, from, ..)| *fans.entry(from).or_default() += 1);
    fans
}

/// Whether the bounds hold of the sources that have edges.
pub(super) fn fans_hold(edge: &Edge, card: (u64, Option<u64>)) -> bool {
    fans(edge)
        .values()
        .all(|fan| *fan >= card.0 && card.1.is_none_or(|max| *fan <= max))
}

/// But for the least number of edges.
pub(super) fn edges_hold(edge: &Edge) -> bool {
    let rows = edge.rows.iter().map(|(.., row)| row);
    let pairs: BTreeSet<_> = edge.rows.iter().map(|(_, from, to, _)| (from, to)).collect();
    rows.clone().all(|row| row_holds(&edge.properties, row))
        && unique_holds(&edge.properties, &[], rows)
        && (!edge.unique_ends || pairs.len() == edge.rows.len())
        && fans_hold(edge, (0, edge.card.1))
}

/// The row as the change leaves it, or why it cannot be kept.
fn migrated(old: &[Property], new: &[Property], row: &Row) -> Result<Row, String> {
    let mut after = Row::new();
    for property in new {
        let name = &property.name;
        let Some(before) = old.iter().find(|before| before.id == property.id) else {
            let value = property.default.clone().unwrap_or(Value::Null);
            if value == Value::Null && !property.optional {
                return Err(format!("there is no value for {name}"));
            }
            after.insert(property.id, value);
            continue;
        };
        let (from, to) = (&before.scalar, &property.scalar);
        let lists = before.list || property.list;
        let alike = from == to || from.is_text() && to.is_text();
        if before.list != property.list || lists && !alike || !converts(from, to) {
            return Err(format!("{name} does not convert"));
        }
        let mut value = match (&row[&property.id], lists) {
            (value, true) => value.clone(),
            (value, false) => value
                .convert(from, to)
                .flatten()
                .ok_or_else(|| format!("{value:?} of {name} has no equal value of the new type"))?,
        };
        if value == Value::Null && before.optional && !property.optional {
            value = property.default.clone().unwrap_or(Value::Null);
        }
        after.insert(property.id, value);
    }
    match new
        .iter()
        .find(|property| !row_holds(std::slice::from_ref(property), &after))
    {
        Some(property) => Err(format!("{:?} breaks a rule of {}", after[&property.id], property.name)),
        None => Ok(after),
    }
}

/// The new type with its rows, or why there cannot be.
pub(super) fn node(old: &Node, new: &Node) -> Result<Node, String> {
    let mut node = new.clone();
    if old.rows.is_empty() {
        return Ok(node);
    }
    // A key whose columns are all dropped goes with them; the ids stay.
    let gone = |id: &u32| !new.properties.iter().any(|property| property.id == *id);
    let dropped = new.key.is_empty() && old.key.iter().all(gone);
    if old.key != new.key && !dropped {
        return Err("the key is another".to_owned());
    }
    for id in &new.key {
        let (from, to) = (&old.property(*id).scalar, &new.property(*id).scalar);
        let same = from == to || from.is_text() && to.is_text() || from.is_integer() && to.is_integer();
        if !same {
            return Err("the key has another type".to_owned());
        }
    }
    for (_, row) in &mut node.rows {
        *row = migrated(&old.properties, &new.properties, row)?;
    }
    match rows_hold(&node) {
        true => Ok(node),
        false => Err("rows share what must be unique".to_owned()),
    }
}

/// `nodes` are those of the next schema, with their rows.
pub(super) fn edge(old: &Edge, new: &Edge, nodes: &[Node]) -> Result<Edge, String> {
    let mut edge = new.clone();
    if old.ends != new.ends && !old.rows.is_empty() {
        return Err("stored ends belong to other types".to_owned());
    }
    for (.., row) in &mut edge.rows {
        *row = migrated(&old.properties, &new.properties, row)?;
    }
    let raised = new.card.0 > old.card.0;
    let most = |card: (u64, Option<u64>)| card.1.unwrap_or(u64::MAX);
    let counts = fans(&edge);
    // A least number that is new is asked of every source, of those without edges too.
    let lacks = |(id, _): &(String, Row)| counts.get(id).copied().unwrap_or(0) < new.card.0;
    if raised && nodes[new.ends.0].rows.iter().any(lacks) {
        return Err("a source has too few edges".to_owned());
    }
    if most(new.card) < most(old.card) && counts.values().any(|fan| *fan > most(new.card)) {
        return Err("a source has too many edges".to_owned());
    }
    match edges_hold(&edge) {
        true => Ok(edge),
        false => Err("edges share what must be unique".to_owned()),
    }
}
