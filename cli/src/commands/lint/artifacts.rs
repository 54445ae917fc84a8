//! The files that `lint` keeps: the baseline of old findings, and the queries that are published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::lint::baseline::Baseline;
use omnigraph_compiler::lint::published::{self, Published};
use omnigraph_compiler::rules::is_lint;
use omnigraph_workspace::{self as workspace, Located};

use super::super::fmt::replace;
use super::Report;
use super::batch::{Batch, asked};
use crate::arguments::Lint;
use crate::failure::{Failure, io_reason};
use crate::project::{self, covers};
use crate::terminal::Terminal;

impl Report {
    /// Leaves out the findings of the baseline.
    pub(super) fn forget_known(
        &mut self,
        arguments: &Lint,
        directory: &Path,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let Some(path) = baseline_path(&self.settings, arguments, directory)? else {
            return Ok(());
        };
        let text = read(&path, directory, "--write-baseline")?;
        let shown = project::shown(directory, &path);
        let baseline = Baseline::read(&text)
            .map_err(|reason| Failure::usage(format!("{} is not a baseline: {reason}", shown.display())))?;
        let found = std::mem::take(&mut self.checked.diagnostics);
        let (renamed, sources) = self.seen_from_root(&found, directory);
        let old: Vec<_> = renamed.iter().map(key).collect();
        let (new, stale) = baseline.apply(renamed, &sources);
        let kept: BTreeSet<_> = new.iter().map(key).collect();
        let paired = found.into_iter().zip(old);
        self.checked.diagnostics = paired
            .filter(|(_, old)| kept.contains(old))
            .map(|(found, _)| found)
            .collect();
        if stale > 0 {
            terminal.detail(&format!("{stale} entries of the baseline are of no use any more"));
        }
        Ok(())
    }

    /// The findings and their sources with paths that do not depend on the working directory.
    fn seen_from_root(&self, diagnostics: &[Diagnostic], directory: &Path) -> (Vec<Diagnostic>, Sources) {
        let relative = |path: &str| self.settings.relative(&workspace::clean(&directory.join(path)));
        let renamed = diagnostics.iter().map(|diagnostic| Diagnostic {
            file: relative(&diagnostic.file),
            ..diagnostic.clone()
        });
        let paths = self.checked.sources.paths();
        let sources = paths.map(|path| (relative(path), self.checked.sources.text(path).unwrap_or("").to_owned()));
        (renamed.collect(), Sources::new(sources))
    }
}

fn key(diagnostic: &Diagnostic) -> (String, u32, &'static str, String) {
    let Diagnostic {
        file,
        span,
        rule,
        message,
        ..
    } = diagnostic;
    (file.clone(), span.start, rule.subcode, message.clone())
}

fn read(path: &Path, directory: &Path, written_by: &str) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        let shown = project::shown(directory, path);
        Failure::usage(format!("cannot read {}: {}", shown.display(), io_reason(&error)))
            .help(format!("`omnigraph lint {written_by}` writes it"))
    })
}

/// Writes a file in one step; gives its path as it is shown.
fn write(path: &Path, directory: &Path, text: &str) -> Result<String, Failure> {
    let shown = project::shown(directory, path);
    let is_new = !path.exists();
    if is_new {
        let failed = |error| Failure::failed(format!("cannot write {}: {}", shown.display(), io_reason(&error)));
        std::fs::File::create(path).map_err(failed)?;
    }
    let written = replace(&shown, text);
    if written.is_err() && is_new {
        // Best effort: what failed is reported already.
        let _ = std::fs::remove_file(path);
    }
    written.map(|()| shown.display().to_string())
}

fn baseline_path(settings: &Located, arguments: &Lint, directory: &Path) -> Result<Option<PathBuf>, Failure> {
    named(
        &arguments.baseline,
        &settings.settings.lint.baseline,
        settings,
        directory,
    )
}

fn published_path(settings: &Located, arguments: &Lint, directory: &Path) -> Result<Option<PathBuf>, Failure> {
    named(
        &arguments.published,
        &settings.settings.lint.published,
        settings,
        directory,
    )
}

/// A file that the command line names, or else the settings.
fn named(
    given: &Option<PathBuf>,
    set: &Option<String>,
    settings: &Located,
    directory: &Path,
) -> Result<Option<PathBuf>, Failure> {
    match (given, set) {
        (Some(path), _) => Ok(Some(directory.join(path))),
        (None, Some(name)) => project::own_file(directory, settings, name).map(Some),
        (None, None) => Ok(None),
    }
}

