//! Text to trees, for both languages: lexers, items, parsers. This crate knows words and places; it never knows what a
//! name means.
//!
//! ```
//! use omnigraph_grammar::{ItemKind, Language, items, query};
//!
//! let text = "query all() {\n    match { $p: Person }\n    return { $p.name }\n}\n";
//! let (found, errors) = items(Language::Query, text);
//! assert!(errors.is_empty());
//! assert_eq!(found[0].kind, ItemKind::Query);
//!
//! let parsed = query::parse_item(&text[found[0].span.range()]);
//! assert!(parsed.errors.is_empty());
//! assert_eq!(parsed.tree.unwrap().name.text, "all");
//! ```

#![warn(clippy::missing_errors_doc)]

mod error;
mod items;
mod shared;
mod span;

pub mod format;

pub mod query;
pub mod schema;

pub use error::{SyntaxError, SyntaxFix};
pub use items::{Item, ItemKind, Language, items};
pub use shared::token::Token;
pub use span::{Name, Span};

/// What a parser makes of a text: a tree, if there is enough for one, and all that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// `None` only where too much is missing; beside errors it holds what could be understood.
    pub tree: Option<T>,
    /// Empty if the text is what the language allows.
    pub errors: Vec<SyntaxError>,
}
