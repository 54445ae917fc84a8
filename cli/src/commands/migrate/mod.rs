//! `schema plan` and `schema apply`: what a change of the schema does, and doing it.

mod git;
mod planned;
mod reported;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git::Found;
use omnigraph::{ApplyOptions, Error, SchemaPlan, SchemaReport};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, render};
use omnigraph_compiler::migrate::{HardDrops, MigrationPlan, PlanOptions, plan_texts};
use omnigraph_compiler::project::readers;
use omnigraph_compiler::schema_text::check_schema_text;
use omnigraph_engine::{Class, Reclaimed};
use omnigraph_model::migration::{Action, Mode};
use omnigraph_workspace::{Located, clean};
use planned::{Planned, broken};
use serde_json::{Value, json};

use super::{block_on, failure, open, open_for_write, print, print_after_commit, schema_source};
use crate::arguments::{PlanFormat, SchemaApply, SchemaPlanning, TextOrJson};
use crate::failure::Failure;
use crate::output::lint::Machine;
use crate::project::{self, Asked};
use crate::source::{Source, check, compiler_failure};
use crate::streams::say;
use crate::terminal::Terminal;

/// What a plan takes from the project.
struct Surroundings {
    desired: Source,
    queries: Vec<Source>,
    settings: Arc<Located>,
}

impl Surroundings {
    /// What plans go by. The loss of data is allowed of nothing, of everything, or of what is named.
    fn options(&self, consent: &Option<Vec<String>>, actor: Option<String>) -> Result<PlanOptions, Failure> {
        let named = |entities: &Vec<String>| -> BTreeSet<String> {
            entities.iter().filter(|entity| !entity.is_empty()).cloned().collect()
        };
        Ok(PlanOptions {
            hard_drops: match consent.as_ref().map(named) {
                None => HardDrops::None,
                Some(entities) if entities.is_empty() => HardDrops::All,
                Some(entities) => HardDrops::Only(entities),
            },
            actor: super::actor(actor),
            ..PlanOptions::of(&self.settings.settings, &self.path()?)
        })
    }

    /// The new schema's path, as the settings know it.
    fn path(&self) -> Result<String, Failure> {
        let path = project::working_directory()?.join(&self.desired.path);
        Ok(self.settings.relative(&clean(&path)))
    }
}

pub(crate) fn plan(arguments: SchemaPlanning, terminal: &Terminal) -> Result<(), Failure> {
    let targets = match &arguments.to {
        Some(to) => vec![to.clone()],
        None => project_schemas(&arguments)?,
    };
    let several = targets.len() > 1;
    let plans = targets.iter().map(|to| planned(&arguments, to, several, terminal));
    let plans = plans.collect::<Result<Vec<Planned>, Failure>>()?;
    if let Some(format) = Machine::of_plan(arguments.format) {
        super::report::report(format, &reported::findings(&plans), &project::working_directory()?)?;
    } else if arguments.format == PlanFormat::Json {
        print(|out| writeln!(out, "{}", document(&plans)))?;
    } else {
        print(|out| {
            for (at, planned) in plans.iter().enumerate() {
                if several {
                    writeln!(out, "{}{}:", if at == 0 { "" } else { "\n" }, planned.desired.path)?;
                }
                planned.text(out, terminal)?;
            }
            Ok(())
        })?;
    }
    match arguments.check && !plans.iter().all(Planned::check) {
        true => Err(Failure::said()),
        false => Ok(()),
    }
}

/// The plan, or those of several projects, each with the file that it is about.
fn document(plans: &[Planned]) -> Value {
    if let [planned] = plans {
        return planned.json();
    }
    let documents = plans.iter().map(|planned| {
        let mut document = planned.json();
        document["file"] = json!(planned.desired.path);
        document
    });
    json!({ "plans": documents.collect::<Vec<_>>() })
}

