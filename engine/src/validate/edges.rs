//! What edges need: both endpoints exist in the outcome, no removed node leaves one behind, and `@card` holds for every
//! source whose edges changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use datafusion::common::ScalarValue;
use omnigraph_model::catalog::EdgeType;
use roaring::RoaringTreemap;

use super::delta::{Change, Delta, Removed, TypeDelta};
use super::keys::{Keys, hash};
use super::rows::{line_at, lines};
use super::sink::Sink;
use super::stored::outcome_rows;
use crate::error::{Fault, Result, Side};
use crate::history::Snapshot;
use crate::storage::lookup::{ROW_ID, column_of};
use crate::storage::{DST, DST_ROW, ID, SRC, SRC_ROW, lookup};

/// Edges of one write from which on nodes are kept whole.
const MANY: u64 = 100_000;

/// Sources whose edges of one type change, with the count in the outcome.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    counts: HashMap<u128, Source>,
}

#[derive(Debug)]
struct Source {
    id: String,
    edges: u64,
    /// What of the request wrote its last edge.
    line: Option<u64>,
}

impl Sources {
    pub(super) fn touch(&mut self, source: &str) {
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

/// Row ids in the outcome of the nodes that written edges name; those that are missing are violations.
pub(crate) async fn endpoints(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    sink: &mut Sink,
) -> Result<BTreeMap<String, Arc<Keys<u64>>>> {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for edge in delta.edges.keys().filter_map(|name| snapshot.catalog.edge(name)) {
        named.extend([edge.from.as_str(), edge.to.as_str()]);
    }
    let mut found = BTreeMap::new();
    for node in named {
        let rows = resolve(snapshot, delta, nodes, node).await?;
        found.insert(node.to_string(), Arc::new(rows));
    }
    for (name, written) in &delta.edges {
        if let Some(edge) = snapshot.catalog.edge(name) {
            report_missing(edge, written, &found, sink)?;
        }
    }
    Ok(found)
}

/// Visits the ids that written edges name in a node type.
fn ends(snapshot: &Snapshot, delta: &Delta, node: &str, mut visitor: impl FnMut(&str) -> Result<()>) -> Result<()> {
    for (name, written) in &delta.edges {
        let Some(edge) = snapshot.catalog.edge(name) else {
            continue;
        };
        let columns = [(1, &edge.from), (2, &edge.to)];
        for (column, _) in columns.into_iter().filter(|(_, of)| of.as_str() == node) {
            for batch in written.rows.batches()? {
                batch?
                    .column(column)
                    .as_string::<i32>()
                    .iter()
                    .flatten()
                    .try_for_each(&mut visitor)?;
            }
        }
    }
    Ok(())
}

/// The nodes of a type that written edges name, and perhaps others.
async fn resolve(
    snapshot: &Snapshot,
    delta: &Delta,
    nodes: &BTreeMap<String, Change>,
    node: &str,
) -> Result<Keys<u64>> {
    let table = snapshot.node_table(node).await?;
    let written = delta.nodes.get(node);
    let candidates = table.rows() + written.map_or(0, |written| written.rows.len());
    let edges: u64 = delta.edges.values().map(|written| written.rows.len()).sum();
    // Where edges are many, to keep all nodes is to keep less than all ends.
    let wanted = if edges > MANY && 2 * edges > candidates {
        None
    } else {
        let mut wanted = Keys::new(&delta.budget);
        ends(snapshot, delta, node, |id| {
            wanted.insert(hash(id.as_bytes()), ())?;
            Ok(())
        })?;
        wanted.seal(|(), ()| ())?;
        Some(wanted)
    };
    let asked = |key: u128| wanted.as_ref().map_or(Ok(true), |wanted| wanted.contains(key));
    let mut found = Keys::new(&delta.budget);
    let mut removed = &RoaringTreemap::new();
    let mut all_written = false;
    if let (Some(written), Some(change)) = (written, nodes.get(node)) {
        outcome_rows(written, change, table.next_row(), |key, row| {
            if asked(key)? {
                found.insert(key, row)?;
            }
            Ok(())
        })?;
        all_written = matches!(written.removed, Removed::AllOthers);
        removed = &change.removed;
    }
    let missing = wanted
        .as_ref()
        .zip(found.in_memory())
        .map(|(wanted, found)| wanted.len() - found);
    if !all_written && missing != Some(0) {
        let among = match missing {
            Some(missing) if lookup::few(missing as usize, table.rows()) => {
                let (mut listed, mut values) = (Keys::new(&delta.budget), Vec::new());
                ends(snapshot, delta, node, |id| {
                    let key = hash(id.as_bytes());
                    if !found.contains(key)? && listed.insert(key, ())?.is_none() {
                        values.push(ScalarValue::from(id));
                    }
                    Ok(())
                })?;
                Some((ID, values))
            }
            _ => None,
        };
        lookup::visit(&table, &[ID], among, |batch| {
            let ids = column_of(batch, ID)?.as_string::<i32>();
            let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
            for row in 0..batch.num_rows() {
                let key = hash(ids.value(row).as_bytes());
                if !removed.contains(row_ids.value(row)) && asked(key)? {
                    found.insert(key, row_ids.value(row))?;
                }
            }
            Ok(())
        })
        .await?;
    }
    // A row that is written anew keeps its number, so both are the same.
    found.seal(|first, _| first)?;
    Ok(found)
}

fn report_missing(
    edge: &EdgeType,
    written: &TypeDelta,
    found: &BTreeMap<String, Arc<Keys<u64>>>,
    sink: &mut Sink,
) -> Result<()> {
    let (Some(from), Some(to)) = (found.get(&edge.from), found.get(&edge.to)) else {
        return Ok(());
    };
    for batch in written.rows.batches()? {
        let batch = batch?;
        let lines = lines(&batch);
        for row in 0..batch.num_rows() {
            for (column, side, node, found) in [(1, Side::From, &edge.from, from), (2, Side::To, &edge.to, to)] {
                let id = batch.column(column).as_string::<i32>().value(row);
                if !found.contains(hash(id.as_bytes()))? {
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
    let mut removed: BTreeMap<&str, &RoaringTreemap> = BTreeMap::new();
    for (name, written) in &delta.nodes {
        if matches!(written.removed, Removed::AllOthers)
            && let Some(change) = nodes.get(name).filter(|change| !change.removed.is_empty())
        {
            removed.insert(name, &change.removed);
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
        let gone = edges.get(&edge.name).map(Change::gone).transpose()?.unwrap_or_default();
        let table = snapshot.edge_table(&edge.name).await?;
        lookup::visit(&table, &[ID, SRC, DST, SRC_ROW, DST_ROW], None, |batch| {
            let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
            for (side, name, number, node, removed) in [
                (Side::From, SRC, SRC_ROW, &edge.from, from),
                (Side::To, DST, DST_ROW, &edge.to, to),
            ] {
                let Some(removed) = removed else {
                    continue;
                };
                let numbers = column_of(batch, number)?.as_primitive::<UInt64Type>();
                for row in (0..batch.num_rows()).filter(|row| removed.contains(numbers.value(*row))) {
                    if !gone.contains(row_ids.value(row)) {
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
            .filter(|source| !bounds.allows(source.edges))
            .collect();
        wrong.sort_by(|a, b| a.id.cmp(&b.id));
        let removed = removed_nodes(delta, &edge.from, &wrong)?;
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
    let gone = change.map(Change::gone).transpose()?.unwrap_or_default();
    let among = lookup::few(sources.counts.len(), table.rows()).then(|| {
        let values = sources
            .counts
            .values()
            .map(|source| ScalarValue::from(source.id.as_str()));
        (SRC, values.collect())
    });
    lookup::visit(&table, &[SRC], among, |batch| {
        let row_ids = column_of(batch, ROW_ID)?.as_primitive::<UInt64Type>();
        let stored = column_of(batch, SRC)?.as_string::<i32>();
        for row in (0..batch.num_rows()).filter(|row| !gone.contains(row_ids.value(*row))) {
            if let Some(source) = sources.counts.get_mut(&hash(stored.value(row).as_bytes())) {
                source.edges += 1;
            }
        }
        Ok(())
    })
    .await
}

/// Those of the sources that are removed themselves: nobody asks for their edges.
fn removed_nodes(delta: &Delta, node: &str, sources: &[Source]) -> Result<HashSet<String>> {
    let Some(written) = delta.nodes.get(node) else {
        return Ok(HashSet::new());
    };
    let removed: HashSet<&str> = match &written.removed {
        Removed::Rows(rows) => rows.iter().map(|row| row.id.as_str()).collect(),
        Removed::Nothing | Removed::AllOthers => HashSet::new(),
    };
    let all_others = matches!(written.removed, Removed::AllOthers);
    let mut found = HashSet::new();
    for source in sources.iter().map(|source| &source.id) {
        if removed.contains(source.as_str()) || (all_others && !written.ids.contains(hash(source.as_bytes()))?) {
            found.insert(source.clone());
        }
    }
    Ok(found)
}
