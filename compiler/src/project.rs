//! A project in one call, for callers that check once and keep nothing.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::query::ast::{Binding, Parameter};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{ItemKind, Language, items, query};

use crate::db::{self, Database, Project, SourceFile};
use crate::diagnostic::Diagnostic;
use crate::lint::published::Published;
use crate::lint::{self, External};
use crate::query::calls;
use crate::schema_text::SCHEMA_FILE;
use crate::settings::Settings;

/// Checks a schema and query files against it. The schema's diagnostics name the file `schema.pg`.
///
/// ```
/// use omnigraph_compiler::project::check_project;
///
/// let schema = "node Person { name: String @key }";
/// let query = "query all() { match { $p: Persn } return { $p.name } }";
/// let diagnostics = check_project(schema, &[("people.gq", query)]);
/// assert_eq!((diagnostics[0].rule.code, diagnostics[0].file.as_str()), ("T1", "people.gq"));
/// assert_eq!(&query[diagnostics[0].span.range()], "Persn");
/// assert!(check_project(schema, &[("people.gq", &query.replace("Persn", "Person"))]).is_empty());
/// ```
pub fn check_project(schema: &str, queries: &[(&str, &str)]) -> Vec<Diagnostic> {
    let db = Database::new();
    let mut files = vec![SourceFile::new(
        &db,
        SCHEMA_FILE.to_owned(),
        schema.to_owned(),
        Language::Schema,
    )];
    for (path, text) in queries {
        files.push(SourceFile::new(
            &db,
            (*path).to_owned(),
            (*text).to_owned(),
            Language::Query,
        ));
    }
    let project = Project::of(&db, files);
    db::diagnostics(&db, project)
}

/// By the name of each type that a query ranges over, or is about by a parameter or a fragment that it calls: the names of these queries.
///
/// ```
/// use omnigraph_compiler::project::readers;
///
/// let queries = "fragment known($x: Named) { $x.name != \"\" }\nquery q() { match { $a: Person  known($b) } return { $a } }";
/// let readers = readers([queries]);
/// assert_eq!(readers.keys().collect::<Vec<_>>(), ["Named", "Person"]);
/// assert!(readers["Named"].contains("q"));
/// ```
pub fn readers<'q>(texts: impl IntoIterator<Item = &'q str>) -> BTreeMap<String, BTreeSet<String>> {
    let (mut queries, mut fragments) = (Vec::new(), BTreeMap::new());
    for (kind, own) in texts.into_iter().flat_map(query_items) {
        let Some(tree) = query::parse_item(own).tree else {
            continue;
        };
        match kind {
            ItemKind::Fragment => _ = fragments.insert(tree.name.text.clone(), tree),
            _ => queries.push(tree),
        }
    }
    let mut readers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for tree in &queries {
        let mut named = NamedTypes::default();
        let (mut open, mut seen) = (vec![tree], BTreeSet::new());
        while let Some(tree) = open.pop() {
            named.visit_query(tree);
            let called = calls(tree).into_keys().filter(|name| seen.insert(name.clone()));
            open.extend(called.filter_map(|name| fragments.get(&name)));
        }
        for ty in named.types {
            readers.entry(ty).or_default().insert(tree.name.text.clone());
        }
    }
    readers
}

/// The types of bindings and of parameters.
#[derive(Default)]
struct NamedTypes {
    types: BTreeSet<String>,
}

impl<'t> Visit<'t> for NamedTypes {
    fn visit_binding(&mut self, binding: &'t Binding) {
        self.types.insert(binding.ty.text.clone());
    }

    fn visit_parameter(&mut self, parameter: &'t Parameter) {
        self.types.extend(parameter.ty.node().map(|name| name.text.clone()));
    }
}

