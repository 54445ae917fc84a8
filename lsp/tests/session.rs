//! How a session goes: encodings, versions, cancellation, folders, files that others change, settings.

mod common;

use common::Client;
use serde_json::{Value, json};

const SCHEMA: &str = "node Book { isbn: String @key title: String }\n";

fn messages(report: &Value) -> Vec<String> {
    let items = report["items"]
        .as_array()
        .or(report["diagnostics"].as_array())
        .cloned()
        .unwrap_or_default();
    items
        .iter()
        .map(|item| {
            format!(
                "{} {}",
                item["code"].as_str().unwrap_or("-"),
                item["message"].as_str().unwrap_or("")
            )
        })
        .collect()
}

fn pull(client: &mut Client, name: &str) -> Value {
    let params = json!({ "textDocument": { "uri": client.uri(name) } });
    client.request("textDocument/diagnostic", params)
}

#[test]
fn edits_are_applied_in_every_encoding() {
    for (offered, encoding, character) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 45),
        (json!(["utf-16", "utf-32"]), "utf-16", 41),
        (json!(["utf-32"]), "utf-32", 39),
        (Value::Null, "utf-16", 41),
    ] {
        let capabilities = json!({ "general": { "positionEncodings": offered }, "textDocument": { "diagnostic": {} } });
        let mut client = Client::with(&[("schema.pg", SCHEMA)], capabilities);
        assert_eq!(client.capabilities["positionEncoding"], encoding);
        client.open(
            "q.gq",
            "/* 🦀🦀 */ query q() { match { $b: Book } return { $b.title } }\n",
        );
        let at = json!({ "line": 0, "character": character });
        // Into the type's name, behind two crabs.
        let range = json!({ "start": at, "end": at });
        client.change("q.gq", json!([{ "range": range, "text": "" }]));
        assert_eq!(messages(&pull(&mut client, "q.gq")), Vec::<String>::new());
        let text = "/* 🦀🦀 */ query q() { match { $b: Boook } return { $b.title } }\n";
        client.set("q.gq", text);
        let report = pull(&mut client, "q.gq");
        let bits = encoding[4..].parse().expect("a number");
        let place = text.find("Boook").expect("the type");
        assert_eq!(
            report["items"][0]["range"]["start"],
            common::position(text, place, bits),
            "{report}"
        );
    }
}

#[test]
fn diagnostics_are_pushed_with_everything_they_have() {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    client.open("q.gq", "query q() { match { $b: Book } return { $b.titel } }\n");
    let report = client.wait_for("q.gq", |report| !messages(report).is_empty());
    let item = &report["diagnostics"][0];
    assert_eq!(
        (&report["version"], &item["severity"], &item["source"]),
        (&json!(1), &json!(1), &json!("omnigraph"))
    );
    assert_eq!(item["code"], "T6.2");
    assert_eq!(item["codeDescription"]["href"], "omnigraph:/codes/T6.md");
    let related = item["relatedInformation"].as_array().expect("related places");
    assert!(
        related
            .iter()
            .any(|place| place["location"]["uri"] == client.uri("schema.pg")),
        "{item}"
    );
    // An edit of the schema is an edit of its queries' findings.
    client.open("schema.pg", SCHEMA);
    client.set("schema.pg", &SCHEMA.replace("title", "titel"));
    client.wait_for("q.gq", |report| messages(report).is_empty());
    client.set("schema.pg", &format!("{SCHEMA}interface Unused {{ a: String }}\n"));
    let report = client.wait_for("schema.pg", |report| !messages(report).is_empty());
    assert_eq!(report["diagnostics"][0]["tags"], json!([1]), "{report}");
    assert!(client.shut_down());
}

