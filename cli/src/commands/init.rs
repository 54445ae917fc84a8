//! `init`: a new, empty graph from a schema.

use omnigraph::Graph;
use serde_json::json;

use super::{block_on, failure, options, print_after_commit, rejected};
use crate::arguments::{Init, TextOrJson};
use crate::failure::Failure;
use crate::source::{Source, check};
use crate::terminal::Terminal;

pub(crate) fn run(arguments: Init, terminal: &Terminal) -> Result<(), Failure> {
    let schema = Source::read_schema(&arguments.schema)?;
    let checked = check(Some(&schema), &[]);
    checked.reject(&checked.errors(), terminal)?;
    let commit = block_on(async {
        let graph = Graph::create(&arguments.store, &schema.text, options())
            .await
            .map_err(|error| rejected(error, terminal))?;
        Ok(graph
            .session()
            .snapshot()
            .await
            .map_err(failure)?
            .commit_id()
            .to_owned())
    })?;
    print_after_commit(Some(&commit), terminal, |out| match arguments.format {
        TextOrJson::Json => writeln!(out, "{}", json!({"store": arguments.store, "commit": commit})),
        TextOrJson::Text => writeln!(out, "created a graph in {}", arguments.store),
    })
}
