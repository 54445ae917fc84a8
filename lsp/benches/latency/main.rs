//! Latency over stdio on a large project, 10,000 types and 10,000 queries if not told otherwise. Every figure is from the
//! message being written to its answer being read. `OMNIGRAPH_BENCH_PROJECT` names a folder with a `schema.pg` and query
//! files in `queries` to measure instead of the generated project; `OMNIGRAPH_BENCH_SCALE` divides the generated one's size;
//! `OMNIGRAPH_BENCH_EDITS` says how many edits and requests are measured. To either project a type `Hub` is added whose
//! property `label` 1,000 queries name.

#[path = "../../tests/common/mod.rs"]
mod common;
mod project;

use std::time::{Duration, Instant};

use common::{Client, position};
use project::{HUB, Project};
use serde_json::{Value, json};

fn number(name: &str, ordinary: usize) -> usize {
    let told = std::env::var(name).ok().and_then(|text| text.parse().ok());
    told.unwrap_or(ordinary)
}

struct Samples(Vec<Duration>);

impl Samples {
    fn report(mut self, name: &str) {
        self.0.sort();
        let at = |share: f64| self.0[((self.0.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
        println!(
            "{name:<44} n {:>5}  p50 {:>8.2} ms  p99 {:>8.2} ms  max {:>8.2} ms",
            self.0.len(),
            at(0.5),
            at(0.99),
            at(1.0)
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

/// A line of the kernel's account of the server's memory, in MB.
fn megabytes(client: &Client, what: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", client.process())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// A place in an open file where something is typed and taken back.
struct Typing {
    file: String,
    /// The position, and the one behind what is typed.
    at: Value,
    after: Value,
    typed: &'static str,
}

impl Typing {
    /// In the names of types and properties, in the layout and in comments of these files.
    fn places(files: &[(String, String)]) -> Vec<Typing> {
        let mut places = Vec::new();
        for (file, text) in files {
            for (words, typed) in [("$a.", "x"), ("$a: ", "X"), ("return {", " "), ("query ", "/* ä */ ")] {
                let Some(found) = text.find(words) else { continue };
                let offset = found + words.len();
                let new = format!("{}{typed}{}", &text[..offset], &text[offset..]);
                places.push(Typing {
                    file: file.clone(),
                    at: position(text, offset, 16),
                    after: position(&new, offset + typed.len(), 16),
                    typed,
                });
            }
        }
        places
    }

    /// Every second time takes back what was typed before.
    fn edit(places: &[Typing], client: &mut Client, n: usize) -> (String, i32) {
        let place = &places[n / 2 % places.len()];
        let version = match n % 2 {
            0 => client.change(
                &place.file,
                json!([{ "range": { "start": place.at, "end": place.at }, "text": place.typed }]),
            ),
            _ => client.change(
                &place.file,
                json!([{ "range": { "start": place.at, "end": place.after }, "text": "" }]),
            ),
        };
        (place.file.clone(), version)
    }
}

fn main() {
    let edits = number("OMNIGRAPH_BENCH_EDITS", 2000);
    let scale = number("OMNIGRAPH_BENCH_SCALE", 1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = match std::env::var_os("OMNIGRAPH_BENCH_PROJECT") {
        Some(path) => Project::read(path.as_ref()),
        None => Project::generate(10_000 / scale, 10_000 / scale),
    };
    let project = project.with_hub(1000 / scale);
    project.write(folder.path());
    println!(
        "{} types, {} KB of schema, {} queries in {} files",
        project.types(),
        project.schema.len() / 1024,
        project.queries(),
        project.files.len()
    );

    let start = Instant::now();
    let mut client = Client::start(folder.path());
    client.initialize(json!({}));
    println!("start to initialized: {:.0} ms", milliseconds(start));
    let (name, text) = project.files[0].clone();
    client.open(&name, &text);
    client.wait_for(&name, |_| true);
    println!("start to first diagnostics: {:.0} ms", milliseconds(start));
    client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    println!("start to all diagnostics: {:.0} ms", milliseconds(start));
    println!("resident memory: {:.0} MB", megabytes(&client, "VmRSS"));

    let opened: Vec<(String, String)> = project.files.iter().take(20).cloned().collect();
    for (name, text) in &opened[1..] {
        client.open(name, text);
        client.wait_for(name, |report| report["version"] == 1);
    }
    let places = Typing::places(&opened);
    measure("diagnostics after an edit in a query", edits, |n| {
        let (name, version) = Typing::edit(&places, &mut client, n);
        client.wait_for(&name, |report| report["version"] == version);
    });

    let hub = project.files.iter().find(|(name, _)| name.starts_with(HUB));
    let hub = hub.expect("the queries of the hub");
    client.open(&hub.0, &hub.1);
    requests(&mut client, hub, &places, edits, scale);

    let before = megabytes(&client, "VmRSS");
    for n in 0..edits * 5 {
        let (name, version) = Typing::edit(&places, &mut client, n);
        client.wait_for(&name, |report| report["version"] == version);
    }
    println!(
        "growth after {} edits: {:.1} % of {before:.0} MB",
        edits * 5,
        (megabytes(&client, "VmRSS") / before - 1.0) * 100.0
    );

    property_comes_and_goes(&mut client, &project, hub, edits);
    println!(
        "resident memory at the end: {:.0} MB, at most {:.0} MB",
        megabytes(&client, "VmRSS"),
        megabytes(&client, "VmHWM")
    );
    let _: Value = client.request("shutdown", Value::Null);
    drop(client);
    for refresh in [true, false] {
        pulled(&project, folder.path(), &places, edits, refresh);
    }
}

/// What an editor asks about the queries of the hub, between edits and right behind one.
fn requests(client: &mut Client, (hub, hub_text): &(String, String), places: &[Typing], edits: usize, scale: usize) {
    let ask = |client: &Client, words: &str| {
        let at = hub_text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
        json!({
            "textDocument": { "uri": client.uri(hub) }, "position": position(hub_text, at, 16),
            "context": { "includeDeclaration": true },
        })
    };
    for (title, method, words) in [
        ("completion of a property", "completion", "return { $h."),
        ("completion of a type", "completion", "$h: "),
        ("completion of a type by its first letter", "completion", "$h: H"),
        ("completion of an edge", "completion", "$a "),
        ("hover of a variable", "hover", "return { $h"),
        ("hover of a type", "hover", "$h: Hu"),
        ("definition of a property", "definition", "return { $h.lab"),
        ("definition of a type", "definition", "$h: Hu"),
        ("references of a variable", "references", "return { $h"),
        ("highlights of a property", "documentHighlight", "return { $h.lab"),
        ("semantic tokens", "semanticTokens/full", "query"),
        ("document symbols", "documentSymbol", "query"),
        ("signature help", "signatureHelp", "starts("),
    ] {
        if title == "signature help" && !hub_text.contains(words) {
            continue;
        }
        let params = ask(client, words);
        let method = format!("textDocument/{method}");
        measure(title, edits, |_| _ = client.request(&method, params.clone()));
    }
    let params = ask(client, "return { $h.");
    measure("completion right behind an edit", edits, |n| {
        Typing::edit(places, client, n);
        _ = client.request("textDocument/completion", params.clone());
    });
    let params = ask(client, "return { $h.lab");
    measure("references of a property in 1,000 queries", edits / 10, |_| {
        _ = client.request("textDocument/references", params.clone());
    });
    let mut rename = params;
    rename["newName"] = "caption".into();
    let least = 1000 / scale / project::PER_FILE;
    measure("rename of a property in 1,000 queries", edits / 10, |_| {
        let edit = client.request("textDocument/rename", rename.clone());
        assert!(
            edit["changes"].as_object().is_some_and(|files| files.len() > least),
            "the schema and all files"
        );
    });
}

/// A query that wants a property which comes and goes in the schema.
fn property_comes_and_goes(client: &mut Client, project: &Project, (hub, hub_text): &(String, String), edits: usize) {
    client.set(hub, &hub_text.replacen("return { $h.label", "return { $h.extra", 1));
    client.wait_for(hub, has_errors);
    client.open("schema.pg", &project.schema);
    let place = project.schema.find("    label:").expect("the property");
    let line = json!({ "line": position(&project.schema, place, 16)["line"], "character": 0 });
    let next = json!({ "line": line["line"].as_u64().map(|line| line + 1), "character": 0 });
    measure("a query's diagnostics after adding a property", edits / 20, |n| {
        let (end, text) = match n % 2 {
            0 => (&line, "    extra: String?\n"),
            _ => (&next, ""),
        };
        client.change(
            "schema.pg",
            json!([{ "range": { "start": line, "end": end }, "text": text }]),
        );
        client.wait_for(hub, |report| has_errors(report) == (n % 2 == 1));
    });
}

/// The same edits by a client that pulls, which is told when to pull again or is not.
fn pulled(project: &Project, folder: &std::path::Path, places: &[Typing], edits: usize, refresh: bool) {
    println!("pulled, {} refreshes", if refresh { "with" } else { "without" });
    let mut client = Client::start(folder);
    client.initialize(json!({
        "textDocument": { "diagnostic": {} }, "workspace": { "diagnostics": { "refreshSupport": refresh } },
    }));
    let mut ids: Vec<Value> = Vec::new();
    let mut workspace = |client: &mut Client| {
        let report = client.request("workspace/diagnostic", json!({ "previousResultIds": ids }));
        let items = report["items"].as_array().expect("reports");
        ids = items
            .iter()
            .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
            .collect();
    };
    workspace(&mut client);
    for (name, text) in project.files.iter().take(20) {
        client.open(name, text);
    }
    workspace(&mut client);
    let start = cpu(&client);
    measure("a document pulled after an edit in a query", edits, |n| {
        let (name, _) = Typing::edit(places, &mut client, n);
        let document = json!({ "uri": client.uri(&name) });
        client.request("textDocument/diagnostic", json!({ "textDocument": document }));
    });
    println!(
        "server's time per edit: {:.2} ms",
        (cpu(&client) - start) / edits as f64
    );
    let start = cpu(&client);
    measure("all pulled after an edit in a query", edits / 10, |n| {
        Typing::edit(places, &mut client, n);
        workspace(&mut client);
    });
    println!(
        "server's time per edit: {:.2} ms",
        (cpu(&client) - start) / (edits / 10) as f64
    );
    measure("all pulled after nothing", edits / 10, |_| workspace(&mut client));
    client.open("schema.pg", &project.schema);
    let place = project.schema.find("    label:").expect("the property");
    let line = json!({ "line": position(&project.schema, place, 16)["line"], "character": 0 });
    let next = json!({ "line": line["line"].as_u64().map(|line| line + 1), "character": 0 });
    measure("all pulled after adding a property", edits / 20, |n| {
        let (end, text) = match n % 2 {
            0 => (&line, "    extra: String?\n"),
            _ => (&next, ""),
        };
        let change = json!([{ "range": { "start": line, "end": end }, "text": text }]);
        client.change("schema.pg", change);
        workspace(&mut client);
    });
    println!("resident memory: {:.0} MB", megabytes(&client, "VmRSS"));
    let _: Value = client.request("shutdown", Value::Null);
}

/// How long the server's threads have been at work, in milliseconds.
fn cpu(client: &Client) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", client.process())).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) * 10.0
}

fn has_errors(report: &Value) -> bool {
    let items = report["diagnostics"].as_array();
    items.is_some_and(|items| items.iter().any(|item| item["severity"] == 1))
}
