//! Linting as a pipeline does it: a repository with a branch that breaks two queries, and the commands of the action.

use std::path::Path;
use std::process::Command;

use omnigraph_tests::binary::{self, Said};
use serde_json::Value;

use super::cli::Sandbox;

const SCHEMA: &str =
    "node Person {\n    handle: String @key\n    name: String\n    age: I32?\n}\n\nedge Follows: Person -> Person\n";
const PEOPLE: &str = "query names() {\n    match { $p: Person }\n    return { $p.name }\n    order { $p.name }\n}\n\nquery ages() {\n    match { $p: Person }\n    return { $p.age }\n    order { $p.age }\n}\n";
const FOLLOWERS: &str = "query followers($handle: String) {\n    match {\n        $p: Person { handle: $handle }\n        $q follows $p\n    }\n    return { $q.name as follower }\n    order { follower }\n}\n";

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
        .args(arguments);
    let output = command.output().expect("git starts");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs the steps of the action in order, as its shell would.
fn action(folder: &Path) -> Vec<Said> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../action.yml")).expect("the action");
    let steps = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("run: '")?.strip_suffix('\''));
    let run = |step: &str| {
        let mut command = Command::new("bash");
        command
            .current_dir(folder)
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step])
            .env("BINARY", binary::path())
            .env("PATHS", "")
            .env("SARIF", "omnigraph.sarif")
            .env("FAIL_ON", "")
            .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        Said::from(command.output().expect("bash starts"))
    };
    let said: Vec<Said> = steps.map(run).collect();
    assert_eq!(said.len(), 2, "a report and a check");
    said
}

fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("queries/people.gq", PEOPLE);
    sandbox.write("queries/followers.gq", FOLLOWERS);
    sandbox.write("omnigraph.toml", "schema = 'schema.pg'\nqueries = 'queries/'\n");
    git(sandbox.path(), &["init", "--quiet", "--initial-branch", "main"]);
    git(sandbox.path(), &["add", "."]);
    git(sandbox.path(), &["commit", "--quiet", "--message", "A graph of people"]);
    sandbox
}

#[test]
fn a_branch_that_breaks_two_queries() {
    let sandbox = repository();
    let before = action(sandbox.path());
    assert_eq!((before[0].code, before[1].code), (0, 0), "{before:?}");
    assert_eq!(before[1].out, "3 files checked, nothing found\n");

    git(sandbox.path(), &["checkout", "--quiet", "-b", "rename"]);
    sandbox.write("schema.pg", &SCHEMA.replace("    name:", "    full_name:"));
    git(
        sandbox.path(),
        &["commit", "--quiet", "--all", "--message", "A better name"],
    );
    let after = action(sandbox.path());
    assert_eq!((after[0].code, after[1].code), (0, 1), "{after:?}");
    let annotations: Vec<&str> = after[1].out.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 2, "{annotations:#?}");
    assert!(
        annotations[0].starts_with(
            "::error file=queries/followers.gq,line=6,endLine=6,col=17,endColumn=21,title=T6.2 unknown-property::"
        ),
        "{annotations:#?}"
    );
    assert!(
        annotations[1].starts_with("::error file=queries/people.gq,line=3,endLine=3,"),
        "{annotations:#?}"
    );
    assert!(after[1].out.ends_with("2 errors in 3 files\n"), "{}", after[1].out);

    let read = |file: &str| std::fs::read_to_string(sandbox.path().join(file)).expect("a file");
    assert!(
        read("summary.md").contains("| error | T6.2 | `queries/people.gq:3` |"),
        "{}",
        read("summary.md")
    );
    let sarif: Value = serde_json::from_str(&read("omnigraph.sarif")).expect("JSON");
    structure(&sarif);
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), 2);
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "queries/followers.gq"
    );
    assert_eq!(results[0]["relatedLocations"].as_array().map(Vec::len), Some(2));
}

