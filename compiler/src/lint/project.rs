//! All files of a project as the lints across files see them.

use std::collections::HashSet;
use std::sync::Arc;

use omnigraph_grammar::{ItemKind, Language, Name};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::schema::Shape;

use super::{Check, QueryLints, QueryUsage};
use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::Finding;
use crate::rules::LINTS;

pub struct ProjectView<'db> {
    queries: Vec<QueryAt<'db>>,
    fragments: Vec<FragmentAt<'db>>,
    /// The names that are called, a fragment's by itself aside.
    called: HashSet<&'db str>,
    pub schema: Option<SourceFile>,
    /// Whether queries can be checked at all.
    pub has_schema: bool,
    /// Schemas that are equally near, so that none is taken.
    pub rivals: &'db Vec<String>,
    pub shape: Arc<Shape>,
    pub catalog: Arc<Catalog>,
    db: &'db dyn Db,
}

/// A fragment with the place it stands at.
pub struct FragmentAt<'db> {
    pub file: SourceFile,
    pub item: u32,
    /// What it is called; the span counts from its start.
    pub name: Name,
    /// How long its text is.
    pub end: u32,
    pub lints: &'db QueryLints,
}

/// A query with the place it stands at.
pub struct QueryAt<'db> {
    pub file: SourceFile,
    pub item: u32,
    /// What it is called; the span counts from its start.
    pub name: Name,
    pub lints: &'db QueryLints,
}

impl<'db> ProjectView<'db> {
    pub(crate) fn new(db: &'db dyn Db, project: Project) -> ProjectView<'db> {
        let mut files: Vec<SourceFile> = project.files(db).clone();
        files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
        let (mut queries, mut fragments) = (Vec::new(), Vec::new());
        for file in files.iter().filter(|file| file.language(db) == Language::Query) {
            for (item, text) in db::item_texts(db, *file).iter().enumerate() {
                let Some(name) = text.name(db).clone() else { continue };
                let (file, item) = (*file, item as u32);
                match text.kind(db) {
                    ItemKind::Query => {
                        let lints = db::lint_query(db, project, *text);
                        queries.push(QueryAt {
                            file,
                            item,
                            name,
                            lints,
                        });
                    }
                    ItemKind::Fragment => {
                        let lints = db::lint_query(db, project, *text);
                        let end = text.text(db).len() as u32;
                        fragments.push(FragmentAt {
                            file,
                            item,
                            name,
                            end,
                            lints,
                        });
                    }
                    _ => {}
                }
            }
        }
        let mut called = HashSet::new();
        if !fragments.is_empty() {
            for file in files.iter().filter(|file| file.language(db) == Language::Query) {
                for text in db::item_texts(db, *file) {
                    let own = text.name(db).as_ref().filter(|_| text.kind(db) == ItemKind::Fragment);
                    let calls = db::item_calls(db, *text).iter();
                    let others = calls.filter(|name| own.is_none_or(|own| own.text != **name));
                    called.extend(others.map(String::as_str));
                }
            }
        }
        ProjectView {
            queries,
            fragments,
            called,
            schema: db::schema_file(db, project),
            has_schema: db::has_schema(db, project),
            rivals: project.rivals(db),
            shape: db::schema_shape(db, project),
            catalog: db::catalog(db, project).clone(),
            db,
        }
    }

    /// In the order of their paths. Gives up when there is newer text.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &QueryAt<'db>> {
        self.queries.chunks(64).flat_map(|some| {
            self.db.unwind_if_revision_cancelled();
            some
        })
    }

    /// In the same order.
    pub(crate) fn fragments(&self) -> &[FragmentAt<'db>] {
        &self.fragments
    }

    /// Whether a query, or another fragment, calls one of this name.
    pub(crate) fn is_called(&self, fragment: &str) -> bool {
        self.called.contains(fragment)
    }

    /// What queries and fragments use.
    pub(crate) fn usages(&self) -> impl Iterator<Item = &'db QueryUsage> {
        let queries = self.queries().map(|query| query.lints);
        let fragments = self.fragments.iter().map(|fragment| fragment.lints);
        queries.chain(fragments).map(|lints| &lints.usage)
    }

    pub(crate) fn path(&self, file: SourceFile) -> &str {
        file.path(self.db)
    }

    /// Runs the lints that look at the whole project.
    pub(crate) fn run(&self) -> Vec<(SourceFile, Finding)> {
        let mut found = Vec::new();
        for lint in LINTS {
            if let Check::Project(check) = lint.check {
                check(self, &mut found);
            }
        }
        found
    }
}
