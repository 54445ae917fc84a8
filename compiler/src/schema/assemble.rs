//! From a shape to its accepted form: numbers are put in.

use omnigraph_model::schema::{
    Accepted, Constraint, ConstraintIr, DeclarationKind, EdgeIr, EdgeShape, EmbedIr, EmbedShape, FieldRef, IR_VERSION,
    InterfaceIr, InterfaceShape, NodeIr, NodeShape, PropertyIr, PropertyRef, PropertyShape, SystemRole, TypeRef,
};

use super::SchemaCheck;
use super::identity::Resolution;

impl Resolution {
    pub(super) fn assemble(&self, check: &SchemaCheck, domain: String, mark: u64) -> Accepted {
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
                Constraint::Key { order, .. } => ConstraintIr::Key {
                    fields: order.iter().map(field).collect(),
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
