//! Diagnostics as data. Inside the compiler a [`Finding`] points into items, so that it stays equal when text moves;
//! on the way out it becomes a [`Diagnostic`] with files and absolute spans, which the renderers and the language
//! server print.

use omnigraph_grammar::Span;
use serde::{Deserialize, Serialize};

use crate::rules::Rule;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// Where something is, without offsets that an edit elsewhere would move.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the item that was checked (for a schema: the item with this index); the span counts from its start.
    Item { item: u32, span: Span },
    /// In the file that was checked, outside of items.
    File(Span),
    /// A declaration of the schema, found by name on the way out.
    Schema(SchemaPath),
}

/// A part of a schema by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SchemaPath {
    /// The name of a node, edge or interface type.
    Type { kind: DeclarationKind, name: String },
    /// The name of a property where it is declared (for an injected one, in its interface).
    Property {
        kind: DeclarationKind,
        owner: String,
        property: String,
    },
    /// The type of a property where it is declared.
    PropertyType {
        kind: DeclarationKind,
        owner: String,
        property: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeclarationKind {
    Interface,
    Node,
    Edge,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static Rule,
    /// The rule's own, unless settings or circumstances changed it.
    pub severity: Severity,
    /// One sentence, no code, names in backticks.
    pub message: String,
    pub place: Place,
    /// Text beside the primary place; the message stands there if empty.
    pub label: String,
    pub labels: Vec<(Place, String)>,
    pub notes: Vec<String>,
    pub help: Option<String>,
    pub fixes: Vec<FindingFix>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingFix {
    pub title: String,
    /// Whether it may be applied unseen.
    pub safe: bool,
    pub edits: Vec<(Place, String)>,
}

/// A finding with its files and absolute places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub message: String,
    /// Path as the project names it.
    pub file: String,
    pub span: Span,
    pub label: String,
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub help: Option<String>,
    pub fixes: Vec<Fix>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub file: String,
    pub span: Span,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub title: String,
    pub safe: bool,
    pub edits: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub file: String,
    pub span: Span,
    pub text: String,
}
