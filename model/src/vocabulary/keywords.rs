//! The keywords of both languages. None is reserved: a keyword means something only where the grammar expects one, and is a
//! name elsewhere.

/// A keyword of one of the languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// As it is written.
    pub name: &'static str,
    /// Where it stands.
    pub kind: KeywordKind,
    /// What is offered for it, as a snippet; empty where the keyword alone is.
    pub snippet: &'static str,
    /// What other languages write instead, in lower case.
    pub synonyms: &'static [&'static str],
}

/// Where a keyword stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeywordKind {
    /// First, in the declaration of a type or a query.
    Declaration,
    /// First, in a statement about declarations.
    Directive,
    /// First, in a section of a query that reads.
    Section,
    /// First, in a statement of a mutation.
    Statement,
    /// First, in a clause of a section or of a declaration.
    Clause,
    /// Between the parts of any of those, or behind them.
    Part,
    /// Between two values that it compares.
    Operator,
    /// In an expression: between conditions, or around the parts of a form.
    Connective,
    /// Alone, as a value.
    Literal,
}

use KeywordKind::{Clause, Connective, Declaration, Directive, Literal, Operator, Part, Section, Statement};

const fn keyword(
    name: &'static str,
    kind: KeywordKind,
    snippet: &'static str,
    synonyms: &'static [&'static str],
) -> Keyword {
    Keyword {
        name,
        kind,
        snippet,
        synonyms,
    }
}

/// The keywords of the schema language.
pub const SCHEMA_KEYWORDS: [Keyword; 18] = [
    keyword(
        "node",
        Declaration,
        "node ${1:Name} {\n    ${2:id}: String @key\n    $0\n}",
        &[
            "type", "table", "class", "struct", "model", "entity", "vertex", "record", "object",
        ],
    ),
    keyword(
        "edge",
        Declaration,
        "edge ${1:Name}: ${2:From} -> ${3:To}$0",
        &["relation", "relationship", "link", "rel"],
    ),
    keyword(
        "interface",
        Declaration,
        "interface ${1:Name} {\n    $0\n}",
        &["trait", "mixin", "protocol"],
    ),
    keyword("allow", Directive, "", &[]),
    keyword("migration_check", Directive, "", &[]),
    keyword("implements", Part, "", &[]),
    keyword("on", Part, "", &[]),
    keyword("schema", Part, "", &[]),
    keyword("because", Part, "", &[]),
    keyword("until", Part, "", &[]),
    keyword("guards", Part, "", &[]),
    keyword("expect", Part, "", &[]),
    keyword("enum", Clause, "enum(${1:one}, ${2:two})", &[]),
    keyword("query", Clause, "", &[]),
    keyword("no", Clause, "", &[]),
    keyword("rows", Clause, "", &[]),
    keyword("true", Literal, "", &[]),
    keyword("false", Literal, "", &[]),
];

