//! What the words of the two languages mean, in a sentence: for hovers and for completion.

/// A function of the query language: name, signature, sentence.
pub const FUNCTIONS: [(&str, &str, &str); 14] = [
    (
        "count",
        "count($x)",
        "The number of rows in the group, or of values that are not null.",
    ),
    ("sum", "sum($x.number)", "The sum of a numeric property over the group."),
    (
        "avg",
        "avg($x.number)",
        "The mean of a numeric property over the group, as a float.",
    ),
    ("min", "min($x.value)", "The least value of the group."),
    ("max", "max($x.value)", "The greatest value of the group."),
    ("now", "now()", "The instant of the request, the same everywhere in it."),
    (
        "search",
        "search($x.text, $words)",
        "Whether a text holds the words, by the full-text index.",
    ),
    (
        "fuzzy",
        "fuzzy($x.text, $words, max_edits)",
        "Like `search`, with words that are misspelt.",
    ),
    (
        "match_text",
        "match_text($x.text, $phrase)",
        "Whether a text holds a phrase.",
    ),
    (
        "bm25",
        "bm25($x.text, $words)",
        "How well a text fits the words; for ranking in `return` and `order`.",
    ),
    (
        "nearest",
        "nearest($x.vector, $v)",
        "How near a vector is; for ranking in `order` with a `limit`.",
    ),
    (
        "rrf",
        "rrf(ranking, ranking, k)",
        "Several rankings as one, by reciprocal ranks.",
    ),
    ("date", "date(\"2026-01-31\")", "A literal of type `Date`."),
    (
        "datetime",
        "datetime(\"2026-01-31T12:00:00Z\")",
        "A literal of type `DateTime`, in UTC.",
    ),
];

/// An annotation of the schema language: name, what may follow it, sentence.
pub const ANNOTATIONS: [(&str, &str, &str); 14] = [
    (
        "key",
        "",
        "The property (or, as a member, the properties) by which a node is known. Unique, never null.",
    ),
    (
        "unique",
        "",
        "No two nodes, or edges, of the type share the value (or, as a member, the values).",
    ),
    (
        "index",
        "",
        "Look-ups by the property are fast; on a text, full-text search works.",
    ),
    (
        "range",
        "(${1:0}..${2:100})",
        "Numbers outside of the bounds are refused.",
    ),
    (
        "check",
        "(\"${1:^[a-z]+$}\")",
        "Texts that do not match the pattern are refused.",
    ),
    ("card", "(${1:0..1})", "How many edges may start at one node."),
    (
        "embed",
        "(${1:source})",
        "The vector is made from another property by an embedding model.",
    ),
    ("description", "(\"$1\")", "What it is, for people."),
    (
        "instruction",
        "(\"$1\")",
        "What a model that reads the schema should know.",
    ),
    (
        "rename_from",
        "(\"$1\")",
        "The former name: the migration keeps the data.",
    ),
    ("default", "($1)", "The value of rows that give none."),
    ("owner", "(\"$1\")", "Who answers for it."),
    ("metric", "(${1|cosine,l2,dot|})", "How vectors are compared."),
    ("allow", "($1)", "Keeps a finding from being reported, with a reason."),
];

/// The types that a property can have.
pub const SCALARS: [(&str, &str, &str); 12] = [
    ("String", "\"text\"", "Text in UTF-8."),
    ("Bool", "true", "True or false."),
    ("I32", "1", "A whole number of 32 bits."),
    ("I64", "1", "A whole number of 64 bits."),
    ("U32", "1", "A whole number from 0, of 32 bits."),
    ("U64", "1", "A whole number from 0, of 64 bits."),
    ("F32", "1.5", "A floating-point number of 32 bits."),
    ("F64", "1.5", "A floating-point number of 64 bits."),
    ("Date", "\"2026-01-31\"", "A day."),
    (
        "DateTime",
        "\"2026-01-31T12:00:00Z\"",
        "An instant in UTC, to the millisecond.",
    ),
    ("Blob", "\"base64\"", "Bytes."),
    (
        "Vector",
        "[0.1, 0.2]",
        "`Vector(n)`: n 32-bit floats, for nearest-neighbour search.",
    ),
];

/// The entry of a word.
pub fn find<'a>(table: &'a [(&'a str, &'a str, &'a str)], word: &str) -> Option<&'a (&'a str, &'a str, &'a str)> {
    table.iter().find(|(name, ..)| *name == word)
}