/// One plan. Among several, a schema that git does not have yet is a new one.
fn planned(arguments: &SchemaPlanning, to: &Path, among: bool, terminal: &Terminal) -> Result<Planned, Failure> {
    let around = surroundings(to, &arguments.queries)?;
    reject(&around.desired, terminal)?;
    let mut options = around.options(&arguments.allow_data_loss, arguments.actor.clone())?;
    options.if_schema.clone_from(&arguments.if_schema);
    options.base = arguments
        .base
        .as_ref()
        .map(|base| Source::read_schema(base))
        .transpose()?
        .map(|base| base.text);
    let (accepted, plan, base) = match (&arguments.from, &arguments.against, &arguments.store) {
        (_, _, Some(store)) => {
            let (accepted, planned) = plan_stored(store, &around.desired, &options, terminal)?;
            (accepted, planned.plan, Some(planned.base))
        }
        (from, against, None) => {
            let accepted = match (from, against) {
                (Some(from), _) => Source::read_schema(from)?,
                (None, Some(reference)) => match git::read(reference, to)? {
                    Found::File(source) => source,
                    Found::Nothing { shown, .. } if among => Source {
                        path: shown,
                        text: String::new(),
                    },
                    Found::Nothing { failure, .. } => return Err(failure),
                },
                (None, None) => {
                    return Err(Failure::usage(
                        "say what the schema is compared with: --from, --against or --store",
                    ));
                }
            };
            reject(&accepted, terminal)?;
            let texts = (
                check_schema_text(&accepted.text),
                check_schema_text(&around.desired.text),
            );
            let plan = plan_texts(&texts.0, &texts.1, &around.desired.path, &options);
            let plan = plan.map_err(|diagnostics| refused(&diagnostics, &around.desired, terminal))?;
            let plan = plan.with_texts(&accepted.text, &around.desired.text);
            (accepted, plan, None)
        }
    };
    consented(&options, &plan)?;
    judged(plan, accepted, around, base)
}

pub(crate) fn apply(arguments: SchemaApply, terminal: &Terminal) -> Result<(), Failure> {
    let around = surroundings(&arguments.schema, &arguments.queries)?;
    reject(&around.desired, terminal)?;
    let mut options = around.options(&arguments.allow_data_loss, arguments.authorship.actor.clone())?;
    options.if_schema.clone_from(&arguments.if_schema);
    let (accepted, mut stored) = plan_stored(&arguments.store, &around.desired, &options, terminal)?;
    consented(&options, &stored.plan)?;
    if let Some(expected) = arguments
        .if_commit
        .as_ref()
        .filter(|expected| **expected != stored.base)
    {
        return Err(Failure::no(format!(
            "[OG-NL-102] the plan was made for commit {expected}, but the head is {}",
            stored.base
        ))
        .help("plan again"));
    }
    let planned = judged(stored.plan.clone(), accepted, around, Some(stored.base.clone()))?;
    stored.plan = planned.plan.clone();
    let obstacles = stored.obstacles();
    // What is applied has been shown.
    let shows = arguments.format == TextOrJson::Text && !terminal.quiet;
    if shows {
        print(|out| planned.text(out, terminal))?;
    }
    let applied = match arguments.dry_run || !obstacles.is_empty() {
        true => None,
        false => Some(run(&arguments, &stored, terminal)?),
    };
    for part in applied
        .iter()
        .flat_map(|report| &report.reclaimed)
        .filter(|part| part.left > 0)
    {
        let Reclaimed { entity, left, .. } = part;
        terminal.warn(&format!("{left} files of {entity} could not be removed"));
    }
    match arguments.format {
        TextOrJson::Json => {
            let mut document = planned.json();
            document["applied"] = json!(applied.as_ref().is_some_and(|report| report.applied));
            document["commit"] = json!(applied.as_ref().map(|report| &report.commit));
            document["obstacles"] = json!(obstacles);
            document["reclaimed"] = applied
                .iter()
                .flat_map(|report| &report.reclaimed)
                .map(reclaimed)
                .collect();
            let commit = applied
                .as_ref()
                .filter(|report| report.applied)
                .map(|report| report.commit.as_str());
            print_after_commit(commit, terminal, |out| writeln!(out, "{document}"))?;
        }
        TextOrJson::Text => {
            if let Some(report) = applied.as_ref().filter(|report| shows && report.applied) {
                print_after_commit(Some(&report.commit), terminal, |out| {
                    for Reclaimed {
                        entity, files, bytes, ..
                    } in &report.reclaimed
                    {
                        writeln!(out, "removed {files} files ({bytes} bytes) of {entity}")?;
                    }
                    writeln!(out, "applied as {}", report.commit)
                })?;
            }
        }
    }
    match obstacles.is_empty() {
        true => Ok(()),
        false => Err(Failure::no(format!("nothing was applied: {}", obstacles.join("; ")))),
    }
}

