//! What holds for every input, however broken.

mod common;

use omnigraph_grammar::{Item, ItemKind, Language, items, query, schema};
use proptest::prelude::*;

const SCHEMAS: [&str; 4] = [
    include_str!("corpus/lab.pg"),
    include_str!("corpus/forms.pg"),
    include_str!("../../examples/flights/schema.pg"),
    include_str!("../../examples/movies/schema.pg"),
];
const QUERIES: [&str; 3] = [
    include_str!("corpus/forms.gq"),
    include_str!("../../examples/flights/queries.gq"),
    include_str!("../../examples/movies/queries.gq"),
];

/// Spans of all tokens, and whether each is trivia.
fn tokens(language: Language, text: &str) -> Vec<(usize, usize, bool)> {
    let triple = |span: omnigraph_grammar::Span, trivia| (span.start as usize, span.end as usize, trivia);
    match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .map(|t| triple(t.span, t.kind.is_trivia()))
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .map(|t| triple(t.span, t.kind.is_trivia()))
            .collect(),
    }
}

/// The tokens cover the text; the items are in order, apart from each other, and hold every token that is not trivia.
fn check(language: Language, text: &str) {
    let tokens = tokens(language, text);
    let mut end = 0;
    for (start, next, _) in &tokens {
        assert_eq!(*start, end, "{text:?}");
        assert!(*next > *start);
        end = *next;
    }
    assert_eq!(end, text.len());
    let (items, _) = items(language, text);
    let mut end = 0;
    for item in &items {
        assert!(
            item.span.start >= end && item.span.end > item.span.start,
            "{text:?} {items:?}"
        );
        end = item.span.end;
    }
    for (start, end, trivia) in tokens {
        let within = items
            .iter()
            .any(|i| i.span.start as usize <= start && end <= i.span.end as usize);
        assert!(trivia || within, "{text:?}: {}", &text[start..end]);
    }
    for error in common::errors(language, text) {
        let places = error
            .labels
            .iter()
            .map(|l| l.0)
            .chain(error.fixes.iter().flat_map(|f| f.edits.iter().map(|e| e.0)));
        for span in places.chain([error.span]) {
            assert!(text.get(span.range()).is_some(), "{text:?}: {error:?}");
        }
        assert!(!error.message.is_empty());
    }
}

fn words(language: Language) -> Vec<&'static str> {
    let mut words = vec![
        "{", "}", "(", ")", "[", "]", ":", ",", "?", "@", "=", "->", "-", "..", ".", ";", "!", "*", "\"a\"", "\"",
        "'a'", "1", "2.5", "5abc", "\n", " ", "// c\n", "/* c */", "/*", "#", "é", "\u{a0}", "\\", "%",
    ];
    words.extend(match language {
        Language::Schema => vec![
            "node",
            "edge",
            "interface",
            "implements",
            "enum",
            "Vector",
            "String",
            "I32",
            "Book",
            "title",
            "PG-13",
            "key",
            "unique",
            "index",
            "range",
            "allow",
            "on",
            "because",
            "migration_check",
            "query",
            "expect",
            "no",
            "rows",
            "true",
            "type",
            "Stringyear",
            "nodeBook",
            "$p",
            "<",
            ">",
        ],
        Language::Query => vec![
            "query",
            "match",
            "return",
            "with",
            "order",
            "limit",
            "not",
            "exists",
            "optional",
            "either",
            "or",
            "as",
            "desc",
            "insert",
            "update",
            "delete",
            "set",
            "where",
            "contains",
            "starts_with",
            "$p",
            "$q",
            "$P",
            "$",
            "Person",
            "name",
            "knows",
            "count",
            "search",
            "nearest",
            "now",
            "date",
            "true",
            "by",
            "and",
            "MATCH",
            "==",
            "<>",
            "&&",
            "||",
            "<",
            ">",
            "<=",
            "+",
            "/",
        ],
    });
    words
}

fn soup(language: Language) -> impl Strategy<Value = String> {
    let word = prop::sample::select(words(language));
    prop::collection::vec((word, prop::bool::weighted(0.8)), 0..40).prop_map(|words| {
        words
            .into_iter()
            .map(|(w, space)| format!("{w}{}", if space { " " } else { "" }))
            .collect()
    })
}

