//! Data and results that went wrong (F).

use super::graph;
use crate::cli::Sandbox;

fn export(sandbox: &Sandbox, store: &str) -> String {
    sandbox.ok(&["export", "--store", store])
}

/// Plans a schema that cannot be applied, and tries to: nothing changes. What the plan says.
fn refused(sandbox: &Sandbox, next: &str, code: &str) -> String {
    let before = export(sandbox, "g");
    sandbox.write("next.pg", next);
    let plan = sandbox.run(&["schema", "plan", "--store", "g", "--to", "next.pg", "--check"]);
    assert_eq!(plan.code, 1, "{}{}", plan.out, plan.err);
    let said = format!("{}{}", plan.out, plan.err);
    assert!(said.contains(code), "{said}");
    let applied = sandbox.run(&["schema", "apply", "--store", "g", "--schema", "next.pg"]);
    assert_eq!(applied.code, 1, "{}{}", applied.out, applied.err);
    assert!(applied.err.contains(code), "{}", applied.err);
    assert!(!applied.err.contains("internal error"), "{}", applied.err);
    assert_eq!(export(sandbox, "g"), before);
    said
}

/// Applies a schema, whose export then loads into a fresh graph of it. The export.
fn applied(sandbox: &Sandbox, next: &str) -> String {
    sandbox.write("next.pg", next);
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "next.pg"]);
    let exported = export(sandbox, "g");
    // Hints are for the graph that has the former names.
    let hints = regex::Regex::new(r#" @rename_from\([^)]*\)"#).expect("a pattern");
    sandbox.write("fresh.pg", &hints.replace_all(next, ""));
    sandbox.write("exported.jsonl", &exported);
    sandbox.ok(&["init", "--schema", "fresh.pg", "fresh"]);
    sandbox.ok(&["load", "--store", "fresh", "--data", "exported.jsonl"]);
    assert_eq!(export(sandbox, "fresh"), exported);
    std::fs::remove_dir_all(sandbox.path().join("fresh")).expect("a folder");
    exported
}

#[test]
fn f1_nulls_are_not_filled_with_a_default_that_must_be_unique() {
    let rows = "{\"type\":\"A\",\"data\":{\"k\":\"x\"}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\"}}\n";
    let sandbox = graph("node A {\n    k: String @key\n    p: I64? @unique\n}\n", rows);
    refused(
        &sandbox,
        "node A {\n    k: String @key\n    p: I64 @unique @default(0)\n}\n",
        "OG-MF-107",
    );
    // One of them may have it.
    sandbox.ok(&[
        "mutate",
        "-e",
        "query q() { update A set { p: 7 } where k = \"x\" }",
        "--store",
        "g",
    ]);
    let exported = applied(
        &sandbox,
        "node A {\n    k: String @key\n    p: I64 @unique @default(0)\n}\n",
    );
    assert_eq!(
        exported,
        "{\"type\":\"A\",\"data\":{\"id\":\"x\",\"k\":\"x\",\"p\":7}}\n{\"type\":\"A\",\"data\":{\"id\":\"y\",\"k\":\"y\",\"p\":0}}\n"
    );
}

#[test]
fn f1_a_new_constraint_is_judged_after_the_fill() {
    let rows = "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"q\":1}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\",\"q\":1}}\n";
    let sandbox = graph("node A {\n    k: String @key\n    p: I64?\n    q: I64\n}\n", rows);
    refused(
        &sandbox,
        "node A {\n    k: String @key\n    p: I64 @default(0)\n    q: I64\n    @unique(p, q)\n}\n",
        "OG-MF-107",
    );
}

#[test]
fn f2_a_new_rule_is_not_run_on_values_of_the_old_type() {
    let sandbox = graph(
        "node A {\n    k: String @key\n    p: I32?\n}\n",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"p\":1}}\n",
    );
    let said = refused(
        &sandbox,
        "node A {\n    k: String @key\n    p: String? @check(\"^a\")\n}\n",
        "OG-MF-106",
    );
    assert!(!said.contains("OG-MF-105"), "{said}");
    // What can be converted is judged as it will be.
    let exported = applied(
        &sandbox,
        "node A {\n    k: String @key\n    p: F64? @range(0.5..1.5)\n}\n",
    );
    assert_eq!(
        exported,
        "{\"type\":\"A\",\"data\":{\"id\":\"x\",\"k\":\"x\",\"p\":1.0}}\n"
    );
}

#[test]
fn f2_a_kept_rule_is_judged_on_the_converted_values() {
    let sandbox = graph(
        "node A {\n    k: String @key\n    p: F32? @range(0.0..0.3)\n}\n",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"p\":0.3}}\n",
    );
    // The nearest F32 is greater than the F64.
    refused(
        &sandbox,
        "node A {\n    k: String @key\n    p: F64? @range(0.0..0.3)\n}\n",
        "OG-MF-105",
    );
}

