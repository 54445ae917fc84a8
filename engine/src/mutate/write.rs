//! Inserts and updates.

use std::collections::BTreeMap;

use arrow_array::BooleanArray;
use arrow_array::cast::AsArray;
use omnigraph_model::catalog::{EdgeType, Embed, NodeType};
use omnigraph_model::ir::{Entity, Expression, MutationPlan, Statement};
use omnigraph_model::types::Value;
use ulid::Ulid;

use super::condition::{Columns, Condition};
use super::overlay::{Budget, Nodes};
use super::read::{Search, cell, matching};
use super::set::{Assigned, Set};
use super::{Prepared, Values};
use crate::embedding;
use crate::error::{Error, Fault, Origin, Result, Violations};
use crate::history::Snapshot;
use crate::load::{absent, computed_id, id_too_long, of_literal};
use crate::storage::lookup::column_of;
use crate::storage::{Affected, Cell, ID};
use crate::validate::{Delta, ERROR_LIMIT, Existing, Removed, RowBuilder, Sink, check_rows};

pub(crate) async fn prepare(
    snapshot: &Snapshot,
    plan: &MutationPlan,
    values: &Values,
    memory: u64,
) -> Result<Prepared> {
    let mut nodes: BTreeMap<&str, Nodes> = BTreeMap::new();
    let mut edges: BTreeMap<&str, RowBuilder> = BTreeMap::new();
    let mut budget = Budget { used: 0, limit: memory };
    let delta = Delta::new(Origin::Statement);
    let mut faults = Faults {
        sink: Sink::new(ERROR_LIMIT, Origin::Statement),
        statement: 0,
    };
    for (at, statement) in plan.statements.iter().enumerate() {
        // Which of one it was need not be said.
        if plan.statements.len() > 1 {
            faults.statement = at as u64 + 1;
        }
        match statement {
            Statement::Insert {
                target: Entity::Node(name),
                assignments,
            } => {
                let node = node_type(snapshot, name)?;
                let pending = nodes.entry(&node.name).or_default();
                insert_node(node, assignments, values, pending, &mut budget, &mut faults)?;
            }
            Statement::Insert {
                target: Entity::Edge(name),
                assignments,
            } => {
                let edge = edge_type(snapshot, name)?;
                let rows = edges
                    .entry(&edge.name)
                    .or_insert_with(|| RowBuilder::edge(edge, &delta.budget));
                insert_edge(edge, assignments, values, rows, &mut budget, &mut faults)?;
            }
            Statement::Update {
                target: Entity::Node(name),
                assignments,
                condition,
                ..
            } => {
                let node = node_type(snapshot, name)?;
                let pending = nodes.entry(&node.name).or_default();
                let update = Update {
                    node,
                    assignments,
                    condition,
                };
                let updated = update.run(snapshot, values, pending, &mut budget, &mut faults).await;
                faults.take(updated)?;
            }
            Statement::Update {
                target: Entity::Edge(_),
                ..
            } => return Err(Error::internal("edges cannot be updated")),
            Statement::Insert {
                target: Entity::Value(_),
                ..
            }
            | Statement::Update {
                target: Entity::Value(_),
                ..
            } => return Err(Error::internal("a value is taken for a type")),
            Statement::Delete { .. } => return Err(Error::internal("inserts and deletes are mixed")),
        }
    }
    let prepared = finish(snapshot, nodes, edges, delta)?;
    check_rows(&snapshot.catalog, &prepared.delta, &mut faults.sink)?;
    Ok(prepared)
}

/// What is wrong with the values of the statements so far.
pub(crate) struct Faults {
    sink: Sink,
    /// The one that runs now, from 1; 0 if there is no other.
    statement: u64,
}

impl Faults {
    /// `None` for what broke a rule, which is remembered.
    pub(super) fn take<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Input(violations)) => {
                for violation in violations.list {
                    self.sink
                        .push(Some(self.statement).filter(|number| *number > 0), violation.fault);
                }
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }
}

