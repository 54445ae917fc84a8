//! What edges need: both endpoints exist in the outcome, no removed node leaves one behind, and `@card` holds for every
//! source whose edges changed.

use std::collections::{BTreeMap, HashSet};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use datafusion::common::ScalarValue;
use omnigraph_compiler::catalog::EdgeType;
use roaring::RoaringTreemap;

use super::delta::{Change, Delta, HashIndex, Removed, TypeDelta, hash};
use super::fault::{Fault, Side, Sink};
use super::lookup::{self, ROW_ADDRESS, ROW_ID, column_of};
use super::rows::{line_at, lines};
use super::stored::outcome_rows;
use crate::error::Result;
use crate::store::{DST, DST_ROW, ID, SRC, SRC_ROW, Snapshot};

/// Sources whose edges of one type change, with the count in the outcome.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    counts: HashIndex<Source>,
}

#[derive(Debug)]
struct Source {
    id: String,
    edges: u64,
    /// What of the request wrote its last edge.
    line: Option<u64>,
}

impl Sources {
    pub fn touch(&mut self, source: &str) {
        self.entry(source);
    }

    fn add(&mut self, source: &str, line: Option<u64>) {
        let entry = self.entry(source);
        entry.edges += 1;
        entry.line = line;
    }

    fn entry(&mut self, source: &str) -> &mut Source {
        let entry = self.counts.entry(hash(source.as_bytes()));
        entry.or_insert_with(|| Source {
            id: source.to_string(),
            edges: 0,
            line: None,
        })
    }
}

/// The sources to watch, of the types that bound them.
pub(crate) fn watched(snapshot: &Snapshot, delta: &Delta) -> BTreeMap<String, Sources> {
    delta
        .edges
        .keys()
        .filter_map(|name| snapshot.catalog.edge(name))
        .filter(|edge| edge.cardinality.min > 0 || edge.cardinality.max.is_some())
        .map(|edge| (edge.name.clone(), Sources::default()))
        .collect()
}

/// Every endpoint of a written edge with its row id in the outcome; those that are missing are violations.
pub(crate) async fn endpoints(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    sink: &mut Sink,
) -> Result<BTreeMap<String, HashIndex<u64>>> {
    let mut wanted: BTreeMap<String, HashIndex<Option<u64>>> = BTreeMap::new();
    for (name, written) in &delta.edges {
        let Some(edge) = snapshot.catalog.edge(name) else {
            continue;
        };
        for (column, node) in [(1, &edge.from), (2, &edge.to)] {
            let wanted = wanted.entry(node.clone()).or_default();
            for batch in written.rows.batches()? {
                for id in batch?.column(column).as_string::<i32>().iter().flatten() {
                    wanted.insert(hash(id.as_bytes()), None);
                }
            }
        }
    }
    for (node, wanted) in &mut wanted {
        resolve(snapshot, delta, nodes, node, wanted).await?;
    }
    for (name, written) in &delta.edges {
        if let Some(edge) = snapshot.catalog.edge(name) {
            report_missing(edge, written, &wanted, sink)?;
        }
    }
    let found = |rows: HashIndex<Option<u64>>| rows.into_iter().filter_map(|(key, row)| Some((key, row?))).collect();
    Ok(wanted.into_iter().map(|(node, rows)| (node, found(rows))).collect())
}

async fn resolve(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    node: &str,
    wanted: &mut HashIndex<Option<u64>>,
) -> Result<()> {
    let table = snapshot.node_table(node).await?;
    let mut removed = RoaringTreemap::new();
    let mut all_written = false;
    if let (Some(written), Some(change)) = (delta.nodes.get(node), nodes.get(node)) {
        outcome_rows(written, change, table.dataset().manifest().next_row_id, wanted)?;
        all_written = matches!(written.removed, Removed::AllOthers);
        removed = change.removed.clone();
    }
    let missing = wanted.values().filter(|row| row.is_none()).count();
    if all_written || missing == 0 {
        return Ok(());
    }
    let among = if lookup::few(missing, table.rows()) {
        Some((ID, missing_ids(snapshot, delta, node, wanted)?))
    } else {
        None
    };
    lookup::visit(&table, &[ID], among, |batch| {
        let ids = column_of(batch, ID)?.as_string::<i32>();
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        let addresses = column_of(batch, ROW_ADDRESS)?.as_primitive::<UInt64Type>();
        for row in 0..batch.num_rows() {
            if let Some(place @ None) = wanted.get_mut(&hash(ids.value(row).as_bytes()))
                && !removed.contains(addresses.value(row))
            {
                *place = Some(row_ids.value(row));
            }
        }
        Ok(())
    })
    .await
}