#[test]
fn f3_a_literal_beside_an_f32_is_an_f32() {
    let schema =
        "node A {\n    k: String @key\n    a: F32? @range(0.1..0.3)\n    f: F32 @default(0.3) @range(0.3..0.3)\n}\n";
    let rows = "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"a\":0.3}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\",\"a\":0.1}}\n";
    let sandbox = graph(schema, rows);
    sandbox.ok(&[
        "mutate",
        "-e",
        "query q() { insert A { k: \"z\", a: 0.3 } }",
        "--store",
        "g",
    ]);
    let above = sandbox.run(&[
        "mutate",
        "-e",
        "query q() { insert A { k: \"w\", a: 0.3000001 } }",
        "--store",
        "g",
    ]);
    assert_eq!(above.code, 3, "{}{}", above.out, above.err);
    sandbox.write(
        "q.gq",
        "// Those.\nquery q() {\n    match {\n        $p: A\n        $p.f >= 0.30000001\n        $p.f = 0.3\n        $p.a > 0.2\n    }\n    return { $p.k }\n}\n",
    );
    let linted = sandbox.run(&["lint", "--schema", "schema.pg", "q.gq"]);
    assert!(
        !format!("{}{}", linted.out, linted.err).contains("L411"),
        "{}{}",
        linted.out,
        linted.err
    );
    let found = sandbox.ok(&["query", "q", "--store", "g", "--query", "q.gq", "--format", "csv"]);
    assert_eq!(found, "p.k\nx\nz\n");
    // Bounds that are the same F32 are not a stricter rule.
    let tighter = schema.replace("0.1..0.3", "0.1..0.30000001");
    sandbox.write("next.pg", &tighter);
    let plan = sandbox.ok(&["schema", "plan", "--store", "g", "--to", "next.pg", "--check"]);
    assert!(!plan.contains("OG-MF-105"), "{plan}");
}

#[test]
fn f4_fixes_that_change_a_result_or_a_contract_are_not_applied_unseen() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "schema.pg",
        "node P {\n    k: String @key\n    wide: F64?\n    narrow: I32?\n}\n\nedge Knows: P -> P\n",
    );
    for (name, query) in [
        (
            "width",
            "query width($v: F32, $w: I64) {\n    match {\n        $p: P\n        $p.wide = $v\n        $p.narrow = $w\n    }\n    return { $p.k }\n}\n",
        ),
        (
            "tie",
            "query tie() {\n    match {\n        $p: P\n        $p knows $q\n    }\n    return { $p.k }\n    order { $p.wide }\n    limit 1\n}\n",
        ),
        (
            "unused",
            "query unused($v: F32) {\n    match { $p: P }\n    return { $p.k }\n}\n",
        ),
        (
            "columns",
            "query columns() {\n    match { $p: P }\n    return { $p.k, $p.k }\n}\n",
        ),
        (
            "named",
            "query named($p: String) {\n    match {\n        $p: P\n    }\n    return { $p.k }\n}\n",
        ),
    ] {
        let file = format!("{name}.gq");
        sandbox.write(&file, query);
        sandbox.run(&["lint", "--schema", "schema.pg", &file, "--fix"]);
        let after = std::fs::read_to_string(sandbox.path().join(&file)).expect("a file");
        assert_eq!(after, query, "{name}");
    }
    // What changes neither still is.
    let query =
        "query inner() {\n    match {\n        $p: P\n        not { $p knows $q }\n    }\n    return { $p.k }\n}\n";
    sandbox.write("inner.gq", query);
    sandbox.run(&["lint", "--schema", "schema.pg", "inner.gq", "--fix"]);
    let after = std::fs::read_to_string(sandbox.path().join("inner.gq")).expect("a file");
    assert_eq!(after, query.replace("$q", "$_"));
}

