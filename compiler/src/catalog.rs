//! Catalogs without a graph: of a source text alone, and without identities, against which queries are checked.

use std::sync::Arc;

use omnigraph_model::catalog::{Catalog, Identity, Property, of_accepted};
use omnigraph_model::schema::{Counter, Presentation, Shape};

use crate::schema::{SchemaCheck, accept};

/// The catalog of a source text alone, in a throw-away domain that counts from 1.
pub fn of_source(check: &SchemaCheck) -> Catalog {
    match accept(check, None, &mut Counter::default()) {
        Ok((accepted, _)) => of_accepted(&accepted, &check.presentation),
        Err(_) => Catalog::default(),
    }
}

/// The same with every identity 0, so that a type's entry depends on its own declaration and interfaces alone.
pub(crate) fn unbound(shape: &Arc<Shape>, presentation: &Arc<Presentation>) -> Catalog {
    let mut catalog = of_source(&SchemaCheck {
        shape: shape.clone(),
        presentation: presentation.clone(),
        ..SchemaCheck::default()
    });
    let none = Identity {
        type_id: 0,
        incarnation: 0,
    };
    let forget = |properties: &mut Vec<Property>| properties.iter_mut().for_each(|property| property.id = 0);
    for ty in catalog.interfaces.values_mut().map(Arc::make_mut) {
        ty.identity = none;
        forget(&mut ty.properties);
    }
    for ty in catalog.nodes.values_mut().map(Arc::make_mut) {
        ty.identity = none;
        forget(&mut ty.properties);
    }
    for ty in catalog.edges.values_mut().map(Arc::make_mut) {
        ty.identity = none;
        forget(&mut ty.properties);
    }
    catalog
}
