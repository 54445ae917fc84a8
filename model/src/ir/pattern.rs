//! The pattern graph: what a checked query asks for, before anything is decided about how to find it. Vertices are node
//! variables, links are traversals oriented as their edge types declare, predicates are conjuncts, and every `not` is a
//! block of its own.

use serde::{Deserialize, Serialize};

use super::lower::UniqueSets;
use super::{Aggregate, ColumnType, Expression, Link, Parameter, Rank, Var, Variable};

/// A checked read query, before it is decided where each part starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// Of the query.
    pub name: String,
    /// In the order of the text.
    pub parameters: Vec<Parameter>,
    /// All variables; a [`Var`](super::Var) is an index into it.
    pub variables: Vec<Variable>,
    /// Key and unique sets of the node types, for choosing where to start.
    pub unique: UniqueSets,
    /// What is matched.
    pub block: Block,
    /// The columns of the result.
    pub outputs: Vec<Output>,
    /// Whether the rows are grouped by the plain outputs.
    pub grouped: bool,
    /// The rank function that orders the rows.
    pub rank: Option<Rank>,
    /// What rows are ordered by, the first key first.
    pub order: Vec<Key>,
    /// The most rows; all without it.
    pub limit: Option<u64>,
}

/// A conjunction, with the variables that it introduces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Node variables that are bound here and not outside.
    pub vertices: Vec<Var>,
    /// In the order of the text.
    pub links: Vec<Link>,
    /// In the order of the text.
    pub predicates: Vec<Expression>,
    /// Blocks of which there must be no match.
    pub negations: Vec<Block>,
}

/// A column of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: OutputValue,
    /// Its type.
    pub ty: ColumnType,
}

/// What a column or a key is computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputValue {
    /// From the variables of one row.
    Plain(Expression),
    /// From the rows of a group.
    Aggregate(Aggregate),
    /// From a ranking of all rows.
    Rank(Rank),
}

/// A key of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its value.
    pub value: OutputValue,
    /// Whether the greatest comes first.
    pub descending: bool,
}
