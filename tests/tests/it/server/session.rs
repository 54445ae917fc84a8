//! How a session goes with the real binary: it runs queries, tells how it is, follows files, folders and settings, and a
//! client that is impatient or wrong costs nobody anything.

use omnigraph_tests::binary;
use omnigraph_tests::lsp::{Client, uri};
use serde_json::{Value, json};

const SCHEMA: &str = "node Book { isbn: String @key title: String }\n";
const QUERY: &str =
    "query titles() {\n    match { $b: Book }\n    return { $b.title as title }\n    order { title }\n}\n";

/// `code message` of each finding that is pulled for a file.
fn found(client: &mut Client, name: &str) -> Vec<String> {
    let params = json!({ "textDocument": { "uri": client.uri(name) } });
    let report = client.request("textDocument/diagnostic", params);
    let items = report["items"].as_array().cloned().unwrap_or_default();
    let words = |item: &Value, key: &str| item[key].as_str().unwrap_or("-").to_owned();
    items
        .iter()
        .map(|item| {
            format!(
                "{} {}",
                words(item, "code"),
                words(item, "message").lines().next().unwrap_or("")
            )
        })
        .collect()
}

/// Waits for a message of the server; its requests and its answers take two ways.
fn hears(client: &mut Client, wanted: impl Fn(&Value) -> bool) {
    for _ in 0..500 {
        if client.heard.iter().any(&wanted) {
            return;
        }
        client.request("workspace/symbol", json!({ "query": "none" }));
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the server said only {:?}", client.heard);
}

fn watched(client: &mut Client, changes: &[(&str, u8)]) {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(name, kind)| json!({ "uri": client.uri(name), "type": kind }))
        .collect();
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
}

#[test]
fn a_query_runs_from_its_lens() {
    let capabilities = json!({ "workspace": { "configuration": true } });
    let mut client = Client::with(&[("schema.pg", SCHEMA), ("queries.gq", QUERY)], capabilities);
    let folder = client.folder.clone();
    std::fs::write(
        folder.join("books.jsonl"),
        "{\"type\":\"Book\",\"data\":{\"isbn\":\"2\",\"title\":\"Zwei\"}}\n{\"type\":\"Book\",\"data\":{\"isbn\":\"1\",\"title\":\"Eins 🦀\"}}\n",
    )
    .expect("a file");
    binary::ok(&folder, &["init", "--schema", "schema.pg", "./shelf"]);
    binary::ok(&folder, &["load", "--store", "./shelf", "--data", "books.jsonl"]);
    let lenses = client.request(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": client.uri("queries.gq") } }),
    );
    assert_eq!(lenses[0]["command"]["title"], "run");
    let run = json!({ "command": lenses[0]["command"]["command"], "arguments": lenses[0]["command"]["arguments"] });
    let error = client
        .try_request("workspace/executeCommand", run.clone())
        .expect_err("no store is named");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("omnigraph.store")),
        "{error}"
    );
    client.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "omnigraph": { "store": "./shelf" } } }),
    );
    let rows = client.request("workspace/executeCommand", run.clone());
    assert_eq!(
        rows["rows"],
        json!([{ "title": "Eins 🦀" }, { "title": "Zwei" }]),
        "{rows}"
    );
    // What the editor shows is run, saved or not.
    client.open(
        "queries.gq",
        &QUERY.replace("order { title }", "order { title desc }\n    limit 1"),
    );
    let rows = client.request("workspace/executeCommand", run);
    assert_eq!(rows["rows"], json!([{ "title": "Zwei" }]), "{rows}");
    assert!(client.shut_down());
}

