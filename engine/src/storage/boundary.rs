//! The one place where failures of the storage library end. Whatever reads or writes data runs inside: a panic becomes an
//! error, and an error that says less than the damage that caused it is replaced by the damage.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use super::integrity::Library;
use crate::error::{Class, Error, Result, StorageKind};

impl Library {
    /// Runs a request to its end.
    pub(crate) async fn bounded<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let outcome = AssertUnwindSafe(work).catch_unwind().await;
        outcome
            .unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
            .map_err(|error| self.judged(error))
    }

    /// The damage that was met while this failed, if the failure does not say it itself.
    pub(crate) fn judged(&self, error: Error) -> Error {
        let vague = match error.class() {
            Class::Internal => true,
            Class::Storage(kind) => !matches!(error, Error::Corrupt { .. }) && kind != StorageKind::Exhausted,
            _ => false,
        };
        match self.checks().damage() {
            Some(damage) if vague => damage.into(),
            _ => error,
        }
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::internal(format!(
        "a part of the program panicked: {}",
        said.unwrap_or("it did not say why")
    ))
}
