//! SARIF 2.1.0, as code scanning reads it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::rules::Rule;
use omnigraph_grammar::Span;
use serde_json::{Value, json};

use super::{Findings, slashed, write_json};

/// GitHub takes no more results of one run.
const MOST: usize = 25_000;

pub(crate) fn sarif(out: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let mut rules: BTreeMap<&str, &'static Rule> = BTreeMap::new();
    let all = findings
        .reported
        .iter()
        .chain(findings.suppressed.iter().map(|(diagnostic, _)| diagnostic));
    for diagnostic in all {
        rules.insert(diagnostic.rule.subcode, diagnostic.rule);
    }
    let index: Vec<&str> = rules.keys().copied().collect();
    let prints = findings.prints();
    let reported = findings.reported.iter().zip(&prints).map(|(diagnostic, print)| {
        let mut result = result(findings, diagnostic, &index);
        result["partialFingerprints"] = json!({ "primaryLocationLineHash": print });
        result
    });
    let suppressed = findings.suppressed.iter().map(|(diagnostic, reason)| {
        let mut result = result(findings, diagnostic, &index);
        result["suppressions"] = match reason.is_empty() {
            true => json!([{ "kind": "inSource" }]),
            false => json!([{ "kind": "inSource", "justification": reason }]),
        };
        result
    });
    let results: Vec<Value> = reported.chain(suppressed).take(MOST).collect();
    let left_out = (findings.reported.len() + findings.suppressed.len()).saturating_sub(MOST);
    let notes: Vec<Value> = match left_out {
        0 => Vec::new(),
        count => {
            vec![json!({ "level": "warning", "message": { "text": format!("{count} further findings are left out") } })]
        }
    };
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "omnigraph",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| described(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes }],
            "results": results,
        }],
    });
    write_json(out, &document)
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.subcode,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": rule.explanation, "markdown": rule.page() },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "problem.severity": match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "recommendation",
        } },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(findings: &Findings, diagnostic: &Diagnostic, index: &[&str]) -> Value {
    let location = |file: &str, span: Span| json!({ "artifactLocation": { "uri": uri(file) }, "region": region(findings, file, span) });
    let mut result = json!({
        "ruleId": diagnostic.rule.subcode,
        "ruleIndex": index.iter().position(|code| *code == diagnostic.rule.subcode),
        "level": level(diagnostic.severity),
        "message": { "text": text(diagnostic) },
        "locations": [{ "physicalLocation": location(&diagnostic.file, diagnostic.span) }],
    });
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter().enumerate().map(|(id, label)| {
            json!({
                "id": id,
                "message": { "text": label.message },
                "physicalLocation": location(&label.file, label.span),
            })
        });
        result["relatedLocations"] = related.collect();
    }
    if !diagnostic.fixes.is_empty() {
        let fixes = diagnostic.fixes.iter().map(|fix| {
            let mut changes: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
            for edit in &fix.edits {
                changes.entry(&edit.file).or_default().push(json!({
                    "deletedRegion": region(findings, &edit.file, edit.span),
                    "insertedContent": { "text": edit.text },
                }));
            }
            let changes = changes.into_iter().map(|(file, replacements)| {
                json!({ "artifactLocation": { "uri": uri(file) }, "replacements": replacements })
            });
            json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
        });
        result["fixes"] = fixes.collect();
    }
    result
}

fn text(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn region(findings: &Findings, file: &str, span: Span) -> Value {
    let ((line, column), (end_line, end_column)) = findings.range(file, span);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// A relative reference: what is not a plain letter of a path is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in slashed(path).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
