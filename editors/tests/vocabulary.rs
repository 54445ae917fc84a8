//! What editors colour by is what the languages have: keywords, scalars, functions and annotations of the vocabulary, in the
//! grammars and queries of tree-sitter, the grammars of TextMate, and the patterns of Emacs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use omnigraph_editors::{QUERY, SCHEMA};
use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;
use omnigraph_model::vocabulary::{
    ANNOTATIONS, AnnotationPlace, FUNCTIONS, Keyword, KeywordKind, QUERY_KEYWORDS, SCALARS, SCHEMA_KEYWORDS,
};
use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator};

type Words = BTreeSet<String>;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn set<'w>(words: impl IntoIterator<Item = &'w str>) -> Words {
    words.into_iter().map(str::to_owned).collect()
}

fn languages() -> [(&'static str, Language, &'static [Keyword]); 2] {
    [
        ("schema", SCHEMA.into(), &SCHEMA_KEYWORDS),
        ("query", QUERY.into(), &QUERY_KEYWORDS),
    ]
}

fn keywords(keywords: &[Keyword]) -> Words {
    set(keywords.iter().map(|keyword| keyword.name))
}

/// Those that are not literals.
fn proper(keywords: &[Keyword]) -> Words {
    let proper = keywords.iter().filter(|keyword| keyword.kind != KeywordKind::Literal);
    set(proper.map(|keyword| keyword.name))
}

fn scalars() -> Words {
    set(SCALARS.iter().map(|scalar| scalar.name))
}

