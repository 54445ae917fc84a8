//! Values as they are written: operators, functions, literals, and the forms that are made of them.

use super::ParameterType;
use super::{Block, BlockValue, Limit, Projection, SortKey, Walk};
use crate::{Name, Span};

/// `$p.age > 30`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is compared.
    pub left: Expression,
    /// How.
    pub op: Comparator,
    /// The sign or the word.
    pub op_span: Span,
    /// What it is compared with.
    pub right: Expression,
    /// From the left to the right operand.
    pub span: Span,
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
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
    /// `contains`: a list and an item, or two texts.
    Contains,
    /// `starts_with`: two texts.
    StartsWith,
    /// `ends_with`: two texts.
    EndsWith,
    /// `matches`: a text and a regular expression.
    Matches,
    /// `in`: an item and a list.
    In,
    /// `not in`: an item and a list.
    NotIn,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// Which form it has.
    pub kind: ExpressionKind,
    /// The span of the whole expression.
    pub span: Span,
}

/// The forms of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `$x`, without the `$`: a node, an edge or a parameter.
    Variable(String),
    /// `$x?`, without the `$`: a parameter that takes the condition around it along where it is null.
    Skippable(String),
    /// `$x.name`
    Property {
        /// Without the `$`.
        variable: Name,
        /// The word behind the dot.
        property: Name,
    },
    /// A constant, or a list.
    Literal(Literal),
    /// A bare name: a reference to an alias of `return`.
    Alias(String),
    /// A function with a meaning of its own in the grammar, and its arguments.
    Call(Box<Call>),
    /// A function of scalar values and its arguments.
    Apply(Apply),
    /// `a + b`, `a or b`
    Binary(Box<Binary>),
    /// `-a`, `not a`
    Unary(Box<Unary>),
    /// `a < b`, `a in b`
    Compare(Box<Comparison>),
    /// `a is null`, `a is not null`
    NullTest(Box<NullTest>),
    /// `$p is Person`, `$p is not Person`
    TypeTest(Box<TypeTest>),
    /// `case when c then a else b end`
    Case(Case),
    /// `cast(a as I64)`
    Cast(Box<Cast>),
    /// `a[i]`
    Index(Box<Index>),
    /// `a[i..j]`
    Slice(Box<Slice>),
    /// `[a, $p.age]`: a list of which not every item is a literal.
    List(Vec<Expression>),
    /// `[e for $x in a if c]`
    Comprehension(Box<Comprehension>),
    /// `count { … }`
    Block(Box<BlockValue>),
    /// `$.since`: a property of the edge of a step.
    Step(Name),
    /// What stands behind `path $p =`, and nowhere else.
    Walk(Box<Walk>),
    /// `$p { name, age }`: in a list of what is returned, and in what such an object holds.
    Object(Box<Object>),
    /// `[ { … } => { … } ]`: only in an object.
    Rows(Box<Rows>),
}

/// Chosen members of what a variable stands for, and of whatever else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Without the `$`; the span has it.
    pub variable: Name,
    /// What stands in the braces, in order; two may have the same name.
    pub members: Vec<Member>,
    /// The braces, with what stands in them.
    pub braces: Span,
}

/// `name`, `friends: collect($q.name)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What it is called in the result.
    pub name: Name,
    /// Its value; without one it is the property of that name of the object's variable.
    pub value: Option<Expression>,
    /// From the name to the end of the value.
    pub span: Span,
}

/// A list of objects, one for each assignment that satisfies a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Its span is that of the whole, as the items name what it binds.
    pub block: Block,
    /// The members of each object, which are named like columns.
    pub items: Vec<Projection>,
    /// The braces behind `=>`, with what stands in them.
    pub items_span: Span,
    /// The keys by which the objects are ordered; empty without `order`.
    pub order: Vec<SortKey>,
    /// How many objects the list has at most.
    pub limit: Option<Limit>,
    /// How many are skipped.
    pub offset: Option<Limit>,
}

/// A function that the table of functions may or may not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// As written.
    pub name: Name,
    /// As many as are written.
    pub arguments: Vec<Expression>,
}

/// Two operands with an operator between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binary {
    /// What stands before the operator.
    pub left: Expression,
    /// Which one.
    pub op: BinaryOperator,
    /// The sign or the word.
    pub op_span: Span,
    /// What stands behind the operator.
    pub right: Expression,
}

/// The operators between two operands that are no comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `||`
    Join,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl BinaryOperator {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            BinaryOperator::Or => "or",
            BinaryOperator::And => "and",
            BinaryOperator::Join => "||",
            BinaryOperator::Add => "+",
            BinaryOperator::Subtract => "-",
            BinaryOperator::Multiply => "*",
            BinaryOperator::Divide => "/",
            BinaryOperator::Remainder => "%",
        }
    }
}

/// An operator before its operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unary {
    /// Which one.
    pub op: UnaryOperator,
    /// The sign or the word.
    pub op_span: Span,
    /// What stands behind the operator.
    pub operand: Expression,
}

/// The operators before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// Whether a value is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NullTest {
    /// What is tested.
    pub operand: Expression,
    /// Written `is not null`.
    pub negated: bool,
    /// From `is` to `null`.
    pub test: Span,
}

/// Whether a node is of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeTest {
    /// What is tested.
    pub operand: Expression,
    /// Written `is not`.
    pub negated: bool,
    /// From `is` to the type.
    pub test: Span,
    /// The type.
    pub ty: Name,
}

/// The value of the first branch whose condition is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The conditions behind `when`, with the values behind `then`.
    pub branches: Vec<(Expression, Expression)>,
    /// What stands behind `else`.
    pub otherwise: Option<Box<Expression>>,
}

