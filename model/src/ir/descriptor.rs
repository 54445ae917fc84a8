//! What callers are told of a query before it runs: its columns, and the types that it reads and writes.

use serde::{Deserialize, Serialize};

/// What a query returns and which types it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// The columns of the result; none of a mutation.
    pub result: Vec<ResultColumn>,
    /// Types that are read.
    pub reads: Vec<Touched>,
    /// Types that are written.
    pub writes: Vec<Touched>,
    /// The parameter that takes the cursor of the page before, if rows come in pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A column of a result, for callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// `string`, `bool`, `int`, `bigint`, `float`, `date`, `datetime`, `duration`, `vector`, `list`, `object`.
    pub kind: String,
    /// The kind of a list's items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_kind: Option<String>,
    /// What an object that a query is made of holds, or each object of a list; a whole node or edge has its properties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<ResultColumn>,
    /// How many numbers a vector has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector_dim: Option<u32>,
    /// Whether a value may be null.
    pub nullable: bool,
}

/// A type that a query reads or writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touched {
    /// `edge` or `node`; nodes are listed first.
    pub kind: String,
    /// The present name of the type.
    pub type_name: String,
}
