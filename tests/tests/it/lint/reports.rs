//! The formats that programs read, held to their standards.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{UNORDERED, file_of_ours, repository};

/// What the JSON schema of the standard says against a document.
fn problems(schema: &str, document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(&file_of_ours(schema)).expect("JSON");
    let draft = jsonschema_valid::schemas::Draft::Draft7;
    let config = jsonschema_valid::Config::from_schema(&schema, Some(draft)).expect("a JSON schema");
    if let Err(errors) = config.validate_schema() {
        panic!(
            "not a JSON schema: {:?}",
            errors.map(|error| error.to_string()).collect::<Vec<_>>()
        );
    }
    match config.validate(document) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.map(|error| error.to_string()).collect(),
    }
}

const SARIF: &str = "tests/schemas/sarif-2.1.0.json";

/// By the official schema, and what it does not say: that indexes lead to the rules they name.
pub(super) fn valid_sarif(sarif: &Value) {
    let problems = problems(SARIF, sarif);
    assert!(problems.is_empty(), "{problems:#?}\n{sarif:#}");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

/// What GitLab's page on the format demands of each finding.
pub(super) fn valid_code_quality(report: &Value) {
    let mut prints = BTreeSet::new();
    for issue in report.as_array().expect("a list") {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(
                issue[key].as_str().is_some_and(|text| !text.is_empty()),
                "{key}: {issue}"
            );
        }
        assert!(
            ["info", "minor", "major", "critical", "blocker"]
                .iter()
                .any(|word| issue["severity"] == *word)
        );
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(
            issue["location"]["lines"]["begin"]
                .as_u64()
                .is_some_and(|line| line >= 1),
            "{issue}"
        );
        assert!(prints.insert(issue["fingerprint"].to_string()), "twice: {issue}");
    }
    assert!(!prints.is_empty());
}

/// What readers of JUnit's format rely on: elements, their attributes, and counts that are true.
pub(super) fn valid_junit(text: &str) {
    let document = roxmltree::Document::parse(text).expect("XML");
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let number = |node: roxmltree::Node, key: &str| -> usize {
        let text = node.attribute(key).unwrap_or_else(|| panic!("no `{key}`: {text}"));
        text.parse().expect("a number")
    };
    let mut total = [0; 3];
    for suite in root.children().filter(roxmltree::Node::is_element) {
        assert!(suite.has_tag_name("testsuite") && suite.attribute("name").is_some_and(|name| !name.is_empty()));
        let mut own = [0; 3];
        for case in suite.children().filter(roxmltree::Node::is_element) {
            assert!(
                case.has_tag_name("testcase") && case.attribute("name").is_some(),
                "{text}"
            );
            own[0] += 1;
            for outcome in case.children().filter(roxmltree::Node::is_element) {
                let kind = ["failure", "error"].iter().position(|tag| outcome.has_tag_name(*tag));
                own[1 + kind.expect("a failure or an error")] += 1;
                assert!(
                    outcome.attribute("message").is_some() && outcome.attribute("type").is_some(),
                    "{text}"
                );
            }
        }
        assert_eq!(
            own,
            ["tests", "failures", "errors"].map(|key| number(suite, key)),
            "{text}"
        );
        total.iter_mut().zip(own).for_each(|(all, own)| *all += own);
    }
    assert_eq!(
        total,
        ["tests", "failures", "errors"].map(|key| number(root, key)),
        "{text}"
    );
}

/// A validator that lets everything pass would prove nothing.
#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    let sarif: Value = serde_json::from_str(&sandbox.ok(&["lint", "--format", "sarif"])).expect("JSON");
    valid_sarif(&sarif);
    let spoilt = [
        ("/version", json!("2.0.0")),
        ("/runs/0/tool", json!({})),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/results/0/level", json!("info")),
        ("/runs/0/results/0/message", json!({})),
        ("/runs/0/results/0/ruleIndex", json!(-2)),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region",
            json!({ "line": 1 }),
        ),
        (
            "/runs/0/results/0/partialFingerprints",
            json!({ "primaryLocationLineHash": 1 }),
        ),
        ("/runs/0/results/0/fixes/0/artifactChanges", json!([])),
        ("/runs/0/tool/driver/rules/0/shortDescription", json!("text")),
    ];
    for (place, value) in spoilt {
        let mut wrong = sarif.clone();
        *wrong
            .pointer_mut(place)
            .unwrap_or_else(|| panic!("{place} is not there: {sarif:#}")) = value;
        assert!(!problems(SARIF, &wrong).is_empty(), "{place}");
    }
}