fn finish(
    snapshot: &Snapshot,
    nodes: BTreeMap<&str, Nodes>,
    edges: BTreeMap<&str, RowBuilder>,
    delta: Delta,
) -> Result<Prepared> {
    let mut prepared = Prepared {
        delta,
        nodes: BTreeMap::new(),
        edges: BTreeMap::new(),
    };
    for (name, pending) in nodes {
        if pending.affected == Affected::default() {
            continue;
        }
        prepared.nodes.insert(name.to_string(), pending.affected);
        let written = pending.finish(node_type(snapshot, name)?, &prepared.delta.budget)?;
        prepared.delta.nodes.insert(name.to_string(), written);
    }
    for (name, rows) in edges {
        let affected = Affected {
            inserted: rows.len(),
            ..Affected::default()
        };
        prepared.edges.insert(name.to_string(), affected);
        let written = rows.finish(Existing::Conflict, Removed::Nothing)?;
        prepared.delta.edges.insert(name.to_string(), written);
    }
    Ok(prepared)
}

pub(crate) fn node_type<'s>(snapshot: &'s Snapshot, name: &str) -> Result<&'s NodeType> {
    snapshot
        .catalog
        .node(name)
        .map(AsRef::as_ref)
        .ok_or_else(|| outdated("node type", name))
}

pub(crate) fn edge_type<'s>(snapshot: &'s Snapshot, name: &str) -> Result<&'s EdgeType> {
    snapshot
        .catalog
        .edge(name)
        .map(AsRef::as_ref)
        .ok_or_else(|| outdated("edge type", name))
}

/// The plan was made for another schema.
pub(crate) fn outdated(what: &'static str, name: &str) -> Error {
    Error::NotFound {
        what,
        name: name.to_string(),
        nearest: None,
    }
}

pub(crate) fn failed(fault: Fault) -> Error {
    Violations::from(fault).into()
}

/// A whole row: what is assigned, else the default, else null, also for those that follow from others. `None` if a value
/// does not fit.
fn row(
    (type_name, key): (&str, &[String]),
    columns: Columns<'_>,
    assignments: &[&(String, Expression)],
    follow: &dyn Fn(&str) -> bool,
    values: &Values,
    faults: &mut Faults,
) -> Result<Option<Vec<Cell<'static>>>> {
    let assigned = Assigned::of((type_name, key), columns, assignments.iter().copied(), values, faults)?;
    let mut given = match &assigned {
        Some(assigned) => {
            let computed = assigned.compute(Vec::new(), 1, values)?;
            faults.take(assigned.cells(&computed, 0))?
        }
        None => None,
    };
    let mut cells = Vec::with_capacity(columns.properties.len());
    for (place, property) in columns.properties.iter().enumerate() {
        let is_assigned = assignments.iter().any(|(name, _)| *name == property.name);
        let cell = match (&mut given, &property.default) {
            (Some(given), _) if is_assigned => {
                cells.extend(given.iter().find(|(at, _)| *at == place).map(|(_, cell)| cell.clone()));
                continue;
            }
            (None, _) if is_assigned => continue,
            (_, Some(default)) => of_literal(type_name, property, default)
                .map(Cell::into_owned)
                .map_err(failed),
            (_, None) if follow(&property.name) => Ok(Cell::Null),
            (_, None) => absent(type_name, property, key, false).map_err(failed),
        };
        cells.extend(faults.take(cell)?);
    }
    Ok((cells.len() == columns.properties.len()).then_some(cells))
}

fn insert_node(
    node: &NodeType,
    assignments: &[(String, Expression)],
    values: &Values,
    pending: &mut Nodes,
    budget: &mut Budget,
    faults: &mut Faults,
) -> Result<()> {
    let given = |name: &str| assignments.iter().any(|(assigned, _)| assigned == name);
    let follows: Vec<&Embed> = node.embeds.iter().filter(|embed| !given(&embed.target)).collect();
    let follow = |name: &str| follows.iter().any(|embed| embed.target == name);
    let columns = Columns {
        properties: &node.properties,
        edge: false,
    };
    let all: Vec<&(String, Expression)> = assignments.iter().collect();
    let row = row((&node.name, &node.key), columns, &all, &follow, values, faults)?;
    let Some(mut cells) = row else {
        return Ok(());
    };
    for embed in follows {
        let place = |name: &str| node.properties.iter().position(|property| property.name == name);
        if let (Some(source), Some(target)) = (place(&embed.source), place(&embed.target)) {
            let property = &node.properties[target];
            let cell = embedding::unfilled(node, property, embed, &cells[source], values.embeds);
            match faults.take(cell.map_err(failed))? {
                Some(cell) => cells[target] = cell,
                None => return Ok(()),
            }
        }
    }
    budget.take(&cells)?;
    let made_up = node.key.is_empty();
    let id = if made_up {
        Ulid::new().to_string()
    } else {
        computed_id(node, &cells)
    };
    if let Some(fault) = id_too_long(&node.name, &id) {
        return faults.take(Err(failed(fault))).map(|_: Option<()>| ());
    }
    pending.put(id, cells, made_up, faults.statement);
    pending.affected.inserted += 1;
    Ok(())
}

