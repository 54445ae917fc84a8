//! The language server (E), renames, actions and URIs (F7, F8, F9, F14).

use std::collections::BTreeMap;

use omnigraph_tests::binary;
use omnigraph_tests::lsp::{Client, Units};
use serde_json::{Value, json};

const SCHEMA: &str = "\
node Person {
    name: String @key
    role: enum(guest, lead)
    age: I32? @default(7)
    bio: String? @index
}
edge Follows: Person -> Person {
    since: Date?
    @unique(src, dst)
}
";

/// The place behind the first of these words.
fn behind(text: &str, words: &str) -> Value {
    let at = text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
    Units::Utf16.position(text, at)
}

fn client(queries: &str) -> Client {
    Client::new(&[("schema.pg", SCHEMA), ("q.gq", queries)])
}

/// The texts after an edit of files with these texts.
fn after(client: &Client, edit: &Value, files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let changed = |(name, text): &(&str, &str)| {
        let edits = edit["changes"].get(client.uri(name));
        let text = edits.map_or((*text).to_owned(), |edits| Units::Utf16.edited(text, edits));
        ((*name).to_owned(), text)
    };
    files.iter().map(changed).collect()
}

fn rename(files: &[(&str, &str)], name: &str, words: &str, new: &str) -> Result<BTreeMap<String, String>, String> {
    let mut client = Client::new(files);
    let text = files.iter().find(|(known, _)| *known == name).expect("a file").1;
    let params = json!({
        "textDocument": { "uri": client.uri(name) }, "position": behind(text, words), "newName": new,
    });
    match client.try_request("textDocument/rename", params) {
        Ok(edit) => Ok(after(&client, &edit, files)),
        Err(error) => Err(error["message"].as_str().unwrap_or("").to_owned()),
    }
}

/// The codes of the errors of a project.
fn errors(files: &BTreeMap<String, String>) -> Vec<String> {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let mut client = Client::new(&files);
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().expect("reports").iter();
    let found = items.flat_map(|file| file["items"].as_array().cloned().unwrap_or_default());
    let errors = found.filter(|item| item["severity"] == 1);
    errors.map(|item| item["code"].to_string()).collect()
}