fn reclaimed(part: &Reclaimed) -> Value {
    json!({"entity": part.entity, "files": part.files, "bytes": part.bytes, "left": part.left})
}

/// The plan by the project's levels, with the queries that it breaks.
fn judged(
    plan: MigrationPlan,
    accepted: Source,
    around: Surroundings,
    base: Option<String>,
) -> Result<Planned, Failure> {
    let path = around.path()?;
    let Surroundings {
        desired,
        queries,
        settings,
    } = around;
    let broken = broken(&accepted, &desired, &queries);
    let plan = plan
        .read_by(&readers(queries.iter().map(|source| source.text.as_str())))
        .breaking(broken.len(), &check_schema_text(&desired.text))
        .levelled(&settings.settings, &path);
    Ok(Planned {
        plan,
        accepted,
        desired,
        queries,
        broken,
        base,
    })
}

fn plan_stored(
    store: &str,
    desired: &Source,
    options: &PlanOptions,
    terminal: &Terminal,
) -> Result<(Source, SchemaPlan), Failure> {
    let outcome = block_on(async {
        let session = open(store).await?;
        let head = session.snapshot().await.map_err(failure)?;
        let accepted = schema_source(&head);
        match session.plan_schema(&desired.text, options).await {
            Err(Error::Compiler { diagnostics, .. }) => Ok(Err(diagnostics)),
            planned => Ok(Ok((accepted, planned.map_err(failure)?))),
        }
    })?;
    outcome.map_err(|mut diagnostics| {
        for diagnostic in &mut diagnostics {
            diagnostic.file.clone_from(&desired.path);
        }
        refused(&diagnostics, desired, terminal)
    })
}

fn run(arguments: &SchemaApply, planned: &SchemaPlan, terminal: &Terminal) -> Result<SchemaReport, Failure> {
    let bar = terminal.progress_of_rows(planned.rows_to_write(), "writing columns");
    let moved = bar.clone();
    let options = ApplyOptions {
        commit: super::commit_options(arguments.authorship.clone(), None),
        progress: Some(Arc::new(move |rows| moved.inc(rows))),
    };
    let report = block_on(async {
        let session = open_for_write(&arguments.store, arguments.authorship.actor.clone()).await?;
        let moved = [Class::ReadSetChanged, Class::PreconditionFailed].map(omnigraph::Class::Engine);
        session
            .apply_schema(planned, &options)
            .await
            .map_err(|error| match moved.contains(&error.class()) {
                true => Failure::no(format!("[OG-NL-102] nothing was applied: {error}"))
                    .class("PreconditionFailed")
                    .help("plan again"),
                false => failure(error),
            })
    });
    bar.finish_and_clear();
    report
}

/// Consent to the loss of something that is not dropped is a mistake.
fn consented(options: &PlanOptions, plan: &MigrationPlan) -> Result<(), Failure> {
    let HardDrops::Only(entities) = &options.hard_drops else {
        return Ok(());
    };
    let dropped = |step: &Action| match step {
        Action::DropType {
            type_kind,
            name,
            mode: Mode::Hard,
        } => Some(format!("{type_kind}:{name}")),
        Action::DropProperty {
            type_kind,
            type_name,
            property_name,
            mode: Mode::Hard,
        } => Some(format!("{type_kind}:{type_name}.{property_name}")),
        _ => None,
    };
    let dropped: BTreeSet<String> = plan.steps.iter().filter_map(|step| dropped(&step.action)).collect();
    match entities.difference(&dropped).next() {
        None => Ok(()),
        Some(entity) => Err(
            Failure::usage(format!("{entity} is not dropped, so its loss cannot be allowed"))
                .help("name what is dropped as `node:Type`, `edge:Type` or `node:Type.property`"),
        ),
    }
}