/// Ids that written edges name in `node` and that no row is known of yet.
fn missing_ids(
    snapshot: &Snapshot,
    delta: &Delta,
    node: &str,
    wanted: &HashIndex<Option<u64>>,
) -> Result<Vec<ScalarValue>> {
    let mut listed = HashIndex::default();
    let mut values = Vec::new();
    for (name, written) in &delta.edges {
        let Some(edge) = snapshot.catalog.edge(name) else {
            continue;
        };
        let columns = [(1, &edge.from), (2, &edge.to)];
        for (column, _) in columns.into_iter().filter(|(_, of)| of.as_str() == node) {
            for batch in written.rows.batches()? {
                for id in batch?.column(column).as_string::<i32>().iter().flatten() {
                    let key = hash(id.as_bytes());
                    if wanted.get(&key) == Some(&None) && listed.insert(key, ()).is_none() {
                        values.push(ScalarValue::from(id));
                    }
                }
            }
        }
    }
    Ok(values)
}

fn report_missing(
    edge: &EdgeType,
    written: &TypeDelta,
    wanted: &BTreeMap<String, HashIndex<Option<u64>>>,
    sink: &mut Sink,
) -> Result<()> {
    let lacking = |node: &str| wanted.get(node).is_some_and(|rows| rows.values().any(Option::is_none));
    if !lacking(&edge.from) && !lacking(&edge.to) {
        return Ok(());
    }
    for batch in written.rows.batches()? {
        let batch = batch?;
        let lines = lines(&batch);
        for row in 0..batch.num_rows() {
            for (column, side, node) in [(1, Side::From, &edge.from), (2, Side::To, &edge.to)] {
                let id = batch.column(column).as_string::<i32>().value(row);
                let found = wanted.get(node).and_then(|rows| rows.get(&hash(id.as_bytes())));
                if !matches!(found, Some(Some(_))) {
                    sink.push(
                        line_at(lines, row),
                        Fault::MissingEndpoint {
                            edge_type: edge.name.clone(),
                            side,
                            node_type: node.clone(),
                            node: id.to_string(),
                        },
                    );
                }
            }
        }
    }
    Ok(())
}

