//! `mutate`: a mutation, as one commit or none.

use std::io::{IsTerminal, stdout};

use omnigraph_compiler::ir::Plan;
use omnigraph_compiler::params::EntryPoint;
use omnigraph_engine::store::Affected;
use omnigraph_engine::{MutationOptions, MutationReport};
use serde_json::json;

use crate::arguments::{Mutate, TextOrJson};
use crate::embedding;
use crate::failure::Failure;
use crate::request;
use crate::source::check;
use crate::terminal::Terminal;

use super::query::chosen;
use super::{
    block_on, commit_options, engine_failure, open_for_write, print, print_after_commit, schema_source, snapshot,
};

pub fn run(arguments: Mutate, terminal: &Terminal) -> Result<(), Failure> {
    let source = request::source(&arguments.request)?;
    let (name, report) = block_on(async {
        let graph = open_for_write(&arguments.request.store).await?;
        let snapshot = snapshot(&graph, None).await?;
        let checked = check(Some(&schema_source(&snapshot)), std::slice::from_ref(&source));
        let chosen = chosen(
            &checked,
            arguments.request.name.as_deref(),
            Some(EntryPoint::Mutation),
            terminal,
        )?;
        let Plan::Mutation(plan) = &chosen.plan else {
            return Err(Failure::usage("this is a read query"));
        };
        let parameters = request::parameters(&arguments.request, &chosen.plan, terminal)?;
        if arguments.request.explain {
            print(|out| write!(out, "{}", chosen.plan))?;
            return Ok((chosen.name, None));
        }
        let options = MutationOptions {
            commit: commit_options(arguments.authorship, arguments.if_commit),
            embedder: embedding::provider(&snapshot.catalog)?,
            ..MutationOptions::default()
        };
        let report = graph.mutate(plan, &parameters, options).await.map_err(engine_failure)?;
        Ok((chosen.name, Some(report)))
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
                "changed main via {name}: {} nodes, {} edges",
                report.affected_nodes, report.affected_edges
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
