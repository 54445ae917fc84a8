//! Source and errors side by side, for snapshots.

use std::fmt::Write;

use omnigraph_grammar::{Language, Span, SyntaxError, items, query, schema};

/// All errors of a file, with spans that count from its start.
pub(crate) fn errors(language: Language, text: &str) -> Vec<SyntaxError> {
    let (items, mut errors) = items(language, text);
    for item in items {
        let own = match language {
            Language::Schema if item.kind != omnigraph_grammar::ItemKind::Stray => {
                schema::parse_item(&text[item.span.range()]).errors
            }
            Language::Query if item.kind != omnigraph_grammar::ItemKind::Stray => {
                query::parse_item(&text[item.span.range()]).errors
            }
            _ => Vec::new(),
        };
        errors.extend(own.into_iter().map(|e| shifted(e, item.span.start)));
    }
    errors.sort_by_key(|e| e.span);
    errors
}

fn shifted(mut error: SyntaxError, base: u32) -> SyntaxError {
    error.span = error.span.shifted(base);
    error.labels.iter_mut().for_each(|(span, _)| *span = span.shifted(base));
    let edits = error.fixes.iter_mut().flat_map(|f| &mut f.edits);
    edits.for_each(|(span, _)| *span = span.shifted(base));
    error
}

pub(crate) fn render(language: Language, text: &str) -> String {
    let errors = errors(language, text);
    let mut out = String::new();
    if errors.is_empty() {
        out.push_str("no errors\n");
    }
    for error in errors {
        writeln!(out, "{}: {}", error.code, error.message).unwrap();
        point(&mut out, text, error.span, '^', "");
        for (span, label) in &error.labels {
            point(&mut out, text, *span, '-', label);
        }
        if let Some(help) = &error.help {
            writeln!(out, "  help: {help}").unwrap();
        }
        for fix in &error.fixes {
            let mut fixed = text.to_owned();
            let mut edits = fix.edits.clone();
            edits.sort();
            for (span, new) in edits.iter().rev() {
                fixed.replace_range(span.range(), new);
            }
            let line = text[..edits[0].0.start as usize].matches('\n').count();
            let shown = fixed.lines().nth(line).unwrap_or("").trim();
            let safe = if fix.safe { "safe" } else { "look" };
            writeln!(out, "  fix ({safe}): {}: {shown}", fix.title).unwrap();
        }
    }
    out
}

fn point(out: &mut String, text: &str, span: Span, mark: char, label: &str) {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or("");
    let number = text[..start].matches('\n').count() + 1;
    let column = text[start..span.start as usize].chars().count();
    let inside = text[span.range()].lines().next().unwrap_or("").chars().count().max(1);
    writeln!(out, "  {number} | {line}").unwrap();
    writeln!(
        out,
        "    | {}{} {label}",
        " ".repeat(column),
        mark.to_string().repeat(inside)
    )
    .unwrap();
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    out.push('\n');
}
