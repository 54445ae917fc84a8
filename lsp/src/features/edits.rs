//! Everything that changes text: rename, code actions, formatting.

use std::collections::BTreeMap;
use std::path::PathBuf;

use omnigraph_compiler::db::SourceFile;
use omnigraph_compiler::diagnostic::{Diagnostic, Fix, Severity};
use omnigraph_compiler::settings::DEFAULT_WIDTH;
use omnigraph_grammar::Span;
use omnigraph_grammar::format::{format, format_range};
use serde_json::{Map, Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::Range;

use super::diagnostics::{findings, shown};
use super::document::Document;
use crate::ide::actions::{Action, actions};
use crate::ide::rename::{self, Edit};
use crate::server::Snapshot;

/// A workspace edit of edits in bytes.
fn workspace_edit(snapshot: &Snapshot, edits: &[Edit]) -> Value {
    let mut files: BTreeMap<String, (SourceFile, Vec<&Edit>)> = BTreeMap::new();
    for edit in edits {
        let file = edit.place.file;
        files
            .entry(file.path(&snapshot.db).clone())
            .or_insert_with(|| (file, Vec::new()))
            .1
            .push(edit);
    }
    let mut changes = Map::new();
    for (path, (_, list)) in files {
        let Some(document) = Document::of_path(snapshot, PathBuf::from(path)) else {
            continue;
        };
        let list = list
            .into_iter()
            .map(|edit| json!({ "range": document.lines.range(edit.place.span), "newText": edit.text }));
        changes.insert(document.uri(), list.collect());
    }
    json!({ "changes": changes })
}

fn refused(words: String) -> Error {
    let mut error = Error::new(ErrorCode::ServerError(-32803));
    error.message = words.into();
    error
}

/// `textDocument/prepareRename`
pub fn prepare_rename(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some((document, offset)) = Document::at(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let Some((part, found)) = document.name_at(offset) else {
        return Ok(Value::Null);
    };
    let (span, name) = rename::renamable(&document.ide(), document.file, part, &found).map_err(refused)?;
    Ok(json!({ "range": document.lines.range(span), "placeholder": name }))
}

/// `textDocument/rename`, and with `keepData` the command that also writes `@rename_from`.
pub fn rename(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let new = params.get("newName").and_then(Value::as_str).unwrap_or("");
    let keep = params.get("keepData").and_then(Value::as_bool).unwrap_or(false);
    let Some((document, offset)) = Document::at(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let Some((part, found)) = document.name_at(offset) else {
        return Ok(Value::Null);
    };
    let edits = rename::rename(&document.ide(), document.file, part, &found, new, keep).map_err(refused)?;
    Ok(workspace_edit(snapshot, &edits))
}

/// `textDocument/codeAction`
pub fn code_actions(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let Some(span) = document.span(&params) else {
        return Ok(Value::Null);
    };
    let only: Option<Vec<String>> = params
        .pointer("/context/only")
        .and_then(|only| serde_json::from_value(only.clone()).ok());
    let wanted = |kind: &str| match &only {
        None => true,
        Some(list) => list
            .iter()
            .any(|only| kind == only || kind.starts_with(&format!("{only}."))),
    };
    let all = findings(&document);
    let mut found = Vec::new();
    for finding in all
        .iter()
        .filter(|finding| finding.span.start <= span.end && span.start <= finding.span.end)
    {
        for (at, fix) in finding.fixes.iter().enumerate().filter(|_| wanted("quickfix")) {
            let edits = fix_edits(&document, &[fix]);
            found.push(json!({
                "title": sentence(&fix.title), "kind": "quickfix", "isPreferred": fix.safe && at == 0,
                "diagnostics": [shown(&document, finding)], "edit": edits,
            }));
        }
        found.extend(suppression(&document, finding).filter(|_| wanted("quickfix")));
    }
    for action in actions(&document.ide(), document.file, span.start) {
        if wanted(action.kind) {
            found.push(shown_action(&document, &action));
        }
    }
    // Only where it is asked for, or where there is more than one thing to fix.
    let safe = safe_fixes(&all);
    if !safe.is_empty() && wanted("source.fixAll.omnigraph") && (only.is_some() || safe.len() > 1) {
        found.push(json!({
            "title": "Apply all safe fixes of this file", "kind": "source.fixAll.omnigraph", "edit": fix_edits(&document, &safe),
        }));
    }
    Ok(found.into())
}

fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().to_string() + letters.as_str()
    })
}

