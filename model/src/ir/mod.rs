//! The logical plan that a checked query lowers to: a tree of typed operators over numbered variables. It is
//! serialisable and printable, knows nothing of storage, and is what the engine executes.
//!
//! Rows of an operator are assignments of the variables it binds. A row is dropped only where its operator says so: no
//! clause of the source is ever lost (checked by `validate`).

pub mod lower;
pub mod optimize;
pub mod pattern;
pub mod print;
mod reorder;
mod spine;
pub mod validate;
pub mod walk;

pub use reorder::{Estimate, reorder};

use serde::{Deserialize, Serialize};

use crate::catalog::Embed;
use crate::types::{Type, Value};

/// A plan of either kind, as one query compiles to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one plan a query, never a list of them"
)]
pub enum Plan {
    Read(ReadPlan),
    Mutation(MutationPlan),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPlan {
    pub name: String,
    pub parameters: Vec<Parameter>,
    /// All variables of the query, those inside `not` and anonymous ones included. A [`Var`] is an index into it.
    pub variables: Vec<Variable>,
    /// Ends in [`Operator::Project`], possibly under a sort and a limit (see there).
    pub root: Operator,
    /// The result's columns, in order; names and types are final.
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// As declared, with `enum_values` if the parameter is only ever compared with one enum: a value outside of them
    /// finds nothing, and a request is told so.
    pub ty: Type,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Var(pub u32);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// As written without `$`; anonymous ones are `_1`, `_2`, … in the order of the text. Unique in the query.
    pub name: String,
    pub anonymous: bool,
    pub entity: Entity,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "type", rename_all = "snake_case")]
