//! What a graph's earlier schemas say to a change: names that meant something else, and ways back that nobody meant.

use std::collections::BTreeMap;

use omnigraph_model::schema::Accepted;

use super::view::views;
use super::{Planner, entity};
use crate::diagnostic::{Finding, Place};
use crate::rules::migrations::{og_bc_108_name_taken_again, og_nl_102_schema_moved, og_nl_108_back_to_earlier};

/// An earlier schema of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    shape: String,
    /// `node:Book`, `node:Book.title`, each with its number.
    entities: BTreeMap<String, u64>,
}

impl Earlier {
    pub fn of(schema: &Accepted) -> Earlier {
        let mut entities = BTreeMap::new();
        for view in views(schema) {
            entities.insert(entity(view.kind, view.name, None), view.id);
            entities.extend(view.properties.iter().map(|property| {
                let own = entity(view.kind, view.name, Some(&property.name));
                (own, property.property_id)
            }));
        }
        Earlier {
            shape: schema.state().schema_shape_hash,
            entities,
        }
    }
}

impl Planner<'_> {
    /// Whether the type or the property with this number was called so before.
    pub(super) fn was_called(&self, id: u64, entity: &str) -> bool {
        let mut earlier = self.options.earlier.iter();
        earlier.any(|earlier| earlier.entities.get(entity) == Some(&id))
    }

    pub(super) fn history(&mut self) {
        let file = || Place::File(omnigraph_grammar::Span::at(0));
        let (accepted, desired) = (self.accepted, self.desired);
        let hash = accepted.state().schema_ir_hash;
        if let Some(expected) = self.options.if_schema.as_ref().filter(|expected| **expected != hash) {
            let message = format!("the plan is for schema {expected}, but the present one is {hash}");
            let finding = Finding::new(&og_nl_102_schema_moved::RULE, file(), message).help("plan again");
            self.loose(finding, "schema".to_owned());
        }
        let shape = desired.state().schema_shape_hash;
        let earlier = &self.options.earlier;
        if shape != accepted.state().schema_shape_hash && earlier.iter().any(|earlier| earlier.shape == shape) {
            let finding = Finding::new(
                &og_nl_108_back_to_earlier::RULE,
                file(),
                "this is a schema that the graph had before",
            )
            .help("make sure that it is not from an old checkout");
            self.loose(finding, "schema".to_owned());
        }
        let before = views(accepted);
        let known = |own: &str| earlier.iter().any(|earlier| earlier.entities.contains_key(own));
        let mut taken = Vec::new();
        for new in views(desired) {
            let own = entity(new.kind, new.name, None);
            let Some(old) = before.iter().find(|old| old.id == new.id) else {
                if known(&own) {
                    let message = format!("{} was the name of another {} before", new.name, new.kind);
                    taken.push((Place::of_type(new.kind, new.name), message, own));
                }
                continue;
            };
            for property in new
                .properties
                .iter()
                .filter(|property| old.property(property.property_id).is_none())
            {
                let own = entity(new.kind, new.name, Some(&property.name));
                if property.declared_directly && known(&own) {
                    let message = format!("{}.{} was another property before", new.name, property.name);
                    taken.push((Place::of_property(new.kind, new.name, &property.name), message, own));
                }
            }
        }
        // What takes its own former name again is reported as the rename that it is.
        taken.retain(|(.., own)| !self.taken_back.contains(own));
        for (place, message, own) in taken {
            let finding = Finding::new(&og_bc_108_name_taken_again::RULE, place, message);
            self.loose(
                finding.help("what was stored under it does not come back; pick another name"),
                own,
            );
        }
    }
}
