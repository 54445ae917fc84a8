//! Latency over stdio on a generated project: 10,000 types, 10,000 queries in 1,000 files. Every figure is from the
//! message being written to its answer being read. `OMNIGRAPH_BENCH_SCALE` divides the project's size,
//! `OMNIGRAPH_BENCH_EDITS` says how many edits are measured.

#[path = "../tests/common/mod.rs"]
mod common;

use std::fmt::Write;
use std::time::{Duration, Instant};

use common::Client;
use serde_json::{Value, json};

struct Project {
    schema: String,
    files: Vec<(String, String)>,
}

/// Always the same project. A tenth of the queries name the property `label` of `Hub`.
fn generate(types: usize, queries: usize) -> Project {
    let nodes = types * 4 / 5;
    let mut schema = String::from("node Hub {\n    key: String @key\n    label: String? @index\n}\n");
    for n in 0..nodes {
        let _ = write!(schema, "\n// Größe № {n}\nnode Type{n} {{\n    key: String @key\n");
        for p in 0..6 {
            let ty = ["String?", "I64?", "F64?", "Date?", "Bool?", "enum(on, off)?"][(n + p) % 6];
            let _ = writeln!(schema, "    field_{p}: {ty}");
        }
        schema.push_str("}\n");
    }
    for e in 0..types - nodes {
        let _ = write!(
            schema,
            "\nedge Link{e}: Type{} -> Type{} {{ weight: I32? }}\n",
            e % nodes,
            (e * 7 + 1) % nodes
        );
    }
    let mut files = Vec::new();
    for file in 0..queries / 10 {
        let mut text = String::new();
        for q in 0..10 {
            let n = (file * 10 + q) % (types - nodes);
            let from = n % nodes;
            let _ = write!(
                text,
                "// Anfrage № {q} 🦀\nquery q{file}_{q}($key: String) {{\n    match {{\n        $a: Type{from} {{ key: $key }}\n        $a link{n} $b\n        $b.key != \"x\"\n"
            );
            if q == 0 {
                text.push_str("        $h: Hub { key: $key }\n        $h.label != \"none\"\n");
            }
            let _ = write!(
                text,
                "    }}\n    return {{ $a.key, $b.field_0 as field }}\n    order {{ field }}\n    limit 10\n}}\n\n"
            );
        }
        files.push((format!("queries/f{file}.gq"), text));
    }
    Project { schema, files }
}

struct Samples(Vec<Duration>);

impl Samples {
    fn report(mut self, name: &str) {
        self.0.sort();
        let at = |share: f64| self.0[((self.0.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        println!(
            "{name:<44} n {:>5}  p50 {:>8.2} ms  p99 {:>8.2} ms",
            self.0.len(),
            at(0.5),
            at(0.99)
        );
    }
}

fn measure(name: &str, count: usize, mut once: impl FnMut(usize)) {
    let mut samples = Vec::with_capacity(count);
    for n in 0..count {
        let start = Instant::now();
        once(n);
        samples.push(start.elapsed());
    }
    Samples(samples).report(name);
}

fn megabytes(client: &Client) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", client.process())).unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap_or("VmRSS 0 kB");
    line.split_whitespace()
        .nth(1)
        .and_then(|text| text.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1024.0
}

fn main() {
    let scale: usize = std::env::var("OMNIGRAPH_BENCH_SCALE")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let edits: usize = std::env::var("OMNIGRAPH_BENCH_EDITS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(2000);
    let project = generate(10_000 / scale, 10_000 / scale);
    let mut files: Vec<(&str, &str)> = vec![("schema.pg", &project.schema)];
    files.extend(project.files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    println!(
        "{} KB of schema, {} query files",
        project.schema.len() / 1024,
        project.files.len()
    );
    let start = Instant::now();
    let mut client = Client::new(&files);
    let (name, text) = &project.files[0];
    client.open(name, text);
    client.wait_for(name, |_| true);
    println!(
        "files written, server started, first diagnostics: {:.0} ms",
        start.elapsed().as_secs_f64() * 1000.0
    );
    let start = Instant::now();
    client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    println!("all diagnostics: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    println!("resident memory: {:.0} MB", megabytes(&client));

    // What is typed: a letter in a string, then the letter gone.
    let place = text.find("\"x\"").expect("a string") + 1;
    let at = common::position(text, place, 16);
    let after = common::position(&text.replacen("\"x\"", "\"yx\"", 1), place + 1, 16);
    let edit = |client: &mut Client, n: usize| match n % 2 {
        0 => client.change(name, json!([{ "range": { "start": at, "end": at }, "text": "y" }])),
        _ => client.change(name, json!([{ "range": { "start": at, "end": after }, "text": "" }])),
    };
    measure("diagnostics after an edit in a query", edits, |n| {
        let version = edit(&mut client, n);
        client.wait_for(name, |report| report["version"] == version);
    });
    let document = json!({ "uri": client.uri(name) });
    let ask = |words: &str| {
        let at = text.find(words).expect("words of the file") + words.len();
        json!({ "textDocument": document, "position": common::position(text, at, 16), "context": { "includeDeclaration": true } })
    };
    for (title, method, params) in [
        (
            "completion of a property",
            "textDocument/completion",
            ask("return { $a."),
        ),
        ("completion of a type", "textDocument/completion", ask("$a: ")),
        ("completion of an edge", "textDocument/completion", ask("$a link")),
        ("hover of a variable", "textDocument/hover", ask("return { $a")),
        (
            "definition of a property",
            "textDocument/definition",
            ask("return { $a.ke"),
        ),
        ("semantic tokens", "textDocument/semanticTokens/full", ask("query")),
    ] {
        measure(title, 500, |_| _ = client.request(method, params.clone()));
    }
    measure("completion right behind an edit", 500, |n| {
        edit(&mut client, n);
        _ = client.request("textDocument/completion", ask("return { $a."));
    });
    measure("references of a property in 1,000 queries", 30, |_| {
        _ = client.request("textDocument/references", ask("$h.lab"));
    });
    let mut rename = ask("$h.lab");
    rename["newName"] = "caption".into();
    measure("rename of a property in 1,000 queries", 30, |_| {
        let edit = client.request("textDocument/rename", rename.clone());
        assert!(
            edit["changes"]
                .as_object()
                .is_some_and(|files| files.len() > 1000 / scale)
        );
    });
    let before = megabytes(&client);
    for n in 0..edits * 5 {
        let version = edit(&mut client, n);
        client.wait_for(name, |report| report["version"] == version);
    }
    println!(
        "growth after {} edits: {:.1} %",
        edits * 5,
        (megabytes(&client) / before - 1.0) * 100.0
    );
    client.open("schema.pg", &project.schema);
    let body = project.schema.find("    label").expect("the property");
    let at = common::position(&project.schema, body, 16);
    let mut added = Vec::new();
    for n in 0..10 {
        let start = Instant::now();
        let line = json!({ "line": at["line"].as_u64().unwrap_or(0), "character": 0 });
        let version = client.change(
            "schema.pg",
            json!([{ "range": { "start": line, "end": line }, "text": format!("    new_{n}: String?\n") }]),
        );
        client.wait_for("schema.pg", |report| report["version"] == version);
        added.push(start.elapsed());
    }
    Samples(added).report("diagnostics after adding a property");
    println!("resident memory at the end: {:.0} MB", megabytes(&client));
    let _: Value = client.request("shutdown", Value::Null);
}