/// What one run read is there for the next, as long as the graph is the same one: with its datasets gone, a second run still
/// answers, and a graph that takes its place is read anew.
#[test]
fn a_second_run_reads_no_dataset_again() {
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("queries.gq", QUERY)]);
    let folder = client.folder.clone();
    let book = |title: &str| format!("{{\"type\":\"Book\",\"data\":{{\"isbn\":\"1\",\"title\":\"{title}\"}}}}\n");
    let shelf = folder.join("shelf");
    let make = |title: &str| {
        std::fs::write(folder.join("books.jsonl"), book(title)).expect("a file");
        binary::ok(&folder, &["init", "--schema", "schema.pg", "./shelf"]);
        binary::ok(&folder, &["load", "--store", "./shelf", "--data", "books.jsonl"]);
    };
    make("Eins");
    let argument = json!({ "uri": client.uri("queries.gq"), "name": "titles", "store": "./shelf" });
    let run = json!({ "command": "omnigraph.run", "arguments": [argument] });
    let first = client.request("workspace/executeCommand", run.clone());
    assert_eq!(first["rows"], json!([{ "title": "Eins" }]), "{first}");
    for entry in std::fs::read_dir(&shelf).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("_graph") {
            std::fs::remove_dir_all(path).expect("datasets go");
        }
    }
    let second = client.request("workspace/executeCommand", run.clone());
    assert_eq!(second["rows"], first["rows"], "{second}");
    std::fs::remove_dir_all(&shelf).expect("the graph goes");
    make("Zwei");
    let third = client.request("workspace/executeCommand", run);
    assert_eq!(third["rows"], json!([{ "title": "Zwei" }]), "{third}");
    assert!(client.shut_down());
}

#[test]
fn a_client_is_asked_for_its_settings() {
    let capabilities = json!({ "workspace": {
        "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true },
    } });
    let mut client = Client::with(&[("schema.pg", SCHEMA)], capabilities);
    hears(&mut client, |message| message["method"] == "workspace/configuration");
    hears(&mut client, |message| {
        message["params"]["registrations"][0]["method"] == "workspace/didChangeConfiguration"
    });
    client.heard.clear();
    client.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    hears(&mut client, |message| message["method"] == "workspace/configuration");
}

#[test]
fn it_tells_how_it_is() {
    let capabilities = json!({
        "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } },
        "window": { "workDoneProgress": true },
    });
    let mut client = Client::with(&[("schema.pg", SCHEMA), ("omnigraph.toml", "")], capabilities);
    client.open("schema.pg", SCHEMA);
    client.wait_for("schema.pg", |_| true);
    let heard = |client: &Client, method: &str| -> Vec<Value> {
        let of = client.heard.iter().filter(|message| message["method"] == method);
        of.map(|message| message["params"].clone()).collect()
    };
    assert_eq!(
        heard(&client, "omnigraph/status"),
        [
            json!({ "state": "scanning" }),
            json!({ "state": "ready", "projects": 1, "files": 1 })
        ]
    );
    let kinds: Vec<Value> = heard(&client, "$/progress")
        .iter()
        .map(|params| params["value"]["kind"].clone())
        .collect();
    assert_eq!(kinds, ["begin", "end"]);
    let watch = &heard(&client, "client/registerCapability")[0]["registrations"][0];
    assert_eq!(watch["method"], "workspace/didChangeWatchedFiles");
    client.open("omnigraph.toml", "[lint]\nnonsense = 1\n");
    client.wait_for("omnigraph.toml", |report| report["diagnostics"] != json!([]));
    assert_eq!(
        heard(&client, "omnigraph/status").last().map(|status| &status["state"]),
        Some(&json!("trouble"))
    );
    client.set("omnigraph.toml", "");
    client.wait_for("omnigraph.toml", |report| report["diagnostics"] == json!([]));
    assert_eq!(
        heard(&client, "omnigraph/status").last().map(|status| &status["state"]),
        Some(&json!("ready"))
    );
}

