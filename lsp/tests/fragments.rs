//! Fragments across files: what an editor is told of them, text in and text out, over stdio.

mod common;

use std::collections::BTreeMap;

use common::{Client, cursor, edited, position};
use serde_json::{Value, json};

const SCHEMA: &str = "node Person { name: String @key age: I32? }\nedge Follows: Person -> Person\n";

const FRAGMENTS: &str = "\
// Old enough.
fragment adult($p: Person, $from: I32 = 18) @description(\"Of age.\") { $p.age >= $from }

fragment near($p: Person, $q: Person) {
    $p follows $x
    $x follows $q
    adult($x)
}
";

const QUERIES: &str = "\
query q() {
    match {
        $p: Person
        adult($p, 21)
        near($p, $q)
        $p follows $q
    }
    return { $q.name }
}
";

fn client() -> Client {
    let files = [
        ("schema.pg", SCHEMA),
        ("fragments.gq", FRAGMENTS),
        ("queries.gq", QUERIES),
    ];
    Client::new(&files)
}

/// A text with the cursor behind some words.
fn mark(text: &str, words: &str) -> String {
    let at = text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
    format!("{}$0{}", &text[..at], &text[at..])
}

fn places(client: &mut Client, method: &str, file: &str, marked: &str) -> Vec<String> {
    let mut params = json!({ "textDocument": { "uri": client.uri(file) } });
    params["position"] = cursor(marked).1;
    params["context"] = json!({ "includeDeclaration": true });
    let answer = client.request(&format!("textDocument/{method}"), params);
    client.shown(&answer)
}

#[test]
fn a_call_leads_to_its_fragment() {
    let mut client = client();
    let call = mark(QUERIES, "adu");
    let found = places(&mut client, "definition", "queries.gq", &call);
    assert_eq!(found, ["fragments.gq:1: adult"]);
    let all = places(&mut client, "references", "queries.gq", &call);
    assert_eq!(
        all,
        ["fragments.gq:1: adult", "fragments.gq:6: adult", "queries.gq:3: adult"]
    );
    let parameter = mark(FRAGMENTS, "{ $p");
    let found = places(&mut client, "references", "fragments.gq", &parameter);
    assert_eq!(found, ["fragments.gq:1: $p", "fragments.gq:1: $p"]);
    let value = mark(FRAGMENTS, ">= $fr");
    let found = places(&mut client, "definition", "fragments.gq", &value);
    assert_eq!(found, ["fragments.gq:1: $from"]);
    let ty = mark(FRAGMENTS, "adult($p: Per");
    assert_eq!(
        places(&mut client, "definition", "fragments.gq", &ty),
        ["schema.pg:0: Person"]
    );
}

