//! Data and results that went wrong (F).

use crate::cli::Sandbox;

#[test]
fn f11_an_edge_is_written_in_any_casing() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: String @key }\nedge Knows: A -> A\n");
    let rows = "{\"type\":\"A\",\"data\":{\"k\":\"x\"}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\"}}\n{\"edge\":\"Knows\",\"from\":\"x\",\"to\":\"y\"}\n";
    sandbox.write("rows.jsonl", rows);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
    for edge in ["knows", "Knows", "KNOWS", "kNOWS", "Knows{1,2}", "KNOWS{1,1}"] {
        let query = format!("query q() {{ match {{ $a {edge} $b }} return {{ $a.k, $b.k as to }} }}");
        assert_eq!(
            sandbox.ok(&["query", "--store", "st", "-e", &query, "--format", "csv"]),
            "a.k,to\nx,y\n"
        );
        let query = format!(
            "query q() {{ match {{ $a <{}> $b }} return {{ $a.k, $b.k as to }} order {{ $a.k }} }}",
            &edge[..5]
        );
        assert_eq!(
            sandbox.ok(&["query", "--store", "st", "-e", &query, "--format", "csv"]),
            "a.k,to\nx,y\ny,x\n"
        );
    }
}

#[test]
fn f12_a_store_lies_beside_the_working_directory() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: String @key }\n");
    sandbox.write("sub/q.gq", "query q() { match { $a: A } return { $a.k } }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    let sub = sandbox.path().join("sub");
    let run = |arguments: &[&str]| omnigraph_tests::binary::ok(&sub, arguments);
    assert_eq!(run(&["export", "--store", "../st"]), "");
    assert_eq!(
        run(&["query", "--store", "../st", "--query", "q.gq", "--format", "csv"]),
        "a.k\n"
    );
}

#[test]
fn f13_a_byte_order_mark_is_no_text() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "schema.pg",
        "\u{feff}node A { k: String @key }\nnode B { k: String @key }\n",
    );
    let product = "query q() {\n    match { $a: A  $b: B }\n    return { $a.k, $b.k as other }\n}\n";
    sandbox.write("q.gq", &format!("\u{feff}// lint:allow(L401) wanted\n{product}"));
    let lint = |file: &str| sandbox.run(&["lint", file, "--schema", "schema.pg", "--format", "concise"]);
    assert_eq!((lint("q.gq").out.as_str(), lint("q.gq").code), ("", 0));
    sandbox.write("w.gq", "\u{feff}query q() { match { $a: C } return { $a.k } }\n");
    assert!(
        lint("w.gq").out.starts_with("w.gq:1:25: error[T1]"),
        "{}",
        lint("w.gq").out
    );
    sandbox.write("json.gq", "\u{feff}query q() { match { $a: C } return { $a.k } }\n");
    let json = sandbox
        .run(&["lint", "json.gq", "--schema", "schema.pg", "--format", "json"])
        .out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let start = &json["diagnostics"][0]["range"]["start"];
    assert_eq!(
        start,
        &serde_json::json!({"line": 1, "column": 25, "offset": 27}),
        "the offset counts the file's bytes"
    );
}

#[test]
fn f15_numbers_of_parameters() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key v: F64? }\n");
    sandbox.write("rows.jsonl", "{\"type\":\"A\",\"data\":{\"k\":0}}\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
    let by_key = "query q($i: I64) { match { $a: A { k: $i } } return { $a.k } }";
    let arguments = ["query", "--store", "st", "-e", by_key, "--format", "csv"];
    for given in [&["--params", "{\"i\":-0}"][..], &["-p", "i=-0"]] {
        assert_eq!(sandbox.ok(&[&arguments, given].concat()), "a.k\n0\n");
    }
    let by_float = "query q($v: F64) { match { $a: A { v: $v } } return { $a.k } }";
    for given in [&["--params", "{\"v\":1e309}"][..], &["-p", "v=1e309"]] {
        let said = sandbox.run(&[&["query", "--store", "st", "-e", by_float], given].concat());
        assert_eq!(said.code, 1);
        assert_eq!(
            said.err,
            "error: P004: parameter `v` is 1e309, and `F64` goes from -1.7976931348623157e308 to 1.7976931348623157e308\n"
        );
    }
}
