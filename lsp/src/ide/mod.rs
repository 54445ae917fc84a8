//! Answers for editors in plain data: byte offsets in, byte offsets out. Nothing here knows the protocol.

pub(crate) mod actions;
pub(crate) mod complete;
pub(crate) mod describe;
pub(crate) mod family;
pub(crate) mod names;
pub(crate) mod outline;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod steps;
pub(crate) mod tokens;
pub(crate) mod trial;

use std::sync::Arc;

use names::{Occurrence, Owner};
use omnigraph_compiler::db::{Database, ItemText, Project, ProjectNames, SourceFile, catalog, item_texts, items};
use omnigraph_grammar::{Item, Language, Span};
use omnigraph_model::catalog::{Catalog, Property};
use omnigraph_model::schema::DeclarationKind;

/// A project to ask about.
#[derive(Clone, Copy)]
pub(crate) struct Ide<'a> {
    pub db: &'a Database,
    pub project: Project,
}

/// An item of a file with its text.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub item: &'a Item,
    pub text: ItemText<'a>,
}

impl<'a> Ide<'a> {
    pub(crate) fn names(&self) -> ProjectNames<'a> {
        ProjectNames {
            db: self.db,
            project: self.project,
        }
    }

    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        catalog(self.db, self.project).clone()
    }

    pub(crate) fn files(&self) -> &'a [SourceFile] {
        self.project.files(self.db)
    }

    pub(crate) fn schema(&self) -> Option<SourceFile> {
        self.files()
            .iter()
            .copied()
            .find(|file| file.language(self.db) == Language::Schema)
    }

    pub(crate) fn parts(&self, file: SourceFile) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let texts = item_texts(self.db, file).iter();
        texts
            .zip(&items(self.db, file).items)
            .map(|(text, item)| Part { item, text: *text })
    }

    /// The item that holds an offset, or ends there.
    pub(crate) fn part_at(&self, file: SourceFile, offset: u32) -> Option<Part<'a>> {
        self.parts(file)
            .find(|part| part.item.span.start <= offset && offset <= part.item.span.end)
    }

    /// The name at an offset, or ending there. Its span counts from the start of the file.
    pub(crate) fn name_at(&self, file: SourceFile, offset: u32) -> Option<(Part<'a>, Occurrence)> {
        let (part, found) = self.names_at(file, offset)?;
        Some((part, found.into_iter().next()?))
    }

    /// All that the name at an offset may mean: `$.since` is a property of each edge that a step may be. One or more.
    pub(crate) fn names_at(&self, file: SourceFile, offset: u32) -> Option<(Part<'a>, Vec<Occurrence>)> {
        let part = self.part_at(file, offset)?;
        let inside = offset - part.item.span.start;
        let touched = |o: &Occurrence| o.span.start <= inside && inside <= o.span.end;
        let mut all = names::of_item(self, part.text);
        all.retain(touched);
        let best = all.iter().map(|o| o.span.start).max()?;
        all.retain(|o| o.span.start == best);
        all.iter_mut()
            .for_each(|o| o.span = o.span.shifted(part.item.span.start));
        Some((part, all))
    }

    pub(crate) fn property(&self, owner: &Owner, name: &str) -> Option<Property> {
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

    pub(crate) fn has_property(&self, owner: &Owner, name: &str) -> bool {
        self.property(owner, name).is_some()
    }

    /// The properties of a type in the order in which they are declared.
    pub(crate) fn properties(&self, owner: &Owner) -> Vec<Property> {
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
pub(crate) struct FileSpan {
    pub file: SourceFile,
    pub span: Span,
}
