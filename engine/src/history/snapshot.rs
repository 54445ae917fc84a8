//! One immutable state of a graph: a commit record, its catalog, and the dataset versions it names.

use std::sync::Arc;

use omnigraph_model::catalog::{Catalog, Identity};

use super::graph::Graph;
use crate::error::{Error, Result};
use crate::storage::{CommitRecord, Schema, Table, TableRole, TableState, layout};

/// One immutable state of a graph: a commit record, its catalog, and the dataset versions it names. It stays readable until cleanup reclaims its commit.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The commit.
    pub record: Arc<CommitRecord>,
    /// The types of its schema.
    pub catalog: Arc<Catalog>,
    schema: Arc<Schema>,
    graph: Graph,
}

impl Snapshot {
    pub(crate) fn new(graph: Graph, record: Arc<CommitRecord>, schema: Arc<Schema>) -> Snapshot {
        Snapshot {
            record,
            catalog: schema.catalog.clone(),
            schema,
            graph,
        }
    }

    /// A ULID.
    pub fn commit_id(&self) -> &str {
        &self.record.id
    }

    /// The handle that it was read through.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// What execution keeps of dataset versions, shared by every snapshot of the handle.
    pub(crate) fn caches(&self) -> &Arc<crate::derived::Caches> {
        self.graph.caches()
    }

    /// The accepted schema, with its text.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Opens the version on first use; later calls, of other snapshots too, share it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the type; [`Error::HistoricalVersionReclaimed`]; damage, and the storage's.
    pub async fn node_table(&self, type_name: &str) -> Result<Arc<Table>> {
        let node = self
            .catalog
            .node(type_name)
            .ok_or_else(|| unknown("node type", type_name))?;
        self.open(TableRole::Node, node.identity).await
    }

    /// As [`Snapshot::node_table`], for an edge type.
    ///
    /// # Errors
    /// As [`Snapshot::node_table`].
    pub async fn edge_table(&self, type_name: &str) -> Result<Arc<Table>> {
        let edge = self
            .catalog
            .edge(type_name)
            .ok_or_else(|| unknown("edge type", type_name))?;
        self.open(TableRole::Edge, edge.identity).await
    }

    /// From the record, without I/O; 0 for an unknown type.
    pub fn node_rows(&self, type_name: &str) -> u64 {
        self.node_state(type_name).map_or(0, |state| state.rows)
    }

    /// As [`Snapshot::node_rows`], for an edge type.
    pub fn edge_rows(&self, type_name: &str) -> u64 {
        self.edge_state(type_name).map_or(0, |state| state.rows)
    }

    /// What the record says of a node type; `None` for an unknown one.
    pub fn node_state(&self, type_name: &str) -> Option<&TableState> {
        let identity = self.catalog.node(type_name)?.identity;
        self.record.table(identity.type_id, identity.incarnation)
    }

    pub(crate) fn edge_state(&self, type_name: &str) -> Option<&TableState> {
        let identity = self.catalog.edge(type_name)?.identity;
        self.record.table(identity.type_id, identity.incarnation)
    }

    pub(crate) fn state(&self, role: TableRole, type_name: &str) -> Option<&TableState> {
        match role {
            TableRole::Node => self.node_state(type_name),
            TableRole::Edge => self.edge_state(type_name),
        }
    }

    async fn open(&self, role: TableRole, identity: Identity) -> Result<Arc<Table>> {
        let state = self
            .record
            .table(identity.type_id, identity.incarnation)
            .ok_or_else(|| {
                Error::corrupt(
                    layout::record(&self.record.branch, self.record.sequence),
                    format!("it names no data for type {:016x}", identity.type_id),
                )
            })?;
        // What was dropped for good is gone, whether its files are or not.
        self.refuse_reclaimed(identity)?;
        match self.graph.open_table(role, &self.record, state).await {
            Err(error @ Error::Corrupt { .. }) => {
                // Another process may have dropped it since this handle last saw the head.
                self.graph.head().await?;
                self.refuse_reclaimed(identity)?;
                Err(error)
            }
            outcome => outcome,
        }
    }

    fn refuse_reclaimed(&self, identity: Identity) -> Result<()> {
        match self.graph.is_gone(&self.record, identity) {
            true => Err(Error::HistoricalVersionReclaimed {
                commit: self.record.id.clone(),
            }),
            false => Ok(()),
        }
    }
}

fn unknown(what: &'static str, name: &str) -> Error {
    Error::NotFound {
        what,
        name: name.to_string(),
        nearest: None,
    }
}
