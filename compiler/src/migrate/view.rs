//! Types of an accepted schema seen alike, whichever kind they are.

use omnigraph_model::schema::{Accepted, Annotation, Cardinality, ConstraintIr, DeclarationKind, PropertyIr, TypeRef};

#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub kind: DeclarationKind,
    pub name: &'a str,
    pub id: u64,
    pub annotations: &'a [Annotation],
    pub properties: &'a [PropertyIr],
    pub constraints: &'a [ConstraintIr],
    pub implements: &'a [TypeRef],
    /// Source, target and cardinality of an edge.
    pub ends: Option<(&'a TypeRef, &'a TypeRef, Cardinality)>,
}

impl<'a> View<'a> {
    pub(super) fn property(&self, id: u64) -> Option<&'a PropertyIr> {
        self.properties.iter().find(|property| property.property_id == id)
    }
}

/// In the order of plans: interfaces, nodes, edges, each by name.
pub(super) fn views(schema: &Accepted) -> Vec<View<'_>> {
    let mut views: Vec<View> = Vec::new();
    views.extend(schema.interfaces.iter().map(|interface| View {
        kind: DeclarationKind::Interface,
        name: &interface.name,
        id: interface.type_id,
        annotations: &interface.annotations,
        properties: &interface.properties,
        constraints: &[],
        implements: &[],
        ends: None,
    }));
    views.extend(schema.nodes.iter().map(|node| View {
        kind: DeclarationKind::Node,
        name: &node.name,
        id: node.type_id,
        annotations: &node.annotations,
        properties: &node.properties,
        constraints: &node.constraints,
        implements: &node.implements,
        ends: None,
    }));
    views.extend(schema.edges.iter().map(|edge| View {
        kind: DeclarationKind::Edge,
        name: &edge.name,
        id: edge.type_id,
        annotations: &edge.annotations,
        properties: &edge.properties,
        constraints: &edge.constraints,
        implements: &[],
        ends: Some((&edge.from_type, &edge.to_type, edge.cardinality)),
    }));
    views
}
