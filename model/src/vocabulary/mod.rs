//! The vocabulary of both languages, each word once: keywords, types, functions, annotations, and what other languages call
//! them. Checks, fixes, completion, hovers and colours read these tables; tests compare the grammars of the compiler and of the
//! editors with them.

pub mod functions;
mod keywords;

pub use keywords::{
    Keyword, KeywordKind, QUERY_KEYWORDS, SCHEMA_KEYWORDS, find_keyword, is_operator_word, is_section, is_statement,
    keywords_of,
};

use crate::types::Scalar;

/// A scalar type as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalarWord {
    /// Its name.
    pub name: &'static str,
    /// A value as data and parameters write it.
    pub json: &'static str,
    /// A sentence.
    pub meaning: &'static str,
    /// What other languages call it, in lower case.
    pub synonyms: &'static [&'static str],
}

/// A function of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Where it may stand.
    pub kind: FunctionKind,
    /// How it is called.
    pub signature: &'static str,
    /// A sentence.
    pub meaning: &'static str,
}

/// Where a function may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// In projections: of the rows of a group.
    Aggregate,
    /// Wherever a value may stand.
    Value,
    /// Wherever a literal may stand; its argument is a string.
    Literal,
    /// As a condition on a text.
    Search,
    /// In projections and `order`: a ranking of rows.
    Ranking,
    /// Wherever a value may stand; what it does not give is not evaluated.
    Conditional,
    /// Wherever a value of a row may stand; it is about a node or an edge.
    Graph,
}

/// An annotation of the schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnotationWord {
    /// Without `@`.
    pub name: &'static str,
    /// What it may be written at.
    pub places: &'static [AnnotationPlace],
    /// What stands in its parentheses, as a signature shows it.
    pub arguments: &'static str,
    /// What is offered behind the name, as a snippet; nothing where it may stand alone.
    pub snippet: &'static str,
    /// A sentence.
    pub meaning: &'static str,
    /// Whether it is a constraint when a parenthesis follows.
    pub constraint: bool,
}

/// What an annotation may be written at. A node's places are those of an interface as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnnotationPlace {
    /// The name of a query.
    Query,
    /// The name of a node type.
    Node,
    /// The name of an edge type.
    Edge,
    /// A property of a node type, or the body around it.
    NodeProperty,
    /// A property of an edge type, or the body around it.
    EdgeProperty,
}

const fn scalar(
    name: &'static str,
    json: &'static str,
    meaning: &'static str,
    synonyms: &'static [&'static str],
) -> ScalarWord {
    ScalarWord {
        name,
        json,
        meaning,
        synonyms,
    }
}

const fn function(name: &'static str, kind: FunctionKind, signature: &'static str, meaning: &'static str) -> Function {
    Function {
        name,
        kind,
        signature,
        meaning,
    }
}

const fn annotation(
    name: &'static str,
    places: &'static [AnnotationPlace],
    arguments: &'static str,
    snippet: &'static str,
    meaning: &'static str,
    constraint: bool,
) -> AnnotationWord {
    AnnotationWord {
        name,
        places,
        arguments,
        snippet,
        meaning,
        constraint,
    }
}

/// The types that a property can have, `enum(…)` aside. `Vector` needs a size and comes last.
pub const SCALARS: [ScalarWord; 12] = [
    scalar(
        "String",
        "\"text\"",
        "Text in UTF-8.",
        &["string", "text", "str", "varchar", "char", "uuid", "guid", "url", "id"],
    ),
    scalar("Bool", "true", "True or false.", &["bool", "boolean"]),
    scalar("I32", "1", "A whole number of 32 bits.", &["i32", "int32", "smallint"]),
    scalar(
        "I64",
        "1",
        "A whole number of 64 bits.",
        &["i64", "int64", "int", "integer", "long", "bigint"],
    ),
    scalar(
        "U32",
        "1",
        "A whole number from 0, of 32 bits.",
        &["u32", "uint32", "uint"],
    ),
    scalar(
        "U64",
        "1",
        "A whole number from 0, of 64 bits.",
        &["u64", "uint64", "ulong"],
    ),
    scalar("F32", "1.5", "A floating-point number of 32 bits.", &["f32", "float32"]),
    scalar(
        "F64",
        "1.5",
        "A floating-point number of 64 bits.",
        &[
            "f64", "float64", "float", "double", "real", "decimal", "numeric", "number",
        ],
    ),
    scalar("Date", "\"2026-01-31\"", "A day.", &["date"]),
    scalar(
        "DateTime",
        "\"2026-01-31T12:00:00Z\"",
        "An instant in UTC, to the millisecond.",
        &["datetime", "timestamp", "timestamptz", "instant"],
    ),
    scalar("Blob", "\"base64\"", "Bytes.", &["blob", "bytes", "binary", "bytea"]),
    scalar(
        "Vector",
        "[0.1, 0.2]",
        "`Vector(n)`: n 32-bit floats, for nearest-neighbour search.",
        &["vector"],
    ),
];

