//! Findings of `lint` and of `schema plan` in the formats that pipelines read.

mod github;
mod gitlab;
mod junit;
mod sarif;

use std::io::{self, Write};

use omnigraph_compiler::diagnostic::{Diagnostic, LineIndex, Severity, Sources};
use omnigraph_compiler::lint::baseline::fingerprints;
use omnigraph_grammar::Span;

use crate::arguments::{LintFormat, PlanFormat};

pub(crate) use github::{job_summary, workflow_commands};
pub(crate) use gitlab::code_quality;
pub(crate) use junit::junit;
pub(crate) use sarif::sarif;

/// A format that a program reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    Sarif,
    Github,
    Gitlab,
    Junit,
}

impl Machine {
    pub(crate) fn of(format: LintFormat) -> Option<Machine> {
        match format {
            LintFormat::Sarif => Some(Machine::Sarif),
            LintFormat::Github => Some(Machine::Github),
            LintFormat::Gitlab => Some(Machine::Gitlab),
            LintFormat::Junit => Some(Machine::Junit),
            LintFormat::Human | LintFormat::Concise | LintFormat::Json => None,
        }
    }

    pub(crate) fn of_plan(format: PlanFormat) -> Option<Machine> {
        match format {
            PlanFormat::Sarif => Some(Machine::Sarif),
            PlanFormat::Github => Some(Machine::Github),
            PlanFormat::Gitlab => Some(Machine::Gitlab),
            PlanFormat::Junit => Some(Machine::Junit),
            PlanFormat::Text | PlanFormat::Json => None,
        }
    }
}

/// What is printed: findings, and those that comments suppress with their reasons.
pub(crate) struct Findings {
    /// What has found them: `lint`.
    pub command: &'static str,
    pub reported: Vec<Diagnostic>,
    pub suppressed: Vec<(Diagnostic, String)>,
    pub sources: Sources,
    pub files: usize,
}

impl Findings {
    pub(crate) fn new(command: &'static str) -> Findings {
        Findings {
            command,
            reported: Vec::new(),
            suppressed: Vec::new(),
            sources: Sources::default(),
            files: 0,
        }
    }

    /// The same with other paths.
    pub(crate) fn renamed(&self, path: &dyn Fn(&str) -> String) -> Findings {
        let rename = |diagnostic: &Diagnostic| {
            let mut renamed = diagnostic.clone();
            renamed.file = path(&renamed.file);
            for label in &mut renamed.labels {
                label.file = path(&label.file);
            }
            for edit in renamed.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.file = path(&edit.file);
            }
            renamed
        };
        let texts = self.sources.paths();
        let texts = texts.map(|name| (path(name), self.sources.text(name).unwrap_or("").to_owned()));
        Findings {
            command: self.command,
            reported: self.reported.iter().map(rename).collect(),
            suppressed: self
                .suppressed
                .iter()
                .map(|(found, reason)| (rename(found), reason.clone()))
                .collect(),
            sources: Sources::new(texts),
            files: self.files,
        }
    }

    fn prints(&self) -> Vec<String> {
        fingerprints(&self.reported, &self.sources)
    }

    /// Line and column of both ends of a span.
    fn range(&self, file: &str, span: Span) -> ((u32, u32), (u32, u32)) {
        let text = self.sources.text(file).unwrap_or("");
        let index = LineIndex::new(text);
        let (start, end) = (index.position(text, span.start), index.position(text, span.end));
        ((start.line, start.column), (end.line, end.column))
    }

    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.reported
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }
}

/// "2 errors and 1 warning in 3 files"
pub(crate) fn summary(findings: &Findings) -> String {
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
