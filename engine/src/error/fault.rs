//! What an input or an outcome may do wrong, one variant a case, with the text that people read.

use std::mem::{Discriminant, discriminant};

use super::Class;

/// Bytes of an id. Sorting, indexes and messages hold whole ids, and a line of an export holds a key twice.
pub(crate) const ID_LIMIT: usize = 16 << 10;

/// An end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Where it starts.
    From,
    /// Where it leads to.
    To,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Side::From => "from",
            Side::To => "to",
        })
    }
}

/// One mistake in an input, or in what a write would leave.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// A line holds bytes that are not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// The whole input, judged by its first line.
    #[error("the input is not NDJSON; it seems to be {seems}")]
    NotNdjson {
        /// What the input looks like.
        seems: String,
    },
    /// A line is not a JSON value.
    #[error("not JSON: {reason}")]
    NotJson {
        /// Why, in words.
        reason: String,
    },
    /// A line is another JSON value.
    #[error("expected one JSON object, found {found}")]
    NotAnObject {
        /// What stands there, in words.
        found: &'static str,
    },
    /// A name occurs twice in one object, at any depth.
    #[error("member `{member}` occurs twice in one object")]
    DuplicateMember {
        /// Its name.
        member: String,
    },
    /// A line says neither which node type nor which edge type it is of.
    #[error("expected one of `type` and `edge`, found neither{}", hint.map(|hint| format!("; {hint}")).unwrap_or_default())]
    NoKind {
        /// What the line probably means.
        hint: Option<&'static str>,
    },
    /// A line has both `type` and `edge`.
    #[error("expected one of `type` and `edge`, found both")]
    BothKinds,
    /// `type` or `edge` is not text.
    #[error("`{field}` must be a string, found {found}")]
    KindNotString {
        /// `type` or `edge`.
        field: &'static str,
        /// What stands there, in words.
        found: &'static str,
    },
    /// A line has a field that its kind of line does not have.
    #[error("unknown field `{field}` of {kind} line{}{}", type_suffix(.type_name), called_here(.called))]
    UnknownField {
        /// Its name.
        field: String,
        /// `node` or `edge`.
        kind: &'static str,
        /// Name of the type, if the line says it.
        type_name: Option<String>,
        /// What such a field is called here.
        called: Option<&'static str>,
    },
    /// `data` names a property that the type does not have.
    #[error("{type_name} has no property `{property}`{}", nearest(.suggestion))]
    UnknownProperty {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// A name that is nearly the same.
        suggestion: Option<String>,
    },
    /// `data` has a name that the data format keeps for itself.
    #[error("`{field}` is a reserved name and cannot be given for {type_name}")]
    Reserved {
        /// Its name.
        field: String,
        /// Name of the type.
        type_name: String,
    },
    /// The schema has no such type.
    #[error("unknown {kind} type `{name}`{}", nearest(.suggestion))]
    UnknownType {
        /// `node` or `edge`.
        kind: &'static str,
        /// The name that is given.
        name: String,
        /// A name that is nearly the same.
        suggestion: Option<String>,
    },
    /// An edge lacks one of its ends.
    #[error("{type_name} needs `{side}`, the id of its {node_type}")]
    NoEndpoint {
        /// Name of the type.
        type_name: String,
        /// Which end.
        side: Side,
        /// Name of the node type at that end.
        node_type: String,
    },
    /// An end of an edge is not text.
    #[error("`{side}` of {type_name} must be a string, found {found}")]
    EndpointNotString {
        /// Name of the type.
        type_name: String,
        /// Which end.
        side: Side,
        /// What stands there, in words.
        found: &'static str,
    },
    /// `data` is another JSON value.
    #[error("`data` must be an object, found {found}")]
    DataNotObject {
        /// What stands there, in words.
        found: &'static str,
    },
    /// An id is not text.
    #[error("`id` of {type_name} must be a string, found {found}")]
    IdNotString {
        /// Name of the type.
        type_name: String,
        /// What stands there, in words.
        found: &'static str,
    },
    /// An id is the empty text.
    #[error("`id` of {type_name} is empty")]
    IdEmpty {
        /// Name of the type.
        type_name: String,
    },
    /// An id, or a key that becomes one, has more than 16 KiB.
    #[error(
        "{type_name}: an id of {bytes} bytes is too long; ids, and the keys that they follow from, have up to {ID_LIMIT} bytes"
    )]
    IdTooLong {
        /// Name of the type.
        type_name: String,
        /// How many it has.
        bytes: usize,
    },
    /// A value is of another type than the property.
    #[error("{type_name}.{property} is {declared}, found {value}")]
    WrongType {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The type of the property, as a schema writes it.
        declared: String,
        /// The value as messages show it.
        value: String,
    },
    /// A number is beyond the values of its type.
    #[error("{type_name}.{property}: {value} does not fit {declared}{}", range_suffix(.range))]
    OutOfRange {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The type of the property, as a schema writes it.
        declared: String,
        /// The value as messages show it.
        value: String,
        /// Smallest and greatest of an integer type. Boxed, like the columns below, to keep the enum small.
        range: Option<Box<(String, String)>>,
    },
    /// A text is not a date or instant that the property can hold.
    #[error("{type_name}.{property}: `{value}` is not a {declared}; write it like {example}")]
    NotTemporal {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The type of the property, as a schema writes it.
        declared: String,
        /// The value as messages show it.
        value: String,
        /// What is accepted.
        example: &'static str,
    },
    /// A property that must have a value has none, nor a default.
    #[error("{type_name} needs `{property}`: it is {}", if *.null { "null" } else { "missing" })]
    Required {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// Whether `null` is written, and not nothing.
        null: bool,
    },
    /// A key has no value.
    #[error("{type_name} needs its key `{property}`: it is {}", if *.null { "null" } else { "missing" })]
    KeyRequired {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// Whether `null` is written, and not nothing.
        null: bool,
    },
    /// An item of a list is not of the type of the items.
    #[error("{type_name}.{property}: item {index} is {value}, but items are {declared}")]
    Item {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// Counted from 0.
        index: usize,
        /// The type of the items.
        declared: String,
        /// The value as messages show it.
        value: String,
    },
    /// A vector has another number of elements than the property.
    #[error("{type_name}.{property} has {expected} elements, found {found}")]
    VectorLength {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The length that the schema says.
        expected: u32,
        /// How many elements are given.
        found: usize,
    },
    /// An element of a vector is not a number, or not finite as a 32-bit float.
    #[error(
        "{type_name}.{property} (Vector({expected}), {found} elements given): element {index} is {value}, not a finite 32-bit number"
    )]
    VectorElement {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The length that the schema says.
        expected: u32,
        /// How many elements are given.
        found: usize,
        /// Counted from 0.
        index: usize,
        /// The value as messages show it.
        value: String,
    },
    /// A vector of zeros, for a property whose vectors are compared by direction.
    #[error("{type_name}.{property} has no usable direction: all its elements are 0")]
    ZeroVector {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
    },
    /// A vector is missing, and cannot be computed.
    #[error("{type_name} needs `{property}`: it is missing, and {}", if *.has_text { format!("there is no embedding provider to compute it from `{source_property}`") } else { format!("`{source_property}` holds no text to compute it from") })]
    NoVector {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The property with the text.
        source_property: String,
        /// Whether that property holds text, so that only a provider is missing.
        has_text: bool,
    },
    /// A blob that is neither valid base64 nor a readable file.
    #[error("{type_name}.{property}: {reason}")]
    Blob {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// Why, in words.
        reason: String,
    },
    /// An id is given, and differs from the key that it follows from.
    #[error("{type_name}: given id `{given}` is not its key's `{computed}`")]
    IdMismatch {
        /// Name of the type.
        type_name: String,
        /// The id.
        given: String,
        /// The id that the key makes.
        computed: String,
    },
    /// A text is none of the values of its enum.
    #[error("{type_name}.{property}: `{value}` is none of {}", allowed.join(", "))]
    NotInEnum {
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
        /// The value as messages show it.
        value: String,
        /// The values of the enum.
        allowed: Vec<String>,
    },
    /// A number is beyond the bounds of `@range`.
    #[error("{type_name} `{id}`: {property} is {value}, which is {} the {} {bound} of @range", if *.below { "below" } else { "above" }, if *.below { "minimum" } else { "maximum" })]
    Range {
        /// Name of the type.
        type_name: String,
        /// Id of the row.
        id: String,
        /// Name of the property.
        property: String,
        /// The value as messages show it.
        value: String,
        /// Whether it is less than the least, and not more than the most.
        below: bool,
        /// The bound that is broken.
        bound: String,
    },
    /// A text does not match the pattern of `@check`.
    #[error("{type_name} `{id}`: {property} is `{value}`, which does not match {pattern} of @check")]
    Check {
        /// Name of the type.
        type_name: String,
        /// Id of the row.
        id: String,
        /// Name of the property.
        property: String,
        /// The value as messages show it.
        value: String,
        /// The regular expression.
        pattern: String,
    },
    /// Two rows have the same values in columns that `@unique` wants to differ.
    #[error("{type_name} `{first}` and `{second}` have the same ({}): {value}, but @unique forbids it", columns.join(", "))]
    Unique {
        /// Name of the type.
        type_name: String,
        /// Names of the properties, in order.
        columns: Box<[String]>,
        /// Their common values.
        value: String,
        /// Id of one of them.
        first: String,
        /// Id of the other.
        second: String,
    },
    /// Two rows of the input have the same id.
    #[error("{type_name} `{id}` occurs twice in the input{}", since(.first_line))]
    DuplicateId {
        /// Name of the type.
        type_name: String,
        /// Id of the row.
        id: String,
        /// Where the first of them stands; counted from 1.
        first_line: Option<u64>,
    },
    /// A row that should be new has the id of a stored one.
    #[error("{type_name} `{id}` exists already; load with mode merge to replace it")]
    KeyConflict {
        /// Name of the type.
        type_name: String,
        /// Id of the row.
        id: String,
    },
    /// An edge names a node that is not there.
    #[error("{edge_type}: there is no {node_type} `{node}`, its `{side}`")]
    MissingEndpoint {
        /// Name of the edge type.
        edge_type: String,
        /// Which end.
        side: Side,
        /// Name of the node type at that end.
        node_type: String,
        /// Id of the node.
        node: String,
    },
    /// A node that goes is the end of an edge that stays.
    #[error("{node_type} `{node}` cannot go: {edge_type} `{edge}` names it as its `{side}`")]
    DanglingEdge {
        /// Name of the edge type.
        edge_type: String,
        /// Id of the edge.
        edge: String,
        /// Which end.
        side: Side,
        /// Name of the type of the node.
        node_type: String,
        /// Id of the node.
        node: String,
    },
    /// A node has too few or too many edges of a type with `@card`.
    #[error("{node_type} `{source_id}` would have {count} {edge_type}, but @card allows {}", cardinality(*.min, *.max))]
    Cardinality {
        /// Name of the edge type.
        edge_type: String,
        /// Name of the node type that the edges start from.
        node_type: String,
        /// Id of the node.
        source_id: String,
        /// How many edges it would have.
        count: u64,
        /// The least number that is allowed.
        min: u32,
        /// The greatest number that is allowed.
        max: Option<u32>,
    },
    /// A parameter of a mutation is null, but its property must have a value.
    #[error("P011: parameter `${parameter}` is null, but {type_name}.{property} is required")]
    NullParameter {
        /// Without `$`.
        parameter: String,
        /// Name of the type.
        type_name: String,
        /// Name of the property.
        property: String,
    },
}

