//! The one place where failures of the storage library end. Whatever reads or writes data runs inside: a panic becomes an
//! error, and an error that says less than the damage that caused it is replaced by the damage.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;

use super::graph::Graph;
use crate::error::{Class, Error, Result, StorageKind};

impl Graph {
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
        match self.library().checks().damage() {
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

#[cfg(test)]
mod tests {
    use omnigraph_model::schema::{Accepted, Allocate, IR_VERSION, Presentation, SchemaObject};

    use super::*;
    use crate::history::NewGraph;
    use crate::storage::OpenOptions;
    use crate::storage::integrity::Damage;

    async fn graph(folder: &std::path::Path) -> Graph {
        let location = folder.to_str().expect("a path");
        let new = NewGraph::at(location, OpenOptions::default()).await.expect("a place");
        let numbers = new.claim_identities(0).await.expect("a domain").domain();
        let schema = Accepted {
            ir_version: IR_VERSION,
            schema_identity_domain: numbers,
            next_identity_id: 1,
            interfaces: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let object = SchemaObject::of(schema, "", Presentation::default());
        new.create(object).await.expect("a graph")
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let graph = graph(folder.path()).await;
        let panicking = async { panic!("index out of bounds") };
        let error = graph.bounded::<()>(panicking).await.expect_err("an error");
        assert_eq!(
            error.to_string(),
            "internal error: a part of the program panicked: index out of bounds"
        );
    }

    #[tokio::test]
    async fn damage_explains_what_failed_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let graph = graph(folder.path()).await;
        let file = "nodes/1-2/data/x.lance";
        let damage: Damage = graph
            .library()
            .checks()
            .damaged(file, StorageKind::Permanent, "it is missing".to_owned());
        let error = graph.bounded::<()>(async { panic!("no such page") }).await;
        assert_eq!(
            error.expect_err("an error").to_string(),
            Error::from(damage).to_string()
        );
        let other = graph.bounded::<()>(async { Err(Error::bad_request("no")) }).await;
        assert_eq!(other.expect_err("an error").to_string(), "no");
    }
}
