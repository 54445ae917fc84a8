//! `mutate`: a mutation, as one commit or none.

use std::io::{IsTerminal, stdout};

use omnigraph::{EntryPoint, MutationReport, QueryOptions};
use omnigraph_engine::storage::Affected;
use serde_json::json;

use crate::arguments::{Mutate, TextOrJson};
use crate::embedding;
use crate::failure::Failure;
use crate::request;
use crate::terminal::Terminal;

use super::{block_on, commit_options, failure, open_for_write, print, print_after_commit, rejected};

pub(crate) fn run(arguments: Mutate, terminal: &Terminal) -> Result<(), Failure> {
    let source = request::source(&arguments.request)?;
    let (name, report) = block_on(async {
        let session = open_for_write(&arguments.request.store, arguments.authorship.actor.clone()).await?;
        let request = request::of(&arguments.request, &source, EntryPoint::Mutation);
        let prepared = session
            .prepare(&request)
            .await
            .map_err(|error| rejected(error, terminal))?;
        let parameters = request::parameters(&arguments.request, &prepared, terminal)?;
        let name = prepared.name().to_owned();
        if arguments.request.explain {
            print(|out| write!(out, "{}", prepared.plan()))?;
            return Ok((name, None));
        }
        let options = QueryOptions {
            embedder: embedding::provider(&prepared.snapshot().catalog)?,
            ..session.options().clone()
        };
        let commit = commit_options(arguments.authorship, arguments.if_commit);
        let report = prepared.with_options(options).mutate(&parameters, commit).await;
        Ok((name, Some(report.map_err(failure)?)))
    })?;
    let Some(report) = report else { return Ok(()) };
    let default = if stdout().is_terminal() {
        TextOrJson::Text
    } else {
        TextOrJson::Json
    };
    let commit = report.receipt.as_ref().map(|receipt| receipt.commit.as_str());
    print_after_commit(commit, terminal, |out| match arguments.format.unwrap_or(default) {
        TextOrJson::Text => {
            writeln!(
                out,
                "changed {} via {name}: {} nodes, {} edges",
                report.branch, report.affected_nodes, report.affected_edges
            )
        }
        TextOrJson::Json => writeln!(
            out,
            "{}",
            json!({
                "branch": report.branch,
                "query_name": name,
                "affected_nodes": report.affected_nodes,
                "affected_edges": report.affected_edges,
                "affected": affected(&report),
                "actor": report.receipt.as_ref().and_then(|receipt| receipt.actor.clone()),
                "commit": commit,
            })
        ),
    })
}

fn affected(report: &MutationReport) -> serde_json::Value {
    let sum = |count: fn(&Affected) -> u64| report.by_type.values().map(count).sum::<u64>();
    json!({
        "inserted": sum(|affected| affected.inserted),
        "updated": sum(|affected| affected.updated),
        "deleted": sum(|affected| affected.deleted),
        "by_type": report.by_type,
    })
}
