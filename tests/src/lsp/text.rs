//! Texts by the names of their files, with positions in the unit that a session has agreed on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What a position's `character` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    Utf8,
    Utf16,
    Utf32,
}

pub const ENCODINGS: [Units; 3] = [Units::Utf8, Units::Utf16, Units::Utf32];

impl Units {
    pub fn word(self) -> &'static str {
        match self {
            Units::Utf8 => "utf-8",
            Units::Utf16 => "utf-16",
            Units::Utf32 => "utf-32",
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Units::Utf8 => c.len_utf8(),
            Units::Utf16 => c.len_utf16(),
            Units::Utf32 => 1,
        }
    }

    /// A byte offset as a position.
    pub fn position(self, text: &str, offset: usize) -> Value {
        let starts = line_starts(text);
        let line = starts.partition_point(|start| *start <= offset) - 1;
        let character: usize = text[starts[line]..offset].chars().map(|c| self.width(c)).sum();
        json!({ "line": line, "character": character })
    }

    /// The byte offset of a position, which must be a place in the text.
    pub fn offset(self, text: &str, position: &Value) -> usize {
        let line = position["line"].as_u64().expect("a line") as usize;
        let wanted = position["character"].as_u64().expect("a character") as usize;
        let starts = line_starts(text);
        let start = *starts.get(line).unwrap_or_else(|| panic!("line {line} of\n{text}"));
        let end = starts.get(line + 1).copied().unwrap_or(text.len());
        let mut units = 0;
        for (at, c) in text[start..end].char_indices() {
            if units == wanted {
                return start + at;
            }
            units += self.width(c);
        }
        assert_eq!(
            units, wanted,
            "line {line} ends before, or the position is inside a character"
        );
        end
    }

    pub fn slice<'t>(self, text: &'t str, range: &Value) -> &'t str {
        &text[self.offset(text, &range["start"])..self.offset(text, &range["end"])]
    }

    /// The text after edits, which must not overlap.
    pub fn edited(self, text: &str, edits: &Value) -> String {
        let list = edits.as_array().expect("a list of edits").iter();
        let mut list: Vec<(usize, usize, &str)> = list
            .map(|edit| {
                let range = &edit["range"];
                let (start, end) = (self.offset(text, &range["start"]), self.offset(text, &range["end"]));
                (start, end, edit["newText"].as_str().expect("a text"))
            })
            .collect();
        list.sort_by_key(|(start, end, _)| (*start, *end));
        for pair in list.windows(2) {
            assert!(pair[0].1 <= pair[1].0, "edits overlap: {edits}");
        }
        let mut out = text.to_owned();
        for (start, end, new) in list.into_iter().rev() {
            out.replace_range(start..end, new);
        }
        out
    }
}

/// Where lines begin: after LF, CRLF or CR, as the protocol has it.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|(at, byte)| **byte == b'\n' || (**byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

/// The texts of a session's files as the client sees them.
#[derive(Clone, Debug)]
pub struct Texts {
    pub units: Units,
    /// The URI that the names are relative to, with a slash at its end.
    pub root: String,
    pub files: BTreeMap<String, String>,
}

impl Texts {
    pub fn name<'u>(&self, uri: &'u str) -> &'u str {
        uri.strip_prefix(&self.root).unwrap_or(uri)
    }

    pub fn of(&self, uri: &str) -> &str {
        self.files.get(self.name(uri)).map_or("", String::as_str)
    }
}
