//! What is wrong with a request, in the order of its parts: the first faults of each kind, and the number of all of them.

use std::collections::{HashMap, HashSet};

use omnigraph_model::printable::escape;

use super::Class;
use super::fault::{Fault, FaultKind};

/// A broken rule, and what of the request broke it where that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// `None` where no part can be told apart.
    pub origin: Option<Origin>,
    /// The rule, and what breaks it.
    pub fault: Fault,
}

/// A part of a request, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A line of an input, counted from 1.
    Line(u64),
    /// A statement of a mutation that has several, counted from 1.
    Statement(u64),
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.origin {
            Some(Origin::Line(line)) => write!(f, "line {line}: ")?,
            Some(Origin::Statement(statement)) => write!(f, "statement {statement}: ")?,
            None => {}
        }
        // One line, whatever the data hold.
        f.write_str(&escape(&self.fault.to_string()))
    }
}

/// What is wrong with a request, at least one thing. The first decides the class.
#[derive(Clone, Debug, PartialEq)]
pub struct Violations {
    /// The first ones of each kind.
    pub list: Vec<Violation>,
    /// How many there are, which may be more than are listed.
    pub count: u64,
    kinds: HashMap<FaultKind, u64>,
}

/// Violations of one kind that are written out. If there are more, only the first is, with their number.
pub(crate) const TOLD: u64 = 3;

impl Violations {
    /// `kinds` counts those of each kind of which something is listed.
    pub(crate) fn new(list: Vec<Violation>, count: u64, kinds: HashMap<FaultKind, u64>) -> Violations {
        Violations { list, count, kinds }
    }

    /// That of the first violation.
    pub(crate) fn class(&self) -> Class {
        self.list.first().map_or(Class::BadRequest, |first| first.fault.class())
    }

    /// How many there are of the kind of a listed one.
    pub(crate) fn like(&self, violation: &Violation) -> u64 {
        self.kinds.get(&violation.fault.kind()).copied().unwrap_or(1)
    }
}

impl From<Fault> for Violations {
    fn from(fault: Fault) -> Violations {
        Violations {
            kinds: HashMap::from([(fault.kind(), 1)]),
            list: vec![Violation { origin: None, fault }],
            count: 1,
        }
    }
}

impl std::fmt::Display for Violations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut grouped = HashSet::new();
        let mut told = 0;
        for (at, violation) in self.list.iter().enumerate() {
            let like = self.like(violation);
            let first = grouped.insert(violation.fault.kind());
            if like > TOLD && !first {
                continue;
            }
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{violation}")?;
            match like > TOLD {
                true => write!(f, " (and {} more like this)", like - 1)?,
                false => told += 1,
            }
            if like > TOLD {
                told += like;
            }
        }
        if self.count > told {
            write!(f, "\n… and {} more, {} in all", self.count - told, self.count)?;
        }
        Ok(())
    }
}
