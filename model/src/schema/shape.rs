//! The canonical shape: what a schema text means, without identities, positions, order of declaration or layout. Two
//! texts with equal shapes are the same schema. Everything in it is sorted and free of duplicates.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::schema::{Annotation, Bound, Cardinality, Metric};
use crate::types::{Type, Value};

/// What a schema means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Sorted by name.
    pub interfaces: Vec<InterfaceShape>,
    /// Sorted by name.
    pub nodes: Vec<NodeShape>,
    /// Sorted by name.
    pub edges: Vec<EdgeShape>,
}

impl Shape {
    /// The node type of this name.
    pub fn node(&self, name: &str) -> Option<&NodeShape> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The edge type of exactly this name.
    pub fn edge(&self, name: &str) -> Option<&EdgeShape> {
        self.edges.iter().find(|edge| edge.name == name)
    }

    /// The interface of this name.
    pub fn interface(&self, name: &str) -> Option<&InterfaceShape> {
        self.interfaces.iter().find(|interface| interface.name == name)
    }

    /// `sha256:` and the hash of the shape's compact JSON. Only equality of two of them means anything.
    pub fn hash(&self) -> String {
        hash_of(self)
    }
}

/// What an interface means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterfaceShape {
    /// Its name.
    pub name: String,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// In byte order of their names.
    pub properties: Vec<PropertyShape>,
}

/// What a node type means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeShape {
    /// Its name.
    pub name: String,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// Interfaces, sorted by name.
    pub implements: Vec<String>,
    /// Effective ones: the injected among them.
    pub properties: Vec<PropertyShape>,
    /// Sorted; each once.
    pub constraints: Vec<Constraint>,
}

/// What an edge type means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeShape {
    /// Its name.
    pub name: String,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// Name of the node type that edges start at.
    pub from: String,
    /// Name of the node type that edges end at.
    pub to: String,
    /// How many edges a source may have.
    pub cardinality: Cardinality,
    /// In byte order of their names.
    pub properties: Vec<PropertyShape>,
    /// Sorted; each once.
    pub constraints: Vec<Constraint>,
}

/// What a property means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyShape {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// The constraints on this column alone, whichever way they were written.
    pub single: SingleColumn,
    /// What a computed vector is made from; `None` for every other property.
    pub embed: Option<EmbedShape>,
    /// The value of rows that give none.
    pub default: Option<Value>,
    /// How vectors are compared.
    pub metric: Option<Metric>,
    /// Declared by the owner itself and not only injected by an interface.
    pub direct: bool,
    /// Interfaces of the owner that declare this property.
    pub satisfies: Vec<String>,
}

/// The constraints on one column alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleColumn {
    /// Ids are made of it.
    pub key: bool,
    /// No two rows share a value.
    pub unique: bool,
    /// Look-ups by it are fast.
    pub index: bool,
}

/// An `@embed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedShape {
    /// Name of the property that it is computed from.
    pub source: String,
    /// The embedding model; the service's own without it.
    pub model: Option<String>,
}

/// A constraint of a node or an edge. Columns are sorted; `src` and `dst` of an edge mean its endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Constraint {
    /// Ids are made of these columns.
    Key {
        /// Names of the columns.
        columns: Vec<String>,
        /// As declared: ids are made of the key's values in this order. No part of the hash, which is older than it; the
        /// accepted form has it in its own.
        #[serde(skip)]
        order: Vec<String>,
    },
    /// No two rows share their values of these columns.
    Unique {
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// Look-ups by these columns are fast.
    Index {
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// Numbers lie within bounds, both inclusive.
    Range {
        /// Name of the property.
        property: String,
        /// The lower bound, if there is one.
        min: Option<Bound>,
        /// The upper bound, if there is one.
        max: Option<Bound>,
    },
    /// Texts match a pattern.
    Check {
        /// Name of the property.
        property: String,
        /// A regular expression that matches somewhere in the text.
        pattern: String,
    },
}

impl Constraint {
    /// Orders constraints as text does: by kind, columns, bounds and pattern.
    pub fn sort_key(&self) -> String {
        let bound = |bound: &Option<Bound>| bound.as_ref().map(Bound::to_string).unwrap_or_default();
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
