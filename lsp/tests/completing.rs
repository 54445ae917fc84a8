//! Completion: judged on positions in real queries, with the reciprocal rank of the wanted item recorded beside this file,
//! and cases with the cursor marked.

mod common;

use common::{Client, cursor, edited, position};
use serde_json::{Value, json};

const SCHEMA: &str = "\
node Person {
    name: String @key
    role: enum(guest, lead, member)
    born: Date?
    age: I32?
}
node Doc { slug: String @key title: String @index }
edge Follows: Person -> Person { since: Date? }
edge Wrote: Person -> Doc
edge Cites: Doc -> Doc
interface Named { name: String }
";

/// The labels at the cursor that start with what is written before it, best first.
fn labels(client: &mut Client, name: &str, text: &str, offset: usize, typed: &str) -> Vec<String> {
    let params = json!({ "textDocument": { "uri": client.uri(name) }, "position": position(text, offset, 16) });
    let list = client.request("textDocument/completion", params);
    let mut items = list["items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap_or("").to_owned());
    let labels = items
        .iter()
        .filter_map(|item| item["label"].as_str().map(str::to_owned));
    labels
        .filter(|label| label.to_lowercase().starts_with(&typed.to_lowercase()))
        .collect()
}

fn at(name: &str, marked: &str) -> Vec<String> {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    let (text, _) = cursor(marked);
    client.open(name, &text);
    labels(&mut client, name, &text, marked.find("$0").expect("a cursor"), "")
}

#[test]
fn what_fits_comes_first() {
    for (marked, wanted) in [
        ("query q() { match { $p: $0", "Person"),
        ("query q() { match { $d: Doc\n $p: $0 } return { $p } }", "Person"),
        ("query q() { match { $p: Person\n $p $0", "follows"),
        ("query q() { match { $d: Doc\n $d $0", "cites"),
        ("query q() { match { $p: Person { $0", "name"),
        (
            "query q() { match { $p: Person $p.role = \"$0\" } return { $p } }",
            "guest",
        ),
        ("query q($who: String) { match { $p: Person { name: $0", "$who"),
        ("query q() { match { $p: Person } $0", "return"),
        ("query q() { match { $p: Person } return { $p.name } $0", "order"),
        ("query q() { insert $0", "Person"),
        ("query q() { update Person set { age: 1 } $0", "where"),
        (
            "query q() { match { $p: Person } return { $p.name as n } order { $0",
            "n",
        ),
        (
            "query q() { match { $p: Person } return { $p.name } order { $p.name $0",
            "desc",
        ),
        ("query q($x: $0", "String"),
        ("$0", "query"),
    ] {
        assert_eq!(at("q.gq", marked).first().map(String::as_str), Some(wanted), "{marked}");
    }
    let matched = at("q.gq", "query q() { match { $p: Person { name: \"x\", $0");
    assert_eq!(matched.last().map(String::as_str), Some("name"), "{matched:?}");
    let both = at("q.gq", "query q() { match { $d: Doc\n $d $0");
    assert_eq!(both, ["cites", "wrote"], "edges in both directions");
    assert!(at("q.gq", "// $0").is_empty());
}

#[test]
fn schemas_are_completed() {
    for (marked, wanted) in [
        ("node A { x: $0", "String"),
        ("node A { x: String @$0", "key"),
        ("node A { x: String\n @key($0) }", "x"),
        ("edge E: $0", "Person"),
        ("edge E: Doc -> $0", "Person"),
        ("node A implements $0", "Named"),
        ("node A $0", "implements"),
        ("$0", "node"),
    ] {
        // The file is the project's schema, with the declarations that it had.
        let marked = format!("{SCHEMA}{marked}");
        let found = at("schema.pg", &marked);
        assert_eq!(found.first().map(String::as_str), Some(wanted), "{marked}: {found:?}");
    }
    assert!(!at("schema.pg", "edge E: A -> B { x: String @$0").contains(&"key".to_owned()));
}

#[test]
fn items_are_written_and_explained() {
    let mut client = Client::new(&[("schema.pg", SCHEMA)]);
    let marked = "query q() { match { $p: Person } return { $p.na$0me } }\n";
    let list = client.at("textDocument/completion", "q.gq", marked);
    let item = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["label"] == "name")
        .expect("the property");
    let (text, _) = cursor(marked);
    assert_eq!(edited(&text, &json!([item["textEdit"]])), text);
    let resolved = client.request("completionItem/resolve", item.clone());
    let explained = resolved["documentation"]["value"].as_str().unwrap_or("");
    assert!(explained.contains("Person.name: String @key"), "{resolved}");
}

