//! Queries that fail when they run: the examples of their rules, and what the command line says of them.

use omnigraph_compiler::rules::{Example, LAB_SCHEMA, RULES};
use serde_json::Value;

use crate::cli::Sandbox;

fn lab(rows: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("lab.pg", LAB_SCHEMA);
    sandbox.write("rows.jsonl", rows);
    assert_eq!(sandbox.run(&["init", "--schema", "lab.pg", "g"]).code, 0);
    let loaded = sandbox.run(&["load", "--store", "g", "--data", "rows.jsonl"]);
    assert_eq!(loaded.code, 0, "{}", loaded.err);
    sandbox
}

#[test]
fn examples_of_rules_about_running_do_what_they_say() {
    let mut seen = 0;
    for rule in RULES {
        let (Example::Running { rows, query: fails }, Example::Running { query: passes, .. }) =
            (&rule.fails, &rule.passes)
        else {
            continue;
        };
        seen += 1;
        let sandbox = lab(rows);
        let command = match fails.contains("return {") {
            true => "query",
            false => "mutate",
        };
        let failed = sandbox.run(&[command, "--store", "g", "-e", fails]);
        // What is wrong with a request is no failure of the query.
        let (code, told) = match rule.code.starts_with('P') {
            true => (1, format!("{}: ", rule.code)),
            false => (3, format!("[{}] Error", rule.code)),
        };
        assert_eq!(failed.code, code, "{}: {}{}", rule.code, failed.out, failed.err);
        assert!(failed.err.contains(&told), "{}", failed.err);
        let passed = sandbox.run(&[command, "--store", "g", "-e", passes]);
        assert_eq!(passed.code, 0, "{}: {}", rule.code, passed.err);
    }
    assert_eq!(seen, 8);
}

#[test]
fn a_failure_is_shown_at_its_place() {
    let sandbox =
        lab("{\"type\": \"Person\", \"data\": {\"handle\": \"x1\", \"name\": \"Ada\", \"role\": \"lead\"}}\n");
    let text = "query first() {\n    match { $p: Person }\n    return { $p.name }\n}\n\n\
                query second() {\n    match { $p: Person }\n    return { $p.name, cast($p.handle as I64) as n }\n}\n";
    sandbox.write("q.gq", text);
    let failed = sandbox.run(&["query", "second", "--store", "g", "--query", "q.gq"]);
    assert_eq!((failed.code, failed.out.as_str()), (3, ""), "{}", failed.err);
    insta::assert_snapshot!(failed.err, @"
    [R002] Error: `x1` is no I64; `try_cast` gives null
       ╭─[ q.gq:8:23 ]
       │
     8 │     return { $p.name, cast($p.handle as I64) as n }
       │                       ───────────┬──────────
       │                                  ╰──────────── here
    ───╯

    error: the query failed
    ");
    let failed = sandbox.run(&["query", "second", "--store", "g", "--query", "q.gq", "--format", "json"]);
    let document: Value = serde_json::from_str(&failed.out).expect("a document");
    assert_eq!(document["class"], "Evaluation");
    assert_eq!(document["exit_code"], 3);
    let diagnostic = &document["diagnostics"][0];
    assert_eq!(diagnostic["code"], "R002");
    assert_eq!(diagnostic["message"], "`x1` is no I64; `try_cast` gives null");
}