/// A text of queries for who compiles it alone: behind it stand the fragments that it calls and does not declare, and those that they
/// call, as `others` declare them. Places in the text stay as they are; `others` are asked for only if something is missing.
///
/// ```
/// use omnigraph_compiler::project::with_fragments;
///
/// let query = "query q() { match { adult($p) } return { $p.name } }";
/// let fragment = "fragment adult($p: Person) { $p.age >= 18 }";
/// assert_eq!(with_fragments(query, || vec![fragment.to_owned()]), format!("{query}\n{fragment}\n"));
/// ```
pub fn with_fragments(text: &str, others: impl FnOnce() -> Vec<String>) -> String {
    let (mut declared, mut called) = (BTreeSet::new(), BTreeSet::new());
    for (kind, own) in query_items(text) {
        let Some(tree) = query::parse_item(own).tree else {
            continue;
        };
        called.extend(calls(&tree).into_keys());
        if kind == ItemKind::Fragment {
            declared.insert(tree.name.text);
        }
    }
    let mut whole = text.to_owned();
    let mut missing: Vec<String> = called.difference(&declared).cloned().collect();
    if missing.is_empty() {
        return whole;
    }
    let others = others();
    let mut known: BTreeMap<String, (&str, BTreeSet<String>)> = BTreeMap::new();
    for own in others.iter().flat_map(|other| query_items(other)) {
        if let (ItemKind::Fragment, Some(tree)) = (own.0, query::parse_item(own.1).tree) {
            let calls = calls(&tree).into_keys().collect();
            known.entry(tree.name.text).or_insert((own.1, calls));
        }
    }
    while let Some(name) = missing.pop() {
        if let Some((fragment, calls)) = known.get(&name).filter(|_| declared.insert(name.clone())) {
            if !whole.ends_with('\n') {
                whole.push('\n');
            }
            whole += &format!("{fragment}\n");
            missing.extend(calls.iter().cloned());
        }
    }
    whole
}

/// The items of a query file with their texts.
fn query_items(text: &str) -> Vec<(ItemKind, &str)> {
    let found = items(Language::Query, text).0.into_iter();
    found
        .map(|item| (item.kind, text.get(item.span.range()).unwrap_or("")))
        .collect()
}

/// The same with the lints that the settings turn on. Paths count from the settings' folder.
pub fn lint_project(schema: &str, queries: &[(&str, &str)], settings: &Settings) -> Vec<Diagnostic> {
    lint_project_with(schema, queries, settings, None)
}

/// The same with what lints know beside the files.
pub fn lint_project_with(
    schema: &str,
    queries: &[(&str, &str)],
    settings: &Settings,
    external: Option<&External>,
) -> Vec<Diagnostic> {
    let db = Database::new();
    let file = |path: &str, text: &str, language| SourceFile::new(&db, path.to_owned(), text.to_owned(), language);
    let mut files = vec![file(SCHEMA_FILE, schema, Language::Schema)];
    for (path, text) in queries {
        files.push(file(path, text, Language::Query));
    }
    let project = Project::new(&db, files, settings.schema_settings(None), None, Vec::new());
    let options = lint::Options {
        settings,
        relative: &str::to_owned,
        external,
    };
    lint::diagnostics(&db, project, options)
}

/// Diagnostics of query files that have no schema.
pub fn lint_orphans(queries: &[(&str, &str)], settings: &Settings) -> Vec<Diagnostic> {
    let db = Database::new();
    let file =
        |(path, text): &(&str, &str)| SourceFile::new(&db, (*path).to_owned(), (*text).to_owned(), Language::Query);
    let files = queries.iter().map(file).collect();
    let project = Project::new(&db, files, settings.schema_settings(None), None, Vec::new());
    let options = lint::Options {
        settings,
        relative: &str::to_owned,
        external: None,
    };
    lint::diagnostics(&db, project, options)
}

/// What these queries are for their callers, as a file of published queries keeps it.
pub fn published(schema: &str, queries: &[(&str, &str)]) -> Published {
    let db = Database::new();
    let file = |path: &str, text: &str, language| SourceFile::new(&db, path.to_owned(), text.to_owned(), language);
    let mut files = vec![file(SCHEMA_FILE, schema, Language::Schema)];
    files.extend(queries.iter().map(|(path, text)| file(path, text, Language::Query)));
    Published::of(&db, Project::of(&db, files))
}
