//! Mutations: statement by statement on a copy, checked as a whole at the end, and kept only if it passes.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::query::ast::{self, Statement};
use omnigraph_model::catalog::Property;
use omnigraph_model::schema::Bound;
use omnigraph_model::types::{Scalar, Type};
use serde_json::{Map, Value as Json};

use super::constant::constant;
use super::load::{default_of, key_id};
use super::parameters::{self, Parameters};
use super::value::holds;
use super::{Edge, Model, Row, Value};

/// Counters of a mutation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    pub nodes: u64,
    pub edges: u64,
}

impl Model {
    /// `Err` says why nothing changed.
    pub fn mutate(&mut self, query: &ast::Query, given: &Map<String, Json>, now: i64) -> Result<Affected, String> {
        let ast::Body::Mutation(statements) = &query.body else {
            return Err("not a mutation".into());
        };
        let parameters = parameters::read(query, given)?;
        let mut next = self.clone();
        let mut affected = Affected::default();
        for statement in statements {
            match statement {
                Statement::Insert(insert) => next.insert(insert, &parameters, now, &mut affected)?,
                Statement::Update(update) => next.update(update, &parameters, now, &mut affected)?,
                Statement::Delete(delete) => next.delete(delete, &parameters, now, &mut affected)?,
            }
        }
        next.validate(self)?;
        *self = next;
        Ok(affected)
    }

