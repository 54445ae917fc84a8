//! Mutations: statement by statement on a copy, checked as a whole at the end, and kept only if it passes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{self, PropertyMatch, Statement, Subject};
use omnigraph_model::catalog::Property;
use omnigraph_model::types::{Scalar, Type};
use serde_json::{Map, Value as Json};

use super::assignments::{Assignment, Named, Run};
use super::load::{default_of, key_id};
use super::read::Answer;
use super::solve::{Context, Entity, Type as SolvedType, Types};
use super::{Edge, Model, Row, Value};

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
    /// What it returns of what it wrote, if it says so; `None` too where that fails.
    pub returned: Option<Answer>,
}

/// What tells a row from others: its id, or the ends of an edge.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Id(String),
    Ends(String, String),
}

/// A row that is yet to be written.
#[derive(Clone)]
struct New {
    key: Option<Key>,
    ends: Option<(String, String)>,
    row: Row,
}

impl Model {
    /// Changes nothing where it fails.
    pub fn mutate(&mut self, query: &ast::Query, given: &Map<String, Json>, now: i64) -> Writing {
        let mut codes = BTreeSet::new();
        match self.mutated(query, given, now, &mut codes) {
            Ok((next, affected, returned)) => {
                *self = next;
                Writing {
                    affected: Ok(affected),
                    codes,
                    returned,
                }
            }
            Err(reason) => Writing {
                affected: Err(reason),
                codes,
                returned: None,
            },
        }
    }

    fn mutated(
        &self,
        query: &ast::Query,
        given: &Map<String, Json>,
        now: i64,
        codes: &mut BTreeSet<&'static str>,
    ) -> Result<(Model, Affected, Option<Answer>), String> {
        // Which of `$a in $b` are edges, the schema says.
        let query = &*omnigraph_compiler::query::resolved(query, &self.catalog);
        let ast::Body::Mutation(mutation) = &query.body else {
            return Err("not a mutation".into());
        };
        let mut parameters = self.parameters(query, given, now)?;
        // Without `match`, statements take the ids.
        let nodes = mutation.read.as_ref().map(|_| self.given(query, &mut parameters));
        let mut run = Run {
            before: self,
            parameters: &parameters,
            now,
            codes: BTreeSet::new(),
            affected: Affected::default(),
            types: Types::new(),
            assignments: vec![Assignment::new()],
            touched: Vec::new(),
        };
        let mut context = Context::new(self, &parameters, now);
        context.given = nodes.unwrap_or_default();
        let conditions = mutation.statements.iter().filter_map(Statement::condition);
        if conditions.into_iter().any(|condition| context.is_removed(condition)) {
            codes.insert("P013");
            return Err("nothing is left of a condition".into());
        }
        if let Some(read) = &mutation.read {
            let found = run.find(read, &context);
            codes.append(&mut context.codes.take());
            found?;
        }
        let mut next = self.clone();
        let written = mutation.statements.iter().try_for_each(|statement| {
            run.touched.push(BTreeSet::new());
            match statement {
                Statement::Insert(insert) => next.insert((&insert.ty, &insert.assignments, None), statement, &mut run),
                Statement::Upsert(upsert) => {
                    let otherwise = upsert.otherwise.as_ref();
                    let otherwise = match otherwise {
                        Some(other) => other.assignments.clone(),
                        None => next.not_of_the_key(upsert),
                    };
                    next.insert((&upsert.ty, &upsert.assignments, Some(&otherwise)), statement, &mut run)
                }
                Statement::Update(update) => next.update(update, &mut run),
                Statement::Delete(delete) => next.delete(delete, &mut run),
            }
        });
        codes.append(&mut run.codes);
        written?;
        next.validate(self)?;
        let deletes = |statement: &Statement| matches!(statement, Statement::Delete(_));
        let state = match mutation.statements.iter().any(deletes) {
            true => self,
            false => &next,
        };
        let returned = match &mutation.returning {
            Some(returning) => run.returned(state, mutation, returning)?,
            None => None,
        };
        codes.append(&mut run.codes);
        let affected = run.affected;
        Ok((next, affected, returned))
    }

    /// What an upsert without `else` gives a row that is there.
    fn not_of_the_key(&self, upsert: &ast::Upsert) -> Vec<PropertyMatch> {
        let fixed = |name: &str| match self.catalog.node(&upsert.ty.text) {
            Some(node) => node.key.iter().any(|key| key == name),
            None => matches!(name, "from" | "to"),
        };
        let given = upsert.assignments.iter();
        given.filter(|a| !fixed(&a.property.text)).cloned().collect()
    }