/// The functions with a meaning of their own in the grammar or the types; all others are in [`functions`].
pub const FUNCTIONS: [Function; 34] = [
    function(
        "count",
        FunctionKind::Aggregate,
        "count($x)",
        "The number of rows in the group, or of values that are not null.",
    ),
    function(
        "sum",
        FunctionKind::Aggregate,
        "sum($x.number)",
        "The sum of a numeric property over the group.",
    ),
    function(
        "avg",
        FunctionKind::Aggregate,
        "avg($x.number)",
        "The mean of a numeric property over the group, as a float.",
    ),
    function(
        "min",
        FunctionKind::Aggregate,
        "min($x.value)",
        "The least value of the group.",
    ),
    function(
        "max",
        FunctionKind::Aggregate,
        "max($x.value)",
        "The greatest value of the group.",
    ),
    function(
        "stddev",
        FunctionKind::Aggregate,
        "stddev($x.number)",
        "The standard deviation of the numbers of the group, as a sample; null of fewer than two.",
    ),
    function(
        "variance",
        FunctionKind::Aggregate,
        "variance($x.number)",
        "The variance of the numbers of the group, as a sample; null of fewer than two.",
    ),
    function(
        "median",
        FunctionKind::Aggregate,
        "median($x.number)",
        "The number in the middle of the group; between two, their mean.",
    ),
    function(
        "percentile",
        FunctionKind::Aggregate,
        "percentile($x.number, 0.9)",
        "The number at a part of the way through the sorted group, 0 to 1; between two, in proportion.",
    ),
    function(
        "any",
        FunctionKind::Aggregate,
        "any($x.number > 3)",
        "Whether a condition is true for a row of the group; false of none.",
    ),
    function(
        "all",
        FunctionKind::Aggregate,
        "all($x.number > 3)",
        "Whether a condition is false for no row of the group; true of none.",
    ),
    function(
        "collect",
        FunctionKind::Aggregate,
        "collect($x.value order { $x.number desc } limit 3)",
        "The values of the group that are not null, in a list: by its own order, else by ids.",
    ),
    function(
        "first",
        FunctionKind::Aggregate,
        "first($x.value order { $x.number })",
        "The value of the first row of the group, by its own order, else by ids.",
    ),
    function(
        "arg_min",
        FunctionKind::Aggregate,
        "arg_min($x.value, $x.number)",
        "The value of the row of the group for which another value is least.",
    ),
    function(
        "arg_max",
        FunctionKind::Aggregate,
        "arg_max($x.value, $x.number)",
        "The value of the row of the group for which another value is greatest.",
    ),
    function(
        "now",
        FunctionKind::Value,
        "now()",
        "The instant of the request, the same everywhere in it.",
    ),
    function(
        "search",
        FunctionKind::Search,
        "search($x.text, $words)",
        "Whether a text holds the words, by the full-text index.",
    ),
    function(
        "fuzzy",
        FunctionKind::Search,
        "fuzzy($x.text, $words, max_edits)",
        "Like `search`, with words that are misspelt.",
    ),
    function(
        "match_text",
        FunctionKind::Search,
        "match_text($x.text, $phrase)",
        "Whether a text holds a phrase.",
    ),
    function(
        "bm25",
        FunctionKind::Ranking,
        "bm25($x.text, $words)",
        "How well a text fits the words; for ranking in `return` and `order`.",
    ),
    function(
        "nearest",
        FunctionKind::Ranking,
        "nearest($x.vector, $v)",
        "How near a vector is; for ranking in `order` with a `limit`.",
    ),
    function(
        "rrf",
        FunctionKind::Ranking,
        "rrf(ranking, ranking, k)",
        "Several rankings as one, by reciprocal ranks.",
    ),
    function(
        "date",
        FunctionKind::Literal,
        "date(\"2026-01-31\")",
        "A literal of type `Date`.",
    ),
    function(
        "datetime",
        FunctionKind::Literal,
        "datetime(\"2026-01-31T12:00:00Z\")",
        "A literal of type `DateTime`, in UTC.",
    ),
    function(
        "coalesce",
        FunctionKind::Conditional,
        "coalesce(value, other, …)",
        "The first value that is not null.",
    ),
    function(
        "nullif",
        FunctionKind::Conditional,
        "nullif(value, other)",
        "The value, or null if it equals the other.",
    ),
    function(
        "if",
        FunctionKind::Conditional,
        "if(condition, then, else)",
        "One of two values; only the one that is given is evaluated.",
    ),
    function(
        "type",
        FunctionKind::Graph,
        "type($v)",
        "The name of the type of a node or an edge.",
    ),
    function(
        "degree",
        FunctionKind::Graph,
        "degree($v, edge)",
        "How many edges of a type a node has; one from the node to itself counts twice.",
    ),
    function(
        "in_degree",
        FunctionKind::Graph,
        "in_degree($v, edge)",
        "How many edges of a type lead to a node.",
    ),
    function(
        "out_degree",
        FunctionKind::Graph,
        "out_degree($v, edge)",
        "How many edges of a type leave a node.",
    ),
    function(
        "nodes",
        FunctionKind::Graph,
        "nodes($path)",
        "The ids of the nodes of a path, from its start to its end.",
    ),
    function(
        "edges",
        FunctionKind::Graph,
        "edges($path)",
        "The ids of the edges of a path, in their order. `length($path)` is how many there are.",
    ),
    function(
        "cost",
        FunctionKind::Graph,
        "cost($path)",
        "What the weights of the edges of a path come to that `cheapest` has found.",
    ),
];

