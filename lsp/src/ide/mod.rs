//! Answers for editors in plain data: byte offsets in, byte offsets out. Nothing here knows the protocol.

pub mod actions;
pub mod complete;
pub mod describe;
pub mod names;
pub mod outline;
pub mod references;
pub mod rename;
pub mod tokens;
pub mod trial;

use std::sync::Arc;

use names::{Occurrence, Owner};
use omnigraph_compiler::db::{Database, ItemText, Project, ProjectNames, SourceFile, catalog, item_texts, items};
use omnigraph_grammar::{Item, Language, Span};
use omnigraph_model::catalog::{Catalog, Property};
use omnigraph_model::schema::DeclarationKind;

/// A project to ask about.
#[derive(Clone, Copy)]
pub struct Ide<'a> {
    pub db: &'a Database,
    pub project: Project,
}

/// An item of a file with its text.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub item: &'a Item,
    pub text: ItemText<'a>,
}

impl<'a> Ide<'a> {
    pub fn names(&self) -> ProjectNames<'a> {
        ProjectNames {
            db: self.db,
            project: self.project,
        }
    }

    pub fn catalog(&self) -> Arc<Catalog> {
        catalog(self.db, self.project).clone()
    }

    pub fn files(&self) -> &'a [SourceFile] {
        self.project.files(self.db)
    }

    pub fn schema(&self) -> Option<SourceFile> {
        self.files()
            .iter()
            .copied()
            .find(|file| file.language(self.db) == Language::Schema)
    }

    pub fn parts(&self, file: SourceFile) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let texts = item_texts(self.db, file).iter();
        texts
            .zip(&items(self.db, file).items)
            .map(|(text, item)| Part { item, text: *text })
    }

    /// The item that holds an offset, or ends there.
    pub fn part_at(&self, file: SourceFile, offset: u32) -> Option<Part<'a>> {
        self.parts(file)
            .find(|part| part.item.span.start <= offset && offset <= part.item.span.end)
    }

    /// The name at an offset, or ending there. Its span counts from the start of the file.
    pub fn name_at(&self, file: SourceFile, offset: u32) -> Option<(Part<'a>, Occurrence)> {
        let part = self.part_at(file, offset)?;
        let inside = offset - part.item.span.start;
        let touched = |o: &&Occurrence| o.span.start <= inside && inside <= o.span.end;
        let all = names::of_item(self, part.text);
        let best = all.iter().filter(touched).max_by_key(|o| o.span.start)?;
        let mut found = best.clone();
        found.span = found.span.shifted(part.item.span.start);
        Some((part, found))
    }

    pub fn property(&self, owner: &Owner, name: &str) -> Option<Property> {
        let catalog = self.catalog();
        match owner.0 {
            DeclarationKind::Node => catalog.node(&owner.1)?.property(name).cloned(),
            DeclarationKind::Edge => catalog.edge(&owner.1)?.property(name).cloned(),
            DeclarationKind::Interface => {
                let interface = catalog.interfaces.get(&owner.1)?;
                interface
                    .properties
                    .iter()
                    .find(|property| property.name == name)
                    .cloned()
            }
        }
    }

    pub fn has_property(&self, owner: &Owner, name: &str) -> bool {
        self.property(owner, name).is_some()
    }

    /// The properties of a type in the order in which they are declared.
    pub fn properties(&self, owner: &Owner) -> Vec<Property> {
        let catalog = self.catalog();
        let mut list = match owner.0 {
            DeclarationKind::Node => catalog.node(&owner.1).map(|node| node.properties.clone()),
            DeclarationKind::Edge => catalog.edge(&owner.1).map(|edge| edge.properties.clone()),
            DeclarationKind::Interface => catalog.interfaces.get(&owner.1).map(|i| i.properties.clone()),
        }
        .unwrap_or_default();
        list.sort_by_key(|property| property.ordinal);
        list
    }
}

/// A part of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileSpan {
    pub file: SourceFile,
    pub span: Span,
}
