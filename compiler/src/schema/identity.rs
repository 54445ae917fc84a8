//! Identities: which declaration of a desired schema is which of the accepted one, by name or by rename hint, and
//! numbers for what is new. Likeness is never evidence.

use std::collections::{BTreeMap, HashMap};

use omnigraph_model::schema::{Accepted, Allocate, DeclarationKind, PropertyIr, PropertyShape, Shape};
use omnigraph_model::types::Type;

use super::{Hint, SchemaCheck};
use crate::diagnostic::{Finding, Place};
use crate::rules::schema::{
    s090_unknown_hint, s091_hint_crosses_kinds, s092_claimed_twice, s093_hint_other_owner, s094_hint_on_new_type,
    s095_spent_hint, s096_hint_at_creation, s097_no_identity,
};

/// Gives a checked schema its identities. The second part of the answer holds warnings about hints.
pub fn accept(
    check: &SchemaCheck,
    previous: Option<&Accepted>,
    allocate: &mut dyn Allocate,
) -> Result<(Accepted, Vec<Finding>), Vec<Finding>> {
    if let Some(Err(problem)) = previous.map(Accepted::validate) {
        return Err(vec![s097_no_identity::damaged(&problem)]);
    }
    let mut resolution = Resolution::of(check, previous);
    resolution.sort_findings();
    if resolution.failed() {
        return Err(resolution.findings);
    }
    if let Err(without) = resolution.allocate(check, allocate) {
        return Err(vec![s097_no_identity::exhausted(without.place(), without.name())]);
    }
    let domain = previous.map_or_else(|| allocate.domain(), |accepted| accepted.schema_identity_domain.clone());
    let accepted = resolution.assemble(check, domain, previous.map_or(1, |accepted| accepted.next_identity_id));
    Ok((accepted, resolution.findings))
}

/// How many numbers [`accept`] would draw.
pub(crate) fn numbers_needed(check: &SchemaCheck, previous: Option<&Accepted>) -> u64 {
    let resolution = Resolution::of(check, previous);
    let mut needed = 0;
    for (kind, name, properties) in owners(&check.shape) {
        if !resolution.types.contains_key(&(kind, name.to_owned())) {
            needed += if kind == DeclarationKind::Interface { 1 } else { 2 };
        }
        let known = |property: &&PropertyShape| {
            resolution
                .properties
                .contains_key(&(kind, name.to_owned(), property.name.clone()))
        };
        needed += properties.iter().filter(|property| !known(property)).count() as u64;
    }
    needed
}

pub(super) type TypeKey = (DeclarationKind, String);
pub(super) type PropertyKey = (DeclarationKind, String, String);

/// The type, or the property of it, for which no number was left.
struct Without(DeclarationKind, String, Option<String>);

impl Without {
    fn name(&self) -> &str {
        self.2.as_ref().unwrap_or(&self.1)
    }

    fn place(&self) -> Place {
        match &self.2 {
            Some(property) => Place::of_property(self.0, &self.1, property),
            None => Place::of_type(self.0, &self.1),
        }
    }
}

/// Numbers for the names of the desired schema.
pub(super) struct Resolution {
    /// Type number and, with storage, the dataset generation.
    pub(super) types: HashMap<TypeKey, (u64, u64)>,
    pub(super) properties: HashMap<PropertyKey, u64>,
    findings: Vec<Finding>,
}

/// Types of a shape in the order in which they are numbered.
fn owners(shape: &Shape) -> impl Iterator<Item = (DeclarationKind, &str, &[PropertyShape])> {
    let interfaces = shape.interfaces.iter();
    interfaces
        .map(|d| (DeclarationKind::Interface, d.name.as_str(), d.properties.as_slice()))
        .chain(
            shape
                .nodes
                .iter()
                .map(|d| (DeclarationKind::Node, d.name.as_str(), d.properties.as_slice())),
        )
        .chain(
            shape
                .edges
                .iter()
                .map(|d| (DeclarationKind::Edge, d.name.as_str(), d.properties.as_slice())),
        )
}

