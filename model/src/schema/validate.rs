//! Rules that an accepted schema read from outside must keep. Anything else is refused, never repaired.

use std::collections::{BTreeSet, HashMap};

use super::accepted::{Accepted, ConstraintIr, FieldRef, IR_VERSION, PropertyIr, PropertyRef, SystemRole, TypeRef};
use super::kind::DeclarationKind;
use crate::schema::Annotation;
use crate::types::Type;

type Outcome = Result<(), String>;

/// Annotations with fields of their own: never in the opaque list.
const TYPED: [&str; 7] = ["key", "unique", "index", "embed", "rename_from", "default", "metric"];

impl Accepted {
    /// Whether every rule of the form holds.
    ///
    /// # Errors
    /// The first rule that does not, in words.
    pub fn validate(&self) -> Outcome {
        if self.ir_version != IR_VERSION {
            return Err(format!("version {} is not {IR_VERSION}", self.ir_version));
        }
        let domain = &self.schema_identity_domain;
        if !ulid::Ulid::from_string(domain).is_ok_and(|parsed| parsed.to_string() == *domain) {
            return Err(format!("`{domain}` is not a canonical identity domain"));
        }
        Validator::new(self)?.run()
    }

    /// Whether this can follow `previous` in the life of one graph.
    ///
    /// # Errors
    /// The first reason why not, in words.
    pub fn validate_evolution(&self, previous: &Accepted) -> Outcome {
        if self.schema_identity_domain != previous.schema_identity_domain {
            return Err("it belongs to another graph".to_owned());
        }
        if self.next_identity_id < previous.next_identity_id {
            return Err("its identity counter went back".to_owned());
        }
        let (old, new) = (Validator::new(previous)?, Validator::new(self)?);
        for (id, kept) in &new.types {
            if old
                .types
                .get(id)
                .is_some_and(|former| (former.kind, former.table) != (kept.kind, kept.table))
            {
                return Err(format!("type {id} changed its kind or its dataset"));
            }
        }
        for (id, kept) in &new.properties {
            if old.properties.get(id).is_some_and(|former| former.owner != kept.owner) {
                return Err(format!("property {id} changed its owner"));
            }
        }
        Ok(())
    }
}

struct KnownType<'a> {
    kind: DeclarationKind,
    name: &'a str,
    table: u64,
}

struct KnownProperty<'a> {
    owner: u64,
    property: &'a PropertyIr,
}

struct Validator<'a> {
    accepted: &'a Accepted,
    types: HashMap<u64, KnownType<'a>>,
    properties: HashMap<u64, KnownProperty<'a>>,
}

