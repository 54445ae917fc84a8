//! Code lenses, commands, and documents that the server writes itself: plans, diagrams, pages of codes.

use std::fmt::Write;

use omnigraph_compiler::db::{check_query, parse_query_item};
use omnigraph_compiler::project::with_fragments;
use omnigraph_compiler::rules::explained;
use omnigraph_grammar::{ItemKind, Language};
use omnigraph_model::ir::Plan;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Position;

use super::document::Document;
use crate::RunRequest;
use crate::ide::Part;
use crate::ide::names::Symbol;
use crate::ide::references;
use crate::server::Snapshot;

/// What `workspace/executeCommand` knows.
pub(crate) const COMMANDS: [&str; 4] = [
    "omnigraph.run",
    "omnigraph.explain",
    "omnigraph.references",
    "omnigraph.rename",
];

/// `textDocument/codeLens`
pub(super) fn lenses(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let mut lenses = Vec::new();
    for part in document.ide().parts(document.file) {
        let Some(name) = &part.item.name else { continue };
        let range = document.lines.range(name.span.shifted(part.item.span.start));
        match part.item.kind {
            ItemKind::Query => {
                let argument = json!({ "uri": document.uri(), "name": name.text });
                for (title, command) in [("run", COMMANDS[0]), ("explain", COMMANDS[1])] {
                    lenses.push(json!({
                        "range": range, "command": { "title": title, "command": command, "arguments": [argument] },
                    }));
                }
            }
            ItemKind::Node | ItemKind::Edge | ItemKind::Interface | ItemKind::Fragment => {
                lenses.push(json!({ "range": range, "data": { "uri": document.uri() } }));
            }
            _ => {}
        }
    }
    Ok(lenses.into())
}

/// `codeLens/resolve`: how many queries name a type, how often a fragment is called.
pub(super) fn resolve(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let mut lens = params;
    let counted = || -> Option<(String, Value)> {
        let document = Document::of_uri(snapshot, lens.pointer("/data/uri")?.as_str()?)?;
        let start: Position = serde_json::from_value(lens.pointer("/range/start")?.clone()).ok()?;
        let (part, found) = document.name_at(document.lines.offset(start))?;
        let ide = document.ide();
        let (mut queries, mut uses) = (Vec::new(), 0);
        for reference in references::all(&ide, document.file, part, &found.symbol) {
            uses += usize::from(!reference.occurrence.declares);
            let file = reference.place.file;
            if file.language(&snapshot.db) == Language::Query {
                let item = ide.part_at(file, reference.place.span.start)?.item.span;
                if queries.last() != Some(&(file, item)) {
                    queries.push((file, item));
                }
            }
        }
        let title = match found.symbol {
            Symbol::Fragment(_) if uses == 1 => "1 use".to_owned(),
            Symbol::Fragment(_) => format!("{uses} uses"),
            _ if queries.len() == 1 => "1 query".to_owned(),
            _ => format!("{} queries", queries.len()),
        };
        Some((title, json!([{ "uri": document.uri(), "position": start }])))
    };
    let (title, arguments) = counted().unwrap_or(("0 queries".to_owned(), json!([])));
    lens["command"] = json!({ "title": title, "command": COMMANDS[2], "arguments": arguments });
    Ok(lens)
}

