//! A session: an open graph, its branch, the commit that is read, who acts, who decides what is allowed, and the limits of requests.

use std::io::{BufRead, Write};
use std::sync::Arc;

use omnigraph_engine::execution::QueryOptions;
use omnigraph_engine::export::ExportOptions;
use omnigraph_engine::{
    CleanupOptions, CleanupReport, CommitOptions, LoadMode, LoadOptions, LoadReport, OptimizeOptions, OptimizeReport,
    Snapshot, VerifyReport,
};

use crate::authorise::{Action, Authoriser, Everything};
use crate::error::Result;
use crate::graph::Graph;
use crate::prepared::{Prepared, Request};

/// Requests on one graph, in one name. Cheap to clone and to change.
#[derive(Clone, Debug)]
pub struct Session {
    graph: Graph,
    /// The commit that is read; the newest one without it.
    commit: Option<String>,
    actor: Option<String>,
    authoriser: Arc<dyn Authoriser>,
    options: QueryOptions,
}

impl Session {
    pub(crate) fn new(graph: Graph) -> Session {
        Session {
            graph,
            commit: None,
            actor: None,
            authoriser: Arc::new(Everything),
            options: QueryOptions::default(),
        }
    }

    /// The same on another branch, and its newest commit. Sessions of all branches share what is open, cached and compiled.
    ///
    /// # Errors
    /// The engine's: there is no such branch.
    pub async fn on(self, branch: &str) -> Result<Session> {
        Ok(Session {
            graph: self.graph.on(branch).await?,
            commit: None,
            ..self
        })
    }

    /// The branch that is read and written.
    pub fn branch(&self) -> &str {
        self.graph.store().branch()
    }

    /// The same on an older commit, or on the newest one. Writes are always made on the newest.
    pub fn at(self, commit: Option<String>) -> Session {
        Session { commit, ..self }
    }

    /// The same in somebody's name: commits carry it, and it is what the authoriser is asked about.
    pub fn acting_as(self, actor: Option<String>) -> Session {
        Session { actor, ..self }
    }

    /// The same with somebody else who decides what is allowed.
    pub fn authorised_by(self, authoriser: Arc<dyn Authoriser>) -> Session {
        Session { authoriser, ..self }
    }

    /// The same with other limits, ways to the rows, and provider of vectors. The instant of `now()` is part of them.
    pub fn with_options(self, options: QueryOptions) -> Session {
        Session { options, ..self }
    }

    /// The graph that it is a session of.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Limits, ways to the rows, and provider of vectors.
    pub fn options(&self) -> &QueryOptions {
        &self.options
    }

    /// The state of the graph that this session reads.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; a commit that does not exist or whose data are gone.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        self.authorise(Action::Describe)?;
        self.read().await
    }

    /// The same without asking: the request has been allowed as another action.
    async fn read(&self) -> Result<Arc<Snapshot>> {
        let store = self.graph.store();
        let snapshot = match &self.commit {
            Some(commit) => store.snapshot_at(commit).await?,
            None => store.snapshot().await?,
        };
        self.graph.compilations().verify_schema(&snapshot)?;
        Ok(snapshot)
    }

    /// Compiles the query that a request means, for the commit that this session reads.
    ///
    /// # Errors
    /// [`crate::Error::Compiler`] if the query has errors, [`crate::Error::Choice`] if none or another one is meant.
    pub async fn prepare(&self, request: &Request<'_>) -> Result<Prepared> {
        Prepared::of(self, self.snapshot().await?, request)
    }

    /// Loads NDJSON as one commit, or nothing of it.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; everything that is wrong with the input; what a write can fail with.
    pub async fn load(&self, input: impl BufRead + Send + 'static, options: LoadOptions) -> Result<LoadReport> {
        self.authorise(match options.mode {
            LoadMode::Overwrite => Action::Overwrite,
            LoadMode::Append | LoadMode::Merge => Action::Load,
        })?;
        let options = LoadOptions {
            commit: self.authored(options.commit),
            embedder: options.embedder.or_else(|| self.options.embedder.clone()),
            ..options
        };
        Ok(self.graph.store().load(input, options).await?)
    }

    /// Writes the graph as NDJSON that a load reads back.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; what reading and writing give.
    pub async fn export(&self, output: &mut (impl Write + Send), options: &ExportOptions) -> Result<()> {
        self.authorise(Action::Export)?;
        Ok(self.read().await?.export(output, options).await?)
    }

    /// Joins small files and builds the indexes of the schema.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; what a write can fail with.
    pub async fn optimize(&self, options: &OptimizeOptions) -> Result<OptimizeReport> {
        self.authorise(Action::Maintain)?;
        Ok(self.graph.store().optimize(options).await?)
    }

    /// Removes data that no retained commit needs.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; what the storage gives.
    pub async fn cleanup(&self, options: &CleanupOptions) -> Result<CleanupReport> {
        self.authorise(Action::Maintain)?;
        Ok(self.graph.store().cleanup(options).await?)
    }

    /// Reads everything and reports what is damaged.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; what keeps the rest from being read.
    pub async fn verify(&self) -> Result<VerifyReport> {
        self.authorise(Action::Maintain)?;
        Ok(self.graph.store().verify().await?)
    }

    /// Asks whether the actor may do this.
    pub(crate) fn authorise(&self, action: Action) -> Result<()> {
        Ok(self
            .authoriser
            .authorise(self.actor.as_deref(), action, self.branch())?)
    }

    /// A commit in the name of the session's actor, unless it says another.
    pub(crate) fn authored(&self, commit: CommitOptions) -> CommitOptions {
        CommitOptions {
            actor: commit.actor.or_else(|| self.actor.clone()),
            ..commit
        }
    }
}
