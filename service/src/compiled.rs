//! Query texts, compiled against the accepted schema of a snapshot and kept by the schema's hash and the text: a request that
//! comes again is not checked again.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use omnigraph_compiler::db::{self, Database, Project, QuerySummary, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::schema::SchemaSettings;
use omnigraph_compiler::schema_text::text_is_true;
use omnigraph_engine::Snapshot;
use omnigraph_grammar::{Language, Span};

use crate::error::Result;

/// Texts that are kept, and how long they may be together: plans take some ten times the memory of their texts.
const MOST_TEXTS: usize = 1024;
const MOST_BYTES: usize = 4 << 20;

/// What a text holds.
#[derive(Debug)]
pub(crate) struct Compilation {
    pub queries: Vec<QuerySummary>,
    /// Errors alone; places in the schema are left out.
    errors: Vec<Diagnostic>,
}

#[derive(Debug, Default)]
pub(crate) struct Compilations {
    kept: Mutex<Cache>,
}

#[derive(Debug, Default)]
struct Cache {
    texts: HashMap<Arc<Key>, Arc<Compilation>>,
    /// The oldest first.
    order: VecDeque<Arc<Key>>,
    bytes: usize,
    /// Hashes of schemas whose text means what was accepted.
    sound: HashSet<String>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    schema: String,
    text: String,
}

impl Compilations {
    /// A text against the schema of a snapshot.
    pub(crate) fn get(&self, snapshot: &Snapshot, text: &str) -> Arc<Compilation> {
        let key = Arc::new(Key {
            schema: snapshot.schema().hash.clone(),
            text: text.to_owned(),
        });
        if let Some(found) = self.lock().texts.get(&key) {
            return found.clone();
        }
        let compilation = Arc::new(compile(snapshot, text));
        self.lock().put(key, compilation.clone());
        compilation
    }

    /// Whether the stored text of a snapshot's schema still means what was accepted; each schema is looked at once.
    pub(crate) fn verify_schema(&self, snapshot: &Snapshot) -> Result<()> {
        let schema = snapshot.schema();
        if self.lock().sound.contains(&schema.hash) {
            return Ok(());
        }
        if !text_is_true(&schema.object) {
            return Err(schema.corrupt("its source text means another schema").into());
        }
        self.lock().sound.insert(schema.hash.clone());
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn put(&mut self, key: Arc<Key>, compilation: Arc<Compilation>) {
        if key.text.len() > MOST_BYTES || self.texts.insert(key.clone(), compilation).is_some() {
            return;
        }
        self.bytes += key.text.len();
        self.order.push_back(key);
        while self.order.len() > MOST_TEXTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= oldest.text.len();
            self.texts.remove(&oldest);
        }
    }
}

fn compile(snapshot: &Snapshot, text: &str) -> Compilation {
    let database = Database::new();
    let file = SourceFile::new(&database, String::new(), text.to_owned(), Language::Query);
    let accepted = Some(snapshot.catalog.clone());
    let project = Project::new(&database, vec![file], SchemaSettings::default(), accepted, Vec::new());
    let mut errors = db::diagnostics(&database, project);
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
    Compilation {
        queries: db::queries(&database, project, file),
        errors,
    }
}

impl Compilation {
    /// The errors that keep what lies at `span` from running, or those of the whole text: with the places in the schema that
    /// they point at, for which the stored text is read once more.
    pub(crate) fn errors(
        &self,
        snapshot: &Snapshot,
        path: &str,
        text: &str,
        span: Option<Span>,
    ) -> Option<(Vec<Diagnostic>, Sources)> {
        let within = |diagnostic: &Diagnostic| {
            span.is_none_or(|span| diagnostic.span.start >= span.start && diagnostic.span.start <= span.end)
        };
        if !self.errors.iter().any(within) {
            return None;
        }
        let database = Database::new();
        let schema = &snapshot.schema().object.source;
        let schema = SourceFile::new(&database, schema_path(snapshot), schema.clone(), Language::Schema);
        let file = SourceFile::new(&database, path.to_owned(), text.to_owned(), Language::Query);
        let settings = SchemaSettings::default();
        let project = Project::new(&database, vec![schema, file], settings, None, Vec::new());
        let mut diagnostics = db::file_diagnostics(&database, project, file);
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error && within(diagnostic));
        if diagnostics.is_empty() {
            // The text of the schema has nothing to say against it, but what was accepted has.
            diagnostics = self
                .errors
                .iter()
                .filter(|diagnostic| within(diagnostic))
                .cloned()
                .collect();
            diagnostics
                .iter_mut()
                .for_each(|diagnostic| path.clone_into(&mut diagnostic.file));
        }
        Some((diagnostics, db::sources(&database, project)))
    }
}

/// What diagnostics call the schema of a graph.
fn schema_path(snapshot: &Snapshot) -> String {
    format!("{} (schema)", snapshot.graph().location())
}
