//! What an input or an outcome may do wrong, one variant a case, with the text that people read.

use std::collections::BTreeMap;

use crate::error::Class;

/// A broken rule, and what of the request broke it where that can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    pub origin: Option<Origin>,
    pub fault: Fault,
}

/// A part of a request, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Line(u64),
    /// Of a mutation that has several.
    Statement(u64),
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.origin {
            Some(Origin::Line(line)) => write!(f, "line {line}: ")?,
            Some(Origin::Statement(statement)) => write!(f, "statement {statement}: ")?,
            None => {}
        }
        write!(f, "{}", self.fault)
    }
}

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
    #[error("not JSON: {reason}")]
    NotJson { reason: String },
    #[error("expected one JSON object, found {found}")]
    NotAnObject { found: &'static str },
    #[error("member `{member}` occurs twice in one object")]
    DuplicateMember { member: String },
    #[error("expected one of `type` and `edge`, found neither")]
    NoKind,
    #[error("expected one of `type` and `edge`, found both")]
    BothKinds,
    #[error("`{field}` must be a string, found {found}")]
    KindNotString { field: &'static str, found: &'static str },
    #[error("unknown field `{field}` of {kind} line{}", type_suffix(.type_name))]
    UnknownField {
        field: String,
        kind: &'static str,
        type_name: Option<String>,
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

impl Fault {
    pub fn class(&self) -> Class {
        match self {
            Fault::KeyConflict { .. } => Class::KeyConflict,
            _ => Class::BadRequest,
        }
    }
}

/// What is wrong with a request, at least one thing. The first decides the class.
#[derive(Clone, Debug, PartialEq)]
pub struct Violations {
    pub list: Vec<Violation>,
    /// How many there are, which may be more than are listed.
    pub count: u64,
}

impl Violations {
    pub fn class(&self) -> Class {
        self.list.first().map_or(Class::BadRequest, |first| first.fault.class())
    }
}

impl std::fmt::Display for Violations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, violation) in self.list.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{violation}")?;
        }
        let listed = self.list.len() as u64;
        if self.count > listed {
            write!(f, "\n… and {} more, {} in all", self.count - listed, self.count)?;
        }
        Ok(())
    }
}

/// Collects violations: the first ones, and the number of all.
#[derive(Debug)]
pub(crate) struct Sink {
    list: Vec<Violation>,
    count: u64,
    limit: usize,
    origin: fn(u64) -> Origin,
}

impl Sink {
    /// `origin` says what the numbers are that violations come with.
    pub fn new(limit: usize, origin: fn(u64) -> Origin) -> Sink {
        Sink {
            list: Vec::new(),
            count: 0,
            limit: limit.max(1),
            origin,
        }
    }

    pub fn push(&mut self, number: Option<u64>, fault: Fault) {
        self.count += 1;
        if self.list.len() < self.limit {
            self.list.push(Violation {
                origin: number.map(self.origin),
                fault,
            });
        }
    }

    /// Counts violations that are not told, because those before them fill the list.
    pub fn skip(&mut self, violations: u64) {
        self.count += violations;
    }

    /// How many more will be told.
    pub fn room(&self) -> usize {
        self.limit - self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// An error if there was any violation; they come in the order of what broke the rules.
    pub fn finish(&mut self) -> Result<(), crate::error::Error> {
        if self.is_empty() {
            return Ok(());
        }
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|violation| (violation.origin.is_none(), violation.origin));
        let count = std::mem::take(&mut self.count);
        Err(Violations { list, count }.into())
    }
}

/// Of violations that are met in any order, the first in the order of the rows, as many as will be told; and the number of
/// the others.
#[derive(Debug)]
pub(crate) struct First<T> {
    most: usize,
    met: BTreeMap<u64, T>,
    others: u64,
}

impl<T> First<T> {
    pub fn new(most: usize) -> First<T> {
        First {
            most,
            met: BTreeMap::new(),
            others: 0,
        }
    }

    /// At the row of this place, which no other violation is met at.
    pub fn meet(&mut self, ordinal: u64, what: T) {
        self.met.insert(ordinal, what);
        if self.met.len() > self.most {
            self.met.pop_last();
            self.others += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.met.is_empty()
    }

    /// Those to tell; the others are counted.
    pub fn told(self, sink: &mut Sink) -> BTreeMap<u64, T> {
        sink.skip(self.others);
        self.met
    }
}
