//! `lint`: every mistake of schemas and queries, and what is probably not meant, in one run.

mod kept;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, render};
use omnigraph_compiler::lint::{self as lints, Known, fix};
use omnigraph_compiler::workspace::Located;
use serde_json::{Value, json};

use crate::arguments::{FailOn, Lint, LintFormat};
use crate::failure::{Failure, io_reason};
use crate::output::lint as formats;
use crate::project;
use crate::source::{Checked, Source, lint, tell_encodings};
use crate::terminal::Terminal;

use super::fmt::{difference, replace};
use super::{block_on, open, print, snapshot};

/// Files that are checked together, before they are.
struct Batch {
    schema: Source,
    /// A schema of a graph is not written.
    stored: bool,
    queries: Vec<Source>,
    settings: Arc<Located>,
    known: Known,
    /// Of files that are not UTF-8.
    encodings: Vec<Diagnostic>,
}

/// What was found in a batch.
struct Report {
    checked: Checked,
    suppressed: Vec<(Diagnostic, String)>,
    settings: Arc<Located>,
}

pub fn run(arguments: Lint, terminal: &Terminal) -> Result<(), Failure> {
    let directory = project::working_directory()?;
    let mut batches = batches(&arguments, &directory)?;
    if batches.is_empty() {
        terminal.note("there are no .pg and no .gq files");
    }
    if arguments.write_published {
        return kept::publish(&batches, &arguments, &directory, terminal);
    }
    for batch in &mut batches {
        batch.known.published = kept::published(&batch.settings, &arguments, &directory)?;
    }
    if arguments.diff {
        return show_fixes(&batches, &arguments, &directory);
    }
    if arguments.fix || arguments.unsafe_fixes {
        let mut applied = 0;
        for batch in &mut batches {
            let fixed = fixed(batch, &arguments, &directory);
            applied += fixed.applied;
            for (path, text) in fixed.changed {
                replace(Path::new(&path), &text)?;
                batch.take(&path, text);
            }
        }
        let noun = if applied == 1 { "fix" } else { "fixes" };
        terminal.note(&format!("{applied} {noun} applied"));
    }
    let mut reports: Vec<Report> = batches.iter().map(|batch| batch.check(&directory)).collect();
    if arguments.paths.is_empty() {
        kept::tell_gone(&mut reports, &arguments, &directory)?;
    }
    if arguments.write_baseline {
        return kept::write_baselines(&reports, &arguments, &directory, terminal);
    }
    for report in &mut reports {
        report.forget_known(&arguments, &directory, terminal)?;
    }
    tell(&reports, &arguments, terminal)?;
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

impl Batch {
    fn check(&self, directory: &Path) -> Report {
        let (mut checked, suppressed) = lint(
            Some(&self.schema),
            &self.queries,
            &self.settings,
            directory,
            Some(&self.known),
        );
        tell_encodings(&mut checked.diagnostics, &self.encodings, &checked.sources);
        Report {
            checked,
            suppressed,
            settings: self.settings.clone(),
        }
    }

    /// The texts that fixes may change.
    fn texts(&self) -> BTreeMap<String, String> {
        let schema = Some(&self.schema).filter(|_| !self.stored);
        let sources = schema.into_iter().chain(&self.queries);
        sources
            .map(|source| (source.path.clone(), source.text.clone()))
            .collect()
    }

    fn take(&mut self, path: &str, text: String) {
        let sources = std::iter::once(&mut self.schema).chain(&mut self.queries);
        for source in sources.filter(|source| source.path == path) {
            source.text.clone_from(&text);
        }
    }
}

fn fixed(batch: &Batch, arguments: &Lint, directory: &Path) -> fix::Fixed {
    let check = |texts: &BTreeMap<String, String>| {
        let current = |source: &Source| Source {
            path: source.path.clone(),
            text: texts.get(&source.path).unwrap_or(&source.text).clone(),
        };
        let queries: Vec<Source> = batch.queries.iter().map(current).collect();
        let (checked, _) = lint(
            Some(&current(&batch.schema)),
            &queries,
            &batch.settings,
            directory,
            Some(&batch.known),
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
fn tell(reports: &[Report], arguments: &Lint, terminal: &Terminal) -> Result<(), Failure> {
    let mut sources = Sources::default();
    let (mut reported, mut suppressed) = (Vec::new(), Vec::new());
    for report in reports {
        for path in report.checked.sources.paths() {
            sources.insert(path, report.checked.sources.text(path).unwrap_or(""));
        }
        reported.extend(report.checked.diagnostics.iter().cloned());
        suppressed.extend(report.suppressed.iter().cloned());
    }
    let files = sources.paths().count();
    let all = formats::Findings {
        reported: &reported,
        suppressed: &suppressed,
        sources: &sources,
        files,
    };
    let shown = lints::capped(reported.clone());
    print(|out| match arguments.format {
        LintFormat::Human => {
            for diagnostic in &shown {
                writeln!(out, "{}", render::human(diagnostic, &sources, terminal.color_stdout()))?;
            }
            if !terminal.quiet {
                writeln!(out, "{}", formats::summary(&all))?;
            }
            Ok(())
        }
        LintFormat::Concise => shown
            .iter()
            .try_for_each(|d| writeln!(out, "{}", render::concise(d, &sources))),
        LintFormat::Json => {
            let document = json!({
                "diagnostics": reported.iter().map(|d| render::json(d, &sources)).collect::<Vec<_>>(),
                "queries": reports.iter().flat_map(|report| queries(&report.checked)).collect::<Vec<_>>(),
                "summary": {"errors": all.count(Severity::Error), "warnings": all.count(Severity::Warning), "files": files},
            });
            writeln!(out, "{document}")
        }
        LintFormat::Sarif => formats::sarif(out, &all),
        LintFormat::Github => formats::workflow_commands(out, &all),
        LintFormat::Gitlab => formats::code_quality(out, &all),
        LintFormat::Junit => formats::junit(out, &all),
    })?;
    if arguments.format == LintFormat::Github
        && let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
    {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(formats::job_summary(&all).as_bytes()))
            .map_err(|error| Failure::failed(format!("cannot write the job's summary: {}", io_reason(&error))))?;
    }
    Ok(())
}

fn queries(checked: &Checked) -> Vec<Value> {
    checked
        .queries()
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

fn batches(arguments: &Lint, directory: &Path) -> Result<Vec<Batch>, Failure> {
    // What is written from a text must have been read as it is.
    let writes = arguments.fix || arguments.unsafe_fixes || arguments.diff;
    let writes = writes || arguments.write_baseline || arguments.write_published;
    let read = |path: &Path, encodings: &mut Vec<Diagnostic>| {
        if writes {
            return Source::read_schema(path);
        }
        let (source, told) = Source::read_to_tell(path)?;
        encodings.extend(told);
        Ok(source)
    };
    let read_all = |paths: &[PathBuf], encodings: &mut Vec<Diagnostic>| {
        paths
            .iter()
            .map(|path| read(path, encodings))
            .collect::<Result<Vec<_>, _>>()
    };
    let mut encodings = Vec::new();
    if let Some(store) = &arguments.store {
        let (schema, rows) = stored(store)?;
        let paths = if arguments.paths.is_empty() {
            vec![".".into()]
        } else {
            arguments.paths.clone()
        };
        let queries: Vec<PathBuf> = project::named(&paths)?
            .into_iter()
            .filter(|path| project::is_query(path))
            .collect();
        let settings = project::settings_of(queries.first().map_or(Path::new("omnigraph.toml"), PathBuf::as_path))?;
        return Ok(vec![Batch {
            schema,
            stored: true,
            queries: read_all(&queries, &mut encodings)?,
            settings,
            known: Known { rows, published: None },
            encodings,
        }]);
    }
    let groups = project::groups(
        directory,
        &arguments.paths,
        arguments.schema.as_deref(),
        arguments.config.as_deref(),
    )?;
    let mut batches = Vec::new();
    for group in groups {
        let Some(schema) = &group.schema else {
            return Err(without_schema(&group.queries[0]));
        };
        batches.push(Batch {
            schema: read(schema, &mut encodings)?,
            stored: false,
            queries: read_all(&group.queries, &mut encodings)?,
            settings: group.settings,
            known: Known::default(),
            encodings: std::mem::take(&mut encodings),
        });
    }
    Ok(batches)
}

fn without_schema(query: &Path) -> Failure {
    Failure::usage(format!(
        "there is no schema for {}: no .pg file in its folder or above it",
        query.display()
    ))
    .help("give it with --schema FILE.pg or --store STORE")
}

/// The schema of a graph, and how many rows each of its types has.
fn stored(store: &str) -> Result<(Source, BTreeMap<String, u64>), Failure> {
    let snapshot = block_on(async {
        let graph = open(store).await?;
        snapshot(&graph, None).await
    })?;
    let nodes = snapshot
        .catalog
        .nodes
        .keys()
        .map(|name| (name, snapshot.node_rows(name)));
    let edges = snapshot
        .catalog
        .edges
        .keys()
        .map(|name| (name, snapshot.edge_rows(name)));
    let rows = nodes.chain(edges).map(|(name, rows)| (name.clone(), rows)).collect();
    Ok((super::schema_source(&snapshot), rows))
}
