//! Hover and completion in `omnigraph.toml`, from the settings' own JSON schema.

use omnigraph_compiler::rules::{RULES, find};
use omnigraph_compiler::settings::SETTINGS_FILE;
use omnigraph_compiler::settings::schema::json_schema;
use serde_json::{Value, json};
use tower_lsp::ls_types::Position;

use super::document::path_of;
use crate::server::Snapshot;
use crate::text::Lines;

struct Place {
    text: String,
    offset: usize,
}

fn place(snapshot: &Snapshot, params: &Value) -> Option<Place> {
    let path = path_of(snapshot, params.pointer("/textDocument/uri")?.as_str()?)?;
    if !path.ends_with(SETTINGS_FILE) {
        return None;
    }
    let position: Position = serde_json::from_value(params.get("position")?.clone()).ok()?;
    let text = snapshot.world.settings_texts.get(&path)?.clone();
    let offset = Lines::new(&text, snapshot.world.encoding).offset(position) as usize;
    Some(Place { text, offset })
}

impl Place {
    fn line(&self) -> (&str, usize) {
        let start = self.text[..self.offset].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[self.offset..]
            .find('\n')
            .map_or(self.text.len(), |at| self.offset + at);
        (&self.text[start..end], self.offset - start)
    }

    /// The table around the cursor: `lint.rules`.
    fn table(&self) -> String {
        let above = self.text[..self.offset].lines().rev();
        let heads = above.filter_map(|line| line.trim().strip_prefix('[')?.split(']').next().map(str::to_owned));
        heads
            .map(|head| head.trim_matches('[').trim().to_owned())
            .next()
            .unwrap_or_default()
    }

    fn schema(&self) -> Option<Value> {
        let root = json_schema();
        let mut at = root.clone();
        for key in self.table().split('.').filter(|key| !key.is_empty()) {
            let next = at.pointer(&format!("/properties/{key}"))?.clone();
            at = resolved(&root, &next);
            if let Some(items) = at.get("items").cloned() {
                at = resolved(&root, &items);
            }
        }
        Some(at)
    }
}

fn resolved(root: &Value, schema: &Value) -> Value {
    let reference = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| root.pointer(path.strip_prefix('#')?));
    reference.unwrap_or(schema).clone()
}

/// What a key of the settings means.
pub fn hover(snapshot: &Snapshot, params: &Value) -> Option<Value> {
    let place = place(snapshot, params)?;
    let (line, column) = place.line();
    let key_end = line.find('=').unwrap_or(line.len());
    if column > key_end {
        return None;
    }
    let key = line[..key_end].trim().trim_matches('"');
    let described = place
        .schema()
        .and_then(|schema| {
            schema
                .pointer(&format!("/properties/{key}/description"))?
                .as_str()
                .map(str::to_owned)
        })
        .or_else(|| {
            find(key)
                .first()
                .map(|rule| format!("**{}** {}\n\n{}", rule.code, rule.name, rule.summary))
        })?;
    Some(json!({ "contents": { "kind": "markdown", "value": described } }))
}

/// The keys that fit, rules among them, and levels behind a `=`.
pub fn complete(snapshot: &Snapshot, params: &Value) -> Option<Value> {
    let place = place(snapshot, params)?;
    let (line, column) = place.line();
    let before = &line[..column];
    let mut items = Vec::new();
    if place.table().ends_with("rules") {
        if before.contains('=') {
            for level in ["off", "info", "warn", "error"] {
                items.push(json!({ "label": level, "kind": 20, "insertText": if before.contains('"') { level.to_owned() } else { format!("\"{level}\"") } }));
            }
        } else {
            let rules = RULES.iter().filter(|rule| !rule.code.starts_with('P'));
            items.extend(rules.map(
                |rule| json!({ "label": rule.name, "kind": 21, "detail": rule.code, "documentation": rule.summary }),
            ));
        }
    } else if !before.contains('=') && !before.trim_start().starts_with('[') {
        let schema = place.schema()?;
        for (key, value) in schema.get("properties")?.as_object()? {
            items.push(json!({ "label": key, "kind": 10, "documentation": value.get("description") }));
        }
    } else if before.trim_start().starts_with('[') {
        for table in ["lint", "lint.rules", "format"] {
            items.push(json!({ "label": table, "kind": 9 }));
        }
    }
    Some(json!({ "isIncomplete": false, "items": items }))
}