fn insert_edge(
    edge: &EdgeType,
    assignments: &[(String, Expression)],
    values: &Values,
    rows: &mut RowBuilder,
    budget: &mut Budget,
    faults: &mut Faults,
) -> Result<()> {
    let endpoint = |side: &str| -> Result<String> {
        let (_, expression) = assignments
            .iter()
            .find(|(name, _)| name == side)
            .ok_or_else(|| Error::internal(format!("an edge is inserted without `{side}`")))?;
        match (values.constant(expression)?, expression) {
            (Value::String(id), _) => Ok(id),
            (Value::Null, Expression::Parameter { name, .. }) => Err(failed(Fault::NullParameter {
                parameter: name.clone(),
                type_name: edge.name.clone(),
                property: side.to_string(),
            })),
            (Value::Null, _) => Err(failed(Fault::Required {
                type_name: edge.name.clone(),
                property: side.to_string(),
                null: true,
            })),
            _ => Err(Error::internal("an endpoint is not text")),
        }
    };
    let (from, to) = (faults.take(endpoint("from"))?, faults.take(endpoint("to"))?);
    let columns = Columns {
        properties: &edge.properties,
        edge: true,
    };
    let properties: Vec<&(String, Expression)> = assignments
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "from" | "to"))
        .collect();
    let cells = row((&edge.name, &[]), columns, &properties, &|_| false, values, faults)?;
    let (Some(from), Some(to), Some(cells)) = (from, to, cells) else {
        return Ok(());
    };
    budget.take(&cells)?;
    rows.append(&Ulid::new().to_string(), Some((&from, &to)), &cells, faults.statement)
}

struct Update<'p> {
    node: &'p NodeType,
    assignments: &'p [(String, Expression)],
    condition: &'p Expression,
}

impl Update<'_> {
    async fn run(
        &self,
        snapshot: &Snapshot,
        values: &Values,
        pending: &mut Nodes,
        budget: &mut Budget,
        faults: &mut Faults,
    ) -> Result<()> {
        let node = self.node;
        let columns = Columns {
            properties: &node.properties,
            edge: false,
        };
        let Some(set) = Set::of(node, self.assignments, values, faults)? else {
            return Ok(());
        };
        let Some(condition) = Condition::of(self.condition, columns, values)? else {
            return Ok(());
        };
        // Pending rows first: stored rows that become pending below have been changed already.
        let mut matched = pending.update(node, &condition, &set, values, faults.statement)?;
        let table = snapshot.node_table(&node.name).await?;
        let mut needed = vec![ID];
        needed.extend(node.properties.iter().map(|property| property.name.as_str()));
        let search = Search {
            table: &table,
            condition: &condition,
            columns,
            needed: &needed,
        };
        matching(&search, values, |batch| {
            let ids = column_of(batch, ID)?.as_string::<i32>();
            let fresh: BooleanArray = ids
                .iter()
                .map(|id| Some(!pending.contains(id.unwrap_or_default())))
                .collect();
            let batch = &arrow_select::filter::filter_record_batch(batch, &fresh)?;
            let ids = column_of(batch, ID)?.as_string::<i32>();
            let read = columns.read(set.assigned.reads(), batch)?;
            let computed = set.assigned.compute(read, batch.num_rows(), values)?;
            for at in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(node.properties.len());
                for property in &node.properties {
                    cells.push(cell(column_of(batch, &property.name)?, at)?);
                }
                set.apply(&mut cells, &computed, at)?;
                budget.take(&cells)?;
                pending.put(ids.value(at).to_string(), cells, false, faults.statement);
                matched += 1;
            }
            Ok(())
        })
        .await?;
        pending.affected.updated += matched;
        Ok(())
    }
}
