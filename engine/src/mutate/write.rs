//! Inserts and updates.

use std::collections::BTreeMap;

use omnigraph_compiler::catalog::{EdgeType, Embed, NodeType, Property};
use omnigraph_compiler::ir::{Entity, Expression, MutationPlan, Predicate, Statement};
use omnigraph_compiler::types::Value;
use ulid::Ulid;

use super::overlay::{Budget, Nodes};
use super::predicate::Test;
use super::read::{cell, matching};
use super::set::Set;
use super::{Prepared, Values};
use crate::embedding;
use crate::error::{Error, Result};
use crate::load::{absent, computed_id, of_literal};
use crate::store::{Affected, Cell, ID, Snapshot};
use crate::validate::lookup::column_of;
use crate::validate::{Existing, Fault, Removed, RowBuilder, Violation, Violations};

pub(crate) async fn prepare(
    snapshot: &Snapshot,
    plan: &MutationPlan,
    values: &Values<'_>,
    memory: u64,
) -> Result<Prepared> {
    let mut nodes: BTreeMap<&str, Nodes> = BTreeMap::new();
    let mut edges: BTreeMap<&str, RowBuilder> = BTreeMap::new();
    let mut budget = Budget { used: 0, limit: memory };
    for statement in &plan.statements {
        match statement {
            Statement::Insert {
                target: Entity::Node(name),
                assignments,
            } => {
                let node = node_type(snapshot, name)?;
                insert_node(
                    node,
                    assignments,
                    values,
                    nodes.entry(&node.name).or_default(),
                    &mut budget,
                )?;
            }
            Statement::Insert {
                target: Entity::Edge(name),
                assignments,
            } => {
                let edge = edge_type(snapshot, name)?;
                let rows = edges.entry(&edge.name).or_insert_with(|| RowBuilder::edge(edge));
                insert_edge(edge, assignments, values, rows, &mut budget)?;
            }
            Statement::Update {
                target: Entity::Node(name),
                assignments,
                predicate,
            } => {
                let node = node_type(snapshot, name)?;
                let pending = nodes.entry(&node.name).or_default();
                update(snapshot, node, assignments, predicate, values, pending, &mut budget).await?;
            }
            Statement::Update {
                target: Entity::Edge(_),
                ..
            } => return Err(Error::internal("edges cannot be updated")),
            Statement::Delete { .. } => return Err(Error::internal("inserts and deletes are mixed")),
        }
    }
    finish(snapshot, nodes, edges)
}

fn finish(snapshot: &Snapshot, nodes: BTreeMap<&str, Nodes>, edges: BTreeMap<&str, RowBuilder>) -> Result<Prepared> {
    let mut prepared = Prepared {
        delta: Default::default(),
        nodes: BTreeMap::new(),
        edges: BTreeMap::new(),
    };
    for (name, pending) in nodes {
        if pending.affected == Affected::default() {
            continue;
        }
        prepared.nodes.insert(name.to_string(), pending.affected);
        let written = pending.finish(node_type(snapshot, name)?)?;
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
    Violations {
        list: vec![Violation { line: None, fault }],
        more: false,
    }
    .into()
}

/// The cell of one assignment; null only where the property may be.
pub(crate) fn assigned(
    type_name: &str,
    property: &Property,
    key: &[String],
    expression: &Expression,
    values: &Values,
) -> Result<Cell<'static>> {
    let value = values.of(expression)?;
    if matches!(value, Value::Null) {
        if let (false, Expression::Parameter { name, .. }) = (property.ty.nullable, expression) {
            return Err(failed(Fault::NullParameter {
                parameter: name.clone(),
                type_name: type_name.to_string(),
                property: property.name.clone(),
            }));
        }
        return absent(type_name, property, key, true).map_err(failed);
    }
    of_literal(type_name, property, value)
        .map(Cell::into_owned)
        .map_err(failed)
}

