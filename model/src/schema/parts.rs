//! Small parts of declarations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An annotation without a meaning of its own, and `@description`, `@instruction`, `@owner`: kept as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Annotation {
    pub name: String,
    pub value: Option<String>,
    pub keywords: BTreeMap<String, String>,
}

/// How many edges of a type a source may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cardinality {
    pub min: u32,
    /// Unbounded without one.
    pub max: Option<u32>,
}

impl Cardinality {
    /// Whether a source may have so many.
    pub fn allows(self, edges: u64) -> bool {
        edges >= u64::from(self.min) && self.max.is_none_or(|max| edges <= u64::from(max))
    }
}

/// How the distance of two vectors is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Metric {
    L2,
    Cosine,
    Dot,
}
