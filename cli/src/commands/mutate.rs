//! `mutate`: a mutation, as one commit or none.

use std::io::{IsTerminal, stdout};
use std::time::Instant;

use omnigraph::{EntryPoint, MutationReport, QueryOptions};
use omnigraph_engine::storage::Affected;
use omnigraph_model::ir::Plan;
use serde_json::json;

use crate::arguments::{Mutate, ResultFormat, TextOrJson};
use crate::embedding;
use crate::failure::Failure;
use crate::output::{About, write_rows};
use crate::request;
use crate::terminal::Terminal;

use super::{block_on, commit_options, open_for_write, print, print_after_commit, rejected, stopped};

pub(crate) fn run(arguments: Mutate, terminal: &Terminal) -> Result<(), Failure> {
    let source = request::source(&arguments.request)?;
    let started = Instant::now();
    let (name, columns, report) = block_on(async {
        let session = open_for_write(&arguments.request.store, arguments.authorship.actor.clone()).await?;
        let request = request::of(&arguments.request, &source, EntryPoint::Mutation);
        let prepared = session
            .prepare(&request)
            .await
            .map_err(|error| rejected(error, terminal))?;
        let parameters = request::parameters(&arguments.request, &prepared, terminal)?;
        let name = prepared.name().to_owned();
        let columns = prepared.descriptor().result.clone();
        if arguments.request.explain {
            let explained = match prepared.plan() {
                Plan::Mutation(plan) if plan.assignments.is_some() => {
                    let explained = prepared.explain(&parameters).await;
                    Some(explained.map_err(|error| stopped(error, terminal))?)
                }
                _ => None,
            };
            print(|out| {
                write!(out, "{}", prepared.plan())?;
                explained.map_or(Ok(()), |explained| write!(out, "\n{explained}"))
            })?;
            return Ok((name, columns, None));
        }
        let options = QueryOptions {
            embedder: embedding::provider(&prepared.snapshot().catalog)?,
            ..session.options().clone()
        };
        let commit = commit_options(arguments.authorship, arguments.if_commit);
        let report = prepared.with_options(options).mutate(&parameters, commit).await;
        Ok((name, columns, Some(report.map_err(|error| stopped(error, terminal))?)))
    })?;
    let Some(mut report) = report else { return Ok(()) };
    let default = if stdout().is_terminal() {
        TextOrJson::Text
    } else {
        TextOrJson::Json
    };
    let commit = report.receipt.as_ref().map(|receipt| receipt.commit.as_str());
    let elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
    let returned = report.returned.take();
    print_after_commit(commit, terminal, |out| match arguments.format.unwrap_or(default) {
        TextOrJson::Text => {
            writeln!(
                out,
                "changed {} via {name}: {} nodes, {} edges",
                report.branch, report.affected_nodes, report.affected_edges
            )?;
            let Some(returned) = returned else { return Ok(()) };
            let about = About {
                query: &name,
                at: None,
                elapsed_ms,
                columns: &columns,
            };
            write_rows(out, ResultFormat::Table, &returned.spooled(), &about)
        }
        TextOrJson::Json => {
            let mut document = json!({
                "branch": report.branch,
                "query_name": name,
                "affected_nodes": report.affected_nodes,
                "affected_edges": report.affected_edges,
                "affected": affected(&report),
                "actor": report.receipt.as_ref().and_then(|receipt| receipt.actor.clone()),
                "commit": commit,
            });
            if let Some(returned) = returned {
                document["columns"] = json!(columns);
                document["rows"] = json!(returned.json_rows().map_err(std::io::Error::other)?);
            }
            writeln!(out, "{document}")
        }
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
