//! The reports of `lint` and `schema plan` that pipelines read: their paths count from the root of what was checked out, wherever
//! the command runs.

use std::io::Write;
use std::path::Path;

use crate::failure::{Failure, io_reason};
use crate::output::lint::{Findings, Machine, code_quality, job_summary, junit, sarif, workflow_commands};
use crate::project::{report_root, reported};

use super::print;

pub(super) fn report(format: Machine, findings: &Findings, directory: &Path) -> Result<(), Failure> {
    let root = report_root(directory);
    let findings = findings.renamed(&|path| reported(directory, &root, path));
    print(|out| match format {
        Machine::Sarif => sarif(out, &findings),
        Machine::Github => workflow_commands(out, &findings),
        Machine::Gitlab => code_quality(out, &findings),
        Machine::Junit => junit(out, &findings),
    })?;
    if format == Machine::Github
        && let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
    {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        file.and_then(|mut file| file.write_all(job_summary(&findings).as_bytes()))
            .map_err(|error| Failure::failed(format!("cannot write the job's summary: {}", io_reason(&error))))?;
    }
    Ok(())
}
