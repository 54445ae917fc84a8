//! Checking query texts against a schema text, for the tests of queries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use omnigraph_compiler::catalog::of_source;
use omnigraph_compiler::diagnostic::{Finding, Place, Severity};
use omnigraph_compiler::query::{CheckedQuery, Names, calls, check, duplicate_names};
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_grammar::query::ast::Query;
use omnigraph_grammar::{Item, ItemKind, Language, Span};
use omnigraph_model::catalog::{Catalog, EdgeType, InterfaceType, NodeType};

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

/// What a file of queries gives: each query that has a tree, and all findings, those of fragments among them.
pub(crate) struct File {
    pub queries: Vec<(Query, CheckedQuery)>,
    pub findings: Vec<Shown>,
    /// What the queries see.
    #[allow(dead_code, reason = "not every test checks a query again")]
    pub names: FileNames,
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

/// A schema with the fragments of a file.
pub(crate) struct FileNames {
    catalog: Arc<Catalog>,
    fragments: BTreeMap<String, Arc<Query>>,
    broken: BTreeSet<String>,
}

impl FileNames {
    fn new(text: &str, items: &[Item], catalog: &Arc<Catalog>) -> FileNames {
        let mut names = FileNames {
            catalog: catalog.clone(),
            fragments: BTreeMap::new(),
            broken: BTreeSet::new(),
        };
        for item in items.iter().filter(|item| item.kind == ItemKind::Fragment) {
            let parsed = omnigraph_grammar::query::parse_item(&text[item.span.range()]);
            if let Some(tree) = parsed.tree {
                if !parsed.errors.is_empty() {
                    names.broken.insert(tree.name.text.clone());
                }
                names.fragments.entry(tree.name.text.clone()).or_insert(Arc::new(tree));
            }
        }
        let wrong = |fragment: &&Arc<Query>| {
            let findings = check(fragment, &names).findings;
            findings.iter().any(|finding| finding.severity == Severity::Error)
        };
        let wrong = names.fragments.values().filter(wrong);
        let wrong: Vec<String> = wrong.map(|fragment| fragment.name.text.clone()).collect();
        names.broken.extend(wrong);
        names
    }
}

impl Names for FileNames {
    fn node(&self, name: &str) -> Option<Arc<NodeType>> {
        Names::node(&self.catalog, name)
    }

    fn edge(&self, name: &str) -> Option<Arc<EdgeType>> {
        Names::edge(&self.catalog, name)
    }

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>> {
        Names::interface(&self.catalog, name)
    }

    fn implementers(&self, interface: &str) -> Vec<String> {
        Names::implementers(&self.catalog, interface)
    }

    fn is_broken_type(&self, _: &str) -> bool {
        false
    }

    fn fragment(&self, name: &str) -> Option<Arc<Query>> {
        self.fragments.get(name).cloned()
    }

    fn is_broken_fragment(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    fn fragment_calls(&self, name: &str) -> Vec<String> {
        let fragment = self.fragments.get(name);
        fragment.map_or_else(Vec::new, |fragment| calls(fragment).into_keys().collect())
    }

    fn fragments(&self) -> Vec<String> {
        self.fragments.keys().cloned().collect()
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.catalog.clone()
    }
}

pub(crate) fn check_file(text: &str, catalog: &Arc<Catalog>) -> File {
    let (items, stray) = omnigraph_grammar::items(Language::Query, text);
    let names = FileNames::new(text, &items, catalog);
    let starts: Vec<u32> = items.iter().map(|item| item.span.start).collect();
    let mut found: Vec<(u32, Finding)> = stray.iter().map(|error| (0, Finding::of_stray(error))).collect();
    let mut queries = Vec::new();
    let mut called = Vec::new();
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
                true => check(&query, &names),
                false => CheckedQuery::default(),
            };
            found.extend(checked.findings.iter().map(|finding| (index as u32, finding.clone())));
            if item.kind == ItemKind::Query {
                called.push((index as u32, query.name.clone()));
                queries.push((query, checked));
            }
        }
    }
    let called: Vec<_> = called.iter().map(|(index, name)| (*index, name)).collect();
    // These name their item themselves.
    let duplicates = duplicate_names(&called).into_iter().map(|finding| match finding.place {
        Place::Item { item, .. } => (item, finding),
        _ => (0, finding),
    });
    found.extend(duplicates);
    let mut findings: Vec<Shown> = found
        .iter()
        .map(|(item, finding)| shown(text, &starts, *item, finding))
        .collect();
    findings.sort();
    File {
        queries,
        findings,
        names,
    }
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
