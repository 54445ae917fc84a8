//! `verify`: compares all that retained commits need with what was written, and says what can still be read.

use std::io::{self, Write};

use omnigraph_engine::{VerifiedType, VerifyReport};
use serde_json::json;

use super::{block_on, failure, open, print};
use crate::arguments::{TextOrJson, Verify};
use crate::failure::Failure;

pub(crate) fn run(arguments: Verify) -> Result<(), Failure> {
    let report = block_on(async {
        let session = open(&arguments.store).await?;
        session.verify().await.map_err(failure)
    })?;
    print(|out| match arguments.format {
        TextOrJson::Json => writeln!(out, "{}", document(&report)),
        TextOrJson::Text => text(out, &report),
    })?;
    match report.is_intact() {
        true => Ok(()),
        false => Err(Failure::said()),
    }
}

fn document(report: &VerifyReport) -> serde_json::Value {
    let messages =
        |faults: &[omnigraph_engine::Error]| faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>();
    let types = report.types.iter().map(|(name, ty)| {
        json!({
            "type": name,
            "files": ty.files,
            "bytes": ty.bytes,
            "faults": messages(&ty.faults),
            "newest_intact": ty.intact,
        })
    });
    json!({
        "intact": report.is_intact(),
        "records": report.records,
        "commits": report.commits,
        "faults": messages(&report.faults),
        "types": types.collect::<Vec<_>>(),
    })
}

fn text(out: &mut dyn Write, report: &VerifyReport) -> io::Result<()> {
    for fault in &report.faults {
        writeln!(out, "{fault}")?;
    }
    for (name, ty) in &report.types {
        of_type(out, name, ty)?;
    }
    let found = match report.is_intact() {
        true => "all as written",
        false => "damaged",
    };
    writeln!(
        out,
        "{} commit records, data of {} commits: {found}",
        report.records, report.commits
    )
}

fn of_type(out: &mut dyn Write, name: &str, ty: &VerifiedType) -> io::Result<()> {
    let VerifiedType { files, bytes, .. } = ty;
    if ty.faults.is_empty() {
        return writeln!(out, "{name}: {files} files, {bytes} bytes, as written");
    }
    writeln!(out, "{name}: {files} files, {bytes} bytes, damaged")?;
    for fault in &ty.faults {
        writeln!(out, "  {fault}")?;
    }
    match &ty.intact {
        Some(commit) => writeln!(out, "  commit {commit} is the newest in which it can be read in full"),
        None => writeln!(out, "  it cannot be read in full in any commit"),
    }
}
