//! Runs the two examples of every rule: the first triggers the rule and no other error, the second does not trigger it
//! and has no error at all. So the pages made from the rules cannot lie.

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise};
use omnigraph_compiler::lint::External;
use omnigraph_compiler::migrate::{
    Earlier, HardDrops, MigrationPlan, PlanOptions, Side, StoredData, TypeStatistics, plan_from, plan_texts,
};
use omnigraph_compiler::params::{Candidate, EntryPoint, Options, ParameterProblem, bind, select};
use omnigraph_compiler::project::{lint_orphans, lint_project_with, published, readers};
use omnigraph_compiler::rules::{Example, Given, LAB_SCHEMA, LINTS, RULES, Rule};
use omnigraph_compiler::schema::accept;
use omnigraph_compiler::schema_text::{SchemaText, check_schema_text};
use omnigraph_compiler::settings::{self, Level, Settings};
use omnigraph_grammar::Language;
use omnigraph_model::migration::Answer;
use omnigraph_model::schema::{Accepted, Allocate, Blocks, Counter};

#[test]
fn examples_do_what_they_say() {
    let mut wrong = String::new();
    for rule in RULES {
        let found = run(&rule.fails);
        // A change may break several rules about migrations at once.
        let migration = |rule: &Rule| rule.code.starts_with("OG-");
        let others = found
            .iter()
            .filter(|said| said.error && said.rule != *rule && !(migration(rule) && migration(said.rule)));
        // Such a query is right; it fails when it meets those rows. Other languages are read elsewhere.
        let runs = matches!(rule.fails, Example::Running { .. } | Example::Foreign { .. });
        if runs == found.iter().any(|said| said.rule == *rule) || others.count() > 0 {
            wrong += &tell(rule, "fails", &found);
        }
        let found = run(&rule.passes);
        if found.iter().any(|said| said.rule == *rule || said.error) {
            wrong += &tell(rule, "passes", &found);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn names_and_subcodes_are_unique() {
    for field in [|rule: &Rule| rule.name, |rule: &Rule| rule.subcode] {
        let mut all: Vec<&str> = RULES.iter().map(|rule| field(rule)).collect();
        all.sort_unstable();
        let repeated: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(repeated.is_empty(), "{repeated:?}");
    }
}

#[test]
fn texts_are_sentences() {
    for rule in RULES {
        for text in [rule.summary, rule.explanation] {
            assert!(text.ends_with('.'), "{}: {text}", rule.subcode);
        }
        assert!(
            rule.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.name
        );
    }
}

/// Safe fixes do what they promise: applied, they remove the finding and bring no error.
#[test]
fn safe_fixes_mend_their_examples() {
    let mut wrong = String::new();
    for rule in RULES {
        let Example::Schema(text) = rule.fails else {
            continue;
        };
        let found = schema(text);
        let fix = found
            .iter()
            .filter(|d| d.rule == *rule)
            .flat_map(|d| &d.fixes)
            .find(|fix| fix.safe);
        let Some(fix) = fix else {
            continue;
        };
        let mut edits: Vec<_> = fix.edits.iter().collect();
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut mended = text.to_owned();
        for edit in edits {
            mended.replace_range(edit.span.range(), &edit.text);
        }
        let after = schema(&mended);
        if after.iter().any(|d| d.rule == *rule || d.severity == Severity::Error) {
            wrong += &format!("{}\n{}", mended, tell(rule, &fix.title, &said(after)));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// What was said about an example.
struct Said {
    rule: &'static Rule,
    error: bool,
    text: String,
}

fn said(diagnostics: Vec<Diagnostic>) -> Vec<Said> {
    let sources = Sources::default();
    let one = |diagnostic: &Diagnostic| Said {
        rule: diagnostic.rule,
        error: diagnostic.severity == Severity::Error,
        text: concise(diagnostic, &sources),
    };
    diagnostics.iter().map(one).collect()
}

fn problems(problems: Vec<ParameterProblem>, error: bool) -> Vec<Said> {
    let one = |problem: &ParameterProblem| Said {
        rule: problem.rule,
        error,
        text: problem.to_string(),
    };
    problems.iter().map(one).collect()
}

fn tell(rule: &Rule, which: &str, found: &[Said]) -> String {
    let lines: Vec<String> = found.iter().map(|said| format!("    {}\n", said.text)).collect();
    format!("{} {which}:\n{}", rule.subcode, lines.concat())
}

fn run(example: &Example) -> Vec<Said> {
    match *example {
        Example::Schema(text) => said(schema(text)),
        Example::Query(query) => said(linted(LAB_SCHEMA, query)),
        Example::Project { schema, query } => said(linted(schema, query)),
        Example::Orphan(query) => said(lint_orphans(&[("example.gq", query)], &Settings::default())),
        Example::Stored { rows, query } => {
            let rows = rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect();
            said(linted_with(
                LAB_SCHEMA,
                query,
                Some(&External { rows, published: None }),
            ))
        }
        Example::Published { before, now } => {
            let published = Some(published(LAB_SCHEMA, &[("example.gq", before)]));
            let external = External {
                published,
                ..External::default()
            };
            said(linted_with(LAB_SCHEMA, now, Some(&external)))
        }
        Example::Change { accepted, desired } => said(change(accepted, desired, &[])),
        Example::Situation {
            accepted,
            desired,
            known,
        } => said(change(accepted, desired, known)),
        Example::Exhausted(text) => said(with_numbers(check_schema_text(text), None, &mut Blocks::new("", []))),
        // What it shows when it runs is tested where there is an engine.
        Example::Running { query, .. } => said(linted(LAB_SCHEMA, query)),
        // Translated by the tests of the translator.
        Example::Foreign { .. } => Vec::new(),
        Example::Request {
            query,
            name,
            mutation,
            params,
        } => request(query, name, mutation, params),
    }
}

/// With every lint on. Lines `// file: NAME` begin further files.
fn linted(schema: &str, query: &str) -> Vec<Diagnostic> {
    linted_with(schema, query, None)
}

fn linted_with(schema: &str, query: &str, external: Option<&External>) -> Vec<Diagnostic> {
    let mut settings = Settings::default();
    settings.lint.require_reason = true;
    for lint in LINTS {
        let level = match lint.rule.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Info,
        };
        settings
            .lint
            .levels
            .insert(lint.rule.code, level)
            .expect("a lint can be set");
    }
    let files: Vec<(&str, &str)> = match query.strip_prefix("// file: ") {
        None => vec![("example.gq", query)],
        Some(first) => {
            let parts = first.split("// file: ");
            parts
                .map(|part| part.split_once('\n').expect("a name and a text"))
                .collect()
        }
    };
    lint_project_with(schema, &files, &settings, external)
}

fn request(text: &str, name: Option<&str>, mutation: bool, json: &str) -> Vec<Said> {
    let db = Database::new();
    let schema = SourceFile::new(&db, "schema.pg".into(), LAB_SCHEMA.into(), Language::Schema);
    let file = SourceFile::new(&db, "example.gq".into(), text.into(), Language::Query);
    let project = Project::of(&db, vec![schema, file]);
    let found = db::diagnostics(&db, project);
    if !found.is_empty() {
        return said(found);
    }
    let queries = db::queries(&db, project, file);
    let candidate = |query: &db::QuerySummary| Candidate {
        name: query.name.clone(),
        mutation: query.mutation == Some(true),
    };
    let candidates: Vec<Candidate> = queries.iter().map(candidate).collect();
    let entry = if mutation {
        EntryPoint::Mutation
    } else {
        EntryPoint::Read
    };
    let index = match select(&candidates, name, Some(entry)) {
        Ok(index) => index,
        Err(problem) => return problems(vec![problem], true),
    };
    let plan = queries[index]
        .checked
        .plan
        .as_ref()
        .expect("a query without errors has a plan");
    let json = serde_json::from_str(json).expect("an example is JSON");
    let decoded = bind(plan, &json, Options::default());
    let mut found = problems(decoded.warnings, false);
    found.extend(problems(decoded.errors, true));
    found
}

/// As the first schema of a graph.
fn schema(text: &str) -> Vec<Diagnostic> {
    with_numbers(check_schema_text(text), None, &mut Counter::default())
}

fn change(accepted: &str, desired: &str, known: &[Given]) -> Vec<Diagnostic> {
    let mut counter = Counter::default();
    let first = check_schema_text(accepted);
    let next = check_schema_text(desired);
    let path = "schema.pg";
    let mut options = PlanOptions::default();
    let (mut settings, mut queries, mut sizes) = (Settings::default(), Vec::new(), None);
    for known in known {
        match *known {
            Given::HardDrops => options.hard_drops = HardDrops::All,
            Given::Stored { rows, bytes } => sizes = Some((rows, bytes)),
            Given::Query(text) => queries.push(text),
            Given::Earlier(text) => options.earlier.push(Earlier::of(&first_accepted(text))),
            Given::Base(text) => options.base = Some(text.to_owned()),
            Given::Settings(text) => {
                settings = settings::read(text).expect("settings");
                let PlanOptions {
                    owners,
                    models,
                    descriptions,
                    ..
                } = PlanOptions::of(&settings, path);
                (options.owners, options.models, options.descriptions) = (owners, models, descriptions);
            }
            Given::Actor(name) => options.actor = Some(name.to_owned()),
            Given::IfSchema(hash) => options.if_schema = Some(hash.to_owned()),
        }
    }
    let planned = match sizes {
        None => plan_texts(&first, &next, path, &options),
        Some((rows, bytes)) => stored(accepted, &next, rows, bytes, &options),
    };
    let works = |schema: &str, query: &str| linted(schema, query).iter().all(|d| d.severity != Severity::Error);
    let broken = queries
        .iter()
        .filter(|query| works(accepted, query) && !works(desired, query));
    let readers = readers(queries.iter().copied());
    let planned = planned.map(|plan| {
        plan.read_by(&readers)
            .breaking(broken.count(), &next)
            .levelled(&settings, path)
    });
    let identified = accept(&first.check, None, &mut counter)
        .expect("the accepted schema is fine")
        .0;
    let mut found = with_numbers(next.clone(), Some(&identified), &mut counter);
    if let Ok(plan) = planned {
        for (side, text) in [(Side::Accepted, &first), (Side::Desired, &next)] {
            found.extend(plan.diagnostics(side, text, path).into_iter().map(|(_, found)| found));
        }
    }
    found
}

fn first_accepted(text: &str) -> Accepted {
    let text = check_schema_text(text);
    accept(&text.check, None, &mut Counter::default())
        .expect("the schema is fine")
        .0
}

/// On data that offend no rule.
fn stored(
    accepted: &str,
    next: &SchemaText,
    rows: u64,
    bytes: u64,
    options: &PlanOptions,
) -> Result<MigrationPlan, Vec<Diagnostic>> {
    let accepted = first_accepted(accepted);
    let ids = accepted
        .nodes
        .iter()
        .map(|node| node.type_id)
        .chain(accepted.edges.iter().map(|edge| edge.type_id));
    let statistics = TypeStatistics {
        rows,
        bytes,
        indexed: true,
    };
    let data = StoredData::of_types(ids.map(|id| (id, statistics)).collect());
    let first = plan_from(&accepted, next, "schema.pg", &data, options)?;
    let fine = first
        .questions
        .into_iter()
        .map(|question| (question, Answer::default()));
    let data = data.with_answers(fine.collect());
    plan_from(&accepted, next, "schema.pg", &data, options)
}

fn with_numbers(text: SchemaText, previous: Option<&Accepted>, allocate: &mut dyn Allocate) -> Vec<Diagnostic> {
    let mut findings = text.check.findings.clone();
    if findings.iter().all(|finding| finding.severity != Severity::Error) {
        findings.extend(match accept(&text.check, previous, allocate) {
            Ok((_, warnings)) => warnings,
            Err(errors) => errors,
        });
    }
    text.diagnostics("schema.pg", &findings)
}
