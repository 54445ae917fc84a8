//! The languages and what is said about them (M).

use serde_json::Value;

use crate::cli::Sandbox;

/// What `lint --format concise` says of a schema, or of a query against it.
fn concise(file: &str, text: &str, schema: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.write(file, text);
    sandbox
        .run(&["lint", file, "--schema", "schema.pg", "--format", "concise"])
        .out
}

const PEOPLE: &str = "node Person { name: String @key age: I32? role: String? }\nedge Knows: Person -> Person\nedge HAS_VERSION: Person -> Person\n";

#[test]
fn m2_a_message_is_one_line() {
    let text = "node Genre\" {\n    title: String\n    other: I64\n}\nnode Book {\n    title: String\n}\nnode Author\" {\n    name: String\n}\n";
    assert_eq!(
        concise("genre.pg", text, "node A { k: String @key }\n"),
        "genre.pg:1:11: error[S006] expected `implements`, an annotation or `{`, found `\" {…`\n"
    );
    let text = format!(
        "query q() {{ match {{ $p: Person  $p.name = {} }} return {{ $p.name }} }}\n",
        "é".repeat(90)
    );
    for line in concise("q.gq", &text, PEOPLE).lines() {
        assert!(line.starts_with("q.gq:1:"), "{line}");
        for quoted in line.split('`').skip(1).step_by(2) {
            assert!(quoted.chars().count() <= 41, "{line}");
        }
    }
}

#[test]
fn m3_the_advised_name_of_an_edge_can_be_written() {
    let said = concise(
        "q.gq",
        "query q() { match { $p: Person $p HASVERSION $q } return { $p.name } }\n",
        PEOPLE,
    );
    assert_eq!(
        said,
        "q.gq:1:35: error[T4] `HASVERSION` is no edge type of the schema (did you mean `HAS_VERSION`?)\n"
    );
    let text = "query q() { match { $p: Person $p HAS_VERSION $q } return { $p.name, $q.name as other } }\n";
    assert_eq!(concise("q.gq", text, PEOPLE), "");
}

#[test]
fn m4_settings_are_named_as_the_reader_knows_them() {
    let said = concise("a.pg", "node A { k: String @key @searchable }\n", PEOPLE);
    assert_eq!(
        said,
        "a.pg:1:25: warning[S063] `@searchable` has no meaning here (if a tool of yours reads it, add `searchable` to \
         `known-annotations` under `[lint]` in omnigraph.toml)\n"
    );
    // The advice leads where it says.
    let sandbox = Sandbox::new();
    sandbox.write("omnigraph.toml", "[lint]\nknown-annotations = [\"searchable\"]\n");
    sandbox.write("a.pg", "node A { k: String @key @searchable }\n");
    assert_eq!(sandbox.ok(&["lint", "a.pg", "--format", "concise"]), "");
}

#[test]
fn m5_habits_are_answered_with_what_to_write() {
    let read = |clauses: &str, rest: &str| {
        let text = format!("query q() {{ match {{ $p: Person {clauses} }} return {{ $p.name }} {rest} }}\n");
        concise("q.gq", &text, PEOPLE)
    };
    assert_eq!(
        read("$p.age > 60 or $p.age < 6", ""),
        "q.gq:1:44: error[Q001] there is no `or`: all clauses of a block have to hold (values of one property: `$list \
         contains $p.role`, with a parameter `$list: [String]`; other alternatives: `not { … }` around the opposite of \
         each, or a query for each)\n"
    );
    assert_eq!(
        read("$p knows* $q", ""),
        "q.gq:1:40: error[Q001] `*` does not repeat an edge here (the numbers of steps stand in braces behind the edge: \
         `knows{1,5}`)\n"
    );
    assert_eq!(
        read("$p knows|has_version $q", ""),
        "q.gq:1:40: error[Q001] a traversal follows edges of one type (write one query with `knows` and one with \
         `has_version`, and join their rows outside)\n"
    );
    assert_eq!(
        read("", "having { n > 3 }"),
        "q.gq:1:56: error[Q001] `having` starts no section of a query (an aggregate cannot be filtered: sort by it and \
         take the first, `order { n desc } limit 10`; a condition on a property stands in the match block)\n"
    );
    assert_eq!(
        concise(
            "s.pg",
            "node Sponsor { name: String @key }\nnode Team { name: String @key sponsor: Sponsor }\n",
            PEOPLE
        ),
        "s.pg:2:40: error[S030] there is no type `Sponsor` (relations are edges: delete the property, and declare `edge \
         TeamSponsor: Team -> Sponsor`)\n"
    );
    assert_eq!(
        concise(
            "d.pg",
            "node A { k: String @key t: DateTime @default(now()) }\n",
            PEOPLE
        ),
        "d.pg:1:46: error[S011] a default is one fixed value: `now(…)` is computed (give the time to each row: `insert \
         Type { property: now() }`)\n"
    );
}

