//! What is wrong with a text, as data: a code of the rule book, a place, words, and edits that mend it.

use omnigraph_model::printable::one_line;

use crate::Span;

/// A mistake found by a lexer or a parser. Spans count from the start of the text that was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// `S006`, `Q001`, …
    pub code: &'static str,
    /// One sentence that says what is wrong, without a full stop.
    pub message: String,
    /// The main place.
    pub span: Span,
    /// What to read in the source beside the main place, with a text each.
    pub labels: Vec<(Span, String)>,
    /// One sentence that says what to do.
    pub help: Option<String>,
    /// Other ways to mend it; at most one of them is to be applied.
    pub fixes: Vec<SyntaxFix>,
}

/// An edit that removes the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What it does, as a menu shows it.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safe: bool,
    /// Replacements that do not overlap.
    pub edits: Vec<(Span, String)>,
}

/// Built up sentence by sentence. Every sentence stays one line, whatever source it quotes.
impl SyntaxError {
    pub(crate) fn new(code: &'static str, span: Span) -> Self {
        SyntaxError {
            code,
            message: String::new(),
            span,
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = one_line(&message.into(), true).into_owned();
        self
    }

    pub(crate) fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, one_line(&text.into(), true).into_owned()));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(one_line(&help.into(), false).into_owned());
        self
    }

    pub(crate) fn fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(title, false, vec![(span, text.into())])
    }

    pub(crate) fn safe_fix(self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.with_fix(title, true, vec![(span, text.into())])
    }

    pub(crate) fn with_fix(mut self, title: impl Into<String>, safe: bool, edits: Vec<(Span, String)>) -> Self {
        self.fixes.push(SyntaxFix {
            title: one_line(&title.into(), false).into_owned(),
            safe,
            edits,
        });
        self
    }
}
