//! One module per command.

pub(crate) mod cleanup;
pub(crate) mod compile;
pub(crate) mod completions;
pub(crate) mod diagram;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod load;
pub(crate) mod lsp;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod mutate;
pub(crate) mod optimize;
pub(crate) mod query;
mod report;
pub(crate) mod schema;
pub(crate) mod translate;
pub(crate) mod verify;

use std::future::Future;
use std::io::Write;

use omnigraph::{CommitOptions, Graph, OpenOptions, QueryOptions, Session, Snapshot};
use omnigraph_compiler::diagnostic::render;
use omnigraph_engine::error::Fault;
use omnigraph_engine::{Class, EmbeddingFault, Error};
use omnigraph_model::printable::escape;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::arguments::Authorship;
use crate::embedding;
use crate::failure::{Exit, Failure, io_reason};
use crate::interrupt;
use crate::request;
use crate::source::{Source, compiler_failure};
use crate::streams::{self, Out, say};
use crate::terminal::Terminal;

/// Threads that wait for disks. Each keeps some memory of its own, and the runtime would make hundreds of them.
const WAITING: usize = 32;

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(WAITING)
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {}", io_reason(&error))))
}

/// Runs what the engine does on a runtime of its own, until it is done or the process is asked to end.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let told = interrupt::told();
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = work => Ok(outcome),
            Ok(failure) = told => Err(failure),
        }
    });
    match outcome {
        Ok(outcome) => outcome,
        Err(failure) => {
            runtime.shutdown_timeout(interrupt::TIDYING);
            Err(failure)
        }
    }
}

fn options() -> OpenOptions {
    OpenOptions::of_client(format!("omnigraph {}", env!("CARGO_PKG_VERSION")))
}

async fn open(store: &str) -> Result<Session, Failure> {
    open_within(store, None).await
}

/// Opened to keep no more than so many bytes of what it reads.
async fn open_within(store: &str, cache: Option<usize>) -> Result<Session, Failure> {
    let options = OpenOptions { cache, ..options() };
    let graph = Graph::open(store, options).await.map_err(failure)?;
    Ok(graph.session())
}

async fn open_for_write(store: &str, actor: Option<String>) -> Result<Session, Failure> {
    let graph = Graph::open_for_write(store, options()).await.map_err(failure)?;
    Ok(graph.session().acting_as(self::actor(actor)))
}

/// The session with the provider of vectors that its graph needs.
async fn with_provider(session: Session) -> Result<Session, Failure> {
    let snapshot = session.snapshot().await.map_err(failure)?;
    let options = QueryOptions {
        embedder: embedding::provider(&snapshot.catalog)?,
        ..session.options().clone()
    };
    Ok(session.with_options(options))
}

/// The schema of a snapshot as a source text, so that queries are checked against it as against a file.
fn schema_source(snapshot: &Snapshot) -> Source {
    Source {
        path: format!("{} (schema)", snapshot.graph().location()),
        text: snapshot.schema().object.source.clone(),
    }
}

/// Who writes: as said, or else as the environment says.
fn actor(given: Option<String>) -> Option<String> {
    given
        .or_else(|| std::env::var("OMNIGRAPH_ACTOR").ok())
        .filter(|actor| !actor.is_empty())
}

fn commit_options(authorship: Authorship, if_commit: Option<String>) -> CommitOptions {
    CommitOptions {
        actor: actor(authorship.actor),
        message: authorship.message,
        if_commit,
        ..CommitOptions::default()
    }
}

/// An error in the command line's terms. Errors of a text are printed one by one, with what they point at.
fn rejected(error: omnigraph::Error, terminal: &Terminal) -> Failure {
    match error {
        omnigraph::Error::Compiler { diagnostics, sources } => {
            for diagnostic in &diagnostics {
                say(&render::human(diagnostic, &sources, terminal.color_stderr()));
            }
            let message = match diagnostics.len() {
                1 => "1 error".to_owned(),
                count => format!("{count} errors"),
            };
            compiler_failure(message, &diagnostics.iter().collect::<Vec<_>>(), &sources)
        }
        error => stopped(error, terminal),
    }
}