#[test]
fn settings_are_completed_and_explained() {
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("omnigraph.toml", "")]);
    let list = client.at("textDocument/completion", "omnigraph.toml", "sch$0");
    assert!(
        list["items"]
            .as_array()
            .expect("items")
            .iter()
            .any(|item| item["label"] == "schema"),
        "{list}"
    );
    client.set("omnigraph.toml", "schema = \"a.pg\"\n");
    let params =
        json!({ "textDocument": { "uri": client.uri("omnigraph.toml") }, "position": { "line": 0, "character": 2 } });
    let hover = client.request("textDocument/hover", params);
    assert!(
        hover["contents"]["value"]
            .as_str()
            .is_some_and(|text| text.contains("Schema files")),
        "{hover}"
    );
}

/// A judged position: where the text is cut, what is wanted there, what sort of word it is.
struct Position {
    file: String,
    offset: usize,
    wanted: String,
    sort: String,
}

const JUDGED: &str = include_str!("completion/positions.csv");

#[test]
fn the_wanted_item_is_near_the_top() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/completion");
    let positions: Vec<Position> = JUDGED
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.splitn(4, ',');
            let (file, offset, sort) = (
                fields.next()?.to_owned(),
                fields.next()?.parse().ok()?,
                fields.next()?.to_owned(),
            );
            Some(Position {
                file,
                offset,
                sort,
                wanted: fields.next()?.to_owned(),
            })
        })
        .collect();
    assert!(positions.len() >= 150, "{} positions", positions.len());
    let mut ranks: Vec<(String, f64)> = Vec::new();
    let mut recorded = String::from("file,offset,sort,wanted,rank\n");
    for project in ["movies", "flights", "lab"] {
        let read = |name: String| std::fs::read_to_string(root.join(name)).expect("a judged file");
        let schema = read(format!("{project}.pg"));
        let text = read(format!("{project}.gq"));
        let mut client = Client::new(&[("schema.pg", &schema)]);
        client.open("q.gq", "");
        for position in positions.iter().filter(|position| position.file == project) {
            // As one types: nothing follows yet.
            let written = &text[..position.offset];
            client.set("q.gq", written);
            let found = labels(&mut client, "q.gq", written, written.len(), "");
            let rank = found.iter().position(|label| *label == position.wanted);
            ranks.push((
                position.sort.clone(),
                rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0)),
            ));
            let shown = rank.map_or("-".to_owned(), |rank| (rank + 1).to_string());
            recorded.push_str(&format!(
                "{project},{},{},{},{shown}\n",
                position.offset, position.sort, position.wanted
            ));
        }
    }
    let mean = |of: &dyn Fn(&str) -> bool| {
        let list: Vec<f64> = ranks
            .iter()
            .filter(|(sort, _)| of(sort))
            .map(|(_, rank)| *rank)
            .collect();
        (list.iter().sum::<f64>() / list.len().max(1) as f64, list.len())
    };
    let mut summary = String::from("sort,positions,mean_reciprocal_rank\n");
    let (all, count) = mean(&|_| true);
    for sort in [
        "type",
        "edge",
        "property",
        "variable",
        "parameter",
        "keyword",
        "function",
    ] {
        let (value, count) = mean(&|known| known == sort);
        summary.push_str(&format!("{sort},{count},{value:.3}\n"));
    }
    summary.push_str(&format!("all,{count},{all:.3}\n"));
    if std::env::var("OMNIGRAPH_RECORD").is_ok() {
        std::fs::write(root.join("ranks.csv"), recorded).expect("the ranks are written");
        std::fs::write(root.join("summary.csv"), &summary).expect("the summary is written");
    }
    let known = std::fs::read_to_string(root.join("summary.csv")).expect("the summary of the last run");
    let before: f64 = known
        .lines()
        .last()
        .and_then(|line| line.rsplit(',').next()?.parse().ok())
        .expect("a number");
    assert!(all >= before - 0.005, "it was {before}, it is\n{summary}");
    assert_eq!(
        Value::from(known),
        Value::from(summary),
        "record the new ranks: OMNIGRAPH_RECORD=1"
    );
}
