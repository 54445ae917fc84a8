//! Everything that changes text: rename, code actions, formatting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::diagnostic::{Diagnostic, Fix, Severity};
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_compiler::settings::DEFAULT_WIDTH;
use omnigraph_grammar::Span;
use omnigraph_grammar::format::{format, format_range};
use omnigraph_model::schema::Shape;
use serde_json::{Map, Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::Range;

use super::diagnostics::{findings, shown};
use super::document::Document;
use crate::ide::actions::{Action, actions};
use crate::ide::names::Symbol;
use crate::ide::rename::{self, Edit, Hints};
use crate::ide::{FileSpan, trial};
use crate::server::Snapshot;
use crate::workspace::KeepData;

/// A workspace edit of edits in bytes.
fn workspace_edit(snapshot: &Snapshot, edits: &[Edit]) -> Value {
    let changes: Map<String, Value> = by_document(snapshot, edits.iter())
        .map(|(document, list)| {
            let list = list
                .into_iter()
                .map(|edit| json!({ "range": document.lines.range(edit.place.span), "newText": edit.text }));
            (document.uri(), list.collect())
        })
        .collect();
    json!({ "changes": changes })
}

/// A workspace edit of which the client asks whether the second part is wanted.
fn asking_edit(snapshot: &Snapshot, edits: &[Edit], asked: &[Edit], label: &str) -> Value {
    let is_asked = |edit: &Edit| asked.iter().any(|other| std::ptr::eq(edit, other));
    let changes = by_document(snapshot, edits.iter().chain(asked)).map(|(document, list)| {
        let list = list.into_iter().map(|edit| {
            let mut shown = json!({ "range": document.lines.range(edit.place.span), "newText": edit.text });
            if is_asked(edit) {
                shown["annotationId"] = "asked".into();
            }
            shown
        });
        let version = snapshot.workspace.version(&document.path);
        json!({ "textDocument": { "uri": document.uri(), "version": version }, "edits": list.collect::<Value>() })
    });
    json!({
        "documentChanges": changes.collect::<Value>(),
        "changeAnnotations": { "asked": { "label": label, "needsConfirmation": true } },
    })
}

fn by_document<'s, 'e>(
    snapshot: &'s Snapshot,
    edits: impl Iterator<Item = &'e Edit>,
) -> impl Iterator<Item = (Document<'s>, Vec<&'e Edit>)> {
    let mut files: BTreeMap<String, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        let path = edit.place.file.path(&snapshot.db).clone();
        files.entry(path).or_default().push(edit);
    }
    files
        .into_iter()
        .filter_map(|(path, list)| Some((Document::of_path(snapshot, PathBuf::from(path))?, list)))
}

fn refused(words: String) -> Error {
    let mut error = Error::new(ErrorCode::ServerError(-32803));
    error.message = words.into();
    error
}

