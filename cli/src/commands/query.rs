//! `query`: a read query against a graph.

use std::io::{IsTerminal, stdout};
use std::str::FromStr;
use std::time::Instant;

use omnigraph::{AccessPaths, EntryPoint, Error, LookUps, QueryOptions, Running};
use omnigraph_engine::Error as EngineError;
use omnigraph_model::catalog::Catalog;
use serde_json::json;

use super::{block_on, open_within, print, rejected, stopped, written};
use crate::arguments::{Query, ResultFormat};
use crate::embedding;
use crate::failure::Failure;
use crate::output::{About, Csv, Streaming, next_page, write_rows};
use crate::request;
use crate::streams::Out;
use crate::terminal::{Terminal, UnderWay};

pub(crate) fn run(arguments: Query, terminal: &Terminal) -> Result<(), Failure> {
    let source = request::source(&arguments.request)?;
    let started = Instant::now();
    block_on(async {
        // One half for what is read and kept, the other for what operators hold.
        let half = arguments.memory.map(|bytes| bytes / 2);
        let failed = |error: Error| stopped(as_given(error, arguments.memory), terminal);
        let session = open_within(&arguments.request.store, half).await?;
        let session = session.at(arguments.at.clone());
        let request = request::of(&arguments.request, &source, EntryPoint::Read);
        let prepared = session
            .prepare(&request)
            .await
            .map_err(|error| rejected(error, terminal))?;
        let parameters = request::parameters(&arguments.request, &prepared, terminal)?;
        let mut options = query_options(&prepared.snapshot().catalog)?;
        options.memory_limit = half.unwrap_or(options.memory_limit);
        let prepared = prepared.with_options(options);
        if arguments.request.explain || arguments.analyze {
            let explained = if arguments.analyze {
                let _under_way = terminal.under_way("running");
                prepared.analyze(&parameters).await
            } else {
                prepared.explain(&parameters).await
            };
            let explained = explained.map_err(failed)?;
            return print(|out| match arguments.format {
                Some(ResultFormat::Json | ResultFormat::Jsonl) => {
                    writeln!(out, "{}", json!({"plan": explained, "commit": prepared.commit()}))
                }
                _ => write!(out, "{}\n{explained}", prepared.plan()),
            });
        }
        let under_way = terminal.under_way("running");
        let mut running = prepared.run(&parameters).await.map_err(failed)?;
        let default = if stdout().is_terminal() {
            ResultFormat::Table
        } else {
            ResultFormat::Json
        };
        let format = arguments.format.unwrap_or(default);
        let done = |elapsed: f64| terminal.detail(&format!("read commit {} in {elapsed:.1} ms", prepared.commit()));
        let elapsed = || started.elapsed().as_secs_f64() * 1000.0;
        if arguments.csv_safe && format != ResultFormat::Csv {
            return Err(Failure::usage("--csv-safe goes with --format csv"));
        }
        let failed = |error: omnigraph_engine::Error| failed(prepared.located(error));
        if format.streams() {
            let csv = Csv {
                safe: arguments.csv_safe,
            };
            stream(&mut running, format, csv, under_way, failed).await?;
            // These formats have no place for it.
            if let Some(page) = running.page() {
                terminal.note(&next_page(&page));
            }
            done(elapsed());
            return Ok(());
        }
        let result = running.spooled().await.map_err(failed)?;
        drop(under_way);
        let about = About {
            query: prepared.name(),
            at: arguments.at.as_deref(),
            elapsed_ms: elapsed(),
            columns: &prepared.descriptor().result,
        };
        done(about.elapsed_ms);
        print(|out| write_rows(out, format, &result, &about))
    })
}

/// How queries of a graph with this catalog run, as the environment and the settings say.
pub(crate) fn query_options(catalog: &Catalog) -> Result<QueryOptions, Failure> {
    Ok(QueryOptions {
        access: access()?,
        look_ups: look_ups()?,
        embedder: embedding::provider(catalog)?,
        ..QueryOptions::default()
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
            Error::Engine(EngineError::ResourceLimitExceeded {
                resource,
                limit,
                actual,
            }),
            Some(given),
        ) if resource.starts_with("memory") => {
            let given = given as u64;
            let scaled = |actual: u64| (u128::from(actual) * u128::from(given)).div_ceil(u128::from(limit.max(1)));
            Error::Engine(EngineError::ResourceLimitExceeded {
                resource,
                limit: given,
                actual: actual.map(|actual| u64::try_from(scaled(actual)).unwrap_or(u64::MAX)),
            })
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
    failed: impl Fn(EngineError) -> Failure,
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
