//! The incremental database. Inputs are the texts of files and which files make a project; everything else is derived
//! and remembered. Meaning is kept apart from position: an item is known by its own text, what is found in it counts
//! from its start, and absolute places are added on the way out. So text that moves is not checked again.

mod check;
mod file;
mod fragments;
mod report;

use std::sync::Arc;

use omnigraph_grammar::Language;
use omnigraph_model::catalog::Catalog;

use crate::schema::SchemaSettings;

pub(crate) use check::schema_shape;
pub use check::{ProjectNames, catalog, check_query, lint_project, lint_query, schema_check};
pub(crate) use check::{has_schema, query_findings};
pub use file::{
    FileItems, ItemText, ParsedDeclaration, ParsedQuery, item_texts, items, line_starts, parse_query_item,
    parse_schema_item, starts_of_lines,
};
pub(crate) use file::{parse_declaration, schema_file, syntax_errors};
pub(crate) use fragments::item_calls;
pub use fragments::{file_fragments, project_fragments};
pub use report::{Compiled, QuerySummary, compiled, diagnostics, file_diagnostics, queries, sources};
pub(crate) use report::{finish, lint_findings, lint_findings_across, ordered, placed, placed_one};

/// What the derived queries need of a database.
#[salsa::db]
pub trait Db: salsa::Database {}

/// A file as the project names it. One is never removed; a closed file's text may be set to nothing.
#[salsa::input]
pub struct SourceFile {
    pub path: String,
    pub text: String,
    #[returns(copy)]
    pub language: Language,
}

/// The files that are checked together: at most one schema, and queries.
#[salsa::input]
pub struct Project {
    pub files: Vec<SourceFile>,
    pub settings: SchemaSettings,
    /// The schema of a store, used when no file holds one.
    pub accepted: Option<Arc<Catalog>>,
    /// Schemas that are equally near to the queries, so that none of them is among the files.
    pub rivals: Vec<String>,
}

impl Project {
    /// A project with ordinary settings and its schema in a file.
    pub fn of(db: &Database, files: Vec<SourceFile>) -> Project {
        Project::new(db, files, SchemaSettings::default(), None, Vec::new())
    }
}

/// Hears of every query that is computed anew, by name.
pub type Listener = Box<dyn Fn(&str) + Send + Sync>;

#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {}

impl Default for Database {
    fn default() -> Database {
        Database::new()
    }
}

impl Database {
    pub fn new() -> Database {
        Database::build(None)
    }

    /// A database that reports which queries it computes; for tests and for profiling.
    pub fn listened(listener: Listener) -> Database {
        Database::build(Some(listener))
    }

    fn build(listener: Option<Listener>) -> Database {
        let mut storage = salsa::Storage::builder()
            .ingredient::<SourceFile>()
            .ingredient::<Project>()
            .ingredient::<file::ItemText<'_>>()
            .ingredient::<file::items>()
            .ingredient::<file::item_texts>()
            .ingredient::<file::parse_schema_item>()
            .ingredient::<file::parse_query_item>()
            .ingredient::<file::syntax_errors>()
            .ingredient::<file::schema_index>()
            .ingredient::<file::line_starts>()
            .ingredient::<fragments::file_fragments>()
            .ingredient::<fragments::project_fragments>()
            .ingredient::<fragments::fragment>()
            .ingredient::<fragments::item_calls>()
            .ingredient::<fragments::is_broken_fragment>()
            .ingredient::<check::Word<'_>>()
            .ingredient::<check::has_schema>()
            .ingredient::<check::schema_check>()
            .ingredient::<check::meaning>()
            .ingredient::<check::catalog>()
            .ingredient::<check::node_type>()
            .ingredient::<check::edge_names>()
            .ingredient::<check::edge_type>()
            .ingredient::<check::interface_type>()
            .ingredient::<check::implementers>()
            .ingredient::<check::is_broken>()
            .ingredient::<check::analyse_query>()
            .ingredient::<check::check_query>()
            .ingredient::<check::query_findings>()
            .ingredient::<check::lint_query>()
            .ingredient::<check::lint_project>();
        if let Some(listener) = listener {
            storage = storage.event_callback(Box::new(move |event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind {
                    listener(&format!("{database_key:?}"));
                }
            }));
        }
        Database {
            storage: storage.build(),
        }
    }
}
