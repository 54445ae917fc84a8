//! A request on its way: the query that a text means, its parameters, and running it.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_compiler::db::QuerySummary;
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::params::{self, Candidate, EntryPoint, Given, ParameterProblem};
use omnigraph_compiler::rules;
use omnigraph_engine::execution::{self, Explained, QueryOptions, Running};
use omnigraph_engine::{CommitOptions, MutationOptions, MutationReport, Snapshot};
use omnigraph_grammar::Span;
use omnigraph_model::ir::{Descriptor, MutationPlan, Parameter, Plan};
use omnigraph_model::types::Value;

use crate::authorise::Action;
use crate::compiled::Compilation;
use crate::error::{Error, Result};
use crate::session::Session;

/// A text, and which of its queries is meant.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// What diagnostics call the text.
    pub path: &'r str,
    /// Query declarations.
    pub text: &'r str,
    /// The query's name; without one it is the only query of the text.
    pub name: Option<&'r str>,
    /// The kind that it must be of.
    pub entry: Option<EntryPoint>,
}

impl<'r> Request<'r> {
    /// The only query of a text, of any kind.
    pub fn text(text: &'r str) -> Request<'r> {
        Request {
            path: "<text>",
            text,
            name: None,
            entry: None,
        }
    }
}

/// A query, compiled for one commit.
#[derive(Debug)]
pub struct Prepared {
    session: Session,
    snapshot: Arc<Snapshot>,
    compilation: Arc<Compilation>,
    index: usize,
    plan: Plan,
    descriptor: Descriptor,
    /// What diagnostics call the text, and the text.
    path: String,
    text: String,
}

/// The values of a query's parameters.
#[derive(Clone, Debug)]
pub struct Bound {
    values: BTreeMap<String, Value>,
    /// What is allowed but probably not meant.
    pub warnings: Vec<ParameterProblem>,
}

impl Prepared {
    pub(crate) fn of(session: &Session, snapshot: Arc<Snapshot>, request: &Request) -> Result<Prepared> {
        let compilation = session.graph().compilations().get(&snapshot, request.text);
        let rejected = |span| match compilation.errors(&snapshot, request.path, request.text, span) {
            Some((diagnostics, sources)) => Err(Error::Compiler { diagnostics, sources }),
            None => Ok(()),
        };
        let candidate = |query: &QuerySummary| Candidate {
            name: query.name.clone(),
            mutation: query.mutation == Some(true),
        };
        let candidates: Vec<Candidate> = compilation.queries.iter().map(candidate).collect();
        if candidates.is_empty() {
            // A text without any query usually is one that could not be read.
            rejected(None)?;
        }
        let index = params::select(&candidates, request.name, None).map_err(Error::Choice)?;
        let query = &compilation.queries[index];
        rejected(Some(query.span))?;
        params::select(&candidates[index..=index], None, request.entry).map_err(Error::Choice)?;
        let (Some(plan), Some(descriptor)) = (query.checked.plan.clone(), query.checked.descriptor.clone()) else {
            rejected(None)?;
            let message = format!("query `{}` has neither a plan nor an error", query.name);
            return Err(omnigraph_engine::Error::internal(message).into());
        };
        Ok(Prepared {
            session: session.clone(),
            snapshot,
            compilation,
            index,
            plan,
            descriptor,
            path: request.path.to_owned(),
            text: request.text.to_owned(),
        })
    }

    /// The same with other limits, ways to the rows, and provider of vectors.
    pub fn with_options(mut self, options: QueryOptions) -> Prepared {
        self.session = self.session.with_options(options);
        self
    }

    /// The query's name.
    pub fn name(&self) -> &str {
        &self.compilation.queries[self.index].name
    }

    /// The logical plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its parameters and the columns of its result, for callers.
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// The commit that it was compiled for and that it reads.
    pub fn commit(&self) -> &str {
        self.snapshot.commit_id()
    }

    /// The state of the graph that it reads.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// As declared.
    pub fn parameters(&self) -> &[Parameter] {
        match &self.plan {
            Plan::Read(plan) => &plan.parameters,
            Plan::Mutation(plan) => &plan.parameters,
        }
    }

    /// Decodes parameters from a JSON object by their declarations.
    ///
    /// # Errors
    /// [`Error::Parameters`] with everything that is wrong with them.
    pub fn bind(&self, values: serde_json::Value) -> Result<Bound> {
        let given = Given {
            values,
            too_large: Vec::new(),
        };
        self.bind_given(&given, params::Options::default())
    }

