//! `omnigraph translate`: where the schema comes from, where the texts go, and what is answered.

use serde_json::Value;

use super::Sandbox;

const TABLES: &str = "CREATE NODE TABLE User (name STRING, age INT64, PRIMARY KEY (name));\n\
                      CREATE REL TABLE Follows (FROM User TO User);\n";
const STATEMENTS: &str = "MATCH (p:Person) WHERE p.age > 30 RETURN p.name;\n\
                          MATCH (p:Person) RETURN id(p);\n\
                          MATCH (p:Person)-[:FOLLOWS]->(q) RETURN q.name;\n";

fn read(sandbox: &Sandbox, file: &str) -> String {
    std::fs::read_to_string(sandbox.path().join(file)).expect("the file is there")
}

#[test]
fn what_has_no_equal_hides_nothing_else() {
    let sandbox = Sandbox::with_lab();
    sandbox.write("a.cypher", STATEMENTS);
    let said = sandbox.run(&["translate", "--from", "cypher", "a.cypher"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.out.contains("query q1()") && said.out.contains("query q3()"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("q2"), "{}", said.out);
    assert!(
        said.err.contains("[X016] Error") && said.err.contains("a.cypher:2:25"),
        "{}",
        said.err
    );
    assert!(said.err.contains("2 of 3 statements translated"), "{}", said.err);
    // What is printed is a file of queries, and runs.
    sandbox.write("translated.gq", &said.out);
    let rows = sandbox.ok(&[
        "query",
        "q1",
        "--store",
        "lab",
        "--query",
        "translated.gq",
        "--format",
        "csv",
    ]);
    assert_eq!(rows, "p.name\nAda\nEd\n");
    let rows = sandbox.ok(&[
        "query",
        "q3",
        "--store",
        "lab",
        "--query",
        "translated.gq",
        "--format",
        "csv",
    ]);
    assert_eq!(rows.lines().count(), 8, "a row for each of the seven edges: {rows}");
}

#[test]
fn tables_become_a_schema_for_the_queries_beside_them() {
    let sandbox = Sandbox::new();
    sandbox.write("tables.cypher", TABLES);
    sandbox.write("reads.cypher", "MATCH (u:User)-[:Follows]->(v:User) RETURN v.name;\n");
    let schema = sandbox.ok(&["translate", "--from", "kuzu", "tables.cypher"]);
    assert!(schema.starts_with("node User {"), "{schema}");
    let both = ["translate", "--from", "kuzu", "tables.cypher", "reads.cypher"];
    let said = sandbox.run(&both);
    assert_eq!(said.code, 2, "two languages in one stream: {}", said.out);
    let into = [&both[..], &["-o", "out"]].concat();
    let said = sandbox.run(&into);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert_eq!(read(&sandbox, "out/schema.pg"), schema);
    sandbox.ok(&["lint", "out"]);
    // Nothing is written over.
    let said = sandbox.run(&into);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.contains("there is already a file out/schema.pg"),
        "{}",
        said.err
    );
}

#[test]
fn without_a_schema_nothing_is_translated() {
    let sandbox = Sandbox::new();
    sandbox.write("a.cypher", STATEMENTS);
    let said = sandbox.run(&["translate", "--from", "cypher", "a.cypher"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    assert!(said.err.contains("[X002] Error"), "{}", said.err);
}

#[test]
fn programs_get_one_document() {
    let sandbox = Sandbox::with_lab();
    sandbox.write("a.cypher", STATEMENTS);
    let said = sandbox.run(&["translate", "--from", "cypher", "--format", "json", "a.cypher"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let document: Value = serde_json::from_str(&said.out).expect("a document");
    assert_eq!(
        document["summary"],
        serde_json::json!({"statements": 3, "translated": 2, "errors": 1})
    );
    assert_eq!(document["diagnostics"][0]["code"], "X016");
    assert_eq!(document["diagnostics"][0]["range"]["start"]["line"], 2);
    assert_eq!(document["files"][0]["statements"][1]["query"], Value::Null);
    assert_eq!(document["files"][0]["statements"][2]["query"], "q3");
    assert_eq!(document["schema"], Value::Null);
}
