//! What formatting must keep, and that it is settled after one run.

use omnigraph_grammar::format::{Formatted, format};
use omnigraph_grammar::{Item, ItemKind, Language, items, query, schema};

/// The trees of a file without their positions.
fn trees(language: Language, text: &str) -> Vec<String> {
    let tree = |item: &Item| {
        let own = &text[item.span.range()];
        let shown = match language {
            Language::Schema => format!("{:?}", schema::parse_item(own).tree),
            Language::Query => format!("{:?}", query::parse_item(own).tree),
        };
        without_spans(&shown)
    };
    items(language, text)
        .0
        .iter()
        .filter(|i| i.kind != ItemKind::Stray)
        .map(tree)
        .collect()
}

fn without_spans(shown: &str) -> String {
    let digits = |c: char| c.is_ascii_digit();
    shown
        .split("..")
        .map(|piece| piece.trim_end_matches(digits).trim_start_matches(digits))
        .collect()
}

pub(crate) fn comments(language: Language, text: &str) -> Vec<String> {
    let trivia: Vec<&str> = match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .filter(|t| t.kind.is_trivia())
            .map(|t| &text[t.span.range()])
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .filter(|t| t.kind.is_trivia())
            .map(|t| &text[t.span.range()])
            .collect(),
    };
    trivia
        .into_iter()
        .map(|t| t.trim().to_owned())
        .filter(|t| t.starts_with('/'))
        .collect()
}

/// Formats a text; answers the outcome, and what was left as it was.
pub(crate) fn check(language: Language, text: &str, width: usize) -> Formatted {
    let formatted = format(language, text, width);
    let once = &formatted.text;
    assert_eq!(
        &format(language, once, width).text,
        once,
        "not idempotent:\n{text}\n---\n{once}"
    );
    assert_eq!(
        trees(language, once),
        trees(language, text),
        "another tree:\n{text}\n---\n{once}"
    );
    assert_eq!(
        comments(language, once),
        comments(language, text),
        "{text}\n---\n{once}"
    );
    formatted
}