/// What the standard demands of the parts that are written.
fn structure(sarif: &Value) {
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
    }
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(matches!(result["level"].as_str(), Some("error" | "warning" | "note")));
        assert!(result["message"]["text"].is_string());
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().is_some_and(|number| number >= 1), "{key}");
        }
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let change = &fix["artifactChanges"][0];
            assert!(change["artifactLocation"]["uri"].is_string());
            assert!(change["replacements"][0]["deletedRegion"]["startLine"].is_u64());
        }
    }
}

const UNORDERED: &str = "query some() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n";

#[test]
fn settings_decide_what_fails() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    let code = |arguments: &[&str]| {
        sandbox
            .run(&[&["lint", "--format", "concise"], arguments].concat())
            .code
    };
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--fail-on", "warning"]), 1);
    sandbox.write("omnigraph.toml", "schema = 'schema.pg'\n[lint.rules]\nL402 = 'error'\n");
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    sandbox.write("strict.toml", "schema = 'schema.pg'\n[lint]\nfail-on = 'never'\n");
    assert_eq!(code(&["--config", "strict.toml"]), 0);
    sandbox.write("omnigraph.toml", "shema = 'schema.pg'\n");
    let said = sandbox.run(&["lint"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("omnigraph.toml:1:1: unknown setting `shema`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("did you mean `schema`?"), "{}", said.err);
}

#[test]
fn a_baseline_holds_old_findings_wherever_lint_is_run() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    sandbox.write(
        "omnigraph.toml",
        "schema = 'schema.pg'\n[lint]\nbaseline = 'old.json'\nfail-on = 'warning'\n",
    );
    assert_eq!(sandbox.run(&["lint"]).code, 2, "the file is not there");
    sandbox.ok(&["lint", "--write-baseline"]);
    sandbox.ok(&["lint"]);
    sandbox.write("queries/some.gq", &format!("// Moved.\n\n{UNORDERED}"));
    sandbox.ok(&["lint"]);
    binary::ok(&sandbox.path().join("queries"), &["lint"]);
    sandbox.write(
        "queries/more.gq",
        &UNORDERED
            .replace("some", "more")
            .replace("$p", "$q")
            .replace("name", "age"),
    );
    let said = sandbox.run(&["lint", "--format", "concise"]);
    assert_eq!((said.code, said.out.lines().count()), (1, 1), "{}", said.out);
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
    structure(&sarif);
    assert_eq!(
        sarif["runs"][0]["results"][0]["suppressions"][0]["justification"],
        "any three"
    );
}

#[test]
fn fixes_are_shown_and_applied() {
    let sandbox = repository();
    let text = "query q($unused: I32) {\n    match { $p: Person, $p follows{1,1} $q }\n    return { $p.name, $q.name as other }\n    order { $p.name }\n}\n";
    let mended = "query q() {\n    match { $p: Person $p follows $q }\n    return { $p.name, $q.name as other }\n    order { $p.name }\n}\n";
    sandbox.write("queries/q.gq", text);
    let shown = sandbox.run(&["lint", "--diff"]);
    assert_eq!(shown.code, 1);
    assert!(
        shown.out.contains("-query q($unused: I32) {\n") && shown.out.contains("+query q() {\n"),
        "{}",
        shown.out
    );
    let read = || std::fs::read_to_string(sandbox.path().join("queries/q.gq")).expect("a file");
    assert_eq!(read(), text);
    let said = sandbox.run(&["lint", "--fix"]);
    assert_eq!((said.code, read().as_str()), (0, mended), "{said:?}");
    assert!(said.err.contains("3 fixes applied"), "{}", said.err);
    assert!(sandbox.run(&["lint", "--fix"]).err.contains("0 fixes applied"));
    assert_eq!(sandbox.run(&["lint", "--diff"]).code, 0);
}

#[test]
fn packagers_get_completions_and_manuals() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(sandbox.ok(&["completions", shell]).contains("omnigraph"), "{shell}");
    }
    assert!(sandbox.ok(&["man"]).contains(".TH omnigraph"));
    sandbox.ok(&["man", "--out", "pages"]);
    assert!(sandbox.path().join("pages/omnigraph-lint.1").exists());
}
