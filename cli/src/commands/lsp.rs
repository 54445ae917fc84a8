//! `lsp`: the language server on stdin and stdout, with the engine behind its "run".

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::ir::Plan;
use omnigraph_compiler::params::{self, Options};
use omnigraph_engine::execution::{self, QueryOptions};
use omnigraph_grammar::Language;
use omnigraph_lsp::{Host, RunRequest, serve};

use crate::arguments::ResultFormat;
use crate::embedding;
use crate::failure::{Failure, io_reason};
use crate::output::{About, write_rows};

use super::{block_on, engine_failure, open, schema_source, snapshot};

pub fn run() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {}", io_reason(&error))))?;
    runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), Arc::new(Engine)));
    // A read of stdin may still hang after `exit`.
    runtime.shutdown_background();
    Ok(())
}

struct Engine;

impl Host for Engine {
    fn run(&self, request: &RunRequest) -> Result<serde_json::Value, String> {
        block_on(rows(request)).map_err(|failure| failure.message)
    }

    fn schema(&self, store: &str, root: &Path) -> Result<String, String> {
        let text = block_on(async {
            let graph = open(&located(store, root)).await?;
            Ok(schema_source(&*snapshot(&graph, None).await?).text)
        });
        text.map_err(|failure| failure.message)
    }
}

/// The rows of a read query, in the form of `query --format json`. It is checked against the schema of the store, as
/// `query` does, whatever the schema file says by now.
async fn rows(request: &RunRequest) -> Result<serde_json::Value, Failure> {
    let started = Instant::now();
    let graph = open(&located(&request.store, &request.root)).await?;
    let snapshot = snapshot(&graph, None).await?;
    let schema = schema_source(&snapshot);
    let compiled = {
        let database = Database::new();
        let schema = SourceFile::new(&database, schema.path, schema.text, Language::Schema);
        let queries = SourceFile::new(
            &database,
            "queries.gq".to_owned(),
            request.source.clone(),
            Language::Query,
        );
        let project = Project::of(&database, vec![schema, queries]);
        db::compiled(&database, project, queries, Some(&request.name)).ok_or_else(|| {
            let found = db::file_diagnostics(&database, project, queries);
            let errors = found
                .into_iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error);
            let told: Vec<String> = errors.map(|diagnostic| diagnostic.message).collect();
            Failure::no(match told.is_empty() {
                true => format!("there is no query `{}`", request.name),
                false => format!("against the schema of the store: {}", told.join("; ")),
            })
        })?
    };
    let Plan::Read(plan) = &compiled.plan else {
        return Err(Failure::usage("this is a mutation: run it with `omnigraph mutate`"));
    };
    let bound = params::bind(&compiled.plan, &request.params, Options::default());
    if !bound.errors.is_empty() {
        let told: Vec<String> = bound.errors.iter().map(ToString::to_string).collect();
        return Err(Failure::no(told.join("; ")));
    }
    let options = QueryOptions {
        embedder: embedding::provider(&snapshot.catalog)?,
        ..QueryOptions::default()
    };
    let running = execution::run(&snapshot, plan, &bound.values, &options)
        .await
        .map_err(engine_failure)?;
    let result = running.spooled().await.map_err(engine_failure)?;
    let about = About {
        query: &request.name,
        at: None,
        elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
        columns: &compiled.descriptor.result,
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