/// An accepted type: kind, name, number, generation, properties.
type AcceptedType<'a> = (DeclarationKind, &'a str, u64, u64, &'a [PropertyIr]);

fn known(accepted: &Accepted) -> impl Iterator<Item = AcceptedType<'_>> {
    let interfaces = accepted.interfaces.iter();
    interfaces
        .map(|d| {
            (
                DeclarationKind::Interface,
                d.name.as_str(),
                d.type_id,
                0,
                d.properties.as_slice(),
            )
        })
        .chain(accepted.nodes.iter().map(|d| {
            let table = d.table_incarnation_id;
            (
                DeclarationKind::Node,
                d.name.as_str(),
                d.type_id,
                table,
                d.properties.as_slice(),
            )
        }))
        .chain(accepted.edges.iter().map(|d| {
            let table = d.table_incarnation_id;
            (
                DeclarationKind::Edge,
                d.name.as_str(),
                d.type_id,
                table,
                d.properties.as_slice(),
            )
        }))
}

impl Resolution {
    fn of(check: &SchemaCheck, previous: Option<&Accepted>) -> Resolution {
        let mut resolution = Resolution {
            types: HashMap::new(),
            properties: HashMap::new(),
            findings: Vec::new(),
        };
        let Some(accepted) = previous else {
            let hints = check.hints.iter().filter(|hint| !hint.injected);
            resolution.findings = hints.map(s096_hint_at_creation::finding).collect();
            return resolution;
        };
        let known: Vec<AcceptedType> = known(accepted).collect();
        resolution.resolve_types(check, &known);
        resolution.resolve_properties(check, &known);
        resolution
    }

    fn resolve_types(&mut self, check: &SchemaCheck, known: &[AcceptedType]) {
        let mut claimed: HashMap<u64, Place> = HashMap::new();
        // Exact names win over hints, so they are all claimed first.
        for (kind, name, _) in owners(&check.shape) {
            if let Some((_, _, id, table, _)) = known.iter().find(|known| (known.0, known.1) == (kind, name)) {
                self.types.insert((kind, name.to_owned()), (*id, *table));
                claimed.insert(*id, Place::of_type(kind, name));
            }
        }
        for hint in check.hints.iter().filter(|hint| hint.property.is_none()) {
            let key = (hint.kind, hint.owner.clone());
            if self.types.contains_key(&key) {
                self.findings.push(s095_spent_hint::finding(hint));
                continue;
            }
            let same = known
                .iter()
                .find(|known| (known.0, known.1) == (hint.kind, hint.from.as_str()));
            let Some((_, _, id, table, _)) = same else {
                let other = known.iter().find(|known| known.1 == hint.from);
                self.findings.push(match other {
                    Some(other) => s091_hint_crosses_kinds::finding(hint, other.0),
                    None => {
                        let names = known.iter().filter(|known| known.0 == hint.kind);
                        s090_unknown_hint::finding(hint, names.map(|known| (known.1, false)))
                    }
                });
                continue;
            };
            if let Some(first) = claimed.get(id) {
                self.findings.push(s092_claimed_twice::finding(hint, first.clone()));
                continue;
            }
            claimed.insert(*id, hint.place.clone());
            self.types.insert(key, (*id, *table));
        }
    }

    fn resolve_properties(&mut self, check: &SchemaCheck, known: &[AcceptedType]) {
        for (kind, owner, properties) in owners(&check.shape) {
            let hints: Vec<&Hint> = check
                .hints
                .iter()
                .filter(|hint| hint.property.is_some() && (hint.kind, hint.owner.as_str()) == (kind, owner))
                .collect();
            let Some((id, _)) = self.types.get(&(kind, owner.to_owned())) else {
                let own = hints.iter().filter(|hint| !hint.injected);
                self.findings
                    .extend(own.map(|hint| s094_hint_on_new_type::finding(hint)));
                continue;
            };
            let Some((_, _, _, _, accepted)) = known.iter().find(|known| known.2 == *id) else {
                continue;
            };
            let mut claimed: HashMap<u64, Place> = HashMap::new();
            for property in properties {
                if let Some(same) = accepted.iter().find(|other| other.name == property.name) {
                    claimed.insert(same.property_id, Place::of_property(kind, owner, &property.name));
                    self.properties
                        .insert((kind, owner.to_owned(), property.name.clone()), same.property_id);
                }
            }
            for hint in hints {
                let Some(name) = &hint.property else {
                    continue;
                };
                let ty = properties.iter().find(|property| property.name == *name).map(|p| &p.ty);
                self.resolve_property(hint, name, ty, accepted, known, &mut claimed);
            }
        }
    }

