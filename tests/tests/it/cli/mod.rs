//! The command line as a user meets it: what it prints, what it returns, and what it says when something is wrong.
//! Snapshots hold whole outputs, with what differs from run to run blotted out.

mod conflicts;
mod failures;
mod fmt;
mod formats;
mod functions;
mod journey;
mod maintenance;
pub(crate) mod streams;
pub(crate) mod terminal;
mod translate;

use std::path::Path;

use omnigraph_tests::binary::{self, Said};
use regex::Regex;

pub(crate) const SCHEMA: &str = include_str!("../../../../compiler/src/rules/lab.pg");
pub(crate) const DATA: &str = include_str!("../../../semantics/lab.jsonl");

pub(crate) const QUERIES: &str = "\
query older_than($age: I32)
    @description(\"Persons above an age, oldest first\")
{
    match { $p: Person  $p.age > $age }
    return { $p.handle, $p.name as name, $p.age }
    order { $p.age desc }
}

query documents() {
    match { $p: Person  $p wrote $d }
    return { $p, $d.title, $d.vec }
    order { $d.title, $p.handle }
}

query rename($handle: String, $name: String) {
    update Person set { name: $name } where handle = $handle
}
";

/// A folder of its own for a test, as the working directory of its commands.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        Sandbox {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// With `schema.pg`, `data.jsonl`, `queries.gq`, and the Lab graph as the store `lab`.
    pub(crate) fn with_lab() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("schema.pg", SCHEMA);
        sandbox.write("data.jsonl", DATA);
        sandbox.write("queries.gq", QUERIES);
        sandbox.ok(&["init", "--schema", "schema.pg", "lab"]);
        sandbox.ok(&["load", "--store", "lab", "--data", "data.jsonl"]);
        sandbox
    }

    /// With `schema.pg` and the empty graph `st` of numbered texts.
    pub(crate) fn with_texts() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write("schema.pg", "node A { k: I64 @key t: String }\n");
        sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
        sandbox
    }

    /// With `schema.pg` and the graph `st`, a ring of nodes with texts.
    pub(crate) fn with_ring(nodes: usize) -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.write(
            "schema.pg",
            "node N { k: I64 @key t: String? @index }\nedge E: N -> N\n",
        );
        let node = |k| format!("{{\"type\":\"N\",\"data\":{{\"k\":{k},\"t\":\"word{k} graph\"}}}}\n");
        let edge = |k| format!("{{\"edge\":\"E\",\"from\":\"{k}\",\"to\":\"{}\"}}\n", (k + 1) % nodes);
        let rows: String = (0..nodes).map(node).chain((0..nodes).map(edge)).collect();
        sandbox.write("rows.jsonl", &rows);
        sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
        sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        binary::run(self.path(), arguments)
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> String {
        binary::ok(self.path(), arguments)
    }

    pub(crate) fn export(&self) -> String {
        self.ok(&["export", "--store", "lab"])
    }

    /// A run as a snapshot shows it.
    pub(crate) fn transcript(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        let shown: Vec<String> = arguments
            .iter()
            .map(|argument| {
                if argument.contains([' ', '{']) {
                    format!("'{argument}'")
                } else {
                    (*argument).to_owned()
                }
            })
            .collect();
        format!("$ omnigraph {}\n{}", shown.join(" "), self.show(&said))
    }

    pub(crate) fn show(&self, said: &Said) -> String {
        let mut text = format!("exit code {}\n", said.code);
        for (name, stream) in [("stdout", &said.out), ("stderr", &said.err)] {
            if !stream.is_empty() {
                text += &format!("--- {name}\n{}\n", self.redact(stream).trim_end_matches('\n'));
            }
        }
        text
    }

    fn redact(&self, text: &str) -> String {
        let real = self.path().canonicalize().expect("a folder");
        let mut text = text.to_owned();
        for path in [real.as_path(), self.path()] {
            text = text.replace(&path.to_string_lossy().into_owned(), "<folder>");
        }
        let blots = [
            (r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b", "<id>"),
            (r#""elapsed_ms": ?[0-9.e-]+"#, "\"elapsed_ms\":<ms>"),
            (r"\b[0-9]+(\.[0-9]+)? ?(ms|µs)\b", "<time>"),
            (r"\bin [0-9.]+ ?s\b", "in <time>"),
            (r"\bd[0-9]+\.manifest\b", "<version>.manifest"),
            (r"\bversion [0-9a-f]{16}\b", "version <version>"),
        ];
        for (pattern, blot) in blots {
            text = Regex::new(pattern)
                .expect("a pattern")
                .replace_all(&text, blot)
                .into_owned();
        }
        text
    }
}

/// Rows for a graph of numbered texts, of so many letters.
pub(crate) fn texts(count: usize, letters: usize) -> String {
    let text = "x".repeat(letters);
    let row = |k: usize| format!("{{\"type\":\"A\",\"data\":{{\"k\":{k},\"t\":\"{text}\"}}}}\n");
    (0..count).map(row).collect()
}
