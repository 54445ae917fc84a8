//! `optimize`: joins small files and builds indexes; no answer changes.

use omnigraph_engine::OptimizeOptions;
use serde_json::json;

use super::{block_on, commit_options, failure, open_for_write, print_after_commit};
use crate::arguments::{Optimize, TextOrJson};
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: Optimize, terminal: &Terminal) -> Result<(), Failure> {
    let report = block_on(async {
        let session = open_for_write(&arguments.store, arguments.authorship.actor.clone()).await?;
        let options = OptimizeOptions {
            types: arguments.types,
            commit: commit_options(arguments.authorship, None),
        };
        session.optimize(&options).await.map_err(failure)
    })?;
    print_after_commit(report.commit.as_deref(), terminal, |out| {
        if arguments.format == TextOrJson::Json {
            let types: Vec<_> = report
                .types
                .iter()
                .map(|ty| {
                    let built = ty
                        .built
                        .iter()
                        .map(|(kind, column)| json!({"kind": kind, "column": column}));
                    json!({
                        "type": ty.name,
                        "fragments": {"before": ty.fragments_before, "after": ty.fragments_after},
                        "moved": ty.moved,
                        "built": built.collect::<Vec<_>>(),
                        "dropped": ty.dropped,
                        "counted": ty.counted,
                    })
                })
                .collect();
            return writeln!(out, "{}", json!({"commit": report.commit, "types": types}));
        }
        let Some(commit) = &report.commit else {
            return writeln!(out, "nothing to do");
        };
        for ty in &report.types {
            write!(out, "{}: ", ty.name)?;
            if ty.moved > 0 {
                write!(out, "{} rows of small commits moved to files, ", ty.moved)?;
            }
            if ty.fragments_before > ty.fragments_after {
                write!(
                    out,
                    "{} fragments joined into {}, ",
                    ty.fragments_before, ty.fragments_after
                )?;
            }
            let counted = if ty.counted { ", columns counted" } else { "" };
            writeln!(out, "{} indexes built, {} dropped{counted}", ty.built.len(), ty.dropped)?;
        }
        writeln!(out, "optimized (commit {commit})")
    })
}
