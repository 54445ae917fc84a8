//! Requests: which query of a file is meant, and what its parameters' values are. All that is wrong with a request is
//! reported at once, before anything is read.

mod bind;
mod decode;
mod json;
mod request;
mod text;

use std::collections::BTreeMap;

use omnigraph_model::types::Value;

use crate::rules::Rule;

pub use self::bind::bind;
pub use self::decode::Options;
pub use self::json::{Given, read};
pub use self::request::{Candidate, EntryPoint, select};
pub use self::text::{from_text, is_too_large};
pub use crate::rules::parameters::p012_unknown_node::problem as unknown_node;
pub use crate::rules::parameters::p014_foreign_cursor::problem as foreign_cursor;

/// The values of a query's parameters, as far as they could be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// One for each declared parameter, `Null` for an optional one that is not given. Complete if there are no errors.
    pub values: BTreeMap<String, Value>,
    pub errors: Vec<ParameterProblem>,
    pub warnings: Vec<ParameterProblem>,
}

/// What is wrong with a request, and under which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    pub rule: &'static Rule,
    /// `tags[2]`: the parameter, and the place in its value. Empty where the request as a whole is meant.
    pub path: String,
    /// One sentence, names in backticks.
    pub message: String,
    pub help: Option<String>,
}

impl ParameterProblem {
    pub(crate) fn new(rule: &'static Rule, path: impl Into<String>, message: impl Into<String>) -> ParameterProblem {
        ParameterProblem {
            rule,
            path: path.into(),
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> ParameterProblem {
        self.help = Some(help.into());
        self
    }
}

/// `P003: …`, with the help behind it.
impl std::fmt::Display for ParameterProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule.subcode, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}
