//! `query`: a read query against a graph.

use std::io::{IsTerminal, stdout};
use std::str::FromStr;
use std::time::Instant;

use omnigraph_compiler::ir::{Descriptor, Plan};
use omnigraph_compiler::params::{self, Candidate, EntryPoint};
use omnigraph_engine::Error;
use omnigraph_engine::execution::{self, AccessPaths, LookUps, QueryOptions, Running};
use serde_json::json;

use crate::arguments::{Query, ResultFormat};
use crate::embedding;
use crate::failure::Failure;
use crate::output::{About, Csv, Streaming, write_rows};
use crate::request;
use crate::source::{Checked, check};
use crate::streams::Out;
use crate::terminal::{Terminal, UnderWay};

use super::{block_on, engine_failure, open_within, print, schema_source, snapshot, written};

pub fn run(arguments: Query, terminal: &Terminal) -> Result<(), Failure> {
    let source = request::source(&arguments.request)?;
    let started = Instant::now();
    block_on(async {
        // One half for what is read and kept, the other for what operators hold.
        let half = arguments.memory.map(|bytes| bytes / 2);
        let failed = |error| engine_failure(as_given(error, arguments.memory));
        let graph = open_within(&arguments.request.store, half).await?;
        let snapshot = snapshot(&graph, arguments.at.as_deref()).await?;
        let checked = check(Some(&schema_source(&snapshot)), std::slice::from_ref(&source));
        let chosen = chosen(
            &checked,
            arguments.request.name.as_deref(),
            Some(EntryPoint::Read),
            terminal,
        )?;
        let Plan::Read(plan) = &chosen.plan else {
            return Err(Failure::usage("this is a mutation"));
        };
        let parameters = request::parameters(&arguments.request, &chosen.plan, terminal)?;
        let mut options = QueryOptions {
            access: access()?,
            look_ups: look_ups()?,
            embedder: embedding::provider(&snapshot.catalog)?,
            ..QueryOptions::default()
        };
        options.memory_limit = half.unwrap_or(options.memory_limit);
        if arguments.request.explain || arguments.analyze {
            let explained = if arguments.analyze {
                let _under_way = terminal.under_way("running");
                execution::analyze(&snapshot, plan, &parameters, &options).await
            } else {
                execution::explain(&snapshot, plan, &parameters, &options).await
            };
            let explained = explained.map_err(failed)?;
            return print(|out| match arguments.format {
                Some(ResultFormat::Json | ResultFormat::Jsonl) => {
                    writeln!(out, "{}", json!({"plan": explained, "commit": snapshot.commit_id()}))
                }
                _ => write!(out, "{}\n{explained}", chosen.plan),
            });
        }
        let under_way = terminal.under_way("running");
        let mut running = execution::run(&snapshot, plan, &parameters, &options)
            .await
            .map_err(failed)?;
        let default = if stdout().is_terminal() {
            ResultFormat::Table
        } else {
            ResultFormat::Json
        };
        let format = arguments.format.unwrap_or(default);
        let done = |elapsed: f64| terminal.detail(&format!("read commit {} in {elapsed:.1} ms", snapshot.commit_id()));
        let elapsed = || started.elapsed().as_secs_f64() * 1000.0;
        if arguments.csv_safe && format != ResultFormat::Csv {
            return Err(Failure::usage("--csv-safe goes with --format csv"));
        }
        if format.streams() {
            let csv = Csv {
                safe: arguments.csv_safe,
            };
            stream(&mut running, format, csv, under_way, failed).await?;
            done(elapsed());
            return Ok(());
        }
        let result = running.spooled().await.map_err(failed)?;
        drop(under_way);
        let about = About {
            query: &chosen.name,
            at: arguments.at.as_deref(),
            elapsed_ms: elapsed(),
            columns: &chosen.descriptor.result,
        };
        done(about.elapsed_ms);
        print(|out| write_rows(out, format, &result, &about))
    })
}

