//! What a project's schema means, type by type, and its queries checked against it. A query depends on the types it
//! names and on nothing else of the schema.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use omnigraph_grammar::query::ast;
use omnigraph_grammar::query::tokens;
use omnigraph_model::catalog::{Catalog, EdgeType, InterfaceType, NodeType};
use omnigraph_model::ir::{Plan, ReadPlan};
use omnigraph_model::schema::{DeclarationKind, Presentation, Shape};
use sha2::{Digest, Sha256};

use super::file::{ItemText, parse_query_item, schema_items};
use super::fragments;
use super::{Db, Project, SourceFile};
use crate::catalog::unbound;
use crate::diagnostic::Finding;
use crate::lint::{self, ProjectView, QueryLints};
use crate::query::{self, Analysis, CheckedQuery, Names};
use crate::schema::{SchemaCheck, check_schema};

/// Whether there is a schema that queries can be checked against.
#[salsa::tracked(returns(copy))]
pub(crate) fn has_schema(db: &dyn Db, project: Project) -> bool {
    super::file::schema_file(db, project).is_some() || project.accepted(db).is_some()
}

#[salsa::tracked]
pub fn schema_check(db: &dyn Db, project: Project) -> SchemaCheck {
    check_schema(&schema_items(db, project), project.settings(db))
}

/// A schema without anything that points into its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    shape: Arc<Shape>,
    presentation: Arc<Presentation>,
    broken: BTreeSet<(DeclarationKind, String)>,
}

#[salsa::tracked]
pub(super) fn meaning(db: &dyn Db, project: Project) -> Meaning {
    let check = schema_check(db, project);
    Meaning {
        shape: check.shape.clone(),
        presentation: check.presentation.clone(),
        broken: check.broken.clone(),
    }
}

/// The whole catalog, its identities left out: they depend on everything.
#[salsa::tracked]
pub fn catalog(db: &dyn Db, project: Project) -> Arc<Catalog> {
    if super::file::schema_file(db, project).is_none()
        && let Some(accepted) = project.accepted(db)
    {
        return accepted.clone();
    }
    let meaning = meaning(db, project);
    Arc::new(unbound(&meaning.shape, &meaning.presentation))
}

/// A name as the key of a look-up.
#[salsa::interned]
pub(super) struct Word<'db> {
    pub text: String,
}

#[salsa::tracked]
pub(super) fn node_type<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> Option<Arc<NodeType>> {
    catalog(db, project).nodes.get(name.text(db)).cloned()
}

/// The names of the edges by how they are spelled in lower case.
#[salsa::tracked]
pub(super) fn edge_names(db: &dyn Db, project: Project) -> HashMap<String, String> {
    let edges = catalog(db, project).edges.keys();
    edges.map(|name| (name.to_ascii_lowercase(), name.clone())).collect()
}

/// By the name in lower case: no two edges differ in case alone.
#[salsa::tracked]
pub(super) fn edge_type<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> Option<Arc<EdgeType>> {
    let name = edge_names(db, project).get(name.text(db))?;
    catalog(db, project).edges.get(name).cloned()
}

#[salsa::tracked]
pub(super) fn interface_type<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> Option<Arc<InterfaceType>> {
    catalog(db, project).interfaces.get(name.text(db)).cloned()
}

/// The names of the types that implement an interface. A change of one of these types changes none of them.
#[salsa::tracked]
pub(super) fn implementers<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> Vec<String> {
    Names::implementers(catalog(db, project), name.text(db))
}

/// Whether the schema declares a type of this name that could not be understood.
#[salsa::tracked(returns(copy))]
pub(super) fn is_broken<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> bool {
    query::is_broken(&meaning(db, project).broken, name.text(db))
}

/// The schema of a project as a query sees it.
pub struct ProjectNames<'db> {
    pub db: &'db dyn Db,
    pub project: Project,
}

impl<'db> ProjectNames<'db> {
    fn fragment_item(&self, name: &str) -> Option<ItemText<'db>> {
        fragments::fragment(self.db, self.project, Word::new(self.db, name))
    }

    fn broken(&self, name: &str) -> bool {
        is_broken(self.db, self.project, Word::new(self.db, name))
    }
}

