//! Completion: what may stand at a place, best first, in text that is only half written. The tokens before the cursor say
//! which part of the language this is; the catalog and the query's own variables say which names fit.

mod clauses;
mod expressions;
mod items;
mod paths;
mod place;
mod queries;
mod results;
mod schemas;
mod written;

use std::collections::{HashMap, HashSet};

use omnigraph_compiler::db::SourceFile;
use omnigraph_grammar::{Language, Span};
use omnigraph_model::catalog::Property;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::{Keyword, find_keyword};

use super::Ide;
use super::names::Owner;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompletionKind {
    Keyword,
    Node,
    Edge,
    Interface,
    Property,
    Variable,
    Parameter,
    Function,
    EnumValue,
    Scalar,
    Annotation,
    Snippet,
    Operator,
}

/// What explains an item when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Nothing,
    Type(Owner),
    Property(Owner, String),
    Word(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub label: String,
    pub kind: CompletionKind,
    pub detail: String,
    /// What is written; a snippet if it has `$` stops.
    pub insert: String,
    pub snippet: bool,
    /// Less is better.
    pub rank: u8,
    pub about: About,
}

/// The items at an offset, and the part of the text that they replace.
pub(crate) struct Completion {
    pub items: Vec<Item>,
    pub replaces: Span,
}

pub(crate) fn complete(ide: &Ide<'_>, file: SourceFile, offset: u32) -> Completion {
    let text = file.text(ide.db);
    let mut completion = match file.language(ide.db) {
        Language::Query => queries::complete(ide, file, text, offset),
        Language::Schema => schemas::complete(ide, file, text, offset),
    };
    // Among equals the order in which they were found stays: that of the schema's text.
    completion.items.sort_by_key(|item| item.rank);
    let mut known = HashSet::new();
    completion.items.retain(|item| known.insert(item.label.clone()));
    completion
}

impl Item {
    fn new(label: impl Into<String>, kind: CompletionKind, rank: u8) -> Item {
        let label = label.into();
        Item {
            insert: label.clone(),
            label,
            kind,
            detail: String::new(),
            snippet: false,
            rank,
            about: About::Nothing,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Item {
        self.detail = detail.into();
        self
    }

    fn insert(mut self, text: impl Into<String>) -> Item {
        self.insert = text.into();
        self
    }

    fn snippet(mut self, text: impl Into<String>) -> Item {
        self.insert = text.into();
        self.snippet = true;
        self
    }

    fn about(mut self, about: About) -> Item {
        self.about = about;
        self
    }
}

/// A word that stands alone, whatever follows it.
fn word(word: &str, rank: u8) -> Item {
    Item::new(word, CompletionKind::Keyword, rank)
}

/// A keyword with what usually follows it.
fn keyword(keywords: &'static [Keyword], name: &str, rank: u8) -> Item {
    match find_keyword(keywords, name) {
        Some(keyword) if !keyword.snippet.is_empty() => word(name, rank).snippet(keyword.snippet),
        _ => word(name, rank),
    }
}

fn property_item(owner: &Owner, property: &Property, rank: u8) -> Item {
    Item::new(property.name.clone(), CompletionKind::Property, rank)
        .detail(property.ty.to_string())
        .about(About::Property(owner.clone(), property.name.clone()))
}

/// Schemas with more types than this are completed by what is typed.
const MANY: usize = 500;

/// So many items are worth showing; one more says that there are others, which are shown as more is typed.
pub(crate) const MOST: usize = 100;

/// Whether a name begins with what is typed, in whatever case.
fn starts_with(name: &str, typed: &str) -> bool {
    name.get(..typed.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(typed))
}

/// The types of a kind whose names start with `typed` (in a small schema: all), in the order of the schema's text.
fn types(ide: &Ide<'_>, kind: DeclarationKind, rank: u8, typed: &str) -> Vec<Item> {
    let catalog = ide.catalog();
    let (names, item): (Vec<&String>, CompletionKind) = match kind {
        DeclarationKind::Node => (catalog.nodes.keys().collect(), CompletionKind::Node),
        DeclarationKind::Edge => (
            catalog.edges.values().map(|edge| &edge.name).collect(),
            CompletionKind::Edge,
        ),
        DeclarationKind::Interface => (catalog.interfaces.keys().collect(), CompletionKind::Interface),
    };
    let many = names.len() > MANY;
    let mut names: Vec<&String> = names
        .into_iter()
        .filter(|name| !many || starts_with(name, typed))
        .collect();
    if many {
        names.truncate(MOST + 1);
    } else if let Some(schema) = ide.schema() {
        let declared = ide.parts(schema).filter_map(|part| part.item.name.as_ref());
        let places: HashMap<&str, u32> = declared.zip(0..).map(|(name, at)| (name.text.as_str(), at)).collect();
        names.sort_by_key(|name| places.get(name.as_str()).copied());
    }
    let made = names.into_iter().map(|name| {
        let about = About::Type((kind, name.clone()));
        Item::new(name.clone(), item, rank).detail(kind.word()).about(about)
    });
    made.collect()
}
