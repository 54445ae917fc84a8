//! `fmt`: one style for schemas and queries.

use std::io::Write;
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::render::leading;
use omnigraph_grammar::format::{Formatted, format, format_range};
use omnigraph_grammar::{Language, Span};
use similar::TextDiff;

use crate::arguments::Fmt;
use crate::failure::{Failure, io_reason};
use crate::project;
use crate::source::Source;
use crate::terminal::Terminal;

use super::print;

pub(crate) fn run(arguments: Fmt, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        return stdin(&arguments);
    }
    let paths = if arguments.paths.is_empty() {
        vec![PathBuf::from(".")]
    } else {
        arguments.paths.clone()
    };
    let files = project::named(&paths, arguments.no_ignore)?;
    if arguments.lines.is_some() && files.len() != 1 {
        return Err(Failure::usage("--lines counts the lines of one file").help("name the file"));
    }
    let mut changed = Vec::new();
    for path in &files {
        let source = Source::read_schema(path)?;
        let width = width_of(path, &arguments)?;
        let formatted = formatted(language(path), &source.text, width, &arguments);
        for span in &formatted.skipped {
            let line = 1 + source.text[..span.start as usize].matches('\n').count();
            terminal.note(&format!(
                "{}:{line}: left as it is, because it has mistakes",
                leading(&source.path)
            ));
        }
        if formatted.text == source.text {
            continue;
        }
        if arguments.diff {
            print(|out| difference(out, &source, &formatted.text))?;
        } else if !arguments.check {
            replace(path, &formatted.text)?;
        }
        changed.push(source.path);
    }
    if arguments.check || arguments.diff {
        if !arguments.diff && !terminal.quiet {
            print(|out| changed.iter().try_for_each(|path| writeln!(out, "{}", leading(path))))?;
        }
        return match changed.len() {
            0 => Ok(()),
            1 => Err(Failure::no("1 file is not formatted").help("`omnigraph fmt` formats it")),
            count => Err(Failure::no(format!("{count} files are not formatted")).help("`omnigraph fmt` formats them")),
        };
    }
    terminal.note(&format!("{} of {} files changed", changed.len(), files.len()));
    Ok(())
}

fn stdin(arguments: &Fmt) -> Result<(), Failure> {
    let Some(name) = &arguments.stdin_filename else {
        return Err(Failure::usage("the language of stdin is not known").help("say it with --stdin-filename NAME.gq"));
    };
    if !project::is_schema(name) && !project::is_query(name) {
        return Err(Failure::usage(format!(
            "{} is neither a .pg nor a .gq file",
            name.display()
        )));
    }
    let source = Source {
        path: name.display().to_string(),
        ..Source::read(Path::new("-"))?
    };
    let width = width_of(name, arguments)?;
    let formatted = formatted(language(name), &source.text, width, arguments);
    let differs = formatted.text != source.text;
    if arguments.diff {
        if differs {
            print(|out| difference(out, &source, &formatted.text))?;
        }
    } else if !arguments.check {
        print(|out| out.write_all(formatted.text.as_bytes()))?;
    }
    match differs && (arguments.check || arguments.diff) {
        true => Err(Failure::no(format!("{} is not formatted", source.path))),
        false => Ok(()),
    }
}

/// The whole text formatted, or what the lines touch that were asked for.
fn formatted(language: Language, text: &str, width: usize, arguments: &Fmt) -> Formatted {
    let Some(lines) = &arguments.lines else {
        return format(language, text, width);
    };
    let start = |line: usize| {
        let before = line.saturating_sub(1);
        match before.checked_sub(1) {
            None => 0,
            Some(nth) => text.match_indices('\n').nth(nth).map_or(text.len(), |(at, _)| at + 1),
        }
    };
    let end = start(lines.end() + 1);
    let end = end - usize::from(text[..end].ends_with('\n'));
    let mut out = text.to_owned();
    // From the end, so that the places before stay.
    for (span, new) in format_range(language, text, width, Span::new(start(*lines.start()), end))
        .into_iter()
        .rev()
    {
        out.replace_range(span.range(), &new);
    }
    Formatted {
        text: out,
        skipped: Vec::new(),
    }
}

/// As the command line says, or else the settings that hold for the file.
fn width_of(path: &Path, arguments: &Fmt) -> Result<usize, Failure> {
    match arguments.width {
        Some(width) => Ok(width),
        None => Ok(project::settings_of(path)?.settings.format.width),
    }
}

fn language(path: &Path) -> Language {
    if project::is_schema(path) {
        Language::Schema
    } else {
        Language::Query
    }
}

pub(super) fn difference(out: &mut dyn Write, source: &Source, formatted: &str) -> std::io::Result<()> {
    let diff = TextDiff::from_lines(source.text.as_str(), formatted);
    write!(out, "{}", diff.unified_diff().header(&source.path, &source.path))
}

/// Puts a file in the place of another in one step, so that a full disk leaves the old one.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error: std::io::Error| Failure::failed(format!("cannot write {}: {}", path.display(), io_reason(&error)));
    let target = std::fs::canonicalize(path).map_err(failed)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let permissions = std::fs::metadata(&target).map_err(failed)?.permissions();
    file.as_file().set_permissions(permissions).map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}