impl Names for ProjectNames<'_> {
    fn node(&self, name: &str) -> Option<Arc<NodeType>> {
        let found = node_type(self.db, self.project, Word::new(self.db, name)).clone();
        found.filter(|_| !self.broken(name))
    }

    fn edge(&self, name: &str) -> Option<Arc<EdgeType>> {
        let lower = name.to_ascii_lowercase();
        let found = edge_type(self.db, self.project, Word::new(self.db, lower.as_str())).clone();
        found.filter(|_| !self.broken(name))
    }

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>> {
        let found = interface_type(self.db, self.project, Word::new(self.db, name)).clone();
        found.filter(|_| !self.broken(name))
    }

    fn implementers(&self, interface: &str) -> Vec<String> {
        implementers(self.db, self.project, Word::new(self.db, interface)).clone()
    }

    fn is_broken_type(&self, name: &str) -> bool {
        self.broken(name)
    }

    fn fragment(&self, name: &str) -> Option<Arc<ast::Query>> {
        parse_query_item(self.db, self.fragment_item(name)?).tree.clone()
    }

    fn is_broken_fragment(&self, name: &str) -> bool {
        let item = self.fragment_item(name);
        item.is_some_and(|item| fragments::is_broken_fragment(self.db, self.project, item))
    }

    fn fragment_calls(&self, name: &str) -> Vec<String> {
        let item = self.fragment_item(name);
        item.map_or_else(Vec::new, |item| fragments::item_calls(self.db, item).clone())
    }

    fn fragments(&self) -> Vec<String> {
        fragments::project_fragments(self.db, self.project)
            .keys()
            .cloned()
            .collect()
    }

    fn catalog(&self) -> Arc<Catalog> {
        catalog(self.db, self.project).clone()
    }
}

/// The names and types of one query against the schema: what its plan and its lints are made from. One with syntax errors
/// is not looked at: what its tree lacks would be reported as missing. Those of long ago are let go.
#[salsa::tracked(lru = 1024)]
pub(super) fn analyse_query<'db>(db: &'db dyn Db, project: Project, item: ItemText<'db>) -> Option<Analysis> {
    let parsed = parse_query_item(db, item);
    let tree = parsed.tree.as_ref().filter(|_| parsed.errors.is_empty())?;
    Some(query::analyse(tree, &ProjectNames { db, project }))
}

/// One query against the schema. Plans of long ago are let go; what is wrong is kept by [`query_findings`].
#[salsa::tracked(lru = 1024)]
pub fn check_query<'db>(db: &'db dyn Db, project: Project, item: ItemText<'db>) -> CheckedQuery {
    let analysis = analyse_query(db, project, item).as_ref();
    analysis.map_or_else(CheckedQuery::default, |analysis| {
        let mut checked = query::checked(analysis, &ProjectNames { db, project });
        if let Some(Plan::Read(ReadPlan { after: Some(after), .. })) = &mut checked.plan {
            after.query = text_hash(item.text(db));
        }
        checked
    })
}

/// What a query's text is known by, layout and comments left out.
fn text_hash(text: &str) -> String {
    let mut hash = Sha256::new();
    for token in tokens(text).into_iter().filter(|token| !token.kind.is_trivia()) {
        hash.update(&text[token.span.range()]);
        hash.update([0]);
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with one query; places name item 0, which is the query itself. Without a schema nothing can be said.
#[salsa::tracked]
pub(crate) fn query_findings<'db>(db: &'db dyn Db, project: Project, item: ItemText<'db>) -> Vec<Finding> {
    match has_schema(db, project) {
        true => check_query(db, project, item).findings.clone(),
        false => Vec::new(),
    }
}

/// The shape of the project's schema as far as it could be understood.
pub(crate) fn schema_shape(db: &dyn Db, project: Project) -> Arc<Shape> {
    meaning(db, project).shape.clone()
}

/// What all lints have to say about one query, whatever the settings.
#[salsa::tracked]
pub fn lint_query<'db>(db: &'db dyn Db, project: Project, item: ItemText<'db>) -> QueryLints {
    let analysis = analyse_query(db, project, item).as_ref();
    let correct = analysis.and_then(|analysis| analysis.correct.as_ref());
    match (&parse_query_item(db, item).tree, correct) {
        (Some(tree), Some(correct)) => lint::query(tree, item.text(db), &ProjectNames { db, project }, correct),
        _ => QueryLints::default(),
    }
}

/// What the lints that look at the whole project have to say, and about which file.
#[salsa::tracked]
pub fn lint_project(db: &dyn Db, project: Project) -> Vec<(SourceFile, Finding)> {
    ProjectView::new(db, project).run()
}