pub(super) fn write_baselines(
    reports: &[Report],
    arguments: &Lint,
    directory: &Path,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut files: BTreeMap<PathBuf, (Vec<Diagnostic>, Sources)> = BTreeMap::new();
    let mut left = 0;
    for report in reports {
        let Some(path) = baseline_path(&report.settings, arguments, directory)? else {
            return Err(Failure::usage("no baseline file is named")
                .help("name it with --baseline FILE, or by `baseline` under `[lint]` in omnigraph.toml"));
        };
        let found = report.checked.diagnostics.iter();
        let old = found.filter(|found| is_lint(found.rule) || found.severity != Severity::Error);
        let old: Vec<Diagnostic> = old.cloned().collect();
        left += report.checked.diagnostics.len() - old.len();
        let (renamed, sources) = report.seen_from_root(&old, directory);
        let entry = files.entry(path).or_default();
        entry.0.extend(renamed);
        for path in sources.paths() {
            entry.1.insert(path, sources.text(path).unwrap_or(""));
        }
    }
    for (path, (diagnostics, sources)) in files {
        let baseline = Baseline::of(&diagnostics, &sources);
        let shown = write(&path, directory, &baseline.text())?;
        let noun = if baseline.len() == 1 { "finding" } else { "findings" };
        terminal.note(&format!("{} {noun} written to {shown}", baseline.len()));
    }
    match left {
        0 => Ok(()),
        1 => Err(Failure::no("1 error is not written: a baseline holds no errors of the languages").help(SHOWN)),
        _ => Err(Failure::no(format!(
            "{left} errors are not written: a baseline holds no errors of the languages"
        ))
        .help(SHOWN)),
    }
}

const SHOWN: &str = "`omnigraph lint` shows them; they have to be mended";

/// The queries that the settings or the command line say are published.
pub(super) fn published(settings: &Located, arguments: &Lint, directory: &Path) -> Result<Option<Published>, Failure> {
    let Some(path) = published_path(settings, arguments, directory)? else {
        return Ok(None);
    };
    let text = read(&path, directory, "--write-published")?;
    let published = Published::read(&text).map_err(|reason| {
        let shown = project::shown(directory, &path);
        Failure::usage(format!("{} does not hold published queries: {reason}", shown.display()))
    })?;
    Ok(Some(published))
}

/// Writes what all queries are for their callers. Nothing is written while one of them has errors.
pub(super) fn publish(
    batches: &[Batch],
    arguments: &Lint,
    directory: &Path,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut files: BTreeMap<PathBuf, Published> = BTreeMap::new();
    for batch in batches {
        let Some(path) = published_path(&batch.settings, arguments, directory)? else {
            return Err(Failure::usage("no file for the published queries is named")
                .help("name it with --published FILE, or by `published` under `[lint]` in omnigraph.toml"));
        };
        let checked = batch.check(directory).checked;
        checked.reject(&checked.errors(), terminal)?;
        let known = files.remove(&path).unwrap_or_default();
        files.insert(path, checked.published().and(known));
    }
    for (path, published) in files {
        let shown = write(&path, directory, &published.text())?;
        let noun = if published.len() == 1 { "query" } else { "queries" };
        terminal.note(&format!("{} {noun} written to {shown}", published.len()));
    }
    Ok(())
}

/// Published queries that no file of the project holds any more, if all of its files are looked at: found where the published
/// file names them.
pub(super) fn tell_gone(reports: &mut [Report], arguments: &Lint, directory: &Path) -> Result<(), Failure> {
    let mut files: BTreeMap<PathBuf, (usize, BTreeSet<String>)> = BTreeMap::new();
    for (index, report) in reports.iter().enumerate() {
        if let Some(path) = published_path(&report.settings, arguments, directory)? {
            let (_, names) = files.entry(path).or_insert_with(|| (index, BTreeSet::new()));
            names.extend(report.checked.queries().map(|(_, query)| query.name));
        }
    }
    let paths = reports.iter().flat_map(|report| report.checked.sources.paths());
    let looked_at: BTreeSet<PathBuf> = paths.map(|path| workspace::clean(&directory.join(path))).collect();
    let told_alone = reports.iter().any(|report| report.only.is_some());
    for (path, (index, names)) in files {
        let whole = |report: &Report| {
            let other = published_path(&report.settings, arguments, directory).ok().flatten();
            other.as_ref() != Some(&path) || covers(directory, asked(arguments), &report.settings, &looked_at)
        };
        // A run on some files only does not report what the others may hold.
        if told_alone || !arguments.paths.is_empty() && !reports.iter().all(whole) {
            continue;
        }
        let report = &mut reports[index];
        let text = read(&path, directory, "--write-published")?;
        let shown = project::shown(directory, &path).display().to_string();
        let settings = &report.settings;
        let mut gone = published::gone(&shown, &text, &|name| names.contains(name));
        gone.retain_mut(|found| {
            let level = settings
                .settings
                .severity(found.rule, found.severity, &settings.relative(&path));
            level.is_some_and(|severity| {
                found.severity = severity;
                true
            })
        });
        if !gone.is_empty() {
            report.checked.sources.insert(shown, text);
            report.checked.diagnostics.extend(gone);
        }
    }
    Ok(())
}
