//! Byte offsets to lines and columns. Lines and columns count from 1; a column is a number of Unicode scalar values.

use serde::Serialize;

/// A position as a person reads it, with the byte offset beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LineColumn {
    pub line: u32,
    pub column: u32,
    /// In bytes from 0.
    pub offset: u32,
}

/// Where the lines of one text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        LineIndex {
            starts: std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect(),
            length: text.len() as u32,
        }
    }

    /// The position of a byte offset in the text that the index was made from. An offset beyond the end or inside a
    /// character is moved back to where a character begins.
    pub fn position(&self, text: &str, offset: u32) -> LineColumn {
        let offset = floor_boundary(text, offset.min(self.length));
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &text[self.starts[line] as usize..offset as usize];
        // A byte order mark is not text.
        let before = if line == 0 {
            before.strip_prefix('\u{feff}').unwrap_or(before)
        } else {
            before
        };
        LineColumn {
            line: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
            offset,
        }
    }
}

/// The nearest character boundary at or before the offset.
pub(super) fn floor_boundary(text: &str, offset: u32) -> u32 {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset as u32
}

/// The nearest character boundary at or after the offset.
pub(super) fn ceil_boundary(text: &str, offset: u32) -> u32 {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32) -> (u32, u32, u32) {
        let position = LineIndex::new(text).position(text, offset);
        (position.line, position.column, position.offset)
    }

    #[test]
    fn columns_are_characters_and_offsets_bytes() {
        let text = "äb\n🦀c\n";
        assert_eq!(at(text, 0), (1, 1, 0));
        assert_eq!(at(text, 2), (1, 2, 2));
        assert_eq!(at(text, 3), (1, 3, 3));
        assert_eq!(at(text, 4), (2, 1, 4));
        assert_eq!(at(text, 8), (2, 2, 8));
        assert_eq!(at(text, 10), (3, 1, 10));
    }

    #[test]
    fn offsets_that_do_not_exist_are_moved() {
        assert_eq!(at("ä", 1), (1, 1, 0));
        assert_eq!(at("a", 99), (1, 2, 1));
        assert_eq!(at("", 0), (1, 1, 0));
    }
}
