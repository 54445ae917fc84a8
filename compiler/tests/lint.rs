//! Lints from end to end: cases in prose, the examples, fixes, suppressions, settings, baselines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise};
use omnigraph_compiler::lint::baseline::Baseline;
use omnigraph_compiler::lint::fix::fix;
use omnigraph_compiler::project::lint_project;
use omnigraph_compiler::rules::{LAB_SCHEMA, LINTS, RULES};
use omnigraph_compiler::schema_text::SCHEMA_FILE;
use omnigraph_compiler::settings::{self, Settings};
use omnigraph_grammar::Language;
use omnigraph_model::ir::{Operator, Plan};

fn lab(query: &str, settings: &Settings) -> Vec<Diagnostic> {
    lint_project(LAB_SCHEMA, &[("q.gq", query)], settings)
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|diagnostic| diagnostic.rule.code).collect()
}

#[test]
fn the_examples_are_clean() {
    for name in ["flights", "movies"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
        let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a file of an example");
        let (schema, queries) = (read("schema.pg"), read("queries.gq"));
        let found = lint_project(&schema, &[("queries.gq", &queries)], &Settings::default());
        let sources = Sources::new([(SCHEMA_FILE, schema), ("queries.gq", queries)]);
        let lines: Vec<String> = found.iter().map(|diagnostic| concise(diagnostic, &sources)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
}

/// The blocks of `tests/lint/*.md`: a `gq` block, and below it a `text` block with `clean` or one `line:column code` for
/// each finding. A `toml` block holds the settings of the next case. With `UPDATE_EXPECT=1` the files are rewritten.
#[test]
fn cases_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let mut wrong = String::new();
    let mut cases = 0;
    for entry in fs::read_dir(folder).expect("a folder of cases").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a file");
        let mut now = String::new();
        let mut query: Option<String> = None;
        let mut settings = Settings::default();
        let mut open: Option<(&str, String)> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => open = Some((language, String::new())),
                (Some((language, block)), Some(_)) => {
                    match *language {
                        "gq" => query = Some(block.clone()),
                        "toml" => settings = settings::read(block).expect("settings"),
                        "text" => {
                            cases += 1;
                            now += &expectation(query.as_deref().expect("a query before what is found"), &settings);
                            settings = Settings::default();
                        }
                        _ => {}
                    }
                    if *language != "text" {
                        now += block;
                    }
                    open = None;
                }
                (Some((_, block)), None) => {
                    *block += line;
                    block.push('\n');
                    continue;
                }
                (None, None) => {}
            }
            now += line;
            now.push('\n');
        }
        if now != text {
            match std::env::var_os("UPDATE_EXPECT") {
                Some(_) => fs::write(entry.path(), now).expect("a file"),
                None => wrong += &format!("{}:\n{now}\n", entry.path().display()),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases >= 30, "{cases}");
}

fn expectation(query: &str, settings: &Settings) -> String {
    let found = lab(query, settings);
    if found.is_empty() {
        return "clean\n".to_owned();
    }
    let sources = Sources::new([("q.gq", query), (SCHEMA_FILE, LAB_SCHEMA)]);
    let line = |diagnostic: &Diagnostic| {
        let line = concise(diagnostic, &sources);
        line.split_once(':').map_or(line.clone(), |(_, rest)| rest.to_owned()) + "\n"
    };
    found.iter().map(line).collect()
}

/// Findings about one clause on a property of the type `P`.
fn about(clauses: &str) -> Vec<&'static str> {
    let schema = "node P {\n    k: String @key\n    f: F32\n    n: I64\n    age: I32?\n    name: String?\n}\n";
    let query =
        format!("query q() {{\n    match {{\n        $p: P\n        {clauses}\n    }}\n    return {{ $p.k }}\n}}\n");
    codes(&lint_project(schema, &[("q.gq", &query)], &Settings::default()))
}

#[test]
fn a_null_test_is_no_finding() {
    for clause in [
        "not { $p.age = $p.age }",
        "$p.age = $p.age",
        "$p.age <= $p.age",
        "$p.name contains \"\"",
        "$p.name starts_with \"\"",
    ] {
        assert_eq!(about(clause), Vec::<&str>::new(), "{clause}");
    }
    for clause in ["$p.n = $p.n", "not { $p.n = $p.n }", "$p.k contains \"\""] {
        assert_eq!(about(clause), ["L412"], "{clause}");
    }
}

