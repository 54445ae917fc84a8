//! What is said about a project: diagnostics with absolute places, and the queries it offers.

use std::collections::HashMap;

use omnigraph_grammar::{Item, ItemKind, Language, Name, Span};
use omnigraph_model::ir;

use super::check::{check_query, lint_project, lint_query, schema_check};
use super::file::{item_texts, items, parse_query_item, parse_schema_item, schema_file, schema_place, syntax_errors};
use super::fragments::{file_fragments, item_calls, project_fragments};
use super::{Db, Project, SourceFile};
use crate::diagnostic::{
    Diagnostic, FilePlaces, Finding, Label, Locate, Place, SchemaPath, Severity, Sources, resolve,
};
use crate::query::{self, CheckedQuery};
use crate::schema::apply_comments;

/// So many diagnostics of one file are shown; the last of them says how many more there are.
pub(crate) const MAX_PER_FILE: usize = 100;

/// All diagnostics of a project, by file, then place, then code.
pub fn diagnostics(db: &dyn Db, project: Project) -> Vec<Diagnostic> {
    let mut files: Vec<SourceFile> = project.files(db).clone();
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    files
        .iter()
        .flat_map(|file| file_diagnostics(db, project, *file))
        .collect()
}

/// The texts of a project, for the renderers.
pub fn sources(db: &dyn Db, project: Project) -> Sources {
    let files = project.files(db).iter();
    Sources::new(files.map(|file| (file.path(db).clone(), file.text(db).clone())))
}

fn places(db: &dyn Db, file: SourceFile) -> FilePlaces<'_> {
    FilePlaces {
        path: file.path(db),
        items: &items(db, file).starts,
        length: file.text(db).len() as u32,
    }
}

/// The diagnostics of one file.
pub fn file_diagnostics(db: &dyn Db, project: Project, file: SourceFile) -> Vec<Diagnostic> {
    finish(placed(db, project, file, Vec::new()))
}

