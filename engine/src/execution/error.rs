//! Errors of an execution, as the classes that callers decide by.

use arrow_schema::ArrowError;
use datafusion::common::DataFusionError;

use crate::error::Error;

/// Unwraps what DataFusion and Arrow wrapped: an error of our own comes out as it went in, and one about memory becomes
/// the limit that was hit.
pub(crate) fn from_datafusion(error: DataFusionError, memory_limit: usize) -> Error {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            from_datafusion(*inner, memory_limit)
        }
        DataFusionError::ArrowError(inner, _) => match *inner {
            ArrowError::ExternalError(inner) => from_source(inner, memory_limit),
            other => Error::from(other),
        },
        DataFusionError::External(inner) => from_source(inner, memory_limit),
        DataFusionError::Shared(inner) => match std::sync::Arc::try_unwrap(inner) {
            Ok(inner) => from_datafusion(inner, memory_limit),
            Err(shared) => match shared.find_root() {
                DataFusionError::ResourcesExhausted(_) => exhausted(memory_limit),
                DataFusionError::External(inner) => match evaluation(inner.as_ref()) {
                    Some(error) => error,
                    None => Error::from(DataFusionError::Shared(shared)),
                },
                _ => Error::from(DataFusionError::Shared(shared)),
            },
        },
        DataFusionError::ResourcesExhausted(_) => exhausted(memory_limit),
        other => Error::from(other),
    }
}

fn from_source(source: Box<dyn std::error::Error + Send + Sync>, memory_limit: usize) -> Error {
    let source = match source.downcast::<Error>() {
        Ok(own) => return *own,
        Err(source) => source,
    };
    match source.downcast::<DataFusionError>() {
        Ok(inner) => from_datafusion(*inner, memory_limit),
        Err(source) => Error::from(DataFusionError::External(source)),
    }
}

/// An error of an expression, told once more to another who waits for the same rows.
fn evaluation(source: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<Error> {
    match source.downcast_ref::<Error>()? {
        Error::Evaluation { code, origin, message } => Some(Error::Evaluation {
            code: *code,
            origin: *origin,
            message: message.clone(),
        }),
        _ => None,
    }
}

/// The pool reports to its consumers only that it is used up.
fn exhausted(memory_limit: usize) -> Error {
    Error::ResourceLimitExceeded {
        resource: "memory of a query in bytes",
        limit: memory_limit as u64,
        actual: None,
    }
}
