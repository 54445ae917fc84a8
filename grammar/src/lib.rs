//! Text to trees, for both languages: lexers, items, parsers. This crate knows words and places; it never knows what a
//! name means.

mod error;
mod items;
mod span;

pub mod query;
pub mod schema;

pub use error::{SyntaxError, SyntaxFix};
pub use items::{Item, ItemKind, Language};
pub use span::{Name, Span};
