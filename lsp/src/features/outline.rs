//! The shape of documents: symbols, folding, selections.

use std::path::PathBuf;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Position;

use super::document::Document;
use crate::ide::outline::{Entry, OutlineKind, entries, folds, selections};
use crate::server::Snapshot;

fn kind(kind: OutlineKind) -> u8 {
    match kind {
        OutlineKind::Node => 5,
        OutlineKind::Edge => 24,
        OutlineKind::Interface => 11,
        OutlineKind::Query => 12,
        OutlineKind::Property => 7,
        OutlineKind::Parameter => 13,
        OutlineKind::Other => 14,
    }
}

/// `textDocument/documentSymbol`
pub(super) fn symbols(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let list = entries(&document.ide(), document.file);
    Ok(list.iter().map(|entry| symbol(&document, entry)).collect())
}

fn symbol(document: &Document<'_>, entry: &Entry) -> Value {
    let children: Vec<Value> = entry.children.iter().map(|child| symbol(document, child)).collect();
    json!({
        "name": entry.name, "detail": entry.detail, "kind": kind(entry.kind),
        "range": document.lines.json(entry.span), "selectionRange": document.lines.json(entry.name_span),
        "children": children,
    })
}

/// No client shows more than this.
const MOST_SYMBOLS: usize = 500;

/// `workspace/symbol`: items and properties whose names hold the letters of the query in order.
pub(super) fn workspace(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let wanted = params.get("query").and_then(Value::as_str).unwrap_or("").to_lowercase();
    let mut found: Vec<(usize, Value)> = Vec::new();
    let mut paths: Vec<&PathBuf> = snapshot.workspace.of_file.keys().collect();
    paths.sort();
    for path in paths {
        let Some(document) = Document::of_path(snapshot, path.clone()) else {
            continue;
        };
        for entry in entries(&document.ide(), document.file) {
            let owner = entry.name.clone();
            for (entry, container) in
                std::iter::once((&entry, "")).chain(entry.children.iter().map(|child| (child, owner.as_str())))
            {
                if entry.kind == OutlineKind::Parameter {
                    continue;
                }
                if let Some(rank) = rank(&entry.name.to_lowercase(), &wanted) {
                    let location = document.location(entry.name_span);
                    let value = json!({
                        "name": entry.name, "kind": kind(entry.kind), "containerName": container, "location": location,
                    });
                    found.push((rank, value));
                }
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST_SYMBOLS);
    Ok(found.into_iter().map(|(_, value)| value).collect())
}

/// How well a name fits; less is better.
fn rank(name: &str, wanted: &str) -> Option<usize> {
    if name.starts_with(wanted) {
        return Some(usize::from(name != wanted));
    }
    if name.contains(wanted) {
        return Some(2);
    }
    let mut letters = name.chars();
    wanted.chars().all(|c| letters.any(|letter| letter == c)).then_some(3)
}

/// `textDocument/foldingRange`
pub(super) fn folding(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let folds = folds(document.language(), document.text())
        .into_iter()
        .filter_map(|(span, comment)| {
            let (start, end) = (document.lines.line(span.start), document.lines.line(span.end));
            // The line of a closing bracket stays in sight.
            let end = if comment { end } else { end.saturating_sub(1) };
            (end > start).then(|| match comment {
                true => json!({ "startLine": start, "endLine": end, "kind": "comment" }),
                false => json!({ "startLine": start, "endLine": end }),
            })
        });
    Ok(folds.collect())
}

/// `textDocument/selectionRange`
pub(super) fn selection(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let positions: Vec<Position> = super::read(params.get("positions").cloned().unwrap_or_default())?;
    let chains = positions.into_iter().map(|position| {
        let spans = selections(&document.ide(), document.file, document.lines.offset(position));
        spans.iter().rev().fold(Value::Null, |parent, span| match parent {
            Value::Null => json!({ "range": document.lines.json(*span) }),
            parent => json!({ "range": document.lines.json(*span), "parent": parent }),
        })
    });
    Ok(chains.collect())
}