/// The labels that are offered behind these words, best first.
fn labels(client: &mut Client, name: &str, text: &str, words: &str) -> Vec<String> {
    client.open(name, text);
    let params = json!({ "textDocument": { "uri": client.uri(name) }, "position": behind(text, words) });
    let list = client.request("textDocument/completion", params);
    let mut items = list["items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap_or("").to_owned());
    items
        .iter()
        .filter_map(|item| item["label"].as_str().map(str::to_owned))
        .collect()
}

/// Titles and results of the actions behind these words.
fn actions(files: &[(&str, &str)], name: &str, words: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut client = Client::new(files);
    let text = files.iter().find(|(known, _)| *known == name).expect("a file").1;
    let at = behind(text, words);
    let params = json!({
        "textDocument": { "uri": client.uri(name) }, "range": { "start": at, "end": at },
        "context": { "diagnostics": [] },
    });
    let found = client.request("textDocument/codeAction", params);
    let list = found.as_array().cloned().unwrap_or_default();
    let shown = list.iter().map(|action| {
        (
            action["title"].as_str().unwrap_or("").to_owned(),
            after(&client, &action["edit"], files),
        )
    });
    shown.collect()
}

fn action(queries: &str, words: &str, title: &str) -> String {
    let all = actions(&[("schema.pg", SCHEMA), ("q.gq", queries)], "q.gq", words);
    let titles: Vec<String> = all.iter().map(|(title, _)| title.clone()).collect();
    let found = all.into_iter().find(|(known, _)| known == title);
    found.unwrap_or_else(|| panic!("no `{title}` in {titles:?}")).1["q.gq"].clone()
}

/// Pulling costs what changes: an edit of the schema that changes no finding asks for no further pull.
#[test]
fn e1_a_client_that_pulls_is_asked_for_what_has_changed_alone() {
    let capabilities = json!({
        "textDocument": { "diagnostic": {} }, "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let query = "query q() {\n    match { $p: Person }\n    return { $p.name, $p.mood }\n}\n";
    let mut client = Client::with(&[("schema.pg", SCHEMA), ("q.gq", query)], capabilities);
    client.open("schema.pg", SCHEMA);
    client.open("q.gq", query);
    client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let refreshes = |client: &mut Client| {
        // What is found when it is quiet is told a moment later.
        std::thread::sleep(std::time::Duration::from_millis(300));
        client.request("workspace/symbol", json!({ "query": "nothing" }));
        let heard = client.heard.iter();
        heard
            .filter(|message| message["method"] == "workspace/diagnostic/refresh")
            .count()
    };
    let before = refreshes(&mut client);
    client.set("schema.pg", &format!("{SCHEMA}\n// A comment.\n"));
    assert_eq!(refreshes(&mut client), before);
    client.set("schema.pg", &SCHEMA.replace("    bio:", "    mood: String?\n    bio:"));
    assert_eq!(refreshes(&mut client), before + 1);
}

#[test]
fn e2_what_is_generated_and_completed_fits_the_place() {
    let query = "query q() {\n    match { $p: Person $p folows $q }\n    return { $p }\n}\n";
    let made = action(query, "folow", "Generate insert of `Follows`");
    assert!(made.contains("insert Follows { from: $from, to: $to }"), "{made}");

    let mut client = client("");
    let query = "query q() { update Person set { } where name = \"x\" }\n";
    let offered = labels(&mut client, "q.gq", query, "set { ");
    assert_eq!(offered, ["role", "age", "bio"]);
    let query = "query q() { match { $p: Person } return { } }\n";
    let offered = labels(&mut client, "q.gq", query, "return { ");
    for wanted in ["$p", "count", "sum", "bm25", "search", "now"] {
        assert!(offered.iter().any(|label| label == wanted), "{wanted} in {offered:?}");
    }
    assert!(
        !offered.iter().any(|label| label == "nearest"),
        "there is no vector: {offered:?}"
    );
    let query =
        "// lint:allow() they come as they come\nquery q() { match { $p: Person } return { $p.name } limit 3 }\n";
    assert_eq!(labels(&mut client, "q.gq", query, "lint:allow("), ["L402"]);
}

#[test]
fn e3_hover_shows_what_was_declared_as_it_was_declared() {
    let query = "query q() {\n    match { $p: Person $p follows $q }\n    return { $p.role, $p.age }\n}\n";
    let mut client = client(query);
    let mut hover = |name: &str, text: &str, words: &str| {
        let params = json!({ "textDocument": { "uri": client.uri(name) }, "position": behind(text, words) });
        let answer = client.request("textDocument/hover", params);
        answer["contents"]["value"].as_str().unwrap_or("").to_owned()
    };
    let node = hover("q.gq", query, "$p: Per");
    for declared in ["role: enum(guest, lead)", "age: I32? @default(7)", "name: String @key"] {
        assert!(node.contains(declared), "{declared}: {node}");
    }
    let edge = hover("q.gq", query, "$p follo");
    for declared in ["edge Follows: Person -> Person {", "since: Date?", "@unique(src, dst)"] {
        assert!(edge.contains(declared), "{declared}: {edge}");
    }
    assert!(hover("q.gq", query, "$p.ag").contains("Person.age: I32? @default(7)"));
    assert!(!hover("schema.pg", SCHEMA, "@uniq").contains("No two nodes share"));
    let backwards = "node A { e: enum(zebra, ant) }\n";
    let mut client = Client::new(&[("schema.pg", backwards)]);
    let params = json!({ "textDocument": { "uri": client.uri("schema.pg") }, "position": behind(backwards, "{ e") });
    let answer = client.request("textDocument/hover", params).to_string();
    assert!(answer.contains("enum(zebra, ant)"), "{answer}");
}

/// A project with a graph that has its schema; the client is told of the graph.
fn with_graph(schema: &str, capabilities: Value) -> Client {
    let mut client = Client::with(&[("schema.pg", schema)], capabilities);
    binary::ok(&client.path(""), &["init", "--schema", "schema.pg", "st"]);
    let settings = json!({ "settings": { "omnigraph": { "store": "st" } } });
    client.notify("workspace/didChangeConfiguration", settings);
    client
}

#[test]
fn e4_renaming_what_has_data_keeps_them() {
    let mut client = with_graph(SCHEMA, json!({}));
    let rename = |client: &mut Client, words: &str, new: &str| {
        let params = json!({
            "textDocument": { "uri": client.uri("schema.pg") }, "position": behind(SCHEMA, words), "newName": new,
        });
        let edit = client.request("textDocument/rename", params);
        after(client, &edit, &[("schema.pg", SCHEMA)])["schema.pg"].clone()
    };
    let renamed = rename(&mut client, "node Pers", "Human");
    assert!(renamed.contains("node Human @rename_from(\"Person\") {"), "{renamed}");
    let renamed = rename(&mut client, "    ag", "years");
    assert!(
        renamed.contains("years: I32? @rename_from(\"age\") @default(7)"),
        "{renamed}"
    );
    // The graph takes it, and nothing is dropped.
    std::fs::write(client.path("next.pg"), &renamed).expect("a file");
    let plan = binary::ok(
        &client.path(""),
        &["schema", "plan", "--store", "st", "--to", "next.pg"],
    );
    assert!(plan.contains("rename") && !plan.contains("drop"), "{plan}");
    // Where no graph is known, a client that can ask does.
    let capabilities = json!({ "workspace": { "workspaceEdit": {
        "documentChanges": true, "changeAnnotationSupport": {},
    } } });
    let mut client = Client::with(&[("schema.pg", SCHEMA)], capabilities);
    let params = json!({
        "textDocument": { "uri": client.uri("schema.pg") }, "position": behind(SCHEMA, "    ag"), "newName": "years",
    });
    let edit = client.request("textDocument/rename", params);
    assert_eq!(edit["changeAnnotations"]["asked"]["needsConfirmation"], true, "{edit}");
}

#[test]
fn e5_undeclared_parameters_and_lists_have_quick_fixes() {
    let query = "query q() {\n    match { $p: Person { role: $eco } $p.age > $least }\n    return { $p.name }\n}\n";
    let declared = action(query, "$ec", "Declare the parameter `$eco: String`");
    assert!(declared.starts_with("query q($eco: String) {"), "{declared}");
    let declared = action(&declared, "$lea", "Declare the parameter `$least: I32`");
    assert!(
        declared.starts_with("query q($eco: String, $least: I32) {"),
        "{declared}"
    );
    // The list may stand on either side.
    for clause in [
        "$p.role in [\"guest\", \"lead\"]",
        "[\"guest\", \"lead\"] contains $p.role",
    ] {
        let query = format!("query q() {{\n    match {{ $p: Person {clause} }}\n    return {{ $p.name }}\n}}\n");
        let files = [("schema.pg".to_owned(), SCHEMA.to_owned()), ("q.gq".to_owned(), query)];
        assert_eq!(errors(&files.into()), Vec::<String>::new(), "{clause}");
    }
}

#[test]
fn e6_completion_of_settings_offers_what_the_reader_accepts() {
    let mut client = client("");
    let accepted = |settings: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("schema.pg"), SCHEMA).expect("a file");
        std::fs::write(folder.path().join("omnigraph.toml"), settings).expect("a file");
        let said = binary::run(folder.path(), &["lint", "-q"]);
        assert_ne!(said.code, 2, "{settings}: {}", said.err);
    };
    for (table, key) in [
        ("lint.rules", "L402"),
        ("lint.rules", "never-read"),
        ("lint", "fail-on"),
        ("lint", "require-reason"),
        ("embedding", "provider"),
    ] {
        let text = format!("[{table}]\n{key} = \n");
        let offered = labels(&mut client, "omnigraph.toml", &text, "= ");
        assert!(!offered.is_empty(), "{key}");
        for value in offered {
            let quoted = if key == "require-reason" {
                value
            } else {
                format!("\"{value}\"")
            };
            accepted(&format!("[{table}]\n{key} = {quoted}\n"));
        }
    }
    let tables = labels(&mut client, "omnigraph.toml", "[\n", "[");
    assert!(tables.iter().any(|table| table == "embedding"), "{tables:?}");
    for table in tables {
        // Each entry of the one list of tables needs its paths.
        let paths = if table.starts_with('[') { "paths = []\n" } else { "" };
        accepted(&format!("[{table}]\n{paths}"));
    }
}

#[test]
fn f7_a_rename_leaves_code_that_checks_or_is_refused() {
    let query = "query q($name: String) {\n    match { $p: Person }\n    return { $name, $p.age as x }\n    order { name }\n}\n";
    let files = [("schema.pg", SCHEMA), ("q.gq", query)];
    let renamed = rename(&files, "q.gq", "q($na", "who").expect("it can be renamed");
    assert_eq!(
        renamed["q.gq"],
        query.replace("$name", "$who").replace("{ name }", "{ who }")
    );
    for (file, words, new) in [
        ("q.gq", "match { $p", "x"),
        ("q.gq", "q($na", "x"),
        ("schema.pg", "    ag", "id"),
        ("schema.pg", "    ag", "src"),
        ("schema.pg", "edge Foll", "Not"),
        ("schema.pg", "edge Foll", "Person"),
    ] {
        let query = "query q($name: String) {\n    match { $p: Person $p follows $o }\n    return { $name, $p.age as x, $p }\n    order { name }\n}\n";
        if let Ok(texts) = rename(&[("schema.pg", SCHEMA), ("q.gq", query)], file, words, new) {
            assert_eq!(errors(&texts), Vec::<String>::new(), "{words} to {new}: {texts:?}");
        }
    }
    let refused = rename(
        &[
            ("schema.pg", SCHEMA),
            (
                "q.gq",
                "query q() { match { $p: Person $p follows $o } return { $o.name } }\n",
            ),
        ],
        "schema.pg",
        "edge Foll",
        "Not",
    );
    assert!(refused.is_err(), "{refused:?}");
}

#[test]
fn f8_one_file_has_one_list_however_its_uri_is_spelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("a+b");
    std::fs::create_dir(&project).expect("a folder");
    std::fs::write(project.join("schema.pg"), SCHEMA).expect("a file");
    let text = "query q() { match { $p: Persn } return { $p } }\n";
    std::fs::write(project.join("q.gq"), text).expect("a file");
    let mut client = Client::start(&project);
    let plain = format!("file://{}/a+b", folder.path().display());
    client.initialize_with(json!({ "processId": null, "capabilities": {}, "rootUri": plain }));
    let lists = |client: &Client| -> Vec<String> {
        let full = |report: &&Value| report["diagnostics"].as_array().is_some_and(|items| !items.is_empty());
        client
            .published
            .values()
            .filter(full)
            .map(|report| report["uri"].to_string())
            .collect()
    };
    let own = format!("{plain}/q.gq");
    // Nothing that the client has not spelled itself.
    let settled = |client: &mut Client| {
        std::thread::sleep(std::time::Duration::from_millis(300));
        client.request("workspace/symbol", json!({ "query": "nothing" }));
    };
    settled(&mut client);
    assert_eq!(lists(&client), [format!("\"{own}\"")]);
    client.open(&own, text);
    client.wait_for(&own, |report| report["version"] == 1);
    client.change(&own, json!([{ "text": text.replace("Persn", "Person") }]));
    client.wait_for(&own, |report| report["version"] == 2);
    settled(&mut client);
    assert_eq!(lists(&client), Vec::<String>::new());
}

