//! A real store, driven in-process the way the command line drives it: check the text, decode the parameters, run the
//! plan.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use omnigraph::{
    AccessPaths, ApplyOptions, CleanupOptions, CommitOptions, Embedder, Error, ExportOptions, Graph, LoadMode,
    LoadOptions, OpenOptions, OptimizeOptions, PlanOptions, QueryOptions, Request, SchemaPlan, SchemaReport, Session,
};
use omnigraph_engine::embedding::Mock;
use omnigraph_model::ir::Plan;
use serde_json::{Map, Value as Json};
use tokio::runtime::{Builder, Runtime};

use crate::reference::{Answer, Mode};

pub struct Store {
    runtime: Runtime,
    graph: Graph,
}

/// Why nothing was done.
#[derive(Debug)]
pub struct Failure {
    /// Codes of the compiler's findings, or the class of the engine's error.
    pub codes: Vec<String>,
    pub message: String,
}

/// What came of a request, and the codes of warnings about its parameters.
#[derive(Debug)]
pub struct Ran {
    /// The cursor of the next page, if rows come in pages and there are more.
    pub next: Option<String>,
    pub outcome: Outcome,
    pub warnings: Vec<String>,
}

#[derive(Debug)]
pub enum Outcome {
    Rows(Answer),
    Affected {
        nodes: u64,
        edges: u64,
        commit: Option<String>,
        /// What the query returns of what it wrote.
        returned: Option<Answer>,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let codes = match &error {
            Error::Compiler { diagnostics, .. } => diagnostics.iter().map(|error| error.rule.code.to_owned()).collect(),
            Error::Parameters { errors, .. } => errors.iter().map(|problem| problem.rule.code.to_owned()).collect(),
            Error::Choice(problem) => vec![problem.rule.code.to_owned()],
            Error::Evaluation { diagnostic, .. } => vec![diagnostic.rule.code.to_owned()],
            error => vec![error.class().name().to_owned()],
        };
        Failure {
            codes,
            message: error.to_string(),
        }
    }
}

impl From<omnigraph_engine::Error> for Failure {
    fn from(error: omnigraph_engine::Error) -> Failure {
        Error::from(error).into()
    }
}

impl Store {
    pub fn create(location: &Path, schema: &str) -> Store {
        let runtime = runtime();
        let location = location.to_str().expect("a path that is text");
        let create = Graph::create(location, schema, OpenOptions::default());
        let graph = runtime.block_on(create).unwrap_or_else(|error| panic!("{error}"));
        Store { runtime, graph }
    }

    pub fn open(location: &Path) -> Store {
        let runtime = runtime();
        let location = location.to_str().expect("a path that is text");
        let open = Graph::open_for_write(location, OpenOptions::default());
        let graph = runtime.block_on(open).unwrap_or_else(|error| panic!("{error}"));
        Store { runtime, graph }
    }

    pub fn load(&self, lines: &str, mode: Mode) -> Result<(), Failure> {
        let mode = match mode {
            Mode::Append => LoadMode::Append,
            Mode::Merge => LoadMode::Merge,
            Mode::Overwrite => LoadMode::Overwrite,
        };
        let input = std::io::Cursor::new(lines.as_bytes().to_vec());
        let options = LoadOptions {
            embedder: embedder(),
            ..LoadOptions::mode(mode)
        };
        self.runtime.block_on(self.session().load(input, options))?;
        Ok(())
    }

    /// Joins fragments and builds the schema's indexes; no answer may change.
    pub fn optimize(&self) {
        let done = self
            .runtime
            .block_on(self.session().optimize(&OptimizeOptions::default()));
        done.unwrap_or_else(|error| panic!("{error}"));
    }

    /// Removes whatever the newest commit does not need.
    pub fn cleanup(&self) {
        let options = CleanupOptions {
            keep: Some(1),
            grace: Duration::ZERO,
            confirm: true,
            ..CleanupOptions::default()
        };
        let done = self.runtime.block_on(self.session().cleanup(&options));
        done.unwrap_or_else(|error| panic!("{error}"));
    }

    fn session(&self) -> Session {
        self.graph.session().with_options(QueryOptions {
            embedder: embedder(),
            ..QueryOptions::default()
        })
    }

    /// How a correct read query would be run.
    pub fn explain(&self, access: AccessPaths, text: &str, given: &Map<String, Json>) -> String {
        let options = QueryOptions {
            access,
            ..QueryOptions::default()
        };
        let session = self.graph.session().with_options(options);
        let explained = self.runtime.block_on(async {
            let prepared = session.prepare(&Request::text(text)).await?;
            prepared.explain(&prepared.bind(Json::Object(given.clone()))?).await
        });
        explained.unwrap_or_else(|error| panic!("{error}\n{text}")).to_string()
    }

    pub fn export(&self) -> String {
        self.export_at(&self.head())
    }

    /// The graph as it was at a commit.
    pub fn export_at(&self, commit: &str) -> String {
        let mut text = Vec::new();
        let written = self.runtime.block_on(async {
            let session = self.session().at(Some(commit.to_owned()));
            session.export(&mut text, &ExportOptions::default()).await
        });
        written.unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(text).expect("an export is text")
    }

