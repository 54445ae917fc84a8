//! Linting as a pipeline does it: a repository with a branch that breaks two queries, and the commands that are documented
//! for pipelines, read from the files that hold them.

mod artifacts;
mod layouts;
mod reports;
mod usage;

use std::path::Path;
use std::process::Command;

use omnigraph_tests::binary::{self, Said};
use serde_json::Value;

pub(crate) use super::cli::Sandbox;

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
    let text = file_of_ours("action.yml");
    let steps = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("run: '")?.strip_suffix('\''));
    let said: Vec<Said> = steps.map(|step| shell(folder, step)).collect();
    assert_eq!(said.len(), 2, "a report and a check");
    said
}

/// A command as a pipeline's shell runs it, with the inputs of the action around it and `omnigraph` on the path.
fn shell(folder: &Path, step: &str) -> Said {
    let programs = binary::path().parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
    let mut command = Command::new("bash");
    command
        .current_dir(folder)
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step])
        .env("PATH", std::env::join_paths(paths).expect("paths"))
        .env_remove("GITHUB_WORKSPACE")
        .env_remove("CI_PROJECT_DIR")
        .env("BINARY", binary::path())
        .env("PATHS", "")
        .env("SARIF", "omnigraph.sarif")
        .env("FAIL_ON", "")
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    Said::from(command.output().expect("bash starts"))
}

fn file_of_ours(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).expect("a file of ours")
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
    insta::assert_snapshot!("annotations", after[1].out);
    let read = |file: &str| std::fs::read_to_string(sandbox.path().join(file)).expect("a file");
    insta::assert_snapshot!("job_summary", read("summary.md"));
    let sarif: Value = serde_json::from_str(&read("omnigraph.sarif")).expect("JSON");
    reports::valid_sarif(&sarif);
    insta::assert_json_snapshot!("sarif", sarif["runs"][0]["results"]);

    // What the page says to run by hand is the same.
    let page = file_of_ours("docs/lint.md");
    let by_hand: Vec<&str> = page
        .split('`')
        .filter(|words| words.starts_with("omnigraph lint --format ") && !words.ends_with("concise"))
        .collect();
    assert_eq!(by_hand.len(), 2, "{by_hand:?}");
    std::fs::remove_file(sandbox.path().join("omnigraph.sarif")).expect("a report");
    let said: Vec<Said> = by_hand.iter().map(|line| shell(sandbox.path(), line)).collect();
    assert_eq!((said[0].code, said[1].code), (0, 1), "{said:?}");
    assert_eq!(said[1].out, after[1].out);
    let again: Value = serde_json::from_str(&read("omnigraph.sarif")).expect("JSON");
    assert_eq!(again, sarif);

    git(sandbox.path(), &["checkout", "--quiet", "main"]);
    assert_eq!(action(sandbox.path())[1].code, 0);
}

/// The jobs for other pipelines, and the matcher of lines.
#[test]
fn other_pipelines() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    sandbox.write("schema.pg", &SCHEMA.replace("    name:", "    full_name:"));
    let job = file_of_ours("ci/gitlab.yml");
    let steps: Vec<&str> = job.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect();
    let said: Vec<Said> = steps.iter().map(|step| shell(sandbox.path(), step)).collect();
    let codes: Vec<i32> = said.iter().map(|said| said.code).collect();
    assert_eq!(codes, [0, 0, 1], "{said:?}");
    let read = |file: &str| std::fs::read_to_string(sandbox.path().join(file)).expect("a report");
    reports::valid_code_quality(&serde_json::from_str(&read("gl-code-quality-report.json")).expect("JSON"));
    reports::valid_junit(&read("omnigraph-junit.xml"));

    let matcher: Value = serde_json::from_str(&file_of_ours("ci/problem-matcher.json")).expect("JSON");
    let pattern = &matcher["problemMatcher"][0]["pattern"][0];
    let regex = regex::Regex::new(pattern["regexp"].as_str().expect("a pattern")).expect("a pattern");
    let group = |key: &str| pattern[key].as_u64().expect("a group") as usize;
    let lines: Vec<Vec<String>> = said[2]
        .out
        .lines()
        .map(|line| {
            let found = regex.captures(line).unwrap_or_else(|| panic!("not matched: {line}"));
            let part = |key: &str| found[group(key)].to_owned();
            ["file", "line", "column", "severity", "code"].map(part).to_vec()
        })
        .collect();
    assert_eq!(
        lines,
        [
            ["queries/followers.gq", "6", "17", "error", "T6.2"],
            ["queries/people.gq", "3", "17", "error", "T6.2"],
            ["queries/some.gq", "3", "17", "error", "T6.2"],
        ]
    );

    let hooks = file_of_ours(".pre-commit-hooks.yaml");
    let entries: Vec<&str> = hooks
        .lines()
        .filter_map(|line| line.trim().strip_prefix("entry: "))
        .collect();
    assert_eq!(entries.len(), 3, "{entries:?}");
    for entry in &entries {
        let files = if entry.contains("fmt") { " queries/some.gq" } else { "" };
        let code = shell(sandbox.path(), &format!("{entry}{files}")).code;
        assert_eq!(code, if entry.contains("fmt") { 0 } else { 1 }, "{entry}");
    }
    sandbox.write("schema.pg", SCHEMA);
    for entry in &entries {
        let files = if entry.contains("fmt") { " queries/some.gq" } else { "" };
        assert_eq!(shell(sandbox.path(), &format!("{entry}{files}")).code, 0, "{entry}");
    }
}

/// A query with a warning.
const UNORDERED: &str = "query some() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n";
