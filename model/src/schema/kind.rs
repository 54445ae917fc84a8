//! What a declaration of a schema declares.

use serde::Serialize;

/// What a declaration of a schema declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeclarationKind {
    /// `interface`
    Interface,
    /// `node`
    Node,
    /// `edge`
    Edge,
}

impl DeclarationKind {
    /// The keyword that declares it.
    pub fn word(self) -> &'static str {
        match self {
            DeclarationKind::Interface => "interface",
            DeclarationKind::Node => "node",
            DeclarationKind::Edge => "edge",
        }
    }

    /// `a node`, `an edge`, `an interface`.
    pub fn with_article(self) -> &'static str {
        match self {
            DeclarationKind::Interface => "an interface",
            DeclarationKind::Node => "a node",
            DeclarationKind::Edge => "an edge",
        }
    }
}

impl std::fmt::Display for DeclarationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