use AnnotationPlace::{Edge, EdgeProperty, Node, NodeProperty, Query};

/// All annotations that mean something, in the order in which they are offered.
pub const ANNOTATIONS: [AnnotationWord; 14] = [
    annotation(
        "key",
        &[NodeProperty],
        "property, …",
        "",
        "The property (or, as a member, the properties) by which a node is known. Unique, never null.",
        true,
    ),
    annotation(
        "index",
        &[NodeProperty, EdgeProperty],
        "property, …",
        "",
        "Look-ups by the property are fast; on a text, full-text search works.",
        true,
    ),
    annotation(
        "unique",
        &[NodeProperty, EdgeProperty],
        "property, …",
        "",
        "No two nodes, or edges, of the type share the value (or, as a member, the values).",
        true,
    ),
    annotation(
        "range",
        &[NodeProperty],
        "low..high",
        "(${1:0}..${2:100})",
        "Numbers outside of the bounds are refused.",
        true,
    ),
    annotation(
        "check",
        &[NodeProperty],
        "\"pattern\"",
        "(\"${1:^[a-z]+$}\")",
        "Texts that do not match the pattern are refused.",
        true,
    ),
    annotation(
        "default",
        &[NodeProperty, EdgeProperty],
        "value",
        "($1)",
        "The value of rows that give none.",
        false,
    ),
    annotation(
        "card",
        &[Edge],
        "least..most",
        "(${1:0..1})",
        "How many edges may start at one node.",
        false,
    ),
    annotation(
        "description",
        &[Query, Node, Edge, NodeProperty, EdgeProperty],
        "\"text\"",
        "(\"$1\")",
        "What it is, for people.",
        false,
    ),
    annotation(
        "instruction",
        &[Query, Node, Edge],
        "\"text\"",
        "(\"$1\")",
        "What a model that reads the schema should know.",
        false,
    ),
    annotation(
        "embed",
        &[NodeProperty],
        "source, model=\"…\"",
        "(${1:source})",
        "The vector is made from another property by an embedding model.",
        false,
    ),
    annotation(
        "metric",
        &[NodeProperty],
        "cosine | l2 | dot",
        "(${1|cosine,l2,dot|})",
        "How vectors are compared.",
        false,
    ),
    annotation(
        "rename_from",
        &[Node, Edge, NodeProperty, EdgeProperty],
        "\"text\"",
        "(\"$1\")",
        "The former name: the migration keeps the data.",
        false,
    ),
    annotation(
        "owner",
        &[Node, Edge, NodeProperty, EdgeProperty],
        "\"text\"",
        "(\"$1\")",
        "Who answers for it.",
        false,
    ),
    annotation(
        "allow",
        &[Node, Edge, NodeProperty, EdgeProperty],
        "code, reason=\"…\"",
        "($1)",
        "Keeps a finding from being reported, with a reason.",
        false,
    ),
];

