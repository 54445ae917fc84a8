//! The language server by itself, on stdin and stdout: everything but running queries.

use std::path::Path;
use std::sync::Arc;

use omnigraph_lsp::{Host, RunRequest, serve};
use serde_json::Value;

/// A server keeps many small things for long and answers in between; the system's allocator grows slow and large over it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NO_ENGINE: &str = "this server has no engine: start it as `omnigraph lsp`";

struct NoEngine;

impl Host for NoEngine {
    fn run(&self, _: &RunRequest) -> Result<Value, String> {
        Err(NO_ENGINE.to_owned())
    }

    fn schema(&self, _: &str, _: &Path) -> Result<String, String> {
        Err(NO_ENGINE.to_owned())
    }
}

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), Arc::new(NoEngine)));
    // A read of stdin may still hang.
    runtime.shutdown_background();
    Ok(())
}