#[test]
fn m10_parameters_are_read_as_data_are() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key f: F64? d: Date? }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.write(
        "q.gq",
        "query q($n: I64) { match { $a: A { k: $n } } return { $a.k } }\n",
    );
    let ask = |parameters: &str| sandbox.run(&["query", "--store", "st", "--query", "q.gq", "--params", parameters]);
    let twice = ask("{\"n\":1,\"n\":2}");
    assert_eq!(twice.code, 2);
    assert_eq!(
        twice.err,
        "error: --params is not JSON: `n` is given twice at line 1 column 13\n"
    );
    assert_eq!(ask("\u{feff}{\"n\":1}").code, 0);
    assert_eq!(ask("{\"n\":-0}").code, 0);
    sandbox.write("params.json", "\u{feff}{\"n\":1}");
    sandbox.ok(&[
        "query",
        "--store",
        "st",
        "--query",
        "q.gq",
        "--params-file",
        "params.json",
    ]);
}

#[test]
fn m11_errors_are_documents_where_documents_are_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key }\n");
    sandbox.write("bad.jsonl", "{\"type\":\"A\",\"data\":{}}\n");
    sandbox.write("wrong.gq", "query q() { match { $a: A } return { $a.l } }\n");
    sandbox.write(
        "q.gq",
        "query q($n: I64) { match { $a: A { k: $n } } return { $a.k } }\n",
    );
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    let json = ["--format", "json"];
    let ask = |arguments: &[&str]| {
        let said = sandbox.run(&[arguments, &json].concat());
        let document: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        assert_eq!(document["exit_code"], said.code, "{arguments:?}");
        assert!(said.err.contains("error: "), "people are told, too: {}", said.err);
        document
    };
    let load = ask(&["load", "--store", "st", "--data", "bad.jsonl"]);
    assert_eq!((&load["class"], &load["exit_code"]), (&"BadRequest".into(), &3.into()));
    assert_eq!(load["violations"].as_array().map(Vec::len), Some(1));
    let query = ask(&["query", "--store", "st", "--query", "wrong.gq"]);
    assert_eq!((&query["class"], &query["exit_code"]), (&"Compiler".into(), &1.into()));
    assert_eq!(query["diagnostics"][0]["code"], "T6");
    let parameters = ask(&["query", "--store", "st", "--query", "q.gq"]);
    assert_eq!(
        (&parameters["class"], &parameters["exit_code"]),
        (&"BadRequest".into(), &1.into())
    );
    assert_eq!(parameters["parameters"][0]["code"], "P001");
    let missing = ask(&["query", "--store", "nowhere", "--query", "q.gq"]);
    assert_eq!(
        (&missing["class"], &missing["error"]),
        (&"NotFound".into(), &"nowhere does not exist".into())
    );
    assert_eq!(ask(&["optimize", "--store", "nowhere"])["class"], "NotFound");
    assert_eq!(
        ask(&["query", "--store", "st", "--query", "nowhere.gq"])["class"],
        "Usage"
    );
    assert_eq!(ask(&["query", "--stor", "st"])["class"], "Usage");
    assert_eq!(
        ask(&["init", "--schema", "schema.pg", "st"])["class"],
        "AlreadyInitialized"
    );
}
