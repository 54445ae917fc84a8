//! `export`: the graph as NDJSON, in the form and order that make two exports of one snapshot equal.

use std::io::{BufWriter, Write, stdout};

use omnigraph_engine::export::ExportOptions;

use crate::arguments::Export;
use crate::failure::Failure;
use crate::terminal::Terminal;

use super::{block_on, engine_failure, open, print, snapshot};

pub fn run(arguments: Export, _terminal: &Terminal) -> Result<(), Failure> {
    let options = ExportOptions { types: arguments.types };
    let mut out = BufWriter::new(stdout());
    block_on(async {
        let graph = open(&arguments.store).await?;
        let snapshot = snapshot(&graph, arguments.at.as_deref()).await?;
        snapshot.export(&mut out, &options).await.map_err(engine_failure)
    })?;
    print(|_| out.flush())
}