    /// The same from a text that was read before, and with a choice of how strict to be.
    ///
    /// # Errors
    /// As [`Prepared::bind`].
    pub fn bind_given(&self, given: &Given, options: params::Options) -> Result<Bound> {
        let decoded = params::bind(&self.plan, &given.values, options);
        let too_large = given.problems(self.parameters());
        let named = |path: &str| too_large.iter().any(|problem| problem.path == path);
        let mut errors = decoded.errors;
        errors.retain(|problem| !named(&problem.path));
        errors.extend(too_large.iter().cloned());
        match errors.is_empty() {
            true => Ok(Bound {
                values: decoded.values,
                warnings: decoded.warnings,
            }),
            false => Err(Error::Parameters {
                errors,
                warnings: decoded.warnings,
            }),
        }
    }

    /// Begins to run a read query; its rows come in batches.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Evaluation`], and what else the engine fails with. A mutation is a bad request. What fails
    /// later, while rows are taken, is an error of the engine, which [`Prepared::located`] turns into one of these.
    pub async fn run(&self, bound: &Bound) -> Result<Running> {
        self.session.authorise(Action::Read)?;
        let plan = self.read_plan()?;
        let running = execution::run(&self.snapshot, plan, &bound.values, self.session.options()).await;
        running.map_err(|error| self.located(error))
    }

    /// What the engine failed with while it ran this query; an expression without a value with its place in the text.
    pub fn located(&self, error: omnigraph_engine::Error) -> Error {
        let (code, origin, message) = match error {
            omnigraph_engine::Error::Evaluation { code, origin, message } => (code, origin, message),
            omnigraph_engine::Error::UnknownNode {
                parameter,
                type_name,
                id,
            } => {
                return Error::Parameters {
                    errors: vec![params::unknown_node(&parameter, &type_name, &id)],
                    warnings: Vec::new(),
                };
            }
            omnigraph_engine::Error::Cursor { parameter, foreign } => {
                return Error::Parameters {
                    errors: vec![params::foreign_cursor(&parameter, foreign)],
                    warnings: Vec::new(),
                };
            }
            other => return other.into(),
        };
        // Places in a plan count from where its query begins.
        let start = self.compilation.queries[self.index].span.start;
        let diagnostic = Diagnostic {
            rule: rules::by_code(code.code()),
            severity: Severity::Error,
            message,
            file: self.path.clone(),
            span: Span {
                start: start + origin.start,
                end: start + origin.end,
            },
            label: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
        };
        Error::Evaluation {
            diagnostic: Box::new(diagnostic),
            sources: Sources::new([(self.path.clone(), self.text.clone())]),
        }
    }

    /// The plan of a read query as it would run, or of the `match` that the statements of a mutation run for.
    ///
    /// # Errors
    /// As [`Prepared::run`]; a mutation without `match` is a bad request.
    pub async fn explain(&self, bound: &Bound) -> Result<Explained> {
        self.session.authorise(Action::Describe)?;
        let plan = match &self.plan {
            Plan::Mutation(MutationPlan {
                assignments: Some(assignments),
                ..
            }) => &assignments.plan,
            _ => self.read_plan()?,
        };
        let explained = execution::explain(&self.snapshot, plan, &bound.values, self.session.options()).await;
        explained.map_err(|error| self.located(error))
    }

    /// Runs a read query and reports what each operator of its plan did.
    ///
    /// # Errors
    /// As [`Prepared::run`].
    pub async fn analyze(&self, bound: &Bound) -> Result<Explained> {
        self.session.authorise(Action::Read)?;
        let plan = self.read_plan()?;
        let explained = execution::analyze(&self.snapshot, plan, &bound.values, self.session.options()).await;
        explained.map_err(|error| self.located(error))
    }

    /// Runs a mutation on the newest commit: one commit, or none where nothing changed.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Evaluation`], and what else the engine fails with. A read query is a bad request.
    pub async fn mutate(&self, bound: &Bound, commit: CommitOptions) -> Result<MutationReport> {
        self.session.authorise(Action::Change)?;
        let Plan::Mutation(plan) = &self.plan else {
            return Err(omnigraph_engine::Error::bad_request("this is a read query").into());
        };
        let options = MutationOptions {
            commit: self.session.authored(commit),
            now: self.session.options().now,
            access: self.session.options().access,
            embedder: self.session.options().embedder.clone(),
            ..MutationOptions::default()
        };
        let store = self.session.graph().store();
        let report = store.mutate(plan, &bound.values, options).await;
        report.map_err(|error| self.located(error))
    }

    fn read_plan(&self) -> Result<&omnigraph_model::ir::ReadPlan> {
        match &self.plan {
            Plan::Read(plan) => Ok(plan),
            Plan::Mutation(_) => Err(omnigraph_engine::Error::bad_request("this is a mutation").into()),
        }
    }
}