    fn insert(
        &mut self,
        insert: &ast::Insert,
        parameters: &Parameters,
        now: i64,
        affected: &mut Affected,
    ) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let mut given = BTreeMap::new();
        for assignment in &insert.assignments {
            given.insert(
                assignment.property.text.clone(),
                constant(&assignment.value, parameters, now)?,
            );
        }
        if let Some(node) = catalog.node(&insert.ty.text) {
            let row = new_row(&node.properties, &given)?;
            let id = key_id(node, &row).unwrap_or_else(|| self.make_up_id());
            self.nodes
                .get_mut(&node.name)
                .expect("every type has a map")
                .insert(id, row);
            affected.nodes += 1;
        } else {
            let edge = catalog.edge(&insert.ty.text).ok_or("unknown type")?;
            let end = |side: &str| match given.get(side) {
                Some(Value::Text(id)) => Ok(id.clone()),
                _ => Err(format!("`{side}` is missing")),
            };
            let (from, to) = (end("from")?, end("to")?);
            let row = new_row(&edge.properties, &given)?;
            let id = self.make_up_id();
            self.edges
                .get_mut(&edge.name)
                .expect("every type has a map")
                .insert(id, Edge { from, to, row });
            affected.edges += 1;
        }
        Ok(())
    }

    fn update(
        &mut self,
        update: &ast::Update,
        parameters: &Parameters,
        now: i64,
        affected: &mut Affected,
    ) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let node = catalog.node(&update.ty.text).ok_or("unknown node type")?;
        let mut changes = Row::new();
        for assignment in &update.assignments {
            let property = node.property(&assignment.property.text).ok_or("unknown property")?;
            let value = constant(&assignment.value, parameters, now)?;
            changes.insert(property.name.clone(), assign(value, &property.ty)?.stored());
        }
        let operand = constant(&update.predicate.value, parameters, now)?;
        for row in self
            .nodes
            .get_mut(&node.name)
            .expect("every type has a map")
            .values_mut()
        {
            let stored = &row[&update.predicate.property.text];
            if holds((stored, false), update.predicate.op, (&operand, true)) {
                row.extend(changes.clone());
                affected.nodes += 1;
            }
        }
        Ok(())
    }

    fn delete(
        &mut self,
        delete: &ast::Delete,
        parameters: &Parameters,
        now: i64,
        affected: &mut Affected,
    ) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let operand = constant(&delete.predicate.value, parameters, now)?;
        let property = &delete.predicate.property.text;
        let matches = |stored: &Value| holds((stored, false), delete.predicate.op, (&operand, true));
        if let Some(node) = catalog.node(&delete.ty.text) {
            let nodes = self.nodes.get_mut(&node.name).expect("every type has a map");
            let doomed: BTreeSet<String> = nodes
                .iter()
                .filter(|(_, row)| matches(&row[property]))
                .map(|(id, _)| id.clone())
                .collect();
            nodes.retain(|id, _| !doomed.contains(id));
            affected.nodes += doomed.len() as u64;
            for (name, edges) in &mut self.edges {
                let edge = &catalog.edges[name];
                let before = edges.len();
                edges.retain(|_, e| {
                    let from = edge.from == node.name && doomed.contains(&e.from);
                    let to = edge.to == node.name && doomed.contains(&e.to);
                    !from && !to
                });
                affected.edges += (before - edges.len()) as u64;
            }
        } else {
            let edge = catalog.edge(&delete.ty.text).ok_or("unknown type")?;
            let edges = self.edges.get_mut(&edge.name).expect("every type has a map");
            let before = edges.len();
            edges.retain(|_, e| match property.as_str() {
                "from" => !matches(&Value::Text(e.from.clone())),
                "to" => !matches(&Value::Text(e.to.clone())),
                _ => !matches(&e.row[property]),
            });
            affected.edges += (before - edges.len()) as u64;
        }
        Ok(())
    }

    /// Whether the whole state may stand. `before` tells which sources' edges changed: only those are counted.
    pub(super) fn validate(&self, before: &Model) -> Result<(), String> {
        for (name, nodes) in &self.nodes {
            let node = &self.catalog.nodes[name];
            for (id, row) in nodes {
                check_row(name, id, &node.properties, row)?;
                for range in &node.ranges {
                    let low = range.min.is_none_or(|low| at_least(&row[&range.property], low, false));
                    let high = range.max.is_none_or(|high| at_least(&row[&range.property], high, true));
                    if !(low && high) {
                        return Err(format!("{name} {id}: {} is out of range", range.property));
                    }
                }
                for check in &node.checks {
                    if let Value::Text(text) = &row[&check.property]
                        && !regex::Regex::new(&check.pattern)
                            .map_err(|e| e.to_string())?
                            .is_match(text)
                    {
                        return Err(format!("{name} {id}: {} does not match", check.property));
                    }
                }
            }
            for columns in &node.unique {
                unique(
                    columns,
                    nodes
                        .values()
                        .map(|row| columns.iter().map(|c| row[c].clone()).collect()),
                )
                .map_err(|reason| format!("{name}: {reason}"))?;
            }
        }
        for (name, edges) in &self.edges {
            let ty = &self.catalog.edges[name];
            for (id, edge) in edges {
                check_row(name, id, &ty.properties, &edge.row)?;
                for (end, at) in [(&ty.from, &edge.from), (&ty.to, &edge.to)] {
                    if !self.nodes[end].contains_key(at) {
                        return Err(format!("{name} {id}: no {end} {at}"));
                    }
                }
            }
            for columns in &ty.unique {
                let values = edges.values().map(|edge| {
                    let column = |c: &String| match c.as_str() {
                        "src" => Value::Text(edge.from.clone()),
                        "dst" => Value::Text(edge.to.clone()),
                        _ => edge.row[c].clone(),
                    };
                    columns.iter().map(column).collect()
                });
                unique(columns, values).map_err(|reason| format!("{name}: {reason}"))?;
            }
            let degree = |model: &Model| {
                let mut counts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
                for (id, edge) in &model.edges[name] {
                    counts.entry(edge.from.clone()).or_default().insert(id.clone());
                }
                counts
            };
            let (old, new) = (degree(before), degree(self));
            for source in old.keys().chain(new.keys()) {
                let count = new.get(source).map_or(0, BTreeSet::len) as u32;
                let moved = old.get(source) != new.get(source) && self.nodes[&ty.from].contains_key(source);
                if moved && (count < ty.cardinality.min || ty.cardinality.max.is_some_and(|max| count > max)) {
                    return Err(format!("{name}: {source} has {count} edges"));
                }
            }
        }
        Ok(())
    }
}

