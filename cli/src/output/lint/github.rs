//! GitHub: workflow commands, which become annotations, and the summary of a job.

use std::io::{self, Write};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity};

use super::{Findings, slashed, summary};

/// One command a finding, errors first: GitHub shows ten of a kind in a step.
pub(crate) fn workflow_commands(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let mut sorted: Vec<&Diagnostic> = findings.reported.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.severity);
    for diagnostic in sorted {
        let ((line, column), (end_line, end_column)) = findings.range(&diagnostic.file, diagnostic.span);
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        // Columns of several lines are not shown, and refused.
        let columns = match line == end_line {
            true => format!(",col={column},endColumn={end_column}"),
            false => String::new(),
        };
        let title = format!("{} {}", diagnostic.rule.subcode, diagnostic.rule.name);
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message += &format!("\n{help}");
        }
        writeln!(
            out,
            "::{command} file={},line={line},endLine={end_line}{columns},title={}::{}",
            property(&slashed(&diagnostic.file)),
            property(&title),
            escaped(&message)
        )?;
    }
    writeln!(out, "{}", summary(findings))
}

/// Markdown for the file that `GITHUB_STEP_SUMMARY` names.
pub(crate) fn job_summary(findings: &Findings) -> String {
    let mut text = format!("### OmniGraph {}\n\n{}\n", findings.command, summary(findings));
    if findings.reported.is_empty() {
        return text;
    }
    text += "\n| | rule | where | |\n|---|---|---|---|\n";
    for diagnostic in &findings.reported {
        let ((line, _), _) = findings.range(&diagnostic.file, diagnostic.span);
        text += &format!(
            "| {} | {} | <code>{}:{line}</code> | {} |\n",
            diagnostic.severity.word(),
            diagnostic.rule.subcode,
            plain(&slashed(&diagnostic.file)),
            cell(&diagnostic.message),
        );
    }
    text
}

/// A message in a cell of a table: what stands in backticks is code, and nothing else is markup.
fn cell(message: &str) -> String {
    let parts: Vec<&str> = message.split('`').collect();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        // If their number is odd, the last one opens nothing.
        let is_code = at % 2 == 1 && at + 1 < parts.len();
        match is_code {
            true => out += &format!("<code>{}</code>", plain(part)),
            false if at % 2 == 1 => out += &format!("&#96;{}", plain(part)),
            false => out += &plain(part),
        }
    }
    out
}

/// Text that Markdown and HTML leave as it is, on one line.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            c if c.is_control() => out.push(' '),
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' | '!' | '$' | '@' | '"' => {
                out += &format!("&#{};", letter as u32);
            }
            c => out.push(c),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
