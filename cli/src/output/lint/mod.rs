//! Findings in the formats that people, editors and pipelines read.

mod github;
mod gitlab;
mod junit;
mod sarif;

use std::io::{self, Write};

use omnigraph_compiler::diagnostic::{Diagnostic, LineIndex, Severity, Sources};
use omnigraph_compiler::lint::baseline::fingerprints;
use omnigraph_grammar::Span;

pub use github::{job_summary, workflow_commands};
pub use gitlab::code_quality;
pub use junit::junit;
pub use sarif::sarif;

/// What is printed: findings, and those that comments suppress with their reasons.
pub struct Findings<'a> {
    pub reported: &'a [Diagnostic],
    pub suppressed: &'a [(Diagnostic, String)],
    pub sources: &'a Sources,
    pub files: usize,
}

impl Findings<'_> {
    fn prints(&self) -> Vec<String> {
        fingerprints(self.reported, self.sources)
    }

    /// Line and column of both ends of a span.
    fn range(&self, file: &str, span: Span) -> ((u32, u32), (u32, u32)) {
        let text = self.sources.text(file).unwrap_or("");
        let index = LineIndex::new(text);
        let (start, end) = (index.position(text, span.start), index.position(text, span.end));
        ((start.line, start.column), (end.line, end.column))
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.reported
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }
}

/// "2 errors and 1 warning in 3 files"
pub fn summary(findings: &Findings) -> String {
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    let files = counted(findings.files, "file");
    let kinds = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "hint"),
    ];
    let counts = kinds.map(|(severity, noun)| (findings.count(severity), noun));
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(*count, noun))
        .collect();
    match told.as_slice() {
        [] => format!("{files} checked, nothing found"),
        [one] => format!("{one} in {files}"),
        [rest @ .., last] => format!("{} and {last} in {files}", rest.join(", ")),
    }
}

/// A path with `/`, as every one of these formats wants it.
fn slashed(path: &str) -> String {
    path.replace('\\', "/")
}

fn write_json(out: &mut dyn Write, document: &serde_json::Value) -> io::Result<()> {
    writeln!(out, "{document:#}")
}
