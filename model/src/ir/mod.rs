//! The logical plan that a checked query lowers to: a tree of typed operators over numbered variables. It is
//! serialisable and printable, knows nothing of storage, and is what the engine executes.
//!
//! Rows of an operator are assignments of the variables it binds. A row is dropped only where its operator says so: no
//! clause of the source is ever lost (checked by `validate`).

mod descriptor;
mod expression;
mod groups;
mod joins;
pub mod lower;
mod mutation;
pub mod optimize;
mod paths;
pub mod pattern;
pub mod print;
mod reorder;
mod results;
mod spine;
mod unions;
pub mod validate;
mod values;
pub mod walk;

pub use descriptor::{Descriptor, ResultColumn, Touched};
pub use expression::{Comparison, Expression, Origin, TextFunction};
pub use mutation::{Assignments, MutationPlan, Returning, Statement};
pub use paths::{PathSearch, PathStep, Paths};
pub use pattern::Common;
pub use reorder::{Estimate, reorder};

use serde::{Deserialize, Serialize};

use crate::catalog::Embed;
use crate::types::{Type, Value};
use crate::vocabulary::functions::Operation;

/// A plan of either kind, as one query compiles to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// A query that returns rows.
    Read(ReadPlan),
    /// A query that changes the graph.
    Mutation(MutationPlan),
}

/// The plan of a read query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPlan {
    /// The name of the query.
    pub name: String,
    /// In the order of the text.
    pub parameters: Vec<Parameter>,
    /// All variables of the query, those inside nested blocks and anonymous ones included. A [`Var`] is an index into it.
    pub variables: Vec<Variable>,
    /// Ends in [`Operator::Project`], possibly under a sort and a limit (see there).
    pub root: Operator,
    /// The result's columns, in order; names and types are final.
    pub columns: Vec<Column>,
    /// Where rows are asked for page by page: the parameter that says where the page begins. The projection then stands above a
    /// sort, whose keys and ties say where a row stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Box<After>>,
}

/// What is asked for is a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// The parameter whose value is the cursor of the page before, or null or empty for the first page.
    pub parameter: String,
    /// What the text of the query is known by, layout and comments left out; a cursor of another query is refused.
    pub query: String,
}

/// A declared parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Without `$`.
    pub name: String,
    /// As declared, with `enum_values` if the parameter is only ever compared with one enum: a value outside of them
    /// finds nothing, and a request is told so.
    pub ty: Type,
    /// The property whose enum it is declared with; no other value is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<EnumOf>,
    /// The node type that it is declared with: its value is the id of a node of it, or null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The value that it has where a request leaves it out; it reads nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expression>,
}

/// `Person.role`: a property of a type whose enum a parameter is declared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumOf {
    /// Of a node or an edge.
    pub type_name: String,
    /// Name of the property.
    pub property: String,
}

/// A variable of a plan: an index into [`ReadPlan::variables`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Var(pub u32);

impl Var {
    /// The row that a statement of a mutation is about, which no plan declares.
    pub const ROW: Var = Var(u32::MAX);
}

/// A variable of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// As written without `$`; anonymous ones are `_1`, `_2`, … in the order of the text. Unique in the query.
    pub name: String,
    /// Written `$_`, or not written at all.
    pub anonymous: bool,
    /// What it is bound to.
    pub entity: Entity,
    /// Whether an optional block binds it, so that it is null in rows for which that has no match.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
}

/// What a variable is bound to, or a statement writes: a node type or an edge type, by name; of a variable also an interface, several
/// edge types, or the type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "type", rename_all = "snake_case")]
pub enum Entity {
    /// Name of the node type in the catalog.
    Node(String),
    /// Name of the interface in the catalog: a node of any type that implements it.
    Interface(String),
    /// Name of the edge type in the catalog.
    Edge(String),
    /// Names of two or more edge types, in byte order: an edge of any of them.
    Edges(Vec<String>),
    /// The type of the value that `let` or `each` gives a variable.
    Value(Type),
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
}

