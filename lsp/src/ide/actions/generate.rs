//! Queries that are made of a type.

use omnigraph_compiler::db::SourceFile;
use omnigraph_compiler::query::snake_case;
use omnigraph_grammar::{Language, Span};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::nearest;
use omnigraph_model::types::{Scalar, Type};

use super::Action;
use crate::ide::names::Owner;
use crate::ide::rename::Edit;
use crate::ide::{FileSpan, Ide};

/// The type that a name means: the declared one, or for a misspelt name the one that is nearest to it.
pub(super) fn declared(ide: &Ide<'_>, kind: DeclarationKind, name: &str) -> Option<Owner> {
    let catalog = ide.catalog();
    let found = match kind {
        DeclarationKind::Interface => return None,
        DeclarationKind::Node => match catalog.node(name) {
            Some(node) => node.name.clone(),
            None => nearest(name, catalog.nodes.keys().map(String::as_str))?.to_owned(),
        },
        DeclarationKind::Edge => match catalog.edge(name) {
            Some(edge) => edge.name.clone(),
            None => {
                let mut name = name.to_owned();
                name[..1].make_ascii_uppercase();
                nearest(&name, catalog.edges.keys().map(String::as_str))?.to_owned()
            }
        },
    };
    Some((kind, found))
}

/// Look-up, insert, update and delete for a type, at the end of a query file.
pub(super) fn generate(ide: &Ide<'_>, file: SourceFile, owner: &Owner) -> Vec<Action> {
    let mut made = queries_of(ide, owner);
    if made.is_empty() {
        return Vec::new();
    }
    let target = match file.language(ide.db) {
        Language::Query => Some(file),
        Language::Schema => ide
            .files()
            .iter()
            .copied()
            .find(|file| file.language(ide.db) == Language::Query),
    };
    let all: String = made
        .iter()
        .map(|(_, text)| text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    made.push(("all four", all));
    let finish = |(what, text): (&str, String)| {
        let title = format!("Generate {what} of `{}`", owner.1);
        let (edits, new_file) = match target {
            Some(file) => (vec![appended(ide, file, &text)], None),
            None => (Vec::new(), Some(text)),
        };
        Action {
            title,
            kind: "refactor.rewrite",
            edits,
            new_file,
        }
    };
    made.into_iter().map(finish).collect()
}

/// A query behind all that a file holds, with an empty line before it.
fn appended(ide: &Ide<'_>, file: SourceFile, text: &str) -> Edit {
    let old = file.text(ide.db);
    let gap = match old.is_empty() {
        true => "",
        false if old.ends_with('\n') => "\n",
        false => "\n\n",
    };
    let span = Span {
        start: old.len() as u32,
        end: old.len() as u32,
    };
    Edit {
        place: FileSpan { file, span },
        text: format!("{gap}{text}"),
    }
}

/// The queries with what each does; none for a type that has nothing to be found by.
fn queries_of(ide: &Ide<'_>, owner: &Owner) -> Vec<(&'static str, String)> {
    let catalog = ide.catalog();
    let properties = ide.properties(owner);
    let word = snake_case(&owner.1);
    let key = match owner.0 {
        DeclarationKind::Node => catalog.node(&owner.1).and_then(|node| node.key.first().cloned()),
        _ => Some("from".to_owned()),
    };
    let Some(key) = key.or_else(|| properties.first().map(|property| property.name.clone())) else {
        return Vec::new();
    };
    let type_of = |name: &str| {
        let property = properties.iter().find(|property| property.name == name);
        property.map_or("String".to_owned(), |property| {
            Type {
                enum_values: None,
                nullable: false,
                ..property.ty.clone()
            }
            .to_string()
        })
    };
    let writable: Vec<String> = properties
        .iter()
        .filter(|p| p.ty.scalar != Scalar::Blob)
        .map(|p| p.name.clone())
        .collect();
    let required = properties
        .iter()
        .filter(|p| !p.ty.nullable && p.default.is_none())
        .map(|p| p.name.clone());
    let ends = ["from", "to"].map(str::to_owned);
    let inserted: Vec<String> = match owner.0 {
        DeclarationKind::Edge => ends.into_iter().chain(required).collect(),
        _ => required.collect(),
    };
    let parameters = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("${name}: {}", type_of(name)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let assigned = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("{name}: ${name}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut made = vec![
        (
            "insert",
            format!(
                "query add_{word}({}) {{\n    insert {} {{ {} }}\n}}\n",
                parameters(&inserted),
                owner.1,
                assigned(&inserted)
            ),
        ),
        (
            "delete",
            format!(
                "query delete_{word}(${key}: {}) {{\n    delete {} where {key} = ${key}\n}}\n",
                type_of(&key),
                owner.1
            ),
        ),
    ];
    let changed: Vec<String> = writable.iter().filter(|name| **name != key).take(1).cloned().collect();
    if owner.0 == DeclarationKind::Node {
        let shown = writable
            .iter()
            .map(|name| format!("$x.{name}"))
            .collect::<Vec<_>>()
            .join(", ");
        made.insert(0, ("look-up", format!(
            "query {word}_by_{key}(${key}: {}) {{\n    match {{\n        $x: {} {{ {key}: ${key} }}\n    }}\n    return {{ {shown} }}\n}}\n",
            type_of(&key), owner.1,
        )));
        if !changed.is_empty() {
            let both: Vec<String> = [key.clone()].into_iter().chain(changed.clone()).collect();
            made.push((
                "update",
                format!(
                    "query update_{word}({}) {{\n    update {} set {{ {} }} where {key} = ${key}\n}}\n",
                    parameters(&both),
                    owner.1,
                    assigned(&changed),
                ),
            ));
        }
    }
    made
}
