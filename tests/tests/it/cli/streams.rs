//! Outputs that cannot be written: every command with a full device, a closed pipe or a scratch folder that is not there
//! behind each of its streams. Linux only: the devices are its.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, OnceLock};

use omnigraph_tests::binary::{self, Said};

use super::{Sandbox, texts};

const QUERY: &str = "query q() { match { $p: Person } return { $p.name, $p.handle } }";
const INSERT: &str = "query q() { insert Person { handle: \"new\", name: \"New\", role: \"member\" } }";

/// Every command that ends by itself, and whether it commits.
const COMMANDS: &[(&[&str], bool)] = &[
    (&["init", "--schema", "schema.pg", "new"], true),
    (
        &["load", "--store", "lab", "--data", "data.jsonl", "--mode", "merge"],
        true,
    ),
    (
        &[
            "load",
            "--store",
            "lab",
            "--data",
            "data.jsonl",
            "--mode",
            "merge",
            "--format",
            "json",
        ],
        true,
    ),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "table"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "json"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "jsonl"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "csv"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "kv"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--format", "arrow"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--explain"], false),
    (&["query", "--store", "lab", "-e", QUERY, "--analyze"], false),
    (&["mutate", "--store", "lab", "-e", INSERT], true),
    (&["mutate", "--store", "lab", "-e", INSERT, "--format", "text"], true),
    (&["lint", "wrong.gq", "--schema", "schema.pg"], false),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "concise"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "json"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "sarif"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "github"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "gitlab"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--format", "junit"],
        false,
    ),
    (
        &["lint", "wrong.gq", "--schema", "schema.pg", "--diff", "--unsafe-fixes"],
        false,
    ),
    (&["fmt", "--check", "queries.gq", "schema.pg"], false),
    (&["fmt", "--diff", "queries.gq", "schema.pg"], false),
    (&["explain", "T6"], false),
    (&["explain", "--list"], false),
    (
        &[
            "compile",
            "queries.gq",
            "documents",
            "--schema",
            "schema.pg",
            "--emit",
            "ir",
        ],
        false,
    ),
    (
        &[
            "compile",
            "queries.gq",
            "documents",
            "--schema",
            "schema.pg",
            "--emit",
            "tokens",
        ],
        false,
    ),
    (
        &[
            "compile",
            "queries.gq",
            "documents",
            "--schema",
            "schema.pg",
            "--emit",
            "ast",
        ],
        false,
    ),
    (
        &[
            "compile",
            "queries.gq",
            "documents",
            "--schema",
            "schema.pg",
            "--emit",
            "descriptor",
        ],
        false,
    ),
    (&["schema", "show", "--store", "lab"], false),
    (&["schema", "show", "--store", "lab", "--format", "json"], false),
    (&["schema", "plan", "--store", "lab", "--to", "next.pg"], false),
    (
        &[
            "schema", "plan", "--store", "lab", "--to", "next.pg", "--format", "json",
        ],
        false,
    ),
    (
        &[
            "schema", "apply", "--store", "lab", "--schema", "next.pg", "--format", "json",
        ],
        true,
    ),
    (&["schema", "diagram", "schema.pg"], false),
    (&["schema", "diagram", "schema.pg", "--format", "mermaid"], false),
    (&["export", "--store", "lab"], false),
    (&["optimize", "--store", "lab"], true),
    (&["cleanup", "--store", "lab", "--keep", "1", "--grace", "0s"], false),
    (&["completions", "bash"], false),
    (&["man"], false),
    (&["--help"], false),
    (&["--version"], false),
    (&["query", "--store", "nowhere", "-e", QUERY], false),
    (&["quary"], false),
];

/// A folder that commands start from; each gets a copy.
struct Template(Sandbox);

static TEMPLATE: LazyLock<Template> = LazyLock::new(Template::new);

impl Template {
    fn new() -> Template {
        let sandbox = Sandbox::with_lab();
        let schema = std::fs::read_to_string(sandbox.path().join("schema.pg")).expect("a schema");
        sandbox.write("next.pg", &(schema + "\nnode Added { name: String @key }\n"));
        sandbox.write("wrong.gq", "query w() { match { $p: Persn } return { $p.nme, $q } }\n");
        Template(sandbox)
    }

    fn copy(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        copy(self.0.path(), folder.path());
        folder
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("a copy")),
        }
    }
}

/// Exit code, stdout and stderr; a stream that is not read gives nothing.
fn run(folder: &Path, arguments: &[&str], change: impl FnOnce(&mut Command)) -> (i32, String, String) {
    let mut command = binary::command(folder);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    change(&mut command);
    let output = command.spawn().expect("the binary").wait_with_output().expect("an end");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap_or(-1),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// What each command does where all can be written, by its place.
fn plain(at: usize) -> &'static (i32, String, String) {
    static PLAIN: [OnceLock<(i32, String, String)>; COMMANDS.len()] = [const { OnceLock::new() }; COMMANDS.len()];
    PLAIN[at].get_or_init(|| run(TEMPLATE.copy().path(), &verbose(COMMANDS[at].0), |_| {}))
}

/// With all that a command has to say.
fn verbose<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().copied().chain(["--verbose"]).collect()
}

/// A device without space.
pub(crate) fn full() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .expect("the full device")
        .into()
}