/// The type of a column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// A value, or null where the type says so.
    Value(Type),
    /// A whole node: `id`, then every property but blobs in declaration order.
    Node(String),
    /// The same, or null.
    OptionalNode(String),
    /// A whole node of a type that implements the interface: `id`, `type`, then every property of the interface but blobs in
    /// declaration order.
    Interface(String),
    /// The same, or null.
    OptionalInterface(String),
    /// A whole edge: `id`, `from` and `to`, then every property but blobs in declaration order.
    Edge(String),
    /// The same, or null.
    OptionalEdge(String),
    /// A whole edge of one of several types: `id`, `type`, `from` and `to`, then every property that they have in common but
    /// blobs, in the order in which the first type declares them.
    Edges(Vec<String>),
    /// The same, or null.
    OptionalEdges(Vec<String>),
}

/// How a link is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the edge's source to its target.
    Out,
    /// From the target to the source.
    In,
    /// Either way.
    Both,
}

/// How many edges a path may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hops {
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

/// A step along edges of one type, seen from the variable it starts at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Name of the edge type.
    pub edge: String,
    /// Where the pattern writes its left end.
    pub from: Var,
    /// Where the pattern writes its right end.
    pub to: Var,
    /// `In` where `from` is the edge's target.
    pub direction: Direction,
    /// Whether it is followed from the end that is written last (for `In` always). With bounds, the self-loop that adds a
    /// hop is that of the end written last: of `to`, or of `from` if this is set. `Both` alone would not tell.
    pub reversed: bool,
    /// `1..1` for one hop. More than one only between equal node types; counted along a shortest way
    /// (docs/query-language.md, Hops).
    pub hops: Hops,
    /// With an edge variable: one row per edge, single hop. Without: each pair once.
    pub edge_variable: Option<Var>,
    /// For steps of several types, or with conditions: [`Expression::Paths`] that says what they are, from the end that is
    /// written first. The link is from there `Out`, and `edge` is one of the types. With an edge variable it is one hop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Box<Expression>>,
    /// Whether it is no edge at all: both ends are the same node, of which one variable knows another type than the other does.
    /// `edge` is empty, and the direction means nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity: bool,
}

impl Link {
    /// Both ends are the same node.
    pub fn identity(from: Var, to: Var) -> Link {
        Link {
            edge: String::new(),
            from,
            to,
            direction: Direction::Out,
            reversed: false,
            hops: Hops { min: 1, max: 1 },
            edge_variable: None,
            walk: None,
            identity: true,
        }
    }

    /// What its steps are, where they are not all edges of one type.
    pub fn steps(&self) -> Option<&Paths> {
        match self.walk.as_deref() {
            Some(Expression::Paths(walk)) => Some(walk),
            _ => None,
        }
    }
}

