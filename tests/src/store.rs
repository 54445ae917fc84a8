//! A real store, driven in-process the way the command line drives it: check the text, decode the parameters, run the
//! plan.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::ir::Plan;
use omnigraph_compiler::migrate::PlanOptions;
use omnigraph_compiler::{params, query};
use omnigraph_engine::embedding::Mock;
use omnigraph_engine::execution::{self, AccessPaths, QueryOptions};
use omnigraph_engine::export::ExportOptions;
use omnigraph_engine::optimize::OptimizeOptions;
use omnigraph_engine::{
    ApplyOptions, CleanupOptions, Embedder, Graph, LoadMode, LoadOptions, MutationOptions, OpenOptions, SchemaPlan,
    SchemaReport,
};
use serde_json::{Map, Value as Json};
use tokio::runtime::{Builder, Runtime};

use crate::compile::find_query;
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
    },
}

impl From<omnigraph_engine::Error> for Failure {
    fn from(error: omnigraph_engine::Error) -> Failure {
        Failure {
            codes: vec![format!("{:?}", error.class())],
            message: error.to_string(),
        }
    }
}

impl Store {
    pub fn create(location: &Path, schema: &str) -> Store {
        let runtime = runtime();
        let location = location.to_str().expect("a path that is text");
        let init = Graph::init(location, schema, OpenOptions::default());
        let graph = runtime.block_on(init).unwrap_or_else(|error| panic!("{error}"));
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
        self.runtime.block_on(self.graph.load(input, options))?;
        Ok(())
    }

    /// Joins fragments and builds the schema's indexes; no answer may change.
    pub fn optimize(&self) {
        let done = self.runtime.block_on(self.graph.optimize(&OptimizeOptions::default()));
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
        let done = self.runtime.block_on(self.graph.cleanup(&options));
        done.unwrap_or_else(|error| panic!("{error}"));
    }

    /// How a correct read query would be run.
    pub fn explain(&self, access: AccessPaths, text: &str, given: &Map<String, Json>) -> String {
        let tree = find_query(text, None).unwrap_or_else(|message| panic!("{message}"));
        let explained = self.runtime.block_on(async {
            let snapshot = self.graph.snapshot().await?;
            let Some(Plan::Read(plan)) = query::check(&tree, &snapshot.catalog).plan else {
                panic!("no read query: {text}");
            };
            let decoded = params::bind(
                &Plan::Read(plan.clone()),
                &Json::Object(given.clone()),
                params::Options::default(),
            );
            let options = QueryOptions {
                access,
                ..QueryOptions::default()
            };
            execution::explain(&snapshot, &plan, &decoded.values, &options).await
        });
        explained.unwrap_or_else(|error| panic!("{error}")).to_string()
    }

    pub fn export(&self) -> String {
        self.export_at(&self.head())
    }

    /// The graph as it was at a commit.
    pub fn export_at(&self, commit: &str) -> String {
        let mut text = Vec::new();
        let written = self.runtime.block_on(async {
            let snapshot = self.graph.snapshot_at(commit).await?;
            snapshot.export(&mut text, &ExportOptions::default()).await
        });
        written.unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(text).expect("an export is text")
    }

    /// The newest commit.
    pub fn head(&self) -> String {
        let snapshot = self.runtime.block_on(self.graph.snapshot());
        snapshot
            .unwrap_or_else(|error| panic!("{error}"))
            .commit_id()
            .to_owned()
    }

    pub fn plan(&self, schema: &str, options: &PlanOptions) -> Result<SchemaPlan, Failure> {
        Ok(self.runtime.block_on(self.graph.plan_schema(schema, options))?)
    }

    pub fn apply(&self, plan: &SchemaPlan) -> Result<SchemaReport, Failure> {
        let options = ApplyOptions::default();
        Ok(self.runtime.block_on(self.graph.apply_schema(plan, &options))?)
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
        let tree = find_query(text, name).map_err(|message| Failure {
            codes: vec!["syntax".into()],
            message,
        })?;
        self.runtime.block_on(async {
            let snapshot = self.graph.snapshot().await?;
            let checked = query::check(&tree, &snapshot.catalog);
            let errors: Vec<_> = checked
                .findings
                .iter()
                .filter(|f| f.severity == Severity::Error)
                .collect();
            let Some(plan) = checked.plan.filter(|_| errors.is_empty()) else {
                return Err(Failure {
                    codes: errors.iter().map(|finding| finding.rule.code.to_owned()).collect(),
                    message: format!("{errors:?}"),
                });
            };
            let decoded = params::bind(&plan, &Json::Object(given.clone()), params::Options::default());
            if !decoded.errors.is_empty() {
                return Err(Failure {
                    codes: decoded
                        .errors
                        .iter()
                        .map(|problem| problem.rule.code.to_owned())
                        .collect(),
                    message: format!("{:?}", decoded.errors),
                });
            }
            let outcome = match &plan {
                Plan::Read(plan) => {
                    let options = QueryOptions {
                        now_ms: now,
                        access,
                        embedder: embedder(),
                        ..QueryOptions::default()
                    };
                    let result = execution::query(&snapshot, plan, &decoded.values, &options).await?;
                    Outcome::Rows(Answer {
                        columns: result.columns.iter().map(|column| column.name.clone()).collect(),
                        rows: result.json_rows()?,
                    })
                }
                Plan::Mutation(plan) => {
                    let options = MutationOptions {
                        now: Some(now),
                        embedder: embedder(),
                        ..MutationOptions::default()
                    };
                    let report = self.graph.mutate(plan, &decoded.values, options).await?;
                    Outcome::Affected {
                        nodes: report.affected_nodes,
                        edges: report.affected_edges,
                        commit: report.receipt.map(|receipt| receipt.commit),
                    }
                }
            };
            let warnings = decoded
                .warnings
                .iter()
                .map(|warning| warning.rule.code.to_owned())
                .collect();
            Ok(Ran { outcome, warnings })
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
            let snapshot = self.graph.snapshot().await.ok()?;
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
            let graph = Graph::init(location, &schema, OpenOptions::default()).await?;
            let mut again = Vec::new();
            if !text.is_empty() {
                let input = std::io::Cursor::new(text.clone());
                graph.load(input, LoadOptions::mode(LoadMode::Append)).await?;
            }
            let snapshot = graph.snapshot().await?;
            snapshot.export(&mut again, &ExportOptions::default()).await?;
            Ok::<_, omnigraph_engine::Error>(again)
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
