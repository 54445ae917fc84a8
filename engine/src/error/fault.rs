//! What an input or an outcome may do wrong, one variant a case, with the text that people read.

use std::mem::{Discriminant, discriminant};

use super::Class;

/// Bytes of an id. Sorting, indexes and messages hold whole ids, and a line of an export holds a key twice.
pub(crate) const ID_LIMIT: usize = 16 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    From,
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

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    #[error("not UTF-8")]
    NotUtf8,
    /// Of the whole input, from its first line.
    #[error("the input is no NDJSON; it seems to be {seems}")]
    NotNdjson { seems: String },
    #[error("not JSON: {reason}")]
    NotJson { reason: String },
    #[error("expected one JSON object, found {found}")]
    NotAnObject { found: &'static str },
    #[error("member `{member}` occurs twice in one object")]
    DuplicateMember { member: String },
    #[error("expected one of `type` and `edge`, found neither{}", hint.map(|hint| format!("; {hint}")).unwrap_or_default())]
    NoKind { hint: Option<&'static str> },
    #[error("expected one of `type` and `edge`, found both")]
    BothKinds,
    #[error("`{field}` must be a string, found {found}")]
    KindNotString { field: &'static str, found: &'static str },
    #[error("unknown field `{field}` of {kind} line{}{}", type_suffix(.type_name), called_here(.called))]
    UnknownField {
        field: String,
        kind: &'static str,
        type_name: Option<String>,
        /// What such a field is called here.
        called: Option<&'static str>,
    },
    #[error("{type_name} has no property `{property}`{}", nearest(.suggestion))]
    UnknownProperty {
        type_name: String,
        property: String,
        suggestion: Option<String>,
    },
    #[error("`{field}` is a reserved name and cannot be given for {type_name}")]
    Reserved { field: String, type_name: String },
    #[error("unknown {kind} type `{name}`{}", nearest(.suggestion))]
    UnknownType {
        kind: &'static str,
        name: String,
        suggestion: Option<String>,
    },
    #[error("{type_name} needs `{side}`, the id of its {node_type}")]
    NoEndpoint {
        type_name: String,
        side: Side,
        node_type: String,
    },
    #[error("`{side}` of {type_name} must be a string, found {found}")]
    EndpointNotString {
        type_name: String,
        side: Side,
        found: &'static str,
    },
    #[error("`data` must be an object, found {found}")]
    DataNotObject { found: &'static str },
    #[error("`id` of {type_name} must be a string, found {found}")]
    IdNotString { type_name: String, found: &'static str },
    #[error("`id` of {type_name} is empty")]
    IdEmpty { type_name: String },
    #[error(
        "{type_name}: an id of {bytes} bytes is too long; ids, and the keys that they follow from, have up to {ID_LIMIT} bytes"
    )]
    IdTooLong { type_name: String, bytes: usize },
    #[error("{type_name}.{property} is {declared}, found {value}")]
    WrongType {
        type_name: String,
        property: String,
        declared: String,
        value: String,
    },
    #[error("{type_name}.{property}: {value} does not fit {declared}{}", range_suffix(.range))]
    OutOfRange {
        type_name: String,
        property: String,
        declared: String,
        value: String,
        /// Smallest and greatest of an integer type. Boxed, like the columns below, to keep the enum small.
        range: Option<Box<(String, String)>>,
    },
    #[error("{type_name}.{property}: `{value}` is no {declared}; write it like {example}")]
    NotTemporal {
        type_name: String,
        property: String,
        declared: String,
        value: String,
        example: &'static str,
    },
    #[error("{type_name} needs `{property}`: it is {}", if *.null { "null" } else { "missing" })]
    Required {
        type_name: String,
        property: String,
        null: bool,
    },
    #[error("{type_name} needs its key `{property}`: it is {}", if *.null { "null" } else { "missing" })]
    KeyRequired {
        type_name: String,
        property: String,
        null: bool,
    },
    #[error("{type_name}.{property}: item {index} is {value}, but items are {declared}")]
    Item {
        type_name: String,
        property: String,
        index: usize,
        declared: String,
        value: String,
    },
    #[error("{type_name}.{property} has {expected} elements, found {found}")]
    VectorLength {
        type_name: String,
        property: String,
        expected: u32,
        found: usize,
    },
    #[error(
        "{type_name}.{property} (Vector({expected}), {found} elements given): element {index} is {value}, no finite 32-bit number"
    )]
    VectorElement {
        type_name: String,
        property: String,
        expected: u32,
        found: usize,
        index: usize,
        value: String,
    },
    #[error("{type_name}.{property} has no usable direction: all its elements are 0")]
    ZeroVector { type_name: String, property: String },
    #[error("{type_name} needs `{property}`: it is missing, and {}", if *.has_text { format!("there is no embedding provider to compute it from `{source_property}`") } else { format!("`{source_property}` holds no text to compute it from") })]
    NoVector {
        type_name: String,
        property: String,
        source_property: String,
        has_text: bool,
    },
    #[error("{type_name}.{property}: {reason}")]
    Blob {
        type_name: String,
        property: String,
        reason: String,
    },
    #[error("{type_name}: given id `{given}` is not its key's `{computed}`")]
    IdMismatch {
        type_name: String,
        given: String,
        computed: String,
    },
    #[error("{type_name}.{property}: `{value}` is none of {}", allowed.join(", "))]
    NotInEnum {
        type_name: String,
        property: String,
        value: String,
        allowed: Vec<String>,
    },
    #[error("{type_name} `{id}`: {property} is {value}, which is {} the {} {bound} of @range", if *.below { "below" } else { "above" }, if *.below { "minimum" } else { "maximum" })]
    Range {
        type_name: String,
        id: String,
        property: String,
        value: String,
        below: bool,
        bound: String,
    },
    #[error("{type_name} `{id}`: {property} is `{value}`, which does not match {pattern} of @check")]
    Check {
        type_name: String,
        id: String,
        property: String,
        value: String,
        pattern: String,
    },
    #[error("{type_name} `{first}` and `{second}` have the same ({}): {value}, but @unique forbids it", columns.join(", "))]
    Unique {
        type_name: String,
        columns: Box<[String]>,
        value: String,
        first: String,
        second: String,
    },
    #[error("{type_name} `{id}` occurs twice in the input{}", since(.first_line))]
    DuplicateId {
        type_name: String,
        id: String,
        first_line: Option<u64>,
    },
    #[error("{type_name} `{id}` exists already; load with mode merge to replace it")]
    KeyConflict { type_name: String, id: String },
    #[error("{edge_type}: there is no {node_type} `{node}`, its `{side}`")]
    MissingEndpoint {
        edge_type: String,
        side: Side,
        node_type: String,
        node: String,
    },
    #[error("{node_type} `{node}` cannot go: {edge_type} `{edge}` names it as its `{side}`")]
    DanglingEdge {
        edge_type: String,
        edge: String,
        side: Side,
        node_type: String,
        node: String,
    },
    #[error("{node_type} `{source_id}` would have {count} {edge_type}, but @card allows {}", cardinality(*.min, *.max))]
    Cardinality {
        edge_type: String,
        node_type: String,
        source_id: String,
        count: u64,
        min: u32,
        max: Option<u32>,
    },
    #[error("P011: parameter `${parameter}` is null, but {type_name}.{property} is required")]
    NullParameter {
        parameter: String,
        type_name: String,
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

    pub fn class(&self) -> Class {
        match self {
            Fault::KeyConflict { .. } => Class::KeyConflict,
            _ => Class::BadRequest,
        }
    }
}
