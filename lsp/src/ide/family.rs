//! The types that share a property: what is renamed or found in one of them is so in all.

use std::collections::HashSet;

use omnigraph_model::catalog::Catalog;
use omnigraph_model::schema::DeclarationKind;

use super::Ide;
use super::names::Owner;

/// Every type that has this very property: where an interface hands it on, all that share it.
pub(crate) fn family(ide: &Ide<'_>, owner: &Owner, property: &str) -> Vec<Owner> {
    let catalog = ide.catalog();
    let mut family = vec![owner.clone()];
    let mut known = HashSet::from([owner.clone()]);
    let mut next = 0;
    while let Some((kind, name)) = family.get(next).cloned() {
        next += 1;
        for related in related(&catalog, kind, &name, property) {
            if known.insert(related.clone()) {
                family.push(related);
            }
        }
    }
    family
}

fn related(catalog: &Catalog, kind: DeclarationKind, name: &str, property: &str) -> Vec<Owner> {
    let has = |interface: &str| {
        let found = catalog.interfaces.get(interface);
        found.is_some_and(|interface| interface.properties.iter().any(|p| p.name == property))
    };
    match kind {
        DeclarationKind::Edge => Vec::new(),
        DeclarationKind::Interface => {
            let nodes = catalog
                .nodes
                .values()
                .filter(|node| node.implements.iter().any(|i| i == name) && has(name));
            nodes.map(|node| (DeclarationKind::Node, node.name.clone())).collect()
        }
        DeclarationKind::Node => {
            let implemented = catalog
                .nodes
                .get(name)
                .map(|node| node.implements.clone())
                .unwrap_or_default();
            let sharing = implemented.into_iter().filter(|interface| has(interface));
            sharing
                .map(|interface| (DeclarationKind::Interface, interface))
                .collect()
        }
    }
}
