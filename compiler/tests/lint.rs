//! Lints from end to end: cases in prose, the examples, fixes, suppressions, settings, baselines.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, concise};
use omnigraph_compiler::lint::baseline::Baseline;
use omnigraph_compiler::lint::fix::fix;
use omnigraph_compiler::project::{SCHEMA_FILE, lint_project};
use omnigraph_compiler::rules::{Example, LAB_SCHEMA, LINTS, RULES};
use omnigraph_compiler::settings::{self, Level, Settings};

fn lab(query: &str, settings: &Settings) -> Vec<Diagnostic> {
    lint_project(LAB_SCHEMA, &[("q.gq", query)], settings)
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|diagnostic| diagnostic.rule.code).collect()
}

fn all_on() -> Settings {
    let mut settings = Settings::default();
    for lint in LINTS.iter().filter(|lint| !lint.on) {
        settings
            .lint
            .levels
            .insert(lint.rule.code, Level::Info)
            .expect("a lint can be set");
    }
    settings
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
/// each finding. With `UPDATE_EXPECT=1` the files are rewritten.
#[test]
fn cases_hold() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lint");
    let mut wrong = String::new();
    let mut cases = 0;
    for entry in fs::read_dir(folder).expect("a folder of cases").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a file");
        let mut now = String::new();
        let mut query: Option<String> = None;
        let mut open: Option<(&str, String)> = None;
        for line in text.lines() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => open = Some((language, String::new())),
                (Some((language, block)), Some(_)) => {
                    match *language {
                        "gq" => query = Some(block.clone()),
                        "text" => {
                            cases += 1;
                            now += &expectation(query.as_deref().expect("a query before what is found"));
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

fn expectation(query: &str) -> String {
    let found = lab(query, &Settings::default());
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

/// Every lint's example with its fix: the finding goes, no error comes, and a second run changes nothing.
#[test]
fn fixes_mend_a_corpus_of_every_fixable_finding() {
    let settings = all_on();
    let mut mended = 0;
    for lint in LINTS {
        let (schema, query) = match &lint.rule.fails {
            Example::Query(query) => (LAB_SCHEMA, *query),
            Example::Project { schema, query } => (*schema, *query),
            _ => continue,
        };
        let check = |texts: &BTreeMap<String, String>| lint_project(schema, &[("q.gq", &texts["q.gq"])], &settings);
        let wanted = |diagnostic: &Diagnostic, _: &omnigraph_compiler::diagnostic::Fix| diagnostic.rule == lint.rule;
        let texts: BTreeMap<String, String> = [("q.gq".to_owned(), query.to_owned())].into();
        if check(&texts)
            .iter()
            .all(|found| found.rule != lint.rule || found.fixes.is_empty())
        {
            continue;
        }
        let fixed = fix(texts.clone(), &check, &wanted);
        mended += 1;
        assert!(fixed.applied >= 1, "{}: nothing applied", lint.rule.code);
        let mut after = texts;
        after.extend(fixed.changed);
        let found = check(&after);
        let left = found
            .iter()
            .any(|d| d.rule == lint.rule || d.severity == Severity::Error);
        assert!(!left, "{}: {:?}\n{}", lint.rule.code, codes(&found), after["q.gq"]);
        assert_eq!(fix(after, &check, &wanted).applied, 0, "{}", lint.rule.code);
    }
    assert!(mended >= 28, "{mended}");
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
        "// Kept.\nquery q($h: String) {\n    match {\n        $p: Person { handle: $h } // kept, too\n        $p follows $q\n        $p wrote $_\n        $q.age > 3\n    }\n    return { $q.name }\n    order { $q.age }\n    limit 3\n}\n"
    );
    assert_eq!(fix(fixed.changed.clone(), &check, &safe).applied, 0);
}

const UNORDERED: &str = "query q() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n";

#[test]
fn suppressions() {
    let with_reason = {
        let mut settings = Settings::default();
        settings.lint.require_reason = true;
        settings
    };
    let plain = Settings::default();
    let cases: &[(&str, &str, &Settings, &[&str])] = &[
        ("", UNORDERED, &plain, &["L402"]),
        ("// lint:allow(L402) any three\n", UNORDERED, &plain, &[]),
        ("// lint:allow(L402)\n", UNORDERED, &plain, &[]),
        ("// lint:allow(L402)\n", UNORDERED, &with_reason, &["L902"]),
        ("// lint:allow(L402) any three\n", UNORDERED, &with_reason, &[]),
        (
            "// lint:allow(L402) above a comment\n// what it is for\n",
            UNORDERED,
            &plain,
            &[],
        ),
        (
            "// lint:allow(L301) nothing of this\n",
            UNORDERED,
            &plain,
            &["L900", "L402"],
        ),
        ("// lint:allow(L402, L301) one of two\n", UNORDERED, &plain, &["L900"]),
        (
            "// lint:allow(L999) no such rule\n",
            UNORDERED,
            &plain,
            &["L901", "L402"],
        ),
        ("// lint:allow(T6) an error\n", UNORDERED, &plain, &["L901", "L402"]),
        (
            "// lint:allow-file(L402) all of them\n\nquery r() { match { $p: Person } return { $p.age } }\n",
            UNORDERED,
            &plain,
            &[],
        ),
        (
            "// lint:allow(L402) the wrong query\nquery r() { match { $p: Person } return { $p.age } }\n",
            UNORDERED,
            &plain,
            &["L900", "L402"],
        ),
    ];
    for (comment, query, settings, expected) in cases {
        assert_eq!(
            codes(&lab(&format!("{comment}{query}"), settings)),
            *expected,
            "{comment}"
        );
    }
    let same_line = UNORDERED.replace("limit 3", "limit 3 // lint:allow(L402) any three");
    assert!(lab(&same_line, &plain).is_empty());
    let line_above = UNORDERED.replace("    limit 3", "    // lint:allow(L402) any three\n    limit 3");
    assert!(lab(&line_above, &plain).is_empty());
    let too_far = UNORDERED.replace("    return", "    // lint:allow(L402) any three\n    return");
    assert_eq!(codes(&lab(&too_far, &plain)), ["L900", "L402"]);
    let in_text = UNORDERED.replace("$p.name }", "$p.name, \"// lint:allow(L402) no\" as n }");
    assert_eq!(codes(&lab(&in_text, &plain)), ["L402"]);
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
