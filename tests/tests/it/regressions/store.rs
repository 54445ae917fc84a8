//! Paths of stores, processes beside each other, output that cannot be written (P).

use std::process::Stdio;

use omnigraph_tests::binary;

use crate::cli::Sandbox;

const SCHEMA: &str = "node A { k: String @key }\n";
const ROWS: &str = "{\"type\":\"A\",\"data\":{\"k\":\"x\"}}\n";
const ALL: &str = "query q() { match { $a: A } return { $a.k } }";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("rows.jsonl", ROWS);
    sandbox
}

#[test]
fn p1_paths_are_normalised_at_every_command() {
    let sandbox = sandbox();
    std::fs::create_dir(sandbox.path().join("sub")).expect("a folder");
    for store in ["sub/../one", "./sub/./../two", "sub/../sub/../sub/three/../three"] {
        sandbox.ok(&["init", "--schema", "schema.pg", store]);
        sandbox.ok(&["load", "--store", store, "--data", "rows.jsonl"]);
        assert_eq!(sandbox.ok(&["export", "--store", store]), ROWS);
        assert_eq!(
            sandbox.ok(&["query", "--store", store, "-e", ALL, "--format", "csv"]),
            "a.k\nx\n"
        );
        sandbox.ok(&["mutate", "--store", store, "-e", "query m() { insert A { k: \"y\" } }"]);
        sandbox.ok(&["schema", "plan", "--store", store, "--to", "schema.pg"]);
        sandbox.ok(&["schema", "show", "--store", store]);
        sandbox.ok(&["optimize", "--store", store]);
        sandbox.ok(&["cleanup", "--store", store, "--keep", "1"]);
        sandbox.ok(&["lint", "--store", store, "schema.pg"]);
    }
    for store in ["one", "two", "sub/three"] {
        assert_eq!(sandbox.ok(&["export", "--store", store]).lines().count(), 2);
    }
}

/// The storage library takes no control characters; that is said, with the character.
#[test]
fn p1_control_characters_are_named() {
    let sandbox = sandbox();
    for (store, shown) in [("a\tb", "\\t"), ("a\nb", "\\n"), ("a\u{1b}b", "\\u{1b}")] {
        for arguments in [
            &["init", "--schema", "schema.pg", store][..],
            &["export", "--store", store],
        ] {
            let said = sandbox.run(arguments);
            let name = store.escape_default().to_string();
            assert_eq!(said.code, 3);
            assert_eq!(
                said.err,
                format!(
                    "error: `{name}` cannot hold a graph: its full path holds the control character `{shown}`, which the \
                     storage library does not accept; choose another name\n"
                )
            );
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn p3_a_commit_is_told_although_its_result_cannot_be_printed() {
    let sandbox = sandbox();
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    for (arguments, rows) in [
        (&["load", "--store", "st", "--data", "rows.jsonl"][..], 1),
        (
            &[
                "mutate",
                "--store",
                "st",
                "-e",
                "query m() { insert A { k: \"y\" } }",
                "--format",
                "json",
            ],
            2,
        ),
        (&["optimize", "--store", "st"], 2),
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device");
        let output = binary::command(sandbox.path())
            .args(arguments)
            .stdout(Stdio::from(full))
            .output();
        let said = binary::Said::from(output.expect("the binary"));
        let newest = sandbox.ok(&["query", "--store", "st", "-e", ALL, "--format", "json"]);
        let newest: serde_json::Value = serde_json::from_str(&newest).expect("JSON");
        let commit = newest["commit"].as_str().expect("a commit");
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
        assert_eq!(
            said.err,
            format!("warning: commit {commit} is made, but the result cannot be written: no space left\n")
        );
        assert_eq!(newest["rows"].as_array().map(Vec::len), Some(rows));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn p4_a_full_stderr_is_no_panic() {
    let sandbox = sandbox();
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    for (arguments, code) in [
        (&["load", "--store", "st", "--data", "rows.jsonl", "--verbose"][..], 0),
        (&["query", "--store", "st", "-e", ALL, "-p", "unknown=1"], 0),
        (
            &[
                "query",
                "--store",
                "st",
                "-e",
                "query q() { match { $a: B } return { $a.k } }",
            ],
            1,
        ),
        (&["query", "--store", "nowhere", "-e", ALL], 3),
        (&["query"], 2),
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device");
        let output = binary::command(sandbox.path())
            .args(arguments)
            .stderr(Stdio::from(full))
            .output();
        assert_eq!(output.expect("the binary").status.code(), Some(code), "{arguments:?}");
    }
    assert_eq!(sandbox.ok(&["export", "--store", "st"]), ROWS);
}

#[test]
fn p6_a_closed_pipe_is_silence() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key t: String }\n");
    let row = |k: usize| {
        format!(
            "{{\"type\":\"A\",\"data\":{{\"k\":{k},\"t\":\"{}\"}}}}\n",
            "x".repeat(50)
        )
    };
    sandbox.write("rows.jsonl", &(0..20_000).map(row).collect::<String>());
    let wrong: String = (0..300)
        .map(|n| format!("query q{n}() {{ match {{ $a: B }} return {{ $a }} }}\n"))
        .collect();
    sandbox.write("wrong.gq", &wrong);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
    let query = "query q() { match { $a: A } return { $a.k, $a.t } }";
    for (arguments, code) in [
        (&["export", "--store", "st"][..], 0),
        (&["query", "--store", "st", "-e", query, "--format", "csv"], 0),
        (&["query", "--store", "st", "-e", query, "--format", "arrow"], 0),
        (&["query", "--store", "st", "-e", query, "--format", "json"], 0),
        (&["lint", "wrong.gq", "--schema", "schema.pg", "--format", "sarif"], 1),
        (&["lint", "wrong.gq", "--schema", "schema.pg", "--format", "json"], 1),
    ] {
        let mut child = binary::command(sandbox.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary");
        let mut first = [0; 1];
        let mut out = child.stdout.take().expect("stdout");
        std::io::Read::read_exact(&mut out, &mut first).expect("a result");
        drop(out);
        let said = binary::Said::from(child.wait_with_output().expect("an end"));
        assert_eq!((said.code, said.err.as_str()), (code, ""), "{arguments:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn p7_a_signal_leaves_no_scratch_file() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key t: String }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    let scratch = tempfile::tempdir().expect("a folder");
    let mut child = binary::command(sandbox.path())
        .args(["load", "--store", "st", "--data", "-", "--memory", "1MiB"])
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    let mut input = child.stdin.take().expect("stdin");
    let row = |k: usize| {
        format!(
            "{{\"type\":\"A\",\"data\":{{\"k\":{k},\"t\":\"{}\"}}}}\n",
            "x".repeat(400)
        )
    };
    let rows: String = (0..20_000).map(row).collect();
    std::io::Write::write_all(&mut input, rows.as_bytes()).expect("the load reads");
    let kill = std::process::Command::new("kill")
        .args(["-s", "TERM", &child.id().to_string()])
        .status();
    assert!(kill.expect("kill").success());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(143));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: interrupted\n");
    assert_eq!(std::fs::read_dir(scratch.path()).expect("a folder").count(), 0);
    assert_eq!(sandbox.ok(&["export", "--store", "st"]), "");
}
