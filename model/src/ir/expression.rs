//! Expressions over the variables of a row, as checks and lowering make them and the engine computes them.

use serde::{Deserialize, Serialize};

use super::{Aggregate, ColumnType, Paths, Rank, Var};
use crate::types::{Type, Value};
use crate::vocabulary::functions::Operation;

/// The conditions on texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFunction {
    /// `search` and `match_text`.
    Search,
    /// Like [`TextFunction::Search`], with words within some edits.
    Fuzzy,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// Left list, right item.
    ContainsItem,
    /// Left text, right substring.
    ContainsText,
    /// A text starts with another.
    StartsWith,
    /// A text ends with another.
    EndsWith,
    /// Left item, right list: true if an item is equal, else null if an item is null.
    In,
}

/// Where the text of the query has an expression, in bytes from the query's start. All places are equal: two expressions
/// that compute the same are the same, wherever they are written.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Origin {
    /// Of its first byte.
    pub start: u32,
    /// Behind its last byte.
    pub end: u32,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Origin) -> bool {
        true
    }
}

impl Eq for Origin {}

/// An expression over the variables of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "expr", rename_all = "snake_case")]
pub enum Expression {
    /// A constant of the text.
    Literal {
        /// Its value.
        value: Value,
        /// Its type.
        ty: Type,
    },
    /// The value of a parameter, read as `ty`. Where that is not the declared type, the value is converted: rounded to
    /// F32 beside an F32, and to the property's type in an assignment (integers to other widths and to floats, text to a
    /// blob), where one that does not fit is P004 and a null into a type that is not nullable is P011.
    Parameter {
        /// Without `$`.
        name: String,
        /// As declared.
        ty: Type,
    },
    /// The instant of the request, a DateTime.
    Now,
    /// A property of a bound node or edge.
    Property {
        /// The variable whose property it is.
        variable: Var,
        /// Name of the property.
        property: String,
        /// Its type.
        ty: Type,
    },
    /// A node as a whole, or an entity's identity where only that matters (grouping, ties, `count`).
    Entity {
        /// The variable whose property it is.
        variable: Var,
    },
    /// The value of a variable that [`Operator::Let`] or [`Operator::Each`] binds.
    Value {
        /// The variable.
        variable: Var,
        /// The type of its value.
        ty: Type,
    },
    /// The id of a bound node or edge, a String.
    Id {
        /// The node or the edge.
        variable: Var,
    },
    /// The name of the type of a bound node, a String.
    TypeName {
        /// The node.
        variable: Var,
    },
    /// A Bool; null if an operand is. A literal has the type of the other side if that holds its value exactly
    /// (rounded to F32 beside an F32); else the sides are compared by their exact values.
    Compare {
        /// One side.
        left: Box<Expression>,
        /// How the sides are compared.
        comparison: Comparison,
        /// The other side.
        right: Box<Expression>,
    },
    /// What an operation gives for the values of its arguments.
    Call {
        /// Which one.
        operation: Operation,
        /// As its signature says.
        arguments: Vec<Expression>,
        /// Of the result.
        ty: Type,
        /// Where an error of the running query points.
        origin: Origin,
    },
    /// The value of the first branch whose condition is true. Only that branch is evaluated for a row.
    Case {
        /// Conditions, each with its value.
        branches: Vec<(Expression, Expression)>,
        /// The value where no condition is true; null without it.
        otherwise: Option<Box<Expression>>,
        /// That every branch is widened to.
        ty: Type,
        /// Where an error points if a branch's value does not fit the type.
        origin: Origin,
    },
    /// The values of an expression for the items of a list: `[e for $x in list if cond]`. Null if the list is.
    Comprehension {
        /// The number by which [`Expression::Item`] refers to an item; unique in the query.
        id: u32,
        /// Where the items come from.
        list: Box<Expression>,
        /// Items for which it is not true are left out.
        condition: Option<Box<Expression>>,
        /// What the result has for each item.
        item: Box<Expression>,
        /// Of the result.
        ty: Type,
    },
    /// The present item of the comprehension with this id.
    Item {
        /// The number of the comprehension.
        id: u32,
        /// Of the item.
        ty: Type,
    },
    /// A Bool; false where the field, the text, or the text's terms are missing.
    Text {
        /// Which function it is.
        function: TextFunction,
        /// The variable whose property it is.
        variable: Var,
        /// Name of the property.
        property: String,
        /// The words.
        text: Box<Expression>,
        /// How many edits a word may be away.
        edits: Option<Box<Expression>>,
    },
    /// An object: a value for each member of its type. Only results are made of it.
    Object {
        /// Where it is not true, the object is null, and whatever it holds is.
        present: Option<Box<Expression>>,
        /// One per member.
        members: Vec<Expression>,
        /// Of the object.
        ty: Type,
    },
    /// The list of the paths that a search finds, in no order. Only [`Operator::Each`](super::Operator::Each) goes through it.
    Paths(Box<Paths>),
    /// In a pattern alone: what an aggregate gives for the rows of a group. Plans have a [`Expression::Slot`] in its place.
    Aggregate(Box<Aggregate>),
    /// Column `index` of the aggregate below.
    Slot {
        /// Place among the keys, then the aggregates, of the operator below.
        index: u32,
        /// Its type.
        ty: ColumnType,
    },
    /// The value of the [`Operator::Rank`] with this id; F64.
    Score {
        /// The number by which expressions refer to it.
        id: u32,
    },
    /// The rank (from 1) of the row's node in arm 0 or 1 of the fused [`Rank::Rrf`] with this id; an I64, greater than
    /// every rank where the arm misses the node. Ties between equal scores are broken by it.
    ArmRank {
        /// The number by which expressions refer to it.
        id: u32,
        /// Which of the two rankings, 0 or 1.
        arm: u32,
    },
    /// The value of a rank function that does not order the result; F64, null where the node does not match.
    RankValue {
        /// The ranking that gives the value.
        rank: Box<Rank>,
    },
}
