//! Which commits are retained, and which files their dataset versions consist of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::Result;
use crate::history::Graph;
use crate::storage::{CommitRecord, TableRole, dataset_folder, needed};

/// The head and the commits before it, as long as `wanted` says so of their number and record, but none below `floor`:
/// the sequence of the last one, and all of them.
pub(super) async fn walk(
    graph: &Graph,
    head: &Arc<CommitRecord>,
    floor: u64,
    wanted: impl Fn(u64, &CommitRecord) -> bool,
) -> Result<(u64, Vec<Arc<CommitRecord>>)> {
    let mut records = vec![head.clone()];
    let mut oldest = head.clone();
    while oldest.sequence > floor {
        match graph.parent(&oldest).await? {
            Some(record) if wanted(records.len() as u64, &record) => {
                records.push(record.clone());
                oldest = record;
            }
            _ => break,
        }
    }
    Ok((oldest.sequence, records))
}

/// Needed files by dataset folder. Index folders stand for all that is in them.
pub(super) type Marked = BTreeMap<String, BTreeSet<String>>;

pub(super) async fn mark(graph: &Graph, records: &[Arc<CommitRecord>]) -> Result<Marked> {
    let mut marked = Marked::new();
    let mut seen = BTreeSet::new();
    for record in records {
        let catalog = &graph.snapshot_of(record).await?.catalog;
        let nodes = catalog.nodes.values().map(|node| (TableRole::Node, node.identity));
        let edges = catalog.edges.values().map(|edge| (TableRole::Edge, edge.identity));
        for (role, identity) in nodes.chain(edges) {
            let Some(state) = record.table(identity.type_id, identity.incarnation) else {
                continue;
            };
            // What was dropped for good is needed by nobody, however much of it is left.
            if graph.is_gone(record, identity) || !seen.insert(state.key().base()) {
                continue;
            }
            // Not through the open tables: history must not push out what queries use.
            let dataset = graph.library().open_apart(role, state).await?;
            let files = marked.entry(dataset_folder(role, state.key())).or_default();
            files.extend(needed(&dataset).await?);
            let transaction = dataset.manifest().transaction_file.iter();
            files.extend(transaction.map(|file| format!("_transactions/{file}")));
        }
    }
    Ok(marked)
}