#[test]
fn files_that_others_change_are_followed() {
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("q.gq", QUERY)]);
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    std::fs::write(client.path("schema.pg"), SCHEMA.replace("title", "name")).expect("a file");
    watched(&mut client, &[("schema.pg", 2)]);
    assert_eq!(found(&mut client, "q.gq"), ["T6.2 `Book` has no property `title`"]);
    // An open document is what the editor says, whatever happens to its file.
    client.open("schema.pg", SCHEMA);
    std::fs::remove_file(client.path("schema.pg")).expect("a file");
    watched(&mut client, &[("schema.pg", 3)]);
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    client.close("schema.pg");
    assert_eq!(
        found(&mut client, "q.gq"),
        ["L707 no schema belongs to this file: there is no .pg file in its folder or above it"]
    );
    // The editor itself moves a file.
    std::fs::write(client.path("other.pg"), SCHEMA).expect("a file");
    let created = json!({ "files": [{ "uri": client.uri("other.pg") }] });
    client.notify("workspace/didCreateFiles", created);
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    std::fs::rename(client.path("other.pg"), client.path("new.pg")).expect("a file");
    let renamed = json!({ "files": [{ "oldUri": client.uri("other.pg"), "newUri": client.uri("new.pg") }] });
    client.notify("workspace/didRenameFiles", renamed);
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    std::fs::remove_file(client.path("new.pg")).expect("a file");
    let deleted = json!({ "files": [{ "uri": client.uri("new.pg") }] });
    client.notify("workspace/didDeleteFiles", deleted);
    assert_eq!(
        found(&mut client, "q.gq"),
        ["L707 no schema belongs to this file: there is no .pg file in its folder or above it"]
    );
}

#[test]
fn several_folders_are_several_projects() {
    let (one, two) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    for (folder, schema) in [(&one, SCHEMA), (&two, "node Book { isbn: String @key }\n")] {
        std::fs::write(folder.path().join("schema.pg"), schema).expect("a file");
        std::fs::write(folder.path().join("q.gq"), QUERY).expect("a file");
    }
    let mut client = Client::start(one.path());
    let folder = |of: &tempfile::TempDir| json!({ "uri": uri(of.path()), "name": "a folder" });
    client.initialize_with(json!({
        "processId": null, "capabilities": {}, "rootUri": null, "workspaceFolders": [folder(&one), folder(&two)],
    }));
    let wrong = ["T6.2 `Book` has no property `title`"];
    let second = uri(&two.path().join("q.gq"));
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    assert_eq!(found(&mut client, &second), wrong);
    let gone = json!({ "event": { "added": [], "removed": [folder(&two)] } });
    client.notify("workspace/didChangeWorkspaceFolders", gone);
    assert_eq!(found(&mut client, &second), Vec::<String>::new());
    let back = json!({ "event": { "added": [folder(&two)], "removed": [] } });
    client.notify("workspace/didChangeWorkspaceFolders", back);
    assert_eq!(found(&mut client, &second), wrong);
}

#[test]
fn what_was_never_saved_counts() {
    let mut client = Client::new(&[]);
    client.open("new.pg", SCHEMA);
    client.open("untitled:Untitled-1", QUERY);
    assert_eq!(found(&mut client, "untitled:Untitled-1"), Vec::<String>::new());
    client.set("new.pg", &SCHEMA.replace("title", "name"));
    assert_eq!(
        found(&mut client, "untitled:Untitled-1"),
        ["T6.2 `Book` has no property `title`"]
    );
    // A rename goes into it, too.
    client.set("new.pg", SCHEMA);
    let position = json!({ "line": 2, "character": 16 });
    let params = json!({ "textDocument": { "uri": "untitled:Untitled-1" }, "position": position, "newName": "x" });
    let edit = client.request("textDocument/rename", params);
    assert_eq!(
        edit["changes"]["untitled:Untitled-1"].as_array().map(Vec::len),
        Some(1),
        "{edit}"
    );
}

#[test]
fn settings_hold_as_soon_as_they_are_typed() {
    let schema = "node Book @shelf(\"x\") { isbn: String @key }\n";
    let mut client = Client::new(&[("schema.pg", schema), ("omnigraph.toml", "")]);
    assert_eq!(found(&mut client, "schema.pg").len(), 1);
    client.open("omnigraph.toml", "[lint]\nknown-annotations = [\"shelf\"]\n");
    assert_eq!(found(&mut client, "schema.pg"), Vec::<String>::new());
    client.close("omnigraph.toml");
    assert_eq!(found(&mut client, "schema.pg").len(), 1);
    std::fs::write(
        client.path("omnigraph.toml"),
        "[lint]\nknown-annotations = [\"shelf\"]\n",
    )
    .expect("a file");
    watched(&mut client, &[("omnigraph.toml", 2)]);
    assert_eq!(found(&mut client, "schema.pg"), Vec::<String>::new());
}

