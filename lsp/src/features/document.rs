//! A document of a snapshot, and places in it.

use std::path::PathBuf;

use omnigraph_compiler::db::{Project, SourceFile, line_starts};
use omnigraph_grammar::{Language, Span};
use serde_json::{Value, json};
use tower_lsp::ls_types::{Position, Range};

use crate::server::Snapshot;
use crate::text::Lines;
use crate::workspace::from_uri;

/// A schema or a query file that belongs to a project.
pub(crate) struct Document<'a> {
    pub snapshot: &'a Snapshot,
    pub path: PathBuf,
    pub file: SourceFile,
    pub project: Project,
    pub lines: Lines<'a>,
}

impl<'a> Document<'a> {
    pub(crate) fn of_path(snapshot: &'a Snapshot, path: PathBuf) -> Option<Document<'a>> {
        let file = *snapshot.workspace.files.get(&path)?;
        let project = snapshot.workspace.root_of(&path)?.project;
        let lines = Lines::known(
            file.text(&snapshot.db),
            line_starts(&snapshot.db, file),
            snapshot.workspace.encoding,
        );
        Some(Document {
            snapshot,
            path,
            file,
            project,
            lines,
        })
    }

    pub(crate) fn of_uri(snapshot: &'a Snapshot, uri: &str) -> Option<Document<'a>> {
        Document::of_path(snapshot, path_of(snapshot, uri)?)
    }

    /// The document that a request's parameters name.
    pub(crate) fn of(snapshot: &'a Snapshot, params: &Value) -> Option<Document<'a>> {
        Document::of_uri(snapshot, params.pointer("/textDocument/uri")?.as_str()?)
    }

    /// The document and the offset that a request's parameters name.
    pub(crate) fn at(snapshot: &'a Snapshot, params: &Value) -> Option<(Document<'a>, u32)> {
        let document = Document::of(snapshot, params)?;
        let position: Position = serde_json::from_value(params.get("position")?.clone()).ok()?;
        let offset = document.lines.offset(position);
        Some((document, offset))
    }

    /// The part that a request's `range` names.
    pub(crate) fn span(&self, params: &Value) -> Option<Span> {
        let range: Range = serde_json::from_value(params.get("range")?.clone()).ok()?;
        Some(self.lines.span(range))
    }

    pub(crate) fn text(&self) -> &'a str {
        self.lines.text
    }

    pub(crate) fn language(&self) -> Language {
        self.file.language(&self.snapshot.db)
    }

    pub(crate) fn uri(&self) -> String {
        self.snapshot.workspace.uri(&self.path)
    }

    pub(crate) fn location(&self, span: Span) -> Value {
        json!({ "uri": self.uri(), "range": self.lines.json(span) })
    }
}

/// The path of a document: of its file, or where an open document without one is kept.
pub(super) fn path_of(snapshot: &Snapshot, uri: &str) -> Option<PathBuf> {
    let opened = snapshot.workspace.uris.iter().find(|(_, known)| *known == uri);
    opened.map(|(path, _)| path.clone()).or_else(|| from_uri(uri))
}