/// A valid file with some tokens deleted, doubled or swapped for others.
fn damaged(language: Language) -> impl Strategy<Value = String> {
    let files: Vec<&'static str> = match language {
        Language::Schema => SCHEMAS.to_vec(),
        Language::Query => QUERIES.to_vec(),
    };
    let change = (
        any::<prop::sample::Index>(),
        0..3_u8,
        prop::sample::select(words(language)),
    );
    (prop::sample::select(files), prop::collection::vec(change, 1..6)).prop_map(move |(file, changes)| {
        let mut pieces: Vec<&str> = tokens(language, file).iter().map(|t| &file[t.0..t.1]).collect();
        for (index, what, word) in changes {
            let i = index.index(pieces.len());
            match what {
                0 => _ = pieces.remove(i),
                1 => pieces.insert(i, word),
                _ => pieces[i] = word,
            }
        }
        pieces.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn any_text(text in "\\PC{0,120}") {
        check(Language::Schema, &text);
        check(Language::Query, &text);
    }

    #[test]
    fn any_schema_soup(text in soup(Language::Schema)) {
        check(Language::Schema, &text);
        let _ = schema::parse_item(&text);
        let _ = schema::parse_item(&format!("node Book {{ {text} }}"));
        let _ = schema::parse_item(&format!("edge {text}"));
    }

    #[test]
    fn any_query_soup(text in soup(Language::Query)) {
        check(Language::Query, &text);
        let _ = query::parse_item(&text);
        let _ = query::parse_item(&format!("query q() {{ match {{ {text} }} return {{ $p }} }}"));
        let _ = query::parse_item(&format!("query q() {{ insert {text} }}"));
    }

    #[test]
    fn any_damaged_schema(text in damaged(Language::Schema)) {
        check(Language::Schema, &text);
    }

    #[test]
    fn any_damaged_query(text in damaged(Language::Query)) {
        check(Language::Query, &text);
    }
}

/// Deletes each token in turn: no other item may change, and where the grammar cannot do without the token, something is
/// said. Answers the largest number of errors that one deletion brought.
fn delete_each(language: Language, text: &str) -> (usize, String) {
    let whole = items(language, text).0;
    let mut worst = (0, String::new());
    for (start, end, trivia) in tokens(language, text) {
        if trivia {
            continue;
        }
        let broken = format!("{} {}", &text[..start], &text[end..]);
        let now = items(language, &broken).0;
        for item in whole
            .iter()
            .filter(|i| !(i.span.start as usize <= start && end <= i.span.end as usize))
        {
            let own = &text[item.span.range()];
            let kept = now
                .iter()
                .any(|n| n.kind == item.kind && n.name == item.name && &broken[n.span.range()] == own);
            assert!(
                kept,
                "without the {:?} at {start}, this is lost:\n{own}",
                &text[start..end]
            );
        }
        let count = common::errors(language, &broken).len();
        if count > worst.0 {
            let line = text[..start].matches('\n').count() + 1;
            worst = (
                count,
                format!(
                    "{count} errors without {:?} in line {line}:\n{}",
                    &text[start..end],
                    common::render(language, &broken)
                ),
            );
        }
    }
    worst
}

#[test]
fn deleting_a_token_hurts_no_other_item() {
    let mut worst = Vec::new();
    for text in SCHEMAS {
        worst.push(delete_each(Language::Schema, text));
    }
    for text in QUERIES {
        worst.push(delete_each(Language::Query, text));
    }
    for (count, message) in worst {
        assert!(count <= 3, "{message}");
    }
}

#[test]
fn long_and_deep_inputs() {
    let comment = format!("// {}\n/* {} */", "x".repeat(1 << 20), "y".repeat(1 << 20));
    check(Language::Schema, &comment);
    check(Language::Query, &comment);
    let string = format!(
        "query q() {{ match {{ $p: P {{ a: \"{}\" }} }} return {{ $p }} }}",
        "x".repeat(1 << 20)
    );
    assert_eq!(query::parse_item(&string).errors, []);
    let name = "x".repeat(1 << 20);
    assert!(
        schema::parse_item(&format!("node A {{ {name}: String }}"))
            .errors
            .is_empty()
    );
    for open in ["not {", "exists {", "{", "(", "[", "query q() {", "$p: P {", "search("] {
        let deep = format!("query q() {{ match {{ {} ", open.repeat(20_000));
        assert!(!query::parse_item(&deep).errors.is_empty());
    }
    for open in ["{", "(", "[", "a: [", "@key("] {
        let deep = format!("node A {{ {} ", open.repeat(20_000));
        assert!(!schema::parse_item(&deep).errors.is_empty());
    }
}

#[test]
fn blocks_nest_64_deep() {
    let nested = |depth: usize| {
        let text = format!(
            "query q() {{ match {{ {} $p: P {} }} return {{ $p }} }}",
            "not { exists { ".repeat(depth / 2) + &"not { ".repeat(depth % 2),
            "}".repeat(depth)
        );
        query::parse_item(&text)
    };
    assert_eq!(nested(60).errors, []);
    assert_eq!(nested(64).errors, []);
    let codes: Vec<&str> = nested(65).errors.iter().map(|e| e.code).collect();
    assert_eq!(codes, ["Q014"]);
    assert!(nested(65).tree.is_some());
}

#[test]
fn broken_items_keep_their_names() {
    let name = |language, text| items(language, text).0.into_iter().map(named).collect::<Vec<_>>();
    fn named(item: Item) -> (ItemKind, Option<String>) {
        (item.kind, item.name.map(|n| n.text))
    }
    let some = |s: &str| Some(s.to_owned());
    assert_eq!(
        name(
            Language::Schema,
            "node A { x: \nnode B { y: }\nedge C: A -> \nedge D: A -> B { node: String\ninterface E {"
        ),
        [
            (ItemKind::Node, some("A")),
            (ItemKind::Node, some("B")),
            (ItemKind::Edge, some("C")),
            (ItemKind::Edge, some("D")),
            (ItemKind::Interface, some("E")),
        ]
    );
    assert_eq!(
        name(
            Language::Query,
            "query a( {\nquery b() { match { }\n}\nquery\nquery c($x: I32) { match { $query query $p } }"
        ),
        [
            (ItemKind::Query, some("a")),
            (ItemKind::Query, some("b")),
            (ItemKind::Query, None),
            (ItemKind::Query, some("c")),
        ]
    );
}
