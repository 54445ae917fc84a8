//! What a statement writes: a node type or an edge type, which differ in what they have beside properties.

use std::sync::Arc;

use omnigraph_model::catalog::{EdgeType, Embed, NodeType, Property};
use omnigraph_model::ir::Entity;

use super::condition::Columns;
use super::write::{edge_type, node_type};
use crate::error::{Error, Result};
use crate::history::Snapshot;
use crate::storage::{DST, ID, SRC, Table};

#[derive(Clone, Copy)]
pub(crate) enum Kind<'s> {
    Node(&'s NodeType),
    Edge(&'s EdgeType),
}

impl<'s> Kind<'s> {
    pub(super) fn of(snapshot: &'s Snapshot, target: &Entity) -> Result<Kind<'s>> {
        match target {
            Entity::Node(name) => node_type(snapshot, name).map(Kind::Node),
            Entity::Edge(name) => edge_type(snapshot, name).map(Kind::Edge),
            Entity::Interface(_) | Entity::Edges(_) => Err(Error::internal(
                "what may be of several types is taken for one with rows",
            )),
            Entity::Value(_) => Err(Error::internal("a value is taken for a type")),
        }
    }

    pub(super) fn name(self) -> &'s str {
        match self {
            Kind::Node(node) => &node.name,
            Kind::Edge(edge) => &edge.name,
        }
    }

    pub(super) fn properties(self) -> &'s [Property] {
        match self {
            Kind::Node(node) => &node.properties,
            Kind::Edge(edge) => &edge.properties,
        }
    }

    /// The properties that an id is made of; none where it is made up.
    pub(super) fn key(self) -> &'s [String] {
        match self {
            Kind::Node(node) => &node.key,
            Kind::Edge(_) => &[],
        }
    }

    pub(super) fn embeds(self) -> &'s [Embed] {
        match self {
            Kind::Node(node) => &node.embeds,
            Kind::Edge(_) => &[],
        }
    }

    pub(super) fn is_edge(self) -> bool {
        matches!(self, Kind::Edge(_))
    }

    /// Whether there is one edge at most between two nodes.
    pub(super) fn is_unique_by_ends(self) -> bool {
        let Kind::Edge(edge) = self else { return false };
        edge.unique.iter().any(|columns| {
            let names = |end: &str| columns.iter().any(|column| column == end);
            columns.len() == 2 && names("src") && names("dst")
        })
    }

    pub(super) fn columns(self) -> Columns<'s> {
        Columns {
            properties: self.properties(),
            edge: self.is_edge(),
        }
    }

    /// The stored columns of whole rows.
    pub(super) fn stored(self) -> Vec<&'s str> {
        let mut names = vec![ID];
        if self.is_edge() {
            names.extend([SRC, DST]);
        }
        names.extend(self.properties().iter().map(|property| property.name.as_str()));
        names
    }

    pub(super) async fn table(self, snapshot: &Snapshot) -> Result<Arc<Table>> {
        match self {
            Kind::Node(node) => snapshot.node_table(&node.name).await,
            Kind::Edge(edge) => snapshot.edge_table(&edge.name).await,
        }
    }
}
