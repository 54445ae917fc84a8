//! Schemas: the canonical shape, the accepted schema of a graph with its stable identities, and the object that a store
//! keeps.

mod accepted;
mod bound;
mod forget;
mod kind;
mod numbers;
mod object;
mod parts;
mod reserved;
mod shape;
mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use accepted::{
    Accepted, ConstraintIr, EdgeIr, EmbedIr, FieldRef, IR_VERSION, InterfaceIr, NodeIr, PropertyIr, PropertyRef,
    SchemaState, SystemRole, TypeRef,
};
pub use bound::Bound;
pub use kind::DeclarationKind;
pub use numbers::{Allocate, Blocks, Counter};
pub use object::{OpenError, SchemaObject};
pub use parts::{Annotation, Cardinality, Metric};
pub use reserved::is_reserved;
pub use shape::{Constraint, EdgeShape, EmbedShape, InterfaceShape, NodeShape, PropertyShape, Shape, SingleColumn};

/// How a schema is shown: the members of each declaration in the order of the text, injected ones after its own. No
/// part of the schema's identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presentation {
    /// Names of members by the interface.
    pub interfaces: BTreeMap<String, Vec<String>>,
    /// Names of members by the node type.
    pub nodes: BTreeMap<String, Vec<String>>,
    /// Names of members by the edge type.
    pub edges: BTreeMap<String, Vec<String>>,
}
