//! The catalog: what a schema means. It is a read-only projection without any source position, so that reformatting a
//! schema gives an equal catalog. Names are looked up here; identities are carried, never guessed.

mod project;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use project::of_accepted;
use serde::{Deserialize, Serialize};

use crate::schema::{Annotation, Bound, Cardinality, Metric};
use crate::types::{Scalar, Type};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    pub nodes: BTreeMap<String, Arc<NodeType>>,
    pub edges: BTreeMap<String, Arc<EdgeType>>,
    pub interfaces: BTreeMap<String, Arc<InterfaceType>>,
}

impl Catalog {
    pub fn node(&self, name: &str) -> Option<&Arc<NodeType>> {
        self.nodes.get(name)
    }

    /// An edge type as queries spell it: the exact name first, then ignoring ASCII case (schema-language §8).
    pub fn edge(&self, name: &str) -> Option<&Arc<EdgeType>> {
        self.edges
            .get(name)
            .or_else(|| self.edges.values().find(|edge| edge.name.eq_ignore_ascii_case(name)))
    }
}

/// Stable numbers of a type. Source-only tools use a throw-away domain, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    pub type_id: u64,
    /// The dataset generation; 0 for an interface, which has no storage.
    pub incarnation: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    pub name: String,
    pub id: u64,
    pub ty: Type,
    /// Place in the order in which the members were declared (injected ones after the node's own), for whole-node
    /// results. No part of the schema's identity.
    pub ordinal: u32,
    /// Typed default of `@default`.
    pub default: Option<crate::types::Value>,
    /// Of a Vector property.
    pub metric: Option<Metric>,
    pub description: Option<String>,
}

/// `@embed(source, model = "…")` on the vector property `target`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    pub target: String,
    pub source: String,
    pub model: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub property: String,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
}

impl Range {
    /// Which bound a value of this type breaks: the lower one (`true`) or the upper one. NaN is within no bound.
    pub fn broken_by(&self, value: Bound, scalar: Scalar) -> Option<(bool, Bound)> {
        let within = |bound: Bound, wanted: Ordering| {
            let order = value.compare(bound.beside(scalar));
            order.is_some_and(|order| order == wanted || order.is_eq())
        };
        let below = self.min.filter(|min| !within(*min, Ordering::Greater));
        let above = self.max.filter(|max| !within(*max, Ordering::Less));
        below.map(|min| (true, min)).or(above.map(|max| (false, max)))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub property: String,
    pub pattern: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeType {
    pub name: String,
    pub identity: Identity,
    /// Sorted.
    pub implements: Vec<String>,
    /// By name in byte order; injected ones are among them.
    pub properties: Vec<Property>,
    /// Key columns as declared, which is the order of an id's parts; empty without `@key`.
    pub key: Vec<String>,
    /// Sets of columns, each sorted; the key is not among them.
    pub unique: Vec<Vec<String>>,
    /// Sets of columns; the key's is among them.
    pub indexes: Vec<Vec<String>>,
    pub ranges: Vec<Range>,
    pub checks: Vec<Check>,
    pub embeds: Vec<Embed>,
    pub annotations: Vec<Annotation>,
}

impl NodeType {
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }

    /// What a vector property is computed from.
    pub fn embed(&self, target: &str) -> Option<&Embed> {
        self.embeds.iter().find(|embed| embed.target == target)
    }

    /// Properties that a whole-node result shows, in declaration order: all but blobs.
    pub fn visible_properties(&self) -> Vec<&Property> {
        let mut visible: Vec<&Property> = self.properties.iter().filter(|p| p.ty.scalar != Scalar::Blob).collect();
        visible.sort_by_key(|p| p.ordinal);
        visible
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeType {
    pub name: String,
    pub identity: Identity,
    /// Names of node types.
    pub from: String,
    pub to: String,
    /// Edges per source node.
    pub cardinality: Cardinality,
    /// By name in byte order.
    pub properties: Vec<Property>,
    /// Sets of columns; `src` and `dst` may be among them.
    pub unique: Vec<Vec<String>>,
    pub indexes: Vec<Vec<String>>,
    pub annotations: Vec<Annotation>,
}

impl EdgeType {
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceType {
    pub name: String,
    pub identity: Identity,
    pub properties: Vec<Property>,
}

fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    properties
        .binary_search_by(|p| p.name.as_str().cmp(name))
        .ok()
        .map(|i| &properties[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_of_an_f32_are_f32s() {
        let range = Range {
            property: "f".to_owned(),
            min: Some(Bound::Float(0.3)),
            max: Some(Bound::Integer(16_777_217)),
        };
        let broken = |value: f64, scalar| range.broken_by(Bound::Float(value), scalar).map(|(below, _)| below);
        let third = f64::from(0.3_f32);
        assert_eq!(broken(third, Scalar::F32), None);
        assert_eq!(broken(0.3, Scalar::F64), None);
        assert_eq!(broken(0.299, Scalar::F32), Some(true));
        assert_eq!(broken(16_777_216.0, Scalar::F32), None);
        assert_eq!(broken(16_777_218.0, Scalar::F32), Some(false));
        assert_eq!(broken(f64::NAN, Scalar::F32), Some(true));
    }
}
