//! Other writers between the beginning of a request and its commit. A load that reads its data from a pipe has chosen the
//! commit it starts from long before the pipe ends, so what happens meanwhile is in the test's hand.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};

use omnigraph_tests::binary::{self, Said};

use super::{SCHEMA, Sandbox};

/// More than a pipe and the reader's buffer hold: when so much was taken, lines have been read.
const TAKEN: usize = 1 << 20;

/// A load whose data are still coming.
struct Begun {
    child: Child,
    input: ChildStdin,
}

impl Begun {
    fn load(sandbox: &Sandbox, mode: &str) -> Begun {
        let mut child = binary::command(sandbox.path())
            .args(["load", "--store", "lab", "--mode", mode, "--data", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut input = child.stdin.take().expect("its stdin is a pipe");
        input.write_all("\n".repeat(TAKEN).as_bytes()).expect("lines are read");
        Begun { child, input }
    }

    fn end(mut self, lines: &str) -> Said {
        self.input.write_all(lines.as_bytes()).expect("lines are read");
        drop(self.input);
        self.child.wait_with_output().expect("it ends").into()
    }
}

const LINE: &str = r#"{"type": "Person", "data": {"handle": "new", "name": "New", "role": "guest"}}"#;

/// Where the next commit's record will be; they are numbered downwards.
fn next_record(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.path().join("lab/_graph/branches/main");
    let number = |file: &Path| file.file_stem()?.to_str()?.parse::<u64>().ok();
    let newest = std::fs::read_dir(&folder)
        .expect("the records' folder")
        .filter_map(|entry| number(&entry.expect("an entry").path()))
        .min()
        .expect("a record");
    folder.join(format!("{}.json", newest - 1))
}

fn rename(sandbox: &Sandbox) {
    sandbox.ok(&[
        "mutate",
        "rename",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "-p",
        "handle=ada",
        "-p",
        "name=Augusta",
    ]);
}

#[test]
fn what_was_read_changed_meanwhile() {
    let sandbox = Sandbox::with_lab();
    let mut story = String::new();

    let cites = |from: &str, to: &str| format!(r#"{{"edge": "Cites", "from": "{from}", "to": "{to}"}}"#);
    story += "An overwrite would replace what it has not seen:\n";
    let load = Begun::load(&sandbox, "overwrite");
    sandbox.write("cites.jsonl", &cites("d3", "d1"));
    sandbox.ok(&["load", "--store", "lab", "--data", "cites.jsonl"]);
    let before = sandbox.export();
    story += &sandbox.show(&load.end(&cites("d1", "d3")));
    assert_eq!(sandbox.export(), before);

    story += "\nThe schema is another one:\n";
    let load = Begun::load(&sandbox, "append");
    sandbox.write(
        "schema.pg",
        &SCHEMA.replace("node Doc", "node Memo {\n    slug: String @key\n}\n\nnode Doc"),
    );
    sandbox.ok(&["schema", "apply", "--store", "lab", "--schema", "schema.pg"]);
    let before = sandbox.export();
    story += &sandbox.show(&load.end(LINE));
    assert_eq!(sandbox.export(), before);

    story += "\nRows that are only added do not depend on what others changed:\n";
    let load = Begun::load(&sandbox, "append");
    rename(&sandbox);
    story += &sandbox.show(&load.end(LINE));
    let after = sandbox.export();
    assert!(
        after.contains("Augusta") && after.contains("\"handle\":\"new\""),
        "{after}"
    );

    story += "\nUnless somebody took the key:\n";
    let load = Begun::load(&sandbox, "append");
    sandbox.write("same.jsonl", &LINE.replace("new", "newer"));
    sandbox.ok(&["load", "--store", "lab", "--data", "same.jsonl"]);
    let before = sandbox.export();
    story += &sandbox.show(&load.end(&LINE.replace("new", "newer")));
    assert_eq!(sandbox.export(), before);

    insta::assert_snapshot!("read_set_changed", story);
}

/// A record's number that is taken each time, though no newer commit can be read: a link to nowhere.
#[cfg(unix)]
#[test]
fn always_overtaken() {
    let sandbox = Sandbox::with_lab();
    let before = sandbox.export();
    let record = next_record(&sandbox);
    std::os::unix::fs::symlink("nowhere", &record).expect("a link");
    let mut story = String::new();
    sandbox.write("new.jsonl", LINE);
    for arguments in [
        &["load", "--store", "lab", "--data", "new.jsonl"][..],
        &[
            "mutate",
            "rename",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "-p",
            "handle=ada",
            "-p",
            "name=Augusta",
        ],
        &["optimize", "--store", "lab"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("always_overtaken", story);
    assert_eq!(sandbox.export(), before);
    // What the failed attempts left is in nobody's way.
    std::fs::remove_file(&record).expect("the link");
    sandbox.ok(&["load", "--store", "lab", "--data", "new.jsonl"]);
}

/// The record's creation says that something is there, and what it is cannot be read: a link to itself.
#[cfg(unix)]
#[test]
fn the_answer_is_lost() {
    let sandbox = Sandbox::with_lab();
    let before = sandbox.export();
    let load = Begun::load(&sandbox, "append");
    let record = next_record(&sandbox);
    std::os::unix::fs::symlink(&record, &record).expect("a link");
    let lost = sandbox.show(&load.end(LINE));
    let then = sandbox.transcript(&["export", "--store", "lab"]);
    insta::assert_snapshot!("answer_lost", format!("{lost}\n{then}"));
    std::fs::remove_file(&record).expect("the link");
    assert_eq!(sandbox.export(), before);
}

#[test]
fn storage_that_this_program_does_not_speak() {
    let sandbox = Sandbox::with_lab();
    let mut story = String::new();
    for store in [
        "ftp://example.com/graph",
        "http://127.0.0.1:9/graph",
        "memory:///graph",
        "",
    ] {
        story += &sandbox.transcript(&["export", "--store", store]);
        story += "\n";
    }
    insta::assert_snapshot!("storage_unspoken", story);
}
