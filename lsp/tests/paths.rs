//! Paths, edges of several types and conditions on steps: what an editor is told of them, over stdio. The answers stand
//! whole in `paths/`; `UPDATE_EXPECT=1` writes them.

mod common;

use std::fmt::Write as _;
use std::path::Path;

use common::{Client, cursor, edited, offset, position, slice};
use serde_json::{Value, json};

const SCHEMA: &str = "\
node Person {
    handle: String @key
    age: I32?
    role: enum(guest, lead)?
}

node Doc {
    slug: String @key
    age: I32?
}

// Who reads whom.
edge Follows: Person -> Person {
    since: Date?
    weight: I32
    kind: enum(friend, work)?
}

edge Wrote: Person -> Doc {
    weight: I32
}

edge Cites: Doc -> Doc
";

const QUERIES: &str = "\
query paths($from: Date, $n: I64, $node: I64) {
    match {
        $a: Person { handle: \"ada\" }
        $b: Person
        path $p = cheapest $a follows{1,6 where $.since > $from and $node.age > 18} $b by $.weight * 2 + $n
        path $q = all shortest $a follows|Wrote{1,3 where $.weight > 1 and $node.age > 3} $d
        path $r = trail $a <follows>{1,3 where $.kind = \"work\"} $c
        $d: Doc
        $c: Person
        $a follows|wrote{1,2} $d
        $a $e:follows{where $.since > $from and $node.role = \"lead\"} $f
        optional { path $s = shortest $a follows{1,3} $b }
        length($p) < $n
    }
    return { length($p) as hops, nodes($q), edges($r), cost($p), $node as node, $f.age }
    order { hops }
}
";

fn client() -> Client {
    Client::new(&[("schema.pg", SCHEMA), ("q.gq", QUERIES)])
}

/// A text with the cursor behind some words.
fn mark(text: &str, words: &str) -> String {
    let at = text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
    format!("{}$0{}", &text[..at], &text[at..])
}

/// Compares with a file of `paths/`, or writes it.
fn expect(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/paths").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, found).expect("the answers are written");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, known, "{}", path.display());
}

/// What is offered at the cursor, best first; many functions in a row by their number.
fn offered(client: &mut Client, marked: &str) -> String {
    let at = marked.find("$0").expect("a cursor");
    let (text, _) = cursor(marked);
    client.open("typed.gq", &text);
    let params = json!({ "textDocument": { "uri": client.uri("typed.gq") }, "position": position(&text, at, 16) });
    let list = client.request("textDocument/completion", params);
    let mut items = list["items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap_or("").to_owned());
    let mut shown: Vec<String> = Vec::new();
    let mut functions: Vec<String> = Vec::new();
    for item in items.iter().chain([&Value::Null]) {
        let label = item["label"].as_str().unwrap_or("").to_owned();
        if item["kind"] == 3 {
            functions.push(label);
            continue;
        }
        match functions.len() > 12 {
            true => shown.push(format!("({} functions)", functions.len())),
            false => shown.append(&mut functions),
        }
        functions.clear();
        if !item.is_null() {
            let detail = item["detail"].as_str().or(item["labelDetails"]["description"].as_str());
            shown.push(match detail.filter(|_| label.starts_with('$')) {
                Some(detail) if !detail.is_empty() => format!("{label} ({detail})"),
                _ => label,
            });
        }
    }
    shown.join(", ")
}

#[test]
fn what_is_offered() {
    let head = "query q($from: Date, $n: I64) { match { $a: Person $b: Person $d: Doc\n";
    let mut client = client();
    let mut report = String::new();
    for typed in [
        "$0",
        "pa$0",
        "path $0",
        "path $p $0",
        "path $p = $0",
        "path $p = sh$0",
        "path $p = all $0",
        "path $p = shortest $0",
        "path $p = shortest 3 $0",
        "path $p = shortest $a $0",
        "path $p = shortest $a <$0",
        "path $p = shortest $a follows|$0",
        "path $p = shortest $a <follows|$0",
        "$a follows|$0",
        "$a $e:follows|$0",
        "path $p = shortest $a follows $0",
        "path $p = shortest $a follows{1,3} $0",
        "path $p = shortest $a <follows|wrote>{1,3} $0",
        "path $p = shortest $a <cites|wrote> $0",
        "$a <follows> $0",
        "$a follows{1,3} $0",
        "$a follows{1,3 where $.weight > 3} $0",
        "$a $e:follows{where $.weight > 3} $0",
        "$a follows|wrote{1,3} $0",
        "path $p = shortest $a follows{1,$0",
        "path $p = shortest $a follows{1,3 $0} $b",
        "$a follows{$0",
        "$a follows{$0} $b",
        "$a follows{where $0} $b",
        "$a follows{1,4 where $0} $b",
        "$a follows{1,4 where $$0} $b",
        "$a follows{1,4 where $.$0} $b",
        "$a follows{1,4 where $.si$0} $b",
        "$a follows|wrote{1,4 where $.$0} $b",
        "$a follows|wrote{1,4 where $node.$0} $b",
        "$a <follows|wrote>{1,4 where $.weight > 1 and $0} $b",
        "$a wrote{1,4 where $node.$0",
        "$a follows{1,4 where $.since $0} $b",
        "$a follows{1,4 where $.since > $0} $b",
        "$a follows{1,4 where $.kind = $0} $b",
        "$a follows{1,4 where $.kind = \"$0\"} $b",
        "$a follows{1,4 where $node.role = $0} $b",
        "$a follows{1,4 where $.since > $from $0} $b",
        "$a follows{1,4 where abs($0",
        "path $p = cheapest $a follows{1,3} $b $0",
        "path $p = shortest $a follows{1,3} $b $0",
        "path $p = cheapest $a follows{1,3} $b by $0",
        "path $p = cheapest $a follows{1,3} $b by $.$0",
        "path $p = cheapest $a follows{1,3} $b by $.weight * $0",
        "path $p = cheapest $a follows{1,3} $b by abs($0",
        "path $p = cheapest $a follows{1,3} $b by 1\n$0",
        "path $p = cheapest $a follows{1,3} $b by 1\n$.$0",
        "path $p = cheapest $a follows{1,3} $b by 1\n$a $0",
        "path $p = shortest $a follows{1,3} $b\nlength($0",
        "path $p = cheapest $a follows{1,3} $b by 1\npath $q = shortest $a follows $b\ncost($0",
        "path $p = shortest $a follows{1,3} $b } return { $0",
        "path $p = cheapest $a follows{1,3} $b by 1 } return { $0",
        "path $p = shortest $a follows{1,3} $b } return { nodes($0",
        "path $p = shortest $a follows{1,3} $b } return { length($p) as n } order { $0",
        "$a path $0",
        "$a follows $0",
        "$x: Person{$0",
    ] {
        let found = offered(&mut client, &format!("{head}{typed}"));
        writeln!(report, "{}\n    {found}", typed.replace("$0", "▮").replace('\n', "⏎")).expect("a text");
    }
    // With one node there is nowhere to go yet.
    let found = offered(&mut client, "query q() { match { $a: Person\n$0");
    writeln!(report, "$a: Person⏎▮\n    {found}").expect("a text");
    expect("completion.txt", &report);
}

#[test]
fn what_is_explained() {
    let mut client = client();
    let mut report = String::new();
    for words in [
        "path $p",
        "path $q",
        "path $s",
        "cheapest $a",
        "cheapest $a foll",
        "shortest $a follows|Wro",
        "where $.sin",
        "$from and $nod",
        "$from and $node.ag",
        "by $.wei",
        "follows|Wrote{1,3 where $.wei",
        "follows|Wrote{1,3 where $.weight > 1 and $nod",
        "follows|Wrote{1,3 where $.weight > 1 and $node.ag",
        "<follows>{1,3 where $.kin",
        "where $.kind = \"wor",
        "where $.since > $fro",
        "{where $.since > $from and $node",
        "{where $.since > $from and $node.ro",
        "and $node.role = \"lea",
        "cost($p), $nod",
        "return { leng",
        "return { length($p) as hops, nod",
        "edg",
        "nodes($q), edg",
        "edges($r), cos",
    ] {
        let marked = mark(QUERIES, words);
        let answer = client.at("textDocument/hover", "q.gq", &marked);
        let text = answer["contents"]["value"].as_str().unwrap_or("nothing");
        let on = answer.get("range").map_or("", |range| slice(QUERIES, range));
        writeln!(report, "==== {words}▮ [{on}]\n{text}\n").expect("a text");
    }
    expect("hover.txt", &report);
}

#[test]
fn where_names_lead() {
    let mut client = client();
    let mut report = String::new();
    for words in [
        "cheapest $a",
        "{1,6 where $.since > $from and $node.age > 18} $b",
        "path $p",
        "return { length($p",
        "cheapest $a foll",
        "shortest $a follows|Wro",
        "$a follows|wro",
        "where $.sin",
        "$.since > $fro",
        "$from and $node",
        "$from and $node.ag",
        "follows|Wrote{1,3 where $.wei",
        "follows|Wrote{1,3 where $.weight > 1 and $nod",
        "$.weight * 2 + $n",
        "where $.kind = \"wor",
        "cost($p), $nod",
    ] {
        for method in ["definition", "typeDefinition", "references"] {
            let mut params = json!({ "textDocument": { "uri": client.uri("q.gq") } });
            params["position"] = cursor(&mark(QUERIES, words)).1;
            params["context"] = json!({ "includeDeclaration": true });
            let answer = client.request(&format!("textDocument/{method}"), params);
            let shown = if answer.is_null() {
                "nothing".to_owned()
            } else {
                client.shown(&answer).join(", ")
            };
            writeln!(report, "{method} of {words}▮\n    {shown}").expect("a text");
        }
    }
    expect("places.txt", &report);
}

#[test]
fn names_are_changed_everywhere() {
    let mut report = String::new();
    for (words, new) in [
        ("path $p", "way"),
        ("cheapest $a", "start"),
        ("$from and $node.age > 18} $b", "stop"),
        ("$.since > $fro", "since"),
        ("cheapest $a foll", "Reads"),
        ("shortest $a follows|Wro", "Penned"),
        ("where $.sin", "begun"),
        ("by $.wei", "load"),
        ("{1,3 where $.kin", "sort"),
        ("$from and $node", "x"),
        ("query paths($fr", "node"),
        ("path $q", "node"),
    ] {
        let mut client = client();
        let params = json!({
            "textDocument": { "uri": client.uri("q.gq") }, "position": cursor(&mark(QUERIES, words)).1, "newName": new,
        });
        writeln!(report, "==== {words}▮ becomes {new}").expect("a text");
        match client.try_request("textDocument/rename", params) {
            Err(error) => writeln!(report, "{}", error["message"].as_str().unwrap_or("")).expect("a text"),
            Ok(edit) => {
                for (name, text) in [("schema.pg", SCHEMA), ("q.gq", QUERIES)] {
                    let edits = &edit["changes"][client.uri(name)];
                    let after = if edits.is_null() {
                        text.to_owned()
                    } else {
                        edited(text, edits)
                    };
                    let changed = text.lines().zip(after.lines()).filter(|(old, new)| old != new);
                    changed.for_each(|(_, new)| writeln!(report, "{name}: {}", new.trim()).expect("a text"));
                }
            }
        }
    }
    expect("rename.txt", &report);
}

#[test]
fn what_the_text_shows() {
    let mut client = client();
    client.open("q.gq", QUERIES);
    let document = json!({ "uri": client.uri("q.gq") });
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let hints = client.request(
        "textDocument/inlayHint",
        json!({ "textDocument": document, "range": all }),
    );
    let mut hinted = QUERIES.to_owned();
    for hint in hints.as_array().expect("hints").iter().rev() {
        let label = hint["label"].as_str().unwrap_or("");
        hinted.insert_str(offset(QUERIES, &hint["position"]), &format!("«{label}»"));
    }
    let mut report = format!("==== hints\n{hinted}");

    let legend = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].clone();
    let full = client.request("textDocument/semanticTokens/full", json!({ "textDocument": document }));
    report.push_str("==== tokens\n");
    let (mut line, mut character) = (0, 0);
    let numbers: Vec<u64> = full["data"]
        .as_array()
        .expect("numbers")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    for token in numbers.chunks(5) {
        if token[0] > 0 {
            line += token[0];
            character = 0;
            report.push('\n');
        }
        character += token[1];
        let start = json!({ "line": line, "character": character });
        let end = json!({ "line": line, "character": character + token[2] });
        let covered = slice(QUERIES, &json!({ "start": start, "end": end }));
        let kind = legend[token[3] as usize].as_str().unwrap_or("");
        let declares = if token[4] & 1 == 1 { "!" } else { "" };
        write!(report, "{covered}:{kind}{declares} ").expect("a text");
    }
    report.push_str("\n==== folds\n");
    let folds = client.request("textDocument/foldingRange", json!({ "textDocument": document }));
    for fold in folds.as_array().expect("folds") {
        writeln!(report, "{}-{}", fold["startLine"], fold["endLine"]).expect("a text");
    }
    report.push_str("==== symbols\n");
    let symbols = client.request("textDocument/documentSymbol", json!({ "textDocument": document }));
    for symbol in symbols.as_array().expect("symbols") {
        let children = symbol["children"].as_array().into_iter().flatten();
        let children: Vec<String> = children
            .map(|child| format!("{}: {}", child["name"], child["detail"]))
            .collect();
        writeln!(
            report,
            "{} ({}) {}",
            symbol["name"],
            symbol["detail"],
            children.join(", ")
        )
        .expect("a text");
    }
    report.push_str("==== selections at the weight\n");
    let mut params = json!({ "textDocument": document });
    params["positions"] = json!([cursor(&mark(QUERIES, "by $.wei")).1]);
    let chain = client.request("textDocument/selectionRange", params);
    let mut next = &chain[0];
    while !next.is_null() {
        writeln!(
            report,
            "{}",
            slice(QUERIES, &next["range"]).lines().next().unwrap_or("")
        )
        .expect("a text");
        next = &next["parent"];
    }
    report.push_str("==== mentions of $a\n");
    let mut params = json!({ "textDocument": document });
    params["position"] = cursor(&mark(QUERIES, "cheapest $a")).1;
    let mentions = client.request("textDocument/documentHighlight", params);
    for mention in mentions.as_array().expect("mentions") {
        let line = QUERIES
            .lines()
            .nth(mention["range"]["start"]["line"].as_u64().unwrap_or(0) as usize);
        writeln!(report, "{} {}", mention["kind"], line.unwrap_or("").trim()).expect("a text");
    }
    expect("shown.txt", &report);
}

#[test]
fn signatures_of_what_is_known_of_a_path() {
    let mut client = client();
    let mut report = String::new();
    for function in ["length", "nodes", "edges", "cost"] {
        let text = format!(
            "query q() {{ match {{ $a: Person path $p = cheapest $a follows{{1,2}} $b by 1 }} return {{ {function}($0$p) }} }}\n"
        );
        let answer = client.at("textDocument/signatureHelp", "typed.gq", &text);
        let active = answer["activeSignature"].as_u64().unwrap_or(0) as usize;
        let signature = &answer["signatures"][active];
        writeln!(report, "{}: {}", signature["label"], signature["documentation"]).expect("a text");
    }
    for argument in ["$0$p", "$p$0", "$0", "$0$a.handle", "\"x$0\""] {
        let text = format!(
            "query q() {{ match {{ $a: Person path $p = shortest $a follows{{1,2}} $b }} return {{ length({argument}) }} }}\n"
        );
        let answer = client.at("textDocument/signatureHelp", "typed.gq", &text);
        let active = answer["activeSignature"].as_u64().unwrap_or(0) as usize;
        writeln!(report, "length({argument}): {}", answer["signatures"][active]).expect("a text");
    }
    for words in ["{where abs($0$.weight) > 3}", "{where $.weight > abs($0)}"] {
        let text = format!("query q() {{ match {{ $a: Person $a follows{words} $b }} return {{ $b }} }}\n");
        let answer = client.at("textDocument/signatureHelp", "typed.gq", &text);
        writeln!(report, "{words}: {}", answer["signatures"][0]["label"]).expect("a text");
    }
    expect("signatures.txt", &report);
}

#[test]
fn what_can_be_done() {
    let mut report = String::new();
    for marked in [
        "path $p = trail $a foll$0ows $b",
        "path $p = simple $a <follows>{1,$0} $b",
        "path $p = trail $a follows{1,$0 where $.weight > 1} $b",
        "path $p = short$0est $a follows{1,3} $b by $.weight",
        "path $p = shortest $a follows{1,3} $b b$0y $.weight",
        "path $p = short$0est 0 $a follows{1,3} $b",
        "path $p = shortest $a follows{0$0,3} $b",
        "path $p = shortest $a foll$0ows{1,3} $b",
        "path $p = shortest $a follows{1,3 where $.wei$0ht > 3} $b",
        "path $p = shortest $a follows{1,3 where $.load$0 > 3} $b",
        "path $p = shortest $a follows{1,3 where $.weight > 3$0} $b",
        "path $p = shortest $a follows{1,3 where $.weight > $lea$0st} $b",
        "path $p = shortest $a follows{1,3 where $node.age > $lea$0st} $b",
        "path $p = shortest $a follows{1,3 where $.kind = \"wo$0rk\"} $b",
        "$a follows|wro$0te $d",
        "$a foll$0ows $b",
        "$a missing|wro$0te $b",
    ] {
        let mut client = Client::new(&[("schema.pg", SCHEMA)]);
        let text =
            format!("query q() {{ match {{ $a: Person $b: Person $d: Doc\n{marked}\n}} return {{ $a, $b, $d }} }}\n");
        let (text, position) = cursor(&text);
        client.open("q.gq", &text);
        let params = json!({
            "textDocument": { "uri": client.uri("q.gq") }, "range": { "start": position, "end": position },
            "context": { "diagnostics": [] },
        });
        let found = client.request("textDocument/codeAction", params);
        writeln!(report, "==== {}", marked.replace("$0", "▮")).expect("a text");
        for action in found.as_array().expect("actions") {
            writeln!(report, "{}", action["title"].as_str().unwrap_or("")).expect("a text");
            for (name, text) in [("schema.pg", SCHEMA), ("q.gq", text.as_str())] {
                let edits = &action["edit"]["changes"][client.uri(name)];
                if !edits.is_null() {
                    let after = edited(text, edits);
                    let old: Vec<&str> = text.lines().collect();
                    let new = after.lines().filter(|line| !old.contains(line));
                    new.for_each(|line| writeln!(report, "    {name}: {}", line.trim()).expect("a text"));
                }
            }
        }
    }
    expect("actions.txt", &report);
}
