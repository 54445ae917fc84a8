//! Where the parts of a schema stand in its file, by name: what lets a report about a query point into the schema.

use std::collections::HashMap;
use std::sync::Arc;

use omnigraph_grammar::schema::ast::Declaration;
use omnigraph_grammar::{ItemKind, Name, Span};
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::SchemaPath;

/// The items of a schema by what they declare; the first of several that declare the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaIndex {
    items: HashMap<(DeclarationKind, String), u32>,
}

/// The tree of an item, by its number.
pub(super) type Tree<'a> = &'a dyn Fn(u32) -> Option<Arc<Declaration>>;

impl SchemaIndex {
    /// From the items in the order of the text.
    pub(crate) fn new<'a>(items: impl Iterator<Item = (ItemKind, Option<&'a Name>)>) -> SchemaIndex {
        let mut index = SchemaIndex::default();
        for (at, (kind, name)) in (0..).zip(items) {
            let kind = match kind {
                ItemKind::Interface => DeclarationKind::Interface,
                ItemKind::Node => DeclarationKind::Node,
                ItemKind::Edge => DeclarationKind::Edge,
                _ => continue,
            };
            if let Some(name) = name {
                index.items.entry((kind, name.text.clone())).or_insert(at);
            }
        }
        index
    }

    /// The item that a part stands in, and the span in it. A property that a node has from an interface stands there.
    pub(crate) fn find(&self, path: &SchemaPath, tree: Tree) -> Option<(u32, Span)> {
        match path {
            SchemaPath::Type { kind, name } => {
                let (item, tree) = self.item(*kind, name, tree)?;
                Some((item, tree.name()?.span))
            }
            SchemaPath::Property { kind, owner, property } => {
                let (item, name, _) = self.property(*kind, owner, property, tree)?;
                Some((item, name))
            }
            SchemaPath::PropertyType { kind, owner, property } => {
                let (item, _, ty) = self.property(*kind, owner, property, tree)?;
                Some((item, ty))
            }
        }
    }

    fn item(&self, kind: DeclarationKind, name: &str, tree: Tree) -> Option<(u32, Arc<Declaration>)> {
        let item = *self.items.get(&(kind, name.to_owned()))?;
        Some((item, tree(item)?))
    }

    /// The item, the span of the name, and that of the type.
    fn property(&self, kind: DeclarationKind, owner: &str, property: &str, tree: Tree) -> Option<(u32, Span, Span)> {
        let (item, declaration) = self.item(kind, owner, tree)?;
        let declared = declaration.as_type()?;
        let own = declared
            .property(property)
            .map(|found| (item, found.name.span, found.ty.span));
        let inherited = || {
            let mut interfaces = declared.implements.iter();
            interfaces.find_map(|name| self.property(DeclarationKind::Interface, &name.text, property, tree))
        };
        own.or_else(inherited)
    }
}