#[test]
fn numbers_of_filters_are_those_that_the_engine_compares() {
    for clauses in [
        "$p.f >= 0.30000001  $p.f <= 0.3",
        "$p.f > 0.2999999  $p.f < 0.30000004",
        "$p.f >= 16777217  $p.f <= 16777216",
        "$p.n > 9007199254740992  $p.n < 9007199254740994  $p.n >= 9007199254740993",
        "$p.n >= 9007199254740993  $p.n <= 9007199254740993.0",
    ] {
        let found = about(clauses);
        let expected: &[&str] = match clauses.ends_with(".0") {
            // The literal with a fraction is another number.
            true => &["L411"],
            false => &[],
        };
        assert_eq!(found, expected, "{clauses}");
    }
    assert_eq!(about("$p.f > 0.3  $p.f < 0.30000001"), ["L411"]);
    assert_eq!(about("$p.n > 9007199254740993  $p.n < 9007199254740993"), ["L411"]);
}

#[test]
fn safe_fixes_all_at_once() {
    let query = "// Kept.\nquery q($a: I32, $h: String) {\n    match {\n        $p: Person { handle: $h }, // kept, too\n        $p follows{1,1} $q\n        $p wrote $d;\n        $q.name contains \"\"\n        $q.age > 3\n        $q.age > 3\n    }\n    return { $q.name, $q.name }\n    order { $q.age }\n    limit 3\n}\n";
    let check = |texts: &BTreeMap<String, String>| lab(&texts["q.gq"], &Settings::default());
    let safe = |_: &Diagnostic, fix: &omnigraph_compiler::diagnostic::Fix| fix.safe;
    let fixed = fix([("q.gq".to_owned(), query.to_owned())].into(), &check, &safe);
    let text = &fixed.changed["q.gq"];
    assert_eq!(
        text,
        "// Kept.\nquery q($a: I32, $h: String) {\n    match {\n        $p: Person { handle: $h } // kept, too\n        $p follows $q\n        $p wrote $d\n        $q.age > 3\n    }\n    return { $q.name, $q.name }\n    order { $q.age }\n    limit 3\n}\n"
    );
    assert_eq!(fix(fixed.changed.clone(), &check, &safe).applied, 0);
}

const UNORDERED: &str = "query q() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n";

#[test]
fn unused_codes_are_taken_out_of_a_list() {
    let text = format!("// lint:allow(L301, L402, L302): any three\n{UNORDERED}");
    let check = |texts: &BTreeMap<String, String>| lab(&texts["q.gq"], &Settings::default());
    let fixed = fix([("q.gq".to_owned(), text)].into(), &check, &|_, fix| fix.safe);
    assert_eq!(
        fixed.changed["q.gq"],
        format!("// lint:allow(L402): any three\n{UNORDERED}")
    );
}

#[test]
fn unused_suppressions_are_taken_out() {
    let text = format!("// lint:allow(L301) gone\n{}", UNORDERED.replace("    limit 3\n", ""));
    let check = |texts: &BTreeMap<String, String>| lab(&texts["q.gq"], &Settings::default());
    let fixed = fix([("q.gq".to_owned(), text)].into(), &check, &|_, fix| fix.safe);
    assert_eq!(fixed.changed["q.gq"], UNORDERED.replace("    limit 3\n", ""));
}

#[test]
fn levels_by_rule_family_and_path() {
    let read = |text: &str| settings::read(text).expect("settings");
    let severity = |text: &str| lab(UNORDERED, &read(text)).first().map(|found| found.severity);
    assert_eq!(severity(""), Some(Severity::Warning));
    assert_eq!(severity("lint.rules.L402 = 'error'"), Some(Severity::Error));
    assert_eq!(
        severity("lint.rules.limit-without-order = 'info'"),
        Some(Severity::Info)
    );
    assert_eq!(severity("lint.rules.L = 'off'"), None);
    assert_eq!(
        severity("lint.rules = { L4 = 'off', L402 = 'info' }"),
        Some(Severity::Info)
    );
    assert_eq!(
        severity("[[lint.overrides]]\npaths = ['*.gq']\nrules.L402 = 'off'"),
        None
    );
    assert_eq!(
        severity("[[lint.overrides]]\npaths = ['old/']\nrules.L402 = 'off'"),
        Some(Severity::Warning)
    );
}

