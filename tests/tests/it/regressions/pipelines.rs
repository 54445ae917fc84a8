//! Checks as pipelines run them (C), and published queries as a pipeline checks them (F10).

use std::path::Path;
use std::process::Command;

use omnigraph_tests::binary::{self, Said};
use serde_json::Value;

use super::super::cli::Sandbox;

const SCHEMA: &str = "node Person {\n    name: String @key\n    age: I32?\n}\n";
const GOOD: &str = "query good() {\n    match { $p: Person }\n    return { $p.name }\n}\n";
const WRONG: &str = "query wrong() {\n    match { $p: Person }\n    return { $p.nam }\n}\n";

/// Two projects below a root without settings, as one repository.
fn monorepo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("svc-a/schema.pg", SCHEMA);
    sandbox.write("svc-a/queries/wrong.gq", WRONG);
    sandbox.write("svc-b/schema.pg", SCHEMA);
    sandbox.write("svc-b/good.gq", GOOD);
    git(sandbox.path(), &["init", "--quiet"]);
    git(sandbox.path(), &["add", "."]);
    git(sandbox.path(), &["commit", "--quiet", "--message", "Two services"]);
    sandbox
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"])
        .args(arguments);
    let output = command.output().expect("git starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn below(sandbox: &Sandbox, folder: &str, arguments: &[&str]) -> Said {
    binary::run(&sandbox.path().join(folder), arguments)
}

fn concise(sandbox: &Sandbox, arguments: &[&str]) -> (i32, Vec<String>) {
    let said = sandbox.run(&[&["lint", "--format", "concise"], arguments].concat());
    let lines = said
        .out
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    (said.code, lines.collect())
}

#[test]
fn c1_an_orphan_is_a_finding_of_its_own() {
    let sandbox = monorepo();
    sandbox.write("notes/orphan.gq", GOOD);
    sandbox.write("two/one.pg", SCHEMA);
    sandbox.write("two/other.pg", SCHEMA);
    sandbox.write("two/torn.gq", GOOD);
    let wanted = [
        "notes/orphan.gq:1:7: error[L707]",
        "svc-a/queries/wrong.gq:3:17: error[T6.2]",
        "two/torn.gq:1:7: error[L707]",
    ];
    assert_eq!(concise(&sandbox, &["."]), (1, wanted.map(str::to_owned).to_vec()));
    let said = sandbox.run(&["lint", "two"]);
    assert!(said.out.contains("`two/one.pg`, `two/other.pg`"), "{}", said.out);
    // Like any other lint it can be left out.
    sandbox.write("notes/omnigraph.toml", "[lint.rules]\nquery-without-schema = \"off\"\n");
    assert_eq!(concise(&sandbox, &["notes"]), (0, Vec::new()));
    // Wrong settings of one project hide nothing of the others, and are told.
    sandbox.write("notes/omnigraph.toml", "nonsense = 1\n");
    let said = sandbox.run(&["lint", "--format", "concise", "."]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("error[T6.2]"), "{}", said.out);
    assert!(said.err.contains("notes/omnigraph.toml:1:1"), "{}", said.err);
}

#[test]
fn c2_what_git_ignores_is_not_checked() {
    let sandbox = monorepo();
    sandbox.write(".gitignore", "gen/\n*.out.gq\n!kept.out.gq\n");
    for file in [
        "gen/x.gq",
        "svc-b/gen/x.gq",
        "svc-b/x.out.gq",
        "svc-b/.cache/x.gq",
        "svc-b/target/x.gq",
    ] {
        sandbox.write(file, WRONG);
    }
    sandbox.write("svc-b/kept.out.gq", &WRONG.replace("wrong", "kept"));
    let wanted = ["svc-b/kept.out.gq:3:17: error[T6.2]"];
    assert_eq!(concise(&sandbox, &["svc-b"]), (1, wanted.map(str::to_owned).to_vec()));
    let all = concise(&sandbox, &["svc-b", "--no-ignore"]).1;
    let files = |lines: &[String]| lines.iter().filter(|line| line.ends_with("error[T6.2]")).count();
    assert_eq!(files(&all), 5, "{all:?}");
    // One that is named is meant.
    assert_eq!(files(&concise(&sandbox, &["svc-b/gen/x.gq"]).1), 1);
    // Formatting looks at the same files.
    sandbox.write("svc-b/gen/x.gq", "query q(){match{$p:Person}return{$p.name}}");
    let unformatted = |flag: &str| sandbox.run(&["fmt", "--check", "svc-b", flag]).out;
    assert!(!unformatted("-v").contains("gen/"), "{}", unformatted("-v"));
    assert!(
        unformatted("--no-ignore").contains("svc-b/gen/x.gq"),
        "{}",
        unformatted("--no-ignore")
    );
}

