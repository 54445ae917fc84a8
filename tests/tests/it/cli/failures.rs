//! What goes wrong, and what is said about it. After every failure the graph is as it was.

use std::process::Command;

use omnigraph_tests::binary::{self, Said};

use super::{SCHEMA, Sandbox};

const QUERY: &str = "query q() { match { $p: Person } return { $p.name } }";

/// The file that every graph has.
fn format_of(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.path().join("lab/_graph/format.json")).expect("a file")
}

#[test]
fn stores_that_are_none() {
    let sandbox = Sandbox::with_lab();
    // Someone else's folder, and a graph whose creation was cut short.
    sandbox.write("other/notes.txt", "not a graph\n");
    sandbox.write("half/_graph/format.json", &format_of(&sandbox));
    sandbox.write("file", "a file\n");
    let mut story = String::new();
    for store in ["nowhere", "other", "half", "file"] {
        story += &sandbox.transcript(&["query", "--store", store, "-e", QUERY]);
        story += "\n";
    }
    for arguments in [
        &["export", "--store", "nowhere"][..],
        &["load", "--store", "nowhere", "--data", "data.jsonl"],
        &["init", "--schema", "schema.pg", "lab"],
        &["init", "--schema", "schema.pg", "file/graph"],
        &["init", "--schema", "missing.pg", "new"],
        &["load", "--store", "lab", "--data", "missing.jsonl"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("stores_that_are_none", story);
    assert!(!sandbox.path().join("nowhere").exists(), "asking creates nothing");
    assert_eq!(
        std::fs::read_dir(sandbox.path().join("other"))
            .expect("a folder")
            .count(),
        1
    );
    // What was cut short may be taken over.
    sandbox.ok(&["init", "--schema", "schema.pg", "half"]);
    sandbox.ok(&["load", "--store", "half", "--data", "data.jsonl"]);
}

#[test]
fn wrong_usage() {
    let sandbox = Sandbox::with_lab();
    let mut story = String::new();
    for arguments in [
        &["quary"][..],
        &["query", "older_than"],
        &["query", "--store", "lab"],
        &["query", "--store", "lab", "--query", "queries.gq"],
        &[
            "query",
            "older",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "-p",
            "age=3",
        ],
        &[
            "query",
            "rename",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "-p",
            "handle=bo",
            "-p",
            "name=x",
        ],
        &["mutate", "documents", "--store", "lab", "--query", "queries.gq"],
        &["load", "--store", "lab", "--data", "data.jsonl", "--mode", "replace"],
        &["query", "documents", "--store", "lab", "--query", "missing.gq"],
        &[
            "query",
            "older_than",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "--params",
            "{age: 3}",
        ],
        &["export", "--store", "lab", "--type", "Persn"],
        &[
            "query",
            "documents",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "--at",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        ],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("wrong_usage", story);
}

#[test]
fn wrong_parameters() {
    let sandbox = Sandbox::with_lab();
    sandbox.write(
        "many.gq",
        "query many($a: I32, $b: Date, $c: [String], $d: Vector(2), $e: Bool) {\n    match { $p: Person  $p.age > $a  \
         $p.joined > $b  $c contains $p.name }\n    return { $p.name, $d as d, $e as e }\n}\n",
    );
    let mut story = String::new();
    for params in [
        "{}",
        r#"{"a": "x", "b": "2026-02-30", "c": ["y", 3], "d": [1], "e": null}"#,
        r#"{"a": 3000000000, "b": 5, "c": "y", "d": [1, "z"], "e": 1}"#,
        r#"{"a": 1, "b": "2020-01-01", "c": ["Ada"], "d": [1, 2], "e": true, "f": 1}"#,
        "[]",
    ] {
        story += &sandbox.transcript(&["query", "--store", "lab", "--query", "many.gq", "--params", params]);
        story += "\n";
    }
    insta::assert_snapshot!("wrong_parameters", story);
}

#[test]
fn a_bad_line_in_the_middle_of_a_load() {
    let sandbox = Sandbox::with_lab();
    let before = sandbox.export();
    let good =
        |id: &str| format!(r#"{{"type": "Person", "data": {{"handle": "{id}", "name": "N", "role": "guest"}}}}"#);
    let mut story = String::new();
    for (number, bad) in [
        r#"{"type": "Person", "data": {"handle": "x", "name": "#,
        r#"["type", "Person"]"#,
        r#"{"type": "Persn", "data": {}}"#,
        r#"{"type": "Person", "edge": "Follows", "data": {}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "role": "boss"}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "role": "lead", "age": "41"}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "role": "lead", "age": 4.0}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "role": "lead"}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "role": "lead", "agee": 41}}"#,
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "name": "Y", "role": "lead"}}"#,
        r#"{"type": "Person", "data": {"id": "y", "handle": "x", "name": "X", "role": "lead"}}"#,
        r#"{"type": "Doc", "data": {"slug": "x", "title": "T", "vec": [1, 2, 3]}}"#,
        r#"{"edge": "Follows", "from": "ada", "to": "nobody"}"#,
        r#"{"edge": "Follows", "from": "ada"}"#,
        r#"{"type": "Person", "data": {"handle": "one", "name": "again", "role": "lead"}}"#,
        r#"{"type": "Person", "data": {"handle": "ada", "name": "again", "role": "lead"}}"#,
    ]
    .iter()
    .enumerate()
    {
        let file = format!("bad-{number}.jsonl");
        sandbox.write(&file, &format!("{}\n\n{bad}\n{}\n", good("one"), good("two")));
        story += &format!("{bad}\n");
        story += &sandbox.transcript(&["load", "--store", "lab", "--data", &file]);
        story += "\n";
        assert_eq!(sandbox.export(), before, "{bad}");
    }
    insta::assert_snapshot!("bad_lines", story);
}

#[test]
fn every_mistake_of_a_schema_and_of_queries() {
    let sandbox = Sandbox::with_lab();
    sandbox.write(
        "wrong.pg",
        "node Person {\n    handle: Strng @key\n    handle: String\n    id: String\n}\n\nedge Knows: Person -> Nobody\n",
    );
    sandbox.write(
        "wrong.gq",
        "query one($n: String) {\n    match { $p: Persn  $p follows $q }\n    return { $q.nme, $x }\n}\n\nquery two() {\n    \
         match { $d: Doc { year: \"2021\" }  $d.title > 3 }\n    return { $d.slug }\n    order { $d.vec }\n}\n\nquery three() {\n    \
         match { $d: Doc\n    return { $d.slug }\n}\n",
    );
    let mut story = String::new();
    for arguments in [
        &["init", "--schema", "wrong.pg", "new"][..],
        &["lint", "--schema", "schema.pg", "wrong.gq"],
        &["lint", "--schema", "schema.pg", "wrong.gq", "--format", "concise"],
        &["lint", "--store", "lab", "wrong.gq", "--format", "concise"],
        &["query", "two", "--store", "lab", "--query", "wrong.gq"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("mistakes", story);
    assert!(!sandbox.path().join("new").exists(), "a wrong schema creates nothing");
}

/// Runs a command in a shell that lets no file grow beyond some blocks, which is what a full disk looks like to a write.
fn on_a_full_disk(sandbox: &Sandbox, arguments: &[&str]) -> Said {
    Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"])
        .arg(binary::path())
        .args(arguments)
        .current_dir(sandbox.path())
        .env("TERM", "dumb")
        .output()
        .expect("a shell")
        .into()
}

#[test]
fn a_full_disk() {
    let sandbox = Sandbox::with_lab();
    let before = sandbox.export();
    let lines: Vec<String> = (0..4000)
        .map(|i| {
            format!(
                r#"{{"type": "Person", "data": {{"handle": "p{i}", "name": "{}", "role": "guest"}}}}"#,
                i * 7919
            )
        })
        .collect();
    sandbox.write("many.jsonl", &lines.join("\n"));
    let said = on_a_full_disk(&sandbox, &["load", "--store", "lab", "--data", "many.jsonl"]);
    assert_eq!(said.code, 3, "{said:?}");
    insta::assert_snapshot!("full_disk", sandbox.show(&said));
    assert_eq!(sandbox.export(), before);
    // With room again, the same load succeeds: nothing that failed is in its way.
    sandbox.ok(&["load", "--store", "lab", "--data", "many.jsonl"]);
    assert_eq!(sandbox.export().lines().count(), before.lines().count() + 4000);
}

#[test]
fn a_store_that_cannot_be_written() {
    let sandbox = Sandbox::with_lab();
    let before = sandbox.export();
    // Permissions do not stop everybody (root), but a file where a folder should be stops everyone: the folder that holds
    // the data of every node type is one now.
    let nodes = sandbox.path().join("lab/nodes");
    let aside = sandbox.path().join("lab/nodes-aside");
    std::fs::rename(&nodes, &aside).expect("a move");
    std::fs::write(&nodes, "in the way").expect("a file");
    sandbox.write(
        "more.jsonl",
        r#"{"type": "Person", "data": {"handle": "x", "name": "X", "role": "lead"}}"#,
    );
    let load = sandbox.transcript(&["load", "--store", "lab", "--data", "more.jsonl"]);
    let query = sandbox.transcript(&["query", "--store", "lab", "-e", QUERY]);
    insta::assert_snapshot!("unwritable", format!("{load}\n{query}"));
    std::fs::remove_file(&nodes).expect("a file");
    std::fs::rename(&aside, &nodes).expect("a move");
    assert_eq!(sandbox.export(), before);
}

#[test]
fn a_schema_file_with_errors_is_refused_like_lint_refuses_it() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", &SCHEMA.replace("title: String", "title: Sting"));
    let init = sandbox.run(&["init", "--schema", "schema.pg", "lab"]);
    let lint = sandbox.run(&["lint", "schema.pg"]);
    assert_eq!((init.code, lint.code), (1, 1), "{init:?} {lint:?}");
    assert!(
        init.err.contains("Sting") && lint.out.contains("Sting"),
        "{init:?} {lint:?}"
    );
}

/// A check tells it beside the other mistakes; what would write the text again wants it whole.
#[test]
fn files_of_another_encoding() {
    let sandbox = Sandbox::new();
    let write = |name: &str, text: &[u8]| std::fs::write(sandbox.path().join(name), text).expect("a file");
    let schema =
        b"node Book {\n    slug: String @key\n    // caf\xe9, na\xefve\n    ti\xe9tle: String\n    pages: I3\n}\n";
    let queries = b"query q() {\n    match { $b: Book { slug: \"caf\xe9\" } }\n    return { $b.slug }\n}\n";
    write("schema.pg", schema);
    write("queries.gq", queries);
    let mut story = String::new();
    for arguments in [
        &["lint"][..],
        &["lint", "--fix"],
        &["lint", "--write-baseline"],
        &["fmt"],
        &["init", "--schema", "schema.pg", "books"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("files_of_another_encoding", story);
    let read = |name: &str| std::fs::read(sandbox.path().join(name)).expect("a file");
    assert_eq!(
        (&read("schema.pg")[..], &read("queries.gq")[..]),
        (&schema[..], &queries[..])
    );
}
