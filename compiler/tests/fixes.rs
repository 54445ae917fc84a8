//! Fixes, as `--fix` and `--unsafe-fixes` apply them, on every rule that offers one: the findings go, what has no fix stays,
//! and a second run changes nothing. A rule file that offers a fix without an example of it here fails the test.

mod corpus;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use omnigraph_compiler::diagnostic::{Diagnostic, Fix, Severity, Sources, concise};
use omnigraph_compiler::lint::fix::{applied, fix};
use omnigraph_compiler::migrate::{PlanOptions, plan_texts};
use omnigraph_compiler::project::lint_project;
use omnigraph_compiler::rules::{Example, LAB_SCHEMA, LINTS, RULES};
use omnigraph_compiler::schema_text::{SCHEMA_FILE, check_schema_text};
use omnigraph_compiler::settings::{Level, Settings};
use omnigraph_model::migration::Action;

type Texts = BTreeMap<String, String>;

/// With every lint on, and everything that may be a finding one.
fn settings() -> Settings {
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
    settings
}

fn check(texts: &Texts) -> Vec<Diagnostic> {
    let queries = texts.iter().filter(|(path, _)| path.ends_with(".gq"));
    let queries: Vec<(&str, &str)> = queries.map(|(path, text)| (path.as_str(), text.as_str())).collect();
    lint_project(&texts[SCHEMA_FILE], &queries, &settings())
}

fn project(schema: &str, query: &str) -> Texts {
    let mut texts: Texts = [(SCHEMA_FILE.to_owned(), schema.to_owned())].into();
    if !query.is_empty() {
        texts.insert("q.gq".to_owned(), query.to_owned());
    }
    texts
}

/// The examples of all rules, and further ones where a rule's own does not show its fix.
fn corpus() -> Vec<(String, Texts)> {
    let examples = RULES.iter().filter_map(|rule| {
        let texts = match rule.fails {
            Example::Schema(text) => project(text, ""),
            Example::Query(text) => project(LAB_SCHEMA, text),
            Example::Project { schema, query } => project(schema, query),
            _ => return None,
        };
        Some((rule.subcode.to_owned(), texts))
    });
    let schemas = corpus::SCHEMAS
        .iter()
        .map(|text| ((*text).to_owned(), project(text, "")));
    let queries = corpus::QUERIES
        .iter()
        .map(|text| ((*text).to_owned(), project(LAB_SCHEMA, text)));
    examples.chain(schemas).chain(queries).collect()
}

fn lines(found: &[Diagnostic], texts: &Texts) -> Vec<String> {
    let sources = Sources::new(texts.clone());
    found.iter().map(|diagnostic| concise(diagnostic, &sources)).collect()
}

fn without_fixes(found: &[Diagnostic], wanted: &dyn Fn(&Diagnostic, &Fix) -> bool) -> BTreeSet<(&'static str, String)> {
    let rest = found.iter().filter(|one| !one.fixes.iter().any(|fix| wanted(one, fix)));
    rest.filter(|one| one.severity == Severity::Error)
        .map(|one| (one.rule.subcode, one.message.clone()))
        .collect()
}

#[derive(Default)]
struct Mended {
    /// The sub-codes of what had a fix.
    fixable: BTreeSet<&'static str>,
    /// Fixes of a finding that has one afterwards, for it would have brought another error.
    left: BTreeSet<&'static str>,
    /// What went wrong.
    wrong: String,
}

