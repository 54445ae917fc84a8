//! Hover, and everything that leads from a name to other places.

use std::path::PathBuf;

use omnigraph_compiler::db::parse_query_item;
use omnigraph_compiler::query::variables;
use omnigraph_grammar::{ItemKind, Language, Span};
use omnigraph_model::schema::DeclarationKind;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::document::Document;
use crate::ide::names::{Occurrence, Owner, Symbol, owners_of};
use crate::ide::references::{self, Reference};
use crate::ide::{Ide, Part, describe};
use crate::server::Snapshot;

impl<'a> Document<'a> {
    pub(crate) fn ide(&self) -> Ide<'a> {
        Ide {
            db: &self.snapshot.db,
            project: self.project,
        }
    }

    /// The name at a request's position.
    pub(crate) fn name_at(&self, offset: u32) -> Option<(Part<'a>, Occurrence)> {
        self.ide().name_at(self.file, offset)
    }

    /// All that it may mean.
    pub(crate) fn names_at(&self, offset: u32) -> Option<(Part<'a>, Vec<Occurrence>)> {
        self.ide().names_at(self.file, offset)
    }

    /// Places, a document's lines being counted once.
    pub(crate) fn locations(&self, references: &[Reference]) -> Vec<Value> {
        let mut other: Option<(omnigraph_compiler::db::SourceFile, Document<'a>)> = None;
        let mut found = Vec::new();
        for reference in references {
            let file = reference.place.file;
            if file == self.file {
                found.push(self.location(reference.place.span));
                continue;
            }
            if other.as_ref().is_none_or(|(known, _)| *known != file) {
                let path = PathBuf::from(file.path(&self.snapshot.db));
                other = Document::of_path(self.snapshot, path).map(|document| (file, document));
            }
            found.extend(
                other
                    .as_ref()
                    .map(|(_, document)| document.location(reference.place.span)),
            );
        }
        found
    }
}

/// `textDocument/hover`
pub(super) fn hover(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(super::settings::hover(snapshot, &params)
        .or_else(|| hover_at(snapshot, &params))
        .unwrap_or(Value::Null))
}

fn hover_at(snapshot: &Snapshot, params: &Value) -> Option<Value> {
    let (document, offset) = Document::at(snapshot, params)?;
    let (part, found) = document.names_at(offset)?;
    let ide = document.ide();
    let described = found
        .iter()
        .filter_map(|o| describe::describe(&ide, document.file, part, o));
    let text = described.reduce(|all, text| format!("{all}\n\n---\n{text}"))?;
    let span = found.first()?.span;
    Some(json!({ "contents": { "kind": "markdown", "value": text }, "range": document.lines.json(span) }))
}

