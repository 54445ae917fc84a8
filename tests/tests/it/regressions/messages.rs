//! The languages and what is said about them (M).

use crate::cli::Sandbox;

/// A sandbox with the graph `g` of a schema and rows.
fn graph(schema: &str, rows: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.write("rows.jsonl", rows);
    sandbox.ok(&["init", "--schema", "schema.pg", "g"]);
    sandbox.ok(&["load", "--store", "g", "--data", "rows.jsonl"]);
    sandbox
}

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
    for written in ["$p.age is null", "$p.age = null", "$p.age is not null"] {
        let query = format!(
            "query q() {{\n    match {{\n        $p: P\n        {written}\n    }}\n    return {{ $p.k }}\n}}\n"
        );
        sandbox.write("q.gq", &query);
        let said = sandbox.run(&["lint", "--schema", "schema.pg", "q.gq"]);
        let said = format!("{}{}", said.out, said.err);
        assert!(said.contains("`not { $p.age = $p.age }`"), "{written}: {said}");
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
    assert_eq!(said.matches("OG-MF-106").count() > 6, true, "{said}");
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