fn functions() -> Words {
    let scalar = SCALAR_FUNCTIONS.iter().map(|function| function.name);
    set(FUNCTIONS.iter().map(|function| function.name).chain(scalar))
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The words between quotes, `"` written as given.
fn quoted(text: &str, quote: &str) -> Words {
    set(text.split(quote).filter(|part| is_word(part)))
}

/// The words that a regular expression spells out: not what stands in a class or behind a backslash.
fn spelled(pattern: &str) -> Words {
    let mut words = Words::new();
    let mut word = String::new();
    let mut in_class = false;
    let mut chars = pattern.chars().chain([' ']);
    while let Some(c) = chars.next() {
        let part = !in_class && (c.is_ascii_alphanumeric() || c == '_');
        if part {
            word.push(c);
            continue;
        }
        if is_word(&word) && word.len() > 1 {
            words.insert(word.clone());
        }
        word.clear();
        match c {
            '\\' => _ = chars.next(),
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
    }
    words
}

#[test]
fn the_parsers_of_tree_sitter_know_the_keywords() {
    for (name, language, known) in languages() {
        // What repeats is a kind of tree-sitter's own, which no tree shows.
        let kinds = (0..language.node_kind_count() as u16)
            .filter(|id| !language.node_kind_is_named(*id) && language.node_kind_is_visible(*id));
        let found = kinds
            .filter_map(|id| language.node_kind_for_id(id))
            .filter(|kind| is_word(kind));
        // So does tree-sitter call the end of a text, too.
        let apart = |kind: &&str| *kind != "end";
        let found: Words = set(found.filter(apart));
        let expected: Words = set(known.iter().map(|keyword| keyword.name).filter(apart));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_queries_of_tree_sitter_colour_the_keywords() {
    for (name, _, known) in languages() {
        let queries = read(&format!("tree-sitter/{name}/queries/highlights.scm"));
        let mut expected = proper(known);
        if name == "schema" {
            // In queries, a type of a parameter can only be a scalar.
            expected.extend(scalars());
        }
        assert_eq!(quoted(&queries, "\""), expected, "{name}");
    }
}

/// Whether a text is coloured so, by tree-sitter's queries.
fn is_coloured(language: &Language, name: &str, text: &str, word: &str, colour: &str) -> bool {
    let mut parser = Parser::new();
    parser.set_language(language).unwrap();
    let tree = parser.parse(text, None).unwrap();
    assert!(!tree.root_node().has_error(), "{text}");
    let query = Query::new(language, &read(&format!("tree-sitter/{name}/queries/highlights.scm"))).unwrap();
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut coloured = false;
    while let Some(found) = matches.next() {
        coloured |= found.captures.iter().any(|capture| {
            query.capture_names()[capture.index as usize] == colour && &text[capture.node.byte_range()] == word
        });
    }
    coloured
}

#[test]
fn the_grammars_of_tree_sitter_take_every_annotation_function_and_scalar() {
    let [(_, schema, _), (_, query, _)] = languages();
    for known in ANNOTATIONS {
        let name = known.name;
        for place in known.places {
            let (language, grammar, text) = match place {
                AnnotationPlace::Query => (
                    &query,
                    "query",
                    format!("query q() @{name}(\"x\") {{ delete A where a = 1 }}"),
                ),
                AnnotationPlace::Node => (&schema, "schema", format!("node A @{name}(\"x\") {{}}")),
                AnnotationPlace::Edge => (&schema, "schema", format!("edge A: B -> C @{name}(1..2)")),
                AnnotationPlace::NodeProperty => (&schema, "schema", format!("node A {{ a: String @{name} }}")),
                AnnotationPlace::EdgeProperty => (&schema, "schema", format!("edge A: B -> C {{ a: I32 @{name}(a) }}")),
            };
            assert!(is_coloured(language, grammar, &text, name, "attribute"), "{text}");
        }
    }
    for function in functions() {
        let text = format!("query q() {{ match {{ $a: A }} return {{ {function}($a.b) }} }}");
        assert!(
            is_coloured(&query, "query", &text, &function, "function.builtin"),
            "{text}"
        );
    }
    for scalar in scalars() {
        let text = format!("query q($a: {scalar}) {{ delete A where a = $a }}");
        assert!(is_coloured(&query, "query", &text, &scalar, "type.builtin"), "{text}");
        let text = format!("node A {{ a: {scalar}? }}");
        assert!(is_coloured(&schema, "schema", &text, &scalar, "type.builtin"), "{text}");
    }
}

#[test]
fn the_grammars_of_textmate_spell_out_the_vocabulary() {
    for (name, _, known) in languages() {
        let grammar = read(&format!("vscode/syntaxes/{name}.tmLanguage.json"));
        let lines = grammar.lines().map(str::trim);
        let is_pattern = |line: &&str| {
            ["match", "begin", "end"]
                .iter()
                .any(|key| line.starts_with(&format!("\"{key}\": ")))
        };
        let patterns = lines.filter(is_pattern).filter_map(|line| line.split_once(": "));
        let mut found = Words::new();
        for (_, pattern) in patterns {
            let pattern = pattern.trim_end_matches(',').trim_matches('"');
            found.extend(spelled(&pattern.replace("\\\\", "\\")));
        }
        let mut expected = keywords(known);
        expected.extend(scalars());
        // Comments that keep a lint from being reported.
        expected.extend(set(["lint", "allow"]));
        if name == "query" {
            expected.extend(functions());
        }
        // Any annotation is coloured, by its `@`.
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn emacs_spells_out_the_vocabulary() {
    let mode = read("emacs/omnigraph.el");
    let constant = |name: &str| -> &str {
        let (_, rest) = mode
            .split_once(&format!("(defconst omnigraph--{name}"))
            .expect("a constant");
        rest.split_once("\n\n").expect("its end").0
    };
    assert_eq!(quoted(constant("scalars"), "\""), scalars());
    for (name, _, known) in languages() {
        assert_eq!(
            quoted(constant(&format!("{name}-query")), "\\\""),
            proper(known),
            "{name}"
        );
        // Without tree-sitter, only what can be told by a neighbouring token is coloured.
        let patterns = constant(&format!("{name}-words"))
            .replace("\\\"", "")
            .replace("\\\\", "\\");
        let strings = patterns.split('"').skip(1).step_by(2);
        let is_keyword = |word: &String| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let found: Words = strings
            .filter(|text| !text.starts_with("Colours"))
            .flat_map(spelled)
            .filter(is_keyword)
            .collect();
        let known = keywords(known);
        let extra: Vec<_> = found.difference(&known).collect();
        assert!(extra.is_empty() && found.len() > 5, "{name}: {extra:?}");
    }
}