/// All that is said about a file and the findings given, placed, but for what a schema's comments allow.
pub(crate) fn placed(db: &dyn Db, project: Project, file: SourceFile, more: Vec<Finding>) -> Vec<Diagnostic> {
    let schema = schema_file(db, project);
    let mut findings = match file.language(db) {
        Language::Schema if schema == Some(file) => schema_findings(db, project, file),
        // Only one schema is used; another one may belong to another project.
        Language::Schema => Vec::new(),
        Language::Query => query_findings(db, project, file),
    };
    findings.extend(more);
    let own = places(db, file);
    let locate = |path: &SchemaPath| schema_place(db, project, path);
    let paths = schema.map(|schema| (places(db, schema), &locate as Locate<'_>));
    let mut diagnostics: Vec<Diagnostic> = findings.iter().map(|finding| resolve(finding, own, paths)).collect();
    add_uses(db, project, file, &mut diagnostics);
    if file.language(db) == Language::Schema {
        let (kept, problems) = apply_comments(file.text(db), diagnostics);
        diagnostics = kept;
        diagnostics.extend(problems.iter().map(|problem| resolve(problem, own, paths)));
    }
    diagnostics
}

/// Tells errors in fragments by which call a query comes to them.
fn add_uses(db: &dyn Db, project: Project, file: SourceFile, diagnostics: &mut [Diagnostic]) {
    if file_fragments(db, file).is_empty() {
        return;
    }
    let mut known: HashMap<&str, Option<Label>> = HashMap::new();
    for diagnostic in diagnostics {
        let holds = |item: &&Item| item.span.start <= diagnostic.span.start && diagnostic.span.start < item.span.end;
        let mut fragments = items(db, file)
            .items
            .iter()
            .filter(|item| item.kind == ItemKind::Fragment);
        let name = fragments.find(holds).and_then(|item| item.name.as_ref());
        // Of two with one name, calls mean the first.
        let is_meant = |name: &&Name| {
            let meant = project_fragments(db, project).get(&name.text);
            meant.is_some_and(|(first, _)| *first == file) && diagnostic.severity == Severity::Error
        };
        if let Some(name) = name.filter(is_meant) {
            let found = known
                .entry(&name.text)
                .or_insert_with(|| first_use(db, project, &name.text));
            diagnostic.labels.extend(found.clone());
        }
    }
}

/// Where a fragment is called first: by a query if there is one, else by another fragment.
fn first_use(db: &dyn Db, project: Project, name: &str) -> Option<Label> {
    let mut files: Vec<SourceFile> = project.files(db).clone();
    files.retain(|file| file.language(db) == Language::Query);
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    let mut first = None;
    for file in files {
        for (text, item) in item_texts(db, file).iter().zip(&items(db, file).items) {
            let is_own = item.kind == ItemKind::Fragment && item.name.as_ref().is_some_and(|own| own.text == name);
            if is_own || !item_calls(db, *text).iter().any(|called| called == name) {
                continue;
            }
            let calls = parse_query_item(db, *text).tree.as_ref().map(|tree| query::calls(tree));
            let Some(span) = calls.and_then(|calls| calls.get(name).copied()) else {
                continue;
            };
            let found = Label {
                file: file.path(db).clone(),
                span: span.shifted(item.span.start),
                message: format!("`{name}` is called here"),
            };
            if item.kind == ItemKind::Query {
                return Some(found);
            }
            first = first.or(Some(found));
        }
    }
    first
}

/// A finding that points into its file alone.
pub(crate) fn placed_one(db: &dyn Db, file: SourceFile, finding: &Finding) -> Diagnostic {
    resolve(finding, places(db, file), None)
}

/// What the lints say about the queries of a file, each by itself, as far as it is wanted.
pub(crate) fn lint_findings(
    db: &dyn Db,
    project: Project,
    file: SourceFile,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if file.language(db) == Language::Query {
        for (at, item) in item_texts(db, file).iter().enumerate() {
            let found = lint_query(db, project, *item).findings.iter();
            let found = found.filter(|finding| wanted(finding));
            findings.extend(found.map(|finding| finding.clone().in_item(at as u32)));
        }
    }
    findings
}

/// What the lints that look at all files say about this one, whatever the settings.
pub(crate) fn lint_findings_across(db: &dyn Db, project: Project, file: SourceFile) -> Vec<Finding> {
    let across = lint_project(db, project).iter().filter(|(of, _)| *of == file);
    across.map(|(_, finding)| finding.clone()).collect()
}

/// Sorted, without duplicates, and not too many. All are of one file.
pub(crate) fn finish(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut diagnostics = ordered(diagnostics);
    let hidden = diagnostics.len().saturating_sub(MAX_PER_FILE);
    diagnostics.truncate(MAX_PER_FILE);
    if let (Some(last), true) = (diagnostics.last_mut(), hidden > 0) {
        last.notes
            .push(format!("{hidden} more findings in this file are not shown"));
    }
    diagnostics
}

/// Sorted, without duplicates.
pub(crate) fn ordered(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    fn key(d: &Diagnostic) -> (&str, u32, &str, u32, &str) {
        (&d.file, d.span.start, d.rule.subcode, d.span.end, &d.message)
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup();
    diagnostics
}

fn schema_findings(db: &dyn Db, project: Project, file: SourceFile) -> Vec<Finding> {
    let mut findings: Vec<Finding> = items(db, file).stray.iter().map(Finding::of_stray).collect();
    for (at, item) in item_texts(db, file).iter().enumerate() {
        let errors = &parse_schema_item(db, *item).errors;
        findings.extend(errors.iter().map(|error| Finding::of_syntax(error, at as u32)));
    }
    findings.extend(schema_check(db, project).findings.iter().cloned());
    findings
}

fn query_findings(db: &dyn Db, project: Project, file: SourceFile) -> Vec<Finding> {
    let cut = items(db, file);
    let mut findings: Vec<Finding> = cut.stray.iter().map(Finding::of_stray).collect();
    for (at, item) in item_texts(db, file).iter().enumerate() {
        let at = at as u32;
        findings.extend(
            syntax_errors(db, *item)
                .iter()
                .map(|error| Finding::of_syntax(error, at)),
        );
        let found = super::check::query_findings(db, project, *item);
        findings.extend(found.iter().map(|finding| finding.clone().in_item(at)));
    }
    let names: Vec<(u32, &Name)> = cut
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.kind == ItemKind::Query)
        .filter_map(|(at, item)| Some((at as u32, item.name.as_ref()?)))
        .collect();
    findings.extend(query::duplicate_names(&names));
    findings.extend(duplicate_fragments(db, project, file));
    findings
}

/// The fragments of a file with the name of one before them, be it in another file.
fn duplicate_fragments(db: &dyn Db, project: Project, file: SourceFile) -> Vec<Finding> {
    if file_fragments(db, file).is_empty() {
        return Vec::new();
    }
    let known = project_fragments(db, project);
    let mut firsts: HashMap<&str, (u32, &Name)> = HashMap::new();
    let mut findings = Vec::new();
    for (at, item) in items(db, file).items.iter().enumerate() {
        let (ItemKind::Fragment, Some(name)) = (item.kind, &item.name) else {
            continue;
        };
        let again = (at as u32, name);
        let elsewhere = known
            .get(&name.text)
            .map(|(first, _)| *first)
            .filter(|first| *first != file);
        let first = match (elsewhere, firsts.get(name.text.as_str())) {
            (Some(other), _) => Err(other.path(db).as_str()),
            (None, Some((item, first))) => Ok(Place::item(*item, first.span)),
            (None, None) => {
                firsts.insert(&name.text, again);
                continue;
            }
        };
        findings.push(query::duplicate_fragment(again, first));
    }
    findings
}

/// A query of a file, as an overview shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuerySummary {
    pub name: String,
    /// Where it stands in its file.
    pub span: Span,
    /// `None` if it could not be parsed.
    pub mutation: Option<bool>,
    pub checked: CheckedQuery,
}

/// The queries of a file in the order of its text.
pub fn queries(db: &dyn Db, project: Project, file: SourceFile) -> Vec<QuerySummary> {
    if file.language(db) != Language::Query {
        return Vec::new();
    }
    let cut = items(db, file);
    item_texts(db, file)
        .iter()
        .zip(&cut.items)
        .filter(|(_, item)| item.kind == ItemKind::Query)
        .map(|(text, item)| {
            let tree = parse_query_item(db, *text).tree.as_ref();
            let is_mutation = |body: &omnigraph_grammar::query::ast::Body| {
                matches!(body, omnigraph_grammar::query::ast::Body::Mutation(_))
            };
            QuerySummary {
                name: item.name.as_ref().map_or(String::new(), |name| name.text.clone()),
                span: item.span,
                mutation: tree.map(|tree| is_mutation(&tree.body)),
                checked: check_query(db, project, *text).clone(),
            }
        })
        .collect()
}

/// A query that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    pub plan: ir::Plan,
    pub descriptor: ir::Descriptor,
}

/// The query of this name, or the only one of the file; `None` if there is none, or if it has errors, which
/// [`file_diagnostics`] gives.
pub fn compiled(db: &dyn Db, project: Project, file: SourceFile, name: Option<&str>) -> Option<Compiled> {
    let mut found = queries(db, project, file);
    match name {
        Some(name) => found.retain(|query| query.name == name),
        None if found.len() > 1 => return None,
        None => {}
    }
    let checked = found.into_iter().next()?.checked;
    Some(Compiled {
        plan: checked.plan?,
        descriptor: checked.descriptor?,
    })
}
