//! `optimize`, `cleanup` and what `schema show` says of indexes.

use omnigraph_tests::binary::{self, Said};
use serde_json::Value as Json;

use super::Sandbox;

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_graph_is_optimized_and_cleaned_up() {
    let sandbox = Sandbox::with_lab();
    let store = ["--store", "lab"];
    let with = |command: &[&str], more: &[&str]| sandbox.run(&[command, &store, more].concat());
    let first = json(&sandbox.ok(&[
        "query",
        "documents",
        "--store",
        "lab",
        "--query",
        "queries.gq",
        "--format",
        "json",
    ]));
    let before = sandbox.export();
    let mut story = String::new();
    for arguments in [
        &["schema", "show", "--store", "lab", "--indexes"] as &[&str],
        &["optimize", "--store", "lab", "--type", "Nobody"],
        &["optimize", "--store", "lab", "--type", "Person"],
        &["optimize", "--store", "lab", "--format", "json"],
        &["optimize", "--store", "lab"],
        &["optimize", "--store", "lab", "--format", "json"],
        &["schema", "show", "--store", "lab", "--indexes"],
        &["cleanup", "--store", "lab", "--keep", "0"],
        &["cleanup", "--store", "lab", "--grace", "soon"],
        &["cleanup", "--store", "nowhere"],
        &["cleanup", "--store", "lab", "--keep", "1", "--confirm"],
    ] {
        story += &sandbox.transcript(arguments);
        story += "\n";
    }
    insta::assert_snapshot!("maintenance", story);
    assert_eq!(sandbox.export(), before);

    let plan = json(&with(&["cleanup"], &["--grace", "0s", "--format", "json"]).out);
    assert_eq!(
        (&plan["dry_run"], &plan["reclaim"]["commits"]),
        (&Json::from(true), &Json::from(3))
    );
    let done = json(&with(&["cleanup"], &["--grace", "0s", "--confirm", "--format", "json"]).out);
    assert_eq!(
        (&done["dry_run"], &done["reclaim"]["waiting"]),
        (&Json::from(false), &Json::from(0))
    );
    assert_eq!(done["reclaim"]["files"], plan["reclaim"]["files"]);
    assert!(done["reclaim"]["bytes"].as_u64() > Some(0), "{done}");
    let again = json(&with(&["cleanup"], &["--grace", "0s", "--format", "json"]).out);
    assert_eq!(again["reclaim"]["files"], Json::from(0));
    assert_eq!(sandbox.export(), before);

    let gone = with(&["export"], &["--at", first["commit"].as_str().expect("a commit")]);
    assert_eq!(gone.code, 3);
    let commit = first["commit"].as_str().expect("a commit");
    let said = format!("error: data of commit {commit} were removed, by cleanup or by a drop for good\n");
    assert_eq!(gone.err, said);
}

#[test]
fn a_variable_forces_how_neighbours_are_found() {
    let sandbox = Sandbox::with_lab();
    let explain = |mode: &str| -> Said {
        let query = [
            "query",
            "documents",
            "--store",
            "lab",
            "--query",
            "queries.gq",
            "--explain",
        ];
        let mut command = binary::command(sandbox.path());
        let command = command.args(query).env("OMNIGRAPH_TRAVERSAL_MODE", mode);
        command.output().expect("the binary starts").into()
    };
    for (mode, shown) in [
        ("indexed", "by index look-ups"),
        ("csr", "by adjacency"),
        ("auto", "by adjacency"),
    ] {
        let said = explain(mode);
        assert!(said.code == 0 && said.out.contains(shown), "{mode}: {said:?}");
    }
    let said = explain("sideways");
    assert!(said.code == 2 && said.err.contains("`sideways`"), "{said:?}");
}
