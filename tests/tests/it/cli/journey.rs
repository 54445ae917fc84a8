//! What works.

use serde_json::{Value as Json, json};

use super::{DATA, QUERIES, SCHEMA, Sandbox};

/// One JSON document, with what differs from run to run taken out.
fn document(text: &str) -> Json {
    let mut json: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let members = json.as_object_mut().expect("an object");
    if let Some(commit) = members.get_mut("commit").filter(|commit| !commit.is_null()) {
        let id = commit.as_str().expect("a commit is named by a string");
        assert_eq!(id.len(), 26, "a ULID: {id}");
        *commit = "<id>".into();
    }
    if let Some(elapsed) = members.shift_remove("elapsed_ms") {
        assert!(elapsed.is_number(), "{elapsed}");
    }
    json
}

#[test]
fn from_a_schema_to_answers() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("data.jsonl", DATA);
    sandbox.write("queries.gq", QUERIES);
    let mut story = String::new();
    let query = ["--store", "lab", "--query", "queries.gq"];
    let older = |age, format| [&["query", "older_than"][..], &query, &["-p", age, "--format", format]].concat();
    let rename = |values| [&["mutate", "rename"][..], &query, &["--params", values]].concat();
    let direct = "query q() { match { $p: Person { handle: \"bo\" } } return { $p.name } }";
    for arguments in [
        &["init", "--schema", "schema.pg", "lab"][..],
        &["load", "--store", "lab", "--data", "data.jsonl"],
        &older("age=29", "table"),
        &older("age=29", "csv"),
        &older("age=29", "jsonl"),
        &older("age=29", "kv"),
        &older("age=99", "table"),
        &[&["query", "documents"][..], &query, &["--format", "csv"]].concat(),
        &rename(r#"{"handle":"bo","name":"Robert"}"#),
        &rename(r#"{"handle":"nobody","name":"x"}"#),
        &["query", "--store", "lab", "-e", direct],
        &["lint", "--schema", "schema.pg", "queries.gq"],
        &["schema", "show", "--store", "lab"],
        &["export", "--store", "lab", "--type", "Doc"],
        &["export", "--store", "lab", "--type", "Cites", "--type", "Doc"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("journey", story);
}

#[test]
fn json_of_queries_has_the_shape_that_scripts_rely_on() {
    let sandbox = Sandbox::with_lab();
    let answer = sandbox.ok(&[
        "query",
        "older_than",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "--params",
        r#"{"age": 29}"#,
        "--format",
        "json",
    ]);
    assert_eq!(
        document(&answer),
        json!({
            "rows": [
                {"p.handle": "ada", "name": "Ada", "p.age": 41},
                {"p.handle": "ed", "name": "Ed", "p.age": 35}
            ],
            "columns": [
                {"name": "p.handle", "kind": "string", "nullable": false},
                {"name": "name", "kind": "string", "nullable": false},
                {"name": "p.age", "kind": "int", "nullable": true}
            ],
            "commit": "<id>"
        })
    );
    // Not on a terminal, JSON is what one gets without asking.
    let unasked = sandbox.ok(&[
        "query",
        "older_than",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "-p",
        "age=29",
    ]);
    assert_eq!(document(&unasked), document(&answer));

    let documents = sandbox.ok(&[
        "query",
        "documents",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "--format",
        "json",
    ]);
    let first = &document(&documents)["rows"][0];
    assert_eq!(
        first.to_string(),
        r#"{"p":{"id":"ada","handle":"ada","name":"Ada","age":41,"role":"lead","joined":"2020-03-01","tags":["graph","rust"],"score":2.5},"d.title":"Graph joins","d.vec":[0.0,0.0]}"#
    );
}

#[test]
fn json_of_mutations_has_the_shape_that_scripts_rely_on() {
    let sandbox = Sandbox::with_lab();
    sandbox.write("values.json", r#"{"handle": "bo", "name": "Robert"}"#);
    let changed = sandbox.ok(&[
        "mutate",
        "rename",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "--params-file",
        "values.json",
        "--format",
        "json",
    ]);
    let changed = document(&changed);
    assert_eq!(changed["commit"], "<id>");
    assert_eq!(
        (
            &changed["affected"]["inserted"],
            &changed["affected"]["updated"],
            &changed["affected"]["deleted"]
        ),
        (&json!(0), &json!(1), &json!(0)),
        "{changed}"
    );
    let nothing = sandbox.ok(&[
        "mutate",
        "rename",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "-p",
        "handle=nobody",
        "-p",
        "name=x",
        "--format",
        "json",
    ]);
    assert_eq!(document(&nothing)["commit"], Json::Null);
}

#[test]
fn json_of_reports_has_the_shape_that_scripts_rely_on() {
    let sandbox = Sandbox::with_lab();
    let broken = "query q() { match { $p: Person } return { $p.agee } }\n";
    sandbox.write("broken.gq", broken);
    let said = sandbox.run(&["lint", "broken.gq", "--schema", "schema.pg", "--format", "json"]);
    assert_eq!(said.code, 1, "{said:?}");
    let report: Json = serde_json::from_str(&said.out).expect("one document");
    let diagnostic = &report["diagnostics"][0];
    assert_eq!(report["summary"]["errors"], 1, "{report}");
    assert_eq!(diagnostic["code"], "T6", "{diagnostic}");
    assert_eq!(
        (&diagnostic["severity"], &diagnostic["file"]),
        (&json!("error"), &json!("broken.gq"))
    );
    let at = broken.find("agee").expect("it is there");
    assert_eq!(
        diagnostic["range"],
        json!({
            "start": {"line": 1, "column": at + 1, "offset": at},
            "end": {"line": 1, "column": at + 5, "offset": at + 4}
        })
    );
    assert_eq!(report["queries"][0]["status"], "error", "{report}");
}

#[test]
fn older_commits_and_conditions() {
    let sandbox = Sandbox::with_lab();
    let commit = |answer: &str| -> String {
        let json: Json = serde_json::from_str(answer).expect("a document");
        json["commit"].as_str().expect("a commit").to_owned()
    };
    let name = |at: &str| {
        let query = "query q() { match { $p: Person { handle: \"bo\" } } return { $p.name } }";
        let answer = sandbox.ok(&["query", "--store", "lab", "-e", query, "--format", "json", "--at", at]);
        let json: Json = serde_json::from_str(&answer).expect("a document");
        json["rows"].clone()
    };
    let rename = |name: &str, head: &str| {
        let name = format!("name={name}");
        let arguments = [
            "mutate",
            "rename",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "-p",
            "handle=bo",
            "-p",
            &name,
            "--if-commit",
            head,
            "--format",
            "json",
        ];
        sandbox.run(&arguments)
    };
    let first = commit(&sandbox.ok(&[
        "query",
        "documents",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "--format",
        "json",
    ]));
    let done = rename("Robert", &first);
    assert_eq!(done.code, 0, "{done:?}");
    let second = commit(&done.out);
    assert_eq!(
        (name(&first), name(&second)),
        (json!([{"p.name": "Bo"}]), json!([{"p.name": "Robert"}]))
    );

    let refused = rename("Bob", &first);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.err.contains(&first) && refused.err.contains(&second),
        "{refused:?}"
    );
    assert_eq!(name(&second), json!([{"p.name": "Robert"}]));
}

#[test]
fn what_the_compiler_makes_of_a_query() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("queries.gq", QUERIES);
    let mut story = String::new();
    for emit in ["descriptor", "ir"] {
        story += &sandbox.transcript(&[
            "compile",
            "queries.gq",
            "older_than",
            "--schema",
            "schema.pg",
            "--emit",
            emit,
        ]);
        story += "\n";
    }
    insta::assert_snapshot!("compile", story);
}

#[test]
fn load_reads_stdin_and_modes_differ() {
    let sandbox = Sandbox::with_lab();
    let line = r#"{"type": "Person", "data": {"handle": "bo", "name": "Bobby", "role": "lead"}}"#;
    sandbox.write("bo.jsonl", line);
    let before = sandbox.export();
    let refused = sandbox.run(&["load", "--store", "lab", "--data", "bo.jsonl"]);
    assert_eq!((refused.code, sandbox.export()), (3, before.clone()), "{refused:?}");
    sandbox.ok(&["load", "--store", "lab", "--data", "bo.jsonl", "--mode", "merge"]);
    assert_eq!(sandbox.export().lines().count(), before.lines().count());

    let mut child = omnigraph_tests::binary::command(sandbox.path())
        .args(["load", "--store", "lab", "--data", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, line.replace("bo", "fay").as_bytes()).expect("the pipe takes it");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    assert_eq!(sandbox.export().lines().count(), before.lines().count() + 1);
}
