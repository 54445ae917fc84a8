//! What holds of every text, however broken. The fuzz targets look for a text that disagrees; a short run with the same
//! numbers every time belongs to the tests of the compiler.

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise, human};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_compiler::schema::accept;
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_grammar::format::{format, format_range};
use omnigraph_grammar::{ItemKind, Language, Span, SyntaxError, items, query, schema};
use omnigraph_model::schema::Counter;

/// The spans of all tokens.
fn tokens(language: Language, text: &str) -> Vec<Span> {
    match language {
        Language::Schema => schema::tokens(text).iter().map(|token| token.span).collect(),
        Language::Query => query::tokens(text).iter().map(|token| token.span).collect(),
    }
}

/// The tokens cover the text without gaps.
pub fn lexer(language: Language, text: &str) {
    let mut end = 0;
    for span in tokens(language, text) {
        assert_eq!(span.start as usize, end);
        assert!(span.end > span.start);
        end = span.end as usize;
    }
    assert_eq!(end, text.len());
}

/// The items lie in order and apart from each other; every place that is named exists; what is not stray and has no
/// mistakes has a tree.
pub fn parser(language: Language, text: &str) {
    let (items, errors) = items(language, text);
    errors.iter().for_each(|error| places(text, error));
    let mut end = 0;
    for item in items {
        assert!(item.span.start >= end && item.span.end > item.span.start);
        end = item.span.end;
        let own = &text[item.span.range()];
        if let Some(name) = &item.name {
            assert_eq!(own.get(name.span.range()), Some(name.text.as_str()));
        }
        if item.kind == ItemKind::Stray {
            continue;
        }
        let (has_tree, errors) = match language {
            Language::Schema => {
                let parsed = schema::parse_item(own);
                (parsed.tree.is_some(), parsed.errors)
            }
            Language::Query => {
                let parsed = query::parse_item(own);
                (parsed.tree.is_some(), parsed.errors)
            }
        };
        assert!(has_tree || !errors.is_empty(), "{own}");
        errors.iter().for_each(|error| places(own, error));
    }
}

fn places(text: &str, error: &SyntaxError) {
    assert!(!error.message.is_empty());
    let edits = error.fixes.iter().flat_map(|fix| &fix.edits);
    let spans = error.labels.iter().map(|label| label.0).chain(edits.map(|edit| edit.0));
    for span in spans.chain([error.span]) {
        assert!(text.get(span.range()).is_some(), "{error:?}");
    }
}

/// Formatting its own output changes nothing, whatever the width, and a range is formatted as the whole is.
pub fn formatter(language: Language, text: &str) {
    for width in [20, 100] {
        let once = format(language, text, width);
        let again = format(language, &once.text, width);
        assert_eq!(again.text, once.text);
        assert_eq!(again.skipped.len(), once.skipped.len());
    }
    let everything = Span::new(0, text.len());
    let mut end = 0;
    for (span, _) in format_range(language, text, 100, everything) {
        assert!(span.start >= end && text.get(span.range()).is_some());
        end = span.end;
    }
}

/// A schema is checked and, if it is correct, accepted; its findings can be shown.
pub fn schema_checker(text: &str) {
    let checked = check_schema_text(text);
    let diagnostics = checked.diagnostics("schema.pg", &checked.check.findings);
    show(&diagnostics, &Sources::new([("schema.pg", text)]));
    if diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity != Severity::Error)
    {
        let (accepted, _) = accept(&checked.check, None, &mut Counter::default()).expect("no finding is an error");
        accepted
            .validate()
            .expect("an accepted schema keeps the rules of its form");
        assert_eq!(accepted.state().schema_shape_hash, checked.check.shape.hash());
    }
}

/// Queries are checked against a schema, here or in a broken file; their findings can be shown.
pub fn query_checker(text: &str) {
    let diagnostics = check_project(LAB_SCHEMA, &[("queries.gq", text)]);
    let sources = Sources::new([("schema.pg", LAB_SCHEMA), ("queries.gq", text)]);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.file == "queries.gq"));
    show(&diagnostics, &sources);
}

fn show(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        assert!(
            sources
                .text(&diagnostic.file)
                .is_some_and(|text| text.get(diagnostic.span.range()).is_some())
        );
        assert!(!concise(diagnostic, sources).is_empty());
    }
    if let Some(first) = diagnostics.first() {
        assert!(!human(first, sources, false).is_empty());
    }
}