    fn resolve_property(
        &mut self,
        hint: &Hint,
        name: &str,
        ty: Option<&Type>,
        accepted: &[PropertyIr],
        known: &[AcceptedType],
        claimed: &mut HashMap<u64, Place>,
    ) {
        let key = (hint.kind, hint.owner.clone(), name.to_owned());
        let former = accepted.iter().find(|other| other.name == hint.from);
        let problem = match (self.properties.contains_key(&key), former) {
            (true, _) => Some(s095_spent_hint::finding(hint)),
            (false, Some(former)) => match claimed.get(&former.property_id) {
                Some(first) => Some(s092_claimed_twice::finding(hint, first.clone())),
                None => {
                    claimed.insert(former.property_id, hint.place.clone());
                    self.properties.insert(key, former.property_id);
                    None
                }
            },
            (false, None) => {
                let has_it = |known: &&AcceptedType| known.4.iter().any(|other| other.name == hint.from);
                Some(match known.iter().find(has_it) {
                    Some(other) => s093_hint_other_owner::finding(hint, other.0, other.1),
                    None => {
                        let free = |other: &PropertyIr| {
                            ty == Some(&other.prop_type) && !claimed.contains_key(&other.property_id)
                        };
                        let names = accepted.iter().map(|other| (other.name.as_str(), free(other)));
                        s090_unknown_hint::finding(hint, names)
                    }
                })
            }
        };
        // An interface's hint speaks for its own property; where an injected copy has nothing to match it is inert.
        if !hint.injected {
            self.findings.extend(problem);
        }
    }

    fn failed(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == crate::diagnostic::Severity::Error)
    }

    fn sort_findings(&mut self) {
        self.findings.sort_by_key(|finding| match &finding.place {
            Place::Item { item, span } => (*item, span.start, finding.rule.subcode),
            _ => (u32::MAX, 0, finding.rule.subcode),
        });
    }

    /// Numbers what is new: types, then properties by their owner's number, then dataset generations.
    fn allocate(&mut self, check: &SchemaCheck, allocate: &mut dyn Allocate) -> Result<(), Without> {
        let mut new_tables: BTreeMap<u64, TypeKey> = BTreeMap::new();
        for (kind, name, _) in owners(&check.shape) {
            let key = (kind, name.to_owned());
            if self.types.contains_key(&key) {
                continue;
            }
            let id = allocate.next().ok_or_else(|| Without(kind, name.to_owned(), None))?;
            if kind != DeclarationKind::Interface {
                new_tables.insert(id, key.clone());
            }
            self.types.insert(key, (id, 0));
        }
        let mut by_number: Vec<_> = owners(&check.shape)
            .map(|(kind, name, properties)| (self.types[&(kind, name.to_owned())].0, kind, name, properties))
            .collect();
        by_number.sort_by_key(|(id, ..)| *id);
        for (_, kind, owner, properties) in by_number {
            for property in properties {
                let key = (kind, owner.to_owned(), property.name.clone());
                if self.properties.contains_key(&key) {
                    continue;
                }
                let id = allocate
                    .next()
                    .ok_or_else(|| Without(kind, owner.to_owned(), Some(property.name.clone())))?;
                self.properties.insert(key, id);
            }
        }
        for (id, key) in new_tables {
            let table = allocate.next().ok_or_else(|| Without(key.0, key.1.clone(), None))?;
            self.types.insert(key, (id, table));
        }
        Ok(())
    }
}
