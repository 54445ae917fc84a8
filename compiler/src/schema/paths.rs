//! Where the parts of a schema stand in its file, by name: what lets a report about a query point into the schema.

use std::collections::HashMap;

use omnigraph_grammar::schema::ast::{Declaration, Member};

use super::SchemaItem;
use crate::diagnostic::{DeclarationKind, SchemaPath, SchemaPlaces};

/// For every named part: the index of its item, and the span in it.
pub fn source_map(items: &[SchemaItem]) -> SchemaPlaces {
    let mut map = SchemaPlaces::new();
    let mut inherited: Vec<(&str, &str)> = Vec::new();
    let mut of_interface: HashMap<&str, Vec<&str>> = HashMap::new();
    for (item, source) in items.iter().enumerate() {
        let item = item as u32;
        let Some(tree) = source.tree.as_deref() else {
            continue;
        };
        let (kind, name, members) = match tree {
            Declaration::Interface(d) => (DeclarationKind::Interface, &d.name, &d.members),
            Declaration::Node(d) => {
                inherited.extend(d.implements.iter().map(|i| (d.name.text.as_str(), i.text.as_str())));
                (DeclarationKind::Node, &d.name, &d.members)
            }
            Declaration::Edge(d) => (DeclarationKind::Edge, &d.name, &d.members),
            Declaration::Allow(_) | Declaration::MigrationCheck(_) => continue,
        };
        let owner = name.text.clone();
        map.entry(SchemaPath::Type {
            kind,
            name: owner.clone(),
        })
        .or_insert((item, name.span));
        for member in members {
            let Member::Property(property) = member else {
                continue;
            };
            if kind == DeclarationKind::Interface {
                of_interface.entry(&name.text).or_default().push(&property.name.text);
            }
            let [place, ty] = paths(kind, &owner, &property.name.text);
            map.entry(place).or_insert((item, property.name.span));
            map.entry(ty).or_insert((item, property.ty.span));
        }
    }
    for (node, interface) in inherited {
        for property in of_interface.get(interface).into_iter().flatten() {
            let theirs = paths(DeclarationKind::Interface, interface, property);
            let ours = paths(DeclarationKind::Node, node, property);
            for (ours, theirs) in ours.into_iter().zip(theirs) {
                if let Some(place) = map.get(&theirs).copied() {
                    map.entry(ours).or_insert(place);
                }
            }
        }
    }
    map
}

fn paths(kind: DeclarationKind, owner: &str, property: &str) -> [SchemaPath; 2] {
    let (owner, property) = (owner.to_owned(), property.to_owned());
    [
        SchemaPath::Property {
            kind,
            owner: owner.clone(),
            property: property.clone(),
        },
        SchemaPath::PropertyType { kind, owner, property },
    ]
}