#[test]
fn a_call_says_what_it_stands_for() {
    let mut client = client();
    let hover = client.at("textDocument/hover", "queries.gq", &mark(QUERIES, "adu"));
    let text = hover["contents"]["value"].as_str().unwrap_or("nothing");
    for wanted in [
        "fragment adult($p: Person, $from: I32 = 18)",
        "$p.age >= $from",
        "Of age.",
        "Old enough.",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let node = client.at("textDocument/hover", "fragments.gq", &mark(FRAGMENTS, "{ $p"));
    assert!(node.to_string().contains("$p: Person"), "{node}");
    let help = client.at(
        "textDocument/signatureHelp",
        "queries.gq",
        &mark(QUERIES, "adult($p, 2"),
    );
    assert_eq!(help["signatures"][0]["label"], "adult($p: Person, $from: I32 = 18)");
    assert_eq!(help["signatures"][0]["documentation"], "Of age.");
    assert_eq!(help["activeParameter"], 1);
}

#[test]
fn fragments_and_their_parameters_are_offered() {
    let labels = |client: &mut Client, name: &str, marked: &str| -> Vec<String> {
        let (text, _) = cursor(marked);
        client.open(name, &text);
        let offset = marked.find("$0").expect("a cursor");
        let params = json!({ "textDocument": { "uri": client.uri(name) }, "position": position(&text, offset, 16) });
        let list = client.request("textDocument/completion", params);
        let items = list["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item["label"].as_str().map(str::to_owned))
            .collect()
    };
    let mut client = client();
    for (marked, wanted) in [
        ("query r() { match { $p: Person\n $0 } return { $p.name } }", "adult"),
        (
            "query r() { match { $p: Person not { $0 } } return { $p.name } }",
            "near",
        ),
        (
            "query r() { match { $p: Person\n adult($0) } return { $p.name } }",
            "$p",
        ),
        ("fragment f($p: Person) { $0 }", "$p"),
        ("fragment f($p: Person) { $0 }", "adult"),
        ("fragment f($p: Person) { $p.$0 }", "age"),
        ("fragment f($p: Person) { $p $0 }", "follows"),
        ("fragment f($p: $0", "Person"),
        ("fragment f($p: Person, $a: $0", "I32"),
        ("fragment f($p: Person, $low: I32) { $p.age > $0 }", "$low"),
        ("$0", "fragment"),
    ] {
        let mut client = Client::new(&[("schema.pg", SCHEMA), ("fragments.gq", FRAGMENTS)]);
        let found = labels(&mut client, "other.gq", marked);
        assert!(
            found.iter().any(|label| label == wanted),
            "{wanted} in {found:?} of {marked}"
        );
    }
    let found = labels(&mut client, "other.gq", "fragment f($p: $0");
    assert_eq!(found.first().map(String::as_str), Some("Person"));
}

fn renamed(file: &str, marked: &str, new: &str) -> Result<BTreeMap<String, String>, String> {
    let mut client = client();
    let params = json!({ "textDocument": { "uri": client.uri(file) }, "position": cursor(marked).1, "newName": new });
    let edit = client.try_request("textDocument/rename", params);
    let edit = edit.map_err(|error| error["message"].as_str().unwrap_or("").to_owned())?;
    let files = [("fragments.gq", FRAGMENTS), ("queries.gq", QUERIES)];
    let mut after = BTreeMap::new();
    for (name, text) in files {
        let uri = client.uri(name);
        let in_changes = edit["changes"].get(&uri).cloned();
        let in_documents = edit["documentChanges"].as_array().and_then(|all| {
            let own = all.iter().find(|one| one["textDocument"]["uri"] == uri.as_str());
            own.map(|one| one["edits"].clone())
        });
        let edits: Option<Value> = in_changes.or(in_documents);
        after.insert(
            name.to_owned(),
            edits.map_or(text.to_owned(), |edits| edited(text, &edits)),
        );
    }
    Ok(after)
}

#[test]
fn a_rename_reaches_all_files() {
    for (file, marked) in [
        ("queries.gq", mark(QUERIES, "adu")),
        ("fragments.gq", mark(FRAGMENTS, "    adu")),
    ] {
        let after = renamed(file, &marked, "grown").expect("it can be renamed");
        assert_eq!(after["fragments.gq"], FRAGMENTS.replace("adult", "grown"));
        assert_eq!(after["queries.gq"], QUERIES.replace("adult", "grown"));
    }
    let after = renamed("fragments.gq", &mark(FRAGMENTS, "near($p"), "one").expect("it can be renamed");
    let wanted = FRAGMENTS
        .replace("near($p: Person", "near($one: Person")
        .replace("    $p follows", "    $one follows");
    assert_eq!(after["fragments.gq"], wanted);
    for (new, reason) in [
        ("near", "another fragment is called `near` already"),
        ("lower", "T61"),
        ("Adult", "is not a name"),
    ] {
        let refused = renamed("queries.gq", &mark(QUERIES, "adu"), new).expect_err(new);
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn outlines_show_fragments() {
    let mut client = client();
    let params = json!({ "textDocument": { "uri": client.uri("fragments.gq") } });
    let symbols = client.request("textDocument/documentSymbol", params.clone());
    let shown: Vec<(&str, &str)> = symbols
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["name"].as_str().unwrap_or(""), one["detail"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(shown, [("adult", "fragment"), ("near", "fragment")]);
    let folds = client.request("textDocument/foldingRange", params);
    assert!(
        folds
            .as_array()
            .is_some_and(|folds| folds.iter().any(|fold| fold["startLine"] == 3)),
        "{folds}"
    );
}

/// What is wrong in a fragment names a call of it, which moves with its file.
#[test]
fn an_error_in_a_fragment_names_a_call() {
    let mut client = client();
    client.open("fragments.gq", &FRAGMENTS.replace("$p.age", "$p.agge"));
    client.open("queries.gq", QUERIES);
    let line = |told: &Value| {
        let related = told["diagnostics"][0]["relatedInformation"].as_array()?;
        let call = related.iter().find(|one| one["message"] == "`adult` is called here")?;
        let file = call["location"]["uri"].as_str()?;
        assert!(file.ends_with("queries.gq"), "{told}");
        call["location"]["range"]["start"]["line"].as_u64()
    };
    client.wait_for("fragments.gq", |told| line(told) == Some(3));
    client.set("queries.gq", &format!("// Who.\n\n{QUERIES}"));
    client.wait_for("fragments.gq", |told| line(told) == Some(5));
    client.set("queries.gq", &QUERIES.replace("        adult($p, 21)\n", ""));
    // The other fragment calls it, too.
    client.wait_for("fragments.gq", |told| {
        let related = told["diagnostics"][0]["relatedInformation"].as_array();
        related.is_some_and(|all| {
            let calls = all.iter().filter(|one| one["message"] == "`adult` is called here");
            calls.clone().count() == 1 && calls.clone().all(|one| one["location"]["range"]["start"]["line"] == 6)
        })
    });
}

#[test]
fn calls_of_fragments_are_counted_and_followed() {
    let mut client = client();
    let uri = client.uri("fragments.gq");
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    let lenses = lenses.as_array().expect("lenses").clone();
    let titles: Vec<String> = lenses
        .iter()
        .map(|lens| {
            let resolved = client.request("codeLens/resolve", lens.clone());
            resolved["command"]["title"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(titles, ["2 uses", "1 use"]);
    let resolved = client.request("codeLens/resolve", lenses[0].clone());
    let command = json!({ "command": resolved["command"]["command"], "arguments": resolved["command"]["arguments"] });
    let places = client.request("workspace/executeCommand", command);
    assert_eq!(places.as_array().map(Vec::len), Some(3), "{places}");

    let prepared = |client: &mut Client, file: &str, marked: &str| {
        let mut params = json!({ "textDocument": { "uri": client.uri(file) } });
        params["position"] = cursor(marked).1;
        let items = client.request("textDocument/prepareCallHierarchy", params);
        items[0].clone()
    };
    let calls = |client: &mut Client, way: &str, item: &Value| -> Vec<String> {
        let (method, end) = match way {
            "in" => ("callHierarchy/incomingCalls", "from"),
            _ => ("callHierarchy/outgoingCalls", "to"),
        };
        let found = client.request(method, json!({ "item": item }));
        let found = found.as_array().expect("calls").clone();
        let shown = found.iter().map(|call| {
            let ranges = call["fromRanges"].as_array().map_or(0, Vec::len);
            let text = |key: &str| call[end][key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {ranges}", text("detail"), text("name"))
        });
        shown.collect()
    };
    let adult = prepared(&mut client, "fragments.gq", &mark(FRAGMENTS, "fragment adu"));
    assert_eq!(
        (&adult["name"], &adult["detail"]),
        (&json!("adult"), &json!("fragment"))
    );
    assert_eq!(calls(&mut client, "in", &adult), ["fragment near 1", "query q 1"]);
    assert_eq!(calls(&mut client, "out", &adult), ["node Person 1"]);
    let near = prepared(&mut client, "queries.gq", &mark(QUERIES, "        nea"));
    assert_eq!(calls(&mut client, "in", &near), ["query q 1"]);
    assert_eq!(
        calls(&mut client, "out", &near),
        ["node Person 2", "edge Follows 2", "fragment adult 1"]
    );
    let q = prepared(&mut client, "queries.gq", &mark(QUERIES, "query q"));
    assert_eq!(
        calls(&mut client, "out", &q),
        ["node Person 1", "fragment adult 1", "fragment near 1", "edge Follows 1"]
    );
    assert_eq!(calls(&mut client, "in", &q), Vec::<String>::new());
}

/// What a fragment is edited to shows in the files that call it.
#[test]
fn an_edited_fragment_is_checked_where_it_is_called() {
    let mut client = client();
    client.open("queries.gq", QUERIES);
    client.open("fragments.gq", FRAGMENTS);
    client.wait_for("queries.gq", |told| {
        told["diagnostics"].as_array().is_some_and(Vec::is_empty)
    });
    client.set(
        "fragments.gq",
        &FRAGMENTS
            .replace("fragment adult", "fragment grown")
            .replace("    adult", "    grown"),
    );
    let told = client.wait_for("queries.gq", |told| {
        told["diagnostics"].as_array().is_some_and(|all| !all.is_empty())
    });
    assert_eq!(told["diagnostics"][0]["code"], "T42", "{told}");
    client.set("fragments.gq", FRAGMENTS);
    client.wait_for("queries.gq", |told| {
        told["diagnostics"].as_array().is_some_and(Vec::is_empty)
    });
}
