//! `schema plan` and `schema apply`: what a change of the schema does, and doing it.

use std::io::Write;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, render};
use omnigraph_compiler::migrate::{Plan, PlanOptions, Side, plan_texts};
use omnigraph_compiler::project::check_schema_text;
use omnigraph_engine::{CommitOptions, SchemaPlan};
use serde_json::{Value, json};

use crate::arguments::{SchemaApply, SchemaPlanning, TextOrJson};
use crate::failure::Failure;
use crate::project;
use crate::source::{Checked, Source, check};
use crate::terminal::Terminal;

use super::{block_on, engine_failure, open, open_for_write, print, schema_source, snapshot};

/// A plan with the texts that it is between.
struct Planned {
    plan: Plan,
    accepted: Source,
    desired: Source,
    broken: Vec<Broken>,
}

/// A query that worked and does not work any more.
struct Broken {
    file: String,
    name: String,
    diagnostics: Vec<Diagnostic>,
}

pub fn plan(arguments: SchemaPlanning, terminal: &Terminal) -> Result<(), Failure> {
    let desired = Source::read(&arguments.to)?;
    reject(&desired, terminal)?;
    let options = PlanOptions {
        hard_drops: arguments.allow_data_loss,
    };
    let (accepted, plan) = match (&arguments.from, &arguments.store) {
        (Some(from), _) => {
            let accepted = Source::read(from)?;
            reject(&accepted, terminal)?;
            let texts = (check_schema_text(&accepted.text), check_schema_text(&desired.text));
            let plan = plan_texts(&texts.0, &texts.1, &desired.path, options);
            let plan = plan.map_err(|diagnostics| refused(&diagnostics, &desired, terminal))?;
            let plan = plan.with_texts(&accepted.text, &desired.text);
            (accepted, plan)
        }
        (None, Some(store)) => {
            let (accepted, planned) = block_on(async {
                let graph = open(store).await?;
                let head = snapshot(&graph, None).await?;
                let accepted = schema_source(&head);
                let planned = graph
                    .plan_schema(&desired.text, options)
                    .await
                    .map_err(engine_failure)?;
                Ok((accepted, planned))
            })?;
            (accepted, planned.plan)
        }
        (None, None) => {
            return Err(Failure::usage(
                "say what the schema is compared with: --from or --store",
            ));
        }
    };
    let paths = match arguments.queries.is_empty() {
        true => Vec::new(),
        false => project::named(&arguments.queries)?,
    };
    let queries = paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "gq"))
        .map(|path| Source::read(&path))
        .collect::<Result<Vec<_>, _>>()?;
    let broken = broken(&accepted, &desired, &queries);
    let planned = Planned {
        plan,
        accepted,
        desired,
        broken,
    };
    planned.print(arguments.format, terminal)?;
    match arguments.check && !(planned.plan.supported() && planned.safe()) {
        true => Err(Failure::said()),
        false => Ok(()),
    }
}

pub fn apply(arguments: SchemaApply, terminal: &Terminal) -> Result<(), Failure> {
    let desired = Source::read(&arguments.schema)?;
    reject(&desired, terminal)?;
    let options = PlanOptions {
        hard_drops: arguments.allow_data_loss,
    };
    let (accepted, planned) = block_on(async {
        let graph = open(&arguments.store).await?;
        let head = snapshot(&graph, None).await?;
        let accepted = schema_source(&head);
        let planned = graph
            .plan_schema(&desired.text, options)
            .await
            .map_err(engine_failure)?;
        Ok((accepted, planned))
    })?;
    let shown = Planned {
        plan: planned.plan.clone(),
        accepted,
        desired,
        broken: Vec::new(),
    };
    let obstacles = planned.obstacles();
    let applied = match arguments.dry_run || !obstacles.is_empty() {
        true => None,
        false => Some(run(&arguments, &planned)?),
    };
    match arguments.format {
        TextOrJson::Json => {
            let mut document = shown.json();
            document["applied"] = json!(applied.as_ref().is_some_and(|report| report.applied));
            document["commit"] = json!(applied.as_ref().map(|report| &report.commit));
            document["obstacles"] = json!(obstacles);
            print(|out| writeln!(out, "{document}"))?;
        }
        TextOrJson::Text => print(|out| {
            shown.text(out, terminal)?;
            match &applied {
                Some(report) if report.applied => writeln!(out, "applied as {}", report.commit),
                _ => Ok(()),
            }
        })?,
    }
    match obstacles.is_empty() {
        true => Ok(()),
        false => Err(Failure::no(format!("nothing was applied: {}", obstacles.join("; ")))),
    }
}

fn run(arguments: &SchemaApply, planned: &SchemaPlan) -> Result<omnigraph_engine::SchemaReport, Failure> {
    let options: CommitOptions = super::commit_options(arguments.authorship.clone(), None);
    block_on(async {
        let graph = open_for_write(&arguments.store).await?;
        graph.apply_schema(planned, &options).await.map_err(engine_failure)
    })
}

fn reject(schema: &Source, terminal: &Terminal) -> Result<(), Failure> {
    let checked = check(Some(schema), &[]);
    checked.reject(&checked.errors(), terminal)
}

