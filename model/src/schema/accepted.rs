//! The accepted schema of a graph: its shape with stable identities, as it is stored. References carry the number of
//! what they mean and its present name; the number decides, the name is checked against it.

use serde::{Deserialize, Serialize};

use super::forget;
use super::shape::{Shape, SingleColumn, hash_of};
use crate::schema::{Annotation, Bound, Cardinality, Metric};
use crate::types::{Type, Value};

/// The version of this form.
pub const IR_VERSION: u32 = 2;

/// The accepted schema of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// [`IR_VERSION`] when it was written.
    pub ir_version: u32,
    /// A ULID, minted when the graph was created.
    pub schema_identity_domain: String,
    /// Above every number in use.
    pub next_identity_id: u64,
    /// Sorted by name.
    pub interfaces: Vec<InterfaceIr>,
    /// Sorted by name.
    pub nodes: Vec<NodeIr>,
    /// Sorted by name.
    pub edges: Vec<EdgeIr>,
}

/// An interface with its identities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterfaceIr {
    /// Its name.
    pub name: String,
    /// The stable number of the type.
    pub type_id: u64,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// In byte order of their names.
    pub properties: Vec<PropertyIr>,
}

/// A node type with its identities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeIr {
    /// Its name.
    pub name: String,
    /// The stable number of the type.
    pub type_id: u64,
    /// The stable number of the generation of its rows.
    pub table_incarnation_id: u64,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// Interfaces, sorted by name.
    pub implements: Vec<TypeRef>,
    /// In byte order of their names.
    pub properties: Vec<PropertyIr>,
    /// Sorted; each once.
    pub constraints: Vec<ConstraintIr>,
}

/// An edge type with its identities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeIr {
    /// Its name.
    pub name: String,
    /// The stable number of the type.
    pub type_id: u64,
    /// The stable number of the generation of its rows.
    pub table_incarnation_id: u64,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// The node type that edges start at.
    pub from_type: TypeRef,
    /// The node type that edges end at.
    pub to_type: TypeRef,
    /// How many edges a source may have.
    pub cardinality: Cardinality,
    /// In byte order of their names.
    pub properties: Vec<PropertyIr>,
    /// Sorted; each once.
    pub constraints: Vec<ConstraintIr>,
}

/// A reference to a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRef {
    /// The stable number of the type.
    pub type_id: u64,
    /// Its name.
    pub name: String,
}

/// A property with its identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyIr {
    /// Its name.
    pub name: String,
    /// The stable number of the property.
    pub property_id: u64,
    /// Its type.
    pub prop_type: Type,
    /// Annotations that are kept as text.
    pub annotations: Vec<Annotation>,
    /// The constraints on this column alone.
    pub property_constraints: SingleColumn,
    /// What a computed vector is made from; `None` for every other property.
    pub embed_source: Option<EmbedIr>,
    /// The value of rows that give none.
    pub default: Option<Value>,
    /// How vectors are compared.
    pub metric: Option<Metric>,
    /// Declared by the owner itself and not only injected by an interface.
    pub declared_directly: bool,
    /// Properties of interfaces that it stands for, sorted.
    pub satisfies_interface_properties: Vec<PropertyRef>,
}

/// An `@embed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbedIr {
    /// The property that it is computed from.
    pub source: PropertyRef,
    /// The embedding model; the service's own without it.
    pub model: Option<String>,
}

/// A reference to a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyRef {
    /// The stable number of the property.
    pub property_id: u64,
    /// The stable number of the type that has it.
    pub owner_id: u64,
    /// The present name of that type.
    pub owner_name: String,
    /// Its name.
    pub name: String,
}

/// A column of a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FieldRef {
    /// A declared property.
    Property {
        /// The stable number of the type that has it.
        owner_id: u64,
        /// The present name of that type.
        owner_name: String,
        /// The stable number of the property.
        property_id: u64,
        /// Its name.
        name: String,
    },
    /// A column that every row has.
    System {
        /// The stable number of the type.
        type_id: u64,
        /// The stable number of the generation of its rows.
        table_incarnation_id: u64,
        /// Which one.
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

/// The columns that rows have without a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemRole {
    /// The id.
    Id,
    /// The id of the node that an edge starts at.
    Src,
    /// The id of the node that an edge ends at.
    Dst,
}

impl SystemRole {
    /// The name in schemas and data.
    pub fn name(self) -> &'static str {
        match self {
            SystemRole::Id => "id",
            SystemRole::Src => "src",
            SystemRole::Dst => "dst",
        }
    }
}

/// A constraint over columns with identities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ConstraintIr {
    /// In the order in which ids are made of them: as declared.
    Key {
        /// The columns.
        fields: Vec<FieldRef>,
    },
    /// No two rows share their values of these columns.
    Unique {
        /// The columns.
        fields: Vec<FieldRef>,
    },
    /// Look-ups by these columns are fast.
    Index {
        /// The columns.
        fields: Vec<FieldRef>,
    },
    /// Numbers lie within bounds, both inclusive.
    Range {
        /// The column.
        field: FieldRef,
        /// The lower bound, if there is one.
        min: Option<Bound>,
        /// The upper bound, if there is one.
        max: Option<Bound>,
    },
    /// Texts match a pattern.
    Check {
        /// The column.
        field: FieldRef,
        /// A regular expression that matches somewhere in the text.
        pattern: String,
    },
}

/// What a store keeps beside a schema, to notice on opening that something was changed behind its back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchemaState {
    /// The version of this form.
    pub format_version: u32,
    /// [`Shape::hash`].
    pub schema_shape_hash: String,
    /// [`Accepted::hash`].
    pub schema_ir_hash: String,
    /// The version of the rules for identities.
    pub schema_identity_version: u32,
    /// The domain in which numbers are never reused.
    pub schema_identity_domain: String,
}

impl Accepted {
    /// The hash of the whole form with its numbers; also what a conditional apply is given to name the schema it was planned on.
    pub fn hash(&self) -> String {
        hash_of(self)
    }

    /// The shape without the identities.
    pub fn shape(&self) -> Shape {
        forget::forget(self)
    }

    /// What is stored beside it.
    pub fn state(&self) -> SchemaState {
        SchemaState {
            format_version: 2,
            schema_shape_hash: self.shape().hash(),
            schema_ir_hash: self.hash(),
            schema_identity_version: 2,
            schema_identity_domain: self.schema_identity_domain.clone(),
        }
    }
}
