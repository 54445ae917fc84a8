//! One session, many doors: everything that opens a graph and runs requests on it (the command line, the language server's
//! host, a program of its own) does it here. A request is a text; it is checked against the schema that the graph has, its
//! query is chosen, its parameters are decoded, the actor is authorised, and the engine runs it.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use omnigraph::{CommitOptions, Graph, LoadMode, LoadOptions, Request};
//!
//! let folder = tempfile::tempdir()?;
//! let location = folder.path().join("people").display().to_string();
//! let graph = Graph::create(&location, "node Person { name: String @key  age: I32? }", Default::default()).await?;
//! let session = graph.session();
//! let people = "{\"type\": \"Person\", \"data\": {\"name\": \"Ada\", \"age\": 36}}\n";
//! session.load(std::io::Cursor::new(people), LoadOptions::mode(LoadMode::Append)).await?;
//!
//! let text = "query older($than: I32) { match { $p: Person  $p.age > $than } return { $p.name } }";
//! let prepared = session.prepare(&Request::text(text)).await?;
//! let rows = prepared.run(&prepared.bind(serde_json::json!({"than": 30}))?).await?.collect().await?;
//! assert_eq!(rows.json_rows()?[0]["p.name"], "Ada");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

#![warn(clippy::missing_errors_doc)]

mod authorise;
mod compiled;
mod error;
mod evidence;
mod graph;
mod prepared;
mod schema;
mod session;

pub use authorise::{Action, Authoriser, Denied, Everything};
pub use error::{Class, Error, Result};
pub use graph::Graph;
pub use prepared::{Bound, Prepared, Request};
pub use schema::SchemaPlan;
pub use session::Session;

pub use omnigraph_compiler::migrate::PlanOptions;
pub use omnigraph_compiler::params::{EntryPoint, Given};
pub use omnigraph_engine::execution::{AccessPaths, Explained, LookUps, QueryOptions, Running};
pub use omnigraph_engine::export::ExportOptions;
pub use omnigraph_engine::{
    ApplyOptions, CleanupOptions, CleanupReport, CommitOptions, Embedder, LoadMode, LoadOptions, LoadReport,
    MutationOptions, MutationReport, OpenOptions, OptimizeOptions, OptimizeReport, SchemaReport, Snapshot,
    VerifyReport,
};
