//! Mutations: statement by statement on a copy, checked as a whole at the end, and kept only if it passes.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::query::ast::{self, Statement};
use omnigraph_model::catalog::Property;
use omnigraph_model::schema::Bound;
use omnigraph_model::types::{Scalar, Type};
use serde_json::{Map, Value as Json};

use super::expression::Scope;
use super::load::{default_of, key_id};
use super::parameters::Parameters;
use super::solve::{Context, Entity, Solution, Types};
use super::{Edge, Model, Row, Stop, Value};

/// Counters of a mutation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    pub nodes: u64,
    pub edges: u64,
}

/// What came of a mutation.
pub struct Writing {
    /// `Err` says why nothing changed.
    pub affected: Result<Affected, String>,
    /// With what evaluations fail, needed or not.
    pub codes: BTreeSet<&'static str>,
}

/// One request, and what its evaluations failed with.
struct Run<'q> {
    parameters: &'q Parameters,
    now: i64,
    codes: BTreeSet<&'static str>,
    affected: Affected,
}

impl Model {
    /// Changes nothing where it fails.
    pub fn mutate(&mut self, query: &ast::Query, given: &Map<String, Json>, now: i64) -> Writing {
        let mut codes = BTreeSet::new();
        let affected = self.mutated(query, given, now, &mut codes);
        Writing { affected, codes }
    }

    fn mutated(
        &mut self,
        query: &ast::Query,
        given: &Map<String, Json>,
        now: i64,
        codes: &mut BTreeSet<&'static str>,
    ) -> Result<Affected, String> {
        let ast::Body::Mutation(statements) = &query.body else {
            return Err("not a mutation".into());
        };
        let parameters = self.parameters(query, given, now)?;
        let mut run = Run {
            parameters: &parameters,
            now,
            codes: BTreeSet::new(),
            affected: Affected::default(),
        };
        let context = Context::new(self, &parameters, now);
        if statements
            .iter()
            .filter_map(Statement::condition)
            .any(|condition| context.is_removed(condition))
        {
            codes.insert("P013");
            return Err("nothing is left of a condition".into());
        }
        let mut next = self.clone();
        let written = statements.iter().try_for_each(|statement| match statement {
            Statement::Insert(insert) => next.insert(insert, &mut run),
            Statement::Update(update) => next.update(update, &mut run),
            Statement::Delete(delete) => next.delete(delete, &mut run),
        });
        codes.append(&mut run.codes);
        written?;
        next.validate(self)?;
        *self = next;
        Ok(run.affected)
    }

