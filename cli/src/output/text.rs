//! CSV and `column: value` blocks.

use std::borrow::Cow;
use std::io::{self, Write};

use omnigraph_engine::result::SpooledResult;
use omnigraph_model::printable::escape;
use serde_json::{Map, Value};

use super::{cells, rows};

/// How fields become CSV.
#[derive(Clone, Copy)]
pub(crate) struct Csv {
    /// A text that a spreadsheet would take for a formula is made harmless by a `'` before it.
    pub safe: bool,
}

impl Csv {
    /// A line of names.
    pub(crate) fn names<'a>(self, out: &mut dyn Write, names: impl Iterator<Item = &'a str>) -> io::Result<()> {
        self.line(out, names.map(|name| (Cow::Borrowed(name), false)))
    }

    /// A line of values. Null is `null`; a text of these letters is quoted.
    pub(crate) fn values(self, out: &mut dyn Write, row: &Map<String, Value>) -> io::Result<()> {
        let fields = row.values().map(|value| match value {
            Value::String(text) if self.safe && text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                (Cow::Owned(format!("'{text}")), false)
            }
            Value::String(text) => (Cow::Borrowed(text.as_str()), text == "null"),
            other => (Cow::Owned(other.to_string()), false),
        });
        self.line(out, fields)
    }

    /// Fields, and whether each is quoted in any case.
    fn line<'a>(self, out: &mut dyn Write, fields: impl Iterator<Item = (Cow<'a, str>, bool)>) -> io::Result<()> {
        for (index, (field, quoted)) in fields.enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            if quoted || field.contains([',', '"', '\n', '\r']) {
                write!(out, "\"{}\"", field.replace('"', "\"\""))?;
            } else {
                out.write_all(field.as_bytes())?;
            }
        }
        out.write_all(b"\n")
    }
}

pub(super) fn key_values(out: &mut dyn Write, result: &SpooledResult, header: &str) -> io::Result<()> {
    writeln!(out, "{header}")?;
    let mut any = false;
    for (number, row) in rows(result)?.enumerate() {
        let row = row?;
        if any {
            writeln!(out)?;
        }
        any = true;
        writeln!(out, "row {}", number + 1)?;
        for (name, cell) in row.keys().zip(cells(&row)) {
            writeln!(out, "{}: {}", escape(name), escape(&cell))?;
        }
    }
    if !any {
        writeln!(out, "(no rows)")?;
    }
    Ok(())
}
