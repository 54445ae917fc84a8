//! `export`: the graph as NDJSON, in the form and order that make two exports of one snapshot equal.

use std::error::Error as _;
use std::io::{self, Write};

use omnigraph::{Error, ExportOptions};

use super::{block_on, failure, open, written};
use crate::arguments::Export;
use crate::failure::Failure;
use crate::streams::{self, Out};
use crate::terminal::Terminal;

pub(crate) fn run(arguments: Export, _terminal: &Terminal) -> Result<(), Failure> {
    let options = ExportOptions { types: arguments.types };
    let mut out = Out::new();
    block_on(async {
        let session = open(&arguments.store).await?.at(arguments.at);
        match session.export(&mut out, &options).await {
            // Not the graph's fault: the error is one of stdout.
            Err(error) if streams::closed() || streams::failed() => {
                written(Err(io_error(error))).map(|_: Option<()>| ())
            }
            exported => exported.map_err(failure),
        }
    })?;
    written(out.flush()).map(|_| ())
}

/// What stdout said, taken out of the engine's error.
fn io_error(error: Error) -> io::Error {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    match source {
        Some(source) => io::Error::new(source.kind(), source.to_string()),
        None => io::Error::other(error.to_string()),
    }
}
