//! The text of one schema, checked by itself: what is wrong with it, whether it may replace an accepted schema, and what a
//! store keeps of it.

mod checks;
mod former;
mod object;

use std::sync::Arc;

use omnigraph_grammar::Language;
use omnigraph_grammar::schema::ast::Declaration;

use crate::db;
use crate::diagnostic::{Diagnostic, FilePlaces, Finding, SchemaPath, resolve};
use crate::schema::{SchemaCheck, SchemaIndex, SchemaItem, SchemaSettings, apply_comments, check_schema};

pub use object::{create, evolve, needed, text_is_true};

/// The path by which diagnostics name a schema that has none of its own.
pub const SCHEMA_FILE: &str = "schema.pg";

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
