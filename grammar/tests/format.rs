//! The style, and what the formatter never does.

#[path = "common/essence.rs"]
mod essence;

use essence::check;
use omnigraph_grammar::format::{format, format_range};
use omnigraph_grammar::{Language, Span, query, schema};
use proptest::prelude::*;

const FILES: [(Language, &str); 7] = [
    (Language::Schema, include_str!("corpus/lab.pg")),
    (Language::Schema, include_str!("corpus/forms.pg")),
    (Language::Schema, include_str!("../../examples/flights/schema.pg")),
    (Language::Schema, include_str!("../../examples/movies/schema.pg")),
    (Language::Query, include_str!("corpus/forms.gq")),
    (Language::Query, include_str!("../../examples/flights/queries.gq")),
    (Language::Query, include_str!("../../examples/movies/queries.gq")),
];

#[test]
fn the_examples_are_in_style() {
    for (language, text) in FILES
        .into_iter()
        .filter(|(_, text)| text.contains("Airport") || text.contains("Movie"))
    {
        assert_eq!(check(language, text, 100).text, text);
    }
}

#[test]
fn the_style() {
    for (name, i) in [("forms_schema", 1), ("forms_query", 4)] {
        let (language, text) = FILES[i];
        let formatted = format(language, text, 80);
        assert_eq!(formatted.skipped, []);
        check(language, text, 80);
        insta::assert_snapshot!(name, formatted.text);
    }
    let narrow = check(Language::Query, FILES[5].1, 40).text;
    insta::assert_snapshot!("narrow_query", narrow);
    insta::assert_snapshot!("narrow_schema", check(Language::Schema, FILES[1].1, 40).text);
}

#[test]
fn comments_find_a_place() {
    let text = "// before\n\n\n\nquery q( // a\n $x: I32 /* b */, // c\n // d\n $y: I32 ) // e\n { // f\n  match { $p: P // g\n\n\n  // h\n  \
                $p /* i */ . age /* j */ > 3 // k\n  // l\n  } // m\n // n\n return { $p.x // o\n, $p.y } // p\n order { $p.x // q\n } } // r\n// s\n";
    insta::assert_snapshot!(check(Language::Query, text, 80).text);
    let text = "node A // a\n { // b\n // c\n x: String // d\n // e\n @index // f\n\n // g\n m: enum( // h\n a, // i\n b ) @unique(x, /* j */ y) // k\n\n\n // l\n } // m\n\
                node B { // n\n }\nedge C: A /* o */ -> B // p\n // q\n @card(0..1) // r\n";
    insta::assert_snapshot!(check(Language::Schema, text, 80).text);
}

#[test]
fn a_distinct_result_is_a_section_as_any_other() {
    let text = "query q(){match{$p:A}return distinct{$p.x}}";
    let formatted = check(Language::Query, text, 80).text;
    assert_eq!(
        formatted,
        "query q() {\n    match {\n        $p: A\n    }\n    return distinct { $p.x }\n}\n"
    );
}

#[test]
fn broken_items_stay_as_they_are() {
    let text = "node   A{x:String}\n\n\n\nnode B  { x:  }\ntype-o\nnode C{}\n";
    let formatted = format(Language::Schema, text, 80);
    assert_eq!(
        formatted.text,
        "node A {\n    x: String\n}\n\nnode B  { x:  }\ntype-o\nnode C {}\n"
    );
    assert_eq!(formatted.skipped.len(), 2);
}

#[test]
fn only_a_range() {
    let text = "node   A {}\nnode   B {}\nnode   C {}\n";
    let edits = format_range(Language::Schema, text, 80, Span::new(14, 15));
    assert_eq!(edits, [(Span::new(12, 23), "node B {}".to_owned())]);
}

#[test]
fn line_ends_stay() {
    let text = "// a\r\nnode A { x: String @note(\"l1\r\nl2\") } // b\r\n";
    let formatted = check(Language::Schema, text, 80).text;
    assert_eq!(
        formatted,
        "// a\r\nnode A {\r\n    x: String @note(\"l1\r\nl2\")\r\n} // b\r\n"
    );
}

/// Puts white space and comments between the tokens of a file anew.
fn shaken(file: usize) -> impl Strategy<Value = (Language, String, usize)> {
    let (language, text) = FILES[file];
    let spans: Vec<Span> = match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .filter(|t| !t.kind.is_trivia())
            .map(|t| t.span)
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .filter(|t| !t.kind.is_trivia())
            .map(|t| t.span)
            .collect(),
    };
    let gap = prop::sample::select(vec![
        " ",
        " ",
        " ",
        "  ",
        "\n",
        "\n",
        "\n\n\n",
        " // c\n",
        "\n// d\n",
        " /* e */ ",
        "\n/* f */\n",
        "\t",
    ]);
    let count = spans.len();
    (prop::collection::vec(gap, count), 10..120_usize).prop_map(move |(gaps, width)| {
        let mut out = String::new();
        let mut end = None;
        for (span, gap) in spans.iter().zip(gaps) {
            // Tokens that touch, such as the parts of `-a`, may have to.
            if end.is_some_and(|e| e != span.start) {
                out.push_str(gap);
            }
            out.push_str(&text[span.range()]);
            end = Some(span.end);
        }
        (language, out, width)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn any_layout((language, text, width) in (0..FILES.len()).prop_flat_map(shaken)) {
        prop_assert_eq!(check(language, &text, width).skipped, []);
    }

    #[test]
    fn any_text(text in "\\PC{0,100}") {
        check(Language::Schema, &text, 60);
        check(Language::Query, &text, 60);
    }
}
