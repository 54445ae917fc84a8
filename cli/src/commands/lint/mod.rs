//! `lint`: every mistake of schemas and queries, and what is probably not meant, in one run.

mod artifacts;
mod batch;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use batch::{Batch, Batches, batches};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, render};
use omnigraph_compiler::lint::{self as lints, fix};
use omnigraph_workspace::Located;
use serde_json::{Value, json};

use super::fmt::{difference, replace};
use super::print;
use super::report::report;
use crate::arguments::{FailOn, Lint, LintFormat};
use crate::failure::{Exit, Failure};
use crate::output::lint as formats;
use crate::project;
use crate::source::{CheckedSources, Source, lint};
use crate::terminal::Terminal;

/// What was found in a batch.
struct Report {
    checked: CheckedSources,
    suppressed: Vec<(Diagnostic, String)>,
    settings: Arc<Located>,
    /// The file that is reported on, if the others are only there to check it.
    only: Option<String>,
}

pub(crate) fn run(arguments: Lint, terminal: &Terminal) -> Result<(), Failure> {
    let directory = project::working_directory()?;
    let Batches {
        list: mut batches,
        problems,
        links,
    } = batches(&arguments, &directory)?;
    if batches.is_empty() && problems.is_empty() {
        terminal.note("there are no .pg and no .gq files");
    }
    for link in links {
        terminal.warn(&format!(
            "{} leads out of the project and is not followed: name it to have it checked",
            link.display()
        ));
    }
    let told = looked_at(&mut batches, &arguments, &directory, terminal);
    match problems.is_empty() {
        true => told,
        false => Err(together(problems, told)),
    }
}

/// The failures that kept some files from being looked at, after what was said of the others.
fn together(problems: Vec<Failure>, told: Result<(), Failure>) -> Failure {
    let failures: Vec<Failure> = told
        .err()
        .into_iter()
        .filter(|said| !said.message.is_empty())
        .chain(problems)
        .collect();
    let several = failures.len() > 1;
    let exit = failures
        .iter()
        .map(|failure| failure.exit)
        .max_by_key(|exit| exit.code());
    let line = |failure: &Failure| match failure.help.as_ref().filter(|_| several) {
        Some(help) => format!("{} ({help})", failure.message),
        None => failure.message.clone(),
    };
    Failure {
        exit: exit.unwrap_or(Exit::Usage),
        help: failures
            .first()
            .and_then(|first| first.help.clone())
            .filter(|_| !several),
        ..Failure::usage("").lines(failures.iter().map(line))
    }
}

fn looked_at(batches: &mut [Batch], arguments: &Lint, directory: &Path, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.write_published {
        return artifacts::publish(batches, arguments, directory, terminal);
    }
    for batch in batches.iter_mut() {
        batch.external.published = artifacts::published(&batch.settings, arguments, directory)?;
    }
    if arguments.diff {
        return show_fixes(batches, arguments, directory);
    }
    if arguments.fix || arguments.unsafe_fixes {
        let mut applied = 0;
        for batch in batches.iter_mut() {
            let fixed = fixed(batch, arguments, directory);
            applied += fixed.applied;
            for (path, text) in fixed.changed {
                replace(Path::new(&path), &text)?;
                batch.take(&path, text);
            }
        }
        let noun = if applied == 1 { "fix" } else { "fixes" };
        terminal.note(&format!("{applied} {noun} applied"));
    }
    let mut reports: Vec<Report> = batches.iter().map(|batch| batch.check(directory)).collect();
    artifacts::tell_gone(&mut reports, arguments, directory)?;
    if arguments.write_baseline {
        return artifacts::write_baselines(&reports, arguments, directory, terminal);
    }
    for report in &mut reports {
        report.forget_known(arguments, directory, terminal)?;
    }
    tell(&reports, arguments, directory, terminal)?;
    let fails = |report: &Report, severity: Severity| match arguments.fail_on {
        None => lints::fails(&report.settings.settings, severity),
        Some(FailOn::Never) => false,
        Some(FailOn::Error) => severity == Severity::Error,
        Some(FailOn::Warning) => severity <= Severity::Warning,
        Some(FailOn::Info) => true,
    };
    let no = reports
        .iter()
        .any(|report| report.checked.diagnostics.iter().any(|d| fails(report, d.severity)));
    if no { Err(Failure::said()) } else { Ok(()) }
}

