//! `lint`: every mistake of schemas and queries, in one run.

use std::collections::BTreeSet;
use std::path::Path;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, render};
use serde_json::{Value, json};

use crate::arguments::{Lint, LintFormat};
use crate::failure::Failure;
use crate::project;
use crate::source::{Checked, Source, check};
use crate::terminal::Terminal;

use super::{block_on, open, print, snapshot};

pub fn run(arguments: Lint, terminal: &Terminal) -> Result<(), Failure> {
    let checked = check_paths(&arguments)?;
    let count = |severity| all(&checked).filter(|(d, _)| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files: BTreeSet<&str> = checked.iter().flat_map(|c| c.sources.paths()).collect();
    print(|out| match arguments.format {
        LintFormat::Human => {
            for (diagnostic, checked) in all(&checked) {
                writeln!(
                    out,
                    "{}",
                    render::human(diagnostic, &checked.sources, terminal.color_stdout())
                )?;
            }
            if !terminal.quiet {
                writeln!(out, "{}", summary(errors, warnings, files.len()))?;
            }
            Ok(())
        }
        LintFormat::Concise => {
            for (diagnostic, checked) in all(&checked) {
                writeln!(out, "{}", render::concise(diagnostic, &checked.sources))?;
            }
            Ok(())
        }
        LintFormat::Json => {
            let document = json!({
                "diagnostics": all(&checked).map(|(d, c)| render::json(d, &c.sources)).collect::<Vec<_>>(),
                "queries": checked.iter().flat_map(queries).collect::<Vec<_>>(),
                "summary": {"errors": errors, "warnings": warnings, "files": files.len()},
            });
            writeln!(out, "{document}")
        }
    })?;
    if errors > 0 { Err(Failure::said()) } else { Ok(()) }
}

fn all(checked: &[Checked]) -> impl Iterator<Item = (&Diagnostic, &Checked)> {
    checked
        .iter()
        .flat_map(|checked| checked.diagnostics.iter().map(move |diagnostic| (diagnostic, checked)))
}

/// "2 errors and 1 warning in 3 files"
fn summary(errors: usize, warnings: usize, files: usize) -> String {
    let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let files = counted(files, "file");
    match (errors, warnings) {
        (0, 0) => format!("{files} checked, nothing found"),
        (0, warnings) => format!("{} in {files}", counted(warnings, "warning")),
        (errors, 0) => format!("{} in {files}", counted(errors, "error")),
        (errors, warnings) => format!(
            "{} and {} in {files}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
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

fn check_paths(arguments: &Lint) -> Result<Vec<Checked>, Failure> {
    if let Some(store) = &arguments.store {
        let schema = stored_schema(store)?;
        let paths = if arguments.paths.is_empty() {
            vec![".".into()]
        } else {
            arguments.paths.clone()
        };
        let queries = project::named(&paths)?
            .into_iter()
            .filter(|path| project::is_query(path));
        let queries = queries.map(|path| Source::read(&path)).collect::<Result<Vec<_>, _>>()?;
        return Ok(vec![check(Some(&schema), &queries)]);
    }
    let directory = std::env::current_dir().map_err(|_| Failure::usage("the working directory does not exist"))?;
    let mut checked = Vec::new();
    for group in project::groups(&directory, &arguments.paths, arguments.schema.as_deref())? {
        let Some(schema) = &group.schema else {
            return Err(without_schema(&group.queries[0]));
        };
        let schema = Source::read(schema)?;
        let queries = group
            .queries
            .iter()
            .map(|path| Source::read(path))
            .collect::<Result<Vec<_>, _>>()?;
        checked.push(check(Some(&schema), &queries));
    }
    Ok(checked)
}

fn without_schema(query: &Path) -> Failure {
    Failure::usage(format!(
        "there is no schema for {}: no .pg file in its folder or above it",
        query.display()
    ))
    .help("give it with --schema FILE.pg or --store STORE")
}

/// The schema of a graph as a source text.
pub fn stored_schema(store: &str) -> Result<Source, Failure> {
    let snapshot = block_on(async {
        let graph = open(store).await?;
        snapshot(&graph, None).await
    })?;
    Ok(super::schema_source(&snapshot))
}