/// A value as another type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// Written `try_cast`: null where it fails.
    pub lenient: bool,
    /// What is cast.
    pub operand: Expression,
    /// To what.
    pub ty: ParameterType,
}

/// An item of a list, or a character of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The list or the text.
    pub list: Expression,
    /// Which one, counted from 0.
    pub index: Expression,
}

/// Items of a list, or characters of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The list or the text.
    pub list: Expression,
    /// The first one, counted from 0.
    pub from: Option<Expression>,
    /// The one behind the last one.
    pub to: Option<Expression>,
}

/// An expression for each item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comprehension {
    /// What the result has for each item.
    pub item: Expression,
    /// The variable of the item, without the `$`.
    pub variable: Name,
    /// Where the items come from.
    pub list: Expression,
    /// Items for which it is not true are left out.
    pub condition: Option<Expression>,
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// With the escapes resolved.
    String(String),
    /// `i64::MAX` if the digits are too many for a `u64` (Q005).
    Integer(i64),
    /// One beyond `i64::MAX`, which may stand where a U64 is expected.
    Unsigned(u64),
    /// The text as written; finite by the lexer's check.
    Float(String),
    /// `true` or `false`
    Boolean(bool),
    /// `null`
    Null,
    /// The text inside `date("…")`, and its place.
    Date(String, Span),
    /// The text inside `datetime("…")`, and its place.
    DateTime(String, Span),
    /// The items of `[…]`; each is a literal, too.
    List(Vec<Expression>),
}

/// A function and its arguments, in parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which one; another name does not parse as a call.
    pub function: Function,
    /// The name of the function.
    pub function_span: Span,
    /// As many as are written, which need not be as many as the function takes.
    pub arguments: Vec<Expression>,
    /// The word `distinct` before the argument of an aggregate.
    pub distinct: Option<Span>,
    /// The `*` of `count(*)`, which stands for the argument.
    pub star: Option<Span>,
    /// By what an aggregate orders the rows of its group; empty without `order`.
    pub order: Vec<SortKey>,
    /// How many of them an aggregate takes at most.
    pub limit: Option<Limit>,
    /// From the name to the closing parenthesis.
    pub span: Span,
}

/// The functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// Rows in which the argument is not null.
    Count,
    /// The sum of numbers.
    Sum,
    /// The arithmetic mean of numbers.
    Avg,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// The standard deviation of a sample of numbers.
    StdDev,
    /// The variance of a sample of numbers.
    Variance,
    /// The number in the middle of the group.
    Median,
    /// The number below which such a part of the group lies.
    Percentile,
    /// Whether the condition is true for a row of the group.
    Any,
    /// Whether the condition is false for no row of the group.
    All,
    /// The values of the group in a list.
    Collect,
    /// The value of the first row of the group.
    First,
    /// The value of the row for which another one is least.
    ArgMin,
    /// The value of the row for which another one is greatest.
    ArgMax,
    /// The instant of the query.
    Now,
    /// Whether a text has at least one of the words.
    Search,
    /// Whether a text has a word that is a few edits away from one of the words.
    Fuzzy,
    /// The same as `search`.
    MatchText,
    /// How well a text matches the words; greater is better.
    Bm25,
    /// The distance between two vectors; less is better.
    Nearest,
    /// Two rankings made one, by reciprocal ranks.
    Rrf,
}

impl Function {
    /// All of them.
    pub const ALL: [Function; 22] = [
        Function::Count,
        Function::Sum,
        Function::Avg,
        Function::Min,
        Function::Max,
        Function::StdDev,
        Function::Variance,
        Function::Median,
        Function::Percentile,
        Function::Any,
        Function::All,
        Function::Collect,
        Function::First,
        Function::ArgMin,
        Function::ArgMax,
        Function::Now,
        Function::Search,
        Function::Fuzzy,
        Function::MatchText,
        Function::Bm25,
        Function::Nearest,
        Function::Rrf,
    ];

    /// As it is written: `match_text`.
    pub fn name(self) -> &'static str {
        match self {
            Function::Count => "count",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::StdDev => "stddev",
            Function::Variance => "variance",
            Function::Median => "median",
            Function::Percentile => "percentile",
            Function::Any => "any",
            Function::All => "all",
            Function::Collect => "collect",
            Function::First => "first",
            Function::ArgMin => "arg_min",
            Function::ArgMax => "arg_max",
            Function::Now => "now",
            Function::Search => "search",
            Function::Fuzzy => "fuzzy",
            Function::MatchText => "match_text",
            Function::Bm25 => "bm25",
            Function::Nearest => "nearest",
            Function::Rrf => "rrf",
        }
    }

    /// Whether it makes one value of a group of rows.
    pub fn is_aggregate(self) -> bool {
        use Function::{
            All, Any, ArgMax, ArgMin, Avg, Collect, Count, First, Max, Median, Min, Percentile, StdDev, Sum, Variance,
        };
        matches!(
            self,
            Count
                | Sum
                | Avg
                | Min
                | Max
                | StdDev
                | Variance
                | Median
                | Percentile
                | Any
                | All
                | Collect
                | First
                | ArgMin
                | ArgMax
        )
    }

    /// Whether the rows of a group may be ordered for it, `first($p.name order { $p.age })`.
    pub fn is_ordered(self) -> bool {
        matches!(self, Function::Collect | Function::First)
    }

    /// Whether it gives rows a value to be ordered by.
    pub fn is_rank(self) -> bool {
        matches!(self, Function::Bm25 | Function::Nearest | Function::Rrf)
    }

    /// Whether it is true or false of a text, and so may stand alone as a clause.
    pub fn is_text_predicate(self) -> bool {
        matches!(self, Function::Search | Function::Fuzzy | Function::MatchText)
    }
}