/// The first safe fix of each finding, as far as they do not touch one another.
fn safe_fixes(all: &[Diagnostic]) -> Vec<&Fix> {
    let mut taken: Vec<(&str, Span)> = Vec::new();
    let mut chosen = Vec::new();
    for fix in all
        .iter()
        .filter_map(|finding| finding.fixes.iter().find(|fix| fix.safe))
    {
        let touches = |file: &str, span: Span| {
            taken
                .iter()
                .any(|(other, known)| *other == file && known.start <= span.end && span.start <= known.end)
        };
        if fix.edits.iter().any(|edit| touches(&edit.file, edit.span)) {
            continue;
        }
        taken.extend(fix.edits.iter().map(|edit| (edit.file.as_str(), edit.span)));
        chosen.push(fix);
    }
    chosen
}

fn fix_edits(document: &Document<'_>, fixes: &[&Fix]) -> Value {
    let mut changes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        if let Some(other) = Document::of_path(document.snapshot, PathBuf::from(&edit.file)) {
            let value = json!({ "range": other.lines.range(edit.span), "newText": edit.text });
            changes.entry(other.uri()).or_default().push(value);
        }
    }
    json!({ "changes": changes })
}

/// A comment above the line that keeps a finding from being reported. Errors stay.
fn suppression(document: &Document<'_>, finding: &Diagnostic) -> Option<Value> {
    let code = finding.rule.code;
    if finding.severity == Severity::Error
        || !code.starts_with(['S', 'L'])
        || matches!(code, "S098" | "S099")
        || code.starts_with("L90")
    {
        return None;
    }
    let start = document.text()[..finding.span.start as usize]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let line = &document.text()[start..];
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let text = format!("{indent}// lint:allow({code}) say here why this is meant\n");
    let range = document.lines.range(Span::at(start));
    let edit = json!({ "changes": { document.uri(): [{ "range": range, "newText": text }] } });
    Some(json!({
        "title": format!("Allow {code} here, with a reason"), "kind": "quickfix",
        "diagnostics": [shown(document, finding)], "edit": edit,
    }))
}

fn shown_action(document: &Document<'_>, action: &Action) -> Value {
    let edit = match &action.new_file {
        None => workspace_edit(document.snapshot, &action.edits),
        Some(text) => {
            let uri = crate::world::to_uri(&document.path.with_file_name("queries.gq"));
            let start = json!({ "line": 0, "character": 0 });
            json!({ "documentChanges": [
                { "kind": "create", "uri": uri, "options": { "ignoreIfExists": true } },
                { "textDocument": { "uri": uri, "version": null }, "edits": [{ "range": { "start": start, "end": start }, "newText": text }] },
            ] })
        }
    };
    json!({ "title": action.title, "kind": action.kind, "edit": edit })
}

fn width(document: &Document<'_>) -> usize {
    let root = document.snapshot.world.root_of(&document.path);
    root.map_or(DEFAULT_WIDTH, |root| root.group.settings.settings.format.width)
}

/// `textDocument/formatting`: one edit, from the first to the last line that differs.
pub fn formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let old = document.text();
    let new = format(document.language(), old, width(&document)).text;
    if new == old {
        return Ok(json!([]));
    }
    let same =
        |a: &mut dyn Iterator<Item = (&str, &str)>| a.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum::<usize>();
    let (olds, news): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let head = same(&mut olds.iter().copied().zip(news.iter().copied()));
    let most = old.len().min(new.len()) - head;
    let mut tail = same(&mut olds.iter().rev().copied().zip(news.iter().rev().copied()));
    if tail > most {
        tail = 0;
    }
    let span = Span {
        start: head as u32,
        end: (old.len() - tail) as u32,
    };
    Ok(json!([{ "range": document.lines.range(span), "newText": &new[head..new.len() - tail] }]))
}

fn format_spans(document: &Document<'_>, spans: &[Span]) -> Value {
    let mut edits: Vec<(Span, String)> = Vec::new();
    for span in spans {
        for edit in format_range(document.language(), document.text(), width(document), *span) {
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    let shown = edits
        .into_iter()
        .map(|(span, text)| json!({ "range": document.lines.range(span), "newText": text }));
    shown.collect()
}

/// `textDocument/rangeFormatting` and `textDocument/rangesFormatting`
pub fn range_formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let mut ranges: Vec<Range> = match params.get("ranges") {
        Some(ranges) => super::read(ranges.clone())?,
        None => Vec::new(),
    };
    if let Some(range) = params.get("range") {
        ranges.push(super::read(range.clone())?);
    }
    let spans: Vec<Span> = ranges.into_iter().map(|range| document.lines.span(range)).collect();
    Ok(format_spans(&document, &spans))
}

/// `textDocument/onTypeFormatting`: the item that a `}` has closed.
pub fn on_type_formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some((document, offset)) = Document::at(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let ends = document
        .ide()
        .parts(document.file)
        .any(|part| part.item.span.end == offset);
    match ends {
        true => Ok(format_spans(
            &document,
            &[Span {
                start: offset.saturating_sub(1),
                end: offset.saturating_sub(1),
            }],
        )),
        false => Ok(json!([])),
    }
}