    /// What an expression gives for a row, or without one.
    fn evaluate<'m>(
        &'m self,
        expression: &ast::Expression,
        row: Option<Entity<'m>>,
        run: &mut Run<'_>,
    ) -> Result<Value, String> {
        let context = Context::new(self, run.parameters, run.now);
        let (types, solution) = (Types::new(), Solution::new());
        let mut scope = Scope::new(&types, &solution);
        scope.row = row;
        let value = context.value(expression, &scope);
        run.codes.append(&mut context.codes.borrow_mut());
        if let Err(Stop::Fails(code)) = value {
            run.codes.insert(code);
        }
        value.map_err(String::from)
    }

    fn insert(&mut self, insert: &ast::Insert, run: &mut Run<'_>) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let mut given = BTreeMap::new();
        for assignment in &insert.assignments {
            let value = self.evaluate(&assignment.value, None, run)?;
            given.insert(assignment.property.text.clone(), value);
        }
        if let Some(node) = catalog.node(&insert.ty.text) {
            let row = new_row(&node.properties, &given)?;
            let id = key_id(node, &row).unwrap_or_else(|| self.make_up_id());
            self.nodes
                .get_mut(&node.name)
                .expect("every type has a map")
                .insert(id, row);
            run.affected.nodes += 1;
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
            run.affected.edges += 1;
        }
        Ok(())
    }

    fn update(&mut self, update: &ast::Update, run: &mut Run<'_>) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let node = catalog.node(&update.ty.text).ok_or("unknown node type")?;
        // What reads no row is refused with the request, whether or not a row matches.
        for assignment in update.assignments.iter().filter(|a| !reads_row(&a.value)) {
            let property = node.property(&assignment.property.text).ok_or("unknown property")?;
            if let Ok(value) = self.evaluate(&assignment.value, None, run) {
                assign(value, &property.ty)?;
            }
        }
        let mut changes: Vec<(String, Row)> = Vec::new();
        for id in self.nodes[&node.name].keys() {
            let row = Entity {
                edge: false,
                ty: &node.name,
                id,
            };
            if self.evaluate(&update.condition, Some(row), run)? != Value::Bool(true) {
                continue;
            }
            let mut change = Row::new();
            for assignment in &update.assignments {
                let property = node.property(&assignment.property.text).ok_or("unknown property")?;
                let value = self.evaluate(&assignment.value, Some(row), run)?;
                change.insert(property.name.clone(), assign(value, &property.ty)?.stored());
            }
            changes.push((id.clone(), change));
        }
        let nodes = self.nodes.get_mut(&node.name).expect("every type has a map");
        for (id, change) in changes {
            nodes.get_mut(&id).expect("it matched").extend(change);
            run.affected.nodes += 1;
        }
        Ok(())
    }

    /// The ids of a type's entities for which a condition is true.
    fn matching(
        &self,
        (ty, edge): (&str, bool),
        condition: &ast::Expression,
        run: &mut Run<'_>,
    ) -> Result<BTreeSet<String>, String> {
        let ids: Vec<&String> = match edge {
            true => self.edges[ty].keys().collect(),
            false => self.nodes[ty].keys().collect(),
        };
        let mut matching = BTreeSet::new();
        for id in ids {
            if self.evaluate(condition, Some(Entity { edge, ty, id }), run)? == Value::Bool(true) {
                matching.insert(id.clone());
            }
        }
        Ok(matching)
    }

    fn delete(&mut self, delete: &ast::Delete, run: &mut Run<'_>) -> Result<(), String> {
        let catalog = self.catalog.clone();
        if let Some(node) = catalog.node(&delete.ty.text) {
            let doomed = self.matching((&node.name, false), &delete.condition, run)?;
            let nodes = self.nodes.get_mut(&node.name).expect("every type has a map");
            nodes.retain(|id, _| !doomed.contains(id));
            run.affected.nodes += doomed.len() as u64;
            for (name, edges) in &mut self.edges {
                let edge = &catalog.edges[name];
                let before = edges.len();
                edges.retain(|_, e| {
                    let from = edge.from == node.name && doomed.contains(&e.from);
                    let to = edge.to == node.name && doomed.contains(&e.to);
                    !from && !to
                });
                run.affected.edges += (before - edges.len()) as u64;
            }
        } else {
            let edge = catalog.edge(&delete.ty.text).ok_or("unknown type")?;
            let doomed = self.matching((&edge.name, true), &delete.condition, run)?;
            let edges = self.edges.get_mut(&edge.name).expect("every type has a map");
            edges.retain(|id, _| !doomed.contains(id));
            run.affected.edges += doomed.len() as u64;
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

/// Whether a bare word stands in an expression.
fn reads_row(expression: &ast::Expression) -> bool {
    matches!(expression.kind, ast::ExpressionKind::Alias(_)) || expression.operands().into_iter().any(reads_row)
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
pub(super) fn assign(value: Value, ty: &Type) -> Result<Value, String> {
    // Refused with the request, whether or not a row matches or the row is replaced later.
    if value.is_null() && !ty.nullable {
        return Err("null for a property that is required".into());
    }
    if let Value::List(items) = value {
        // The items of a list that is stored are never null.
        let item = Type {
            list: false,
            nullable: false,
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
