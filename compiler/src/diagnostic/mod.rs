//! Diagnostics as data. Inside the compiler a [`Finding`] points into items, so that it stays equal when text moves;
//! on the way out it becomes a [`Diagnostic`] with files and absolute spans, which the renderers and the language
//! server print.

mod line_index;
pub mod render;
mod resolve;
mod rule;

use omnigraph_grammar::Span;
use omnigraph_model::printable::one_line;
use omnigraph_model::schema::DeclarationKind;
use serde::{Deserialize, Serialize};

use crate::wording::any_of;

pub use line_index::{LineColumn, LineIndex};
pub use render::{Sources, concise, human, json};
pub(crate) use resolve::resolve;
pub use resolve::{FilePlaces, Locate};
pub use rule::{Example, Given, Rule};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
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

impl Place {
    pub(crate) fn item(item: u32, span: Span) -> Place {
        Place::Item { item, span }
    }

    pub(crate) fn of_type(kind: DeclarationKind, name: &str) -> Place {
        let name = name.to_owned();
        Place::Schema(SchemaPath::Type { kind, name })
    }

    pub(crate) fn of_property(kind: DeclarationKind, owner: &str, property: &str) -> Place {
        Place::Schema(SchemaPath::Property {
            kind,
            owner: owner.to_owned(),
            property: property.to_owned(),
        })
    }

    pub(crate) fn of_property_type(kind: DeclarationKind, owner: &str, property: &str) -> Place {
        Place::Schema(SchemaPath::PropertyType {
            kind,
            owner: owner.to_owned(),
            property: property.to_owned(),
        })
    }
}

/// In the item that is checked by itself.
impl From<Span> for Place {
    fn from(span: Span) -> Place {
        Place::Item { item: 0, span }
    }
}

/// Findings are built up sentence by sentence: what is wrong, where, what else to look at, what to do. Every sentence stays
/// one line, whatever source it quotes.
impl Finding {
    pub(crate) fn new(rule: &'static Rule, place: impl Into<Place>, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            severity: rule.severity,
            message: one_line(&message.into(), true).into_owned(),
            place: place.into(),
            label: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// The text beside the primary place.
    pub(crate) fn label(mut self, text: impl Into<String>) -> Finding {
        self.label = one_line(&text.into(), true).into_owned();
        self
    }

    /// A second place to look at.
    pub(crate) fn also(mut self, place: impl Into<Place>, text: impl Into<String>) -> Finding {
        self.labels
            .push((place.into(), one_line(&text.into(), true).into_owned()));
        self
    }

    pub(crate) fn note(mut self, text: impl Into<String>) -> Finding {
        self.notes.push(one_line(&text.into(), false).into_owned());
        self
    }

    /// A sentence more of help.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        let text = one_line(&text.into(), false).into_owned();
        self.help = Some(match self.help {
            Some(help) => format!("{help}; {text}"),
            None => text,
        });
        self
    }

    /// An edit that may be applied unseen: it does what the author meant, and nothing else.
    pub(crate) fn safe_fix<P: Into<Place>>(self, title: impl Into<String>, edits: Vec<(P, String)>) -> Finding {
        self.fix(title, true, edits)
    }

    /// An edit that needs a look.
    pub(crate) fn maybe_fix<P: Into<Place>>(self, title: impl Into<String>, edits: Vec<(P, String)>) -> Finding {
        self.fix(title, false, edits)
    }

    /// An edit that mends it; `safe` if it may be applied unseen.
    pub(crate) fn fix<P: Into<Place>>(
        mut self,
        title: impl Into<String>,
        safe: bool,
        edits: Vec<(P, String)>,
    ) -> Finding {
        let edits = edits.into_iter().map(|(place, text)| (place.into(), text));
        self.fixes.push(FindingFix {
            title: one_line(&title.into(), false).into_owned(),
            safe,
            edits: edits.collect(),
        });
        self
    }

    /// "did you mean …" for the word at this place, with a fix for each candidate. `prefix` precedes the name in the text
    /// (`$` for variables).
    pub(crate) fn meaning(self, span: Span, prefix: &str, candidates: &[String]) -> Finding {
        if candidates.is_empty() {
            return self;
        }
        let words: Vec<String> = candidates.iter().map(|c| format!("{prefix}{c}")).collect();
        let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let asked = self.help(format!("did you mean {}?", any_of(&quoted)));
        words.into_iter().fold(asked, |finding, word| {
            finding.maybe_fix(format!("replace by `{word}`"), vec![(span, word)])
        })
    }

    /// The same finding in the item with this index, for one that was made without knowing its item.
    pub(crate) fn in_item(mut self, index: u32) -> Finding {
        let set = |place: &mut Place| {
            if let Place::Item { item, .. } = place {
                *item = index;
            }
        };
        set(&mut self.place);
        self.labels.iter_mut().for_each(|(place, _)| set(place));
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits);
        edits.for_each(|(place, _)| set(place));
        self
    }
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
