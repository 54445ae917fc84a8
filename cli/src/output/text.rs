//! CSV and `column: value` blocks.

use std::io::{self, Write};

use omnigraph_engine::result::SpooledResult;

use super::{cells, rows};

/// A line of CSV.
pub fn line<'a>(out: &mut dyn Write, fields: impl Iterator<Item = &'a str>) -> io::Result<()> {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        if field.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

pub fn key_values(out: &mut dyn Write, result: &SpooledResult, header: &str) -> io::Result<()> {
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
            writeln!(out, "{name}: {cell}")?;
        }
    }
    if !any {
        writeln!(out, "(no rows)")?;
    }
    Ok(())
}
