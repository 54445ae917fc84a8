//! What lints cannot see in the files of a project and have to be given: how many rows a graph holds, and which queries
//! others rely on.

use std::collections::BTreeMap;

use omnigraph_grammar::{ItemKind, Name};
use omnigraph_model::catalog::Catalog;

use super::published::Published;
use super::usage::QueryUsage;
use super::{Check, LINTS};
use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::Finding;
use crate::query::CheckedQuery;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// By node or edge type, of the graph that the queries are meant for. Empty without one.
    pub rows: BTreeMap<String, u64>,
    pub published: Option<Published>,
}

/// A query as the lints see it that compare it with what they are given. Places name item 0, the query itself.
pub struct Asked<'a> {
    pub name: &'a Name,
    pub usage: &'a QueryUsage,
    pub checked: &'a CheckedQuery,
    pub catalog: &'a Catalog,
}

/// What these lints have to say about the queries of a file, whatever the settings.
pub(super) fn findings(db: &dyn Db, project: Project, file: SourceFile, external: &External) -> Vec<Finding> {
    if *external == External::default() {
        return Vec::new();
    }
    let catalog = db::catalog(db, project);
    let mut all = Vec::new();
    for (at, item) in db::item_texts(db, file).iter().enumerate() {
        let (ItemKind::Query, Some(name)) = (item.kind(db), item.name(db)) else {
            continue;
        };
        let asked = Asked {
            name,
            usage: &db::lint_query(db, project, *item).usage,
            checked: db::check_query(db, project, *item),
            catalog,
        };
        let mut found = Vec::new();
        for lint in LINTS {
            if let Check::External(check) = lint.check {
                check(&asked, external, &mut found);
            }
        }
        all.extend(found.into_iter().map(|finding| finding.in_item(at as u32)));
    }
    all
}