#[test]
fn wrong_settings_are_told_with_a_way_out() {
    let told = |text: &str| {
        let problems = settings::read(text).expect_err("wrong settings");
        let first = problems.into_iter().next().expect("a problem");
        (first.message, first.help.unwrap_or_default())
    };
    assert_eq!(
        told("qeries = 'a'"),
        ("unknown setting `qeries`".into(), "did you mean `queries`?".into())
    );
    assert_eq!(told("lint.rules.L4O2 = 'off'").1, "did you mean `L402`?");
    assert_eq!(
        told("lint.rules.L402 = 'warn'").0,
        "this should be one of `off`, `info`, `warning`, `error`"
    );
    assert_eq!(told("lint.rules.T6 = 'off'").1, "its severity cannot be set");
    assert_eq!(told("format.width = 3").0, "this should be a number from 40 to 400");
    assert!(!told("lint = [").0.is_empty());
}

#[test]
fn baselines_survive_moved_lines() {
    let sources = |text: &str| Sources::new([("q.gq", text.to_owned()), (SCHEMA_FILE, LAB_SCHEMA.to_owned())]);
    let settings = Settings::default();
    let baseline = Baseline::of(&lab(UNORDERED, &settings), &sources(UNORDERED));
    let baseline = Baseline::read(&baseline.text()).expect("what was written");
    let moved = format!("// One.\n\n{}", UNORDERED.replace("    limit", "\n      limit"));
    assert_eq!(baseline.apply(lab(&moved, &settings), &sources(&moved)), (vec![], 0));
    let more = format!(
        "{UNORDERED}{}",
        UNORDERED.replace("query q", "query r").replace("name", "age")
    );
    let (new, stale) = baseline.apply(lab(&more, &settings), &sources(&more));
    assert_eq!((codes(&new), stale), (vec!["L402"], 0));
    let gone = UNORDERED.replace("    limit 3\n", "");
    assert_eq!(baseline.apply(lab(&gone, &settings), &sources(&gone)), (vec![], 1));
}

/// The published schema of the settings is the one that the rules make. `UPDATE_EXPECT=1` writes it.
#[test]
fn the_schema_of_the_settings_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/omnigraph.schema.json");
    let now = serde_json::to_string_pretty(&settings::schema::json_schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &now).expect("a file");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), now);
}

#[test]
fn every_query_lint_has_a_rule_of_its_family() {
    assert!(
        LINTS
            .iter()
            .all(|lint| lint.rule.code.starts_with('L') && RULES.contains(&lint.rule))
    );
    assert!(LINTS.len() >= 70, "{}", LINTS.len());
}

/// Why there is no L420 (a traversal that starts at the larger side although the other one has a key): it does not matter
/// how a pattern is spelled, the plan starts where a key leaves one row.
#[test]
fn plans_start_at_the_key_whatever_the_spelling() {
    let spelled = [
        "$p: Person  $p wrote $d  $d: Doc { slug: \"x\" }",
        "$d: Doc { slug: \"x\" }  $p: Person  $p wrote $d",
        "$p: Person  $q: Person  $p follows $q  $q wrote $d  $d.slug = \"x\"",
    ];
    for pattern in spelled {
        let db = Database::new();
        let file = |path: &str, text: String, language| SourceFile::new(&db, path.to_owned(), text, language);
        let schema = file(SCHEMA_FILE, LAB_SCHEMA.to_owned(), Language::Schema);
        let text = format!("query q() {{ match {{ {pattern} }} return {{ $p.name }} }}");
        let query = file("q.gq", text, Language::Query);
        let project = Project::of(&db, vec![schema, query]);
        let compiled = db::compiled(&db, project, query, None).expect("a plan");
        let Plan::Read(plan) = compiled.plan else {
            panic!("a read")
        };
        let Some(Operator::NodeScan { variable, .. }) = plan.root.chain().last().copied() else {
            panic!("a scan at the bottom")
        };
        assert_eq!(plan.variables[variable.0 as usize].name, "d", "{pattern}");
    }
}