#[test]
fn f5_an_id_has_the_order_of_its_declared_key() {
    let rows = "{\"type\":\"P\",\"data\":{\"a\":1,\"b\":\"x\"}}\n{\"edge\":\"E\",\"from\":\"[\\\"1\\\",\\\"x\\\"]\",\"to\":\"[\\\"1\\\",\\\"x\\\"]\",\"data\":{\"id\":\"e\"}}\n";
    let sandbox = graph(
        "node P {\n    a: I32\n    b: String\n    @key(a, b)\n}\n\nedge E: P -> P\n",
        rows,
    );
    let exported = applied(
        &sandbox,
        "node P {\n    z: I32 @rename_from(\"a\")\n    b: String\n    @key(z, b)\n}\n\nedge E: P -> P\n",
    );
    assert_eq!(
        exported,
        rows.replace(
            "\"a\":1,\"b\":\"x\"",
            "\"id\":\"[\\\"1\\\",\\\"x\\\"]\",\"b\":\"x\",\"z\":1"
        )
    );
    let said = refused(
        &sandbox,
        "node P {\n    z: I32\n    b: String\n    @key(b, z)\n}\n\nedge E: P -> P\n",
        "OG-MF-108",
    );
    assert!(said.contains("write `@key(z, b)`"), "{said}");
    // In the order in which it is written, whatever the names are.
    let turned = graph(
        "node P {\n    a: I32\n    b: String\n    @key(b, a)\n}\n",
        "{\"type\":\"P\",\"data\":{\"a\":1,\"b\":\"x\"}}\n",
    );
    assert!(export(&turned, "g").contains("\"id\":\"[\\\"x\\\",\\\"1\\\"]\""));
}

#[test]
fn f9_a_spent_hint_is_answered_with_the_name_that_the_graph_has() {
    let sandbox = graph(
        "node A {\n    k: String @key\n    n: I32?\n}\n",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":1}}\n",
    );
    applied(
        &sandbox,
        "node A {\n    k: String @key\n    pages: I32? @rename_from(\"n\")\n}\n",
    );
    sandbox.write(
        "next.pg",
        "node A {\n    k: String @key\n    sheets: I32? @rename_from(\"n\")\n}\n",
    );
    let plan = sandbox.run(&["schema", "plan", "--store", "g", "--to", "next.pg"]);
    assert_eq!(plan.code, 1, "{}{}", plan.out, plan.err);
    let said = format!("{}{}", plan.out, plan.err);
    assert!(said.contains("@rename_from(\"pages\")"), "{said}");
    let exported = applied(
        &sandbox,
        "node A {\n    k: String @key\n    sheets: I32? @rename_from(\"pages\")\n}\n",
    );
    assert!(exported.contains("\"sheets\":1"), "{exported}");
}

#[test]
fn f14_a_fix_that_would_not_check_is_not_offered() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node P {\n    k: String @key\n}\n\nedge E: P -> P\n");
    let query = "query q() {\n    match {\n        not { $p e $x  $p.k = \"a\" }\n        $p: P\n    }\n    return { $p.k }\n}\n";
    sandbox.write("q.gq", query);
    let said = sandbox.run(&["lint", "--schema", "schema.pg", "q.gq", "--format", "json"]);
    assert!(said.out.contains("L305"), "{}{}", said.out, said.err);
    assert!(!said.out.contains("inner_p"), "{}", said.out);
    sandbox.run(&["lint", "--schema", "schema.pg", "q.gq", "--unsafe-fixes"]);
    let after = std::fs::read_to_string(sandbox.path().join("q.gq")).expect("a file");
    assert!(!after.contains("inner_p"), "{after}");
}

fn loaded(schema: &str, lines: &str) -> (Sandbox, omnigraph_tests::binary::Said) {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.write("data.jsonl", lines);
    let said = sandbox.run(&["load", "--store", "st", "--data", "data.jsonl"]);
    (sandbox, said)
}

#[test]
fn f6_faults_behind_a_key_that_is_given_twice_are_told() {
    let schema = "node A { k: String @key u: I32? @unique n: I32? @range(n, 0..9) }\nedge E: A -> A @card(0..1)\n";
    let lines = r#"{"type":"A","data":{"k":"x","u":1}}
{"type":"A","data":{"k":"x"}}
{"type":"A","data":{"k":"y","u":1}}
{"edge":"E","from":"x","to":"gone"}
{"edge":"E","from":"y","to":"x"}
{"edge":"E","from":"y","to":"x"}
"#;
    let (_, said) = loaded(schema, lines);
    let wanted = "error: line 2: A `x` occurs twice in the input, first in line 1
line 3: A `x` and `y` have the same (u): 1, but @unique forbids it
line 4: E: there is no A `gone`, its `to`
line 6: A `y` would have 2 E, but @card allows 0..1
";
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
}

#[test]
fn f15_a_negative_zero_is_an_integer() {
    let schema = "node A { k: String @key i: I32 u: U64? d: Date? l: [I64]? f: F64? }\n";
    let lines = r#"{"type":"A","data":{"k":"x","i":-0,"u":-0,"d":-0,"l":[-0],"f":-0}}"#;
    let (sandbox, said) = loaded(schema, lines);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let wanted = r#"{"type":"A","data":{"id":"x","d":"1970-01-01","f":0.0,"i":0,"k":"x","l":[0],"u":0}}"#;
    assert_eq!(sandbox.ok(&["export", "--store", "st"]).trim_end(), wanted);
}

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
