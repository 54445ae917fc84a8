//! Checking query texts against a schema text, for the tests of queries.

use std::sync::Arc;

use omnigraph_compiler::catalog::of_source;
use omnigraph_compiler::diagnostic::{Finding, Place, Severity};
use omnigraph_compiler::query::{CheckedQuery, check, duplicate_names};
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_grammar::query::ast::Query;
use omnigraph_grammar::{ItemKind, Language, Span};
use omnigraph_model::catalog::Catalog;

pub(crate) fn catalog(schema: &str) -> Arc<Catalog> {
    let checked = check_schema_text(schema);
    let errors: Vec<_> = checked
        .check
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Arc::new(of_source(&checked.check))
}

pub(crate) fn lab() -> Arc<Catalog> {
    catalog(LAB_SCHEMA)
}

/// What a file of queries gives: each query that has a tree, and all findings.
pub(crate) struct File {
    pub queries: Vec<(Query, CheckedQuery)>,
    pub findings: Vec<Shown>,
}

/// A finding as a test names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown {
    pub start: u32,
    pub subcode: &'static str,
    pub line: String,
    pub error: bool,
    pub fixes: Vec<ShownFix>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShownFix {
    pub title: String,
    pub safe: bool,
    /// In the file.
    pub edits: Vec<(Span, String)>,
}

pub(crate) fn check_file(text: &str, catalog: &Arc<Catalog>) -> File {
    let (items, stray) = omnigraph_grammar::items(Language::Query, text);
    let starts: Vec<u32> = items.iter().map(|item| item.span.start).collect();
    let mut found: Vec<(u32, Finding)> = stray.iter().map(|error| (0, Finding::of_stray(error))).collect();
    let mut queries = Vec::new();
    let mut names = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if item.kind == ItemKind::Stray {
            continue;
        }
        let parsed = omnigraph_grammar::query::parse_item(&text[item.span.range()]);
        found.extend(
            parsed
                .errors
                .iter()
                .map(|error| (index as u32, Finding::of_syntax(error, index as u32))),
        );
        if let Some(query) = parsed.tree {
            // As in a project: what its tree lacks would be reported as missing.
            let checked = match parsed.errors.is_empty() {
                true => check(&query, catalog),
                false => CheckedQuery::default(),
            };
            found.extend(checked.findings.iter().map(|finding| (index as u32, finding.clone())));
            names.push((index as u32, query.name.clone()));
            queries.push((query, checked));
        }
    }
    let names: Vec<_> = names.iter().map(|(index, name)| (*index, name)).collect();
    // These name their item themselves.
    let duplicates = duplicate_names(&names).into_iter().map(|finding| match finding.place {
        Place::Item { item, .. } => (item, finding),
        _ => (0, finding),
    });
    found.extend(duplicates);
    let mut findings: Vec<Shown> = found
        .iter()
        .map(|(item, finding)| shown(text, &starts, *item, finding))
        .collect();
    findings.sort();
    File { queries, findings }
}

fn shown(text: &str, starts: &[u32], item: u32, finding: &Finding) -> Shown {
    let span = absolute(starts, item, &finding.place);
    let (line, column) = position(text, span.start as usize);
    Shown {
        start: span.start,
        subcode: finding.rule.subcode,
        line: format!("{line}:{column} {} {}", finding.rule.subcode, finding.message),
        error: finding.severity == Severity::Error,
        fixes: finding
            .fixes
            .iter()
            .map(|fix| ShownFix {
                title: fix.title.clone(),
                safe: fix.safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|(place, text)| (absolute(starts, item, place), text.clone()))
                    .collect(),
            })
            .collect(),
    }
}

fn absolute(starts: &[u32], item: u32, place: &Place) -> Span {
    match place {
        Place::Item { span, .. } => span.shifted(starts[item as usize]),
        Place::File(span) => *span,
        Place::Schema(_) => Span::at(0),
    }
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
