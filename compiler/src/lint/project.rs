//! All files of a project as the lints across files see them.

use std::sync::Arc;

use omnigraph_grammar::{ItemKind, Language, Name};
use omnigraph_model::catalog::Catalog;
use omnigraph_model::schema::Shape;

use super::{Check, QueryLints};
use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::Finding;
use crate::rules::LINTS;

pub struct ProjectView<'db> {
    queries: Vec<QueryAt<'db>>,
    pub schema: Option<SourceFile>,
    /// Whether queries can be checked at all.
    pub has_schema: bool,
    /// Schemas that are equally near, so that none is taken.
    pub rivals: &'db Vec<String>,
    pub shape: Arc<Shape>,
    pub catalog: Arc<Catalog>,
    db: &'db dyn Db,
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
        let mut queries = Vec::new();
        for file in files.iter().filter(|file| file.language(db) == Language::Query) {
            for (item, text) in db::item_texts(db, *file).iter().enumerate() {
                let (ItemKind::Query, Some(name)) = (text.kind(db), text.name(db)) else {
                    continue;
                };
                queries.push(QueryAt {
                    file: *file,
                    item: item as u32,
                    name: name.clone(),
                    lints: db::lint_query(db, project, *text),
                });
            }
        }
        ProjectView {
            queries,
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
