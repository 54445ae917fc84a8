//! *The* test: after any sequence of edits, the server's diagnostics are those of a fresh run of the command line on the same
//! files, in all three encodings, pulled and pushed. `OMNIGRAPH_SEQUENCES` sets how many sequences are tried.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_tests::binary;
use omnigraph_tests::lsp::{Client, ENCODINGS, Units};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

const SEQUENCES: u64 = 240;

const SCHEMA: &str = "// ä🦀\nnode Book @shelf(\"x\") {\n    isbn: String @key\n    title: String?\n}\n\nnode Member { card: I32 @key }\n\nedge Borrowed: Member -> Book\n";
const QUERIES: &str = "query books($c: I32) {\n    match {\n        $m: Member { card: $c }\n        $m borrowed $b\n    }\n    return { $b.title, \"🦀\" as crab }\n}\n\nquery add() {\n    insert Book { isbn: \"1\" }\n}\n";
const PIECES: [&str; 30] = [
    "a",
    " ",
    "\n",
    "\r\n",
    "{",
    "}",
    "$b",
    "🦀",
    "ä",
    "𝒳𝒴",
    "\"",
    "//",
    "title",
    "Book",
    "query q() {\n    match { $b: Book }\n    return { $b.isbn }\n}\n",
    "query books() {\n    match { $m: Member $m borrowed $b }\n    return { $b.titel }\n}\n",
    "node Extra { a: String @key }\n",
    "edge Knows: Member -> Member\n",
    "// lint:allow(L) 🦀\n",
    "// lint:allow(L702) meant\n",
    ", ",
    "@index",
    "?",
    ":",
    "String",
    "not { ",
    "exists { ",
    "\u{a0}",
    "limit 3",
    "/* ",
];
const SETTINGS: [&str; 6] = [
    "",
    "[lint]\nknown-annotations = [\"shelf\"]\n",
    "exclude = \"sub/**\"\n",
    "[lint.rules]\nL = \"error\"\nS063 = \"off\"\n",
    "[lint]\nrequire-reason = true\n",
    "[lint]\nnonsense = 1\n",
];

/// A finding as both sides tell it: code, severity, message, where, and the places that it is related to.
type Told = BTreeMap<String, Vec<Value>>;

/// The client's view of the files.
struct Session {
    client: Client,
    units: Units,
    disk: BTreeMap<String, String>,
    open: BTreeMap<String, String>,
    /// Where the command line sees what the client sees.
    mirror: tempfile::TempDir,
}

