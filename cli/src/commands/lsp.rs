//! `lsp`: the language server on stdin and stdout, with the engine behind its "run".

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use omnigraph::{Error, Graph, Request, Session};
use omnigraph_lsp::{Host, RunRequest, serve};
use omnigraph_model::ir::Plan;
use tokio::runtime::Runtime;

use super::query::query_options;
use super::{failure, options, runtime, schema_source};
use crate::arguments::ResultFormat;
use crate::failure::{Failure, io_reason};
use crate::output::{About, write_rows};

pub(crate) fn run() -> Result<(), Failure> {
    let protocol = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {}", io_reason(&error))))?;
    let host = Engine {
        runtime: runtime()?,
        open: Mutex::default(),
    };
    protocol.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), Arc::new(host)));
    // A read of stdin may still hang after `exit`.
    protocol.shutdown_background();
    Ok(())
}

/// The graphs that the editor has asked about, each open once: what a run reads is there for the next one.
struct Engine {
    /// One for all of them: what the storage library has open belongs to a runtime.
    runtime: Runtime,
    open: Mutex<HashMap<String, Graph>>,
}

impl Engine {
    async fn session(&self, store: String) -> Result<Session, Failure> {
        let known = self.open().get(&store).cloned();
        // Another graph may lie there by now.
        if let Some(graph) = known
            && graph.store().is_current().await.map_err(failure)?
        {
            return Ok(graph.session());
        }
        let graph = Graph::open(&store, options()).await.map_err(failure)?;
        self.open().insert(store, graph.clone());
        Ok(graph.session())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, Graph>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for Engine {
    fn run(&self, request: &RunRequest) -> Result<serde_json::Value, String> {
        let store = located(&request.store, &request.root);
        let rows = async { rows(self.session(store).await?, request).await };
        self.runtime.block_on(rows).map_err(|failure| failure.message)
    }

    fn schema(&self, store: &str, root: &Path) -> Result<String, String> {
        let store = located(store, root);
        let text = async {
            let session = self.session(store).await?;
            Ok(schema_source(&*session.snapshot().await.map_err(failure)?).text)
        };
        self.runtime.block_on(text).map_err(|failure: Failure| failure.message)
    }
}

/// The rows of a read query, in the form of `query --format json`. It is checked against the schema of the store, as
/// `query` does, whatever the schema file says by now.
async fn rows(session: Session, request: &RunRequest) -> Result<serde_json::Value, Failure> {
    let started = Instant::now();
    let query = Request {
        path: "queries.gq",
        text: &request.source,
        name: Some(&request.name),
        entry: None,
    };
    let prepared = session.prepare(&query).await.map_err(|error| match error {
        Error::Compiler { diagnostics, .. } => {
            let told: Vec<String> = diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect();
            Failure::no(format!("against the schema of the store: {}", told.join("; ")))
        }
        Error::Choice(_) => Failure::no(format!("there is no query `{}`", request.name)),
        error => failure(error),
    })?;
    if let Plan::Mutation(_) = prepared.plan() {
        return Err(Failure::usage("this is a mutation: run it with `omnigraph mutate`"));
    }
    let bound = prepared.bind(request.params.clone()).map_err(|error| match error {
        Error::Parameters { errors, .. } => {
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Failure::no(told.join("; "))
        }
        error => failure(error),
    })?;
    let options = query_options(&prepared.snapshot().catalog)?;
    let prepared = prepared.with_options(options);
    let running = prepared.run(&bound).await.map_err(failure)?;
    let result = running
        .spooled()
        .await
        .map_err(|error| failure(prepared.located(error)))?;
    let about = About {
        query: prepared.name(),
        at: None,
        elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
        columns: &prepared.descriptor().result,
    };
    let mut text = Vec::new();
    write_rows(&mut text, ResultFormat::Json, &result, &about)
        .map_err(|error| Failure::failed(format!("cannot write the result: {}", io_reason(&error))))?;
    serde_json::from_slice(&text).map_err(|error| Failure::failed(error.to_string()))
}

/// A store that is named by a relative path lies where the project says.
fn located(store: &str, root: &Path) -> String {
    match store.contains("://") {
        true => store.to_owned(),
        false => root.join(store).display().to_string(),
    }
}
