//! The catalog: what a schema means. It is a read-only projection without any source position, so that reformatting a
//! schema gives an equal catalog. Names are looked up here; identities are carried, never guessed.

mod project;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use project::of_accepted;
use serde::{Deserialize, Serialize};

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Metric {
    L2,
    Cosine,
    Dot,
}

/// `@embed(source, model = "…")` on the vector property `target`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    pub target: String,
    pub source: String,
    pub model: Option<String>,
}

/// A bound of `@range`: integers stay integers, so that 64-bit values are compared exactly.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Bound {
    /// Within the reach of a signed or an unsigned 64-bit integer.
    #[serde(with = "wide")]
    Integer(i128),
    Float(f64),
}

impl Bound {
    /// As it is compared with values of this type.
    pub fn beside(self, scalar: Scalar) -> Bound {
        match (self, scalar) {
            (Bound::Integer(number), Scalar::F32) => Bound::Float(scalar.nearest(number as f64)),
            (Bound::Float(number), _) => Bound::Float(scalar.nearest(number)),
            (bound, _) => bound,
        }
    }

    /// By value and exactly; `None` for NaN.
    pub fn compare(self, other: Bound) -> Option<Ordering> {
        match (self, other) {
            (Bound::Integer(a), Bound::Integer(b)) => Some(a.cmp(&b)),
            (Bound::Float(a), Bound::Float(b)) => a.partial_cmp(&b),
            (Bound::Integer(a), Bound::Float(b)) => compare_mixed(a, b),
            (Bound::Float(a), Bound::Integer(b)) => compare_mixed(b, a).map(Ordering::reverse),
        }
    }
}

/// The float's whole part as an integer, then its fraction.
fn compare_mixed(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    let whole = float.floor();
    if whole >= 1.7e38 {
        return Some(Ordering::Less);
    }
    if whole <= -1.7e38 {
        return Some(Ordering::Greater);
    }
    let ordering = integer.cmp(&(whole as i128));
    Some(ordering.then(if float > whole { Ordering::Less } else { Ordering::Equal }))
}

/// JSON numbers reach from the least signed to the greatest unsigned 64-bit integer; serde's own form of an `i128` cannot
/// be read inside a tagged enum.
mod wide {
    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(signed), _) => serializer.serialize_i64(signed),
            (_, Ok(unsigned)) => serializer.serialize_u64(unsigned),
            _ => Err(serde::ser::Error::custom("an integer bound beyond 64 bits")),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        struct Wide;
        impl Visitor<'_> for Wide {
            type Value = i128;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a 64-bit integer")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<i128, E> {
                Ok(value.into())
            }
        }
        deserializer.deserialize_any(Wide)
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Bound) -> bool {
        match (self, other) {
            (Bound::Integer(a), Bound::Integer(b)) => a == b,
            (Bound::Float(a), Bound::Float(b)) => a.to_bits() == b.to_bits(),
            _ => false,
        }
    }
}

impl Eq for Bound {}

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

/// An annotation without a meaning of its own, and `@description`, `@instruction`, `@owner`: kept as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Annotation {
    pub name: String,
    pub value: Option<String>,
    pub keywords: BTreeMap<String, String>,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cardinality {
    pub min: u32,
    /// Unbounded without one.
    pub max: Option<u32>,
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
    fn integers_and_floats_compare_exactly() {
        for (integer, float, order) in [
            (9_007_199_254_740_993, 9_007_199_254_740_992.0, Ordering::Greater),
            (2, 2.5, Ordering::Less),
            (-3, -2.5, Ordering::Less),
            (-2, -2.5, Ordering::Greater),
            (7, f64::INFINITY, Ordering::Less),
            (7, 7.0, Ordering::Equal),
        ] {
            let (integer, float) = (Bound::Integer(integer), Bound::Float(float));
            assert_eq!(integer.compare(float), Some(order));
            assert_eq!(float.compare(integer), Some(order.reverse()));
        }
        assert_eq!(Bound::Integer(7).compare(Bound::Float(f64::NAN)), None);
    }

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