#[test]
fn f9_a_spent_hint_does_not_stand_in_the_way_of_the_next_rename() {
    let first = "node A {\n    k: String @key\n    a: I32?\n}\n";
    let mut client = with_graph(first, json!({}));
    let folder = client.path("");
    let keep = |client: &mut Client, text: &str, words: &str, new: &str| {
        client.set("schema.pg", text);
        let arguments = json!([{
            "uri": client.uri("schema.pg"), "position": behind(text, words), "newName": new, "keepData": true,
        }]);
        let command = json!({ "command": "omnigraph.rename", "arguments": arguments });
        let edit = client.request("workspace/executeCommand", command);
        let next = after(client, &edit, &[("schema.pg", text)])["schema.pg"].clone();
        std::fs::write(client.path("schema.pg"), &next).expect("a file");
        binary::ok(
            &client.path(""),
            &["schema", "apply", "--store", "st", "--schema", "schema.pg"],
        );
        next
    };
    client.open("schema.pg", first);
    let second = keep(&mut client, first, "    a", "b");
    assert!(second.contains("b: I32? @rename_from(\"a\")"), "{second}");
    let third = keep(&mut client, &second, "    b", "c");
    assert!(third.contains("c: I32? @rename_from(\"b\")"), "{third}");
    assert!(binary::ok(&folder, &["schema", "show", "--store", "st"]).contains("c: I32?"));
}

