//! Identities: which declaration of a desired schema is which of the accepted one, by name or by rename hint, and
//! numbers for what is new. Likeness is never evidence.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::accepted::{
    Accepted, ConstraintIr, EdgeIr, EmbedIr, FieldRef, IR_VERSION, InterfaceIr, NodeIr, PropertyIr, PropertyRef,
    SystemRole, TypeRef,
};
use super::shape::{Constraint, EdgeShape, EmbedShape, InterfaceShape, NodeShape, PropertyShape, Shape};
use super::{Hint, SchemaCheck};
use crate::diagnostic::{DeclarationKind, Finding, Place, SchemaPath};
use crate::rules::schema::{
    s090_unknown_hint, s091_hint_crosses_kinds, s092_claimed_twice, s093_hint_other_owner, s094_hint_on_new_type,
    s095_spent_hint, s096_hint_at_creation, s097_no_identity,
};

/// Where the numbers of new types, properties and dataset generations come from.
pub trait Allocate {
    /// The domain of a new graph: a ULID in its canonical form.
    fn domain(&mut self) -> String;

    /// A number that was never handed out before in this domain, not zero.
    fn next(&mut self) -> Option<u64>;
}

/// Numbers from 1 in a throw-away domain, for tools that have no graph.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    last: u64,
}

impl Allocate for Counter {
    fn domain(&mut self) -> String {
        ulid::Ulid::nil().to_string()
    }

    fn next(&mut self) -> Option<u64> {
        self.last = self.last.checked_add(1)?;
        Some(self.last)
    }
}

/// Numbers from blocks of 64 that the caller has claimed for a graph: block n holds 64n + 1 to 64n + 64. What is left
/// of a block is lost.
#[derive(Clone, Debug)]
pub struct Blocks {
    domain: String,
    blocks: VecDeque<u64>,
    used: u64,
}

impl Blocks {
    pub const SIZE: u64 = 64;

    /// `domain` is only used for a new graph.
    pub fn new(domain: impl Into<String>, blocks: impl IntoIterator<Item = u64>) -> Blocks {
        Blocks {
            domain: domain.into(),
            blocks: blocks.into_iter().collect(),
            used: 0,
        }
    }
}

impl Allocate for Blocks {
    fn domain(&mut self) -> String {
        self.domain.clone()
    }

    fn next(&mut self) -> Option<u64> {
        if self.used == Blocks::SIZE {
            self.blocks.pop_front();
            self.used = 0;
        }
        self.used += 1;
        self.blocks.front()?.checked_mul(Blocks::SIZE)?.checked_add(self.used)
    }
}

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
    resolution.allocate(check, allocate).map_err(|finding| vec![finding])?;
    let domain = previous.map_or_else(|| allocate.domain(), |accepted| accepted.schema_identity_domain.clone());
    let accepted = resolution.assemble(check, domain, previous.map_or(1, |accepted| accepted.next_identity_id));
    Ok((accepted, resolution.findings))
}