impl Session {
    fn new(units: Units, pulls: bool) -> Session {
        let mut capabilities = json!({
            "general": { "positionEncodings": [units.word()] },
            "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
        });
        if pulls {
            capabilities["textDocument"]["diagnostic"] = json!({});
        }
        let files = [
            ("schema.pg", SCHEMA),
            ("a.gq", QUERIES),
            ("sub/b.gq", QUERIES),
            ("omnigraph.toml", ""),
        ];
        Session {
            client: Client::with(&files, capabilities),
            units,
            disk: files.map(|(path, text)| (path.to_owned(), text.to_owned())).into(),
            open: BTreeMap::new(),
            mirror: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn notify(&mut self, name: &str, kind: u8) {
        let change = json!({ "changes": [{ "uri": self.client.uri(name), "type": kind }] });
        self.client.notify("workspace/didChangeWatchedFiles", change);
    }

    fn write(&mut self, name: &str, text: &str) {
        std::fs::write(self.client.path(name), text).expect("a file");
        let known = self.disk.insert(name.to_owned(), text.to_owned()).is_some();
        self.notify(name, if known { 2 } else { 1 });
    }

    fn edit(&mut self, dice: &mut StdRng, name: &str) {
        if !self.open.contains_key(name) {
            let text = self.disk.get(name).cloned().unwrap_or_default();
            self.client.open(name, &text);
            self.open.insert(name.to_owned(), text);
        }
        let mut changes = Vec::new();
        let text = self.open.get_mut(name).expect("it is open");
        for _ in 0..dice.random_range(1..4) {
            // No edit inside of a CRLF: clients cannot send one either.
            let fits = |at: &usize| !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'));
            let boundaries = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let places: Vec<usize> = boundaries.filter(fits).collect();
            let start = dice.random_range(0..places.len());
            let longest = if dice.random_ratio(1, 10) { 60 } else { 6 };
            let length = if dice.random() {
                0
            } else {
                dice.random_range(0..longest)
            };
            let (start, end) = (places[start], places[(start + length).min(places.len() - 1)]);
            let new = match dice.random_ratio(1, 3) {
                true => "",
                false => PIECES[dice.random_range(0..PIECES.len())],
            };
            // A CR and an LF that meet become one line end, which has no place between them any more.
            if text[..start].ends_with('\r') && new.starts_with('\n') || new.ends_with('\r') {
                continue;
            }
            let (from, to) = (self.units.position(text, start), self.units.position(text, end));
            changes.push(json!({ "range": { "start": from, "end": to }, "text": new }));
            text.replace_range(start..end, new);
        }
        self.client.change(name, Value::from(changes));
    }

    fn step(&mut self, dice: &mut StdRng) {
        let names = self.disk.keys().filter(|name| !name.ends_with(".toml"));
        let names: Vec<String> = names.cloned().collect();
        let name = names[dice.random_range(0..names.len())].clone();
        match dice.random_range(0..16) {
            0 => {
                if self.open.remove(&name).is_some() {
                    self.client.close(&name);
                }
            }
            1 => {
                if let Some(text) = self.open.get(&name).cloned() {
                    self.write(&name, &text);
                }
            }
            2 if name.ends_with(".gq") => {
                let to = ["c.gq", "sub/d.gq", "a.gq", "sub/b.gq"][dice.random_range(0..4)];
                self.rename(&name, to);
            }
            3 => self.write("omnigraph.toml", SETTINGS[dice.random_range(0..SETTINGS.len())]),
            4 if !self.open.contains_key(&name) => {
                let text = [QUERIES, SCHEMA, ""][dice.random_range(0..3)];
                self.write(&name, text);
            }
            5 => {
                let text = if name.ends_with(".pg") { SCHEMA } else { QUERIES };
                if let Some(open) = self.open.get_mut(&name) {
                    *open = text.to_owned();
                    self.client.set(&name, text);
                }
            }
            _ => self.edit(dice, &name),
        }
    }

    fn rename(&mut self, name: &str, to: &str) {
        if self.disk.contains_key(to) {
            return;
        }
        if self.open.remove(name).is_some() {
            self.client.close(name);
        }
        let text = self.disk.remove(name).expect("it exists");
        std::fs::rename(self.client.path(name), self.client.path(to)).expect("a rename");
        self.disk.insert(to.to_owned(), text);
        self.notify(name, 3);
        self.notify(to, 1);
    }

    fn text(&self, name: &str) -> &str {
        let text = self.open.get(name).or_else(|| self.disk.get(name));
        text.unwrap_or_else(|| panic!("{name} is not a file"))
    }

    /// What a fresh run of the command line says of the files as the client sees them; nothing if it cannot read the settings.
    fn fresh(&self) -> Option<Told> {
        let root = self.mirror.path();
        let _ = std::fs::remove_dir_all(root.join("sub"));
        for entry in std::fs::read_dir(root).expect("the mirror").flatten() {
            std::fs::remove_file(entry.path()).expect("a file is removed");
        }
        std::fs::create_dir(root.join("sub")).expect("a folder");
        let names: BTreeSet<&String> = self.disk.keys().chain(self.open.keys()).collect();
        for name in names {
            std::fs::write(root.join(name), self.text(name)).expect("a file");
        }
        let said = binary::run(root, &["lint", "--format", "json"]);
        if said.code == 2 {
            assert!(said.err.contains("omnigraph.toml"), "{}", said.err);
            return None;
        }
        assert!(said.code < 2, "{}{}", said.out, said.err);
        let report: Value = serde_json::from_str(&said.out).expect("a report in JSON");
        let mut told = Told::new();
        for found in report["diagnostics"].as_array().expect("a list") {
            let file = found["file"].as_str().expect("a file").to_owned();
            let place = |at: &Value| {
                let text = self.text(at["file"].as_str().unwrap_or(&file));
                let end = |key: &str| {
                    let offset = at["range"][key]["offset"].as_u64().expect("an offset") as usize;
                    self.units.position(text, offset)
                };
                (at["file"].clone(), end("start"), end("end"))
            };
            let labels = found["labels"].as_array().into_iter().flatten();
            let labels: Vec<Value> = labels.map(|label| json!([place(label), label["message"]])).collect();
            let severity = match found["severity"].as_str() {
                Some("error") => 1,
                Some("warning") => 2,
                _ => 3,
            };
            let first = found["message"].as_str().and_then(|text| text.lines().next());
            let code = found.get("subcode").unwrap_or(&found["code"]);
            told.entry(file.clone())
                .or_default()
                .push(json!([code, severity, first, place(found), labels]));
        }
        Some(told)
    }

    fn seen(&self, uri: &str, items: &Value) -> Option<(String, Vec<Value>)> {
        let root = self.client.uri("");
        let name = |uri: &str| uri.strip_prefix(&root).unwrap_or(uri).to_owned();
        let items = items.as_array().filter(|items| !items.is_empty())?.iter().map(|item| {
            let related = item["relatedInformation"].as_array().into_iter().flatten();
            let related: Vec<Value> = related
                .map(|related| {
                    let location = &related["location"];
                    let file = name(location["uri"].as_str().unwrap_or(""));
                    let range = &location["range"];
                    json!([(file, &range["start"], &range["end"]), related["message"]])
                })
                .collect();
            let first = item["message"].as_str().and_then(|text| text.lines().next());
            let range = &item["range"];
            let place = (name(uri), &range["start"], &range["end"]);
            json!([item["code"], item["severity"], first, place, related])
        });
        Some((name(uri), items.collect()))
    }

    fn pulled(&mut self) -> Told {
        let none = json!({ "previousResultIds": [] });
        let report = self.client.request("workspace/diagnostic", none);
        let items = report["items"].as_array().expect("reports");
        items
            .iter()
            .filter_map(|item| self.seen(item["uri"].as_str()?, &item["items"]))
            .collect()
    }

    fn pushed(&self) -> Told {
        let published = self.client.published.iter();
        published
            .filter_map(|(uri, params)| self.seen(uri, &params["diagnostics"]))
            .collect()
    }

    /// Whether the two agree; of settings that cannot be read it is enough that both say so.
    fn agrees(fresh: &Option<Told>, told: &Told) -> bool {
        match fresh {
            Some(fresh) => fresh == told,
            None => told.contains_key("omnigraph.toml"),
        }
    }
}

fn sequences() -> u64 {
    let told = std::env::var("OMNIGRAPH_SEQUENCES")
        .ok()
        .and_then(|text| text.parse().ok());
    told.unwrap_or(SEQUENCES)
}

/// A third of the sequences; every eighth is told by what is pushed.
fn run(units: Units, third: u64) {
    for sequence in 0..sequences().div_ceil(3) {
        let seed = sequence * 3 + third;
        let mut dice = StdRng::seed_from_u64(seed);
        let pulls = sequence % 8 != 7;
        let mut session = Session::new(units, pulls);
        for _ in 0..2 {
            for _ in 0..dice.random_range(1..16) {
                session.step(&mut dice);
            }
            let fresh = session.fresh();
            let mut told = session.pulled();
            // Each answer comes after what was published before it; wait until nothing is due.
            for _ in 0..400 {
                if !pulls {
                    told = session.pushed();
                }
                if pulls || Session::agrees(&fresh, &told) {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
                session.pulled();
            }
            let files = || {
                let names: BTreeSet<&String> = session.disk.keys().chain(session.open.keys()).collect();
                let texts = names
                    .into_iter()
                    .map(|name| format!("-- {name}\n{}", session.text(name)));
                texts.collect::<String>()
            };
            assert!(
                Session::agrees(&fresh, &told),
                "sequence {seed}, {units:?}, on\n{}\nthe command line: {}\nthe server: {}",
                files(),
                json!(fresh),
                json!(told)
            );
        }
    }
}

#[test]
fn any_edits_in_utf_8() {
    run(ENCODINGS[0], 0);
}

#[test]
fn any_edits_in_utf_16() {
    run(ENCODINGS[1], 1);
}

#[test]
fn any_edits_in_utf_32() {
    run(ENCODINGS[2], 2);
}

/// One that is known to be hard: what is allowed by a comment is told by the lints that look at all files.
#[test]
fn an_allowed_twin_stays_allowed() {
    let mut session = Session::new(ENCODINGS[1], false);
    let twin = format!("// lint:allow(L702) meant\n{}", QUERIES.replace("books", "others"));
    session.write("sub/b.gq", &twin);
    let fresh = session.fresh();
    for _ in 0..400 {
        if Session::agrees(&fresh, &session.pushed()) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        session.pulled();
    }
    assert_eq!(fresh, Some(session.pushed()));
}