/// `OMNIGRAPH_TRAVERSAL_MODE` forces one way to rows and neighbours, to compare them; no answer depends on it.
fn access() -> Result<AccessPaths, Failure> {
    match std::env::var("OMNIGRAPH_TRAVERSAL_MODE").as_deref() {
        Err(_) | Ok("" | "auto") => Ok(AccessPaths::Automatic),
        Ok("indexed") => Ok(AccessPaths::Indexes),
        Ok("csr") => Ok(AccessPaths::Memory),
        Ok(other) => Err(Failure::usage(format!(
            "OMNIGRAPH_TRAVERSAL_MODE is `{other}`; it can be `auto`, `indexed` or `csr`"
        ))),
    }
}

/// A limit that follows from `--memory`, in the figure that was given.
fn as_given(error: Error, given: Option<usize>) -> Error {
    match (error, given) {
        (
            Error::ResourceLimitExceeded {
                resource,
                limit,
                actual,
            },
            Some(given),
        ) if resource.starts_with("memory") => {
            let given = given as u64;
            let scaled = |actual: u64| (u128::from(actual) * u128::from(given)).div_ceil(u128::from(limit.max(1)));
            Error::ResourceLimitExceeded {
                resource,
                limit: given,
                actual: actual.map(|actual| u64::try_from(scaled(actual)).unwrap_or(u64::MAX)),
            }
        }
        (error, _) => error,
    }
}

/// How far neighbours are looked up, by the variables that say so.
fn look_ups() -> Result<LookUps, Failure> {
    let standard = LookUps::default();
    Ok(LookUps {
        most_hops: number("OMNIGRAPH_EXPAND_INDEXED_MAX_HOPS", standard.most_hops)?,
        most_nodes: number("OMNIGRAPH_EXPAND_INDEXED_MAX_FRONTIER", standard.most_nodes)?,
    })
}

fn number<N: FromStr>(variable: &str, standard: N) -> Result<N, Failure> {
    match std::env::var(variable) {
        Err(_) => Ok(standard),
        Ok(text) if text.is_empty() => Ok(standard),
        Ok(text) => text
            .parse()
            .map_err(|_| Failure::usage(format!("{variable} is `{text}`; it must be a whole number"))),
    }
}

/// Writes rows as they come.
async fn stream(
    running: &mut Running,
    format: ResultFormat,
    csv: Csv,
    under_way: UnderWay,
    failed: impl Fn(Error) -> Failure,
) -> Result<(), Failure> {
    let mut under_way = Some(under_way);
    let begun = Streaming::begin(Out::new(), format, csv, running);
    let Some(mut streaming) = written(begun)? else {
        return Ok(());
    };
    while let Some(batch) = running.next().await.map_err(&failed)? {
        under_way.take();
        if written(streaming.write(batch))?.is_none() {
            return Ok(());
        }
    }
    written(streaming.finish())?;
    Ok(())
}

/// The query that a request means, compiled.
pub struct Chosen {
    pub name: String,
    pub plan: Plan,
    pub descriptor: Descriptor,
}

/// Finds the query of this name (or the only one), prints the errors that keep it from running, and makes sure that it
/// came in by the right door.
pub fn chosen(
    checked: &Checked,
    name: Option<&str>,
    entry: Option<EntryPoint>,
    terminal: &Terminal,
) -> Result<Chosen, Failure> {
    let queries: Vec<_> = checked.queries().collect();
    let candidates: Vec<Candidate> = queries
        .iter()
        .map(|(_, query)| Candidate {
            name: query.name.clone(),
            mutation: query.mutation == Some(true),
        })
        .collect();
    if candidates.is_empty() {
        // A text without any query usually is one that could not be read.
        checked.reject(&checked.errors(), terminal)?;
    }
    let index = params::select(&candidates, name, None).map_err(|problem| Failure::usage(problem.to_string()))?;
    let (file, query) = &queries[index];
    checked.reject(&checked.errors_of(file, query.span), terminal)?;
    params::select(&candidates[index..=index], None, entry).map_err(|problem| Failure::usage(problem.to_string()))?;
    match (&query.checked.plan, &query.checked.descriptor) {
        (Some(plan), Some(descriptor)) => Ok(Chosen {
            name: query.name.clone(),
            plan: plan.clone(),
            descriptor: descriptor.clone(),
        }),
        _ => {
            checked.reject(&checked.errors(), terminal)?;
            Err(Failure::failed(format!(
                "internal error: query `{}` has neither a plan nor an error",
                query.name
            )))
        }
    }
}
