//! The fragments of a project, which all of its query files see. A query depends on those that it calls, and on nothing else of
//! the other files.

use std::collections::BTreeMap;

use omnigraph_grammar::{ItemKind, Language};

use super::check::{Word, analyse_query};
use super::file::{ItemText, item_texts, parse_query_item};
use super::{Db, Project, SourceFile};
use crate::query;

/// The fragments of a file by their names, in the order of its text.
#[salsa::tracked]
pub fn file_fragments<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<(String, ItemText<'db>)> {
    if file.language(db) != Language::Query {
        return Vec::new();
    }
    let items = item_texts(db, file)
        .iter()
        .filter(|item| item.kind(db) == ItemKind::Fragment);
    items
        .filter_map(|item| Some((item.name(db).as_ref()?.text.clone(), *item)))
        .collect()
}

/// The fragments of a project. Of two with one name the first is meant, by the paths of their files.
#[salsa::tracked]
pub fn project_fragments<'db>(db: &'db dyn Db, project: Project) -> BTreeMap<String, (SourceFile, ItemText<'db>)> {
    let mut files: Vec<SourceFile> = project.files(db).clone();
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    let mut found = BTreeMap::new();
    for file in files {
        for (name, item) in file_fragments(db, file) {
            found.entry(name.clone()).or_insert((file, *item));
        }
    }
    found
}

#[salsa::tracked(returns(copy))]
pub(super) fn fragment<'db>(db: &'db dyn Db, project: Project, name: Word<'db>) -> Option<ItemText<'db>> {
    project_fragments(db, project).get(name.text(db)).map(|(_, item)| *item)
}

/// The names that a query or a fragment calls.
#[salsa::tracked]
pub(crate) fn item_calls<'db>(db: &'db dyn Db, item: ItemText<'db>) -> Vec<String> {
    let tree = parse_query_item(db, item).tree.as_ref();
    tree.map_or_else(Vec::new, |tree| query::calls(tree).into_keys().collect())
}

/// Whether something is wrong with a fragment, which is reported where it stands.
#[salsa::tracked(returns(copy))]
pub(super) fn is_broken_fragment<'db>(db: &'db dyn Db, project: Project, item: ItemText<'db>) -> bool {
    let analysis = analyse_query(db, project, item).as_ref();
    analysis.is_none_or(|analysis| analysis.correct.is_none())
}