/// What `@metric` may say.
pub const METRICS: [&str; 3] = ["cosine", "l2", "dot"];

/// The function of this name.
pub fn find_function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|known| known.name == name)
}

/// The annotation of this name, written without `@`.
pub fn find_annotation(name: &str) -> Option<&'static AnnotationWord> {
    ANNOTATIONS.iter().find(|known| known.name == name)
}

/// The scalar of this name.
pub fn find_scalar(name: &str) -> Option<&'static ScalarWord> {
    SCALARS.iter().find(|known| known.name == name)
}

/// The names of the functions that may stand at such places, in the order of the table.
pub fn functions_of(kind: FunctionKind) -> impl Iterator<Item = &'static str> {
    let of_kind = FUNCTIONS.iter().filter(move |function| function.kind == kind);
    of_kind.map(|function| function.name)
}

/// The annotations that may be written at a place.
pub fn annotations_at(place: AnnotationPlace) -> impl Iterator<Item = &'static AnnotationWord> {
    ANNOTATIONS.iter().filter(move |known| known.places.contains(&place))
}

/// How a function of any kind is called.
pub fn signature(function: &str) -> Option<String> {
    let own = find_function(function).map(|known| known.signature.to_owned());
    own.or_else(|| functions::find_scalar_function(function).map(functions::ScalarFunction::signature))
}

/// What a function, an annotation or a scalar means, in a sentence.
pub fn meaning(word: &str) -> Option<&'static str> {
    let scalar_function = || functions::find_scalar_function(word).map(|known| known.meaning);
    let function = find_function(word).map(|known| known.meaning).or_else(scalar_function);
    let annotation = || find_annotation(word).map(|known| known.meaning);
    let scalar = || find_scalar(word).map(|known| known.meaning);
    function.or_else(annotation).or_else(scalar)
}

/// The names of all scalars, `Vector` among them.
pub fn scalars() -> impl Iterator<Item = &'static str> {
    SCALARS.iter().map(|scalar| scalar.name)
}

/// Whether a word names a scalar, `Vector` among them.
pub fn is_scalar(word: &str) -> bool {
    find_scalar(word).is_some()
}

/// The scalar that another language calls so, in any case of letters.
pub fn foreign_scalar(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let found = SCALARS.iter().find(|scalar| scalar.synonyms.contains(&lower.as_str()));
    found.map(|scalar| scalar.name)
}

/// The words that are constraints when a parenthesis follows.
pub fn is_constraint(word: &str) -> bool {
    find_annotation(word).is_some_and(|known| known.constraint)
}

/// Whether the positional arguments of an annotation may name properties.
pub fn names_properties(annotation: &str) -> bool {
    is_constraint(annotation) || annotation == "embed"
}

impl Scalar {
    /// The scalar of a word in source text, `None` for one that names no type. `Vector` needs its size and is not among them.
    pub fn from_word(word: &str) -> Option<Scalar> {
        let all = [
            Scalar::String,
            Scalar::Bool,
            Scalar::I32,
            Scalar::I64,
            Scalar::U32,
            Scalar::U64,
            Scalar::F32,
            Scalar::F64,
            Scalar::Date,
            Scalar::DateTime,
            Scalar::Blob,
        ];
        let at = SCALARS.iter().position(|scalar| scalar.name == word)?;
        all.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn scalars_are_those_of_the_types() {
        for name in scalars().filter(|name| *name != "Vector") {
            assert_eq!(Scalar::from_word(name).expect("a scalar").to_string(), name);
        }
        assert_eq!(Scalar::from_word("Vector"), None);
        assert_eq!(Scalar::Vector(3).to_string(), "Vector(3)");
    }

    #[test]
    fn no_word_means_two_things() {
        let synonyms: Vec<&str> = SCALARS.iter().flat_map(|scalar| scalar.synonyms).copied().collect();
        assert_eq!(synonyms.iter().collect::<BTreeSet<_>>().len(), synonyms.len());
        assert!(synonyms.iter().all(|word| *word == word.to_ascii_lowercase()));
        for scalar in SCALARS {
            assert_eq!(
                foreign_scalar(scalar.name),
                Some(scalar.name),
                "its own name in any case"
            );
        }
        assert_eq!(foreign_scalar("INT"), Some("I64"));
        assert_eq!(foreign_scalar("Book"), None);
    }
}
