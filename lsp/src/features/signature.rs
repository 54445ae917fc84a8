//! Signature help: the function around the cursor and the argument that is being written.

use omnigraph_compiler::db::{parse_query_item, project_fragments};
use omnigraph_compiler::query::variables;
use omnigraph_grammar::Language;
use omnigraph_grammar::query::{TokenKind, tokens};
use omnigraph_model::ir::Entity;
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::{find_annotation, meaning, signature};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::document::Document;
use crate::ide::describe::{LENGTH, LENGTH_OF_PATH, OF_PATH, call_of, described};
use crate::ide::names::Symbol;
use crate::server::Snapshot;

/// `textDocument/signatureHelp`
pub(super) fn help(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(Document::at(snapshot, &params)
        .and_then(|(document, offset)| at(&document, offset))
        .unwrap_or(Value::Null))
}

fn at(document: &Document<'_>, offset: u32) -> Option<Value> {
    // Both languages have the brackets, words and commas that matter here in common.
    let before = &document.text()[..offset as usize];
    let mut open: Vec<(String, bool, usize)> = Vec::new();
    let (mut last, mut annotates) = (String::new(), false);
    for token in tokens(before).iter().filter(|token| !token.kind.is_trivia()) {
        let text = &before[token.span.range()];
        match token.kind {
            TokenKind::LeftParen => open.push((std::mem::take(&mut last), annotates, 0)),
            TokenKind::RightParen => _ = open.pop(),
            TokenKind::LeftBrace | TokenKind::RightBrace => open.clear(),
            TokenKind::Comma => {
                if let Some((_, _, argument)) = open.last_mut() {
                    *argument += 1;
                }
            }
            _ => {}
        }
        if token.kind != TokenKind::LeftParen {
            annotates = if token.kind == TokenKind::At {
                true
            } else {
                annotates && token.kind == TokenKind::Name
            };
            last = text.to_owned();
        } else {
            annotates = false;
        }
    }
    let (name, annotates, argument) = open.pop()?;
    let (label, sentence) = match (document.language(), annotates) {
        (Language::Schema, true) => {
            let known = find_annotation(&name)?;
            (format!("@{name}({})", known.arguments), known.meaning.to_owned())
        }
        (Language::Query, false) => match (signature(&name), meaning(&name)) {
            (Some(label), Some(sentence)) => (label, sentence.to_owned()),
            _ => fragment(document, &name)?,
        },
        _ => return None,
    };
    let own = parameters(&label)?;
    let active = argument.min(own.len().saturating_sub(1));
    let mut signatures = vec![json!({ "label": label, "documentation": sentence, "parameters": own })];
    let mut best = 0;
    if document.language() == Language::Query && name == LENGTH {
        let own = parameters(LENGTH_OF_PATH)?;
        signatures.push(json!({ "label": LENGTH_OF_PATH, "documentation": OF_PATH, "parameters": own }));
        best = usize::from(names_path(document, offset));
    }
    Some(json!({ "signatures": signatures, "activeSignature": best, "activeParameter": active }))
}

fn parameters(label: &str) -> Option<Vec<Value>> {
    let inside = label.split_once('(')?.1.trim_end_matches(')');
    let parameters = inside.split(", ").filter(|p| !p.is_empty());
    Some(parameters.map(|p| json!({ "label": p })).collect())
}

/// Whether the variable at an offset is a path.
fn names_path(document: &Document<'_>, offset: u32) -> bool {
    let Some((part, found)) = document.name_at(offset) else {
        return false;
    };
    let Symbol::Variable(_, index) = found.symbol else {
        return false;
    };
    let ide = document.ide();
    let Some(tree) = &parse_query_item(ide.db, part.text).tree else {
        return false;
    };
    let known = variables(tree, &ide.names());
    let entity = known.list.get(index).and_then(|variable| variable.entity.as_ref());
    matches!(entity, Some(Entity::Value(ty)) if matches!(ty.scalar, Scalar::Path(_)) && !ty.list)
}

/// How a fragment is called, and what it says about itself.
fn fragment(document: &Document<'_>, name: &str) -> Option<(String, String)> {
    let ide = document.ide();
    let (_, item) = project_fragments(ide.db, ide.project).get(name)?;
    let tree = parse_query_item(ide.db, *item).tree.as_ref()?;
    let label = call_of(tree, item.text(ide.db));
    Some((label, described(tree).unwrap_or_default().to_owned()))
}