/// An error of a running query in the command line's terms. An expression without a value is printed with its place.
fn stopped(error: omnigraph::Error, terminal: &Terminal) -> Failure {
    let class = error.class().name();
    match error {
        omnigraph::Error::Evaluation { diagnostic, sources } => {
            say(&render::human(&diagnostic, &sources, terminal.color_stderr()));
            Failure::failed("the query failed")
                .class(class)
                .detail("diagnostics", json!([render::json(&diagnostic, &sources)]))
        }
        error => failure(error),
    }
}

/// An error in the command line's terms.
fn failure(error: impl Into<omnigraph::Error>) -> Failure {
    let error = error.into();
    let class = error.class().name();
    match error {
        omnigraph::Error::Engine(error) => engine_failure(error, class),
        omnigraph::Error::Choice(problem) => Failure::usage(problem.to_string()),
        omnigraph::Error::Parameters { errors, .. } => request::rejected(&errors),
        // A line per diagnostic.
        error @ omnigraph::Error::Compiler { .. } => Failure {
            message: error.to_string(),
            ..Failure::failed("")
        }
        .class(class),
        error @ (omnigraph::Error::Denied(_) | omnigraph::Error::Evaluation { .. }) => {
            Failure::failed(error.to_string()).class(class)
        }
    }
}

fn engine_failure(error: Error, class: &'static str) -> Failure {
    let exit = if error.class() == Class::PreconditionFailed {
        Exit::No
    } else {
        Exit::Failed
    };
    let lacks_provider = match &error {
        Error::Embedding { fault, .. } => *fault == EmbeddingFault::NotConfigured,
        Error::Input(violations) => violations
            .list
            .iter()
            .any(|violation| matches!(violation.fault, Fault::NoVector { has_text: true, .. })),
        _ => false,
    };
    let help = match &error {
        _ if lacks_provider => Some(embedding::HELP.to_owned()),
        Error::NoSuchStore { location } | Error::NotAGraph { location, hint: None } => Some(format!(
            "`omnigraph init --schema FILE.pg {location}` creates a graph there"
        )),
        Error::Corrupt { file, .. } if !file.ends_with("format.json") => Some(
            "`omnigraph verify` says what else is damaged, and in which commit each type can still be read with `--at`"
                .to_owned(),
        ),
        Error::MissingRecords { before, .. } => Some(format!(
            "put the records back from a backup; `--at {}` reads an older commit; in a copy of a graph that was being written \
             to, remove `_graph/heads/main` to go on from its newest record",
            before.as_deref().unwrap_or("COMMIT")
        )),
        _ => None,
    };
    let violations = match &error {
        Error::Input(violations) => Some(
            violations
                .list
                .iter()
                .map(|violation| json!({"message": violation.to_string()})),
        ),
        _ => None,
    };
    let failure = Failure {
        exit,
        message: match &error {
            // A line per violation.
            Error::Input(_) => error.to_string(),
            _ => escape(&error.to_string()).into_owned(),
        },
        help,
        ..Failure::failed("")
    };
    let failure = failure.class(class);
    match violations {
        Some(violations) => failure.detail("violations", violations.collect()),
        None => failure,
    }
}

/// Results, buffered. A reader that went away ends the output without an error.
fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = Out::new();
    written(write(&mut out).and_then(|()| out.flush())).map(|_| ())
}

/// The result of a write, after it has committed. That it cannot be printed does not make the write a failure: whoever
/// sees one sends the request again.
fn print_after_commit(
    commit: Option<&str>,
    terminal: &Terminal,
    write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    match (print(write), commit) {
        (Err(failure), Some(commit)) => {
            terminal.warn(&format!("commit {commit} is made, but {}", failure.message));
            Ok(())
        }
        (outcome, _) => outcome,
    }
}

/// What came of writing a result; `None` if nobody reads any more.
fn written<T>(outcome: std::io::Result<T>) -> Result<Option<T>, Failure> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(_) if streams::closed() => Ok(None),
        Err(error) => Err(Failure::failed(format!(
            "the result cannot be written: {}",
            io_reason(&error)
        ))),
    }
}
