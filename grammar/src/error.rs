//! What is wrong with a text, as data: a code of the rule book, a place, words, and edits that mend it.

use crate::Span;

/// A mistake found by a lexer or a parser. Spans count from the start of the text that was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// `S006`, `Q001`, …
    pub code: &'static str,
    pub message: String,
    pub span: Span,
    /// What to read in the source beside the main place, with a text each.
    pub labels: Vec<(Span, String)>,
    pub help: Option<String>,
    pub fixes: Vec<SyntaxFix>,
}

/// An edit that removes the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    pub title: String,
    /// Whether it may be applied unseen.
    pub safe: bool,
    /// Replacements that do not overlap.
    pub edits: Vec<(Span, String)>,
}