/// `textDocument/prepareRename`
pub(super) fn prepare_rename(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some((document, offset)) = Document::at(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let Some((part, found)) = document.name_at(offset) else {
        return Ok(Value::Null);
    };
    let (span, name) = rename::renamable(&document.ide(), document.file, part, &found).map_err(refused)?;
    Ok(json!({ "range": document.lines.range(span), "placeholder": name }))
}

/// `textDocument/rename`
pub(super) fn rename(snapshot: &Snapshot, params: Value) -> Result<Value> {
    renamed(snapshot, &params, snapshot.workspace.keep_data)
}

/// The command that says by `keepData` whether `@rename_from` is written.
pub(super) fn rename_command(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let keep = match params.get("keepData").and_then(Value::as_bool) {
        Some(true) => KeepData::Always,
        _ => KeepData::Never,
    };
    renamed(snapshot, &params, keep)
}

fn renamed(snapshot: &Snapshot, params: &Value, keep: KeepData) -> Result<Value> {
    let new = params.get("newName").and_then(Value::as_str).unwrap_or("");
    let Some((document, offset)) = Document::at(snapshot, params) else {
        return Ok(Value::Null);
    };
    let Some((part, found)) = document.name_at(offset) else {
        return Ok(Value::Null);
    };
    let stored = matches!(found.symbol, Symbol::Type(..) | Symbol::Property(..));
    let applied = match stored && keep != KeepData::Never {
        true => applied_schema(&document),
        false => None,
    };
    let hints = match (keep, &applied) {
        (KeepData::Never, _) => Hints::None,
        (KeepData::Ask, None) if !snapshot.workspace.annotates => Hints::None,
        (_, applied) => Hints::Where(applied.as_deref()),
    };
    let renamed = rename::rename(&document.ide(), document.file, part, &found, new, hints).map_err(refused)?;
    Ok(match keep {
        // Nobody knows whether there are data.
        KeepData::Ask if applied.is_none() && !renamed.hints.is_empty() => {
            let label = format!("Keep the data of `{}`: write `@rename_from`", found.symbol.name());
            asking_edit(snapshot, &renamed.edits, &renamed.hints, &label)
        }
        _ => workspace_edit(snapshot, &[renamed.edits, renamed.hints].concat()),
    })
}

/// What the schema of the project's graph means, if the client has named one that can be read.
fn applied_schema(document: &Document<'_>) -> Option<Arc<Shape>> {
    let snapshot = document.snapshot;
    let root = &snapshot.workspace.root_of(&document.path)?.group.settings.root;
    let text = snapshot.host.schema(snapshot.workspace.store.as_deref()?, root).ok()?;
    Some(check_schema_text(&text).check.shape)
}

/// `textDocument/codeAction`
pub(super) fn code_actions(snapshot: &Snapshot, params: Value) -> Result<Value> {
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
    // What would bring an error is not offered, whoever made it.
    let ide = document.ide();
    let holds = |edits: &[Edit], new_file: Option<&str>| trial::first_error(&ide, edits, new_file).is_none();
    for finding in all
        .iter()
        .filter(|finding| finding.span.start <= span.end && span.start <= finding.span.end)
    {
        for (at, fix) in finding.fixes.iter().enumerate().filter(|_| wanted("quickfix")) {
            let Some(edits) = fix_edits(snapshot, &[fix]).filter(|edits| holds(edits, None)) else {
                continue;
            };
            found.push(json!({
                "title": sentence(&fix.title), "kind": "quickfix", "isPreferred": fix.safe && at == 0,
                "diagnostics": [shown(&document, finding)], "edit": workspace_edit(snapshot, &edits),
            }));
        }
        if let Some(edit) = suppression(&document, finding).filter(|_| wanted("quickfix"))
            && holds(std::slice::from_ref(&edit), None)
        {
            found.push(json!({
                "title": format!("Allow {} here, with a reason", finding.rule.code), "kind": "quickfix",
                "diagnostics": [shown(&document, finding)], "edit": workspace_edit(snapshot, &[edit]),
            }));
        }
    }
    for action in actions(&ide, document.file, span.start) {
        if wanted(action.kind) && holds(&action.edits, action.new_file.as_deref()) {
            found.push(shown_action(&document, &action));
        }
    }
    // Only where it is asked for, or where there is more than one thing to fix.
    let safe = safe_fixes(&all, &|fix| {
        fix_edits(snapshot, &[fix]).is_some_and(|edits| holds(&edits, None))
    });
    if wanted("source.fixAll.omnigraph")
        && (only.is_some() || safe.len() > 1)
        && let Some(edits) = fix_edits(snapshot, &safe).filter(|edits| !edits.is_empty() && holds(edits, None))
    {
        found.push(json!({
            "title": "Apply all safe fixes of this file", "kind": "source.fixAll.omnigraph",
            "edit": workspace_edit(snapshot, &edits),
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
fn safe_fixes<'d>(all: &'d [Diagnostic], holds: &dyn Fn(&Fix) -> bool) -> Vec<&'d Fix> {
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
        if fix.edits.iter().any(|edit| touches(&edit.file, edit.span)) || !holds(fix) {
            continue;
        }
        taken.extend(fix.edits.iter().map(|edit| (edit.file.as_str(), edit.span)));
        chosen.push(fix);
    }
    chosen
}

/// `None` if one of them changes a file that is none of the project's.
fn fix_edits(snapshot: &Snapshot, fixes: &[&Fix]) -> Option<Vec<Edit>> {
    let edits = fixes.iter().flat_map(|fix| &fix.edits);
    edits
        .map(|edit| {
            let file = *snapshot.workspace.files.get(Path::new(&edit.file))?;
            Some(Edit {
                place: FileSpan { file, span: edit.span },
                text: edit.text.clone(),
            })
        })
        .collect()
}

/// A comment above the line that keeps a finding from being reported. Errors stay.
fn suppression(document: &Document<'_>, finding: &Diagnostic) -> Option<Edit> {
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
    Some(Edit {
        place: FileSpan {
            file: document.file,
            span: Span::at(start),
        },
        text: format!("{indent}// lint:allow({code}) say here why this is meant\n"),
    })
}

fn shown_action(document: &Document<'_>, action: &Action) -> Value {
    let edit = match &action.new_file {
        None => workspace_edit(document.snapshot, &action.edits),
        Some(text) => {
            let uri = document
                .snapshot
                .workspace
                .uri(&document.path.with_file_name("queries.gq"));
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
    let root = document.snapshot.workspace.root_of(&document.path);
    root.map_or(DEFAULT_WIDTH, |root| root.group.settings.settings.format.width)
}

/// `textDocument/formatting`: one edit, from the first to the last line that differs.
pub(super) fn formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
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
pub(super) fn range_formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
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
pub(super) fn on_type_formatting(snapshot: &Snapshot, params: Value) -> Result<Value> {
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
