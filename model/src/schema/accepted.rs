//! The accepted schema of a graph: its shape with stable identities, as it is stored. References carry the number of
//! what they mean and its present name; the number decides, the name is checked against it.

use serde::{Deserialize, Serialize};

use super::forget;
use super::shape::{Shape, SingleColumn, hash_of};
use crate::schema::{Annotation, Bound, Cardinality, Metric};
use crate::types::{Type, Value};

/// The version of this form.
pub const IR_VERSION: u32 = 2;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    pub ir_version: u32,
    /// A ULID, minted when the graph was created.
    pub schema_identity_domain: String,
    /// Above every number in use.
    pub next_identity_id: u64,
    pub interfaces: Vec<InterfaceIr>,
    pub nodes: Vec<NodeIr>,
    pub edges: Vec<EdgeIr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterfaceIr {
    pub name: String,
    pub type_id: u64,
    pub annotations: Vec<Annotation>,
    pub properties: Vec<PropertyIr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeIr {
    pub name: String,
    pub type_id: u64,
    pub table_incarnation_id: u64,
    pub annotations: Vec<Annotation>,
    pub implements: Vec<TypeRef>,
    pub properties: Vec<PropertyIr>,
    pub constraints: Vec<ConstraintIr>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeIr {
    pub name: String,
    pub type_id: u64,
    pub table_incarnation_id: u64,
    pub annotations: Vec<Annotation>,
    pub from_type: TypeRef,
    pub to_type: TypeRef,
    pub cardinality: Cardinality,
    pub properties: Vec<PropertyIr>,
    pub constraints: Vec<ConstraintIr>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRef {
    pub type_id: u64,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyIr {
    pub name: String,
    pub property_id: u64,
    pub prop_type: Type,
    pub annotations: Vec<Annotation>,
    /// The constraints on this column alone.
    pub property_constraints: SingleColumn,
    pub embed_source: Option<EmbedIr>,
    pub default: Option<Value>,
    pub metric: Option<Metric>,
    pub declared_directly: bool,
    pub satisfies_interface_properties: Vec<PropertyRef>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbedIr {
    pub source: PropertyRef,
    pub model: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyRef {
    pub property_id: u64,
    pub owner_id: u64,
    pub owner_name: String,
    pub name: String,
}

/// A column of a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldRef {
    Property {
        owner_id: u64,
        owner_name: String,
        property_id: u64,
        name: String,
    },
    System {
        type_id: u64,
        table_incarnation_id: u64,
        role: SystemRole,
    },
}

impl FieldRef {
    /// The column's name as a catalog shows it.
    pub fn name(&self) -> &str {
        match self {
            FieldRef::Property { name, .. } => name,
            FieldRef::System { role, .. } => role.name(),
        }
    }

    /// Lists of columns but a key's are ordered by this: endpoints first, then properties by their numbers.
    pub fn order(&self) -> (u8, u64) {
        match self {
            FieldRef::System { role, .. } => (0, *role as u64),
            FieldRef::Property { property_id, .. } => (1, *property_id),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemRole {
    Id,
    Src,
    Dst,
}

impl SystemRole {
    pub fn name(self) -> &'static str {
        match self {
            SystemRole::Id => "id",
            SystemRole::Src => "src",
            SystemRole::Dst => "dst",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConstraintIr {
    /// In the order in which ids are made of them: as declared.
    Key {
        fields: Vec<FieldRef>,
    },
    Unique {
        fields: Vec<FieldRef>,
    },
    Index {
        fields: Vec<FieldRef>,
    },
    Range {
        field: FieldRef,
        min: Option<Bound>,
        max: Option<Bound>,
    },
    Check {
        field: FieldRef,
        pattern: String,
    },
}

/// What a store keeps beside a schema, to notice on opening that something was changed behind its back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub format_version: u32,
    pub schema_shape_hash: String,
    pub schema_ir_hash: String,
    pub schema_identity_version: u32,
    pub schema_identity_domain: String,
}

impl Accepted {
    /// Of the whole form with its numbers; also what a conditional apply is given to name the schema it was planned on.
    pub fn hash(&self) -> String {
        hash_of(self)
    }

    /// The shape without the identities.
    pub fn shape(&self) -> Shape {
        forget::forget(self)
    }

    pub fn state(&self) -> State {
        State {
            format_version: 2,
            schema_shape_hash: self.shape().hash(),
            schema_ir_hash: self.hash(),
            schema_identity_version: 2,
            schema_identity_domain: self.schema_identity_domain.clone(),
        }
    }
}