pub enum Entity {
    /// Name of the node type in the catalog.
    Node(String),
    /// Name of the edge type in the catalog.
    Edge(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub ty: ColumnType,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Value(Type),
    /// A whole node: `id`, then every property but blobs in declaration order.
    Node(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the edge's source to its target.
    Out,
    In,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hops {
    pub min: u32,
    pub max: u32,
}

/// A step along edges of one type, seen from the variable it starts at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Name of the edge type.
    pub edge: String,
    pub from: Var,
    pub to: Var,
    /// `In` where `from` is the edge's target.
    pub direction: Direction,
    /// Whether it is followed from the end that is written last (for `In` always). With bounds, the self-loop that adds a
    /// hop is that of the end written last: of `to`, or of `from` if this is set. `Both` alone would not tell.
    pub reversed: bool,
    /// `1..1` for one hop. More than one only between equal node types; the meaning is `Reach` of query-semantics §6.4.
    pub hops: Hops,
    /// With an edge variable: one row an edge, single hop. Without: each pair once.
    pub edge_variable: Option<Var>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Operator {
    /// One row that binds nothing.
    Unit,
    /// Inside `not`: the row of the enclosing pattern, with all that it binds.
    Outer,
    /// All nodes of the variable's type for which every predicate is true. Predicates mention this variable alone.
    NodeScan { variable: Var, predicates: Vec<Expression> },
    /// Joins each row with the nodes its link reaches from `link.from`. If `link.to` is bound already by the input, the
    /// row is kept iff the link holds (per edge with an edge variable). `predicates` mention `link.to` and
    /// `link.edge_variable` alone.
    Expand {
        input: Box<Operator>,
        link: Link,
        predicates: Vec<Expression>,
    },
    /// All pairs of rows for which every `on` pair is equal by the rules of a filter; the product without any.
    Join {
        left: Box<Operator>,
        right: Box<Operator>,
        on: Vec<(Expression, Expression)>,
    },
    /// Rows for which the predicate is true (null is not). It may mention several variables or none, and may be the
    /// literal `false`, where nothing can be found.
    Filter {
        input: Box<Operator>,
        predicate: Expression,
    },
    /// Rows for which `inner`, whose leaf is [`Operator::Outer`], has none.
    AntiJoin { input: Box<Operator>, inner: Box<Operator> },
    /// One row a group; without keys exactly one row. Output columns: the keys, then the aggregates, as
    /// [`Expression::Slot`] numbers them from 0. A node key groups by identity.
    Aggregate {
        input: Box<Operator>,
        keys: Vec<Expression>,
        aggregates: Vec<Aggregate>,
    },
    /// Restricts to the rows that the rank function keeps and makes its value readable as [`Expression::Score`].
    Rank { input: Box<Operator>, rank: Rank, id: u32 },
    /// The result's columns. Expressions read variables, or slots above an aggregate.
    Project {
        input: Box<Operator>,
        expressions: Vec<Expression>,
    },
    /// Sorts by the keys, nulls smallest, then by `ties`; keeps the first `limit` rows. Stands below `Project`: keys
    /// read variables or slots. `ties` is total: all variables by name for plain queries (a variable as a sort key
    /// orders by its entity's id), the grouping keys for aggregates. Also emitted without keys, for determinism.
    Sort {
        input: Box<Operator>,
        keys: Vec<SortKey>,
        ties: Vec<Expression>,
        limit: Option<u64>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    pub expression: Expression,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    pub function: AggregateFunction,
    /// `count` takes a variable too; a variable or a non-null literal counts every row.
    pub argument: Expression,
    pub ty: Type,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "function", rename_all = "snake_case")]
pub enum Rank {
    /// Euclidean unless the property's metric says otherwise; rows with a null vector are dropped. `query` is a vector
    /// literal, a parameter, or text to embed.
    Nearest {
        variable: Var,
        property: String,
        query: Expression,
        embed: Option<Embed>,
    },
    Bm25 {
        variable: Var,
        property: String,
        text: Expression,
    },
    Rrf {
        arms: Box<[Rank; 2]>,
        k: Expression,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextFunction {
    /// `search` and `match_text`.
    Search,
    Fuzzy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// Left list, right item.
    ContainsItem,
    /// Left text, right substring.
    ContainsText,
    StartsWith,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "expr", rename_all = "snake_case")]
pub enum Expression {
    Literal {
        value: Value,
        ty: Type,
    },
    /// The value of a parameter, read as `ty`. Where that is not the declared type, the value is converted: rounded to
    /// F32 beside an F32, and to the property's type in an assignment (integers to other widths and to floats, text to a
    /// blob), where one that does not fit is P004 and a null into a type that is not nullable is P011.
    Parameter {
        name: String,
        ty: Type,
    },
    /// The instant of the request, a DateTime.
    Now,
    /// A property of a bound node or edge.
    Property {
        variable: Var,
        property: String,
        ty: Type,
    },
    /// A node as a whole, or an entity's identity where only that matters (grouping, ties, `count`).
    Entity {
        variable: Var,
    },
    /// A Bool; null operands make it not true. A literal has the type of the other side if that holds its value exactly
    /// (rounded to F32 beside an F32); else the sides are compared by their exact values.
    Compare {
        left: Box<Expression>,
        comparison: Comparison,
        right: Box<Expression>,
    },
    /// A Bool; false where the field, the text, or the text's terms are missing.
    Text {
        function: TextFunction,
        variable: Var,
        property: String,
        text: Box<Expression>,
        edits: Option<Box<Expression>>,
    },
    /// Column `index` of the aggregate below.
    Slot {
        index: u32,
        ty: ColumnType,
    },
    /// The value of the [`Operator::Rank`] with this id; F64.
    Score {
        id: u32,
    },
    /// Of a fused [`Rank::Rrf`] with this id, the rank (from 1) of the row's node in arm 0 or 1; an I64, greater than
    /// every rank where the arm misses the node. Ties between equal scores are broken by it.
    ArmRank {
        id: u32,
        arm: u32,
    },
    /// The value of a rank function that does not order the result; F64, null where the node does not match.
    RankValue {
        rank: Box<Rank>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutationPlan {
    pub name: String,
    pub parameters: Vec<Parameter>,
    /// Either inserts and updates, or deletes: the checker refuses a mixture.
    pub statements: Vec<Statement>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "statement", rename_all = "snake_case")]
pub enum Statement {
    /// For an edge, the endpoints' ids are assigned to `from` and `to`.
    Insert {
        target: Entity,
        assignments: Vec<(String, Expression)>,
    },
    Update {
        target: Entity,
        assignments: Vec<(String, Expression)>,
        predicate: Predicate,
    },
    Delete {
        target: Entity,
        predicate: Predicate,
    },
}

/// One property (of an edge also `from`, `to`) compared with a literal, a parameter or `now()`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    pub property: String,
    pub comparison: Comparison,
    pub value: Expression,
}

/// What a query returns and which types it touches (query-semantics §14).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    pub result: Vec<ResultColumn>,
    pub reads: Vec<Touched>,
    pub writes: Vec<Touched>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultColumn {
    pub name: String,
    /// `string`, `bool`, `int`, `bigint`, `float`, `date`, `datetime`, `vector`, `list`, `object`.
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector_dim: Option<u32>,
    pub nullable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touched {
    /// `edge` or `node`; nodes are listed first.
    pub kind: String,
    pub type_name: String,
}
