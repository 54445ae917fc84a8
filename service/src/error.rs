//! What can go wrong with a request, as classes that callers decide by.

use omnigraph_compiler::diagnostic::{Diagnostic, Sources};
use omnigraph_compiler::params::ParameterProblem;

use crate::authorise::Denied;

/// The outcome of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A schema or query text has errors.
    #[error("{}", lines(.diagnostics.iter().map(|d| format!("{}: {}", d.rule.code, d.message))))]
    Compiler {
        /// At least one, errors alone.
        diagnostics: Vec<Diagnostic>,
        /// What the diagnostics point into.
        sources: Sources,
    },
    /// The request does not say which query it means, or means one of the other kind.
    #[error("{0}")]
    Choice(ParameterProblem),
    /// Parameters that do not fit their declarations.
    #[error("{}", lines(.errors.iter().map(ToString::to_string)))]
    Parameters {
        /// At least one.
        errors: Vec<ParameterProblem>,
        /// What is allowed but probably not meant.
        warnings: Vec<ParameterProblem>,
    },
    /// The authoriser does not allow it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// An expression of a running query has no value for the data that it met.
    #[error("{}: {}", .diagnostic.rule.code, .diagnostic.message)]
    Evaluation {
        /// With the place in the query's text.
        diagnostic: Box<Diagnostic>,
        /// What the diagnostic points into.
        sources: Sources,
    },
    /// What the engine failed with.
    #[error(transparent)]
    Engine(#[from] omnigraph_engine::Error),
}

/// The stable name of an error's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A text has errors.
    Compiler,
    /// The authoriser does not allow it.
    Forbidden,
    /// The engine's own, and what is wrong with a request before it gets there.
    Engine(omnigraph_engine::Class),
}

impl Error {
    /// What callers decide by.
    pub fn class(&self) -> Class {
        match self {
            Error::Compiler { .. } => Class::Compiler,
            Error::Choice(_) | Error::Parameters { .. } => Class::Engine(omnigraph_engine::Class::BadRequest),
            Error::Denied(_) => Class::Forbidden,
            Error::Evaluation { .. } => Class::Engine(omnigraph_engine::Class::Evaluation),
            Error::Engine(error) => Class::Engine(error.class()),
        }
    }
}

impl Class {
    /// As `docs/errors.md` names it.
    pub fn name(self) -> &'static str {
        use omnigraph_engine::Class as Engine;
        match self {
            Class::Compiler => "Compiler",
            Class::Forbidden => "Forbidden",
            Class::Engine(class) => match class {
                Engine::BadRequest => "BadRequest",
                Engine::NotFound => "NotFound",
                Engine::KeyConflict => "KeyConflict",
                Engine::ReadSetChanged => "ReadSetChanged",
                Engine::RetryableCommitConflict => "RetryableCommitConflict",
                Engine::PreconditionFailed => "PreconditionFailed",
                Engine::ResourceLimitExceeded => "ResourceLimitExceeded",
                Engine::AlreadyInitialized => "AlreadyInitialized",
                Engine::HistoricalVersionReclaimed => "HistoricalVersionReclaimed",
                Engine::EmbeddingProvider => "EmbeddingProvider",
                Engine::Evaluation => "Evaluation",
                Engine::Unknown => "Unknown",
                Engine::Storage(_) => "Storage",
                Engine::Internal => "Internal",
            },
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
