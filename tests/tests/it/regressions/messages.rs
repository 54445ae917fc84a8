//! The languages and what is said about them (M).

use std::fmt::Write as _;

use serde_json::Value;

use super::graph;
use crate::cli::Sandbox;

/// What a plan says, whatever comes of it.
fn plan(sandbox: &Sandbox, next: &str) -> String {
    sandbox.write("next.pg", next);
    let said = sandbox.run(&["schema", "plan", "--store", "g", "--to", "next.pg"]);
    format!("{}{}", said.out, said.err)
}

#[test]
fn m1_the_documented_null_test_is_no_finding() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node P {\n    k: String @key\n    age: I32?\n}\n");
    for clause in ["not { $p.age = $p.age }", "$p.age = $p.age"] {
        let query =
            format!("query q() {{\n    match {{\n        $p: P\n        {clause}\n    }}\n    return {{ $p.k }}\n}}\n");
        sandbox.write("q.gq", &query);
        let said = sandbox.run(&["lint", "--schema", "schema.pg", "q.gq"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(
            !format!("{}{}", said.out, said.err).contains("L412"),
            "{}{}",
            said.out,
            said.err
        );
    }
    for written in ["$p.age is null", "$p.age is not null"] {
        let query = format!(
            "query q() {{\n    match {{\n        $p: P\n        {written}\n    }}\n    return {{ $p.k }}\n}}\n"
        );
        sandbox.write("q.gq", &query);
        let said = sandbox.run(&["lint", "--schema", "schema.pg", "q.gq"]);
        assert_eq!(said.code, 0, "{written}: {}{}", said.out, said.err);
    }
}

#[test]
fn m6_texts_of_plans_hold_no_identifiers_of_the_program() {
    let sandbox = graph(
        "node A {\n    k: String @key\n    s: String?\n    n: I64?\n    e: enum(a, b)?\n    t: String?\n    l: String?\n    v: Vector(2)?\n}\n",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"s\":\"1\",\"n\":5000000000,\"e\":\"b\",\"t\":\"other\",\"l\":\"x\",\"v\":[1,2]}}\n",
    );
    let next = "node A {\n    k: String @key\n    s: I32?\n    n: I32?\n    e: enum(a)?\n    t: enum(a)?\n    l: [String]?\n    v: Vector(3)?\n}\n";
    let mut said = plan(&sandbox, next);
    let applied = sandbox.run(&["schema", "apply", "--store", "g", "--schema", "next.pg"]);
    assert_eq!(applied.code, 1, "{}{}", applied.out, applied.err);
    said += &applied.err;
    assert!(said.matches("OG-MF-106").count() > 6, "{said}");
    for word in [
        "incompatible_scalar",
        "narrowing",
        "string_to_enum",
        "enum_narrowing",
        "list_shape",
        "vector_dimension",
    ] {
        assert!(!said.contains(word), "{word}: {said}");
    }
}

#[test]
fn m6_what_the_data_forbid_is_told_in_words() {
    let sandbox = graph(
        "node A {\n    k: String @key\n    n: I64?\n}\n",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\"}}\n",
    );
    let next = "node A @allow(OG-MF-104, \"it was agreed upon with everybody\") {\n    k: String @key\n    n: I64\n}\n";
    sandbox.write("next.pg", next);
    let applied = sandbox.run(&["schema", "apply", "--store", "g", "--schema", "next.pg"]);
    assert_eq!(applied.code, 1, "{}{}", applied.out, applied.err);
    assert!(!applied.err.contains("change_nullability"), "{}", applied.err);
    assert!(applied.err.contains("make A.n required"), "{}", applied.err);
}

#[test]
fn m8_a_rename_that_is_taken_back_is_proposed_as_one() {
    let first = "node Book {\n    isbn: String @key\n    name: String\n    pages: I32?\n}\n\nnode Shelf {\n    code: String @key\n}\n";
    let sandbox = graph(
        first,
        "{\"type\":\"Book\",\"data\":{\"isbn\":\"1\",\"name\":\"x\"}}\n{\"type\":\"Shelf\",\"data\":{\"code\":\"s\"}}\n",
    );
    let renamed = "node Book {\n    isbn: String @key\n    title: String @rename_from(\"name\")\n    pages: I32?\n}\n\nnode Rack @rename_from(\"Shelf\") {\n    code: String @key\n}\n";
    sandbox.write("renamed.pg", renamed);
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "renamed.pg"]);
    let said = plan(&sandbox, first);
    assert!(said.contains("@rename_from(\"title\")"), "{said}");
    assert!(said.contains("@rename_from(\"Rack\")"), "{said}");
    assert!(!said.contains("pick another name"), "{said}");
    // Following it brings the rows back under their first names.
    let back = first
        .replace("name: String", "name: String @rename_from(\"title\")")
        .replace("node Shelf", "node Shelf @rename_from(\"Rack\")");
    sandbox.write("back.pg", &back);
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "back.pg"]);
    let exported = sandbox.ok(&["export", "--store", "g"]);
    assert_eq!(
        exported,
        "{\"type\":\"Book\",\"data\":{\"id\":\"1\",\"isbn\":\"1\",\"name\":\"x\"}}\n{\"type\":\"Shelf\",\"data\":{\"id\":\"s\",\"code\":\"s\"}}\n"
    );
}