fn new_row(properties: &[Property], given: &BTreeMap<String, Value>) -> Result<Row, String> {
    let mut row = Row::new();
    for property in properties {
        let value = given
            .get(&property.name)
            .cloned()
            .unwrap_or_else(|| default_of(property));
        row.insert(property.name.clone(), assign(value, &property.ty)?.stored());
    }
    Ok(row)
}

/// A constant at the width of the property that it is assigned to.
fn assign(value: Value, ty: &Type) -> Result<Value, String> {
    // Refused with the request, whether or not a row matches or the row is replaced later.
    if value.is_null() && !ty.nullable {
        return Err("null for a property that is required".into());
    }
    if let Value::List(items) = value {
        let item = Type {
            list: false,
            ..ty.clone()
        };
        if let (Scalar::Vector(_), false) = (ty.scalar, ty.list) {
            let component = |item: Value| item.as_double().map(|f| f as f32).ok_or("not a number");
            return Ok(Value::Vector(
                items.into_iter().map(component).collect::<Result<_, _>>()?,
            ));
        }
        return Ok(Value::List(
            items
                .into_iter()
                .map(|one| assign(one, &item))
                .collect::<Result<_, _>>()?,
        ));
    }
    let within = |value: i128, low: i128, high: i128| {
        if (low..=high).contains(&value) {
            Ok(Value::Integer(value))
        } else {
            Err(format!("{value} is out of range"))
        }
    };
    match (ty.scalar, value) {
        (Scalar::I32, Value::Integer(i)) => within(i, i32::MIN.into(), i32::MAX.into()),
        (Scalar::I64, Value::Integer(i)) => within(i, i64::MIN.into(), i64::MAX.into()),
        (Scalar::U32, Value::Integer(i)) => within(i, 0, u32::MAX.into()),
        (Scalar::U64, Value::Integer(i)) => within(i, 0, u64::MAX.into()),
        (scalar, Value::Double(f)) if scalar.is_integer() && f.fract() == 0.0 => assign(Value::Integer(f as i128), ty),
        (Scalar::F32, value @ (Value::Integer(_) | Value::Double(_))) => match value.to_single() {
            Value::Single(f) if f.is_finite() => Ok(Value::Single(f)),
            _ => Err("not finite in 32 bits".into()),
        },
        (Scalar::F64, Value::Integer(i)) => Ok(Value::Double(i as f64)),
        (Scalar::F64, Value::Single(f)) => Ok(Value::Double(f64::from(f))),
        (Scalar::Blob, Value::Text(text)) => Ok(Value::Blob(text)),
        (_, value) => Ok(value),
    }
}

fn check_row(ty: &str, id: &str, properties: &[Property], row: &Row) -> Result<(), String> {
    for property in properties {
        let value = &row[&property.name];
        if value.is_null() && !property.ty.nullable {
            return Err(format!("{ty} {id}: {} is required", property.name));
        }
        let Some(allowed) = &property.ty.enum_values else {
            continue;
        };
        let items = match value {
            Value::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items {
            if let Value::Text(text) = item
                && !allowed.contains(text)
            {
                return Err(format!("{ty} {id}: {} cannot be {text}", property.name));
            }
        }
    }
    Ok(())
}

/// Whether a value is at least, or for an upper bound at most, the bound; null passes.
fn at_least(value: &Value, bound: Bound, upper: bool) -> bool {
    let bound = match bound {
        Bound::Integer(i) => Value::Integer(i),
        Bound::Float(f) => Value::Double(f),
    };
    match value.compare(&bound) {
        None => value.is_null(),
        Some(order) if upper => order.is_le(),
        Some(order) => order.is_ge(),
    }
}

/// Rows in which any of the columns is null do not take part.
fn unique(columns: &[String], rows: impl Iterator<Item = Vec<Value>>) -> Result<(), String> {
    let mut seen: Vec<Vec<Value>> = Vec::new();
    for row in rows {
        if row.iter().any(Value::is_null) {
            continue;
        }
        let equal = |other: &Vec<Value>| row.iter().zip(other).all(|(a, b)| a.sort(b).is_eq());
        if seen.iter().any(equal) {
            return Err(format!("{} is not unique", columns.join(", ")));
        }
        seen.push(row);
    }
    Ok(())
}
