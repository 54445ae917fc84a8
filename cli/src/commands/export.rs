//! `export`: the graph as NDJSON, in the form and order that make two exports of one snapshot equal.

use omnigraph_engine::export;

use crate::arguments::Export;
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::{block_on, engine_failure, open, print, snapshot};

pub fn run(arguments: Export, _terminal: &Terminal) -> Result<(), Failure> {
    let mut failure = None;
    print(|out| {
        let written = block_on(async {
            let graph = open(&arguments.store).await?;
            let snapshot = snapshot(&graph, arguments.at.as_deref()).await?;
            export::export(&snapshot, &arguments.types, out).await.map_err(engine_failure)
        });
        failure = written.err();
        Ok(())
    })?;
    failure.map_or(Ok(()), Err)
}
