//! What must hold of the outcome of a mutation or a load.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_model::catalog::Property;
use omnigraph_model::schema::Bound;

use super::{Model, Row, Value};

impl Model {
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
