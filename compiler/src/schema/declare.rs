//! The names of a schema: which declarations there are, which of them are usable, and what `implements` and the
//! endpoints of edges refer to.

use std::collections::HashMap;

use omnigraph_grammar::schema::ast::{Annotation, Member, Property};
use omnigraph_grammar::{ItemKind, Name, Span};
use omnigraph_model::schema::DeclarationKind;

use super::{SchemaItem, StrayEnum, stray};
use crate::diagnostic::{Finding, Place};
use crate::rules::schema::{
    s016_duplicate_interface, s017_duplicate_node, s018_duplicate_edge, s019_edge_case_collision, s024_unknown_source,
    s025_unknown_target, s026_endpoint_kind, s027_unknown_interface, s028_implements_kind, s029_interface_repeated,
};

/// A declaration as the checks see it, whatever its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decl<'a> {
    pub item: u32,
    pub kind: DeclarationKind,
    pub name: &'a Name,
    pub annotations: &'a [Annotation],
    pub implements: &'a [Name],
    pub endpoints: Option<(&'a Name, &'a Name)>,
    pub members: &'a [Member],
    pub span: Span,
    pub broken: bool,
}

impl<'a> Decl<'a> {
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::item(self.item, span)
    }

    pub(crate) fn name_place(&self) -> Place {
        self.place(self.name.span)
    }

    pub(crate) fn properties(&self) -> impl Iterator<Item = &'a Property> + use<'a> {
        self.members.iter().filter_map(Member::as_property)
    }

    /// Just before the closing brace of its body.
    pub(crate) fn body_end(&self) -> Place {
        self.place(Span::at(self.span.end.saturating_sub(1) as usize))
    }

    fn of(item: u32, source: &'a SchemaItem) -> Option<Decl<'a>> {
        let stub = |kind, name| Decl {
            item,
            kind,
            name,
            annotations: &[],
            implements: &[],
            endpoints: None,
            members: &[],
            span: name.span,
            broken: true,
        };
        let Some(tree) = source.tree.as_deref() else {
            let name = source.name.as_ref()?;
            return Some(stub(kind_of(source.kind)?, name));
        };
        let declared = tree.as_type()?;
        Some(Decl {
            annotations: declared.annotations,
            implements: declared.implements,
            endpoints: declared.ends,
            members: declared.members,
            span: declared.span,
            broken: source.broken,
            ..stub(kind_of(declared.kind)?, declared.name)
        })
    }
}

fn kind_of(kind: ItemKind) -> Option<DeclarationKind> {
    match kind {
        ItemKind::Interface => Some(DeclarationKind::Interface),
        ItemKind::Node => Some(DeclarationKind::Node),
        ItemKind::Edge => Some(DeclarationKind::Edge),
        ItemKind::Allow | ItemKind::MigrationCheck | ItemKind::Query | ItemKind::Fragment | ItemKind::Stray => None,
    }
}

/// The declarations of a file, the first of each name.
pub(crate) struct Declared<'a> {
    pub list: Vec<Decl<'a>>,
    index: HashMap<(DeclarationKind, &'a str), usize>,
    /// What is declared although the language has no such declaration.
    pub enums: HashMap<&'a str, StrayEnum<'a>>,
}

impl<'a> Declared<'a> {
    pub(crate) fn get(&self, kind: DeclarationKind, name: &str) -> Option<&Decl<'a>> {
        self.index.get(&(kind, name)).map(|at| &self.list[*at])
    }

    pub(crate) fn of_kind(&self, kind: DeclarationKind) -> impl Iterator<Item = &Decl<'a>> {
        self.list.iter().filter(move |decl| decl.kind == kind)
    }

    pub(crate) fn names(&self, kind: DeclarationKind) -> impl Iterator<Item = &'a str> {
        self.list
            .iter()
            .filter(move |decl| decl.kind == kind)
            .map(|decl| decl.name.text.as_str())
    }
}

pub(crate) fn declare<'a>(items: &'a [SchemaItem], findings: &mut Vec<Finding>) -> Declared<'a> {
    let mut declared = Declared {
        list: Vec::new(),
        index: HashMap::new(),
        enums: stray::enums(items),
    };
    let mut lower_edges: HashMap<String, usize> = HashMap::new();
    for (item, source) in items.iter().enumerate() {
        let Some(decl) = Decl::of(item as u32, source) else {
            continue;
        };
        if let Some(first) = declared.get(decl.kind, &decl.name.text) {
            findings.push(match decl.kind {
                DeclarationKind::Interface => s016_duplicate_interface::finding(&decl, first),
                DeclarationKind::Node => s017_duplicate_node::finding(&decl, first),
                DeclarationKind::Edge => s018_duplicate_edge::finding(&decl, first),
            });
            continue;
        }
        let at = declared.list.len();
        if decl.kind == DeclarationKind::Edge {
            match lower_edges.entry(decl.name.text.to_ascii_lowercase()) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    findings.push(s019_edge_case_collision::finding(&decl, &declared.list[*first.get()]));
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(at);
                }
            }
        }
        declared.index.insert((decl.kind, &decl.name.text), at);
        declared.list.push(decl);
    }
    declared
}

/// The interfaces that a node implements, each once, with the names that say so.
pub(crate) fn implemented<'d, 'a>(
    declared: &'d Declared<'a>,
    node: &Decl<'a>,
    findings: &mut Vec<Finding>,
) -> Vec<(&'d Decl<'a>, &'a Name)> {
    let mut found: Vec<(&Decl, &Name)> = Vec::new();
    let mut seen: Vec<&Name> = Vec::new();
    for (at, name) in node.implements.iter().enumerate() {
        if let Some(first) = seen.iter().find(|earlier| earlier.text == name.text) {
            findings.push(s029_interface_repeated::finding(node, at, name, first));
            continue;
        }
        seen.push(name);
        if let Some(interface) = declared.get(DeclarationKind::Interface, &name.text) {
            found.push((interface, name));
            continue;
        }
        let other = declared
            .get(DeclarationKind::Node, &name.text)
            .or_else(|| declared.get(DeclarationKind::Edge, &name.text));
        findings.push(match other {
            Some(other) => s028_implements_kind::finding(node, name, other),
            None => s027_unknown_interface::finding(node, name, declared),
        });
    }
    found
}

/// Whether both endpoints of an edge are node types; reports those that are not.
pub(crate) fn endpoints_resolve(declared: &Declared, edge: &Decl, findings: &mut Vec<Finding>) -> bool {
    let Some((from, to)) = edge.endpoints else {
        return false;
    };
    let mut fine = true;
    for (name, is_source) in [(from, true), (to, false)] {
        if declared.get(DeclarationKind::Node, &name.text).is_some() {
            continue;
        }
        fine = false;
        let other = declared
            .get(DeclarationKind::Interface, &name.text)
            .or_else(|| declared.get(DeclarationKind::Edge, &name.text));
        findings.push(match other {
            Some(other) => s026_endpoint_kind::finding(edge, name, other, declared),
            None if is_source => s024_unknown_source::finding(edge, name, declared),
            None => s025_unknown_target::finding(edge, name, declared),
        });
    }
    fine
}
