//! Completion, and what explains an item once it is chosen in the list.

use omnigraph_compiler::db::items;
use omnigraph_compiler::lint::suppressible_at;
use omnigraph_compiler::rules::find;
use omnigraph_grammar::Span;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::diagnostics::findings;
use super::document::Document;
use crate::ide::complete::{About, Completion, CompletionKind, Item, MOST, complete};
use crate::ide::describe;
use crate::server::Snapshot;

/// `textDocument/completion`
pub(super) fn list(snapshot: &Snapshot, params: Value) -> Result<Value> {
    if let Some(items) = super::settings::complete(snapshot, &params) {
        return Ok(items);
    }
    let Some((document, offset)) = Document::at(snapshot, &params) else {
        return Ok(Value::Null);
    };
    if let Some(codes) = codes(&document, offset) {
        return Ok(codes);
    }
    let Completion { mut items, replaces } = complete(&document.ide(), document.file, offset);
    let typed = document.text()[replaces.start as usize..offset.max(replaces.start) as usize].to_lowercase();
    let whole = items.len();
    if whole > MOST {
        items.retain(|item| item.label.to_lowercase().starts_with(&typed));
        items.truncate(MOST);
    }
    let range = document.lines.range(replaces);
    let shown = items.iter().enumerate().map(|(at, item)| {
        let mut value = json!({
            "label": item.label, "kind": kind(item.kind), "sortText": format!("{at:04}"), "filterText": item.label,
            "textEdit": { "range": range, "newText": item.insert },
        });
        if !item.detail.is_empty() {
            value["detail"] = item.detail.clone().into();
        }
        if item.snippet {
            value["insertTextFormat"] = 2.into();
        }
        if item.about != About::Nothing {
            value["data"] = json!({ "uri": document.uri(), "about": about(item) });
        }
        value
    });
    Ok(json!({ "isIncomplete": whole > MOST, "items": shown.collect::<Vec<_>>() }))
}

fn kind(kind: CompletionKind) -> u8 {
    match kind {
        CompletionKind::Keyword => 14,
        CompletionKind::Node => 7,
        CompletionKind::Edge => 23,
        CompletionKind::Interface => 8,
        CompletionKind::Property => 10,
        CompletionKind::Variable | CompletionKind::Parameter => 6,
        CompletionKind::Function => 3,
        CompletionKind::EnumValue => 20,
        CompletionKind::Scalar => 25,
        CompletionKind::Annotation => 17,
        CompletionKind::Snippet => 15,
        CompletionKind::Operator => 24,
    }
}

fn about(item: &Item) -> Value {
    match &item.about {
        About::Nothing => Value::Null,
        About::Type((kind, name)) => json!(["type", kind.word(), name]),
        About::Property((kind, name), property) => json!(["property", kind.word(), name, property]),
        About::Word(word) => json!(["word", word]),
    }
}

/// In a suppression: the codes of what it is about.
fn codes(document: &Document<'_>, offset: u32) -> Option<Value> {
    let text = document.text();
    let line = text[..offset as usize].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..offset as usize];
    let open = before.rfind('(').filter(|open| !before[*open..].contains(')'))?;
    let items = &items(&document.snapshot.db, document.file).items;
    let found = findings(document);
    let codes = suppressible_at(document.language(), text, items, offset, &found)?;
    let typed = before[open + 1..]
        .rfind([',', ' '])
        .map_or(open + 1, |at| open + 2 + at);
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let rest = text[offset as usize..]
        .find(|c| !word(c))
        .unwrap_or(text.len() - offset as usize);
    let range = document.lines.range(Span::new(line + typed, offset as usize + rest));
    let shown = codes.iter().enumerate().map(|(at, code)| {
        let name = find(code).first().map_or("", |rule| rule.name);
        json!({
            "label": code, "kind": 20, "detail": name, "sortText": format!("{at:04}"), "filterText": code,
            "textEdit": { "range": range, "newText": code },
        })
    });
    Some(json!({ "isIncomplete": false, "items": shown.collect::<Value>() }))
}

/// `completionItem/resolve`
pub(super) fn resolve(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let mut item = params;
    let text = explained(snapshot, &item);
    if let Some(text) = text {
        item["documentation"] = json!({ "kind": "markdown", "value": text });
    }
    Ok(item)
}

fn explained(snapshot: &Snapshot, item: &Value) -> Option<String> {
    let data = item.get("data")?;
    let about = data.get("about")?.as_array()?;
    let word = |at: usize| about.get(at).and_then(Value::as_str);
    let kind = match word(1)? {
        "edge" => DeclarationKind::Edge,
        "interface" => DeclarationKind::Interface,
        _ => DeclarationKind::Node,
    };
    match word(0)? {
        "word" => vocabulary::meaning(word(1)?).map(str::to_owned),
        what => {
            let document = Document::of_uri(snapshot, data.get("uri")?.as_str()?)?;
            let owner = (kind, word(2)?.to_owned());
            match what {
                "property" => describe::of_property(&document.ide(), &owner, word(3)?),
                _ => describe::of_type(&document.ide(), &owner),
            }
        }
    }
}