/// The writing end of a pipe that nobody reads.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn commits(store: &Path) -> usize {
    let count = |folder: PathBuf| std::fs::read_dir(folder).map(|entries| entries.count()).unwrap_or(0);
    let branches = store.join("_graph");
    let mut folders = vec![branches];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        found += count(folder.clone());
        let inner = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        folders.extend(inner.filter(|path| path.is_dir()));
    }
    found
}

#[test]
fn a_stderr_that_cannot_be_written_changes_nothing_else() {
    for (at, &(arguments, _)) in COMMANDS.iter().enumerate() {
        let arguments = verbose(arguments);
        let plain = plain(at);
        for stream in [full, closed] {
            let folder = TEMPLATE.copy();
            let said = run(folder.path(), &arguments, |command| {
                command.stderr(stream());
            });
            assert_eq!(said.0, plain.0, "{arguments:?}");
            assert_eq!(
                said.1.lines().count(),
                plain.1.lines().count(),
                "{arguments:?}\n{}",
                said.1
            );
        }
    }
}

#[test]
fn a_reader_that_goes_away_ends_commands_in_silence() {
    for (at, &(arguments, _)) in COMMANDS.iter().enumerate() {
        let arguments = verbose(arguments);
        let plain = plain(at);
        let (code, _, err) = run(TEMPLATE.copy().path(), &arguments, |command| {
            command.stdout(closed());
        });
        assert_eq!(code, plain.0, "{arguments:?}\n{err}");
        assert_eq!(err.lines().count(), plain.2.lines().count(), "{arguments:?}\n{err}");
    }
}

#[test]
fn a_result_that_cannot_be_written_is_a_failure_unless_a_commit_is_made() {
    let mut seen = BTreeMap::new();
    for (at, &(arguments, writes)) in COMMANDS.iter().enumerate() {
        let arguments = verbose(arguments);
        let plain = plain(at);
        let folder = TEMPLATE.copy();
        let before = commits(&folder.path().join("lab"));
        let (code, _, err) = run(folder.path(), &arguments, |command| {
            command.stdout(full());
        });
        assert!(!err.contains("panicked"), "{arguments:?}\n{err}");
        if writes {
            assert_eq!(code, 0, "{arguments:?}\n{err}");
            assert!(
                err.contains(" is made, but the result cannot be written: no space left"),
                "{arguments:?}\n{err}"
            );
            let made = arguments[0] == "init" || commits(&folder.path().join("lab")) > before;
            assert!(made, "{arguments:?}");
        } else if plain.1.is_empty() || arguments[0].starts_with("--") {
            assert_eq!(code, plain.0, "{arguments:?}\n{err}");
        } else {
            assert_eq!(code, 3, "{arguments:?}\n{err}");
            assert_eq!(
                err.lines().last(),
                Some("error: the result cannot be written: no space left"),
                "{arguments:?}"
            );
        }
        *seen.entry(code).or_insert(0) += 1;
    }
    assert!(seen[&0] > 5 && seen[&3] > 20, "{seen:?}");
}

#[test]
fn a_scratch_folder_that_is_not_there_is_named_where_it_is_needed() {
    for (at, &(arguments, _)) in COMMANDS.iter().enumerate() {
        let arguments = verbose(arguments);
        let plain = plain(at);
        let folder = TEMPLATE.copy();
        let said = run(folder.path(), &arguments, |command| {
            command.env("TMPDIR", "/nonexistent");
        });
        assert!(!said.2.contains("panicked"), "{arguments:?}\n{}", said.2);
        if said.0 != plain.0 {
            assert_eq!(said.0, 3, "{arguments:?}\n{}", said.2);
            assert!(
                said.2.contains("TMPDIR") && said.2.contains("/nonexistent"),
                "{arguments:?}\n{}",
                said.2
            );
        }
    }
}

/// Commands heed the signals that end them, whatever runs the tests: a shell's background jobs inherit that they ignore one.
#[cfg(target_os = "linux")]
pub(crate) fn heed_signals() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        // SAFETY: the default action is not a handler of this process.
        let before = unsafe { libc::signal(signal, libc::SIG_DFL) };
        assert_ne!(before, libc::SIG_ERR, "{}", std::io::Error::last_os_error());
    }
}

/// A load into a graph of texts that gets a signal when it has scratch files and waits for more; how many it leaves.
pub(crate) fn interrupted_load(sandbox: &Sandbox, signal: &str) -> (Said, usize) {
    heed_signals();
    let scratch = tempfile::tempdir().expect("a folder");
    let mut child = binary::command(sandbox.path())
        .args(["load", "--store", "st", "--data", "-", "--memory", "1MiB"])
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary");
    let mut input = child.stdin.take().expect("stdin");
    input.write_all(texts(20_000, 400).as_bytes()).expect("the load reads");
    let kill = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status();
    assert!(kill.expect("kill").success());
    let said = child.wait_with_output().expect("an end").into();
    drop(input);
    (said, std::fs::read_dir(scratch.path()).expect("a folder").count())
}

#[test]
fn signals_leave_no_scratch_file() {
    let sandbox = Sandbox::with_texts();
    let before = sandbox.ok(&["export", "--store", "st"]);
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let (said, left) = interrupted_load(&sandbox, signal);
        assert_eq!(
            (said.code, said.err.as_str()),
            (code, "error: interrupted\n"),
            "{signal}"
        );
        assert_eq!(left, 0, "{signal}");
        assert_eq!(sandbox.ok(&["export", "--store", "st"]), before, "{signal}");
    }
}