#[test]
fn c3_a_root_with_several_projects_checks_them_all() {
    let sandbox = monorepo();
    let wanted = ["svc-a/queries/wrong.gq:3:17: error[T6.2]"];
    assert_eq!(concise(&sandbox, &[]), (1, wanted.map(str::to_owned).to_vec()));
    // Plans of all of them, a new one among them; or of one by its name.
    sandbox.write("svc-a/schema.pg", &SCHEMA.replace("I32?", "I64?"));
    sandbox.write("svc-c/schema.pg", SCHEMA);
    let said = sandbox.run(&["schema", "plan", "--against", "HEAD", "--check", "--format", "json"]);
    let document: Value = serde_json::from_str(&said.out).expect("JSON");
    let plans = document["plans"].as_array().expect("a plan per project").iter();
    let told: Vec<(&str, usize)> = plans
        .map(|plan| {
            (
                plan["file"].as_str().expect("a path"),
                plan["steps"].as_array().map_or(0, Vec::len),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("svc-a/schema.pg", 1), ("svc-b/schema.pg", 0), ("svc-c/schema.pg", 1)],
        "{document}"
    );
    let said = sandbox.run(&["schema", "plan", "--against", "HEAD", "--to", "svc-b/schema.pg"]);
    assert_eq!((said.code, said.out.as_str()), (0, "no change\n"), "{}", said.err);
}

#[test]
fn c3_the_hooks_and_the_action_work_at_a_root_with_several_projects() {
    let sandbox = monorepo();
    let ours = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        std::fs::read_to_string(path).expect("a file of ours")
    };
    let shell = |step: &str| -> Said {
        let programs = binary::path().parent().expect("a folder").to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
        let mut command = Command::new("bash");
        command
            .current_dir(sandbox.path())
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step])
            .env_remove("CI_PROJECT_DIR")
            .env("PATH", std::env::join_paths(paths).expect("paths"))
            .env("OMNIGRAPH", binary::path())
            .env("BINARY", binary::path())
            .env("PATHS", "")
            .env("SARIF", "report.sarif")
            .env("FAIL_ON", "")
            .env("GITHUB_WORKSPACE", sandbox.path())
            .env("GITHUB_STEP_SUMMARY", sandbox.path().join("summary.md"));
        Said::from(command.output().expect("bash starts"))
    };
    let hooks = ours(".pre-commit-hooks.yaml");
    let entries = || {
        hooks
            .lines()
            .filter_map(|line| line.trim().strip_prefix("entry: omnigraph"))
    };
    let codes = || -> Vec<i32> {
        let steps = entries().map(|entry| format!("\"$OMNIGRAPH\"{entry}"));
        let files = " svc-a/schema.pg svc-b/good.gq";
        let steps = steps.map(|step| if step.contains(" fmt") { step + files } else { step });
        steps.map(|step| shell(&step).code).collect()
    };
    let action = ours("action.yml");
    let steps = || {
        action
            .lines()
            .filter_map(|line| line.trim().strip_prefix("run: '")?.strip_suffix('\''))
    };
    assert_eq!(codes(), [1, 1, 0]);
    assert_eq!(steps().map(|step| shell(step).code).collect::<Vec<_>>(), [0, 1]);
    let report = std::fs::read_to_string(sandbox.path().join("report.sarif")).expect("a report");
    assert!(report.contains("\"uri\": \"svc-a/queries/wrong.gq\""), "{report}");
    sandbox.write("svc-a/queries/wrong.gq", GOOD);
    assert_eq!(codes(), [0, 0, 0]);
    assert_eq!(steps().map(|step| shell(step).code).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn c4_paths_in_reports_count_from_the_repository() {
    let sandbox = monorepo();
    let path = "svc-a/queries/wrong.gq";
    let formats = [
        ("sarif", "\"uri\": \"{}\""),
        ("github", "::error file={},"),
        ("gitlab", "\"path\": \"{}\""),
        ("junit", "classname=\"{}\""),
    ];
    for (format, wanted) in formats {
        for folder in ["svc-a", "svc-a/queries"] {
            let said = below(&sandbox, folder, &["lint", "--format", format]);
            assert!(
                said.out.contains(&wanted.replace("{}", path)),
                "{format} in {folder}: {}",
                said.out
            );
        }
        // A pipeline says where it has checked out.
        let mut command = binary::command(&sandbox.path().join("svc-a/queries"));
        command
            .args(["lint", "--format", format])
            .env("CI_PROJECT_DIR", sandbox.path().join("svc-a"));
        let said = Said::from(command.output().expect("the binary starts"));
        assert!(
            said.out.contains(&wanted.replace("{}", "queries/wrong.gq")),
            "{format}: {}",
            said.out
        );
    }
    // People see the paths that they can open.
    let said = below(&sandbox, "svc-a", &["lint", "--format", "concise"]);
    assert!(said.out.starts_with("queries/wrong.gq:3:17"), "{}", said.out);
}

#[test]
fn c5_errors_are_not_written_into_a_baseline() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("a.gq", &GOOD.replace("\n}", "\n    limit 3\n}"));
    let write = || sandbox.run(&["lint", "--baseline", "old.json", "--write-baseline"]);
    let said = write();
    assert_eq!((said.code, said.err.as_str()), (0, "1 finding written to old.json\n"));
    sandbox.write("b.gq", WRONG);
    let said = write();
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("1 finding written to old.json\n"), "{}", said.err);
    assert!(said.err.contains("error: 1 error is not written"), "{}", said.err);
}