fn type_suffix(name: &Option<String>) -> String {
    name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default()
}

fn called_here(name: &Option<&'static str>) -> String {
    name.map(|name| format!("; here it is called `{name}`"))
        .unwrap_or_default()
}

fn nearest(name: &Option<String>) -> String {
    name.as_ref()
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn range_suffix(range: &Option<Box<(String, String)>>) -> String {
    range
        .as_ref()
        .map(|range| format!(" ({} to {})", range.0, range.1))
        .unwrap_or_default()
}

fn since(line: &Option<u64>) -> String {
    line.map(|line| format!(", first in line {line}")).unwrap_or_default()
}

fn cardinality(min: u32, max: Option<u32>) -> String {
    match max {
        Some(max) => format!("{min}..{max}"),
        None => format!("{min} or more"),
    }
}

/// Faults of one kind concern the same rule, type and property, and differ in values only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FaultKind(Discriminant<Fault>, String, String);

impl Fault {
    pub(crate) fn kind(&self) -> FaultKind {
        let (of, part) = self.about();
        FaultKind(discriminant(self), of.to_owned(), part.to_owned())
    }

    /// Type and property, or what else the rule is about.
    fn about(&self) -> (&str, &str) {
        match self {
            Fault::UnknownProperty {
                type_name, property, ..
            }
            | Fault::WrongType {
                type_name, property, ..
            }
            | Fault::OutOfRange {
                type_name, property, ..
            }
            | Fault::NotTemporal {
                type_name, property, ..
            }
            | Fault::Required {
                type_name, property, ..
            }
            | Fault::KeyRequired {
                type_name, property, ..
            }
            | Fault::Item {
                type_name, property, ..
            }
            | Fault::VectorLength {
                type_name, property, ..
            }
            | Fault::VectorElement {
                type_name, property, ..
            }
            | Fault::ZeroVector { type_name, property }
            | Fault::NoVector {
                type_name, property, ..
            }
            | Fault::Blob {
                type_name, property, ..
            }
            | Fault::NotInEnum {
                type_name, property, ..
            }
            | Fault::Range {
                type_name, property, ..
            }
            | Fault::Check {
                type_name, property, ..
            }
            | Fault::NullParameter {
                type_name, property, ..
            } => (type_name, property),
            Fault::Reserved { type_name, field } => (type_name, field),
            Fault::UnknownField { type_name, field, .. } => (type_name.as_deref().unwrap_or_default(), field),
            Fault::Unique { type_name, columns, .. } => (type_name, columns.first().map_or("", String::as_str)),
            Fault::NoEndpoint { type_name, .. }
            | Fault::EndpointNotString { type_name, .. }
            | Fault::IdNotString { type_name, .. }
            | Fault::IdEmpty { type_name }
            | Fault::IdTooLong { type_name, .. }
            | Fault::IdMismatch { type_name, .. }
            | Fault::DuplicateId { type_name, .. }
            | Fault::KeyConflict { type_name, .. } => (type_name, ""),
            Fault::MissingEndpoint {
                edge_type, node_type, ..
            }
            | Fault::DanglingEdge {
                edge_type, node_type, ..
            }
            | Fault::Cardinality {
                edge_type, node_type, ..
            } => (edge_type, node_type),
            Fault::UnknownType { name, .. } => (name, ""),
            Fault::KindNotString { field, .. } => (field, ""),
            Fault::DuplicateMember { member } => (member, ""),
            Fault::NotUtf8
            | Fault::NotNdjson { .. }
            | Fault::NotJson { .. }
            | Fault::NotAnObject { .. }
            | Fault::NoKind { .. }
            | Fault::BothKinds
            | Fault::DataNotObject { .. } => ("", ""),
        }
    }

    /// [`Class::KeyConflict`] for [`Fault::KeyConflict`], a bad request for all others.
    pub(crate) fn class(&self) -> Class {
        match self {
            Fault::KeyConflict { .. } => Class::KeyConflict,
            _ => Class::BadRequest,
        }
    }
}