/// An operator of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Operator {
    /// One row that binds nothing.
    Unit,
    /// Inside a nested block: the row of the enclosing pattern, with all that it binds.
    Outer,
    /// All nodes of the variable's type for which every predicate is true. Predicates mention this variable alone.
    NodeScan {
        /// The variable that is bound.
        variable: Var,
        /// Conditions that nodes must satisfy.
        predicates: Vec<Expression>,
    },
    /// Joins each row with the nodes its link reaches from `link.from`. If `link.to` is bound already by the input, the
    /// row is kept iff the link holds (per edge with an edge variable). `predicates` mention `link.to` and
    /// `link.edge_variable` alone.
    Expand {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The link that is followed.
        link: Link,
        /// Conditions that rows must satisfy.
        predicates: Vec<Expression>,
    },
    /// All pairs of rows for which every `on` pair is equal by the rules of a filter; the product without any.
    Join {
        /// The rows on one side.
        left: Box<Operator>,
        /// The rows on the other.
        right: Box<Operator>,
        /// Pairs of expressions, left and right, that must be equal.
        on: Vec<(Expression, Expression)>,
    },
    /// Rows for which the predicate is true (null is not). It may mention several variables or none, and may be the
    /// literal `false`, where nothing can be found. Above an aggregate it reads slots: the condition of `having`.
    Filter {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The condition; rows for which it is false or null are dropped.
        predicate: Expression,
    },
    /// Each row with a further value, which [`Expression::Value`] reads.
    Let {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The variable that is bound.
        variable: Var,
        /// Its value.
        value: Expression,
    },
    /// Each row once for every item of a list, equal ones included; not at all where the list is null or empty.
    Each {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The variable that is bound to the item.
        variable: Var,
        /// The list.
        list: Expression,
    },
    /// Rows for which `inner`, whose leaf is [`Operator::Outer`], has one or more; negated, those for which it has none.
    SemiJoin {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The plan that must have a row, or none, for each of them.
        inner: Box<Operator>,
        /// Whether it must have none: an anti-join.
        negated: bool,
    },
    /// Each row with a further value: what an aggregate makes of the rows of `inner`, whose leaf is [`Operator::Outer`].
    Fold {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The variable that is bound.
        variable: Var,
        /// What is computed of the rows of `inner`; it reads what these bind.
        aggregate: Box<Aggregate>,
        /// The plan whose rows are folded for each row.
        inner: Box<Operator>,
    },
    /// Each row once for each row of `inner`, whose leaf is [`Operator::Outer`]; where there is none, once, with null for
    /// the variables.
    Optional {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The plan whose rows extend each of them.
        inner: Box<Operator>,
        /// The variables that the rows of `inner` bind, those of the row aside.
        variables: Vec<Var>,
    },
    /// Each row once for each assignment of the variables that a row of an inner plan has, equal ones once. The leaf of
    /// the inner plans is [`Operator::Outer`]. Without variables, the rows are kept for which one of the plans has a row.
    Either {
        /// Where the rows come from.
        input: Box<Operator>,
        /// One or more plans.
        inners: Vec<Operator>,
        /// The variables that the rows of each plan bind and that are kept.
        variables: Vec<Common>,
    },
    /// Each row with other variables: the end of a stage. What its input binds ends here.
    With {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The variables that are bound, with their values. They read variables, or slots above an aggregate.
        items: Vec<(Var, Expression)>,
    },
    /// The rows of each branch, one branch after the other. Each branch is an [`Operator::With`] of the same variables, in
    /// the same order; they are bound, too, above this.
    Union {
        /// Where the rows come from.
        branches: Vec<Operator>,
        /// The variable that is bound to which row it is, counted from 0; only where it is read.
        position: Option<Var>,
    },
    /// One row per group; without keys exactly one row. Output columns: the keys, then the aggregates, as
    /// [`Expression::Slot`] numbers them from 0. A node key groups by identity.
    Aggregate {
        /// Where the rows come from.
        input: Box<Operator>,
        /// What rows are grouped by; one group without any.
        keys: Vec<Expression>,
        /// What is computed for each group.
        aggregates: Vec<Aggregate>,
    },
    /// Restricts to the rows that the rank function keeps and makes its value readable as [`Expression::Score`].
    Rank {
        /// Where the rows come from.
        input: Box<Operator>,
        /// The ranking.
        rank: Rank,
        /// The number by which expressions refer to its value.
        id: u32,
    },
    /// The result's columns. Expressions read variables, or slots above an aggregate.
    Project {
        /// Where the rows come from.
        input: Box<Operator>,
        /// One per column.
        expressions: Vec<Expression>,
    },
    /// Sorts by the keys, nulls smallest, then by `ties`; keeps the first `limit` rows. Stands below `Project`: keys
    /// read variables or slots. `ties` is total: all variables by name for plain queries (a variable as a sort key
    /// orders by its entity's id), the grouping keys for aggregates. Also emitted without keys, for determinism.
    Sort {
        /// Where the rows come from.
        input: Box<Operator>,
        /// What rows are ordered by, the first key first.
        keys: Vec<SortKey>,
        /// What decides among equal keys, ascending.
        ties: Vec<Expression>,
        /// The most rows; all without it.
        limit: Option<Amount>,
        /// How many rows are skipped before those that are kept; none without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<Amount>,
    },
}

/// A number of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// As written.
    Number(u64),
    /// The value of the parameter of this name.
    Parameter(String),
    /// The same; where it is null, there is no such bound.
    Skippable {
        /// Its name.
        skipped: String,
    },
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Amount::Number(number) => write!(f, "{number}"),
            Amount::Parameter(name) => write!(f, "${name}"),
            Amount::Skippable { skipped } => write!(f, "${skipped}?"),
        }
    }
}

/// Where the rows stand for which a sort key is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
}

/// A key of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// What is compared.
    pub expression: Expression,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Where nulls go; without it they are smaller than every value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
}

