//! An open graph, with what was compiled for it. It is cheap to clone; clones share both.

use std::sync::Arc;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::schema_text::{self, SCHEMA_FILE};
use omnigraph_engine::{NewGraph, OpenOptions};
use omnigraph_model::schema::Counter;

use crate::compiled::Compilations;
use crate::error::{Error, Result};
use crate::session::Session;

/// An open graph: in a folder, or at the URI of a store that this build knows.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use omnigraph::{ApplyOptions, CommitOptions, ExportOptions, Graph, Request};
///
/// # let folder = tempfile::tempdir()?;
/// # let location = folder.path().join("people").display().to_string();
/// # Graph::create(&location, "node Person { name: String @key }", Default::default()).await?;
/// let graph = Graph::open_for_write(&location, Default::default()).await?;
/// let session = graph.session().acting_as(Some("ada".to_owned()));
///
/// let join = "query join($name: String) { insert Person { name: $name } }";
/// let prepared = session.prepare(&Request::text(join)).await?;
/// let values = prepared.bind(serde_json::json!({"name": "Grace"}))?;
/// let report = prepared.mutate(&values, CommitOptions::default()).await?;
/// assert_eq!(report.affected_nodes, 1);
///
/// let next = "node Person { name: String @key  age: I32? }";
/// let plan = session.plan_schema(next, &Default::default()).await?;
/// assert!(plan.obstacles().is_empty());
/// assert!(session.apply_schema(&plan, &ApplyOptions::default()).await?.applied);
///
/// let mut rows = Vec::new();
/// session.export(&mut rows, &ExportOptions::default()).await?;
/// assert!(String::from_utf8(rows)?.contains("Grace"));
/// assert!(session.verify().await?.is_intact());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Graph {
    store: omnigraph_engine::Graph,
    compilations: Arc<Compilations>,
}

impl Graph {
    /// Creates a graph with the schema of this text. Of several at once, one wins; a crash leaves a folder that is not a graph
    /// and that may be used.
    ///
    /// # Errors
    /// [`Error::Compiler`] before anything is written; what the engine says of a place that holds a graph already, or that
    /// cannot be written.
    pub async fn create(location: &str, source: &str, options: OpenOptions) -> Result<Graph> {
        let rejected = |diagnostics| rejected(source, diagnostics);
        schema_text::create(source, &mut Counter::default()).map_err(rejected)?;
        let new = NewGraph::at(location, options).await?;
        let mut numbers = new.claim_identities(schema_text::needed(source, None)).await?;
        let object = schema_text::create(source, &mut numbers).map_err(rejected)?;
        Ok(Graph::from(new.create(object).await?))
    }

    /// Opens a graph. Nothing is written, and nothing needs repair.
    ///
    /// # Errors
    /// The engine's: nothing is there, it is not a graph, or it is damaged.
    pub async fn open(location: &str, options: OpenOptions) -> Result<Graph> {
        Ok(Graph::from(
            omnigraph_engine::Graph::open_with(location, options).await?,
        ))
    }

    /// Opens a graph and makes sure that it can be written.
    ///
    /// # Errors
    /// As [`Graph::open`], and a storage that cannot be written safely.
    pub async fn open_for_write(location: &str, options: OpenOptions) -> Result<Graph> {
        Ok(Graph::from(
            omnigraph_engine::Graph::open_for_write(location, options).await?,
        ))
    }

    /// The same graph on another branch, with what is open, cached and compiled.
    ///
    /// # Errors
    /// The engine's: there is no such branch.
    pub async fn on(&self, branch: &str) -> Result<Graph> {
        Ok(Graph {
            store: self.store.on(branch).await?,
            compilations: self.compilations.clone(),
        })
    }

    /// A session of nobody in particular on the newest commit, to which everything is allowed.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// The engine's handle.
    pub fn store(&self) -> &omnigraph_engine::Graph {
        &self.store
    }

    pub(crate) fn compilations(&self) -> &Compilations {
        &self.compilations
    }
}

impl From<omnigraph_engine::Graph> for Graph {
    fn from(store: omnigraph_engine::Graph) -> Graph {
        Graph {
            store,
            compilations: Arc::default(),
        }
    }
}

/// The errors of a schema text; diagnostics call it `schema.pg`.
pub(crate) fn rejected(source: &str, mut diagnostics: Vec<Diagnostic>) -> Error {
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    Error::Compiler {
        diagnostics,
        sources: Sources::new([(SCHEMA_FILE.to_owned(), source.to_owned())]),
    }
}
