//! Semantic tokens and inlay hints.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use omnigraph_compiler::db::parse_query_item;
use omnigraph_compiler::query::{Variable, variables};
use omnigraph_grammar::query::ast::{Body, Read};
use omnigraph_grammar::query::visit::traversals;
use omnigraph_grammar::{ItemKind, Span};
use omnigraph_model::ir::Entity;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::document::Document;
use crate::ide::describe;
use crate::ide::names::owner_of;
use crate::ide::tokens::tokens;
use crate::server::Snapshot;

/// The tokens that each document was answered last, for answers that tell the difference.
pub(crate) type Answered = Mutex<HashMap<std::path::PathBuf, (u64, Vec<u32>)>>;

fn encoded(document: &Document<'_>, within: Span) -> Vec<u32> {
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for token in tokens(&document.ide(), document.file, within) {
        let start = document.lines.position(token.span.start);
        let length = document.lines.encoding().length(&document.text()[token.span.range()]);
        let step = if start.line == line {
            start.character - column
        } else {
            start.character
        };
        data.extend([start.line - line, step, length, token.kind as u32, token.modifiers]);
        (line, column) = (start.line, start.character);
    }
    data
}

fn whole(document: &Document<'_>) -> Span {
    Span {
        start: 0,
        end: document.text().len() as u32,
    }
}

/// `textDocument/semanticTokens/full`
pub(super) fn full(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let data = encoded(&document, whole(&document));
    let id = remember(snapshot, &document, &data);
    Ok(json!({ "resultId": id, "data": data }))
}

fn remember(snapshot: &Snapshot, document: &Document<'_>, data: &[u32]) -> String {
    let mut answered = snapshot.answered.lock().unwrap_or_else(PoisonError::into_inner);
    let number = answered.get(&document.path).map_or(1, |(number, _)| number + 1);
    answered.insert(document.path.clone(), (number, data.to_vec()));
    number.to_string()
}

/// `textDocument/semanticTokens/full/delta`: one edit, from the first to the last token that differs.
pub(super) fn delta(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let data = encoded(&document, whole(&document));
    let before = {
        let answered = snapshot.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.get(&document.path).cloned()
    };
    let wanted = params.get("previousResultId").and_then(Value::as_str).unwrap_or("");
    let before = before
        .filter(|(number, _)| number.to_string() == wanted)
        .map(|(_, data)| data);
    let id = remember(snapshot, &document, &data);
    let Some(before) = before else {
        return Ok(json!({ "resultId": id, "data": data }));
    };
    let same = |a: &[u32], b: &[u32]| a == b;
    let (old, new): (Vec<&[u32]>, Vec<&[u32]>) = (before.chunks(5).collect(), data.chunks(5).collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| same(a, b)).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| same(a, b))
        .count();
    let removed = old.len() - head - tail;
    let inserted = &data[head * 5..data.len() - tail * 5];
    let edits = match (removed, inserted.is_empty()) {
        (0, true) => json!([]),
        _ => json!([{ "start": head * 5, "deleteCount": removed * 5, "data": inserted }]),
    };
    Ok(json!({ "resultId": id, "edits": edits }))
}

/// `textDocument/semanticTokens/range`
pub(super) fn range(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let span = document.span(&params).unwrap_or_else(|| whole(&document));
    Ok(json!({ "data": encoded(&document, span) }))
}

/// `textDocument/inlayHint`: the types of variables that a traversal binds, and which way an edge is followed.
pub(super) fn hints(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let within = document.span(&params).unwrap_or_else(|| whole(&document));
    let ide = document.ide();
    let mut hints: Vec<Value> = Vec::new();
    for part in ide.parts(document.file) {
        let span = part.item.span;
        if !matches!(part.item.kind, ItemKind::Query | ItemKind::Fragment)
            || span.end < within.start
            || span.start > within.end
        {
            continue;
        }
        let Some(tree) = &parse_query_item(&snapshot.db, part.text).tree else {
            continue;
        };
        let patterns: Vec<_> = match &tree.body {
            Body::Fragment(block) => vec![block],
            body => body.matched().flat_map(Read::parts).map(|part| &part.pattern).collect(),
        };
        let variables = variables(tree, &ide.names());
        let mut own = Vec::new();
        // Behind the type of an insert, the name needs no hint.
        let bound: Vec<_> = match &tree.body {
            Body::Mutation(mutation) => mutation.statements.iter().filter_map(|s| s.variable()).collect(),
            Body::Read(_) | Body::Union(_) | Body::Fragment(_) => Vec::new(),
        };
        let at = |offset: u32| document.lines.position(offset + span.start);
        // Bindings say the type themselves; their places end behind the variable.
        let shown = |variable: &&Variable| {
            let is_bound = bound.iter().any(|name| name.span == variable.declared);
            !variable.anonymous && variable.same.is_none() && !is_bound
        };
        for variable in variables.list.iter().filter(shown) {
            let declared = &document.text()[variable.declared.shifted(span.start).range()];
            if let (Some(entity), false) = (&variable.entity, declared.contains(':')) {
                let shown = match entity {
                    Entity::Node(name) | Entity::Interface(name) => Some(name.clone()),
                    Entity::Value(ty) => Some(describe::value_type(ty)),
                    Entity::Edge(_) | Entity::Edges(_) => None,
                };
                if let Some(shown) = shown {
                    let label = format!(": {shown}");
                    own.push((
                        variable.declared.end,
                        json!({ "position": at(variable.declared.end), "label": label, "kind": 1 }),
                    ));
                }
            }
        }
        for traversal in patterns.into_iter().flat_map(traversals).filter(|t| !t.undirected) {
            let block = variables.block_at(traversal.span.start);
            let source = variables
                .lookup(block, &traversal.source.text)
                .and_then(|i| variables.list[i].entity.as_ref());
            let Some(source) = source.and_then(owner_of) else {
                continue;
            };
            for written in traversal.edges() {
                let edge = omnigraph_compiler::query::Names::edge(&ide.names(), &written.text);
                let Some(edge) = edge.filter(|edge| edge.from != edge.to) else {
                    continue;
                };
                // A step along one of several edges leads from its source, whichever node the first one leaves.
                let forwards = source.1 == edge.from || !traversal.others.is_empty();
                let arrow = if forwards { "→" } else { "←" };
                let tooltip = format!("`{}` leads from {} to {}", edge.name, edge.from, edge.to);
                own.push((
                    written.span.end,
                    json!({ "position": at(written.span.end), "label": arrow, "paddingLeft": true, "tooltip": tooltip }),
                ));
            }
        }
        let shown = own.into_iter().filter(|(offset, _)| offset + span.start <= within.end);
        hints.extend(shown.map(|(_, hint)| hint));
    }
    hints.sort_by_key(|hint| {
        (
            hint["position"]["line"].as_u64(),
            hint["position"]["character"].as_u64(),
        )
    });
    Ok(hints.into_iter().collect())
}
