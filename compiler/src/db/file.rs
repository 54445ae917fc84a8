//! One file: cut into items, each of which is parsed alone and known by its text.

use std::sync::Arc;

use omnigraph_grammar::{Item, ItemKind, Language, Name, Parsed, SyntaxError, query, schema};

use super::{Db, Project, SourceFile};
use crate::diagnostic::SchemaPlaces;
use crate::schema::{SchemaItem, source_map};

/// Where the items of a file lie, and what lies outside of them. Changes with every edit; only reports read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileItems {
    pub items: Vec<Item>,
    /// Where each item begins.
    pub starts: Vec<u32>,
    /// What is wrong outside of items; spans count from the start of the file.
    pub stray: Vec<SyntaxError>,
}

#[salsa::tracked]
pub fn items(db: &dyn Db, file: SourceFile) -> FileItems {
    let (items, stray) = omnigraph_grammar::items(file.language(db), file.text(db));
    FileItems {
        starts: items.iter().map(|item| item.span.start).collect(),
        items,
        stray,
    }
}

/// An item by its text, wherever it stands.
#[salsa::interned]
pub struct ItemText<'db> {
    #[returns(copy)]
    pub kind: ItemKind,
    pub name: Option<Name>,
    pub text: Arc<str>,
}

/// The items of a file without their places: equal as long as only what lies between them changes.
#[salsa::tracked]
pub fn item_texts<'db>(db: &'db dyn Db, file: SourceFile) -> Vec<ItemText<'db>> {
    let text = file.text(db);
    items(db, file)
        .items
        .iter()
        .map(|item| {
            let own = text.get(item.span.range()).unwrap_or("");
            ItemText::new(db, item.kind, item.name.clone(), Arc::<str>::from(own))
        })
        .collect()
}

/// A declaration of a schema, with what is wrong with its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedDeclaration {
    pub item: SchemaItem,
    pub errors: Vec<SyntaxError>,
}

#[salsa::tracked]
pub fn parse_schema_item<'db>(db: &'db dyn Db, item: ItemText<'db>) -> ParsedDeclaration {
    parse_declaration(item.kind(db), item.name(db).clone(), item.text(db).clone())
}

pub(crate) fn parse_declaration(kind: ItemKind, name: Option<Name>, text: Arc<str>) -> ParsedDeclaration {
    let Parsed { tree, errors } = match kind {
        ItemKind::Stray => Parsed {
            tree: None,
            errors: Vec::new(),
        },
        _ => schema::parse_item(&text),
    };
    let item = SchemaItem {
        kind,
        name,
        tree: tree.map(Arc::new),
        broken: !errors.is_empty(),
        text,
    };
    ParsedDeclaration { item, errors }
}

/// A query, with what is wrong with its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedQuery {
    pub tree: Option<Arc<query::ast::Query>>,
    pub errors: Vec<SyntaxError>,
}

#[salsa::tracked]
pub fn parse_query_item<'db>(db: &'db dyn Db, item: ItemText<'db>) -> ParsedQuery {
    if item.kind(db) != ItemKind::Query {
        return ParsedQuery {
            tree: None,
            errors: Vec::new(),
        };
    }
    let Parsed { tree, errors } = query::parse_item(item.text(db));
    ParsedQuery {
        tree: tree.map(Arc::new),
        errors,
    }
}

/// The file that holds the project's schema.
pub(crate) fn schema_file(db: &dyn Db, project: Project) -> Option<SourceFile> {
    project
        .files(db)
        .iter()
        .copied()
        .find(|file| file.language(db) == Language::Schema)
}

/// Where the parts of a project's schema stand, by name.
#[salsa::tracked]
pub fn schema_paths(db: &dyn Db, project: Project) -> SchemaPlaces {
    source_map(&schema_items(db, project))
}

/// The declarations of a project's schema.
pub fn schema_items(db: &dyn Db, project: Project) -> Vec<SchemaItem> {
    let Some(file) = schema_file(db, project) else {
        return Vec::new();
    };
    let texts = item_texts(db, file).iter();
    texts.map(|item| parse_schema_item(db, *item).item.clone()).collect()
}
