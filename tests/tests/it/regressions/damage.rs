//! Damaged files of a graph (D): every error names the file, nothing wrong is ever answered.

use std::path::{Path, PathBuf};

use omnigraph_tests::binary::{self, Said};
use serde_json::Value;

use crate::cli::Sandbox;

const SCHEMA: &str = "node A { k: String @key n: I64? }\nnode B { k: String @key }\nedge E: A -> B\n";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    load(
        &sandbox,
        &(0..40).map(|n| a(&format!("a{n:02}"), n * 7)).collect::<Vec<_>>(),
    );
    load(&sandbox, &[r#"{"type":"B","data":{"k":"b"}}"#.to_owned()]);
    sandbox
}

fn a(key: &str, n: i64) -> String {
    format!(r#"{{"type":"A","data":{{"k":"{key}","n":{n}}}}}"#)
}

/// Loads lines; the id of the commit.
fn load(sandbox: &Sandbox, lines: &[String]) -> String {
    sandbox.write("data.jsonl", &lines.join("\n"));
    let said = sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&said).expect("JSON");
    report["commit"].as_str().expect("a commit").to_owned()
}

/// More rows than a record holds, which go to a file with all that lie in records.
fn load_many(sandbox: &Sandbox, letter: char) {
    let rows = (0..2_100).map(|n| a(&format!("{letter}{n:04}"), n));
    load(sandbox, &rows.collect::<Vec<_>>());
}

/// Small commits lie in records until this.
fn optimize(sandbox: &Sandbox) {
    sandbox.ok(&["optimize", "--store", "st", "--type", "A"]);
}

fn mutate(sandbox: &Sandbox, text: &str) {
    sandbox.ok(&["mutate", "--store", "st", "-e", text]);
}

fn export(sandbox: &Sandbox, types: &[&str]) -> Said {
    sandbox.run(&[&["export", "--store", "st", "--type"], types].concat())
}

/// Files of node type `A`, which has the first number, in a folder such as `data`; oldest first.
fn files(sandbox: &Sandbox, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for dataset in std::fs::read_dir(sandbox.path().join("st/nodes")).expect("a folder") {
        let dataset = dataset.expect("an entry").path();
        if name(&dataset).starts_with("0000000000000001-") {
            collect(&dataset.join(part), &mut found);
        }
    }
    found.sort_by_key(|file: &PathBuf| {
        let metadata = std::fs::metadata(file).expect("metadata");
        metadata.modified().expect("a time")
    });
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => collect(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
}

fn name(file: &Path) -> String {
    file.file_name().expect("a name").to_string_lossy().into_owned()
}

fn flip(content: &[u8], at: usize) -> Vec<u8> {
    let mut flipped = content.to_vec();
    flipped[at] ^= 0x15;
    flipped
}

/// Exit code 3 and a message that names the type and the file, and nothing of a program that went wrong.
fn assert_names(said: &Said, of: &str, file: &Path, what: &str) {
    assert_eq!(said.code, 3, "{what}\n{}{}", said.out, said.err);
    for wanted in [of, "nodes/0000000000000001-", &name(file)] {
        assert!(
            said.err.contains(wanted),
            "{what}: {wanted} is missing in\n{}",
            said.err
        );
    }
    for wrong in ["panicked", "internal error", "backtrace"] {
        assert!(!said.err.contains(wrong), "{what}\n{}", said.err);
    }
}

#[test]
fn d1_a_flipped_byte_of_data_is_an_error_and_is_not_written_on() {
    let sandbox = sandbox();
    load_many(&sandbox, 'c');
    let good = export(&sandbox, &["A"]).out;
    let file = files(&sandbox, "data").remove(0);
    let content = std::fs::read(&file).expect("a file");
    for at in (4..content.len()).step_by(content.len() / 9) {
        std::fs::write(&file, flip(&content, at)).expect("a file");
        let said = export(&sandbox, &["A"]);
        assert_names(&said, "node type `A`", &file, &format!("byte {at}"));
        assert_eq!(said.out, "", "byte {at}");
    }
    // What reads it to write it again refuses it, too.
    let optimized = sandbox.run(&["optimize", "--store", "st"]);
    assert_names(&optimized, "node type `A`", &file, "optimize");
    assert_eq!(export(&sandbox, &["B"]).code, 0);
    let verified = sandbox.run(&["verify", "--store", "st"]);
    assert_eq!(verified.code, 1, "{}{}", verified.out, verified.err);
    assert!(verified.out.contains(&name(&file)), "{}", verified.out);
    std::fs::write(&file, &content).expect("a file");
    assert_eq!(export(&sandbox, &["A"]).out, good);
    sandbox.ok(&["verify", "--store", "st"]);
}

#[test]
fn d1_a_flipped_byte_of_a_large_file_is_found_where_it_is_read() {
    let sandbox = sandbox();
    let wide = |n: i64| a(&format!("{n:0>300}"), n);
    load(&sandbox, &(1_000..4_000).map(wide).collect::<Vec<_>>());
    let file = files(&sandbox, "data")
        .into_iter()
        .max_by_key(|file| std::fs::metadata(file).expect("metadata").len())
        .expect("a file");
    let content = std::fs::read(&file).expect("a file");
    assert!(content.len() > 256 << 10, "{}", content.len());
    std::fs::write(&file, flip(&content, content.len() / 2)).expect("a file");
    assert_names(&export(&sandbox, &["A"]), "node type `A`", &file, "a large file");
}

#[test]
fn d2_flipped_bytes_never_panic() {
    let sandbox = sandbox();
    optimize(&sandbox);
    mutate(&sandbox, r#"query q() { delete A where k = "a07" }"#);
    optimize(&sandbox);
    for part in ["data", "_deletions"] {
        let file = files(&sandbox, part).remove(0);
        let content = std::fs::read(&file).expect("a file");
        let ends = [
            0,
            1,
            content.len() / 2,
            content.len() - 20,
            content.len() - 9,
            content.len() - 1,
        ];
        for at in ends {
            std::fs::write(&file, flip(&content, at)).expect("a file");
            let said = export(&sandbox, &["A"]);
            assert_names(&said, "node type `A`", &file, &format!("{part}, byte {at}"));
        }
        std::fs::write(&file, content).expect("a file");
    }
    assert_eq!(export(&sandbox, &["A"]).out.lines().count(), 39);
}

#[test]
fn d3_a_file_that_is_cut_removed_or_unreadable_is_named() {
    let sandbox = sandbox();
    optimize(&sandbox);
    mutate(&sandbox, r#"query q() { delete A where k = "a07" }"#);
    optimize(&sandbox);
    mutate(&sandbox, r#"query q() { delete A where k = "a08" }"#);
    optimize(&sandbox);
    let search = "query q() { match { $a: A search($a.k, \"a09\") } return { $a.n } }";
    let query = || -> Said {
        let mut command = binary::command(sandbox.path());
        command.args(["query", "--store", "st", "--format", "csv", "-e", search]);
        // So few rows would be read without an index.
        command.env("OMNIGRAPH_TRAVERSAL_MODE", "indexed");
        command.output().expect("a run").into()
    };
    assert_eq!(query().out, "a.n\n63\n");
    for part in ["data", "_deletions", "_versions", "_indices"] {
        let indexes = part == "_indices";
        let read = || match indexes {
            true => query(),
            false => export(&sandbox, &["A"]),
        };
        // The file of the head, which is the newest, or the index that the query reads.
        let wanted = |file: &PathBuf| !indexes || file.ends_with("part_0_tokens.lance");
        let file = files(&sandbox, part).into_iter().rfind(wanted).expect("a file");
        let content = std::fs::read(&file).expect("a file");
        for harm in ["emptied", "cut", "removed", "unreadable"] {
            match harm {
                "emptied" => std::fs::write(&file, "").expect("a file"),
                "cut" => std::fs::write(&file, &content[..content.len() / 2]).expect("a file"),
                _ => std::fs::remove_file(&file).expect("a file"),
            }
            if harm == "unreadable" {
                std::fs::create_dir(&file).expect("a folder");
            }
            let said = read();
            assert_names(&said, "node type `A`", &file, &format!("{part} {harm}"));
            assert!(said.err.contains("version "), "{part} {harm}\n{}", said.err);
            let verified = sandbox.run(&["verify", "--store", "st"]);
            assert_eq!(verified.code, 1, "{part} {harm}\n{}{}", verified.out, verified.err);
            assert!(verified.out.contains(&name(&file)), "{part} {harm}\n{}", verified.out);
            if harm == "unreadable" {
                std::fs::remove_dir(&file).expect("a folder");
            }
            std::fs::write(&file, &content).expect("a file");
        }
        assert_eq!(read().code, 0, "{part}");
    }
    // What does not need the file can be read.
    let file = files(&sandbox, "_deletions").pop().expect("a file");
    std::fs::remove_file(file).expect("a file");
    let verified = sandbox.run(&["verify", "--store", "st", "--format", "json"]);
    let report: Value = serde_json::from_str(&verified.out).expect("JSON");
    let types = report["types"].as_array().expect("types");
    let of = |wanted: &str| types.iter().find(|ty| ty["type"] == wanted).expect("a type");
    assert_eq!(of("node type `B`")["faults"].as_array().map(Vec::len), Some(0));
    let intact = of("node type `A`")["newest_intact"].as_str().expect("a commit");
    let older = sandbox.ok(&["export", "--store", "st", "--type", "A", "--at", intact]);
    assert_eq!(older.lines().count(), 38);
    assert_eq!(export(&sandbox, &["B"]).code, 0);
}

#[test]
fn d4_exchanged_deletion_files_are_an_error() {
    let sandbox = sandbox();
    load_many(&sandbox, 'c');
    load_many(&sandbox, 'd');
    mutate(&sandbox, r#"query q() { delete A where k = "c0007" }"#);
    mutate(&sandbox, r#"query q() { delete A where k = "d0009" }"#);
    // So large a write takes what small ones left into files.
    load_many(&sandbox, 'e');
    let deletions = files(&sandbox, "_deletions");
    let [one, other] = &deletions[..] else {
        panic!("{deletions:?}")
    };
    let (first, second) = (
        std::fs::read(one).expect("a file"),
        std::fs::read(other).expect("a file"),
    );
    std::fs::write(one, &second).expect("a file");
    std::fs::write(other, &first).expect("a file");
    let said = export(&sandbox, &["A"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert!(
        deletions.iter().any(|file| said.err.contains(&name(file))),
        "{}",
        said.err
    );
    assert!(said.err.contains("node type `A`"), "{}", said.err);
}

/// The file of a commit record.
fn record(sandbox: &Sandbox, number: u64) -> PathBuf {
    let name = format!("{:020}.json", u64::MAX - number);
    sandbox.path().join("st/_graph/branches/main").join(name)
}

#[test]
fn d5_a_missing_newest_record_is_an_error() {
    let sandbox = sandbox();
    let older = load(&sandbox, &[a("x", 1)]);
    load(&sandbox, &[a("y", 2)]);
    let newest = record(&sandbox, 5);
    std::fs::remove_file(&newest).expect("a record");
    for command in [
        &["export", "--store", "st"][..],
        &["load", "--store", "st", "--data", "data.jsonl", "--mode", "merge"],
        &["optimize", "--store", "st"],
        &["cleanup", "--store", "st", "--keep", "1", "--grace", "0s", "--confirm"],
        &[
            "query",
            "--store",
            "st",
            "-e",
            "query q() { match { $a: A } return { count($a) as n } }",
        ],
    ] {
        let said = sandbox.run(command);
        assert_eq!((said.code, said.out.as_str()), (3, ""), "{command:?}\n{}", said.err);
        assert!(said.err.contains(&name(&newest)), "{command:?}\n{}", said.err);
        assert!(said.err.contains(&older), "{command:?}\n{}", said.err);
    }
    assert!(!newest.exists());
    let at = sandbox.ok(&["export", "--store", "st", "--type", "A", "--at", &older]);
    assert_eq!(at.lines().count(), 41);
    let verified = sandbox.run(&["verify", "--store", "st"]);
    assert_eq!(verified.code, 1, "{}{}", verified.out, verified.err);
    assert!(verified.out.contains(&name(&newest)), "{}", verified.out);
    // The way out that the message names.
    std::fs::remove_file(sandbox.path().join("st/_graph/heads/main")).expect("a hint");
    assert_eq!(
        sandbox.ok(&["export", "--store", "st", "--type", "A"]).lines().count(),
        41
    );
}

#[test]
fn d5_a_gap_among_the_records_is_an_error() {
    let sandbox = sandbox();
    load(&sandbox, &[a("x", 1)]);
    load(&sandbox, &[a("y", 2)]);
    let missing = record(&sandbox, 4);
    std::fs::remove_file(&missing).expect("a record");
    std::fs::remove_file(sandbox.path().join("st/_graph/heads/main")).expect("a hint");
    let said = sandbox.run(&["export", "--store", "st"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.err);
    assert!(said.err.contains(&name(&missing)), "{}", said.err);
}

#[test]
fn d5_a_changed_digit_of_a_record_is_an_error() {
    let sandbox = sandbox();
    let file = record(&sandbox, 3);
    let good = std::fs::read(&file).expect("a record");
    let of = |part: &[u8]| good.windows(part.len()).position(|window| window == part);
    let digit = of(b"\"rows\":40").expect("rows") + 8;
    // The rows that follow the object are compared, too.
    let behind = of(b"\n").expect("rows behind the object");
    for at in [digit, behind, behind + 1, (behind + good.len()) / 2, good.len() - 1] {
        std::fs::write(&file, flip(&good, at)).expect("a record");
        let said = sandbox.run(&["export", "--store", "st"]);
        assert_eq!((said.code, said.out.as_str()), (3, ""), "byte {at}: {}", said.err);
        assert!(said.err.contains(&name(&file)), "byte {at}: {}", said.err);
    }
    for length in [behind, behind + 1, good.len() - 1] {
        std::fs::write(&file, &good[..length]).expect("a record");
        let said = sandbox.run(&["export", "--store", "st"]);
        assert_eq!((said.code, said.out.as_str()), (3, ""), "{length} bytes: {}", said.err);
        assert!(said.err.contains(&name(&file)), "{length} bytes: {}", said.err);
    }
}
