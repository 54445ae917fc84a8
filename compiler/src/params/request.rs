//! Which of the queries of a file is meant by a request.

use super::ParameterProblem;
use crate::rules::parameters::{q010_which_query, q011_unknown_query, q012_wrong_entry_point};

/// A query that a file offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub name: String,
    /// Whether it writes.
    pub mutation: bool,
}

/// The door a request comes in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryPoint {
    Read,
    Mutation,
}

/// The index of the query that is meant: the one of this name, or the only one. With an entry point, it must be of that
/// kind.
pub fn select(
    candidates: &[Candidate],
    name: Option<&str>,
    entry: Option<EntryPoint>,
) -> Result<usize, ParameterProblem> {
    let index = match (name, candidates) {
        (Some(name), _) => candidates
            .iter()
            .position(|candidate| candidate.name == name)
            .ok_or_else(|| q011_unknown_query::problem(name, candidates))?,
        (None, [_]) => 0,
        (None, _) => return Err(q010_which_query::problem(candidates)),
    };
    match (entry, candidates[index].mutation) {
        (Some(EntryPoint::Read), true) | (Some(EntryPoint::Mutation), false) => {
            Err(q012_wrong_entry_point::problem(&candidates[index]))
        }
        _ => Ok(index),
    }
}
