//! Small parts of declarations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An annotation without a meaning of its own, and `@description`, `@instruction`, `@owner`: kept as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Annotation {
    /// Without `@`.
    pub name: String,
    /// Its positional argument, as text.
    pub value: Option<String>,
    /// Its keyword arguments, as text.
    pub keywords: BTreeMap<String, String>,
}

/// How many edges of a type a source may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cardinality {
    /// At least so many.
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
    /// Euclidean distance.
    L2,
    /// 1 minus the cosine of the angle.
    Cosine,
    /// 1 minus the dot product.
    Dot,
}
