//! The catalog of an accepted schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, Check, EdgeType, Embed, Identity, InterfaceType, NodeType, Property, Range};
use crate::schema::{Accepted, ConstraintIr, FieldRef, Presentation, PropertyIr, SchemaObject};

/// The catalog that an accepted schema projects to. `presentation` gives the order in which members are shown; a member
/// it does not know comes last.
pub fn of_accepted(accepted: &Accepted, presentation: &Presentation) -> Catalog {
    let mut catalog = Catalog::default();
    for interface in &accepted.interfaces {
        let order = presentation.interfaces.get(&interface.name);
        let ty = InterfaceType {
            name: interface.name.clone(),
            identity: Identity {
                type_id: interface.type_id,
                incarnation: 0,
            },
            properties: properties(&interface.properties, order),
        };
        catalog.interfaces.insert(interface.name.clone(), Arc::new(ty));
    }
    for node in &accepted.nodes {
        let order = presentation.nodes.get(&node.name);
        let lists = Lists::of(&node.constraints);
        let embeds = node.properties.iter().filter_map(|property| {
            let embed = property.embed_source.as_ref()?;
            Some(Embed {
                target: property.name.clone(),
                source: embed.source.name.clone(),
                model: embed.model.clone(),
            })
        });
        let mut implements: Vec<String> = node.implements.iter().map(|reference| reference.name.clone()).collect();
        implements.sort();
        let ty = NodeType {
            name: node.name.clone(),
            identity: Identity {
                type_id: node.type_id,
                incarnation: node.table_incarnation_id,
            },
            implements,
            properties: properties(&node.properties, order),
            key: lists.key,
            unique: lists.unique,
            indexes: lists.indexes,
            ranges: lists.ranges,
            checks: lists.checks,
            embeds: embeds.collect(),
            annotations: node.annotations.clone(),
        };
        catalog.nodes.insert(node.name.clone(), Arc::new(ty));
    }
    for edge in &accepted.edges {
        let order = presentation.edges.get(&edge.name);
        let lists = Lists::of(&edge.constraints);
        let ty = EdgeType {
            name: edge.name.clone(),
            identity: Identity {
                type_id: edge.type_id,
                incarnation: edge.table_incarnation_id,
            },
            from: edge.from_type.name.clone(),
            to: edge.to_type.name.clone(),
            cardinality: edge.cardinality,
            properties: properties(&edge.properties, order),
            unique: lists.unique,
            indexes: lists.indexes,
            annotations: edge.annotations.clone(),
        };
        catalog.edges.insert(edge.name.clone(), Arc::new(ty));
    }
    catalog
}

fn properties(list: &[PropertyIr], order: Option<&Vec<String>>) -> Vec<Property> {
    let places: BTreeMap<&str, u32> = order
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(at, name)| (name.as_str(), at as u32))
        .collect();
    list.iter()
        .enumerate()
        .map(|(at, property)| Property {
            name: property.name.clone(),
            id: property.property_id,
            ty: property.prop_type.clone(),
            ordinal: places
                .get(property.name.as_str())
                .copied()
                .unwrap_or((places.len() + at) as u32),
            default: property.default.clone(),
            metric: property.metric,
            description: property
                .annotations
                .iter()
                .find(|annotation| annotation.name == "description")
                .and_then(|annotation| annotation.value.clone()),
        })
        .collect()
}

#[derive(Default)]
struct Lists {
    key: Vec<String>,
    unique: Vec<Vec<String>>,
    indexes: Vec<Vec<String>>,
    ranges: Vec<Range>,
    checks: Vec<Check>,
}

impl Lists {
    fn of(constraints: &[ConstraintIr]) -> Lists {
        let names = |fields: &[FieldRef]| -> Vec<String> { fields.iter().map(|f| f.name().to_owned()).collect() };
        let sorted = |fields: &[FieldRef]| {
            let mut names = names(fields);
            names.sort();
            names
        };
        let mut lists = Lists::default();
        for constraint in constraints {
            match constraint {
                ConstraintIr::Key { fields } => {
                    lists.key = names(fields);
                    lists.indexes.push(sorted(fields));
                }
                ConstraintIr::Unique { fields } => lists.unique.push(sorted(fields)),
                ConstraintIr::Index { fields } => lists.indexes.push(sorted(fields)),
                ConstraintIr::Range { field, min, max } => lists.ranges.push(Range {
                    property: field.name().to_owned(),
                    min: *min,
                    max: *max,
                }),
                ConstraintIr::Check { field, pattern } => lists.checks.push(Check {
                    property: field.name().to_owned(),
                    pattern: pattern.clone(),
                }),
            }
        }
        for list in [&mut lists.unique, &mut lists.indexes] {
            list.sort();
            list.dedup();
        }
        lists
    }
}

impl SchemaObject {
    /// The catalog of the stored schema, its properties numbered in the order that the presentation gives.
    pub fn catalog(&self) -> Catalog {
        of_accepted(&self.ir, &self.presentation)
    }
}
