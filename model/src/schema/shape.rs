//! The canonical shape: what a schema text means, without identities, positions, order of declaration or layout. Two
//! texts with equal shapes are the same schema. Everything in it is sorted and free of duplicates.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::schema::{Annotation, Bound, Cardinality, Metric};
use crate::types::{Type, Value};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub interfaces: Vec<InterfaceShape>,
    pub nodes: Vec<NodeShape>,
    pub edges: Vec<EdgeShape>,
}

impl Shape {
    pub fn node(&self, name: &str) -> Option<&NodeShape> {
        self.nodes.iter().find(|node| node.name == name)
    }

    pub fn edge(&self, name: &str) -> Option<&EdgeShape> {
        self.edges.iter().find(|edge| edge.name == name)
    }

    pub fn interface(&self, name: &str) -> Option<&InterfaceShape> {
        self.interfaces.iter().find(|interface| interface.name == name)
    }

    /// `sha256:` and the hash of the shape's compact JSON. Only equality of two of them means anything.
    pub fn hash(&self) -> String {
        hash_of(self)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceShape {
    pub name: String,
    pub annotations: Vec<Annotation>,
    pub properties: Vec<PropertyShape>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeShape {
    pub name: String,
    pub annotations: Vec<Annotation>,
    pub implements: Vec<String>,
    /// Effective ones: the injected among them.
    pub properties: Vec<PropertyShape>,
    pub constraints: Vec<Constraint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeShape {
    pub name: String,
    pub annotations: Vec<Annotation>,
    pub from: String,
    pub to: String,
    pub cardinality: Cardinality,
    pub properties: Vec<PropertyShape>,
    pub constraints: Vec<Constraint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyShape {
    pub name: String,
    pub ty: Type,
    pub annotations: Vec<Annotation>,
    /// The constraints on this column alone, whichever way they were written.
    pub single: SingleColumn,
    pub embed: Option<EmbedShape>,
    pub default: Option<Value>,
    pub metric: Option<Metric>,
    /// Declared by the owner itself and not only injected by an interface.
    pub direct: bool,
    /// Interfaces of the owner that declare this property.
    pub satisfies: Vec<String>,
}

impl PropertyShape {
    pub fn description(&self) -> Option<&str> {
        self.annotations
            .iter()
            .find(|annotation| annotation.name == "description")
            .and_then(|annotation| annotation.value.as_deref())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleColumn {
    pub key: bool,
    pub unique: bool,
    pub index: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedShape {
    pub source: String,
    pub model: Option<String>,
}

/// A constraint of a node or an edge. Columns are sorted; `src` and `dst` of an edge mean its endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Constraint {
    Key {
        columns: Vec<String>,
        /// As declared: ids are made of the key's values in this order. No part of the hash, which is older than it; the
        /// accepted form has it in its own.
        #[serde(skip)]
        order: Vec<String>,
    },
    Unique {
        columns: Vec<String>,
    },
    Index {
        columns: Vec<String>,
    },
    Range {
        property: String,
        min: Option<Bound>,
        max: Option<Bound>,
    },
    Check {
        property: String,
        pattern: String,
    },
}

impl Constraint {
    /// Orders constraints as text does: by kind, columns, bounds and pattern.
    pub fn sort_key(&self) -> String {
        let bound = |bound: &Option<Bound>| match bound {
            None => String::new(),
            Some(Bound::Integer(value)) => value.to_string(),
            Some(Bound::Float(value)) => format!("{value:?}"),
        };
        match self {
            Constraint::Key { columns, .. } => format!("key({})", columns.join(",")),
            Constraint::Unique { columns } => format!("unique({})", columns.join(",")),
            Constraint::Index { columns } => format!("index({})", columns.join(",")),
            Constraint::Range { property, min, max } => format!("range({property},{}..{})", bound(min), bound(max)),
            Constraint::Check { property, pattern } => format!("check({property},{pattern})"),
        }
    }
}

/// `sha256:` and the lower-case hash of a value's compact JSON.
pub(crate) fn hash_of(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