#[test]
fn c6_the_names_of_junit_cases_do_not_depend_on_lines() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    let names = || -> Vec<String> {
        let said = sandbox.run(&["lint", "--format", "junit"]);
        let cases = said.out.split("<testcase name=\"").skip(1);
        let names = cases.filter_map(|case| Some(case.split_once('"')?.0.to_owned()));
        names.filter(|name| name.starts_with('T')).collect()
    };
    sandbox.write("a.gq", WRONG);
    let before = names();
    assert_eq!(before.len(), 1);
    sandbox.write("a.gq", &format!("// Lines\n// that move\n\n{WRONG}"));
    assert_eq!(names(), before);
    let said = sandbox.run(&["lint", "--format", "junit"]);
    assert!(said.out.contains("a.gq:6:17: error[T6.2]"), "{}", said.out);
}

#[test]
fn c7_a_plan_has_the_reports_that_lint_has() {
    let sandbox = monorepo();
    // Something is dropped, so that its finding is about a text that is not a file.
    sandbox.write("svc-b/schema.pg", "node Person {\n    name: String @key\n}\n");
    sandbox.write("svc-b/good.gq", &GOOD.replace("$p.name", "$p.name, $p.age"));
    let plan = |format: &str| {
        below(
            &sandbox,
            "svc-b",
            &["schema", "plan", "--against", "HEAD", "--format", format],
        )
    };
    let sarif: Value = serde_json::from_str(&plan("sarif").out).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results").iter();
    let told: Vec<(&str, &str)> = results
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            (
                result["ruleId"].as_str().expect("a rule"),
                place.as_str().expect("a path"),
            )
        })
        .collect();
    assert!(told.contains(&("OG-DS-104", "svc-b/schema.pg")), "{told:?}");
    assert!(told.contains(&("T6.2", "svc-b/good.gq")), "{told:?}");
    assert!(told.iter().all(|(_, path)| path.starts_with("svc-b/")), "{told:?}");
    let github = plan("github").out;
    assert!(
        github
            .lines()
            .any(|line| line.starts_with("::error file=svc-b/good.gq,line=3,")),
        "{github}"
    );
    let gitlab: Value = serde_json::from_str(&plan("gitlab").out).expect("JSON");
    assert_eq!(gitlab.as_array().map(Vec::len), Some(told.len()));
    let junit = plan("junit").out;
    assert!(junit.contains("<testsuites name=\"omnigraph schema plan\""), "{junit}");
    assert_eq!(
        junit.matches("<testcase name=\"OG-").count() + junit.matches("<testcase name=\"T").count(),
        told.len()
    );
}

