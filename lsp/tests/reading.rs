//! Navigation and understanding, text in and text out, over stdio.

mod common;

use common::{Client, cursor, slice};
use serde_json::{Value, json};

const SCHEMA: &str = "\
// What has an address.
interface Named {
    name: String @index
}

// Someone who borrows.
node Member implements Named {
    card: I32 @key
    kind: enum(child, adult)?
    @unique(name)
}

node Book implements Named {
    isbn: String @key @description(\"The number on the back.\")
    pages: I32? @range(1..9999)
}

edge Borrowed: Member -> Book @card(0..5) {
    since: Date?
}

edge Knows: Member -> Member
";

const QUERIES: &str = "\
// Books of a member; see schema.pg.
query books($card: I32) {
    match {
        $m: Member { card: $card }
        $m $e:borrowed $b
        $b borrowed $other
        not { $other.kind = \"child\" }
    }
    return { $b.name as title, $e.since, count($m) as n }
    order { n desc }
}

query add($isbn: String) {
    insert Book { isbn: $isbn, name: \"x\" }
}
";

fn client() -> Client {
    Client::new(&[("schema.pg", SCHEMA), ("queries.gq", QUERIES)])
}

/// The queries with a cursor behind the n-th occurrence of some words.
fn mark(text: &str, words: &str) -> String {
    let at = text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
    format!("{}$0{}", &text[..at], &text[at..])
}

fn hover(words: &str) -> String {
    let answer = client().at("textDocument/hover", "queries.gq", &mark(QUERIES, words));
    answer["contents"]["value"].as_str().unwrap_or("nothing").to_owned()
}

#[test]
fn hovers_say_what_a_name_is() {
    let variable = hover("not { $oth");
    assert!(variable.contains("$other: Member"), "{variable}");
    let property = hover("$b.na");
    assert!(property.contains("Book.name: String @index"), "{property}");
    assert!(property.contains("Indexed."), "{property}");
    let parameter = hover("query books($ca");
    assert!(
        parameter.contains("$card: I32") && parameter.contains("{\"card\": 1}"),
        "{parameter}"
    );
    let query = hover("query boo");
    assert!(query.contains("query books($card: I32)"), "{query}");
    assert!(
        query.contains("- `title`: string") && query.contains("Reads `Book`, `Member`, `Borrowed`"),
        "{query}"
    );
    assert!(query.contains("Books of a member"), "{query}");
    assert!(hover("count").contains("number of rows"));
    assert!(hover("$m: Memb").contains("Someone who borrows."));
    let edge = hover("$e:borr");
    assert!(edge.contains("edge Borrowed: Member -> Book @card(0..5)"), "{edge}");
    let described = client().at("textDocument/hover", "schema.pg", &mark(SCHEMA, "    isb"));
    assert!(described.to_string().contains("The number on the back."), "{described}");
}

#[test]
fn definitions_lead_to_declarations() {
    let mut client = client();
    for (method, words, wanted) in [
        ("definition", "$m: Memb", vec!["schema.pg:6: Member"]),
        ("definition", "$b.na", vec!["schema.pg:2: name"]),
        ("declaration", "not { $oth", vec!["queries.gq:5: $other"]),
        ("definition", "card: $car", vec!["queries.gq:1: $card"]),
        ("definition", "order { n", vec!["queries.gq:8: n"]),
        ("definition", "= \"chi", vec!["schema.pg:8: child"]),
        ("typeDefinition", "return { $b", vec!["schema.pg:12: Book"]),
        ("typeDefinition", "$b.na", vec!["schema.pg:12: Book"]),
        (
            "references",
            "$m: Memb",
            vec![
                "schema.pg:6: Member",
                "schema.pg:17: Member",
                "schema.pg:21: Member",
                "schema.pg:21: Member",
                "queries.gq:3: Member",
            ],
        ),
    ] {
        let mut params = json!({ "textDocument": { "uri": client.uri("queries.gq") } });
        params["position"] = cursor(&mark(QUERIES, words)).1;
        params["context"] = json!({ "includeDeclaration": true });
        let answer = client.request(&format!("textDocument/{method}"), params);
        assert_eq!(client.shown(&answer), wanted, "{method} of {words}");
    }
    let answer = client.at(
        "textDocument/implementation",
        "schema.pg",
        &mark(SCHEMA, "interface Na"),
    );
    assert_eq!(client.shown(&answer), ["schema.pg:12: Book", "schema.pg:6: Member"]);
}

#[test]
fn mentions_are_highlighted_and_linked() {
    let mut client = client();
    let answer = client.at(
        "textDocument/documentHighlight",
        "queries.gq",
        &mark(QUERIES, "        $m"),
    );
    let shown: Vec<(&str, u64)> = answer
        .as_array()
        .expect("highlights")
        .iter()
        .map(|item| (slice(QUERIES, &item["range"]), item["kind"].as_u64().unwrap_or(0)))
        .collect();
    assert_eq!(shown, [("$m", 3), ("$m", 2), ("$m", 2)]);
    let mut params = json!({ "textDocument": { "uri": client.uri("queries.gq") } });
    params["position"] = cursor(&mark(QUERIES, "        $m")).1;
    let linked = client.request("textDocument/linkedEditingRange", params.clone());
    assert_eq!(linked["ranges"].as_array().map(Vec::len), Some(3));
    let links = client.request("textDocument/documentLink", params);
    assert_eq!(slice(QUERIES, &links[0]["range"]), "schema.pg");
    assert_eq!(links[0]["target"], client.uri("schema.pg"));
}

#[test]
fn outlines_folds_and_selections() {
    let mut client = client();
    let params = json!({ "textDocument": { "uri": client.uri("schema.pg") } });
    let symbols = client.request("textDocument/documentSymbol", params.clone());
    let names: Vec<&str> = symbols
        .as_array()
        .expect("symbols")
        .iter()
        .filter_map(|s| s["name"].as_str())
        .collect();
    assert_eq!(names, ["Named", "Member", "Book", "Borrowed", "Knows"]);
    assert_eq!(symbols[1]["children"][1]["detail"], "enum(child, adult)?");
    let found = client.request("workspace/symbol", json!({ "query": "bo" }));
    let names: Vec<&str> = found
        .as_array()
        .expect("symbols")
        .iter()
        .filter_map(|s| s["name"].as_str())
        .collect();
    assert_eq!(names, ["books", "Book", "Borrowed"]);
    let folds = client.request("textDocument/foldingRange", params.clone());
    assert_eq!(folds[0], json!({ "startLine": 1, "endLine": 2 }));
    let mut params = params;
    params["positions"] = json!([cursor(&mark(SCHEMA, "    isb")).1]);
    let chain = client.request("textDocument/selectionRange", params);
    let mut texts = Vec::new();
    let mut next = &chain[0];
    while !next.is_null() {
        texts.push(slice(SCHEMA, &next["range"]).lines().next().unwrap_or(""));
        next = &next["parent"];
    }
    assert_eq!(texts[0], "isbn");
    assert!(texts[1].starts_with("isbn: String @key"), "{texts:?}");
    assert!(texts.contains(&"node Book implements Named {"), "{texts:?}");
}

#[test]
fn hints_name_types_and_directions() {
    let mut client = client();
    let params = json!({
        "textDocument": { "uri": client.uri("queries.gq") },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } },
    });
    let hints = client.request("textDocument/inlayHint", params);
    let mut shown: Vec<(usize, &str)> = Vec::new();
    for hint in hints.as_array().expect("hints") {
        shown.push((
            common::offset(QUERIES, &hint["position"]),
            hint["label"].as_str().unwrap_or(""),
        ));
    }
    let mut text = QUERIES.to_owned();
    for (at, label) in shown.into_iter().rev() {
        text.insert_str(at, &format!("«{label}»"));
    }
    assert!(text.contains("$m $e:borrowed«→» $b«: Book»\n"), "{text}");
    assert!(text.contains("$b borrowed«←» $other«: Member»\n"), "{text}");
}

#[test]
fn signatures_follow_the_argument() {
    let text = "query q($w: String) { match { $m: Book search($m.name, $0$w) } return { $m.name } }\n";
    let answer = client().at("textDocument/signatureHelp", "other.gq", text);
    assert_eq!(answer["signatures"][0]["label"], "search($x.text, $words)");
    assert_eq!(answer["activeParameter"], 1);
    let answer = client().at(
        "textDocument/signatureHelp",
        "schema.pg",
        "node A { x: I32 @range(1..$0) }\n",
    );
    assert_eq!(answer["signatures"][0]["label"], "@range(low..high)");
}

/// Semantic tokens as (text, kind).
fn decoded(text: &str, data: &Value, legend: &Value) -> Vec<(String, String)> {
    let (mut line, mut character) = (0, 0);
    let numbers: Vec<u64> = data
        .as_array()
        .expect("numbers")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    let mut out = Vec::new();
    for token in numbers.chunks(5) {
        line += token[0];
        character = if token[0] == 0 { character + token[1] } else { token[1] };
        let start = json!({ "line": line, "character": character });
        let end = json!({ "line": line, "character": character + token[2] });
        let covered = slice(text, &json!({ "start": start, "end": end })).to_owned();
        out.push((covered, legend[token[3] as usize].as_str().unwrap_or("").to_owned()));
    }
    out
}

#[test]
fn tokens_have_meaning_and_deltas_are_small() {
    let mut client = client();
    let legend = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let document = json!({ "uri": client.uri("queries.gq") });
    client.open("queries.gq", QUERIES);
    let full = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    let tokens = decoded(QUERIES, &full["data"], &legend);
    for wanted in [
        ("Member", "class"),
        ("borrowed", "type"),
        ("$card", "parameter"),
        ("\"child\"", "enumMember"),
        ("title", "property"),
        ("match", "keyword"),
    ] {
        assert!(
            tokens
                .iter()
                .any(|(text, kind)| (text.as_str(), kind.as_str()) == wanted),
            "{wanted:?} in {tokens:?}"
        );
    }
    let range = json!({ "start": { "line": 12, "character": 0 }, "end": { "line": 14, "character": 0 } });
    let part = client.request(
        "textDocument/semanticTokens/range",
        json!({ "textDocument": document, "range": range }),
    );
    let part = decoded(QUERIES, &part["data"], &legend);
    assert!(
        part.iter().any(|(text, _)| text == "insert") && part.iter().all(|(text, _)| text != "match"),
        "{part:?}"
    );
    let new = QUERIES.replace("order { n desc }", "order { n asc }");
    client.set("queries.gq", &new);
    let params = json!({ "textDocument": document, "previousResultId": full["resultId"] });
    let delta = client.request("textDocument/semanticTokens/full/delta", params);
    let edit = &delta["edits"][0];
    let mut data = full["data"].as_array().expect("numbers").clone();
    let start = edit["start"].as_u64().expect("a start") as usize;
    let count = edit["deleteCount"].as_u64().expect("a count") as usize;
    assert!(count <= 10, "{delta}");
    data.splice(
        start..start + count,
        edit["data"].as_array().expect("numbers").iter().cloned(),
    );
    let whole = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    assert_eq!(Value::from(data), whole["data"]);
}

/// Every answer about a block of `exists` is the one about a block of `not` in the same place.
#[test]
fn blocks_are_understood_alike_whatever_their_word() {
    // As wide as each other.
    let texts = ["not    {", "exists {"].map(|word| {
        let lines = format!("{word}\n            $m knows $k\n            $k.kind = \"adult\"\n        }}");
        QUERIES.replace("not { $other.kind = \"child\" }", &lines)
    });
    let mut client = client();
    for (method, words) in [
        ("hover", "$m knows $"),
        ("definition", "            $m"),
        ("declaration", "            $k"),
        ("documentHighlight", "            $k"),
        ("prepareRename", "$m knows $"),
        ("completion", "            $m "),
        ("completion", "            $k."),
        ("completion", "$k.kind = "),
        ("completion", "$k.kind = \"adult\"\n        "),
        ("completion", " {\n            "),
    ] {
        let [of_not, of_exists] = texts
            .each_ref()
            .map(|text| client.at(&format!("textDocument/{method}"), "queries.gq", &mark(text, words)));
        assert_ne!(of_exists, Value::Null, "{method} behind {words}");
        assert_eq!(of_not, of_exists, "{method} behind {words}");
    }
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    for method in ["foldingRange", "inlayHint", "documentSymbol", "codeLens"] {
        let [of_not, of_exists] = texts.each_ref().map(|text| {
            client.open("queries.gq", text);
            let document = json!({ "uri": client.uri("queries.gq") });
            client.request(
                &format!("textDocument/{method}"),
                json!({ "textDocument": document, "range": all }),
            )
        });
        assert_eq!(of_not, of_exists, "{method}");
    }
    let legend = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let [of_not, of_exists] = texts.each_ref().map(|text| {
        client.open("queries.gq", text);
        let document = json!({ "uri": client.uri("queries.gq") });
        let full = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
        decoded(text, &full["data"], &legend)
    });
    let keyword = |word: &str| (word.to_owned(), "keyword".to_owned());
    let turned = |token: (String, String)| {
        if token == keyword("not") {
            keyword("exists")
        } else {
            token
        }
    };
    assert_eq!(of_not.into_iter().map(turned).collect::<Vec<_>>(), of_exists);
    let [_, text] = texts;
    let renamed = mark(&text, "$m knows $");
    client.open("queries.gq", &text);
    let mut params = json!({ "textDocument": { "uri": client.uri("queries.gq") }, "newName": "friend" });
    params["position"] = cursor(&renamed).1;
    let edits = client.request("textDocument/rename", params).to_string();
    assert_eq!(edits.matches("friend").count(), 2, "{edits}");
    // An edge of this name has no colour of a word.
    let edge = "query q() {\n    match { $m: Member $m exists{1,2} $k exists { $m knows $_ } }\n    return { $m.name as exists }\n}\n";
    client.open("queries.gq", edge);
    let document = json!({ "uri": client.uri("queries.gq") });
    let full = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    let words = decoded(edge, &full["data"], &legend);
    let kinds: Vec<&str> = words
        .iter()
        .filter(|(text, _)| text == "exists")
        .map(|(_, kind)| kind.as_str())
        .collect();
    assert_eq!(kinds, ["type", "keyword", "property"]);
}

#[test]
fn hierarchies_join_queries_and_types() {
    let mut client = client();
    let query = client.at(
        "textDocument/prepareCallHierarchy",
        "queries.gq",
        &mark(QUERIES, "query boo"),
    );
    let outgoing = client.request("callHierarchy/outgoingCalls", json!({ "item": query[0] }));
    let names: Vec<&str> = outgoing
        .as_array()
        .expect("calls")
        .iter()
        .filter_map(|c| c["to"]["name"].as_str())
        .collect();
    assert_eq!(names, ["Member", "Borrowed"]);
    let edge = client.at(
        "textDocument/prepareCallHierarchy",
        "schema.pg",
        &mark(SCHEMA, "edge Borr"),
    );
    let incoming = client.request("callHierarchy/incomingCalls", json!({ "item": edge[0] }));
    assert_eq!(incoming[0]["from"]["name"], "books");
    assert_eq!(incoming[0]["fromRanges"].as_array().map(Vec::len), Some(2));
    let mut params = json!({ "textDocument": { "uri": client.uri("schema.pg") } });
    params["position"] = cursor(&mark(SCHEMA, "node Boo")).1;
    let book = client.request("textDocument/prepareTypeHierarchy", params);
    let above = client.request("typeHierarchy/supertypes", json!({ "item": book[0] }));
    assert_eq!(above[0]["name"], "Named");
    let below = client.request("typeHierarchy/subtypes", json!({ "item": above[0] }));
    assert_eq!(
        (&below[0]["name"], &below[1]["name"]),
        (&json!("Book"), &json!("Member"))
    );
}
