//! `load`: NDJSON into a graph, as one commit or not at all.

use std::fs::File;
use std::io::{BufReader, Read};
use std::time::Instant;

use omnigraph::{LoadMode as Mode, LoadOptions};
use serde_json::json;

use super::{block_on, commit_options, failure, open_for_write, print_after_commit, with_provider};
use crate::arguments::{Load, LoadMode, TextOrJson};
use crate::failure::{Failure, io_reason};
use crate::terminal::{Counted, Terminal};

pub(crate) fn run(arguments: Load, terminal: &Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let (reader, bar): (Box<dyn Read + Send>, _) = if arguments.data.as_os_str() == "-" {
        (Box::new(std::io::stdin()), terminal.progress(None, "loading"))
    } else {
        let unreadable = |error: std::io::Error| {
            Failure::usage(format!(
                "cannot read {}: {}",
                arguments.data.display(),
                io_reason(&error)
            ))
        };
        let file = File::open(&arguments.data).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(Failure::usage(format!(
                "cannot read {}: it is a folder",
                arguments.data.display()
            )));
        }
        (Box::new(file), terminal.progress(Some(metadata.len()), "loading"))
    };
    let mode = match arguments.mode {
        LoadMode::Append => Mode::Append,
        LoadMode::Merge => Mode::Merge,
        LoadMode::Overwrite => Mode::Overwrite,
    };
    let input = BufReader::with_capacity(
        1 << 20,
        Counted {
            reader,
            bar: bar.clone(),
        },
    );
    let loaded = block_on(async {
        let session = open_for_write(&arguments.store, arguments.authorship.actor.clone()).await?;
        let session = with_provider(session).await?;
        let options = LoadOptions::mode(mode);
        let options = LoadOptions {
            commit: commit_options(arguments.authorship, None),
            memory: arguments.memory.unwrap_or(options.memory),
            ..options
        };
        session.load(input, options).await.map_err(failure)
    });
    bar.finish_and_clear();
    let loaded = loaded?;
    for (name, rows) in loaded.nodes.iter().chain(&loaded.edges) {
        terminal.detail(&format!("{name}: {rows} rows"));
    }
    terminal.detail(&format!("loaded in {} ms", started.elapsed().as_millis()));
    let commit = loaded.receipt.as_ref().map(|receipt| receipt.commit.as_str());
    print_after_commit(commit, terminal, |out| match arguments.format {
        TextOrJson::Json => writeln!(
            out,
            "{}",
            json!({
                "branch": loaded.branch,
                "nodes": loaded.nodes,
                "edges": loaded.edges,
                "affected": loaded.affected,
                "commit": loaded.receipt.as_ref().map(|receipt| &receipt.commit),
                "parent": loaded.receipt.as_ref().map(|receipt| &receipt.parent),
                "actor": loaded.receipt.as_ref().and_then(|receipt| receipt.actor.as_ref()),
                "elapsed_ms": started.elapsed().as_millis() as u64,
            })
        ),
        TextOrJson::Text => match &loaded.receipt {
            Some(receipt) => writeln!(
                out,
                "loaded {} nodes and {} edges into {} (commit {})",
                loaded.nodes.values().sum::<u64>(),
                loaded.edges.values().sum::<u64>(),
                loaded.branch,
                receipt.commit
            ),
            None => writeln!(out, "nothing to load: the input holds no nodes and no edges"),
        },
    })
}
