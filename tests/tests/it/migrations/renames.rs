//! Renaming what a thousand queries use: no data are written, and every query is named.

use std::collections::BTreeSet;

use omnigraph_tests::binary::{ok, run};
use serde_json::Value as Json;

use super::data_files;

const QUERIES: usize = 1_000;
const FILES: usize = 10;

const SCHEMA: &str = "node Tome {\n    isbn: String @key\n    name: String @index\n}\n\nedge Cites: Tome -> Tome\n";
const RENAMED: &str = "node Book @rename_from(\"Tome\") {\n    isbn: String @key\n    title: String @index @rename_from(\"name\")\n}\n\n\
                       edge Cites: Book -> Book\n";

#[test]
fn a_rename_writes_no_data_and_names_all_queries() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let write = |file: &str, text: &str| std::fs::write(folder.join(file), text).expect("a file");
    write("schema.pg", SCHEMA);
    let mut data = String::new();
    for n in 0..500 {
        data += &format!("{{\"type\":\"Tome\",\"data\":{{\"isbn\":\"{n}\",\"name\":\"Tome {n}\"}}}}\n");
        data += &format!("{{\"edge\":\"Cites\",\"from\":\"{n}\",\"to\":\"{}\"}}\n", n / 2);
    }
    write("data.jsonl", &data);
    let mut names = BTreeSet::new();
    for file in 0..FILES {
        let mut text = String::new();
        for n in 0..QUERIES / FILES {
            let name = format!("q{file}_{n}");
            text += &format!(
                "query {name}() {{\n    match {{ $t: Tome }}\n    return {{ $t.name }}\n    limit {}\n}}\n\n",
                n + 1
            );
            names.insert(name);
        }
        write(&format!("{file}.gq"), &text);
    }
    ok(folder, &["init", "--schema", "schema.pg", "graph"]);
    ok(folder, &["load", "--store", "graph", "--data", "data.jsonl"]);
    // Rows that lie in records go to files first.
    ok(folder, &["optimize", "--store", "graph"]);
    let before = ok(folder, &["export", "--store", "graph"]);
    let files = data_files(&folder.join("graph"));
    assert!(files.len() >= 2, "{files:?}");
    write("schema.pg", RENAMED);

    let plan = ok(folder, &["schema", "plan", "--store", "graph", "--format", "json"]);
    let plan: Json = serde_json::from_str(&plan).expect("a plan is JSON");
    let kinds: Vec<&str> = plan["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(|s| s["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["rename_type", "rename_property"]);
    let broken = plan["broken_queries"].as_array().expect("queries");
    let named: BTreeSet<String> = broken
        .iter()
        .filter_map(|query| query["name"].as_str().map(str::to_owned))
        .collect();
    assert_eq!((broken.len(), &named), (QUERIES, &names));
    for query in broken {
        let code = &query["diagnostics"][0]["code"];
        assert_eq!(code, "T1", "{query}");
    }
    // They block the apply until somebody says why they do not.
    let refused = run(
        folder,
        &["schema", "apply", "--store", "graph", "--schema", "schema.pg"],
    );
    assert_eq!(refused.code, 1, "{}", refused.err);
    assert!(
        refused.err.contains("[OG-BC-106] 1000 queries do not check"),
        "{}",
        refused.err
    );
    let allowed = format!("{RENAMED}\nallow OG-BC-106 on schema because \"the queries follow in the next change\"\n");
    write("schema.pg", &allowed);
    ok(
        folder,
        &["schema", "apply", "--store", "graph", "--schema", "schema.pg"],
    );

    assert_eq!(data_files(&folder.join("graph")), files, "data files were written");
    let after = ok(folder, &["export", "--store", "graph"]);
    let renamed = before
        .replace("\"type\":\"Tome\"", "\"type\":\"Book\"")
        .replace("\"name\":", "\"title\":");
    assert_eq!(super::read(&after), super::read(&renamed));
    let rows = ok(
        folder,
        &[
            "query",
            "--store",
            "graph",
            "-e",
            "query q() { match { $b: Book { isbn: \"7\" } } return { $b.title } }",
            "--format",
            "csv",
        ],
    );
    assert!(rows.contains("Tome 7"), "{rows}");
}