/// Prints why a text cannot become the next schema.
fn refused(diagnostics: &[Diagnostic], desired: &Source, terminal: &Terminal) -> Failure {
    let sources = Sources::new([(desired.path.clone(), desired.text.clone())]);
    for diagnostic in diagnostics.iter().filter(|d| d.severity == Severity::Error) {
        eprintln!("{}", render::human(diagnostic, &sources, terminal.color_stderr()));
    }
    Failure::said()
}

/// Queries that have no error under the old schema and one under the new.
fn broken(accepted: &Source, desired: &Source, queries: &[Source]) -> Vec<Broken> {
    if queries.is_empty() {
        return Vec::new();
    }
    let (before, after) = (check(Some(accepted), queries), check(Some(desired), queries));
    let fine = |checked: &Checked, file: &str, span| checked.errors_of(file, span).is_empty();
    after
        .queries()
        .filter_map(|(file, query)| {
            let own = |d: &&Diagnostic| {
                let inside = d.span.start >= query.span.start && d.span.start <= query.span.end;
                d.file == file && d.severity == Severity::Error && inside
            };
            let diagnostics: Vec<Diagnostic> = after.diagnostics.iter().filter(own).cloned().collect();
            (!diagnostics.is_empty() && fine(&before, &file, query.span)).then_some(Broken {
                file,
                name: query.name,
                diagnostics,
            })
        })
        .collect()
}

impl Planned {
    /// Nothing that was found is an error, and no query breaks.
    fn safe(&self) -> bool {
        self.plan.safe() && self.broken.is_empty()
    }

    fn print(&self, format: TextOrJson, terminal: &Terminal) -> Result<(), Failure> {
        match format {
            TextOrJson::Json => print(|out| writeln!(out, "{}", self.json())),
            TextOrJson::Text => print(|out| self.text(out, terminal)),
        }
    }

    fn sources(&self) -> Sources {
        let both = [&self.accepted, &self.desired];
        Sources::new(both.map(|source| (source.path.clone(), source.text.clone())))
    }

    /// Of every finding, in order, with the index of its step and whether it is allowed.
    fn findings(&self) -> Vec<(Diagnostic, Option<usize>, bool)> {
        let mut placed = Vec::new();
        for (side, source) in [(Side::Accepted, &self.accepted), (Side::Desired, &self.desired)] {
            placed.extend(
                self.plan
                    .diagnostics(side, &check_schema_text(&source.text), &source.path),
            );
        }
        placed.sort_by_key(|(at, _)| *at);
        let with_step = |(at, diagnostic): (usize, Diagnostic)| {
            let judged = &self.plan.findings[at];
            (diagnostic, judged.step, judged.suppressed)
        };
        placed.into_iter().map(with_step).collect()
    }

    fn json(&self) -> Value {
        let (sources, findings) = (self.sources(), self.findings());
        let shown = |(diagnostic, _, suppressed): &(Diagnostic, Option<usize>, bool)| {
            let mut value = render::json(diagnostic, &sources);
            value["suppressed"] = json!(suppressed);
            value
        };
        let of = |step: Option<usize>| -> Vec<Value> { findings.iter().filter(|f| f.1 == step).map(shown).collect() };
        let steps = self.plan.steps.iter().enumerate().map(|(at, step)| {
            let mut value = json!(step);
            value["diagnostics"] = json!(of(Some(at)));
            value
        });
        let broken = self.broken.iter().map(|query| {
            let diagnostics: Vec<Value> = query.diagnostics.iter().map(|d| render::json(d, &sources)).collect();
            json!({"file": query.file, "name": query.name, "diagnostics": diagnostics})
        });
        json!({
            "supported": self.plan.supported(),
            "safe": self.safe(),
            "steps": steps.collect::<Vec<_>>(),
            "diagnostics": of(None),
            "broken_queries": broken.collect::<Vec<_>>(),
        })
    }

    fn text(&self, out: &mut dyn Write, terminal: &Terminal) -> std::io::Result<()> {
        let sources = self.sources();
        for step in &self.plan.steps {
            let mut fields = json!(step.action);
            let kind = fields.as_object_mut().and_then(|fields| fields.remove("kind"));
            let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
            writeln!(out, "{} {kind} {fields}", step.id)?;
        }
        for (diagnostic, _, suppressed) in self.findings() {
            match suppressed {
                true => writeln!(out, "allowed: {}", render::concise(&diagnostic, &sources))?,
                false => writeln!(
                    out,
                    "\n{}",
                    render::human(&diagnostic, &sources, terminal.color_stdout())
                )?,
            }
        }
        for query in &self.broken {
            let messages: Vec<&str> = query.diagnostics.iter().map(|d| d.message.as_str()).collect();
            writeln!(out, "breaks {} in {}: {}", query.name, query.file, messages.join("; "))?;
        }
        let verdict = match (self.plan.steps.is_empty(), self.plan.supported(), self.safe()) {
            (true, ..) => "no change",
            (_, false, _) => "cannot be applied",
            (_, true, false) => "is not safe",
            (_, true, true) => "can be applied",
        };
        writeln!(out, "{verdict}")
    }
}