/// How many numbers [`accept`] would draw.
pub fn numbers_needed(check: &SchemaCheck, previous: Option<&Accepted>) -> u64 {
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

type TypeKey = (DeclarationKind, String);
type PropertyKey = (DeclarationKind, String, String);

/// Numbers for the names of the desired schema.
struct Resolution {
    /// Type number and, with storage, the dataset generation.
    types: HashMap<TypeKey, (u64, u64)>,
    properties: HashMap<PropertyKey, u64>,
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
type Known<'a> = (DeclarationKind, &'a str, u64, u64, &'a [PropertyIr]);

fn known(accepted: &Accepted) -> impl Iterator<Item = Known<'_>> {
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
        let known: Vec<Known> = known(accepted).collect();
        resolution.resolve_types(check, &known);
        resolution.resolve_properties(check, &known);
        resolution
    }

    fn resolve_types(&mut self, check: &SchemaCheck, known: &[Known]) {
        let mut claimed: HashMap<u64, Place> = HashMap::new();
        // Exact names win over hints, so they are all claimed first.
        for (kind, name, _) in owners(&check.shape) {
            if let Some((_, _, id, table, _)) = known.iter().find(|known| (known.0, known.1) == (kind, name)) {
                self.types.insert((kind, name.to_owned()), (*id, *table));
                claimed.insert(*id, type_place(kind, name));
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
                        let names = known.iter().filter(|known| known.0 == hint.kind).map(|known| known.1);
                        s090_unknown_hint::finding(hint, names)
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

    fn resolve_properties(&mut self, check: &SchemaCheck, known: &[Known]) {
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
                    claimed.insert(same.property_id, property_place(kind, owner, &property.name));
                    self.properties
                        .insert((kind, owner.to_owned(), property.name.clone()), same.property_id);
                }
            }
            for hint in hints {
                let Some(name) = &hint.property else {
                    continue;
                };
                self.resolve_property(hint, name, accepted, known, &mut claimed);
            }
        }
    }

    fn resolve_property(
        &mut self,
        hint: &Hint,
        name: &str,
        accepted: &[PropertyIr],
        known: &[Known],
        claimed: &mut HashMap<u64, Place>,
    ) {
        let key = (hint.kind, hint.owner.clone(), name.to_owned());
        let problem = if self.properties.contains_key(&key) {
            Some(s095_spent_hint::finding(hint))
        } else if let Some(former) = accepted.iter().find(|other| other.name == hint.from) {
            match claimed.get(&former.property_id) {
                Some(first) => Some(s092_claimed_twice::finding(hint, first.clone())),
                None => {
                    claimed.insert(former.property_id, hint.place.clone());
                    self.properties.insert(key, former.property_id);
                    None
                }
            }
        } else {
            let elsewhere = known
                .iter()
                .find(|known| known.4.iter().any(|other| other.name == hint.from));
            Some(match elsewhere {
                Some(other) => s093_hint_other_owner::finding(hint, other.0, other.1),
                None => s090_unknown_hint::finding(hint, accepted.iter().map(|other| other.name.as_str())),
            })
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
    fn allocate(&mut self, check: &SchemaCheck, allocate: &mut dyn Allocate) -> Result<(), Finding> {
        let mut new_tables: BTreeMap<u64, TypeKey> = BTreeMap::new();
        for (kind, name, _) in owners(&check.shape) {
            let key = (kind, name.to_owned());
            if self.types.contains_key(&key) {
                continue;
            }
            let id = allocate
                .next()
                .ok_or_else(|| s097_no_identity::exhausted(type_place(kind, name), name))?;
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
                let place = property_place(kind, owner, &property.name);
                let id = allocate
                    .next()
                    .ok_or_else(|| s097_no_identity::exhausted(place, &property.name))?;
                self.properties.insert(key, id);
            }
        }
        for (id, key) in new_tables {
            let place = type_place(key.0, &key.1);
            let table = allocate
                .next()
                .ok_or_else(|| s097_no_identity::exhausted(place, &key.1))?;
            self.types.insert(key, (id, table));
        }
        Ok(())
    }

    fn assemble(&self, check: &SchemaCheck, domain: String, mark: u64) -> Accepted {
        let types = self.types.values().flat_map(|(id, table)| [*id, *table]);
        let last = types.chain(self.properties.values().copied()).max().unwrap_or(0);
        let shape = &check.shape;
        Accepted {
            ir_version: IR_VERSION,
            schema_identity_domain: domain,
            next_identity_id: mark.max(last.saturating_add(1)),
            interfaces: shape.interfaces.iter().map(|d| self.interface(d)).collect(),
            nodes: shape.nodes.iter().map(|d| self.node(d)).collect(),
            edges: shape.edges.iter().map(|d| self.edge(d)).collect(),
        }
    }

    fn interface(&self, shape: &InterfaceShape) -> InterfaceIr {
        let kind = DeclarationKind::Interface;
        InterfaceIr {
            name: shape.name.clone(),
            type_id: self.type_numbers(kind, &shape.name).0,
            annotations: shape.annotations.clone(),
            properties: shape
                .properties
                .iter()
                .map(|p| self.property(kind, &shape.name, p))
                .collect(),
        }
    }

    fn node(&self, shape: &NodeShape) -> NodeIr {
        let kind = DeclarationKind::Node;
        let (type_id, table) = self.type_numbers(kind, &shape.name);
        let mut implements: Vec<TypeRef> = shape
            .implements
            .iter()
            .map(|name| self.type_ref(DeclarationKind::Interface, name))
            .collect();
        implements.sort();
        NodeIr {
            name: shape.name.clone(),
            type_id,
            table_incarnation_id: table,
            annotations: shape.annotations.clone(),
            implements,
            properties: shape
                .properties
                .iter()
                .map(|p| self.property(kind, &shape.name, p))
                .collect(),
            constraints: self.constraints(kind, &shape.name, &shape.constraints),
        }
    }

    fn edge(&self, shape: &EdgeShape) -> EdgeIr {
        let kind = DeclarationKind::Edge;
        let (type_id, table) = self.type_numbers(kind, &shape.name);
        EdgeIr {
            name: shape.name.clone(),
            type_id,
            table_incarnation_id: table,
            annotations: shape.annotations.clone(),
            from_type: self.type_ref(DeclarationKind::Node, &shape.from),
            to_type: self.type_ref(DeclarationKind::Node, &shape.to),
            cardinality: shape.cardinality,
            properties: shape
                .properties
                .iter()
                .map(|p| self.property(kind, &shape.name, p))
                .collect(),
            constraints: self.constraints(kind, &shape.name, &shape.constraints),
        }
    }

    fn property(&self, kind: DeclarationKind, owner: &str, shape: &PropertyShape) -> PropertyIr {
        let mut satisfies: Vec<PropertyRef> = shape
            .satisfies
            .iter()
            .map(|interface| self.property_ref(DeclarationKind::Interface, interface, &shape.name))
            .collect();
        satisfies.sort();
        PropertyIr {
            name: shape.name.clone(),
            property_id: self.property_number(kind, owner, &shape.name),
            prop_type: shape.ty.clone(),
            annotations: shape.annotations.clone(),
            property_constraints: shape.single,
            embed_source: shape.embed.as_ref().map(|embed| self.embed(kind, owner, embed)),
            default: shape.default.clone(),
            metric: shape.metric,
            declared_directly: shape.direct,
            satisfies_interface_properties: satisfies,
        }
    }

    /// The source of an interface's `@embed` may exist in its nodes only; it has no number there.
    fn embed(&self, kind: DeclarationKind, owner: &str, embed: &EmbedShape) -> EmbedIr {
        EmbedIr {
            source: self.property_ref(kind, owner, &embed.source),
            model: embed.model.clone(),
        }
    }

    fn constraints(&self, kind: DeclarationKind, owner: &str, constraints: &[Constraint]) -> Vec<ConstraintIr> {
        let field = |name: &String| self.field(kind, owner, name);
        let fields = |columns: &[String]| {
            let mut fields: Vec<FieldRef> = columns.iter().map(field).collect();
            fields.sort_by_key(FieldRef::order);
            fields
        };
        let mut list: Vec<ConstraintIr> = constraints
            .iter()
            .map(|constraint| match constraint {
                Constraint::Key { columns } => ConstraintIr::Key {
                    fields: fields(columns),
                },
                Constraint::Unique { columns } => ConstraintIr::Unique {
                    fields: fields(columns),
                },
                Constraint::Index { columns } => ConstraintIr::Index {
                    fields: fields(columns),
                },
                Constraint::Range { property, min, max } => ConstraintIr::Range {
                    field: field(property),
                    min: *min,
                    max: *max,
                },
                Constraint::Check { property, pattern } => ConstraintIr::Check {
                    field: field(property),
                    pattern: pattern.clone(),
                },
            })
            .collect();
        list.sort_by_cached_key(ConstraintIr::sort_key);
        list
    }

    fn field(&self, kind: DeclarationKind, owner: &str, name: &str) -> FieldRef {
        let (type_id, table) = self.type_numbers(kind, owner);
        let role = match name {
            "src" => Some(SystemRole::Src),
            "dst" => Some(SystemRole::Dst),
            _ => None,
        };
        match role {
            Some(role) if kind == DeclarationKind::Edge => FieldRef::System {
                type_id,
                table_incarnation_id: table,
                role,
            },
            _ => FieldRef::Property {
                owner_id: type_id,
                owner_name: owner.to_owned(),
                property_id: self.property_number(kind, owner, name),
                name: name.to_owned(),
            },
        }
    }

    fn type_numbers(&self, kind: DeclarationKind, name: &str) -> (u64, u64) {
        self.types.get(&(kind, name.to_owned())).copied().unwrap_or_default()
    }

    fn property_number(&self, kind: DeclarationKind, owner: &str, name: &str) -> u64 {
        let key = (kind, owner.to_owned(), name.to_owned());
        self.properties.get(&key).copied().unwrap_or_default()
    }

    fn type_ref(&self, kind: DeclarationKind, name: &str) -> TypeRef {
        TypeRef {
            type_id: self.type_numbers(kind, name).0,
            name: name.to_owned(),
        }
    }

    fn property_ref(&self, kind: DeclarationKind, owner: &str, name: &str) -> PropertyRef {
        PropertyRef {
            property_id: self.property_number(kind, owner, name),
            owner_id: self.type_numbers(kind, owner).0,
            owner_name: owner.to_owned(),
            name: name.to_owned(),
        }
    }
}

fn type_place(kind: DeclarationKind, name: &str) -> Place {
    Place::Schema(SchemaPath::Type {
        kind,
        name: name.to_owned(),
    })
}

fn property_place(kind: DeclarationKind, owner: &str, property: &str) -> Place {
    Place::Schema(SchemaPath::Property {
        kind,
        owner: owner.to_owned(),
        property: property.to_owned(),
    })
}

impl ConstraintIr {
    /// Constraints are listed by kind, then columns, then bounds or pattern.
    pub(super) fn sort_key(&self) -> (u8, Vec<(u8, u64)>, String) {
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
