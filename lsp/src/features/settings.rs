//! Hover and completion in `omnigraph.toml`, from the settings' own JSON schema.

use omnigraph_compiler::rules::find;
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
    let text = snapshot.workspace.settings_texts.get(&path)?.clone();
    let offset = Lines::new(&text, snapshot.workspace.encoding).offset(position) as usize;
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
            at = property(&root, &at, key)?;
            if let Some(items) = at.get("items").cloned() {
                at = resolved(&root, &items);
            }
        }
        Some(at)
    }
}

/// What the schema says of a key.
fn property(root: &Value, schema: &Value, key: &str) -> Option<Value> {
    Some(resolved(root, schema.get("properties")?.get(key)?))
}

fn resolved(root: &Value, schema: &Value) -> Value {
    let reference = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"));
    let reference = reference
        .and_then(Value::as_str)
        .and_then(|path| root.pointer(path.strip_prefix('#')?));
    let Some(Value::Object(mut found)) = reference.cloned() else {
        return schema.clone();
    };
    // What is said beside the reference is about this place.
    let own = schema.as_object().into_iter().flatten();
    found.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    found.into()
}

/// The tables of the file, each as it stands in brackets.
fn tables(root: &Value, schema: &Value, path: &str, found: &mut Vec<String>) {
    for key in schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key)
    {
        let Some(own) = property(root, schema, key) else {
            continue;
        };
        let path = format!("{path}{key}");
        if own["type"] == "object" {
            found.push(path.clone());
            // A rule is a key, and no table.
            if own["properties"].as_object().is_some_and(|keys| keys.len() < 50) {
                tables(root, &own, &format!("{path}."), found);
            }
        } else if own["items"]["type"] == "object" {
            found.push(format!("[{path}]"));
        }
    }
}

/// What a key of the settings means.
pub(super) fn hover(snapshot: &Snapshot, params: &Value) -> Option<Value> {
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

/// The tables, the keys that fit, and what may stand behind their `=`: all from the schema, which is what the reader takes.
pub(super) fn complete(snapshot: &Snapshot, params: &Value) -> Option<Value> {
    let place = place(snapshot, params)?;
    let (line, column) = place.line();
    let before = &line[..column];
    let root = json_schema();
    let mut items = Vec::new();
    if before.trim_start().starts_with('[') {
        let mut all = Vec::new();
        tables(&root, &root, "", &mut all);
        let array = before.trim_start().starts_with("[[");
        for table in all {
            let name = table.trim_matches(['[', ']']);
            if array == table.starts_with('[') || !array {
                let text = if array { name } else { table.as_str() };
                items.push(json!({ "label": text, "kind": 9 }));
            }
        }
    } else if let Some((key, _)) = before.split_once('=') {
        let key = key.trim().trim_matches('"');
        let own = property(&root, &place.schema()?, key)?;
        let quoted = before.matches('"').count() % 2 == 1;
        for word in own["enum"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let text = if quoted { word.to_owned() } else { format!("\"{word}\"") };
            items.push(json!({ "label": word, "kind": 20, "insertText": text }));
        }
        if own["type"] == "boolean" {
            items.extend(["true", "false"].map(|word| json!({ "label": word, "kind": 14 })));
        }
    } else {
        let schema = place.schema()?;
        for key in schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
        {
            let Some(own) = property(&root, &schema, key) else {
                continue;
            };
            // Those have a head of their own.
            if own["type"] == "object" || own["items"]["type"] == "object" {
                continue;
            }
            let rule = find(key).first().filter(|rule| rule.name == key).map(|rule| rule.code);
            items.push(json!({ "label": key, "kind": 10, "detail": rule, "documentation": own.get("description") }));
        }
    }
    Some(json!({ "isIncomplete": false, "items": items }))
}
