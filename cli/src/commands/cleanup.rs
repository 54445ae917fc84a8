//! `cleanup`: removes what no retained commit needs, or says what would be removed.

use omnigraph_engine::{CleanupOptions, CleanupReport, Figures};
use serde_json::json;

use super::{block_on, failure, open, print};
use crate::arguments::{Cleanup, TextOrJson};
use crate::failure::Failure;

pub(crate) fn run(arguments: Cleanup) -> Result<(), Failure> {
    let report = block_on(async {
        // Not for writing: that is tried by writing, and a full disk has no room for it.
        let session = open(&arguments.store).await?;
        let options = CleanupOptions {
            keep: arguments.keep,
            older_than: arguments.older_than,
            grace: arguments.grace,
            confirm: arguments.confirm,
        };
        session.cleanup(&options).await.map_err(failure)
    })?;
    print(|out| match arguments.format {
        TextOrJson::Json => writeln!(out, "{}", document(&report)),
        TextOrJson::Text => text(out, &report),
    })
}

fn parts(report: &CleanupReport) -> [(&'static str, Figures); 5] {
    [
        ("data", report.data),
        ("deletions", report.deletions),
        ("indexes", report.indexes),
        ("manifests", report.manifests),
        ("unregistered", report.unregistered),
    ]
}

fn document(report: &CleanupReport) -> serde_json::Value {
    let figures = |figures: Figures| json!({"files": figures.files, "bytes": figures.bytes});
    let by_kind: serde_json::Map<_, _> = parts(report)
        .into_iter()
        .map(|(name, part)| (name.to_string(), figures(part)))
        .collect();
    let total = report.total();
    json!({
        "dry_run": !report.removed,
        "retained": {"commits": report.commits_retained},
        "reclaim": {
            "commits": report.commits_reclaimed,
            "waiting": report.commits_waiting,
            "files": total.files,
            "bytes": total.bytes,
            "by_kind": by_kind,
        },
    })
}

fn text(out: &mut dyn std::io::Write, report: &CleanupReport) -> std::io::Result<()> {
    let total = report.total();
    let verb = if report.removed { "removed" } else { "would remove" };
    writeln!(out, "{verb} {} files, {} bytes", total.files, total.bytes)?;
    for (name, part) in parts(report).into_iter().filter(|(_, part)| part.files > 0) {
        writeln!(out, "  {name}: {} files, {} bytes", part.files, part.bytes)?;
    }
    writeln!(
        out,
        "commits: {} retained, {} reclaimed",
        report.commits_retained, report.commits_reclaimed
    )?;
    if report.commits_waiting > 0 {
        let waiting = report.commits_waiting;
        writeln!(
            out,
            "files of {waiting} reclaimed commits stay until the grace period is over"
        )?;
    }
    if !report.removed {
        writeln!(out, "nothing was changed; add --confirm")?;
    }
    Ok(())
}
