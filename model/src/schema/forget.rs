//! From an accepted schema back to its shape: numbers are left out.

use super::accepted::{Accepted, ConstraintIr, FieldRef, PropertyIr};
use super::shape::{Constraint, EdgeShape, EmbedShape, InterfaceShape, NodeShape, PropertyShape, Shape};

impl ConstraintIr {
    /// Constraints are listed by kind, then columns, then bounds or pattern.
    pub fn sort_key(&self) -> (u8, Vec<(u8, u64)>, String) {
        let orders = |fields: &[FieldRef]| fields.iter().map(FieldRef::order).collect();
        match self {
            ConstraintIr::Key { fields } => (0, orders(fields), String::new()),
            ConstraintIr::Unique { fields } => (1, orders(fields), String::new()),
            ConstraintIr::Index { fields } => (2, orders(fields), String::new()),
            ConstraintIr::Range { field, min, max } => (3, vec![field.order()], format!("{min:?}..{max:?}")),
            ConstraintIr::Check { field, pattern } => (4, vec![field.order()], pattern.clone()),
        }
    }
}

/// The shape that an accepted schema gives numbers to.
pub(super) fn forget(accepted: &Accepted) -> Shape {
    let property = |p: &PropertyIr| {
        let mut satisfies: Vec<String> = p
            .satisfies_interface_properties
            .iter()
            .map(|reference| reference.owner_name.clone())
            .collect();
        satisfies.sort();
        PropertyShape {
            name: p.name.clone(),
            ty: p.prop_type.clone(),
            annotations: p.annotations.clone(),
            single: p.property_constraints,
            embed: p.embed_source.as_ref().map(|embed| EmbedShape {
                source: embed.source.name.clone(),
                model: embed.model.clone(),
            }),
            default: p.default.clone(),
            metric: p.metric,
            direct: p.declared_directly,
            satisfies,
        }
    };
    Shape {
        interfaces: accepted
            .interfaces
            .iter()
            .map(|d| InterfaceShape {
                name: d.name.clone(),
                annotations: d.annotations.clone(),
                properties: d.properties.iter().map(property).collect(),
            })
            .collect(),
        nodes: accepted
            .nodes
            .iter()
            .map(|d| {
                let mut implements: Vec<String> = d.implements.iter().map(|reference| reference.name.clone()).collect();
                implements.sort();
                NodeShape {
                    name: d.name.clone(),
                    annotations: d.annotations.clone(),
                    implements,
                    properties: d.properties.iter().map(property).collect(),
                    constraints: forget_constraints(&d.constraints),
                }
            })
            .collect(),
        edges: accepted
            .edges
            .iter()
            .map(|d| EdgeShape {
                name: d.name.clone(),
                annotations: d.annotations.clone(),
                from: d.from_type.name.clone(),
                to: d.to_type.name.clone(),
                cardinality: d.cardinality,
                properties: d.properties.iter().map(property).collect(),
                constraints: forget_constraints(&d.constraints),
            })
            .collect(),
    }
}

fn forget_constraints(constraints: &[ConstraintIr]) -> Vec<Constraint> {
    let columns = |fields: &[FieldRef]| {
        let mut columns: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
        columns.sort();
        columns
    };
    let mut list: Vec<Constraint> = constraints
        .iter()
        .map(|constraint| match constraint {
            ConstraintIr::Key { fields } => Constraint::Key {
                columns: columns(fields),
                order: fields.iter().map(|field| field.name().to_owned()).collect(),
            },
            ConstraintIr::Unique { fields } => Constraint::Unique {
                columns: columns(fields),
            },
            ConstraintIr::Index { fields } => Constraint::Index {
                columns: columns(fields),
            },
            ConstraintIr::Range { field, min, max } => Constraint::Range {
                property: field.name().to_owned(),
                min: *min,
                max: *max,
            },
            ConstraintIr::Check { field, pattern } => Constraint::Check {
                property: field.name().to_owned(),
                pattern: pattern.clone(),
            },
        })
        .collect();
    list.sort_by_key(Constraint::sort_key);
    list
}