#[test]
fn answers_are_of_the_newest_text_or_say_so() {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    client.open("q.gq", "");
    let mut asked = Vec::new();
    for number in 0..200 {
        client.set("q.gq", &QUERY.replace("titles", &format!("q{number}")));
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
    for _ in 0..20 {
        let id = client.ask("workspace/symbol", json!({ "query": "" }));
        client.notify("$/cancelRequest", json!({ "id": id }));
        if let Err(error) = client.answer(id) {
            assert_eq!(error["code"], -32800);
        }
    }
    assert!(client.shut_down());
}

#[test]
fn nonsense_costs_one_answer() {
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("q.gq", QUERY)]);
    let far = json!({ "line": 4_000_000, "character": 4_000_000 });
    let uri = client.uri("q.gq");
    client.notify("textDocument/didChange", json!({ "nonsense": true }));
    client.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///nowhere.gq", "version": 1 }, "contentChanges": [{ "text": "" }] }),
    );
    client.notify("workspace/nonsense", json!([]));
    for method in [
        "hover",
        "completion",
        "rename",
        "codeAction",
        "selectionRange",
        "semanticTokens/range",
    ] {
        for params in [
            json!({}),
            json!({ "textDocument": { "uri": uri }, "position": far, "positions": [far], "range": { "start": far, "end": far }, "newName": "x" }),
            json!({ "textDocument": { "uri": "file:///nowhere.gq" }, "position": far, "positions": [] }),
            json!({ "textDocument": 7, "position": "x", "range": [] }),
        ] {
            // Whatever is answered, the next one is.
            let _ = client.try_request(&format!("textDocument/{method}"), params);
        }
    }
    let error = client
        .try_request("textDocument/nonsense", json!({}))
        .expect_err("no such method");
    assert_eq!(error["code"], -32601);
    assert_eq!(found(&mut client, "q.gq"), Vec::<String>::new());
    assert!(client.shut_down());
}

#[test]
fn a_difference_of_tokens_gives_the_new_ones() {
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("q.gq", QUERY)]);
    client.open("q.gq", QUERY);
    let document = json!({ "uri": client.uri("q.gq") });
    let full = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    client.set("q.gq", &QUERY.replace("order { title }", "order { title desc }"));
    let params = json!({ "textDocument": document, "previousResultId": full["resultId"] });
    let delta = client.request("textDocument/semanticTokens/full/delta", params);
    let mut data = full["data"].as_array().expect("numbers").clone();
    let edits = delta["edits"].as_array().expect("edits");
    assert_eq!(edits.len(), 1, "{delta}");
    let number = |key: &str| edits[0][key].as_u64().expect("a number") as usize;
    let new = edits[0]["data"].as_array().expect("numbers").iter().cloned();
    data.splice(number("start")..number("start") + number("deleteCount"), new);
    let whole = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    assert_eq!(Value::from(data), whole["data"]);
}

#[test]
fn a_shown_plan_follows_the_text() {
    let capabilities = json!({ "workspace": { "textDocumentContent": {} } });
    let mut client = Client::with(&[("schema.pg", SCHEMA), ("q.gq", QUERY)], capabilities);
    let plan = json!({ "uri": format!("omnigraph:/plan/titles?{}", client.uri("q.gq")) });
    let before = client.request("workspace/textDocumentContent", plan.clone());
    client.open("q.gq", &QUERY.replace("order { title }", "limit 3"));
    let after = client.request("workspace/textDocumentContent", plan.clone());
    assert_ne!(before, after);
    hears(&mut client, |message| {
        message["method"] == "workspace/textDocumentContent/refresh" && message["params"] == plan
    });
}
