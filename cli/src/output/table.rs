//! Aligned columns for people: widths in terminal cells, numbers to the right, long cells cut.

use std::io::{self, Write};

use omnigraph_engine::result::SpooledResult;
use omnigraph_model::printable::escape;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{About, cells, header, rows};

/// The widest a column gets, in terminal cells.
const MAX_WIDTH: usize = 80;

pub(super) fn table(out: &mut dyn Write, result: &SpooledResult, about: &About) -> io::Result<()> {
    writeln!(out, "{}", header(result, about))?;
    let names: Vec<String> = result.columns.iter().map(|column| column.name.clone()).collect();
    if names.is_empty() {
        return writeln!(out, "(no rows)");
    }
    let numeric: Vec<bool> = about
        .columns
        .iter()
        .map(|c| matches!(c.kind.as_str(), "int" | "bigint" | "float"))
        .collect();
    let mut widths: Vec<usize> = names.iter().map(|name| name.width()).collect();
    let lines = || {
        Ok::<_, io::Error>(
            rows(result)?.map(|row| Ok::<_, io::Error>(cells(&row?).into_iter().map(|cell| shown(&cell)))),
        )
    };
    for line in lines()? {
        for (width, cell) in widths.iter_mut().zip(line?) {
            *width = (*width).max(cell.width());
        }
    }
    write_line(out, &names, &widths, &vec![false; names.len()])?;
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    writeln!(out, "{}", dashes.join("-+-"))?;
    for line in lines()? {
        write_line(out, &line?.collect::<Vec<_>>(), &widths, &numeric)?;
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, cells: &[String], widths: &[usize], right: &[bool]) -> io::Result<()> {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push_str(" | ");
        }
        let padding = " ".repeat(widths[index].saturating_sub(cell.width()));
        if right[index] {
            line.push_str(&padding);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&padding);
        }
    }
    writeln!(out, "{}", line.trim_end())
}

/// A cell on one line, with control characters visible and its end cut off beyond the maximum.
fn shown(cell: &str) -> String {
    let text = escape(cell);
    if text.width() <= MAX_WIDTH {
        return text.into_owned();
    }
    let mut cut = String::new();
    let mut width = 0;
    for c in text.chars() {
        width += c.width().unwrap_or(0);
        if width > MAX_WIDTH - 1 {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_cells_are_cut_by_terminal_width() {
        assert_eq!(shown(&"ab".repeat(60)).width(), MAX_WIDTH);
        assert_eq!(shown(&"日本".repeat(60)).width(), MAX_WIDTH - 1);
        assert_eq!(shown("a\nb\u{1b}\u{202e}"), "a\\nb\\u{1b}\\u{202e}");
    }
}
