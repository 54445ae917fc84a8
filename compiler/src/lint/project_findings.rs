//! What the lints that look at all files said last, for those who show a file while those lints look again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use omnigraph_grammar::Name;

use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::{Finding, Place};

/// Findings by file, each with the item that it lies in.
#[derive(Clone, Default)]
pub struct ProjectFindings {
    files: HashMap<SourceFile, Vec<(Finding, Option<ItemKey>)>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ItemKey {
    text: Arc<str>,
    name: Option<Name>,
}

impl ProjectFindings {
    /// Computes them if they are not known.
    pub fn of(db: &dyn Db, project: Project) -> ProjectFindings {
        let mut files: HashMap<SourceFile, Vec<_>> = HashMap::new();
        for (file, finding) in db::lint_project(db, project) {
            let around = match &finding.place {
                Place::Item { item, .. } => around(db, *file, *item),
                _ => None,
            };
            files.entry(*file).or_default().push((finding.clone(), around));
        }
        ProjectFindings { files }
    }

    /// The files of which something else is said than before.
    pub fn changed(&self, before: &ProjectFindings) -> Vec<SourceFile> {
        let mut all: HashSet<&SourceFile> = self.files.keys().collect();
        all.extend(before.files.keys());
        let said = |all: &ProjectFindings, file: &SourceFile| all.files.get(file).cloned().unwrap_or_default();
        all.retain(|file| said(self, file) != said(before, file));
        all.into_iter().copied().collect()
    }

    /// What was said of a file, as far as it lies where it lay.
    pub(super) fn still_of(&self, db: &dyn Db, file: SourceFile) -> Vec<Finding> {
        let said = self.files.get(&file).into_iter().flatten();
        let holds = |finding: &Finding, before: &Option<ItemKey>| match (&finding.place, before) {
            (Place::Item { item, span }, Some(before)) => around(db, file, *item).is_some_and(|now| {
                let on_name = |around: &ItemKey| around.name.as_ref().is_some_and(|name| name.span == *span);
                now.text == before.text || (now.name == before.name && on_name(before))
            }),
            (Place::Schema(_), _) => true,
            _ => false,
        };
        said.filter(|(finding, before)| holds(finding, before))
            .map(|(finding, _)| finding.clone())
            .collect()
    }
}

fn around(db: &dyn Db, file: SourceFile, item: u32) -> Option<ItemKey> {
    let item = db::item_texts(db, file).get(item as usize)?;
    Some(ItemKey {
        text: item.text(db).clone(),
        name: item.name(db).clone(),
    })
}