/// One project in every format: an error, a warning, a hint, a fix, a suppression, text beyond ASCII, a path to escape.
#[test]
fn every_format() {
    let sandbox = repository();
    sandbox.write("queries/a b%,é.gq", &format!("// 🦀\n{UNORDERED}"));
    sandbox.write(
        "queries/more.gq",
        "query more($unused: I32) {\n    match { $p: Person  $p.name = \"🦀\"  $p.nme = \"x\" }\n    return { $p.name }\n}\n\nquery quiet() {\n    match { $p: Person }\n    return { $p.name, $p.name, count($p) }\n    // lint:allow(L402) any three, 100% sure\n    limit 3\n}\n",
    );
    let run = |format: &str| {
        let said = sandbox.run(&["lint", "--format", format]);
        assert_eq!((said.code, said.err.as_str()), (1, ""), "{format}");
        said.out
    };
    for format in ["human", "concise", "github"] {
        insta::assert_snapshot!(format!("format_{format}"), run(format));
    }
    let json: Value = serde_json::from_str(&run("json")).expect("JSON");
    insta::assert_json_snapshot!("format_json", json);
    let gitlab: Value = serde_json::from_str(&run("gitlab")).expect("JSON");
    valid_code_quality(&gitlab);
    insta::assert_json_snapshot!("format_gitlab", gitlab);
    let junit = run("junit");
    valid_junit(&junit);
    insta::assert_snapshot!("format_junit", junit);
    let sarif: Value = serde_json::from_str(&run("sarif")).expect("JSON");
    valid_sarif(&sarif);
    let mut shown = sarif;
    let driver = &mut shown["runs"][0]["tool"]["driver"];
    driver["version"] = "(version)".into();
    for rule in driver["rules"].as_array_mut().expect("rules") {
        rule["help"] = "(the page of the code)".into();
    }
    insta::assert_json_snapshot!("format_sarif", shown);
}

/// Nothing found is a report, too.
#[test]
fn every_format_of_nothing() {
    let sandbox = repository();
    let run = |format: &str| sandbox.ok(&["lint", "--format", format]);
    assert_eq!(run("human"), "3 files checked, nothing found\n");
    assert_eq!(run("concise"), "");
    assert_eq!(run("github"), "3 files checked, nothing found\n");
    assert_eq!(run("gitlab"), "[]\n");
    valid_junit(&run("junit"));
    valid_sarif(&serde_json::from_str(&run("sarif")).expect("JSON"));
}

/// The published schema of the settings says of a text what the program says of it.
#[test]
fn the_schema_of_the_settings_agrees_with_the_program() {
    let sandbox = repository();
    let texts = [
        ("", true),
        ("schema = 'schema.pg'\nqueries = ['queries/']\nexclude = 'old/'", true),
        (
            "[lint]\nfail-on = 'never'\nrequire-reason = true\nknown-annotations = ['pii']\nrules = { L402 = 'off', L4 = 'info', L = 'error', S063 = 'off', never-read = 'warning' }",
            true,
        ),
        (
            "[[lint.overrides]]\npaths = ['old/']\nrules.L402 = 'off'\n[format]\nwidth = 80",
            true,
        ),
        ("shema = 'schema.pg'", false),
        ("schema = 3", false),
        ("lint.rules.L4O2 = 'off'", false),
        ("lint.rules.T6 = 'off'", false),
        ("lint.rules.L402 = 'warn'", false),
        ("lint.fail-on = 'hint'", false),
        ("lint.require-reason = 'yes'", false),
        ("lint.overrides = {}", false),
        ("[[lint.overrides]]\nrules.L402 = 'off'", false),
        ("format.width = 39", false),
        ("format.width = 40.5", false),
        ("format.tabs = true", false),
    ];
    for (text, right) in texts {
        let settings: Value = toml::from_str(text).expect("TOML");
        let problems = problems("docs/omnigraph.schema.json", &settings);
        assert_eq!(problems.is_empty(), right, "{text}: {problems:?}");
        sandbox.write("omnigraph.toml", text);
        let said = sandbox.run(&["lint", "--format", "concise", "--fail-on", "never"]);
        assert_eq!(said.code, if right { 0 } else { 2 }, "{text}: {said:?}");
    }
}

#[test]
fn reports_for_machines() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    let fingerprint = || {
        let issues: Value = serde_json::from_str(&sandbox.ok(&["lint", "--format", "gitlab"])).expect("JSON");
        assert_eq!(issues[0]["check_name"], "L402");
        assert_eq!(issues[0]["location"]["path"], "queries/some.gq");
        issues[0]["fingerprint"].as_str().expect("a fingerprint").to_owned()
    };
    let before = fingerprint();
    sandbox.write("queries/some.gq", &format!("\n// Moved.\n{UNORDERED}"));
    assert_eq!(fingerprint(), before);
    let junit = sandbox.ok(&["lint", "--format", "junit"]);
    assert!(
        junit.contains("<testsuites name=\"omnigraph lint\" tests=\"4\" skipped=\"0\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    sandbox.write(
        "queries/some.gq",
        &format!("// lint:allow(L402) any three\n{UNORDERED}"),
    );
    let sarif: Value = serde_json::from_str(&sandbox.ok(&["lint", "--format", "sarif"])).expect("JSON");
    valid_sarif(&sarif);
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "any three"
    );
}