/// `textDocument/definition` and `textDocument/declaration`
pub(super) fn definition(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.names_at(offset)?;
        let ide = document.ide();
        let declared = |o: &Occurrence| references::declarations(&ide, document.file, part, &o.symbol);
        let places: Vec<Reference> = found.iter().flat_map(declared).collect();
        Some(document.locations(&places))
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `textDocument/typeDefinition`: of a variable its type, of a property the type that has it; of `$node` each type that it
/// may have.
pub(super) fn type_definition(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.names_at(offset)?;
        let ide = document.ide();
        let types = found.iter().flat_map(|o| match &o.symbol {
            Symbol::Arrival(types, _) => types.iter().map(|name| (DeclarationKind::Node, name.clone())).collect(),
            symbol => types_of(&document, part, symbol),
        });
        let places: Vec<Reference> = types
            .flat_map(|(kind, name)| references::declarations(&ide, document.file, part, &Symbol::Type(kind, name)))
            .collect();
        (!places.is_empty()).then(|| document.locations(&places))
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// The types that a symbol belongs to: an edge variable may have several.
fn types_of(document: &Document<'_>, part: Part<'_>, symbol: &Symbol) -> Vec<Owner> {
    match symbol {
        Symbol::Type(kind, name) => vec![(*kind, name.clone())],
        Symbol::Property(owner, _) | Symbol::EnumValue(owner, ..) => vec![owner.clone()],
        Symbol::End(edge, end) => {
            let edge = document.ide().catalog().edge(edge).cloned();
            let node = edge.map(|edge| {
                if end == "from" {
                    edge.from.clone()
                } else {
                    edge.to.clone()
                }
            });
            node.map(|node| (DeclarationKind::Node, node)).into_iter().collect()
        }
        Symbol::Variable(_, index) => {
            let Some(tree) = parse_query_item(&document.snapshot.db, part.text).tree.clone() else {
                return Vec::new();
            };
            let variables = variables(&tree, &document.ide().names());
            let entity = variables.list.get(*index).and_then(|variable| variable.entity.as_ref());
            entity.map(owners_of).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// `textDocument/implementation`: the nodes that implement an interface, and where they redeclare its property.
pub(super) fn implementation(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.name_at(offset)?;
        let ide = document.ide();
        let (interface, property) = match &found.symbol {
            Symbol::Type(DeclarationKind::Interface, name) => (name.clone(), None),
            Symbol::Property((DeclarationKind::Interface, name), property) => (name.clone(), Some(property.clone())),
            _ => return None,
        };
        let catalog = ide.catalog();
        let nodes = catalog
            .nodes
            .values()
            .filter(|node| node.implements.contains(&interface));
        let mut places = Vec::new();
        for node in nodes {
            let owner = (DeclarationKind::Node, node.name.clone());
            let symbol = match &property {
                Some(property) => Symbol::Property(owner, property.clone()),
                None => Symbol::Type(owner.0, owner.1),
            };
            let declared = references::declarations(&ide, document.file, part, &symbol);
            places.extend(declared.into_iter().filter(|place| place.occurrence.symbol == symbol));
        }
        Some(document.locations(&places))
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `textDocument/references`
pub(super) fn references(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let declarations = params
        .pointer("/context/includeDeclaration")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.names_at(offset)?;
        let ide = document.ide();
        let named = found
            .iter()
            .flat_map(|o| references::all(&ide, document.file, part, &o.symbol));
        let mut places: Vec<Reference> = Vec::new();
        for place in named {
            if !places.iter().any(|known| known.place == place.place) {
                places.push(place);
            }
        }
        places.retain(|place| declarations || !place.occurrence.declares);
        Some(document.locations(&places))
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `textDocument/documentHighlight`
pub(super) fn highlights(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.name_at(offset)?;
        let places = references::in_file(&document.ide(), document.file, part, &found.symbol);
        let shown = places.iter().map(|place| {
            let writes = place.occurrence.declares || place.occurrence.writes;
            json!({ "range": document.lines.json(place.place.span), "kind": if writes { 3 } else { 2 } })
        });
        Some(shown.collect::<Vec<_>>())
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `textDocument/linkedEditingRange`: all mentions of a variable or a parameter.
pub(super) fn linked_editing(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = Document::at(snapshot, &params).and_then(|(document, offset)| {
        let (part, found) = document.name_at(offset)?;
        if !matches!(found.symbol, Symbol::Variable(..) | Symbol::Parameter(_)) {
            return None;
        }
        let places = references::all(&document.ide(), document.file, part, &found.symbol);
        // A column that a variable names is written without `$`: what is typed would not fit both.
        let sigil = |place: &references::Reference| document.text()[place.place.span.range()].starts_with('$');
        if !places.iter().all(sigil) {
            return None;
        }
        let ranges: Vec<Value> = places
            .iter()
            .map(|place| document.lines.json(place.place.span))
            .collect();
        Some(json!({ "ranges": ranges, "wordPattern": r"\$[a-z_][A-Za-z0-9_]*" }))
    });
    Ok(found.unwrap_or(Value::Null))
}

/// `textDocument/documentLink`: from a query file's comments to the files they name.
pub(super) fn links(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let Some(document) = Document::of(snapshot, &params) else {
        return Ok(Value::Null);
    };
    let mut links = Vec::new();
    for piece in crate::ide::outline::pieces(document.language(), document.text())
        .iter()
        .filter(|piece| piece.comment)
    {
        let comment = &document.text()[piece.span.range()];
        for word in comment.split(|c: char| c.is_whitespace() || "()<>\"'`,".contains(c)) {
            let word = word.trim_end_matches(['.', ';', ':']);
            let start = piece.span.start + (word.as_ptr() as usize - comment.as_ptr() as usize) as u32;
            let span = Span {
                start,
                end: start + word.len() as u32,
            };
            let target = if word.starts_with("https://") || word.starts_with("http://") {
                word.to_owned()
            } else if word.ends_with(".pg") || word.ends_with(".gq") {
                let Some(folder) = document.path.parent() else { continue };
                let path = omnigraph_workspace::clean(&folder.join(word));
                if !snapshot.workspace.of_file.contains_key(&path) {
                    continue;
                }
                snapshot.workspace.uri(&path)
            } else {
                continue;
            };
            links.push(json!({ "range": document.lines.json(span), "target": target }));
        }
    }
    Ok(links.into())
}

/// `textDocument/prepareCallHierarchy`: queries and fragments call types and fragments.
pub(super) fn prepare_calls(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(prepare(snapshot, &params, &|symbol| {
        matches!(symbol, Symbol::Query(_) | Symbol::Fragment(_) | Symbol::Type(..))
    }))
}

/// `textDocument/prepareTypeHierarchy`
pub(super) fn prepare_types(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(prepare(
        snapshot,
        &params,
        &|symbol| matches!(symbol, Symbol::Type(kind, _) if *kind != DeclarationKind::Edge),
    ))
}

fn prepare(snapshot: &Snapshot, params: &Value, fits: &dyn Fn(&Symbol) -> bool) -> Value {
    let found = Document::at(snapshot, params).and_then(|(document, offset)| {
        let (part, found) = document.name_at(offset)?;
        if !fits(&found.symbol) {
            return None;
        }
        Some(vec![hierarchy_item(&document, part, &found.symbol)?])
    });
    found.map_or(Value::Null, Value::from)
}

fn hierarchy_item(document: &Document<'_>, part: Part<'_>, symbol: &Symbol) -> Option<Value> {
    let declared = references::declarations(&document.ide(), document.file, part, symbol);
    let place = declared.first()?;
    let owner = Document::of_path(
        document.snapshot,
        PathBuf::from(place.place.file.path(&document.snapshot.db)),
    )?;
    let whole = owner.ide().part_at(owner.file, place.place.span.start)?;
    let (kind, detail) = match symbol {
        Symbol::Type(DeclarationKind::Interface, _) => (11, "interface"),
        Symbol::Type(DeclarationKind::Edge, _) => (24, "edge"),
        Symbol::Type(..) => (5, "node"),
        Symbol::Fragment(_) => (12, "fragment"),
        _ => (12, "query"),
    };
    Some(json!({
        "name": symbol.name(), "kind": kind, "detail": detail, "uri": owner.uri(),
        "range": owner.lines.json(whole.item.span), "selectionRange": owner.lines.json(place.place.span),
    }))
}

/// The document and the symbol of a hierarchy's item.
fn of_item<'a>(snapshot: &'a Snapshot, params: &Value) -> Option<(Document<'a>, Part<'a>, Symbol)> {
    let item = params.get("item")?;
    let document = Document::of_uri(snapshot, item.get("uri")?.as_str()?)?;
    let start = serde_json::from_value(item.pointer("/selectionRange/start")?.clone()).ok()?;
    let (part, found) = document.name_at(document.lines.offset(start))?;
    Some((document, part, found.symbol))
}

/// `callHierarchy/incomingCalls`: the queries and fragments that name a type or call a fragment.
pub(super) fn incoming(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = of_item(snapshot, &params).map(|(document, part, symbol)| {
        if !matches!(symbol, Symbol::Type(..) | Symbol::Fragment(_)) {
            return Vec::new();
        }
        let ide = document.ide();
        let mut calls: Vec<(Value, Vec<Value>)> = Vec::new();
        let mut references = references::all(&ide, document.file, part, &symbol);
        references.retain(|reference| !reference.occurrence.declares);
        for reference in references {
            let path = PathBuf::from(reference.place.file.path(&snapshot.db));
            let Some(caller) = Document::of_path(snapshot, path).filter(|d| d.language() == Language::Query) else {
                continue;
            };
            let Some(part) = ide.part_at(caller.file, reference.place.span.start) else {
                continue;
            };
            let Some(name) = &part.item.name else { continue };
            let calling = match part.item.kind {
                ItemKind::Fragment => Symbol::Fragment(name.text.clone()),
                _ => Symbol::Query(name.text.clone()),
            };
            let Some(item) = hierarchy_item(&caller, part, &calling) else {
                continue;
            };
            let range = caller.lines.json(reference.place.span);
            match calls.last_mut().filter(|(known, _)| *known == item) {
                Some((_, ranges)) => ranges.push(range),
                None => calls.push((item, vec![range])),
            }
        }
        let calls = calls
            .into_iter()
            .map(|(from, ranges)| json!({ "from": from, "fromRanges": ranges }));
        calls.collect::<Vec<_>>()
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `callHierarchy/outgoingCalls`: the types that a query or a fragment names, and the fragments that it calls.
pub(super) fn outgoing(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let found = of_item(snapshot, &params).map(|(document, part, symbol)| {
        if !matches!(symbol, Symbol::Query(_) | Symbol::Fragment(_)) {
            return Vec::new();
        }
        let ide = document.ide();
        let mut calls: Vec<(Symbol, Vec<Value>)> = Vec::new();
        for occurrence in crate::ide::names::of_item(&ide, part.text) {
            let is_called = matches!(occurrence.symbol, Symbol::Type(..) | Symbol::Fragment(_));
            if is_called && !occurrence.declares {
                let range = document.lines.json(occurrence.span.shifted(part.item.span.start));
                match calls.iter_mut().find(|(known, _)| *known == occurrence.symbol) {
                    Some((_, ranges)) => ranges.push(range),
                    None => calls.push((occurrence.symbol, vec![range])),
                }
            }
        }
        let calls = calls.into_iter().filter_map(|(symbol, ranges)| {
            Some(json!({ "to": hierarchy_item(&document, part, &symbol)?, "fromRanges": ranges }))
        });
        calls.collect::<Vec<_>>()
    });
    Ok(found.map_or(Value::Null, Value::from))
}

/// `typeHierarchy/supertypes`: the interfaces of a node.
pub(super) fn supertypes(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(relatives(snapshot, &params, &|ide, name| {
        let catalog = ide.catalog();
        let list = catalog
            .node(name)
            .map(|node| node.implements.clone())
            .unwrap_or_default();
        list.into_iter()
            .map(|interface| Symbol::Type(DeclarationKind::Interface, interface))
            .collect()
    }))
}

/// `typeHierarchy/subtypes`: the nodes that implement an interface.
pub(super) fn subtypes(snapshot: &Snapshot, params: Value) -> Result<Value> {
    Ok(relatives(snapshot, &params, &|ide, name| {
        let catalog = ide.catalog();
        let nodes = catalog
            .nodes
            .values()
            .filter(|node| node.implements.iter().any(|i| i == name));
        nodes
            .map(|node| Symbol::Type(DeclarationKind::Node, node.name.clone()))
            .collect()
    }))
}

fn relatives(snapshot: &Snapshot, params: &Value, of: &dyn Fn(&Ide<'_>, &str) -> Vec<Symbol>) -> Value {
    let found = of_item(snapshot, params).map(|(document, part, symbol)| {
        let relatives = of(&document.ide(), symbol.name());
        let items = relatives
            .iter()
            .filter_map(|relative| hierarchy_item(&document, part, relative));
        items.collect::<Vec<_>>()
    });
    found.map_or(Value::Null, Value::from)
}
