//! The pattern graph: what a checked query asks for, before anything is decided about how to find it. Vertices are node
//! variables, links are traversals oriented as their edge types declare, predicates are conjuncts, and every `not` is a
//! block of its own.

use serde::{Deserialize, Serialize};

use super::lower::UniqueSets;
use super::{Aggregate, ColumnType, Expression, Link, Parameter, Rank, Var, Variable};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    pub name: String,
    pub parameters: Vec<Parameter>,
    pub variables: Vec<Variable>,
    /// Key and unique sets of the node types, for choosing where to start.
    pub unique: UniqueSets,
    pub block: Block,
    pub outputs: Vec<Output>,
    /// Whether the rows are grouped by the plain outputs.
    pub grouped: bool,
    /// The rank function that orders the rows.
    pub rank: Option<Rank>,
    pub order: Vec<Key>,
    pub limit: Option<u64>,
}

/// A conjunction, with the variables that it introduces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Node variables that are bound here and not outside.
    pub vertices: Vec<Var>,
    pub links: Vec<Link>,
    pub predicates: Vec<Expression>,
    pub negations: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub name: String,
    pub value: OutputValue,
    pub ty: ColumnType,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputValue {
    Plain(Expression),
    Aggregate(Aggregate),
    Rank(Rank),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub value: OutputValue,
    pub descending: bool,
}
