//! The terminals of both grammars are the words of the vocabulary.

use std::collections::BTreeSet;

use omnigraph_grammar::query::ast::{BlockWord, Function};
use omnigraph_model::vocabulary::{
    FUNCTIONS, FunctionKind, Keyword, KeywordKind, QUERY_KEYWORDS, SCHEMA_KEYWORDS, find_function, is_scalar,
};

/// The words among the terminals of a grammar.
fn terminals(grammar: &'static str) -> BTreeSet<&'static str> {
    let (_, rest) = grammar.split_once("enum Terminal<'s> {").expect("the terminals");
    let (list, _) = rest.split_once("    }\n").expect("their end");
    let quoted = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once('"'));
    let is_word = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    quoted
        .filter(|(text, _)| is_word(text))
        .flat_map(|(text, _)| text.split(' '))
        .collect()
}

fn names(keywords: &'static [Keyword]) -> BTreeSet<&'static str> {
    keywords.iter().map(|keyword| keyword.name).collect()
}

#[test]
fn the_terminals_of_schemas_are_its_keywords() {
    let mut found = terminals(include_str!("../src/schema/grammar.lalrpop"));
    assert!(found.remove("Vector") && is_scalar("Vector"));
    // `BOOLEAN` and `QUERY` stand for these.
    found.extend(["true", "false", "query"]);
    assert_eq!(found, names(&SCHEMA_KEYWORDS));
}

#[test]
fn the_terminals_of_queries_are_its_keywords_and_some_functions() {
    let mut found = terminals(include_str!("../src/query/grammar.lalrpop"));
    // `BLOCK_WORD` stands for these.
    found.extend(BlockWord::ALL.map(BlockWord::text));
    // As does `CAST` for these.
    found.extend(["cast", "try_cast"]);
    // And `NULLS` and `NULLS_PLACE` for these.
    found.extend(["nulls", "first", "last"]);
    // And `SEARCH` for these.
    found.extend(["cheapest", "trail", "simple"]);
    let keywords = names(&QUERY_KEYWORDS);
    assert_eq!(keywords.difference(&found).count(), 0, "{found:?}");
    for word in found.difference(&keywords) {
        let kind = find_function(word).map(|function| function.kind);
        let alone = matches!(kind, Some(FunctionKind::Value | FunctionKind::Literal));
        assert!(alone, "`{word}` is in no table");
    }
}

#[test]
fn the_functions_of_the_tree_are_those_of_the_vocabulary() {
    let kind = |function: Function| match function {
        _ if function.is_aggregate() => FunctionKind::Aggregate,
        _ if function.is_text_predicate() => FunctionKind::Search,
        _ if function.is_rank() => FunctionKind::Ranking,
        _ => FunctionKind::Value,
    };
    let parsed: BTreeSet<_> = Function::ALL.map(|f| (f.name(), format!("{:?}", kind(f)))).into();
    // Literals are no calls in the tree, and what may have any name is no function of its own.
    let other = |kind| {
        matches!(
            kind,
            FunctionKind::Literal | FunctionKind::Conditional | FunctionKind::Graph
        )
    };
    let known = FUNCTIONS.iter().filter(|f| !other(f.kind));
    assert_eq!(parsed, known.map(|f| (f.name, format!("{:?}", f.kind))).collect());
}

#[test]
fn sections_stand_in_the_order_in_which_a_query_has_them() {
    let sections: Vec<&str> = omnigraph_model::vocabulary::keywords_of(&QUERY_KEYWORDS, KeywordKind::Section).collect();
    assert_eq!(
        sections,
        [
            "union",
            "match",
            "with",
            "return",
            "having",
            "order",
            "limit",
            "offset",
            "after",
            "returning"
        ]
    );
}
