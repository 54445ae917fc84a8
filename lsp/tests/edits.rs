//! *The* test: after any sequence of edits, the server's diagnostics are those of a fresh check of the same files, in all
//! three encodings. `OMNIGRAPH_SEQUENCES` sets how many sequences are tried.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Client, position};
use omnigraph_compiler::db::{Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::lint::{self, Options};
use omnigraph_compiler::workspace::{Discovery, Entry, Files};
use omnigraph_grammar::Language;
use serde_json::{Value, json};

const SEQUENCES: u64 = 240;

/// A source of numbers that always gives the same ones.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % sides.max(1)
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

const SCHEMA: &str = "// ä🦀\nnode Book @shelf(\"x\") {\n    isbn: String @key\n    title: String?\n}\n\nnode Member { card: I32 @key }\n\nedge Borrowed: Member -> Book\n";
const QUERIES: &str = "query books($c: I32) {\n    match {\n        $m: Member { card: $c }\n        $m borrowed $b\n    }\n    return { $b.title, \"🦀\" as crab }\n}\n\nquery add() {\n    insert Book { isbn: \"1\" }\n}\n";
const PIECES: [&str; 26] = [
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
    "node Extra { a: String @key }\n",
    "edge Knows: Member -> Member\n",
    ", ",
    "@index",
    "?",
    ":",
    "String",
    "not { ",
    "\u{a0}",
    "limit 3",
    "/* ",
];

/// The client's view of the files.
struct Bench {
    client: Client,
    bits: u32,
    disk: BTreeMap<String, String>,
    open: BTreeMap<String, String>,
}

impl Bench {
    fn new(bits: u32, pull: bool) -> Bench {
        let encoding = format!("utf-{bits}");
        let mut capabilities = json!({ "general": { "positionEncodings": [encoding] } });
        if pull {
            capabilities["textDocument"]["diagnostic"] = json!({});
        }
        let files = [
            ("schema.pg", SCHEMA),
            ("a.gq", QUERIES),
            ("sub/b.gq", QUERIES),
            ("omnigraph.toml", ""),
        ];
        let client = Client::with(&files, capabilities);
        let disk = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        Bench {
            client,
            bits,
            disk,
            open: BTreeMap::new(),
        }
    }

    fn notify(&mut self, name: &str, kind: u8) {
        let change = json!({ "changes": [{ "uri": self.client.uri(name), "type": kind }] });
        self.client.notify("workspace/didChangeWatchedFiles", change);
    }

    fn write(&mut self, name: &str, text: &str) {
        std::fs::write(self.client.path(name), text).expect("a file");
        let kind = if self.disk.insert(name.to_owned(), text.to_owned()).is_some() {
            2
        } else {
            1
        };
        self.notify(name, kind);
    }

    fn edit(&mut self, dice: &mut Dice, name: &str) {
        if !self.open.contains_key(name) {
            let text = self.disk.get(name).cloned().unwrap_or_default();
            self.client.open(name, &text);
            self.open.insert(name.to_owned(), text);
        }
        let mut changes = Vec::new();
        let text = self.open.get_mut(name).expect("it is open");
        for _ in 0..1 + dice.roll(3) {
            let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            // No edit inside of a CRLF: clients cannot send one either.
            let fits = |at: &usize| !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'));
            let places: Vec<usize> = boundaries.into_iter().filter(fits).collect();
            let start = dice.roll(places.len());
            let longest = if dice.roll(10) == 0 { 60 } else { 6 };
            let end = (start + dice.roll(longest)).min(places.len() - 1);
            let end = if dice.roll(2) == 0 { start } else { end };
            let (start, end) = (places[start], places[end]);
            let new = if dice.roll(3) == 0 { "" } else { *dice.pick(&PIECES) };
            // A CR and an LF that meet become one line end, which is no place between them any more.
            if text[..start].ends_with('\r') && new.starts_with('\n') || new.ends_with('\r') {
                continue;
            }
            let range = json!({ "start": position(text, start, self.bits), "end": position(text, end, self.bits) });
            changes.push(json!({ "range": range, "text": new }));
            text.replace_range(start..end, new);
        }
        self.client.change(name, Value::from(changes));
    }

    fn step(&mut self, dice: &mut Dice) {
        let names: Vec<String> = self
            .disk
            .keys()
            .filter(|name| !name.ends_with(".toml"))
            .cloned()
            .collect();
        let name = dice.pick(&names).clone();
        match dice.roll(16) {
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
                let to = dice.pick(&["c.gq", "sub/d.gq", "a.gq", "sub/b.gq"]).to_string();
                if !self.disk.contains_key(&to) {
                    if self.open.remove(&name).is_some() {
                        self.client.close(&name);
                    }
                    let text = self.disk.remove(&name).expect("it exists");
                    std::fs::rename(self.client.path(&name), self.client.path(&to)).expect("a rename");
                    self.disk.insert(to.clone(), text);
                    self.notify(&name, 3);
                    self.notify(&to, 1);
                }
            }
            3 => {
                let settings = *dice.pick(&[
                    "",
                    "[lint]\nknown-annotations = [\"shelf\"]\n",
                    "exclude = \"sub/**\"\n",
                    "[lint.rules]\nL = \"error\"\nS063 = \"off\"\n",
                ]);
                self.write("omnigraph.toml", settings);
            }
            4 if !self.open.contains_key(&name) => {
                let text = dice.pick(&[QUERIES, SCHEMA, ""]).to_string();
                self.write(&name, &text);
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

    /// What a fresh check says of the files as the client sees them.
    fn fresh(&self) -> BTreeMap<String, Vec<Value>> {
        let mut files = self.disk.clone();
        files.extend(self.open.clone());
        let files = Memory(
            files
                .iter()
                .map(|(name, text)| (Path::new("/project").join(name), text.clone()))
                .collect(),
        );
        let discovery = Discovery::new(&files);
        let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for group in discovery
            .groups(&[PathBuf::from("/project")], None)
            .expect("the files belong together")
        {
            let database = Database::new();
            let paths = group.schema.iter().map(|path| (path, Language::Schema));
            let paths = paths.chain(group.queries.iter().map(|path| (path, Language::Query)));
            let inputs = paths.map(|(path, language)| {
                SourceFile::new(&database, path.display().to_string(), files.0[path].clone(), language)
            });
            let settings = group.settings.settings.schema_settings(None);
            let project = Project::new(&database, inputs.collect(), settings, None);
            let options = Options {
                settings: &group.settings.settings,
                relative: &|path| group.settings.relative(Path::new(path)),
                known: None,
            };
            for diagnostic in lint::diagnostics(&database, project, options) {
                let text = &files.0[Path::new(&diagnostic.file)];
                let at = |offset: u32| position(text, offset as usize, self.bits);
                let name = diagnostic.file.strip_prefix("/project/").unwrap_or("").to_owned();
                found.entry(name).or_default().push(json!([
                    diagnostic.rule.subcode,
                    at(diagnostic.span.start),
                    at(diagnostic.span.end),
                    diagnostic.message.lines().next().unwrap_or("").replace("/project/", ""),
                    match diagnostic.severity {
                        Severity::Error => 1,
                        Severity::Warning => 2,
                        Severity::Info => 3,
                    },
                ]));
            }
        }
        found
    }

    fn seen(&self, uri: &str, items: &Value) -> Option<(String, Vec<Value>)> {
        let root = self.client.uri("");
        let name = uri.strip_prefix(&root)?.to_owned();
        let items = items.as_array().filter(|items| !items.is_empty())?.iter().map(|item| {
            let message = item["message"].as_str().unwrap_or("").lines().next().unwrap_or("");
            json!([
                item["code"],
                item["range"]["start"],
                item["range"]["end"],
                message,
                item["severity"]
            ])
        });
        Some((name, items.collect()))
    }

    fn pulled(&mut self) -> BTreeMap<String, Vec<Value>> {
        let report = self
            .client
            .request("workspace/diagnostic", json!({ "previousResultIds": [] }));
        let items = report["items"].as_array().expect("reports");
        items
            .iter()
            .filter_map(|item| self.seen(item["uri"].as_str()?, &item["items"]))
            .collect()
    }

    fn pushed(&self) -> BTreeMap<String, Vec<Value>> {
        let published = self.client.published.iter();
        published
            .filter_map(|(uri, params)| self.seen(uri, &params["diagnostics"]))
            .collect()
    }
}

struct Memory(BTreeMap<PathBuf, String>);

impl Files for Memory {
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String> {
        let below = self.0.keys().filter_map(|path| path.strip_prefix(folder).ok());
        let mut entries: Vec<Entry> = below
            .filter_map(|path| {
                let mut parts = path.components();
                let name = parts.next()?.as_os_str().to_string_lossy().into_owned();
                Some(Entry {
                    name,
                    folder: parts.next().is_some(),
                })
            })
            .collect();
        entries.sort();
        entries.dedup();
        Ok(entries)
    }

    fn read(&self, file: &Path) -> Result<String, String> {
        self.0.get(file).cloned().ok_or_else(|| "missing".to_owned())
    }
}

fn sequences() -> u64 {
    std::env::var("OMNIGRAPH_SEQUENCES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(SEQUENCES)
}

fn run(bits: u32) {
    for sequence in 0..sequences().div_ceil(3) {
        let seed = sequence * 3 + u64::from(bits);
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut bench = Bench::new(bits, true);
        for _ in 0..6 {
            for _ in 0..1 + dice.roll(8) {
                bench.step(&mut dice);
            }
            assert_eq!(bench.pulled(), bench.fresh(), "sequence {seed}");
        }
    }
}

#[test]
fn any_edits_in_utf_8() {
    run(8);
}

#[test]
fn any_edits_in_utf_16() {
    run(16);
}

#[test]
fn any_edits_in_utf_32() {
    run(32);
}

#[test]
fn what_is_pushed_is_the_same() {
    for seed in 0..10_u64 {
        let mut dice = Dice((seed + 77).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut bench = Bench::new(16, false);
        for _ in 0..25 {
            bench.step(&mut dice);
        }
        let wanted = bench.fresh();
        // An answer comes after what was published before; wait until nothing is due.
        for _ in 0..200 {
            bench.pulled();
            if bench.pushed() == wanted {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        assert_eq!(bench.pushed(), wanted, "sequence {seed}");
    }
}
