//! Every schema and query of the examples is accepted: as it stands, formatted to any width, on one line, and a token a
//! line.

use omnigraph_compiler::diagnostic::{Severity, Sources, concise};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_grammar::format::format;
use omnigraph_grammar::{Language, query, schema};

const PROJECTS: [(&str, &str); 3] = [
    (
        include_str!("../../examples/flights/schema.pg"),
        include_str!("../../examples/flights/queries.gq"),
    ),
    (
        include_str!("../../examples/movies/schema.pg"),
        include_str!("../../examples/movies/queries.gq"),
    ),
    (LAB_SCHEMA, include_str!("query/lab.gq")),
];

fn accepted(schema: &str, queries: &str) {
    let found = check_project(schema, &[("queries.gq", queries)]);
    let sources = Sources::new([("schema.pg", schema), ("queries.gq", queries)]);
    let errors: Vec<String> = found
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| concise(diagnostic, &sources))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{schema}\n{queries}");
}

/// The tokens with something else between them: comments go, tokens that touch stay together.
fn respaced(language: Language, text: &str, between: &str) -> String {
    let tokens: Vec<(_, bool)> = match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .map(|token| (token.span, token.kind.is_trivia()))
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .map(|token| (token.span, token.kind.is_trivia()))
            .collect(),
    };
    let mut out = String::new();
    let mut apart = false;
    for (span, trivia) in tokens {
        if !trivia && apart && !out.is_empty() {
            out += between;
        }
        apart = trivia;
        if !trivia {
            out += &text[span.range()];
        }
    }
    out
}

#[test]
fn as_they_stand() {
    for (schema, queries) in PROJECTS {
        accepted(schema, queries);
    }
}

#[test]
fn formatted() {
    for (schema, queries) in PROJECTS {
        for width in [10, 40, 100, 300] {
            accepted(
                &format(Language::Schema, schema, width).text,
                &format(Language::Query, queries, width).text,
            );
        }
    }
}

#[test]
fn respaced_by_hand() {
    for (schema, queries) in PROJECTS {
        for between in [" ", "\n", "\r\n\t", " /* c */ ", " // c\n"] {
            accepted(
                &respaced(Language::Schema, schema, between),
                &respaced(Language::Query, queries, between),
            );
        }
    }
}
