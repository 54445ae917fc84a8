//! Sentences about what the grammar refuses: the frequent slips by name, the rest from what the automaton expected, in
//! words that a person would use.

mod parts;
mod sections;

pub(super) use parts::{bare_value, describe, no_clause};
pub(super) use sections::*;

use crate::{Span, SyntaxError};

fn error(span: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new("Q001", span).message(message)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(30) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