/// Applies the wanted fixes to every part of the corpus.
fn mend(wanted: &dyn Fn(&Diagnostic, &Fix) -> bool) -> Mended {
    let mut mended = Mended::default();
    for (name, texts) in corpus() {
        let before = check(&texts);
        let fixable = |found: &[Diagnostic]| -> Vec<&'static str> {
            let found = found.iter().filter(|one| one.fixes.iter().any(|fix| wanted(one, fix)));
            found.map(|one| one.rule.subcode).collect()
        };
        let fixed = fix(texts.clone(), &check, wanted);
        let mut after_texts = texts.clone();
        after_texts.extend(fixed.changed);
        let after = check(&after_texts);
        let mut say = |what: &str| {
            let text = |texts: &Texts| texts.get("q.gq").unwrap_or(&texts[SCHEMA_FILE]).clone();
            mended.wrong += &format!(
                "{name}: {what}\n{}\n{}\n{}\n{}\n\n",
                text(&texts),
                lines(&before, &texts).join("\n"),
                text(&after_texts),
                lines(&after, &after_texts).join("\n"),
            );
        };
        if fixed.applied == 0 && after_texts != texts || fix(after_texts.clone(), &check, wanted).applied > 0 {
            say("a second run changes something");
        }
        let errors = |found: &[Diagnostic]| found.iter().filter(|one| one.severity == Severity::Error).count();
        if errors(&after) > errors(&before) {
            say("more errors");
        }
        let gone = without_fixes(&before, wanted);
        let still = after
            .iter()
            .map(|one| (one.rule.subcode, one.message.clone()))
            .collect();
        if fixable(&before).is_empty() && !gone.is_subset(&still) {
            say("an error without a fix is gone");
        }
        mended.fixable.extend(fixable(&before));
        mended.left.extend(fixable(&after));
    }
    mended
}

#[test]
fn every_fix_there_is_mends_its_finding() {
    let mended = mend(&|_, _| true);
    assert!(mended.wrong.is_empty(), "{}", mended.wrong);
    // Each of these begins what a person has to finish: behind the closed string something else is missing, a parameter
    // for the edge's other end is not declared yet, the only parameter there is has another type.
    assert_eq!(Vec::from_iter(mended.left), ["S003", "T12.3", "T14"]);
    let offering = offering();
    let missing: Vec<&String> = offering
        .iter()
        .filter(|code| !mended.fixable.contains(code.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "offer a fix that the corpus does not show: {missing:?}"
    );
}

#[test]
fn safe_fixes_leave_nothing() {
    let mended = mend(&|_, fix| fix.safe);
    assert!(mended.wrong.is_empty(), "{}", mended.wrong);
    assert!(mended.left.is_empty(), "{:?}", mended.left);
    assert!(mended.fixable.len() >= 30, "{:?}", mended.fixable);
}

/// What a schema means for the data stays the same; a constraint that another one implies may go.
#[test]
fn safe_fixes_of_schemas_change_no_schema() {
    let mut tried = BTreeSet::new();
    for (name, texts) in corpus() {
        let before = check(&texts);
        if before.iter().any(|one| one.severity == Severity::Error) {
            continue;
        }
        for one in before.iter().filter(|one| one.file == SCHEMA_FILE) {
            for fix in one.fixes.iter().filter(|fix| fix.safe) {
                let after = applied(&texts, &[fix]);
                let [old, new] = [&texts, &after].map(|texts| check_schema_text(&texts[SCHEMA_FILE]));
                let plan = plan_texts(&old, &new, SCHEMA_FILE, &PlanOptions::default());
                let plan = plan.unwrap_or_else(|found| panic!("{name}: {found:?}"));
                let mut steps = plan.steps.iter().map(|step| &step.action);
                assert!(
                    steps.all(|step| matches!(step, Action::DropConstraint { .. })),
                    "{name}: {}: {:?}",
                    fix.title,
                    plan.steps
                );
                tried.insert(one.rule.subcode);
            }
        }
    }
    assert!(tried.len() >= 3, "{tried:?}");
}

/// The sub-codes of the rules whose files make fixes and that `lint` reports on the corpus.
fn offering() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let entries = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let files = entries(&folder).flat_map(|family| entries(&family).collect::<Vec<_>>());
    let makes_fixes = |text: &String| {
        ["mended(", "safe_fix(", "maybe_fix(", ".meaning("]
            .iter()
            .any(|call| text.contains(call))
    };
    let texts = files
        .filter_map(|file| fs::read_to_string(file).ok())
        .filter(makes_fixes);
    let subcode = |text: String| Some(text.split_once("subcode: \"")?.1.split_once('"')?.0.to_owned());
    let offering: BTreeSet<String> = texts.filter_map(subcode).collect();
    assert!(offering.len() >= 100, "{offering:?}");
    let reported: BTreeSet<&str> = corpus()
        .iter()
        .flat_map(|(_, texts)| check(texts))
        .map(|one| one.rule.subcode)
        .collect();
    offering
        .into_iter()
        .filter(|code| reported.contains(code.as_str()))
        .collect()
}