/// The new schema, the queries that must go on working, and the settings that judge.
fn surroundings(to: &Path, queries: &[PathBuf]) -> Result<Surroundings, Failure> {
    let desired = Source::read_schema(to)?;
    let settings = project::settings_of(to)?;
    let paths = match queries.is_empty() {
        false => {
            let mut paths = project::named(queries, false)?;
            paths.retain(|path| project::is_query(path));
            paths
        }
        true => project_queries(to)?,
    };
    let queries = paths
        .iter()
        .map(|path| Source::read(path))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Surroundings {
        desired,
        queries,
        settings,
    })
}

/// The queries of the project that the schema is of; of a schema that is none of the project around the working directory,
/// all of its queries; nothing if there is none.
fn project_queries(schema: &Path) -> Result<Vec<PathBuf>, Failure> {
    let directory = project::working_directory()?;
    let queries = |groups: Vec<project::Group>| groups.into_iter().flat_map(|group| group.queries).collect();
    let whole = clean(&directory.join(schema));
    let own = |group: &project::Group| {
        // Where several schemas are equally near, the planned one may be that of the queries.
        let mut own = group.schema.iter().chain(&group.rivals);
        own.any(|own| clean(&directory.join(own)) == whole)
    };
    let Some(look) = project::look_if_any(&directory, Asked::default())? else {
        return Ok(Vec::new());
    };
    let groups = look.whole()?;
    if groups.iter().any(own) {
        return Ok(queries(groups.into_iter().filter(own).collect()));
    }
    match project::has_project(&directory)? {
        true => {
            let asked = Asked {
                schema: Some(schema),
                ..Asked::default()
            };
            Ok(queries(project::look(&directory, asked)?.whole()?))
        }
        false => Ok(Vec::new()),
    }
}

/// The schema of the project, or those of all projects below, which can be compared with what git has of each.
fn project_schemas(arguments: &SchemaPlanning) -> Result<Vec<PathBuf>, Failure> {
    let directory = project::working_directory()?;
    let groups = match project::look_if_any(&directory, Asked::default())? {
        Some(look) => look.whole()?,
        None => Vec::new(),
    };
    let mut schemas: Vec<PathBuf> = groups.into_iter().filter_map(|group| group.schema).collect();
    schemas.sort();
    schemas.dedup();
    let path = |reference: &String| reference.contains(':');
    let each = arguments.against.as_ref().is_some_and(|reference| !path(reference));
    let each = each && arguments.base.is_none() && arguments.if_schema.is_none();
    match schemas.as_slice() {
        [] => Err(Failure::usage(
            "no schema here: say which one is planned with --to NEW.pg",
        )),
        several if several.len() > 1 && !each => {
            let names: Vec<String> = several.iter().map(|path| path.display().to_string()).collect();
            Err(
                Failure::usage(format!("there are several schemas: {}", names.join(", ")))
                    .help("say which one is planned with --to NEW.pg"),
            )
        }
        _ => Ok(schemas),
    }
}

fn reject(schema: &Source, terminal: &Terminal) -> Result<(), Failure> {
    let checked = check(Some(schema), &[]);
    checked.reject(&checked.errors(), terminal)
}

/// Prints why a text cannot become the next schema.
fn refused(diagnostics: &[Diagnostic], desired: &Source, terminal: &Terminal) -> Failure {
    let sources = Sources::new([(desired.path.clone(), desired.text.clone())]);
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    for diagnostic in &errors {
        say(&render::human(diagnostic, &sources, terminal.color_stderr()));
    }
    compiler_failure("", &errors, &sources)
}
