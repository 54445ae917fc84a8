//! A project in one call, for callers that check once and keep nothing.

use std::sync::Arc;

use omnigraph_grammar::Language;
use omnigraph_grammar::schema::ast::Declaration;

use crate::db::{self, Database, Project, SourceFile};
use crate::diagnostic::{Diagnostic, FilePlaces, Finding, SchemaPath, resolve};
use crate::lint::published::Published;
use crate::lint::{self, External};
use crate::schema::{SchemaCheck, SchemaIndex, SchemaItem, SchemaSettings, apply_comments, check_schema};
use crate::settings::Settings;

/// The path that [`check_project`] gives the schema.
pub const SCHEMA_FILE: &str = "schema.pg";

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

/// A schema text that was checked by itself.
#[derive(Clone, Debug)]
pub struct SchemaText {
    pub items: Vec<SchemaItem>,
    /// Syntax errors are among its findings.
    pub check: SchemaCheck,
    starts: Vec<u32>,
    text: String,
}

pub fn check_schema_text(text: &str) -> SchemaText {
    check_schema_text_with(text, &SchemaSettings::default())
}

pub fn check_schema_text_with(text: &str, settings: &SchemaSettings) -> SchemaText {
    let (cut, stray) = omnigraph_grammar::items(Language::Schema, text);
    let mut findings: Vec<Finding> = stray.iter().map(Finding::of_stray).collect();
    let mut items = Vec::new();
    for (at, item) in cut.iter().enumerate() {
        let own: Arc<str> = text.get(item.span.range()).unwrap_or("").into();
        let parsed = db::parse_declaration(item.kind, item.name.clone(), own);
        findings.extend(parsed.errors.iter().map(|error| Finding::of_syntax(error, at as u32)));
        items.push(parsed.item);
    }
    let mut check = check_schema(&items, settings);
    findings.append(&mut check.findings);
    check.findings = findings;
    SchemaText {
        items,
        check,
        starts: cut.iter().map(|item| item.span.start).collect(),
        text: text.to_owned(),
    }
}

impl SchemaText {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Findings of this text with absolute places, sorted.
    pub fn diagnostics(&self, path: &str, findings: &[Finding]) -> Vec<Diagnostic> {
        let places = FilePlaces {
            path,
            items: &self.starts,
            length: self.text.len() as u32,
        };
        let index = self.index();
        let locate = |path: &SchemaPath| index.find(path, &|at| self.tree(at));
        let place = |finding: &Finding| resolve(finding, places, Some((places, &locate)));
        let (mut diagnostics, problems) = apply_comments(&self.text, findings.iter().map(place).collect());
        diagnostics.extend(problems.iter().map(place));
        db::finish(diagnostics)
    }

    /// One finding of this text with absolute places.
    pub(crate) fn placed(&self, path: &str, finding: &Finding) -> Diagnostic {
        let places = FilePlaces {
            path,
            items: &self.starts,
            length: self.text.len() as u32,
        };
        let index = self.index();
        resolve(
            finding,
            places,
            Some((places, &|path| index.find(path, &|at| self.tree(at)))),
        )
    }

    fn index(&self) -> SchemaIndex {
        SchemaIndex::new(self.items.iter().map(|item| (item.kind, item.name.as_ref())))
    }

    fn tree(&self, item: u32) -> Option<Arc<Declaration>> {
        self.items.get(item as usize)?.tree.clone()
    }
}
