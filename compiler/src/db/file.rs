//! One file: cut into items, each of which is parsed alone and known by its text.

use std::sync::Arc;

use omnigraph_grammar::{Item, ItemKind, Language, Name, Parsed, Span, SyntaxError, query, schema};

use super::{Db, Project, SourceFile};
use crate::diagnostic::SchemaPath;
use crate::schema::{SchemaIndex, SchemaItem};

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

/// A query or a fragment, with what is wrong with its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedQuery {
    pub tree: Option<Arc<query::ast::Query>>,
    pub errors: Vec<SyntaxError>,
}

/// The trees of long ago are let go: what is known of a query outlives its tree.
#[salsa::tracked(lru = 1024)]
pub fn parse_query_item<'db>(db: &'db dyn Db, item: ItemText<'db>) -> ParsedQuery {
    if !matches!(item.kind(db), ItemKind::Query | ItemKind::Fragment) {
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

/// What is wrong with a query's syntax, kept when its tree is let go.
#[salsa::tracked]
pub(crate) fn syntax_errors<'db>(db: &'db dyn Db, item: ItemText<'db>) -> Vec<SyntaxError> {
    parse_query_item(db, item).errors.clone()
}

/// The file that holds the project's schema.
pub(crate) fn schema_file(db: &dyn Db, project: Project) -> Option<SourceFile> {
    project
        .files(db)
        .iter()
        .copied()
        .find(|file| file.language(db) == Language::Schema)
}

#[salsa::tracked]
pub(crate) fn schema_index(db: &dyn Db, project: Project) -> SchemaIndex {
    let texts = schema_file(db, project).map_or(&[][..], |file| item_texts(db, file));
    SchemaIndex::new(texts.iter().map(|item| (item.kind(db), item.name(db).as_ref())))
}

/// Where a part of a project's schema stands: the number of its item, and the span in it.
pub(crate) fn schema_place(db: &dyn Db, project: Project, path: &SchemaPath) -> Option<(u32, Span)> {
    let texts = item_texts(db, schema_file(db, project)?);
    let tree = |item: u32| parse_schema_item(db, *texts.get(item as usize)?).item.tree.clone();
    schema_index(db, project).find(path, &tree)
}

/// Where the lines of a file begin, as editors count them: after LF, CRLF or CR.
#[salsa::tracked]
pub fn line_starts(db: &dyn Db, file: SourceFile) -> Vec<u32> {
    starts_of_lines(file.text(db))
}

/// The byte offsets at which the lines of a text begin. They end in LF, CRLF or CR.
pub fn starts_of_lines(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let ends = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    let breaks = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(ends)
        .map(|at| at as u32 + 1);
    std::iter::once(0).chain(breaks).collect()
}

/// The declarations of a project's schema.
pub(crate) fn schema_items(db: &dyn Db, project: Project) -> Vec<SchemaItem> {
    let Some(file) = schema_file(db, project) else {
        return Vec::new();
    };
    let texts = item_texts(db, file).iter();
    texts.map(|item| parse_schema_item(db, *item).item.clone()).collect()
}
