//! Byte offsets and the protocol's positions: lines from 0, and characters in the units that client and server have
//! agreed on. Everything else in this crate counts bytes.

use std::borrow::Cow;

use omnigraph_compiler::db::starts_of_lines;
use omnigraph_grammar::Span;
use serde_json::{Value, json};
use tower_lsp::ls_types::{Position, Range};

/// The unit of a position's character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Two for a character beyond U+FFFF, one for any other.
    #[default]
    Utf16,
    /// One for every character.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers; without an offer the protocol says UTF-16.
    pub fn negotiate(offered: &[String]) -> Encoding {
        let has = |word: &str| offered.iter().any(|offer| offer == word);
        match (has("utf-8"), has("utf-32") && !has("utf-16")) {
            (true, _) => Encoding::Utf8,
            (_, true) => Encoding::Utf32,
            _ => Encoding::Utf16,
        }
    }

    /// As the protocol names it.
    pub fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Utf32 => "utf-32",
        }
    }

    /// The length of a text in this unit.
    pub fn length(self, text: &str) -> u32 {
        match self {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Utf16 => text.encode_utf16().count() as u32,
            Encoding::Utf32 => text.chars().count() as u32,
        }
    }

    fn width(self, c: char) -> u32 {
        match self {
            Encoding::Utf8 => c.len_utf8() as u32,
            Encoding::Utf16 => c.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }
}

/// A text with the places where its lines begin. Lines end in LF, CRLF or CR, as the protocol has it.
pub(crate) struct Lines<'a> {
    pub text: &'a str,
    starts: Cow<'a, [u32]>,
    encoding: Encoding,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str, encoding: Encoding) -> Lines<'a> {
        Lines {
            text,
            starts: starts_of_lines(text).into(),
            encoding,
        }
    }

    /// When it is known where the lines begin.
    pub(crate) fn known(text: &'a str, starts: &'a [u32], encoding: Encoding) -> Lines<'a> {
        Lines {
            text,
            starts: starts.into(),
            encoding,
        }
    }

    /// The byte offset of a position. One beyond the end of a line is moved to the end of the line, one inside a character
    /// to its start.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        let Some(start) = self.starts.get(position.line as usize).copied() else {
            return self.text.len() as u32;
        };
        let end = self
            .starts
            .get(position.line as usize + 1)
            .map_or(self.text.len(), |next| *next as usize);
        let line = self.text[start as usize..end].trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += self.encoding.width(c);
            if units > position.character {
                return start + at as u32;
            }
        }
        start + line.len() as u32
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset) - 1;
        let before = &self.text[self.starts[line] as usize..offset];
        Position::new(line as u32, self.encoding.length(before))
    }

    pub(crate) fn span(&self, range: Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span {
            start: start.min(end),
            end: end.max(start),
        }
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// A range as JSON.
    pub(crate) fn json(&self, span: Span) -> Value {
        json!(self.range(span))
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The line of an offset, from 0.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.position(offset).line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_in_the_agreed_unit() {
        let text = "a🦀b\r\nä𝒳\rx";
        for (encoding, crab, end) in [(Encoding::Utf8, 5, 6), (Encoding::Utf16, 3, 3), (Encoding::Utf32, 2, 2)] {
            let lines = Lines::new(text, encoding);
            assert_eq!(lines.position(5), Position::new(0, crab));
            assert_eq!(lines.position(14), Position::new(1, end));
            assert_eq!(lines.offset(Position::new(1, end)), 14);
            assert_eq!(lines.offset(Position::new(0, 99)), 6);
            assert_eq!(lines.offset(Position::new(9, 0)), text.len() as u32);
            for (at, _) in text.char_indices().filter(|(_, c)| !matches!(c, '\n')) {
                assert_eq!(lines.offset(lines.position(at as u32)), at as u32);
            }
        }
        assert_eq!(Lines::new(text, Encoding::Utf16).offset(Position::new(0, 2)), 1);
    }
}