#[test]
fn m9_the_advice_on_types_and_required_properties_can_be_followed() {
    let first = "node A {\n    k: String @key\n    n: String?\n}\n";
    let sandbox = graph(first, "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":\"12\"}}\n");
    let wanted = "node A {\n    k: String @key\n    n: I32?\n    lang: String\n}\n";
    let said = plan(&sandbox, wanted);
    for advice in [
        "add an optional property of the new type, load the exported rows with its values by `--mode merge`",
        "make it optional, load the exported rows with a value of it by `--mode merge`",
    ] {
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert!(said.contains(advice), "{advice}: {said}");
    }
    sandbox.write(
        "wider.pg",
        "node A {\n    k: String @key\n    n: String?\n    number: I32?\n    lang: String?\n}\n",
    );
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "wider.pg"]);
    let exported = sandbox.ok(&["export", "--store", "g"]);
    let edited = exported.replace("\"data\":{", "\"data\":{\"number\":12,\"lang\":\"en\",");
    sandbox.write("edited.jsonl", &edited);
    sandbox.ok(&["load", "--store", "g", "--data", "edited.jsonl", "--mode", "merge"]);
    sandbox.write(
        "narrower.pg",
        "node A {\n    k: String @key\n    number: I32?\n    lang: String\n}\n",
    );
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "narrower.pg"]);
    sandbox.write(
        "last.pg",
        &wanted.replace("n: I32?", "n: I32? @rename_from(\"number\")"),
    );
    sandbox.ok(&["schema", "apply", "--store", "g", "--schema", "last.pg"]);
    assert_eq!(
        sandbox.ok(&["export", "--store", "g"]),
        "{\"type\":\"A\",\"data\":{\"id\":\"x\",\"k\":\"x\",\"lang\":\"en\",\"n\":12}}\n"
    );
}

const PEOPLE: &str = "node Person { name: String @key age: I32? }\nedge Knows: Person -> Person\n";

fn people() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", PEOPLE);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox
}