#[test]
fn f14_an_action_is_offered_only_if_its_result_has_no_new_error() {
    let schema = "node P {\n    k: String @key\n    m: enum(sad, glad)\n}\nnode Q { k: String @key }\nedge E: P -> Q\n";
    for (query, words) in [
        (
            "query q($x: Q) {\n    match { not { $p e $x } $p: P }\n    return { $p.k }\n}\n",
            "not { $p",
        ),
        (
            "query q() {\n    match { not { $p e $x } $p: P }\n    return { $p.k }\n}\n",
            "not { $p",
        ),
        (
            "query q($m: String) {\n    match { $p: P { m: $m } }\n    return { $p.k }\n}\n",
            "q($m",
        ),
        (
            "query q($m: String) {\n    match { $p: P $p.m != $m }\n    return { $p.k }\n}\n",
            "q($m",
        ),
        (
            "query q() {\n    match { $p: P $p ee $x $x: Q }\n    return { $p.k }\n}\n",
            "$p ee",
        ),
        ("query q() {\n    match { $p: P }\n    return { $p.kk }\n}\n", "$p.kk"),
    ] {
        let files = [("schema.pg", schema), ("q.gq", query)];
        let whole = |texts: &[(&str, &str)]| texts.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        let before = errors(&whole(&files));
        for (title, texts) in actions(&files, "q.gq", words) {
            let mut left = before.clone();
            for error in errors(&texts) {
                let at = left.iter().position(|known| *known == error);
                let at = at.unwrap_or_else(|| panic!("`{title}` brings {error}: {texts:?}"));
                left.remove(at);
            }
        }
    }
    let query = "query q($m: String) {\n    match { $p: P { m: $m } }\n    return { $p.k }\n}\n";
    let all = actions(&[("schema.pg", schema), ("q.gq", query)], "q.gq", "q($m");
    assert!(
        all.iter().any(|(title, _)| title.starts_with("Inline `$m`")),
        "what is sound is still offered: {all:?}"
    );
}
