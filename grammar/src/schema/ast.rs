//! The syntax tree of a schema declaration. It says what was written and where; what names mean is the compiler's.

use crate::{Name, Span};

/// What a form consists of is told in `visit.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declaration {
    Interface(Interface),
    Node(Node),
    Edge(Edge),
    /// `allow CODE on target because "…" [until "…"]`
    Allow(Allow),
    /// `migration_check "…" … { query { … } expect … }`
    MigrationCheck(MigrationCheck),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    pub name: Name,
    pub annotations: Vec<Annotation>,
    pub members: Vec<Member>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub name: Name,
    /// Annotations of the header, before and after `implements`.
    pub annotations: Vec<Annotation>,
    pub implements: Vec<Name>,
    pub members: Vec<Member>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub name: Name,
    pub from: Name,
    pub to: Name,
    /// Annotations of the header, `@card` among them.
    pub annotations: Vec<Annotation>,
    /// Empty both for `{}` and for no body.
    pub members: Vec<Member>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    Property(Property),
    /// One of `@key @unique @index @range @check` followed by `(`, as a member of the body.
    Constraint(Annotation),
    /// An annotation that stands before any property.
    Stray(Annotation),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub name: Name,
    pub ty: TypeRef,
    /// Everything that follows the type and is not a body constraint. `@range(1..9)` and `@check("…")`, whose first
    /// argument is a range or a string instead of a name, belong here too.
    pub annotations: Vec<Annotation>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeRef {
    pub core: CoreType,
    /// The `?`.
    pub optional: Option<Span>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoreType {
    /// `String`, `I32`, … or a word that names no type.
    Named(Name),
    /// `[T]`; the element may be one that the language does not allow in a list.
    List(Box<TypeRef>),
    /// `enum(a, b)`, in source order.
    Enum { values: Vec<EnumValue>, keyword: Span },
    /// `Vector(n)`; `None` where the number is missing.
    Vector { size: Option<Number>, keyword: Span },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    pub text: String,
    pub span: Span,
    /// Written as a string literal, which the language does not allow (S037).
    pub quoted: bool,
}

/// Digits as they were written; whether they fit is the reader's question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    pub name: Name,
    /// `None` without parentheses; `Some` of an empty list for `()`.
    pub arguments: Option<Arguments>,
    /// From the `@`.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments {
    pub list: Vec<Argument>,
    /// With the parentheses.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// `model` in `model="…"`.
    pub keyword: Option<Name>,
    pub value: ArgumentValue,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentValue {
    String(String),
    /// Digits, with a `-` if there was one.
    Integer(String),
    Float(String),
    Boolean(bool),
    /// A lower-case word.
    Name(String),
    /// An upper-case word.
    TypeName(String),
    /// `lo..hi`, `lo..`, `..hi`, and `..` alone (S079).
    Range {
        low: Option<Number>,
        high: Option<Number>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    pub code: Name,
    pub target: AllowTarget,
    pub reason: (String, Span),
    pub until: Option<(String, Span)>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowTarget {
    Schema(Span),
    Entity {
        kind: Name,
        name: Name,
        property: Option<Name>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationCheck {
    pub name: (String, Span),
    pub guards: Vec<Name>,
    pub target: Option<AllowTarget>,
    /// The text between the braces of `query { … }`, a read body of the query language, and its place.
    pub query: Span,
    pub expect: Expectation,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    NoRows,
    Rows {
        compare: Name,
        count: Number,
    },
    Column {
        column: Name,
        compare: Name,
        value: ArgumentValue,
    },
}
