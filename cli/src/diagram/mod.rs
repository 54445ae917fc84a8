//! Pictures of a schema: its types as boxes, its edges as arrows with their cardinality, and who implements what.

mod html;
mod layout;
mod mermaid;
mod svg;

use std::collections::HashMap;

use omnigraph_model::catalog::{Catalog, Property};
use omnigraph_model::schema::Cardinality;
use omnigraph_model::types::Type;

pub(crate) use html::html;
pub(crate) use layout::{MOST_CONNECTED, largest_part};
pub(crate) use mermaid::mermaid;
pub(crate) use svg::svg;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TypeKind {
    Node,
    Interface,
}

/// A node type or an interface.
pub(crate) struct Shape {
    pub kind: TypeKind,
    pub name: String,
    pub description: Option<String>,
    pub members: Vec<Member>,
}

pub(crate) struct Member {
    pub name: String,
    pub ty: String,
    /// `key`, `unique`, `index`.
    pub marks: Vec<&'static str>,
}

/// An edge type, or that a node implements an interface.
pub(crate) struct Link {
    pub from: usize,
    pub to: usize,
    /// None: it implements.
    pub edge: Option<Edge>,
}

pub(crate) struct Edge {
    pub name: String,
    pub cardinality: String,
    pub description: Option<String>,
    pub members: Vec<Member>,
}

/// What is drawn.
pub(crate) struct Drawing {
    pub shapes: Vec<Shape>,
    pub links: Vec<Link>,
}

impl Drawing {
    pub(crate) fn of(catalog: &Catalog) -> Drawing {
        let mut shapes: Vec<Shape> = Vec::new();
        for interface in catalog.interfaces.values() {
            shapes.push(Shape {
                kind: TypeKind::Interface,
                name: interface.name.clone(),
                description: None,
                members: members(&interface.properties, &[], &[], &[]),
            });
        }
        for node in catalog.nodes.values() {
            shapes.push(Shape {
                kind: TypeKind::Node,
                name: node.name.clone(),
                description: description(&node.annotations),
                members: members(&node.properties, &node.key, &node.unique, &node.indexes),
            });
        }
        let places: HashMap<(TypeKind, &str), usize> = shapes
            .iter()
            .enumerate()
            .map(|(at, shape)| ((shape.kind, shape.name.as_str()), at))
            .collect();
        let place = |kind: TypeKind, name: &str| places.get(&(kind, name)).copied();
        let mut links = Vec::new();
        for node in catalog.nodes.values() {
            for interface in &node.implements {
                if let (Some(from), Some(to)) =
                    (place(TypeKind::Node, &node.name), place(TypeKind::Interface, interface))
                {
                    links.push(Link { from, to, edge: None });
                }
            }
        }
        for edge in catalog.edges.values() {
            if let (Some(from), Some(to)) = (place(TypeKind::Node, &edge.from), place(TypeKind::Node, &edge.to)) {
                let edge = Edge {
                    name: edge.name.clone(),
                    cardinality: cardinality(edge.cardinality),
                    description: description(&edge.annotations),
                    members: members(&edge.properties, &[], &edge.unique, &edge.indexes),
                };
                links.push(Link {
                    from,
                    to,
                    edge: Some(edge),
                });
            }
        }
        Drawing { shapes, links }
    }
}

fn description(annotations: &[omnigraph_model::schema::Annotation]) -> Option<String> {
    annotations
        .iter()
        .find(|a| a.name == "description")
        .and_then(|a| a.value.clone())
}

fn members(properties: &[Property], key: &[String], unique: &[Vec<String>], indexes: &[Vec<String>]) -> Vec<Member> {
    let mut ordered: Vec<&Property> = properties.iter().collect();
    ordered.sort_by_key(|property| property.ordinal);
    let member = |property: &Property| {
        let among = |sets: &[Vec<String>]| sets.iter().any(|set| set.contains(&property.name));
        let keyed = key.contains(&property.name);
        let marks = [
            ("key", keyed),
            ("unique", among(unique)),
            ("index", among(indexes) && !keyed),
        ];
        Member {
            name: property.name.clone(),
            ty: short(&property.ty),
            marks: marks.into_iter().filter(|(_, is)| *is).map(|(mark, _)| mark).collect(),
        }
    };
    ordered.into_iter().map(member).collect()
}

/// A long enum would make its box as wide as the page.
fn short(ty: &Type) -> String {
    let whole = ty.to_string();
    match &ty.enum_values {
        Some(values) if whole.chars().count() > 28 => {
            let optional = if ty.nullable { "?" } else { "" };
            format!("enum of {}{optional}", values.len())
        }
        _ => whole,
    }
}

fn cardinality(cardinality: Cardinality) -> String {
    let max = cardinality.max.map_or("*".to_owned(), |max| max.to_string());
    format!("{}..{max}", cardinality.min)
}

impl Edge {
    /// What stands on its arrow.
    fn label(&self) -> String {
        format!("{} {}", self.name, self.cardinality)
    }
}

/// For text and attributes of XML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
