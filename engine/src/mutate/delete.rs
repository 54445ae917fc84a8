//! Deletes: the rows that any statement matches, and every edge of a node that goes.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use datafusion::common::ScalarValue;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::ir::{MutationPlan, Statement};
use roaring::RoaringTreemap;

use super::condition::Condition;
use super::given::Given;
use super::kind::Kind;
use super::read::{Search, matching, stored_row};
use super::write::{edge_type, node_type};
use super::{Prepared, Values};
use crate::error::{Error, Origin, Result};
use crate::history::Snapshot;
use crate::storage::lookup::{column_of, few, visit};
use crate::storage::{Affected, DST_ROW, ID, SRC, SRC_ROW};
use crate::validate::{Delta, Existing, Removed, RowBuilder, StoredRow};

/// Rows to remove of one type; overlap between statements counts once.
#[derive(Default)]
struct Doomed {
    row_ids: RoaringTreemap,
    rows: Vec<StoredRow>,
}

impl Doomed {
    fn add(&mut self, row: StoredRow) {
        if self.row_ids.insert(row.row_id) {
            self.rows.push(row);
        }
    }
}

pub(crate) async fn prepare(
    snapshot: &Snapshot,
    plan: &MutationPlan,
    given: &Given,
    values: &Values,
) -> Result<Prepared> {
    let mut nodes: BTreeMap<String, Doomed> = BTreeMap::new();
    let mut edges: BTreeMap<String, Doomed> = BTreeMap::new();
    let mut touched = BTreeSet::new();
    let returned = plan.returning.as_ref().and_then(|returning| returning.statement);
    for (at, statement) in plan.statements.iter().enumerate() {
        let kind = Kind::of(snapshot, statement.target())?;
        let table = kind.table(snapshot).await?;
        let (needed, doomed): (&[&str], _) = match kind {
            Kind::Node(node) => (&[ID], nodes.entry(node.name.clone()).or_default()),
            Kind::Edge(edge) => (&[ID, SRC], edges.entry(edge.name.clone()).or_default()),
        };
        match statement {
            Statement::Delete { condition, .. } => {
                let columns = kind.columns();
                let Some(condition) = Condition::of(condition, columns, given.leaves(), values)? else {
                    continue;
                };
                let search = Search {
                    table: &table,
                    condition: &condition,
                    columns,
                    needed,
                };
                matching(&search, given, values, |batch, _| {
                    (0..batch.num_rows()).try_for_each(|row| {
                        let row = stored_row(batch, row)?;
                        if returned == Some(at as u32) {
                            touched.insert(row.id.clone());
                        }
                        doomed.add(row);
                        Ok(())
                    })
                })
                .await?;
            }
            Statement::DeleteVariable { variable, .. } => {
                let ids = given.ids(*variable)?;
                let ids: BTreeSet<&str> = ids.iter().flatten().collect();
                if ids.is_empty() {
                    continue;
                }
                let among = few(ids.len(), table.rows()).then(|| {
                    let values = ids.iter().map(|id| ScalarValue::from(*id));
                    (ID, values.collect())
                });
                visit(&table, needed, among, |batch| {
                    let hits = (0..batch.num_rows()).map(|row| stored_row(batch, row));
                    hits.filter(|row| row.as_ref().map_or(true, |row| ids.contains(row.id.as_str())))
                        .try_for_each(|row| {
                            doomed.add(row?);
                            Ok(())
                        })
                })
                .await?;
            }
            Statement::Insert { .. }
            | Statement::Upsert { .. }
            | Statement::Update { .. }
            | Statement::UpdateVariable { .. } => return Err(Error::internal("inserts and deletes are mixed")),
        }
    }
    for edge in snapshot.catalog.edges.values() {
        cascade(snapshot, edge, &nodes, &mut edges).await?;
    }
    let mut prepared = Prepared {
        delta: Delta::new(Origin::Statement),
        nodes: BTreeMap::new(),
        edges: BTreeMap::new(),
        touched: touched.into_iter().collect(),
    };
    for (name, doomed) in nodes.into_iter().filter(|(_, doomed)| !doomed.rows.is_empty()) {
        prepared.nodes.insert(name.clone(), deleted(&doomed));
        let rows = RowBuilder::node(node_type(snapshot, &name)?, &prepared.delta.budget);
        prepared
            .delta
            .nodes
            .insert(name, rows.finish(Existing::Replace, Removed::Rows(doomed.rows))?);
    }
    for (name, doomed) in edges.into_iter().filter(|(_, doomed)| !doomed.rows.is_empty()) {
        prepared.edges.insert(name.clone(), deleted(&doomed));
        let rows = RowBuilder::edge(edge_type(snapshot, &name)?, &prepared.delta.budget);
        prepared
            .delta
            .edges
            .insert(name, rows.finish(Existing::Replace, Removed::Rows(doomed.rows))?);
    }
    Ok(prepared)
}

fn deleted(doomed: &Doomed) -> Affected {
    Affected {
        deleted: doomed.rows.len() as u64,
        ..Affected::default()
    }
}

/// Edges of one type that start or end at a doomed node. They are found by number, not by text.
async fn cascade(
    snapshot: &Snapshot,
    edge: &EdgeType,
    nodes: &BTreeMap<String, Doomed>,
    edges: &mut BTreeMap<String, Doomed>,
) -> Result<()> {
    let ends: Vec<(&str, &Doomed)> = [(SRC_ROW, &edge.from), (DST_ROW, &edge.to)]
        .into_iter()
        .filter_map(|(column, node)| Some((column, nodes.get(node).filter(|doomed| !doomed.rows.is_empty())?)))
        .collect();
    if ends.is_empty() {
        return Ok(());
    }
    let table = snapshot.edge_table(&edge.name).await?;
    let cascaded = edges.entry(edge.name.clone()).or_default();
    for (column, doomed) in ends {
        let among = few(doomed.rows.len(), table.rows()).then(|| {
            let values = doomed.row_ids.iter().map(|row| ScalarValue::UInt64(Some(row)));
            (column, values.collect())
        });
        visit(&table, &[ID, SRC, column], among, |batch| {
            let numbers = column_of(batch, column)?.as_primitive::<UInt64Type>();
            let hits = (0..batch.num_rows()).filter(|row| doomed.row_ids.contains(numbers.value(*row)));
            hits.map(|row| stored_row(batch, row)).try_for_each(|row| {
                cascaded.add(row?);
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}