/// `workspace/executeCommand`
pub(super) fn execute(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let command = params.get("command").and_then(Value::as_str).unwrap_or("");
    let argument = params.pointer("/arguments/0").cloned().unwrap_or(Value::Null);
    let placed = json!({ "textDocument": { "uri": argument["uri"] }, "position": argument["position"], "newName": argument["newName"], "keepData": argument["keepData"] });
    match command {
        "omnigraph.run" => run(snapshot, &argument),
        "omnigraph.explain" => {
            let uri = format!("omnigraph:/plan/{}?{}", text(&argument, "name"), text(&argument, "uri"));
            let text = content_of(snapshot, &uri).ok_or_else(|| Error::invalid_params("there is no such query"))?;
            Ok(json!({ "uri": uri, "text": text }))
        }
        "omnigraph.references" => super::navigate::references(snapshot, placed),
        "omnigraph.rename" => super::edits::rename_command(snapshot, placed),
        _ => Err(Error::invalid_params(format!("there is no command `{command}`"))),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn run(snapshot: &Snapshot, argument: &Value) -> Result<Value> {
    let document = Document::of_uri(snapshot, text(argument, "uri"))
        .ok_or_else(|| Error::invalid_params("there is no such document"))?;
    let root = snapshot
        .workspace
        .root_of(&document.path)
        .map(|root| root.group.settings.root.clone())
        .unwrap_or_default();
    let store = argument
        .get("store")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .or_else(|| snapshot.workspace.store.clone());
    let store =
        store.ok_or_else(|| Error::invalid_params("no store is known: name one in the setting `omnigraph.store`"))?;
    let request = RunRequest {
        store,
        source: with_fragments(document.text(), || {
            let others = document.ide().files().iter().filter(|file| **file != document.file);
            others.map(|file| file.text(&snapshot.db).clone()).collect()
        }),
        name: text(argument, "name").to_owned(),
        params: argument.get("params").cloned().unwrap_or(json!({})),
        root,
    };
    snapshot.host.run(&request).map_err(Error::invalid_params)
}

/// `workspace/textDocumentContent`
pub(super) fn content(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let uri = text(&params, "uri");
    let text = content_of(snapshot, uri).ok_or_else(|| Error::invalid_params("there is no such document"))?;
    let mut virtuals = snapshot
        .virtuals
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    virtuals.insert(uri.to_owned());
    Ok(json!({ "text": text }))
}

/// `omnigraph:/codes/T6.md`, `omnigraph:/plan/NAME?URI`, `omnigraph:/ir/NAME?URI`, `omnigraph:/diagram?URI`.
fn content_of(snapshot: &Snapshot, uri: &str) -> Option<String> {
    let path = uri.strip_prefix("omnigraph:/")?;
    if let Some(page) = path.strip_prefix("codes/") {
        return explained(page.trim_end_matches(".md"));
    }
    let (what, file) = path.split_once('?')?;
    let document = Document::of_uri(snapshot, file)?;
    if what == "diagram" {
        return Some(diagram(&document));
    }
    let (what, name) = what.split_once('/')?;
    let named =
        |part: &Part<'_>| part.item.kind == ItemKind::Query && part.item.name.as_ref().is_some_and(|n| n.text == name);
    let part = document.ide().parts(document.file).find(named)?;
    let checked = check_query(&snapshot.db, document.project, part.text);
    let Some(plan) = &checked.plan else {
        let known = parse_query_item(&snapshot.db, part.text).tree.is_some();
        return Some(format!(
            "// `{name}` has {}\n",
            if known { "errors" } else { "syntax errors" }
        ));
    };
    match what {
        "plan" => Some(plan.to_string()),
        "ir" => ir(plan),
        _ => None,
    }
}

fn ir(plan: &Plan) -> Option<String> {
    serde_json::to_string_pretty(plan).ok()
}

/// The schema as a Mermaid class diagram.
fn diagram(document: &Document<'_>) -> String {
    let catalog = document.ide().catalog();
    let mut out = String::from("classDiagram\n");
    for interface in catalog.interfaces.values() {
        let _ = writeln!(out, "    class {} {{\n        <<interface>>\n    }}", interface.name);
    }
    for node in catalog.nodes.values() {
        let _ = writeln!(out, "    class {} {{", node.name);
        for property in node.visible_properties() {
            let ty = property.ty.to_string().replace(['(', ')', ','], " ");
            let _ = writeln!(out, "        {} {ty}", property.name);
        }
        let _ = writeln!(out, "    }}");
        for interface in &node.implements {
            let _ = writeln!(out, "    {interface} <|.. {}", node.name);
        }
    }
    for edge in catalog.edges.values() {
        let _ = writeln!(out, "    {} --> {} : {}", edge.from, edge.to, edge.name);
    }
    out
}