impl<'a> Validator<'a> {
    /// Collects every number, each of which may be used once.
    fn new(accepted: &'a Accepted) -> Result<Validator<'a>, String> {
        let mut validator = Validator {
            accepted,
            types: HashMap::new(),
            properties: HashMap::new(),
        };
        let mut used = BTreeSet::new();
        let mut take = |id: u64, what: &str| match id {
            0 => Err(format!("{what} has the number 0")),
            _ if id >= accepted.next_identity_id => Err(format!("the number {id} of {what} was never handed out")),
            _ if !used.insert(id) => Err(format!("the number {id} of {what} is used twice")),
            _ => Ok(()),
        };
        let interfaces = accepted
            .interfaces
            .iter()
            .map(|d| (DeclarationKind::Interface, &d.name, d.type_id, None, &d.properties));
        let nodes = accepted.nodes.iter().map(|d| {
            (
                DeclarationKind::Node,
                &d.name,
                d.type_id,
                Some(d.table_incarnation_id),
                &d.properties,
            )
        });
        let edges = accepted.edges.iter().map(|d| {
            (
                DeclarationKind::Edge,
                &d.name,
                d.type_id,
                Some(d.table_incarnation_id),
                &d.properties,
            )
        });
        for (kind, name, id, table, properties) in interfaces.chain(nodes).chain(edges) {
            take(id, name)?;
            if let Some(table) = table {
                take(table, &format!("the dataset of {name}"))?;
            }
            let table = table.unwrap_or(0);
            validator.types.insert(id, KnownType { kind, name, table });
            for property in properties {
                take(property.property_id, &format!("{name}.{}", property.name))?;
                validator
                    .properties
                    .insert(property.property_id, KnownProperty { owner: id, property });
            }
        }
        Ok(validator)
    }

    fn run(&self) -> Outcome {
        let accepted = self.accepted;
        sorted("interfaces", accepted.interfaces.iter().map(|d| &d.name))?;
        sorted("nodes", accepted.nodes.iter().map(|d| &d.name))?;
        sorted("edges", accepted.edges.iter().map(|d| &d.name))?;
        for interface in &accepted.interfaces {
            self.owner(&interface.name, &interface.annotations, &interface.properties)?;
            for property in &interface.properties {
                if !property.declared_directly || !property.satisfies_interface_properties.is_empty() {
                    return Err(format!("{}.{} cannot be injected", interface.name, property.name));
                }
            }
        }
        for node in &accepted.nodes {
            self.owner(&node.name, &node.annotations, &node.properties)?;
            sorted(
                "implemented interfaces",
                node.implements.iter().map(|reference| &reference.type_id),
            )?;
            for reference in &node.implements {
                self.type_ref(reference, DeclarationKind::Interface)?;
            }
            for property in &node.properties {
                self.links(node, property)?;
                if let Some(embed) = &property.embed_source {
                    self.property_ref(&embed.source, node.type_id)?;
                }
            }
            self.implemented(node)?;
            self.constraints(
                &node.name,
                node.type_id,
                node.table_incarnation_id,
                &node.constraints,
                false,
            )?;
            singles(&node.name, &node.properties, &node.constraints)?;
        }
        for edge in &accepted.edges {
            self.owner(&edge.name, &edge.annotations, &edge.properties)?;
            self.type_ref(&edge.from_type, DeclarationKind::Node)?;
            self.type_ref(&edge.to_type, DeclarationKind::Node)?;
            if edge.cardinality.max.is_some_and(|max| max < edge.cardinality.min) {
                return Err(format!("the cardinality of {} is reversed", edge.name));
            }
            for property in &edge.properties {
                let linked = !property.satisfies_interface_properties.is_empty();
                if linked || property.embed_source.is_some() || !property.declared_directly {
                    return Err(format!("{}.{} is not a property of an edge", edge.name, property.name));
                }
                if matches!(property.name.as_str(), "src" | "dst" | "from" | "to") {
                    return Err(format!("{}.{} has a reserved name", edge.name, property.name));
                }
            }
            self.constraints(
                &edge.name,
                edge.type_id,
                edge.table_incarnation_id,
                &edge.constraints,
                true,
            )?;
            singles(&edge.name, &edge.properties, &edge.constraints)?;
        }
        Ok(())
    }

    fn owner(&self, name: &str, texts: &[Annotation], properties: &[PropertyIr]) -> Outcome {
        annotations(name, texts)?;
        sorted(&format!("properties of {name}"), properties.iter().map(|p| &p.name))?;
        for property in properties {
            let path = format!("{name}.{}", property.name);
            annotations(&path, &property.annotations)?;
            property_type(&path, &property.prop_type)?;
            if property.name == "id" || super::reserved::is_reserved(&property.name) {
                return Err(format!("{path} has a reserved name"));
            }
        }
        Ok(())
    }

    /// An injected property says where it comes from; a link leads to an equal property of an implemented interface.
    fn links(&self, node: &super::NodeIr, property: &PropertyIr) -> Outcome {
        let path = format!("{}.{}", node.name, property.name);
        let links = &property.satisfies_interface_properties;
        if !property.declared_directly && links.is_empty() {
            return Err(format!("{path} is injected by nothing"));
        }
        sorted(&format!("links of {path}"), links.iter().map(|link| &link.property_id))?;
        for link in links {
            if !node
                .implements
                .iter()
                .any(|reference| reference.type_id == link.owner_id)
            {
                return Err(format!(
                    "{path} is linked to an interface that {} does not implement",
                    node.name
                ));
            }
            self.property_ref(link, link.owner_id)?;
            let target = self.properties.get(&link.property_id);
            if link.name != property.name || target.is_some_and(|t| t.property.prop_type != property.prop_type) {
                return Err(format!("{path} does not satisfy {}.{}", link.owner_name, link.name));
            }
        }
        Ok(())
    }

    /// Every property of an implemented interface is linked to.
    fn implemented(&self, node: &super::NodeIr) -> Outcome {
        let linked: BTreeSet<u64> = node
            .properties
            .iter()
            .flat_map(|property| &property.satisfies_interface_properties)
            .map(|link| link.property_id)
            .collect();
        for reference in &node.implements {
            let missing = self
                .properties
                .iter()
                .find(|(id, known)| known.owner == reference.type_id && !linked.contains(id));
            if let Some((_, known)) = missing {
                return Err(format!(
                    "{} lacks {}.{}",
                    node.name, reference.name, known.property.name
                ));
            }
        }
        Ok(())
    }

    fn constraints(&self, owner: &str, id: u64, table: u64, list: &[ConstraintIr], on_edge: bool) -> Outcome {
        if !list.is_sorted_by(|a, b| a.sort_key() < b.sort_key()) {
            return Err(format!("the constraints of {owner} are not in order"));
        }
        if list
            .iter()
            .filter(|constraint| matches!(constraint, ConstraintIr::Key { .. }))
            .count()
            > 1
        {
            return Err(format!("{owner} has two keys"));
        }
        for constraint in list {
            match constraint {
                ConstraintIr::Key { .. } | ConstraintIr::Range { .. } | ConstraintIr::Check { .. } if on_edge => {
                    return Err(format!("a constraint of {owner} is none of an edge"));
                }
                ConstraintIr::Key { fields } | ConstraintIr::Unique { fields } | ConstraintIr::Index { fields } => {
                    let mut orders: Vec<_> = fields.iter().map(FieldRef::order).collect();
                    // A key has the order in which it is declared.
                    if matches!(constraint, ConstraintIr::Key { .. }) {
                        orders.sort_unstable();
                    }
                    if fields.is_empty() || !orders.is_sorted_by(|a, b| a < b) {
                        return Err(format!("the columns of a constraint of {owner} are not in order"));
                    }
                    for field in fields {
                        self.field(field, id, table, on_edge)?;
                    }
                }
                ConstraintIr::Range { field, .. } | ConstraintIr::Check { field, .. } => {
                    self.field(field, id, table, on_edge)?;
                }
            }
        }
        Ok(())
    }

    fn field(&self, field: &FieldRef, owner: u64, table: u64, on_edge: bool) -> Outcome {
        match field {
            FieldRef::Property {
                owner_id,
                owner_name,
                property_id,
                name,
            } => self.property_ref(
                &PropertyRef {
                    property_id: *property_id,
                    owner_id: *owner_id,
                    owner_name: owner_name.clone(),
                    name: name.clone(),
                },
                owner,
            ),
            FieldRef::System {
                type_id,
                table_incarnation_id,
                role,
            } => match *type_id == owner && *table_incarnation_id == table && on_edge && *role != SystemRole::Id {
                true => Ok(()),
                false => Err(format!("`{}` is not a column of type {owner}", role.name())),
            },
        }
    }

    fn type_ref(&self, reference: &TypeRef, kind: DeclarationKind) -> Outcome {
        match self.types.get(&reference.type_id) {
            Some(known) if known.kind == kind && known.name == reference.name => Ok(()),
            _ => Err(format!(
                "no {kind:?} {} has the number {}",
                reference.name, reference.type_id
            )),
        }
    }

    fn property_ref(&self, reference: &PropertyRef, owner: u64) -> Outcome {
        let known = self.properties.get(&reference.property_id);
        let right = known.is_some_and(|known| {
            known.owner == owner
                && reference.owner_id == owner
                && known.property.name == reference.name
                && self.types.get(&owner).is_some_and(|ty| ty.name == reference.owner_name)
        });
        match right {
            true => Ok(()),
            false => Err(format!(
                "no property {}.{} has the number {}",
                reference.owner_name, reference.name, reference.property_id
            )),
        }
    }
}

fn sorted<T: Ord>(what: &str, items: impl Iterator<Item = T>) -> Outcome {
    let items: Vec<T> = items.collect();
    match items.is_sorted_by(|a, b| a < b) {
        true => Ok(()),
        false => Err(format!("the {what} are not in order")),
    }
}

fn annotations(path: &str, annotations: &[Annotation]) -> Outcome {
    if let Some(typed) = annotations
        .iter()
        .find(|annotation| TYPED.contains(&annotation.name.as_str()))
    {
        return Err(format!("`@{}` of {path} is not an opaque annotation", typed.name));
    }
    let texts: Vec<String> = annotations
        .iter()
        .map(|annotation| serde_json::to_string(annotation).unwrap_or_default())
        .collect();
    sorted(&format!("annotations of {path}"), texts.iter())
}

fn property_type(path: &str, ty: &Type) -> Outcome {
    let Some(values) = &ty.enum_values else {
        return Ok(());
    };
    if values.is_empty() || ty.list || ty.scalar != crate::types::Scalar::String {
        return Err(format!("{path} is not an enum"));
    }
    sorted(&format!("values of {path}"), values.iter())
}

/// A property repeats the one-column constraints of its owner, and no others.
fn singles(owner: &str, properties: &[PropertyIr], constraints: &[ConstraintIr]) -> Outcome {
    for property in properties {
        let is_this = |fields: &[FieldRef]| match fields {
            [FieldRef::Property { property_id, .. }] => *property_id == property.property_id,
            _ => false,
        };
        let mut found = super::SingleColumn::default();
        for constraint in constraints {
            match constraint {
                ConstraintIr::Key { fields } => found.key |= is_this(fields),
                ConstraintIr::Unique { fields } => found.unique |= is_this(fields),
                ConstraintIr::Index { fields } => found.index |= is_this(fields),
                ConstraintIr::Range { .. } | ConstraintIr::Check { .. } => {}
            }
        }
        if found != property.property_constraints {
            return Err(format!(
                "the constraints on {owner}.{} are told twice, differently",
                property.name
            ));
        }
    }
    Ok(())
}
