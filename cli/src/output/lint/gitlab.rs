//! GitLab's code quality report.

use std::io::{self, Write};

use omnigraph_compiler::diagnostic::Severity;
use serde_json::{Value, json};

use super::{Findings, slashed, write_json};

pub(crate) fn code_quality(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let prints = findings.prints();
    let issues = findings.reported.iter().zip(prints).map(|(diagnostic, print)| {
        let ((line, _), (end_line, _)) = findings.range(&diagnostic.file, diagnostic.span);
        json!({
            "description": diagnostic.message,
            "check_name": diagnostic.rule.subcode,
            "fingerprint": print,
            "severity": match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            "location": { "path": slashed(&diagnostic.file), "lines": { "begin": line, "end": end_line } },
        })
    });
    write_json(out, &issues.collect::<Value>())
}