#[test]
fn c8_stdin_is_checked_under_a_name() {
    let sandbox = monorepo();
    let lint = |arguments: &[&str], text: &str| -> Said {
        use std::io::Write;
        let mut command = binary::command(sandbox.path());
        command.args(["lint", "-", "--format", "concise"]).args(arguments);
        command.stdin(std::process::Stdio::piped());
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut input = child.stdin.take().expect("its stdin is piped");
        // A command that refuses its arguments does not read.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        child.wait_with_output().expect("it ends").into()
    };
    // The text of a file that is there is not looked at, and the others are not reported.
    let said = lint(&["--stdin-filename", "svc-a/queries/wrong.gq"], GOOD);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let said = lint(&["--stdin-filename", "svc-b/new.gq"], WRONG);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.out,
        "svc-b/new.gq:3:17: error[T6.2] `Person` has no property `nam` (did you mean `name`?)\n"
    );
    let said = lint(
        &["--stdin-filename", "svc-b/schema.pg"],
        "node Person { name: Strin @key }\n",
    );
    assert!(said.out.starts_with("svc-b/schema.pg:1:21: error"), "{}", said.out);
    let said = lint(&[], GOOD);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--stdin-filename"), "{}", said.err);
}

#[test]
fn c8_quiet_commands_print_little() {
    let sandbox = Sandbox::new();
    for n in 0..30 {
        sandbox.write(&format!("q{n}.gq"), "query q(){match{$p:Person}return{$p.name}}");
    }
    let said = sandbox.run(&["fmt", "--check", "-q"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("30 files are not formatted"), "{}", said.err);
    assert_eq!(sandbox.run(&["fmt", "--check"]).out.lines().count(), 30);
    sandbox.write("schema.pg", SCHEMA);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.write("next.pg", &SCHEMA.replace("I32?", "I64?"));
    let apply = ["schema", "apply", "--store", "st", "--schema", "next.pg", "-q"];
    let said = sandbox.run(&apply);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    assert!(sandbox.ok(&["schema", "show", "--store", "st"]).contains("I64?"));
}

#[test]
fn f10_a_removed_query_is_told_where_the_path_covers_the_project() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("a.gq", GOOD);
    sandbox.write("sub/b.gq", &GOOD.replace("good", "other"));
    sandbox.ok(&["lint", "--published", "p.json", "--write-published"]);
    sandbox.write("a.gq", "");
    let told = |paths: &[&str]| {
        let said = sandbox.run(&[&["lint", "--published", "p.json", "--format", "concise"], paths].concat());
        said.out.contains("[L706]")
    };
    for paths in [&[][..], &["."], &["schema.pg", "a.gq", "sub"]] {
        assert!(told(paths), "{paths:?}");
    }
    for paths in [&["sub"][..], &["sub/b.gq"]] {
        assert!(!told(paths), "{paths:?}");
    }
}
