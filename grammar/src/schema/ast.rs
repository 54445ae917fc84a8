//! The syntax tree of a schema declaration. It says what was written and where; what names mean is the compiler's.

use crate::{Name, Span};

/// `visit.rs` says what a form consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    /// What node types may promise to have.
    Interface(Interface),
    /// A node type.
    Node(Node),
    /// An edge type.
    Edge(Edge),
    /// `allow CODE on target because "…" [until "…"]`
    Allow(Allow),
    /// `migration_check "…" … { query { … } expect … }`
    MigrationCheck(MigrationCheck),
}

/// `interface Named { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// An upper-case word.
    pub name: Name,
    /// Those of the header.
    pub annotations: Vec<Annotation>,
    /// In source order.
    pub members: Vec<Member>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// `node Person implements Named { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// An upper-case word.
    pub name: Name,
    /// Annotations of the header, before and after `implements`.
    pub annotations: Vec<Annotation>,
    /// The interfaces, in source order; a word that names none is left to the compiler.
    pub implements: Vec<Name>,
    /// In source order.
    pub members: Vec<Member>,
    /// From the keyword to the closing brace.
    pub span: Span,
}

/// `edge Knows: Person -> Person { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// An upper-case word.
    pub name: Name,
    /// The node type at its start.
    pub from: Name,
    /// The node type at its end.
    pub to: Name,
    /// Annotations of the header, `@card` among them.
    pub annotations: Vec<Annotation>,
    /// Empty both for `{}` and for no body.
    pub members: Vec<Member>,
    /// From the keyword to the closing brace, or to the end of the header if there is no body.
    pub span: Span,
}

/// What stands between the braces of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// With the annotations behind it.
    Property(Property),
    /// One of `@key @unique @index @range @check` followed by `(`, as a member of the body.
    Constraint(Annotation),
    /// An annotation that stands before any property.
    Stray(Annotation),
}

/// `age: I32? @index`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// A lower-case word.
    pub name: Name,
    /// With its `?`.
    pub ty: TypeRef,
    /// Everything that follows the type and is not a body constraint. `@range(1..9)` and `@check("…")`, whose first
    /// argument is a range or a string instead of a name, belong here too.
    pub annotations: Vec<Annotation>,
    /// With the annotations.
    pub span: Span,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    /// Without the `?`.
    pub core: CoreType,
    /// The `?`.
    pub optional: Option<Span>,
    /// With the `?`.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoreType {
    /// `String`, `I32`, … or a word that names no type.
    Named(Name),
    /// `[T]`; the element may be one that the language does not allow in a list.
    List(Box<TypeRef>),
    /// `enum(a, b)`
    Enum {
        /// In source order.
        values: Vec<EnumValue>,
        /// The word `enum`.
        keyword: Span,
    },
    /// `Vector(n)`
    Vector {
        /// The number of dimensions; `None` where it is missing.
        size: Option<Number>,
        /// The word `Vector`.
        keyword: Span,
    },
}

/// One of the values of an `enum(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Without quotes.
    pub text: String,
    /// With quotes.
    pub span: Span,
    /// Written as a string literal, which the language does not allow (S037).
    pub quoted: bool,
}

/// Digits as they were written; whether they fit is the reader's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// With a `-` in front if there was one; a bound of a range may have a fraction.
    pub text: String,
    /// With the `-`.
    pub span: Span,
}

/// `@key`, `@range(1..9)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Without the `@`.
    pub name: Name,
    /// `None` without parentheses; `Some` of an empty list for `()`.
    pub arguments: Option<Arguments>,
    /// From the `@`.
    pub span: Span,
}

/// `("…", until="…")`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// In source order.
    pub list: Vec<Argument>,
    /// With the parentheses.
    pub span: Span,
}

/// One argument, with or without a keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// `model` in `model="…"`.
    pub keyword: Option<Name>,
    /// What stands behind the `=`, or alone.
    pub value: ArgumentValue,
    /// With the keyword.
    pub span: Span,
}

/// The forms of an argument. What an annotation takes is the compiler's knowledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentValue {
    /// With the escapes resolved.
    String(String),
    /// Digits, with a `-` if there was one.
    Integer(String),
    /// Digits, with a `-` if there was one.
    Float(String),
    /// `true` or `false`
    Boolean(bool),
    /// A lower-case word.
    Name(String),
    /// An upper-case word.
    TypeName(String),
    /// `lo..hi`, `lo..`, `..hi`, and `..` alone (S079).
    Range {
        /// `None` for no bound below.
        low: Option<Number>,
        /// `None` for no bound above.
        high: Option<Number>,
    },
}

/// A declaration that keeps a rule from being reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The code of the rule, such as `S063`; the span has the quotes if it is written in them.
    pub code: Name,
    /// Where the rule is not reported.
    pub target: AllowTarget,
    /// What the string stands for, and the place of the literal.
    pub reason: (String, Span),
    /// The last day on which it holds, as text; whether it is a date is left to the compiler.
    pub until: Option<(String, Span)>,
    /// From `allow` to the last string.
    pub span: Span,
}

/// What a declaration of this kind covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowTarget {
    /// Everything; the place of the word `schema`.
    Schema(Span),
    /// One type with its members, or one of its properties.
    Entity {
        /// One of the words `node`, `edge` and `interface`.
        kind: Name,
        /// The name of the type.
        name: Name,
        /// `zone` in `Station.zone`.
        property: Option<Name>,
    },
}

/// A query that is asked before a change of the schema, and what it has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationCheck {
    /// What the string stands for, and the place of the literal.
    pub name: (String, Span),
    /// Codes of the rules about migrations that it disproves if it passes.
    pub guards: Vec<Name>,
    /// Where it disproves them; `None` for everywhere.
    pub target: Option<AllowTarget>,
    /// The text between the braces of `query { … }`, a read body of the query language, and its place.
    pub query: Span,
    /// What the query has to answer.
    pub expect: Expectation,
    /// From `migration_check` to the closing brace.
    pub span: Span,
}

/// What the query of a check has to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// `no rows`
    NoRows,
    /// `rows > 10`: the number of rows compares so.
    Rows {
        /// The sign, as written.
        compare: Name,
        /// Digits without a sign.
        count: Number,
    },
    /// `total = 0`: the query has one row, and a column of it compares so.
    Column {
        /// A column of the query's result.
        column: Name,
        /// The sign, as written.
        compare: Name,
        /// A string, a number or a boolean.
        value: ArgumentValue,
    },
}
