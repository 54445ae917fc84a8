//! Paths of stores, processes beside each other, output that cannot be written (P).

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use omnigraph_tests::binary::{self, Said};

#[cfg(target_os = "linux")]
use crate::cli::streams::{full, interrupted_load};
use crate::cli::{Sandbox, texts};

const SCHEMA: &str = "node A { k: String @key t: String? }\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox
}

fn a(key: &str, text: &str) -> String {
    format!(r#"{{"type":"A","data":{{"k":"{key}","t":"{text}"}}}}"#)
}

fn load(sandbox: &Sandbox, lines: &[String]) -> Said {
    sandbox.write("data.jsonl", &lines.join("\n"));
    sandbox.run(&["load", "--store", "st", "--data", "data.jsonl"])
}

#[test]
fn p2_optimize_finishes_beside_a_process_that_writes_all_the_time() {
    const WRITERS: usize = 3;
    let sandbox = sandbox();
    let words = |n: usize| format!("word{} word{} word{n}", n % 97, n % 89);
    assert_eq!(
        load(
            &sandbox,
            &(0..6_000).map(|n| a(&format!("k{n}"), &words(n))).collect::<Vec<_>>()
        )
        .code,
        0
    );
    let (over, writes) = (AtomicBool::new(false), AtomicU32::new(0));
    let finished = std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (sandbox, over, writes) = (&sandbox, &over, &writes);
            scope.spawn(move || {
                // As long as one that gave up waiting: a product that starves never finishes before.
                for n in 0..60 {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let insert = format!("query q() {{ insert A {{ k: \"w{writer}-{n}\" }} }}");
                    sandbox.ok(&["mutate", "--store", "st", "-e", &insert]);
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        sandbox.ok(&["optimize", "--store", "st"]);
        let finished = writes.load(Ordering::Relaxed) < 60 * WRITERS as u32;
        over.store(true, Ordering::Relaxed);
        finished
    });
    assert!(finished, "optimize waited until nobody wrote any more");
    // Nothing that was acknowledged got lost.
    let rows = sandbox.ok(&["export", "--store", "st"]).lines().count();
    assert_eq!(rows, 6_000 + writes.load(Ordering::Relaxed) as usize);
}

#[test]
fn p5_a_key_is_bounded_where_it_comes_in_and_all_that_was_loaded_is_exported() {
    let sandbox = sandbox();
    for length in [20_000, 33_000_000] {
        let said = load(&sandbox, &[a(&"x".repeat(length), "")]);
        let wanted = format!(
            "error: line 1: A: an id of {length} bytes is too long; ids, and the keys that they follow from, have up to 16384 bytes\n"
        );
        assert_eq!((said.code, said.err.as_str()), (3, wanted.as_str()));
    }
    let insert = format!("query q() {{ insert A {{ k: \"{}\" }} }}", "x".repeat(20_000));
    sandbox.write("insert.gq", &insert);
    let said = sandbox.run(&["mutate", "--store", "st", "--query", "insert.gq"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("an id of 20000 bytes is too long"), "{}", said.err);
    // The longest keys, and a long text.
    let mut lines: Vec<String> = (0..300).map(|n| a(&format!("{n:0>16384}"), "")).collect();
    lines.push(a("long", &"y".repeat(20_000_000)));
    assert_eq!(load(&sandbox, &lines).code, 0);
    let exported = sandbox.ok(&["export", "--store", "st"]);
    sandbox.write("export.jsonl", &exported);
    sandbox.ok(&["init", "--schema", "schema.pg", "twin"]);
    sandbox.ok(&["load", "--store", "twin", "--data", "export.jsonl"]);
    assert!(sandbox.ok(&["export", "--store", "twin"]) == exported);
}

#[cfg(unix)]
#[test]
fn p8_cleanup_frees_space_on_a_full_disk() {
    let sandbox = sandbox();
    load(&sandbox, &[a("x", "1")]);
    sandbox.ok(&["optimize", "--store", "st"]);
    sandbox.ok(&[
        "mutate",
        "--store",
        "st",
        "-e",
        "query q() { delete A where k = \"x\" }",
    ]);
    sandbox.ok(&["optimize", "--store", "st"]);
    // No file may get any content: as on a disk without space.
    let full = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"])
        .arg(binary::path())
        .args(["cleanup", "--store", "st", "--keep", "1", "--grace", "0s", "--confirm"])
        .current_dir(sandbox.path())
        // A pipe has no limit.
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .expect("a shell");
    let said = Said::from(full);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("removed "), "{}", said.out);
    assert!(!said.out.starts_with("removed 0 files"), "{}", said.out);
    assert!(said.out.contains("commits: 1 retained, 4 reclaimed"), "{}", said.out);
    assert_eq!(sandbox.ok(&["export", "--store", "st"]), "");
}

#[test]
fn p9_a_graph_without_its_format_is_told_as_that_by_every_command() {
    let sandbox = sandbox();
    load(&sandbox, &[a("x", "1")]);
    let format = sandbox.path().join("st/_graph/format.json");
    let content = std::fs::read(&format).expect("a file");
    std::fs::remove_file(&format).expect("a file");
    let wanted = "error: _graph/format.json is damaged: it is missing, but st holds commits of a graph; put it back from a backup, \
                  or copy it from another graph that this program made: it is the same for all\n";
    for command in [
        &["export", "--store", "st"][..],
        &["init", "--schema", "schema.pg", "st"],
        &["load", "--store", "st", "--data", "data.jsonl"],
        &["optimize", "--store", "st"],
        &["schema", "show", "--store", "st"],
    ] {
        let said = sandbox.run(command);
        assert_eq!((said.code, said.err.as_str()), (3, wanted), "{command:?}");
    }
    sandbox.ok(&["init", "--schema", "schema.pg", "other"]);
    std::fs::copy(sandbox.path().join("other/_graph/format.json"), &format).expect("a copy");
    assert_eq!(std::fs::read(&format).expect("a file"), content);
    assert_eq!(sandbox.ok(&["export", "--store", "st"]).lines().count(), 1);
}

#[test]
fn p10_a_scratch_folder_that_is_not_there_is_named() {
    let sandbox = sandbox();
    let text = "y".repeat(300);
    sandbox.write(
        "data.jsonl",
        &(0..40_000)
            .map(|n| a(&format!("k{n}"), &text))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    let load = ["load", "--store", "st", "--data", "data.jsonl", "--memory", "1MiB"];
    let without = |arguments: &[&str]| -> Said {
        let mut command = binary::command(sandbox.path());
        command.args(arguments).env("TMPDIR", "/nonexistent");
        command.output().expect("a run").into()
    };
    let wanted = "error: could not use a scratch file in /nonexistent, which TMPDIR names: it does not exist\n";
    let said = without(&load);
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
    sandbox.ok(&load);
    let sorted = "query q() { match { $a: A } return { $a.t, $a.k } order { $a.t, $a.k } }";
    let said = without(&[
        "query", "--store", "st", "--memory", "16MiB", "--format", "csv", "-e", sorted,
    ]);
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
}

#[cfg(unix)]
#[test]
fn p10_a_loop_of_links_and_an_unknown_scheme_are_told() {
    let sandbox = sandbox();
    std::os::unix::fs::symlink("two", sandbox.path().join("one")).expect("a link");
    std::os::unix::fs::symlink("one", sandbox.path().join("two")).expect("a link");
    let said = sandbox.run(&["export", "--store", "one"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(
        said.err.contains("one") && said.err.contains("symbolic links"),
        "{}",
        said.err
    );
    let said = sandbox.run(&["export", "--store", "s3://bucket/graph"]);
    let wanted = "error: `s3://bucket/graph` cannot be opened: this build has no storage for `s3://` with these settings; it opens \
                  paths and `file://`\n";
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
}

#[test]
fn p11_loading_nothing_commits_nothing() {
    let sandbox = sandbox();
    let head = || {
        sandbox.ok(&[
            "query",
            "--store",
            "st",
            "--format",
            "json",
            "-e",
            "query q() { match { $a: A } return { $a.k } }",
        ])
    };
    let before = head();
    for (input, mode) in [("", "append"), ("\n  \n", "merge"), ("\u{feff}", "overwrite")] {
        let mut load = binary::command(sandbox.path());
        load.args(["load", "--store", "st", "--data", "-", "--mode", mode]);
        let mut running = load
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a run");
        let mut stdin = running.stdin.take().expect("stdin");
        std::io::Write::write_all(&mut stdin, input.as_bytes()).expect("a pipe");
        drop(stdin);
        let said = Said::from(running.wait_with_output().expect("a run"));
        let wanted = "nothing to load: the input holds no nodes and no edges\n";
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (0, wanted, ""),
            "{input:?}"
        );
    }
    let commit = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON")["commit"].clone();
    assert_eq!(commit(&head()), commit(&before));
    sandbox.write("nothing.jsonl", "");
    let said = sandbox.ok(&["load", "--store", "st", "--data", "nothing.jsonl", "--format", "json"]);
    assert_eq!(commit(&said), serde_json::Value::Null);
}

/// The schema of a graph with one property.
const KEYED: &str = "node A { k: String @key }\n";
const ROWS: &str = "{\"type\":\"A\",\"data\":{\"id\":\"x\",\"k\":\"x\"}}\n";
const ALL: &str = "query q() { match { $a: A } return { $a.k } }";

fn keyed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", KEYED);
    sandbox.write("rows.jsonl", ROWS);
    sandbox
}

#[test]
fn p1_paths_are_normalised_at_every_command() {
    let sandbox = keyed();
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
    let sandbox = keyed();
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
    let sandbox = keyed();
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
        let output = binary::command(sandbox.path()).args(arguments).stdout(full()).output();
        let said = Said::from(output.expect("the binary"));
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
    let sandbox = keyed();
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
        let output = binary::command(sandbox.path()).args(arguments).stderr(full()).output();
        assert_eq!(output.expect("the binary").status.code(), Some(code), "{arguments:?}");
    }
    assert_eq!(sandbox.ok(&["export", "--store", "st"]), ROWS);
}

#[test]
fn p6_a_closed_pipe_is_silence() {
    let sandbox = Sandbox::with_texts();
    sandbox.write("rows.jsonl", &texts(20_000, 50));
    let wrong: String = (0..300)
        .map(|n| format!("query q{n}() {{ match {{ $a: B }} return {{ $a }} }}\n"))
        .collect();
    sandbox.write("wrong.gq", &wrong);
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
        let said = Said::from(child.wait_with_output().expect("an end"));
        assert_eq!((said.code, said.err.as_str()), (code, ""), "{arguments:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn p7_a_signal_leaves_no_scratch_file() {
    let sandbox = Sandbox::with_texts();
    let (said, left) = interrupted_load(&sandbox, "TERM");
    assert_eq!((said.code, said.err.as_str()), (143, "error: interrupted\n"));
    assert_eq!(left, 0);
    assert_eq!(sandbox.ok(&["export", "--store", "st"]), "");
}
