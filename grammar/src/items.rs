//! Items: the declarations of a schema file or the queries of a query file, cut apart before anything is parsed, so that
//! a broken one never hurts its neighbours and an edit concerns one item alone.

use crate::{Name, Span};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    Schema,
    Query,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    Interface,
    Node,
    Edge,
    Allow,
    MigrationCheck,
    Query,
    /// Text that starts no item; it is reported, and skipped.
    Stray,
}

/// One item of a file. Its text runs from its first token to its last one; what lies between two items is trivia.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: ItemKind,
    /// What its tokens say it is called, known even if it cannot be parsed. The span counts from the item's start.
    pub name: Option<Name>,
    /// Where the item lies in the file.
    pub span: Span,
}
