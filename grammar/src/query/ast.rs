//! The syntax tree of a query. It says what was written and where; types and names are the compiler's.

use crate::{Name, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub name: Name,
    pub parameters: Vec<Parameter>,
    pub annotations: Vec<Annotation>,
    pub body: Body,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    pub name: Name,
    pub value: (String, Span),
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Without the `$`; the span has it.
    pub name: Name,
    pub ty: ParameterType,
    pub optional: bool,
    pub span: Span,
}

/// `String`, `[String]`, `Vector(3)`; `name` may be a word that names no type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterType {
    pub name: Name,
    pub list: bool,
    /// The number of `Vector(n)`, as written.
    pub size: Option<(String, Span)>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    Read(Read),
    Mutation(Vec<Statement>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What stands behind `match`.
    pub pattern: Block,
    pub projections: Vec<Projection>,
    pub return_span: Span,
    pub order: Vec<SortKey>,
    pub limit: Option<Limit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    pub count: u64,
    pub span: Span,
}

/// Clauses that hold together, in braces: those of `match`, and those of each clause that has a block of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub clauses: Vec<Clause>,
    /// From the word before the braces.
    pub span: Span,
}

/// What a form consists of is told in `visit.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    Binding(Binding),
    Traversal(Traversal),
    Filter(Filter),
    /// `search(…)`, `fuzzy(…)`, `match_text(…)` standing alone.
    TextPredicate(Call),
    Negation(Negation),
}

/// `$p: Person { role: "lead" }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub variable: Name,
    pub ty: Name,
    pub matches: Vec<PropertyMatch>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyMatch {
    pub property: Name,
    pub value: Expression,
    pub span: Span,
}

/// `$p $e:<follows>{1,3} $q`. Variables are named without `$`; `_` is the anonymous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traversal {
    pub source: Name,
    pub edge_variable: Option<Name>,
    pub edge: Name,
    /// Written `<edge>`.
    pub undirected: bool,
    pub hops: Option<Hops>,
    pub target: Name,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hops {
    pub min: (u32, Span),
    /// `None` for `{1,}`, which is a type error.
    pub max: Option<(u32, Span)>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub left: Expression,
    pub op: Comparator,
    pub op_span: Span,
    pub right: Expression,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
    StartsWith,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negation {
    pub block: Block,
    /// The word `not`.
    pub keyword: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    pub expression: Expression,
    pub alias: Option<Name>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub expression: Expression,
    pub direction: Option<(Direction, Span)>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    pub kind: ExpressionKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpressionKind {
    /// `$x`, without the `$`: a node, an edge or a parameter.
    Variable(String),
    /// `$x.name`
    Property {
        variable: Name,
        property: Name,
    },
    Literal(Literal),
    /// A bare name: a reference to an alias of `return`.
    Alias(String),
    Call(Call),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    String(String),
    Integer(i64),
    /// The text as written; finite by the lexer's check.
    Float(String),
    Boolean(bool),
    /// The text inside `date("…")`, and its place.
    Date(String, Span),
    DateTime(String, Span),
    List(Vec<Expression>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub function: Function,
    pub function_span: Span,
    pub arguments: Vec<Expression>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    Now,
    Search,
    Fuzzy,
    MatchText,
    Bm25,
    Nearest,
    Rrf,
}

impl Function {
    pub fn name(self) -> &'static str {
        match self {
            Function::Count => "count",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::Now => "now",
            Function::Search => "search",
            Function::Fuzzy => "fuzzy",
            Function::MatchText => "match_text",
            Function::Bm25 => "bm25",
            Function::Nearest => "nearest",
            Function::Rrf => "rrf",
        }
    }

    pub fn is_aggregate(self) -> bool {
        matches!(
            self,
            Function::Count | Function::Sum | Function::Avg | Function::Min | Function::Max
        )
    }

    pub fn is_rank(self) -> bool {
        matches!(self, Function::Bm25 | Function::Nearest | Function::Rrf)
    }

    pub fn is_text_predicate(self) -> bool {
        matches!(self, Function::Search | Function::Fuzzy | Function::MatchText)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    Insert(Insert),
    Update(Update),
    Delete(Delete),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The word `insert`.
    pub keyword: Span,
    pub ty: Name,
    pub assignments: Vec<PropertyMatch>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub keyword: Span,
    pub ty: Name,
    pub assignments: Vec<PropertyMatch>,
    pub predicate: Predicate,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    pub keyword: Span,
    pub ty: Name,
    pub predicate: Predicate,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    pub property: Name,
    pub op: Comparator,
    pub op_span: Span,
    pub value: Expression,
    pub span: Span,
}
