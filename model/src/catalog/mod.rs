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

/// The types of a schema, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// By name.
    pub nodes: BTreeMap<String, Arc<NodeType>>,
    /// By name.
    pub edges: BTreeMap<String, Arc<EdgeType>>,
    /// By name.
    pub interfaces: BTreeMap<String, Arc<InterfaceType>>,
}

impl Catalog {
    /// The node type of this name, as written.
    pub fn node(&self, name: &str) -> Option<&Arc<NodeType>> {
        self.nodes.get(name)
    }

    /// An edge type as queries spell it: the exact name first, then ignoring ASCII case (docs/schema-language.md, Names).
    pub fn edge(&self, name: &str) -> Option<&Arc<EdgeType>> {
        self.edges
            .get(name)
            .or_else(|| self.edges.values().find(|edge| edge.name.eq_ignore_ascii_case(name)))
    }

    /// The names of the node types that implement an interface, in byte order.
    pub fn implementers(&self, interface: &str) -> Vec<&str> {
        let own = self.nodes.values().filter(|node| node.implements(interface));
        own.map(|node| node.name.as_str()).collect()
    }
}

/// Stable numbers of a type. Source-only tools use a throw-away domain, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Never reused in the life of a graph.
    pub type_id: u64,
    /// The dataset generation; 0 for an interface, which has no storage.
    pub incarnation: u64,
}

/// A property of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Its stable number; 0 in a catalog without identities.
    pub id: u64,
    /// Its type.
    pub ty: Type,
    /// Place in the order in which the members were declared (injected ones after the node's own), for whole-node
    /// results. No part of the schema's identity.
    pub ordinal: u32,
    /// Typed default of `@default`.
    pub default: Option<crate::types::Value>,
    /// How vectors are compared; only vector properties have one.
    pub metric: Option<Metric>,
    /// The text of `@description`.
    pub description: Option<String>,
}

/// `@embed(source, model = "…")` on the vector property `target`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    /// Name of the vector property.
    pub target: String,
    /// Name of the property that it is computed from.
    pub source: String,
    /// The embedding model; the service's own without it.
    pub model: Option<String>,
}

/// A `@range`: bounds of a numeric property, both inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Name of the property.
    pub property: String,
    /// The lower bound, if there is one.
    pub min: Option<Bound>,
    /// The upper bound, if there is one.
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

/// A `@check`: a pattern that texts of a property match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Name of the property.
    pub property: String,
    /// A regular expression that matches somewhere in the text.
    pub pattern: String,
}

/// A node type with everything that is declared of it, interfaces included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeType {
    /// Its name.
    pub name: String,
    /// Its stable numbers.
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
    /// Bounds of numeric properties.
    pub ranges: Vec<Range>,
    /// Patterns of text properties.
    pub checks: Vec<Check>,
    /// Vector properties that are computed from texts.
    pub embeds: Vec<Embed>,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
}

impl NodeType {
    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }

    /// Whether it implements an interface.
    pub fn implements(&self, interface: &str) -> bool {
        self.implements.iter().any(|own| own == interface)
    }

    /// What a vector property is computed from.
    pub fn embed(&self, target: &str) -> Option<&Embed> {
        self.embeds.iter().find(|embed| embed.target == target)
    }

    /// Properties that a whole-node result shows, in declaration order: all but blobs.
    pub fn visible_properties(&self) -> Vec<&Property> {
        visible(&self.properties)
    }
}

/// An edge type; its edges are directed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeType {
    /// Its name.
    pub name: String,
    /// Its stable numbers.
    pub identity: Identity,
    /// Names of node types.
    pub from: String,
    /// Name of the node type that edges end at.
    pub to: String,
    /// Edges per source node.
    pub cardinality: Cardinality,
    /// By name in byte order.
    pub properties: Vec<Property>,
    /// Sets of columns; `src` and `dst` may be among them.
    pub unique: Vec<Vec<String>>,
    /// Sets of columns.
    pub indexes: Vec<Vec<String>>,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
}

impl EdgeType {
    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }

    /// Properties that a whole-edge result shows, in declaration order: all but blobs.
    pub fn visible_properties(&self) -> Vec<&Property> {
        visible(&self.properties)
    }
}

/// The properties that edges of several types have in common, in byte order of their names: equal names, and equal types but for
/// null, which each of them may be that may be null in one of the types. They stand in the order of the first type.
pub fn common_properties<'a>(types: impl IntoIterator<Item = &'a EdgeType>) -> Vec<Property> {
    let mut types = types.into_iter();
    let mut common = types.next().map_or_else(Vec::new, |first| first.properties.clone());
    for edge in types {
        common.retain_mut(|property| {
            let Some(own) = edge.property(&property.name) else {
                return false;
            };
            let nullable = own.ty.nullable || property.ty.nullable;
            property.ty.nullable = nullable;
            let is_same = Type {
                nullable,
                ..own.ty.clone()
            } == property.ty;
            if own.description != property.description {
                property.description = None;
            }
            is_same
        });
    }
    common
}

/// Of some properties those that a whole node or edge shows, in declaration order: all but blobs.
pub fn visible(properties: &[Property]) -> Vec<&Property> {
    let mut visible: Vec<&Property> = properties.iter().filter(|p| p.ty.scalar != Scalar::Blob).collect();
    visible.sort_by_key(|p| p.ordinal);
    visible
}

impl InterfaceType {
    /// The property of this name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }

    /// Properties that the result of a whole node shows which is known as this: all but blobs.
    pub fn visible_properties(&self) -> Vec<&Property> {
        visible(&self.properties)
    }
}

/// An interface: properties that node types share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceType {
    /// Its name.
    pub name: String,
    /// Its stable numbers.
    pub identity: Identity,
    /// In byte order of their names.
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