fn fixed(batch: &Batch, arguments: &Lint, directory: &Path) -> fix::Fixed {
    let check = |texts: &BTreeMap<String, String>| {
        let current = |source: &Source| Source {
            path: source.path.clone(),
            text: texts.get(&source.path).unwrap_or(&source.text).clone(),
        };
        let queries: Vec<Source> = batch.queries.iter().map(current).collect();
        let schema = batch.schema.as_ref().map(current);
        let (checked, _) = lint(
            schema.as_ref(),
            &batch.rivals,
            &queries,
            &batch.settings,
            directory,
            Some(&batch.external),
        );
        checked.diagnostics
    };
    fix::fix(batch.texts(), &check, &|_, fix| fix.safe || arguments.unsafe_fixes)
}

fn show_fixes(batches: &[Batch], arguments: &Lint, directory: &Path) -> Result<(), Failure> {
    let mut any = false;
    for batch in batches {
        let before = batch.texts();
        for (path, text) in fixed(batch, arguments, directory).changed {
            any = true;
            let source = Source {
                text: before.get(&path).cloned().unwrap_or_default(),
                path,
            };
            print(|out| difference(out, &source, &text))?;
        }
    }
    if any { Err(Failure::said()) } else { Ok(()) }
}

/// Prints what was found.
fn tell(reports: &[Report], arguments: &Lint, directory: &Path, terminal: &Terminal) -> Result<(), Failure> {
    let mut all = formats::Findings::new("lint");
    for report in reports {
        for path in report.checked.sources.paths() {
            all.sources
                .insert(path, report.checked.sources.text(path).unwrap_or(""));
        }
        all.reported.extend(report.checked.diagnostics.iter().cloned());
        all.suppressed.extend(report.suppressed.iter().cloned());
    }
    all.files = match reports.iter().find_map(|report| report.only.as_ref()) {
        Some(_) => 1,
        None => all.sources.paths().count(),
    };
    if let Some(format) = formats::Machine::of(arguments.format) {
        return report(format, &all, directory);
    }
    let shown = lints::capped(all.reported.clone());
    print(|out| match arguments.format {
        LintFormat::Concise => shown
            .iter()
            .try_for_each(|d| writeln!(out, "{}", render::concise(d, &all.sources))),
        LintFormat::Json => {
            let document = json!({
                "diagnostics": all.reported.iter().map(|d| render::json(d, &all.sources)).collect::<Vec<_>>(),
                "queries": reports.iter().flat_map(queries).collect::<Vec<_>>(),
                "summary": {"errors": all.count(Severity::Error), "warnings": all.count(Severity::Warning), "files": all.files},
            });
            writeln!(out, "{document}")
        }
        _ => {
            for diagnostic in &shown {
                writeln!(
                    out,
                    "{}",
                    render::human(diagnostic, &all.sources, terminal.color_stdout())
                )?;
            }
            if !terminal.quiet {
                writeln!(out, "{}", formats::summary(&all))?;
            }
            Ok(())
        }
    })
}

fn queries(report: &Report) -> Vec<Value> {
    let checked = &report.checked;
    checked
        .queries()
        .filter(|(file, _)| report.only.as_ref().is_none_or(|only| only == file))
        .map(|(file, query)| {
            let ok = query.checked.plan.is_some() && checked.errors_of(&file, query.span).is_empty();
            let mut entry = json!({
                "file": file,
                "name": query.name,
                "kind": query.mutation.map(|mutation| if mutation { "mutation" } else { "read" }),
                "status": if ok { "ok" } else { "error" },
            });
            if let (true, Some(descriptor)) = (ok, &query.checked.descriptor) {
                entry["operation"] = json!(descriptor);
            }
            entry
        })
        .collect()
}
