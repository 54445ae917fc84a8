//! Other spellings of the words of a text, for mending them.

use crate::Span;

/// Copies of the text, of the same length, to cut the mended spellings from.
pub(crate) struct Spellings {
    lower: String,
    capital: String,
    small: String,
}

impl Spellings {
    pub(crate) fn new(text: &str) -> Self {
        let first_letters = |change: fn(&u8) -> u8| {
            let mut before = b' ';
            let changed = text.bytes().map(|byte| {
                let starts = !(before.is_ascii_alphanumeric() || before == b'_');
                before = byte;
                if starts { change(&byte) } else { byte }
            });
            String::from_utf8(changed.collect()).unwrap_or_default()
        };
        Spellings {
            lower: text.to_ascii_lowercase(),
            capital: first_letters(u8::to_ascii_uppercase),
            small: first_letters(u8::to_ascii_lowercase),
        }
    }

    pub(crate) fn lower(&self, span: Span) -> &str {
        &self.lower[span.range()]
    }

    /// Words with a capital first letter.
    pub(crate) fn capital(&self, span: Span) -> &str {
        &self.capital[span.range()]
    }

    /// Words with a small first letter.
    pub(crate) fn small(&self, span: Span) -> &str {
        &self.small[span.range()]
    }
}
