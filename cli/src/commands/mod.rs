//! One module a command.

pub mod compile;
pub mod explain;
pub mod export;
pub mod fmt;
pub mod init;
pub mod lint;
pub mod load;
pub mod mutate;
pub mod query;
pub mod schema;

use std::future::Future;
use std::io::Write;

use omnigraph_engine::Graph;

use crate::failure::{Exit, Failure, io_reason};

/// Runs what the engine does on a runtime of its own.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?
        .block_on(work)
}

async fn open(store: &str) -> Result<Graph, Failure> {
    Graph::open(store).await.map_err(engine_failure)
}

/// An engine error in the command line's terms.
fn engine_failure(error: omnigraph_engine::Error) -> Failure {
    use omnigraph_engine::error::Class;
    let exit = match error.class() {
        Class::PreconditionFailed => Exit::No,
        Class::BadRequest | Class::Compiler => Exit::Failed,
        _ => Exit::Failed,
    };
    Failure { exit, message: error.to_string(), help: error.help() }
}

/// Results, buffered. A reader that went away ends the output without an error.
fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write the result: {}", io_reason(&error))))
        }
        _ => Ok(()),
    }
}

/// Who writes: the flag, or the environment.
fn actor(flag: Option<String>) -> Option<String> {
    flag.or_else(|| std::env::var("OMNIGRAPH_ACTOR").ok()).filter(|actor| !actor.is_empty())
}