    /// A new row for each assignment; with `otherwise`, those of a key that is there get that instead.
    fn insert(
        &mut self,
        (ty, assignments, otherwise): (&Name, &[PropertyMatch], Option<&Vec<PropertyMatch>>),
        statement: &Statement,
        run: &mut Run<'_>,
    ) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let node = catalog.node(&ty.text);
        let edge = catalog.edge(&ty.text).filter(|_| node.is_none());
        let name = match (&node, &edge) {
            (Some(node), _) => node.name.clone(),
            (None, Some(edge)) => edge.name.clone(),
            (None, None) => return Err("unknown type".into()),
        };
        let start = self.clone();
        let mut rows: Vec<New> = Vec::new();
        for assignment in 0..run.assignments.len() {
            let mut given = BTreeMap::new();
            for written in assignments {
                let value = run.evaluate(&written.value, assignment, None)?;
                given.insert(written.property.text.clone(), value);
            }
            rows.push(match (&node, &edge) {
                (Some(node), _) => {
                    let row = new_row(&node.properties, &given)?;
                    New {
                        key: key_id(node, &row).map(Key::Id),
                        ends: None,
                        row,
                    }
                }
                (None, Some(edge)) => {
                    let end = |side: &str| match given.get(side) {
                        Some(Value::Text(id)) => Ok(id.clone()),
                        _ => Err(format!("`{side}` is missing")),
                    };
                    let (from, to) = (end("from")?, end("to")?);
                    let is_key = |columns: &Vec<String>| {
                        columns.len() == 2 && columns.iter().all(|column| column == "src" || column == "dst")
                    };
                    New {
                        key: edge
                            .unique
                            .iter()
                            .any(is_key)
                            .then(|| Key::Ends(from.clone(), to.clone())),
                        ends: Some((from, to)),
                        row: new_row(&edge.properties, &given)?,
                    }
                }
                (None, None) => unreachable!("it is one of the two"),
            });
        }
        let mut first: BTreeMap<Key, (New, String)> = BTreeMap::new();
        let mut changes: BTreeMap<String, Row> = BTreeMap::new();
        let mut ids = Vec::new();
        for (assignment, new) in rows.into_iter().enumerate() {
            let there = new.key.as_ref().filter(|_| otherwise.is_some());
            if let Some(id) = there.and_then(|key| start.find(&name, edge.is_some(), key)) {
                let row = Entity {
                    edge: edge.is_some(),
                    ty: &name,
                    id: &id,
                };
                let properties = match (&node, &edge) {
                    (Some(node), _) => &node.properties,
                    (None, Some(edge)) => &edge.properties,
                    (None, None) => unreachable!("it is one of the two"),
                };
                let otherwise = otherwise.into_iter().flatten();
                let change = run.change(otherwise, properties, assignment, (row, &start))?;
                if !change.is_empty() {
                    run.merge(&mut changes, &id, change)?;
                }
                ids.push(id);
                continue;
            }
            if let Some((known, id)) = new.key.as_ref().and_then(|key| first.get(key)) {
                if !same(&known.row, &new.row) {
                    return Err(run.conflict());
                }
                ids.push(id.clone());
                continue;
            }
            let id = match &new.key {
                Some(Key::Id(id)) => id.clone(),
                Some(Key::Ends(..)) | None => self.make_up_id(),
            };
            if let Some(key) = &new.key {
                first.insert(key.clone(), (new.clone(), id.clone()));
            }
            ids.push(id.clone());
            match new.ends {
                None => {
                    let nodes = self.nodes.get_mut(&name).expect("every type has a map");
                    nodes.insert(id, new.row);
                    run.affected.nodes += 1;
                }
                Some((from, to)) => {
                    let row = new.row;
                    let edges = self.edges.get_mut(&name).expect("every type has a map");
                    edges.insert(id, Edge { from, to, row });
                    run.affected.edges += 1;
                }
            }
        }
        self.apply(&name, edge.is_some(), changes, run);
        if let Some(variable) = statement.variable() {
            let state = Rc::new(self.clone());
            run.types
                .insert(variable.text.clone(), SolvedType::Entity(name.clone(), edge.is_some()));
            for (assignment, id) in run.assignments.iter_mut().zip(ids) {
                let named = Named::Entity {
                    edge: edge.is_some(),
                    ty: name.clone(),
                    id,
                    state: Some(state.clone()),
                };
                assignment.insert(variable.text.clone(), named);
            }
        }
        Ok(())
    }

    /// The id of the row of a key.
    fn find(&self, ty: &str, edge: bool, key: &Key) -> Option<String> {
        match key {
            Key::Id(id) => self.nodes[ty].contains_key(id).then(|| id.clone()),
            Key::Ends(from, to) if edge => {
                let mut edges = self.edges[ty].iter();
                let found = edges.find(|(_, edge)| edge.from == *from && edge.to == *to);
                found.map(|(id, _)| id.clone())
            }
            Key::Ends(..) => None,
        }
    }

    fn apply(&mut self, ty: &str, edge: bool, changes: BTreeMap<String, Row>, run: &mut Run<'_>) {
        for (id, change) in changes {
            if edge {
                let edges = self.edges.get_mut(ty).expect("every type has a map");
                edges.get_mut(&id).expect("it matched").row.extend(change);
                run.affected.edges += 1;
            } else {
                let nodes = self.nodes.get_mut(ty).expect("every type has a map");
                nodes.get_mut(&id).expect("it matched").extend(change);
                run.affected.nodes += 1;
            }
            run.touched.last_mut().expect("a statement runs").insert(id);
        }
    }

    pub(super) fn ids(&self, ty: &str, edge: bool) -> Vec<String> {
        match edge {
            true => self.edges[ty].keys().cloned().collect(),
            false => self.nodes[ty].keys().cloned().collect(),
        }
    }

    fn update(&mut self, update: &ast::Update, run: &mut Run<'_>) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let (ty, edge) = run.written(&update.subject)?;
        let properties: Vec<Property> = match edge {
            true => catalog.edges[&ty].properties.clone(),
            false => catalog.nodes[&ty].properties.clone(),
        };
        let types = run.types.clone();
        let is_constant = |value: &ast::Expression| !reads_row(value) && !reads_assignment(value, &types);
        // What reads no row is refused with the request, whether or not a row matches.
        for assignment in update.assignments.iter().filter(|a| is_constant(&a.value)) {
            let property = property_of(&properties, &assignment.property.text)?;
            if let Ok(value) = run.evaluate_alone(&assignment.value) {
                assign(value, &property.ty)?;
            }
        }
        let start = self.clone();
        let mut changes: BTreeMap<String, Row> = BTreeMap::new();
        for assignment in 0..run.assignments.len() {
            let hit = match &update.subject {
                Subject::Rows { condition, .. } => run.matching(&start, (&ty, edge), condition, assignment)?,
                Subject::Variable(name) => run.id_of(&name.text, assignment).into_iter().collect(),
            };
            for id in hit {
                let row = Entity { edge, ty: &ty, id: &id };
                let change = run.change(&update.assignments, &properties, assignment, (row, &start))?;
                run.merge(&mut changes, &id, change)?;
            }
        }
        self.apply(&ty, edge, changes, run);
        Ok(())
    }

    fn delete(&mut self, delete: &ast::Delete, run: &mut Run<'_>) -> Result<(), String> {
        let catalog = self.catalog.clone();
        let (ty, edge) = run.written(&delete.subject)?;
        let mut doomed = BTreeSet::new();
        for assignment in 0..run.assignments.len() {
            doomed.extend(match &delete.subject {
                Subject::Rows { condition, .. } => run.matching(self, (&ty, edge), condition, assignment)?,
                Subject::Variable(name) => run.id_of(&name.text, assignment).into_iter().collect(),
            });
        }
        run.touched.last_mut().expect("a statement runs").extend(doomed.clone());
        if edge {
            let edges = self.edges.get_mut(&ty).expect("every type has a map");
            let before = edges.len();
            edges.retain(|id, _| !doomed.contains(id));
            run.affected.edges += (before - edges.len()) as u64;
            return Ok(());
        }
        let nodes = self.nodes.get_mut(&ty).expect("every type has a map");
        let before = nodes.len();
        nodes.retain(|id, _| !doomed.contains(id));
        run.affected.nodes += (before - nodes.len()) as u64;
        for (name, edges) in &mut self.edges {
            let edge = &catalog.edges[name];
            let before = edges.len();
            edges.retain(|_, e| {
                let from = edge.from == ty && doomed.contains(&e.from);
                let to = edge.to == ty && doomed.contains(&e.to);
                !from && !to
            });
            run.affected.edges += (before - edges.len()) as u64;
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

pub(super) fn property_of<'p>(properties: &'p [Property], name: &str) -> Result<&'p Property, String> {
    let known = properties.iter().find(|property| property.name == name);
    known.ok_or_else(|| "unknown property".into())
}

/// Whether two rows have equal values.
pub(super) fn same(one: &Row, other: &Row) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|(name, value)| other.get(name).is_some_and(|o| value.sort(o).is_eq()))
}

/// Whether a variable of the assignment stands in an expression.
fn reads_assignment(expression: &ast::Expression, types: &Types) -> bool {
    let own = match &expression.kind {
        ast::ExpressionKind::Variable(name) => types.contains_key(name),
        ast::ExpressionKind::Property { .. } | ast::ExpressionKind::Object(_) | ast::ExpressionKind::Block(_) => true,
        _ => false,
    };
    own || expression
        .operands()
        .into_iter()
        .any(|part| reads_assignment(part, types))
}
