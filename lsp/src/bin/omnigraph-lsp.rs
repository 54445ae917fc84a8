//! The language server by itself, on stdin and stdout: everything but running queries.

use std::sync::Arc;

use omnigraph_lsp::{Host, RunRequest, serve};
use serde_json::Value;

struct NoEngine;

impl Host for NoEngine {
    fn run(&self, _: &RunRequest) -> Result<Value, String> {
        Err("this server has no engine: start it as `omnigraph lsp`".to_owned())
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
