//! The `migration_check`s of a text on the schema that the migration starts from.

use std::sync::Arc;

use omnigraph_grammar::schema::ast::Declaration;
use omnigraph_model::catalog::of_accepted;
use omnigraph_model::schema::{Accepted, Presentation};

use super::SchemaText;
use crate::diagnostic::{Finding, Place, Severity};
use crate::query;
use crate::rules::schema::s039_migration_check;
use crate::schema::OwnQuery;

impl SchemaText {
    /// What is wrong with the queries of this text's checks, which run on a graph with the accepted schema.
    pub fn checks_on(&self, accepted: &Accepted) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut names = None;
        for (at, source) in self.items.iter().enumerate() {
            let Some(Declaration::MigrationCheck(check)) = source.tree.as_deref() else {
                continue;
            };
            let Some((own, tree)) = OwnQuery::of(check, &source.text).and_then(OwnQuery::parsed) else {
                continue;
            };
            let names = names.get_or_insert_with(|| Arc::new(of_accepted(accepted, &Presentation::default())));
            let found = query::analyse(&tree, names).findings;
            let wrong = found.iter().filter(|finding| finding.severity == Severity::Error);
            findings.extend(wrong.map(|finding| {
                let span = match &finding.place {
                    Place::Item { span, .. } => own.back(*span),
                    _ => check.query,
                };
                s039_migration_check::meaning(Place::item(at as u32, span), finding)
            }));
        }
        findings
    }

    /// For a text that changes nothing: its checks were made when it was applied.
    pub fn forget_checks(&mut self) {
        for item in &mut self.items {
            item.tree
                .take_if(|tree| matches!(**tree, Declaration::MigrationCheck(_)));
        }
    }
}