/// Stored edges, of types that are not written anew as a whole, which name a node that goes. Only a whole new image of
/// a node type can leave some: whoever removes single nodes removes their edges too.
pub(crate) async fn dangling(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    edges: &BTreeMap<String, Change>,
    sink: &mut Sink,
) -> Result<()> {
    let mut removed: BTreeMap<&str, RoaringTreemap> = BTreeMap::new();
    for (name, written) in &delta.nodes {
        if matches!(written.removed, Removed::AllOthers)
            && let Some(change) = nodes.get(name).filter(|change| !change.removed.is_empty())
        {
            let mut rows = RoaringTreemap::new();
            let table = snapshot.node_table(name).await?;
            lookup::visit(&table, &[], None, |batch| {
                let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
                let addresses = column_of(batch, ROW_ADDRESS)?.as_primitive::<UInt64Type>();
                for row in (0..batch.num_rows()).filter(|row| change.removed.contains(addresses.value(*row))) {
                    rows.insert(row_ids.value(row));
                }
                Ok(())
            })
            .await?;
            removed.insert(name, rows);
        }
    }
    if removed.is_empty() {
        return Ok(());
    }
    for edge in snapshot.catalog.edges.values() {
        let (from, to) = (removed.get(edge.from.as_str()), removed.get(edge.to.as_str()));
        if from.is_none() && to.is_none() {
            continue;
        }
        let gone = edges.get(&edge.name).map(Change::gone).unwrap_or_default();
        let table = snapshot.edge_table(&edge.name).await?;
        lookup::visit(&table, &[ID, SRC, DST, SRC_ROW, DST_ROW], None, |batch| {
            let addresses = column_of(batch, ROW_ADDRESS)?.as_primitive::<UInt64Type>();
            for (side, name, number, node, removed) in [
                (Side::From, SRC, SRC_ROW, &edge.from, from),
                (Side::To, DST, DST_ROW, &edge.to, to),
            ] {
                let Some(removed) = removed else {
                    continue;
                };
                let numbers = column_of(batch, number)?.as_primitive::<UInt64Type>();
                for row in (0..batch.num_rows()).filter(|row| removed.contains(numbers.value(*row))) {
                    if !gone.contains(addresses.value(row)) {
                        sink.push(
                            None,
                            Fault::DanglingEdge {
                                edge_type: edge.name.clone(),
                                edge: column_of(batch, ID)?.as_string::<i32>().value(row).to_string(),
                                side,
                                node_type: node.clone(),
                                node: column_of(batch, name)?.as_string::<i32>().value(row).to_string(),
                            },
                        );
                    }
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

pub(crate) async fn cardinality(
    snapshot: &Snapshot,
    delta: &Delta,
    edges: &BTreeMap<String, Change>,
    sources: BTreeMap<String, Sources>,
    sink: &mut Sink,
) -> Result<()> {
    for (name, mut sources) in sources {
        let (Some(edge), Some(written)) = (snapshot.catalog.edge(&name), delta.edges.get(&name)) else {
            continue;
        };
        for batch in written.rows.batches()? {
            let batch = batch?;
            let lines = lines(&batch);
            for (row, source) in batch.column(1).as_string::<i32>().iter().enumerate() {
                sources.add(source.unwrap_or_default(), line_at(lines, row));
            }
        }
        if !matches!(written.removed, Removed::AllOthers) {
            count_stored(snapshot, &name, edges.get(&name), &mut sources).await?;
        }
        let bounds = edge.cardinality;
        let mut wrong: Vec<Source> = sources
            .counts
            .into_values()
            .filter(|source| {
                source.edges < u64::from(bounds.min) || bounds.max.is_some_and(|max| source.edges > u64::from(max))
            })
            .collect();
        wrong.sort_by(|a, b| a.id.cmp(&b.id));
        let removed = removed_nodes(delta, &edge.from, &wrong);
        for source in wrong.into_iter().filter(|source| !removed.contains(&source.id)) {
            sink.push(
                source.line,
                Fault::Cardinality {
                    edge_type: name.clone(),
                    node_type: edge.from.clone(),
                    source_id: source.id,
                    count: source.edges,
                    min: bounds.min,
                    max: bounds.max,
                },
            );
        }
    }
    Ok(())
}

async fn count_stored(snapshot: &Snapshot, name: &str, change: Option<&Change>, sources: &mut Sources) -> Result<()> {
    let table = snapshot.edge_table(name).await?;
    let gone = change.map(Change::gone).unwrap_or_default();
    let among = lookup::few(sources.counts.len(), table.rows()).then(|| {
        let values = sources
            .counts
            .values()
            .map(|source| ScalarValue::from(source.id.as_str()));
        (SRC, values.collect())
    });
    lookup::visit(&table, &[SRC], among, |batch| {
        let addresses = column_of(batch, ROW_ADDRESS)?.as_primitive::<UInt64Type>();
        let stored = column_of(batch, SRC)?.as_string::<i32>();
        for row in (0..batch.num_rows()).filter(|row| !gone.contains(addresses.value(*row))) {
            if let Some(source) = sources.counts.get_mut(&hash(stored.value(row).as_bytes())) {
                source.edges += 1;
            }
        }
        Ok(())
    })
    .await
}

/// Those of the sources that are removed themselves: nobody asks for their edges.
fn removed_nodes(delta: &Delta, node: &str, sources: &[Source]) -> HashSet<String> {
    let Some(written) = delta.nodes.get(node) else {
        return HashSet::new();
    };
    let of = |test: &dyn Fn(&str) -> bool| {
        sources
            .iter()
            .map(|source| source.id.clone())
            .filter(|source| test(source))
            .collect()
    };
    match &written.removed {
        Removed::Nothing => HashSet::new(),
        Removed::Rows(rows) => {
            let ids: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            of(&|source| ids.contains(source))
        }
        Removed::AllOthers => of(&|source| !written.ids.contains_key(&hash(source.as_bytes()))),
    }
}