/// An aggregate of a projection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Which function it is.
    pub function: AggregateFunction,
    /// `count` takes a variable too; a variable or a non-null literal counts every row.
    pub argument: Expression,
    /// Whether equal values count once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// The part of the way through a group that `percentile` asks for, a constant from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Expression>,
    /// How the rows of a group are ordered for it, the first key first; for `arg_min` and `arg_max`, what they compare.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<SortKey>,
    /// What decides among rows with equal keys, ascending: the ids of all variables by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ties: Vec<Expression>,
    /// The most values that `collect` takes; all without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Amount>,
    /// How many values `collect` skips before those; none without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Amount>,
    /// The type of its result.
    pub ty: Type,
}

/// The aggregate functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    /// Rows, or values that are not null.
    Count,
    /// The sum of numbers; null of none.
    Sum,
    /// The mean of numbers; null of none.
    Avg,
    /// The least value; null of none.
    Min,
    /// The greatest value; null of none.
    Max,
    /// The square root of [`AggregateFunction::Variance`].
    StdDev,
    /// The variance of a sample; null of fewer than two numbers.
    Variance,
    /// The number in the middle; null of none.
    Median,
    /// The number at a part of the way through the sorted group; null of none.
    Percentile,
    /// Whether a condition is true for a row; false of none.
    Any,
    /// Whether a condition is false for no row; true of none.
    All,
    /// The values that are not null in a list, in the order of the aggregate.
    Collect,
    /// The value of the first row in the order of the aggregate; null of none.
    First,
    /// The same for the row with the least key; rows without one are left out.
    ArgMin,
    /// For the row with the greatest key.
    ArgMax,
}

impl AggregateFunction {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            AggregateFunction::Count => "count",
            AggregateFunction::Sum => "sum",
            AggregateFunction::Avg => "avg",
            AggregateFunction::Min => "min",
            AggregateFunction::Max => "max",
            AggregateFunction::StdDev => "stddev",
            AggregateFunction::Variance => "variance",
            AggregateFunction::Median => "median",
            AggregateFunction::Percentile => "percentile",
            AggregateFunction::Any => "any",
            AggregateFunction::All => "all",
            AggregateFunction::Collect => "collect",
            AggregateFunction::First => "first",
            AggregateFunction::ArgMin => "arg_min",
            AggregateFunction::ArgMax => "arg_max",
        }
    }

    /// Whether its value depends on the order of the rows of a group.
    pub fn is_ordered(self) -> bool {
        use AggregateFunction::{ArgMax, ArgMin, Collect, First};
        matches!(self, Collect | First | ArgMin | ArgMax)
    }
}

impl Aggregate {
    /// One of a function and its argument alone.
    pub fn of(function: AggregateFunction, argument: Expression, ty: Type) -> Aggregate {
        Aggregate {
            function,
            argument,
            distinct: false,
            part: None,
            order: Vec::new(),
            ties: Vec::new(),
            limit: None,
            offset: None,
            ty,
        }
    }

    /// All that it reads of a row.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let keys = self.order.iter().map(|key| &key.expression);
        [&self.argument].into_iter().chain(keys).chain(&self.ties)
    }

    /// The same, to be changed.
    pub fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let keys = self.order.iter_mut().map(|key| &mut key.expression);
        [&mut self.argument].into_iter().chain(keys).chain(&mut self.ties)
    }
}

/// A ranking of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "function", rename_all = "snake_case")]
pub enum Rank {
    /// Euclidean unless the property's metric says otherwise; rows with a null vector are dropped. `query` is a vector
    /// literal, a parameter, or text to embed.
    Nearest {
        /// The variable whose property it is.
        variable: Var,
        /// Name of the property.
        property: String,
        /// The vector, or the text that becomes one, that rows are to be near to.
        query: Expression,
        /// How a text becomes a vector.
        embed: Option<Embed>,
    },
    /// By how well a text fits words; the best first.
    Bm25 {
        /// The variable whose property it is.
        variable: Var,
        /// Name of the property.
        property: String,
        /// The words.
        text: Expression,
    },
    /// Two rankings as one, by reciprocal ranks.
    Rrf {
        /// The two rankings.
        arms: Box<[Rank; 2]>,
        /// The constant that is added to each rank; above 0.
        k: Expression,
    },
}