/// The keywords of the query language. Sections stand in the order in which a query has them.
pub const QUERY_KEYWORDS: [Keyword; 58] = [
    keyword(
        "query",
        Declaration,
        "query ${1:name}($2) {\n    match {\n        \\$${3:x}: ${4:Type}\n    }\n    return { $0 }\n}",
        &["mutation", "function", "fn", "def", "procedure", "subscription"],
    ),
    keyword(
        "fragment",
        Declaration,
        "fragment ${1:name}(\\$${2:x}: ${3:Type}) { $0 }",
        &["macro", "predicate"],
    ),
    keyword(
        "union",
        Section,
        "union {\n    match { $1 }\n    return { $2 }\n} {\n    match { $3 }\n    return { $0 }\n}",
        &[],
    ),
    keyword("match", Section, "match {\n    \\$${1:x}: ${2:Type}$0\n}", &[]),
    keyword("with", Section, "with { $1 }\n    match { $0 }", &[]),
    keyword("return", Section, "return { $0 }", &[]),
    keyword("having", Section, "having { $0 }", &[]),
    keyword("order", Section, "order { $0 }", &[]),
    keyword("limit", Section, "limit ${1:10}", &[]),
    keyword("offset", Section, "offset ${1:10}", &["skip"]),
    keyword("after", Section, "after \\$${1:cursor}", &["cursor"]),
    keyword("returning", Section, "returning { $0 }", &[]),
    keyword("insert", Statement, "insert ${1:Type} { $0 }", &[]),
    keyword("upsert", Statement, "upsert ${1:Type} { $0 }", &["merge"]),
    keyword("update", Statement, "update ${1:Type} set { $2 } where $0", &[]),
    keyword("delete", Statement, "delete ${1:Type} where $0", &[]),
    keyword("not", Clause, "not { $0 }", &[]),
    keyword("exists", Clause, "exists { $0 }", &[]),
    keyword("optional", Clause, "optional { $0 }", &[]),
    keyword("either", Clause, "either { $1 } or { $0 }", &[]),
    keyword("let", Clause, "let \\$${1:x} = $0", &[]),
    keyword("each", Clause, "each \\$${1:x} in $0", &["unwind"]),
    keyword(
        "path",
        Clause,
        "path \\$${1:path} = shortest \\$${2:a} ${3:edge}{1,${4:6}} \\$${5:b}$0",
        &[],
    ),
    keyword("shortest", Part, "", &[]),
    keyword("all", Part, "", &[]),
    keyword("cheapest", Part, "", &[]),
    keyword("trail", Part, "", &[]),
    keyword("simple", Part, "", &[]),
    keyword("by", Part, "", &[]),
    keyword("as", Part, "", &[]),
    keyword("asc", Part, "", &[]),
    keyword("desc", Part, "", &[]),
    keyword("nulls", Part, "", &[]),
    keyword("first", Part, "", &[]),
    keyword("last", Part, "", &[]),
    keyword("set", Part, "set { $1 } where $0", &[]),
    keyword("where", Part, "", &[]),
    keyword("contains", Operator, "", &[]),
    keyword("starts_with", Operator, "", &[]),
    keyword("ends_with", Operator, "", &[]),
    keyword("matches", Operator, "", &[]),
    keyword("in", Operator, "", &[]),
    keyword("and", Connective, "", &[]),
    keyword("or", Connective, "", &[]),
    keyword("is", Connective, "", &[]),
    keyword("distinct", Part, "", &[]),
    keyword("case", Connective, "case when $1 then $2 else $3 end", &[]),
    keyword("when", Connective, "", &[]),
    keyword("then", Connective, "", &[]),
    keyword("else", Connective, "", &[]),
    keyword("end", Connective, "", &[]),
    keyword("for", Connective, "", &[]),
    keyword("if", Connective, "", &[]),
    keyword("cast", Connective, "cast($1 as ${2:I64})", &[]),
    keyword("try_cast", Connective, "try_cast($1 as ${2:I64})", &[]),
    keyword("null", Literal, "", &[]),
    keyword("true", Literal, "", &[]),
    keyword("false", Literal, "", &[]),
];

/// The keyword of this name.
pub fn find_keyword(keywords: &'static [Keyword], name: &str) -> Option<&'static Keyword> {
    keywords.iter().find(|keyword| keyword.name == name)
}

/// The names of the keywords that stand at such places, in the order of the table.
pub fn keywords_of(
    keywords: &'static [Keyword],
    kind: KeywordKind,
) -> impl DoubleEndedIterator<Item = &'static str> + Clone {
    let of_kind = keywords.iter().filter(move |keyword| keyword.kind == kind);
    of_kind.map(|keyword| keyword.name)
}

/// Whether a word compares two values, such as `contains`.
pub fn is_operator_word(word: &str) -> bool {
    find_keyword(&QUERY_KEYWORDS, word).is_some_and(|keyword| keyword.kind == Operator)
}

/// Whether a word begins a section of a query.
pub fn is_section(word: &str) -> bool {
    find_keyword(&QUERY_KEYWORDS, word).is_some_and(|keyword| keyword.kind == Section)
}

/// Whether a word begins a statement of a mutation.
pub fn is_statement(word: &str) -> bool {
    find_keyword(&QUERY_KEYWORDS, word).is_some_and(|keyword| keyword.kind == Statement)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_word_stands_for_one_keyword() {
        for keywords in [&SCHEMA_KEYWORDS[..], &QUERY_KEYWORDS[..]] {
            let names = keywords.iter().map(|keyword| keyword.name);
            let synonyms = keywords.iter().flat_map(|keyword| keyword.synonyms).copied();
            let words: Vec<&str> = names.chain(synonyms).collect();
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
            assert!(words.iter().all(|word| *word == word.to_ascii_lowercase()));
        }
    }

    #[test]
    fn a_snippet_begins_with_its_keyword() {
        for keyword in SCHEMA_KEYWORDS.iter().chain(&QUERY_KEYWORDS) {
            let snippet = keyword.snippet;
            assert!(snippet.is_empty() || snippet.starts_with(keyword.name), "{snippet}");
        }
    }
}