#[test]
fn workspace_reports_say_what_is_unchanged() {
    let files = [
        ("schema.pg", SCHEMA),
        ("a.gq", "query a() { match { $b: Bok } return { $b } }\n"),
        ("b.gq", ""),
    ];
    let mut client = Client::new(&files);
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().expect("reports").clone();
    assert_eq!(items.len(), 3);
    let previous: Vec<Value> = items
        .iter()
        .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
        .collect();
    client.open("b.gq", "query b() { match { $b: Bok } return { $b } }\n");
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": previous }));
    let kinds: Vec<&str> = report["items"]
        .as_array()
        .expect("reports")
        .iter()
        .filter_map(|r| r["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["unchanged", "full", "unchanged"]);
}

/// What one edit does to the findings of other files is told by a refresh, and then pulled.
#[test]
fn a_client_that_pulls_is_told_when_to_pull_again() {
    let query =
        |name: &str, column: &str| format!("query {name}() {{ match {{ $b: Book }} return {{ $b.{column} }} }}\n");
    let files = [
        ("schema.pg", SCHEMA.to_owned()),
        ("a.gq", query("a", "title")),
        ("b.gq", query("b", "isbn")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let capabilities = json!({
        "textDocument": { "diagnostic": {} }, "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut client = Client::with(&files, capabilities);
    client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    client.open("b.gq", files[2].1);
    assert_eq!(messages(&pull(&mut client, "b.gq")), Vec::<String>::new());
    let refreshes = |client: &Client| {
        let heard = client.heard.iter();
        heard
            .filter(|message| message["method"] == "workspace/diagnostic/refresh")
            .count()
    };
    let before = refreshes(&client);
    client.set("b.gq", &query("b", "title"));
    pull(&mut client, "b.gq");
    for _ in 0..400 {
        if refreshes(&client) > before {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        client.request("workspace/symbol", json!({ "query": "nothing" }));
    }
    assert_eq!(refreshes(&client), before + 1);
    let same = messages(&pull(&mut client, "b.gq"));
    assert!(same.iter().any(|message| message.starts_with("L702")), "{same:?}");
    // An edit that changes nothing for others needs no refresh.
    let before = refreshes(&client);
    client.set("b.gq", &format!("// A comment.\n{}", query("b", "title")));
    assert!(!pull(&mut client, "b.gq").is_null());
    std::thread::sleep(std::time::Duration::from_millis(200));
    client.request("workspace/symbol", json!({ "query": "nothing" }));
    assert_eq!(refreshes(&client), before);
}

#[test]
fn untitled_documents_belong_to_the_project() {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    client.open(
        "untitled:Untitled-1",
        "query q() { match { $b: Book } return { $b.nothing } }\n",
    );
    let report = client.wait_for("untitled:Untitled-1", |report| !messages(report).is_empty());
    assert!(messages(&report)[0].contains("nothing"), "{report}");
    client.close("untitled:Untitled-1");
    client.wait_for("untitled:Untitled-1", |report| messages(report).is_empty());
}

#[test]
fn files_and_folders_come_and_go() {
    let mut client = Client::new(&[
        ("one/schema.pg", SCHEMA),
        ("one/q.gq", "query q() { match { $b: Book } return { $b.title } }\n"),
    ]);
    assert_eq!(messages(&pull(&mut client, "one/q.gq")), Vec::<String>::new());
    std::fs::write(client.path("one/schema.pg"), SCHEMA.replace("title", "name")).expect("a file");
    let changed = json!({ "changes": [{ "uri": client.uri("one/schema.pg"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(messages(&pull(&mut client, "one/q.gq")).len(), 1);
    std::fs::rename(client.path("one/schema.pg"), client.path("schema.pg")).expect("a file");
    let moved = json!({ "changes": [
        { "uri": client.uri("one/schema.pg"), "type": 3 }, { "uri": client.uri("schema.pg"), "type": 1 },
    ] });
    client.notify("workspace/didChangeWatchedFiles", moved);
    assert_eq!(messages(&pull(&mut client, "one/q.gq")).len(), 1);
    std::fs::remove_file(client.path("schema.pg")).expect("a file");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": client.uri("schema.pg"), "type": 3 }] }),
    );
    assert!(messages(&pull(&mut client, "one/q.gq"))[0].starts_with("L707 no schema belongs to this file"));
    // A second folder, with a schema of its own.
    let other = tempfile::tempdir().expect("a folder");
    std::fs::write(other.path().join("x.pg"), "node A { a: B }\n").expect("a file");
    let folder = json!({ "uri": common::uri(other.path()), "name": "other" });
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [folder], "removed": [] } }),
    );
    let uri = common::uri(&other.path().join("x.pg"));
    let report = client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(messages(&report).len(), 1, "{report}");
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [], "removed": [folder] } }),
    );
    let report = client.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(messages(&report).len(), 0, "{report}");
}

#[test]
fn what_git_ignores_is_no_file_of_the_project() {
    let wrong = "query q() { match { $b: Boook } return { $b } }\n";
    let files = [
        ("schema.pg", SCHEMA),
        (".gitignore", "gen/\n"),
        ("gen/q.gq", wrong),
        ("q.gq", ""),
    ];
    let mut client = Client::new(&files);
    let known = |client: &mut Client| {
        let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
        report["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(known(&mut client), 2);
    std::fs::write(client.path(".gitignore"), "").expect("a file");
    let changed = json!({ "changes": [{ "uri": client.uri(".gitignore"), "type": 2 }] });
    client.notify("workspace/didChangeWatchedFiles", changed);
    assert_eq!(known(&mut client), 3);
}

#[test]
fn one_file_has_one_list_however_its_uri_is_spelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let project = folder.path().join("a+b");
    std::fs::create_dir(&project).expect("a folder");
    std::fs::write(project.join("schema.pg"), SCHEMA).expect("a file");
    let text = "query q() { match { $b: Boook } return { $b } }\n";
    std::fs::write(project.join("q.gq"), text).expect("a file");
    let mut client = Client::start(&project);
    let plain = format!("file://{}/a+b", folder.path().display());
    let escaped = plain.replace('+', "%2B");
    client.initialize_with(json!({ "processId": null, "capabilities": {}, "rootUri": plain }));
    let (first, second) = (format!("{plain}/q.gq"), format!("{escaped}/q.gq"));
    client.wait_for(&first, |report| messages(report).len() == 1);
    client.open(&second, text);
    client.wait_for(&second, |report| messages(report).len() == 1);
    client.wait_for(&first, |report| messages(report).is_empty());
    // Either spelling names it, and answers have the one that the client used last.
    for uri in [&first, &second] {
        let params = json!({ "textDocument": { "uri": uri } });
        assert_eq!(messages(&client.request("textDocument/diagnostic", params)).len(), 1);
    }
    client.change(&first, json!([{ "text": text.replace("Boook", "Book") }]));
    client.wait_for(&second, |report| messages(report).is_empty());
    assert_eq!(
        client
            .published
            .values()
            .filter(|report| !messages(report).is_empty())
            .count(),
        0
    );
}

#[test]
fn settings_are_read_again_and_their_mistakes_shown() {
    let schema = "node Book @shelf(\"x\") { isbn: String @key }\n";
    let mut client = Client::new(&[("schema.pg", schema), ("omnigraph.toml", "")]);
    assert_eq!(messages(&pull(&mut client, "schema.pg")).len(), 1);
    client.open("omnigraph.toml", "[lint]\nknown-annotations = [\"shelf\"]\n");
    assert_eq!(messages(&pull(&mut client, "schema.pg")), Vec::<String>::new());
    client.set("omnigraph.toml", "[lint]\nnonsense = 1\n");
    let report = client.wait_for("omnigraph.toml", |report| !messages(report).is_empty());
    assert_eq!(report["diagnostics"][0]["range"]["start"]["line"], 1, "{report}");
    client.close("omnigraph.toml");
    assert_eq!(messages(&pull(&mut client, "schema.pg")).len(), 1);
}

#[test]
fn requests_are_answered_whatever_happens() {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    let error = client
        .try_request("textDocument/nonsense", json!({}))
        .expect_err("no such method");
    assert_eq!(error["code"], -32601);
    let params = json!({ "textDocument": { "uri": "file:///nowhere.gq" }, "position": { "line": 9, "character": 9 } });
    assert_eq!(client.request("textDocument/hover", params), Value::Null);
    assert_eq!(client.request("textDocument/hover", json!(null)), Value::Null);
    // A burst of changes and questions: each question is answered, with a result or with "content modified".
    client.open("q.gq", "");
    let mut asked = Vec::new();
    for number in 0..200 {
        client.set(
            "q.gq",
            &format!("query q{number}() {{ match {{ $b: Book }} return {{ $b.title }} }}\n"),
        );
        let params = json!({ "textDocument": { "uri": client.uri("q.gq") } });
        asked.push((number, client.ask("textDocument/documentSymbol", params)));
    }
    for (number, id) in asked {
        match client.answer(id) {
            Ok(symbols) => assert_eq!(symbols[0]["name"], format!("q{number}")),
            Err(error) => assert_eq!(error["code"], -32801, "{error}"),
        }
    }
    // A cancelled request is answered as such, or was quicker.
    let id = client.ask("workspace/symbol", json!({ "query": "" }));
    client.notify("$/cancelRequest", json!({ "id": id }));
    if let Err(error) = client.answer(id) {
        assert_eq!(error["code"], -32800);
    }
    client.notify("textDocument/didChange", json!({ "nonsense": true }));
    assert!(client.shut_down());
}