/// A whole row: what is assigned, else the default, else null, also for those that follow from others.
fn row(
    type_name: &str,
    properties: &[Property],
    key: &[String],
    assignments: &[(String, Expression)],
    follow: &dyn Fn(&str) -> bool,
    values: &Values,
) -> Result<Vec<Cell<'static>>> {
    let mut cells = Vec::with_capacity(properties.len());
    for property in properties {
        let assignment = assignments.iter().find(|(name, _)| *name == property.name);
        cells.push(match (assignment, &property.default) {
            (Some((_, expression)), _) => assigned(type_name, property, key, expression, values)?,
            (None, Some(default)) => of_literal(type_name, property, default)
                .map(Cell::into_owned)
                .map_err(failed)?,
            (None, None) if follow(&property.name) => Cell::Null,
            (None, None) => absent(type_name, property, key, false).map_err(failed)?,
        });
    }
    Ok(cells)
}

fn insert_node(
    node: &NodeType,
    assignments: &[(String, Expression)],
    values: &Values,
    pending: &mut Nodes,
    budget: &mut Budget,
) -> Result<()> {
    let given = |name: &str| assignments.iter().any(|(assigned, _)| assigned == name);
    let follows: Vec<&Embed> = node.embeds.iter().filter(|embed| !given(&embed.target)).collect();
    let follow = |name: &str| follows.iter().any(|embed| embed.target == name);
    let mut cells = row(&node.name, &node.properties, &node.key, assignments, &follow, values)?;
    for embed in follows {
        let place = |name: &str| node.properties.iter().position(|property| property.name == name);
        if let (Some(source), Some(target)) = (place(&embed.source), place(&embed.target)) {
            let property = &node.properties[target];
            cells[target] =
                embedding::unfilled(node, property, embed, &cells[source], values.embeds).map_err(failed)?;
        }
    }
    budget.take(&cells)?;
    let made_up = node.key.is_empty();
    let id = if made_up {
        Ulid::new().to_string()
    } else {
        computed_id(node, &cells)
    };
    pending.put(id, cells, made_up);
    pending.affected.inserted += 1;
    Ok(())
}

fn insert_edge(
    edge: &EdgeType,
    assignments: &[(String, Expression)],
    values: &Values,
    rows: &mut RowBuilder,
    budget: &mut Budget,
) -> Result<()> {
    let endpoint = |side: &str| -> Result<&str> {
        let (_, expression) = assignments
            .iter()
            .find(|(name, _)| name == side)
            .ok_or_else(|| Error::internal(format!("an edge is inserted without `{side}`")))?;
        match (values.of(expression)?, expression) {
            (Value::String(id), _) => Ok(id),
            (Value::Null, Expression::Parameter { name, .. }) => Err(failed(Fault::NullParameter {
                parameter: name.clone(),
                type_name: edge.name.clone(),
                property: side.to_string(),
            })),
            _ => Err(Error::internal("an endpoint is no text")),
        }
    };
    let (from, to) = (endpoint("from")?, endpoint("to")?);
    let cells = row(&edge.name, &edge.properties, &[], assignments, &|_| false, values)?;
    budget.take(&cells)?;
    rows.append(&Ulid::new().to_string(), Some((from, to)), &cells, 0)
}

async fn update(
    snapshot: &Snapshot,
    node: &NodeType,
    assignments: &[(String, Expression)],
    predicate: &Predicate,
    values: &Values<'_>,
    pending: &mut Nodes,
    budget: &mut Budget,
) -> Result<()> {
    let set = Set::of(node, assignments, values)?;
    let Some(test) = Test::of(predicate, &node.properties, false, values)? else {
        return Ok(());
    };
    // Pending rows first: stored rows that become pending below have been changed already.
    let mut matched = pending.update(node, &test, &set)?;
    let table = snapshot.node_table(&node.name).await?;
    let mut columns = vec![ID];
    columns.extend(node.properties.iter().map(|property| property.name.as_str()));
    matching(&table, &test, &columns, |batch, at| {
        let id = arrow_array::cast::AsArray::as_string::<i32>(column_of(batch, ID)?).value(at);
        if pending.contains(id) {
            return Ok(());
        }
        let mut cells = Vec::with_capacity(node.properties.len());
        for property in &node.properties {
            cells.push(cell(column_of(batch, &property.name)?, at)?);
        }
        set.apply(&mut cells)?;
        budget.take(&cells)?;
        pending.put(id.to_string(), cells, false);
        matched += 1;
        Ok(())
    })
    .await?;
    pending.affected.updated += matched;
    Ok(())
}
