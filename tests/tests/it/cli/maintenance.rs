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

/// On a graph where look-ups are worth it, until the variables say otherwise.
#[test]
fn variables_say_how_far_neighbours_are_looked_up() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", super::SCHEMA);
    let mut lines = String::new();
    for n in 0..2000 {
        lines += &format!(
            "{{\"type\": \"Person\", \"data\": {{\"handle\": \"p{n}\", \"name\": \"N\", \"role\": \"guest\"}}}}\n"
        );
    }
    for n in 0..80_000 {
        let (from, to) = (n % 2000, (n * 7 + n / 2000) % 2000);
        lines += &format!("{{\"edge\": \"Follows\", \"from\": \"p{from}\", \"to\": \"p{to}\"}}\n");
    }
    sandbox.write("data.jsonl", &lines);
    sandbox.ok(&["init", "--schema", "schema.pg", "lab"]);
    sandbox.ok(&["load", "--store", "lab", "--data", "data.jsonl"]);
    sandbox.ok(&["optimize", "--store", "lab"]);
    let explain = |hops: u32, variables: &[(&str, &str)]| -> Said {
        let query = format!(
            "query q() {{ match {{ $p: Person {{ handle: \"p1\" }} $p follows{{1,{hops}}} $q }} return {{ $q.handle }} }}"
        );
        let mut command = binary::command(sandbox.path());
        command.args(["query", "--store", "lab", "-e", &query, "--explain"]);
        let said: Said = command
            .envs(variables.iter().copied())
            .output()
            .expect("the binary starts")
            .into();
        said
    };
    let (hops, frontier) = (
        "OMNIGRAPH_EXPAND_INDEXED_MAX_HOPS",
        "OMNIGRAPH_EXPAND_INDEXED_MAX_FRONTIER",
    );
    for (length, variables, shown) in [
        (1, &[][..], "by index look-ups"),
        (2, &[(hops, "1")], "by adjacency"),
        (2, &[(hops, "2"), (frontier, "1")], "by index look-ups"),
        (1, &[(frontier, "0")], "by adjacency"),
        (1, &[(frontier, ""), (hops, "")], "by index look-ups"),
    ] {
        let said = explain(length, variables);
        assert!(
            said.code == 0 && said.out.contains(shown),
            "{length} {variables:?}: {said:?}"
        );
    }
    let said = explain(1, &[(hops, "few")]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            2,
            "error: OMNIGRAPH_EXPAND_INDEXED_MAX_HOPS is `few`; it must be a whole number\n"
        )
    );
}