    /// The newest commit.
    pub fn head(&self) -> String {
        let snapshot = self.runtime.block_on(self.session().snapshot());
        snapshot
            .unwrap_or_else(|error| panic!("{error}"))
            .commit_id()
            .to_owned()
    }

    pub fn plan(&self, schema: &str, options: &PlanOptions) -> Result<SchemaPlan, Failure> {
        Ok(self.runtime.block_on(self.session().plan_schema(schema, options))?)
    }

    pub fn apply(&self, plan: &SchemaPlan) -> Result<SchemaReport, Failure> {
        let options = ApplyOptions::default();
        Ok(self.runtime.block_on(self.session().apply_schema(plan, &options))?)
    }

    /// Runs the one query of a text.
    pub fn run(&self, text: &str, given: &Map<String, Json>, now: i64) -> Result<Ran, Failure> {
        self.run_named(text, None, given, now)
    }

    pub fn run_named(
        &self,
        text: &str,
        name: Option<&str>,
        given: &Map<String, Json>,
        now: i64,
    ) -> Result<Ran, Failure> {
        self.run_by(AccessPaths::Automatic, text, name, given, now)
    }

    /// By certain ways to the rows.
    pub fn run_by(
        &self,
        access: AccessPaths,
        text: &str,
        name: Option<&str>,
        given: &Map<String, Json>,
        now: i64,
    ) -> Result<Ran, Failure> {
        let session = self.graph.session().with_options(QueryOptions {
            now: Some(now),
            access,
            embedder: embedder(),
            ..QueryOptions::default()
        });
        self.runtime.block_on(async {
            let request = Request {
                name,
                ..Request::text(text)
            };
            let prepared = session.prepare(&request).await?;
            let bound = prepared.bind(Json::Object(given.clone()))?;
            let mut next = None;
            let outcome = match prepared.plan() {
                Plan::Read(_) => {
                    let running = prepared.run(&bound).await?;
                    let result = running.collect().await.map_err(|error| prepared.located(error))?;
                    next = result.page.as_ref().and_then(|page| page.next.clone());
                    Outcome::Rows(Answer {
                        columns: result.columns.iter().map(|column| column.name.clone()).collect(),
                        rows: result.json_rows()?,
                    })
                }
                Plan::Mutation(_) => {
                    let report = prepared.mutate(&bound, CommitOptions::default()).await?;
                    Outcome::Affected {
                        nodes: report.affected_nodes,
                        edges: report.affected_edges,
                        commit: report.receipt.map(|receipt| receipt.commit),
                        returned: match report.returned {
                            Some(result) => Some(Answer {
                                columns: result.columns.iter().map(|column| column.name.clone()).collect(),
                                rows: result.json_rows()?,
                            }),
                            None => None,
                        },
                    }
                }
            };
            let warnings = bound
                .warnings
                .iter()
                .map(|warning| warning.rule.code.to_owned())
                .collect();
            Ok(Ran {
                next,
                outcome,
                warnings,
            })
        })
    }
}

/// One of so many stores has its export tried when it is let go; `OMNIGRAPH_TEST_EXPORTS=1` tries them all.
const TRIED: usize = 12;

/// Bytes of an export that is tried without being told to.
const LARGEST_TRIED: usize = 4 << 20;

impl Drop for Store {
    /// Whatever a test did to a graph: its export loads into a fresh graph of the same schema, and comes out as it went in.
    fn drop(&mut self) {
        static DROPPED: AtomicUsize = AtomicUsize::new(0);
        let told = std::env::var("OMNIGRAPH_TEST_EXPORTS").ok();
        let told: Option<usize> = told.and_then(|told| told.parse().ok());
        let every = told.unwrap_or(TRIED).max(1);
        if std::thread::panicking() || !DROPPED.fetch_add(1, Ordering::Relaxed).is_multiple_of(every) {
            return;
        }
        let exported = self.runtime.block_on(async {
            let mut text = Vec::new();
            let snapshot = self.session().snapshot().await.ok()?;
            snapshot.export(&mut text, &ExportOptions::default()).await.ok()?;
            Some((snapshot.schema().object.source.clone(), text))
        });
        // The test may have taken the files away, or damaged them.
        let Some((schema, text)) = exported else { return };
        if told.is_none() && text.len() > LARGEST_TRIED {
            return;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let location = folder.path().join("graph");
        let location = location.to_str().expect("a path that is text");
        let again = self.runtime.block_on(async {
            let session = Graph::create(location, &schema, OpenOptions::default())
                .await?
                .session();
            let mut again = Vec::new();
            if !text.is_empty() {
                let input = std::io::Cursor::new(text.clone());
                session.load(input, LoadOptions::mode(LoadMode::Append)).await?;
            }
            session.export(&mut again, &ExportOptions::default()).await?;
            Ok::<_, Error>(again)
        });
        let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        match again {
            Ok(again) => assert_eq!(shown(&again), shown(&text), "{schema}"),
            Err(error) => panic!("the export does not load: {error}\n{schema}\n{}", shown(&text)),
        }
    }
}

/// Vectors of texts are made up from their words.
fn embedder() -> Option<Arc<dyn Embedder>> {
    Some(Arc::new(Mock::default()))
}

/// Enough threads for a store that is used by one test.
fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads")
}