/// What loading says, without `error: `.
fn refused(sandbox: &Sandbox, input: &[u8]) -> String {
    std::fs::write(sandbox.path().join("input"), input).expect("a file");
    let said = sandbox.run(&["load", "--store", "st", "--data", "input"]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    said.err.strip_prefix("error: ").unwrap_or(&said.err).to_owned()
}

#[test]
fn m7_load_errors_of_one_kind_are_grouped_and_counted() {
    let sandbox = people();
    let mut lines = String::new();
    for n in 0..500 {
        let _ = writeln!(lines, r#"{{"type":"Person","data":{{"name":"p{n}"}}}}"#);
    }
    lines.push_str(r#"{"edge":"Knows","from":"p0","to":"p1"}"#);
    sandbox.write("data.jsonl", &lines);
    sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl"]);
    let again = format!("{lines}\n{}", r#"{"edge":"Knows","from":"p0","to":"nobody"}"#);
    assert_eq!(
        refused(&sandbox, again.as_bytes()),
        "line 1: Person `p0` exists already; load with mode merge to replace it (and 499 more like this)\n\
         line 502: Knows: there is no Person `nobody`, its `to`\n"
    );
    let wrong: String = (0..200)
        .map(|n| format!("{{\"type\":\"Person\",\"data\":{{\"name\":\"q{n}\",\"age\":\"{n}\"}}}}\n"))
        .collect();
    assert_eq!(
        refused(&sandbox, wrong.as_bytes()),
        "line 1: Person.age is I32?, found \"0\" (and 199 more like this)\n"
    );
}

#[test]
fn m7_an_input_that_is_no_ndjson_is_told_as_what_it_seems_to_be() {
    let sandbox = people();
    for (input, wanted) in [
        (
            &b"name,age\nAna,31\nBen,40\n"[..],
            "a table (CSV): every row has to become a line such as",
        ),
        (
            b"[\n{\"type\":\"Person\"},\n{\"type\":\"Person\"}\n]",
            "one JSON array: `jq -c '.[]' FILE`",
        ),
        (b"[{\"type\":\"Person\"}]", "one JSON array"),
        (
            b"{\n  \"type\": \"Person\"\n}\n",
            "JSON that is broken into lines: `jq -c . FILE`",
        ),
        (b"<graphml>\n</graphml>\n", "XML or HTML"),
        (b"---\nname: Ana\n", "YAML"),
        (b"\x1f\x8b\x08\0\0\0", "compressed with gzip: `gunzip -c FILE"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"PK\x03\x04rest", "a ZIP archive or a spreadsheet"),
        (b"\xff\xfe{\0}\0", "text in UTF-16"),
        (b"\0\x01\x02\x03\n", "a binary file"),
        (PEOPLE.as_bytes(), "a schema"),
    ] {
        let said = refused(&sandbox, input);
        let begin = format!("line 1: the input is not NDJSON; it seems to be {wanted}");
        assert!(said.starts_with(&begin), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn m7_members_of_other_formats_are_told_what_they_are_called() {
    let sandbox = people();
    for (line, wanted) in [
        (
            r#"{"edge":"Knows","src":"a","dst":"b"}"#,
            "unknown field `src` of an edge line (Knows); here it is called `from`",
        ),
        (
            r#"{"edge":"Knows","from":"a","target":"b"}"#,
            "unknown field `target` of an edge line (Knows); here it is called `to`",
        ),
        (
            r#"{"type":"Person","properties":{"name":"a"}}"#,
            "unknown field `properties` of a node line (Person); here it is called `data`",
        ),
        (
            r#"{"label":"Person","data":{"name":"a"}}"#,
            "expected one of `type` and `edge`, found neither; a line of a node names its type as `type`",
        ),
        (
            r#"{"nodes":[],"edges":[]}"#,
            "expected one of `type` and `edge`, found neither; a line holds one node or one edge, not the whole graph",
        ),
    ] {
        assert_eq!(refused(&sandbox, line.as_bytes()), format!("line 1: {wanted}\n"));
    }
}

#[test]
fn m10_a_byte_order_mark_before_data_is_skipped() {
    let sandbox = people();
    sandbox.write(
        "data.jsonl",
        "\u{feff}{\"type\":\"Person\",\"data\":{\"name\":\"Ana\"}}\n",
    );
    sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl"]);
    assert_eq!(
        sandbox.ok(&["export", "--store", "st"]),
        "{\"type\":\"Person\",\"data\":{\"id\":\"Ana\",\"name\":\"Ana\"}}\n"
    );
    // Nowhere else.
    let later = "{\"type\":\"Person\",\"data\":{\"name\":\"Ben\"}}\n\u{feff}{\"type\":\"Person\",\"data\":{\"name\":\"Cleo\"}}\n";
    assert!(refused(&sandbox, later.as_bytes()).starts_with("line 2: not JSON"));
}

#[test]
fn m10_dates_outside_of_the_calendar_are_refused_alike() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: String @key d: Date? t: DateTime? }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    for (member, wanted) in [
        ("\"d\":2932897", "A.d: 2932897 does not fit Date (-719528 to 2932896)"),
        ("\"d\":-719529", "A.d: -719529 does not fit Date (-719528 to 2932896)"),
        (
            "\"t\":253402300800000",
            "A.t: 253402300800000 does not fit DateTime (-62167219200000 to 253402300799999)",
        ),
        (
            "\"t\":\"9999-12-31T23:59:59-01:00\"",
            "A.t: `9999-12-31T23:59:59-01:00` is not a DateTime; write it like 2026-04-01T08:30:00Z",
        ),
        (
            "\"d\":\"10000-01-01\"",
            "A.d: `10000-01-01` is not a Date; write it like 2026-04-01",
        ),
    ] {
        let line = format!("{{\"type\":\"A\",\"data\":{{\"k\":\"x\",{member}}}}}");
        assert_eq!(refused(&sandbox, line.as_bytes()), format!("line 1: {wanted}\n"));
    }
    let last = r#"{"type":"A","data":{"k":"x","d":2932896,"t":253402300799999}}"#;
    sandbox.write("data.jsonl", last);
    sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl"]);
    let wanted = r#"{"type":"A","data":{"id":"x","d":"9999-12-31","k":"x","t":"9999-12-31T23:59:59.999Z"}}"#;
    assert_eq!(sandbox.ok(&["export", "--store", "st"]).trim_end(), wanted);
}

/// What `lint --format concise` says of a schema, or of a query against it.
fn concise(file: &str, text: &str, schema: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.write(file, text);
    sandbox
        .run(&["lint", file, "--schema", "schema.pg", "--format", "concise"])
        .out
}

const ASKED: &str = "node Person { name: String @key age: I32? role: String? }\nedge Knows: Person -> Person\nedge HAS_VERSION: Person -> Person\n";

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
    for line in concise("q.gq", &text, ASKED).lines() {
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
        ASKED,
    );
    assert_eq!(
        said,
        "q.gq:1:35: error[T4] `HASVERSION` is not an edge type of the schema (did you mean `HAS_VERSION`?)\n"
    );
    let text = "query q() { match { $p: Person $p HAS_VERSION $q } return { $p.name, $q.name as other } }\n";
    assert_eq!(concise("q.gq", text, ASKED), "");
}

#[test]
fn m4_settings_are_named_as_the_reader_knows_them() {
    let said = concise("a.pg", "node A { k: String @key @searchable }\n", ASKED);
    assert_eq!(
        said,
        "a.pg:1:26: warning[S063] `@searchable` has no meaning here (if a tool of yours reads it, add `searchable` to \
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
        concise("q.gq", &text, ASKED)
    };
    assert_eq!(read("$p.age > 60 or $p.age < 6", ""), "");
    assert_eq!(
        read("$p knows* $q", ""),
        "q.gq:1:40: error[Q001] `*` does not repeat an edge here (the numbers of steps stand in braces behind the edge: \
         `knows{1,5}`)\n"
    );
    assert_eq!(
        read("$p knows|has_version $q", ""),
        "q.gq:1:41: info[L608] `has_version` is usually spelled `HAS_VERSION`\n\
         q.gq:1:53: warning[L302] `$q` is used nowhere else\n"
    );
    assert_eq!(
        read("", "having { n > 3 }"),
        "q.gq:1:63: error[T30] no column is called `n`\n"
    );
    assert_eq!(
        concise(
            "s.pg",
            "node Sponsor { name: String @key }\nnode Team { name: String @key sponsor: Sponsor }\n",
            ASKED
        ),
        "s.pg:2:40: error[S030] there is no type `Sponsor` (relations are edges: delete the property, and declare `edge \
         TeamSponsor: Team -> Sponsor`)\n"
    );
    assert_eq!(
        concise("d.pg", "node A { k: String @key t: DateTime @default(now()) }\n", ASKED),
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
