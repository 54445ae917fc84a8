//! Who may know whom: the crates' dependencies, asked of cargo, and imports between the modules of a crate, read from the sources.

mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use self::tables::{CLI, COMPILER, CYCLES, ENGINE, Layers, MODEL, SERVICE, WORKSPACE};

struct Packages {
    names: BTreeMap<String, String>,
    /// Without those that only tests and build scripts have.
    dependencies: BTreeMap<String, Vec<String>>,
}

fn packages() -> Packages {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    // For this platform alone: what only others need may not be on this machine.
    let version = Command::new(env!("CARGO")).arg("-vV").output().expect("cargo runs");
    let version = String::from_utf8(version.stdout).expect("text");
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo knows its host");
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--format-version",
            "1",
            "--filter-platform",
            host,
            "--manifest-path",
        ])
        .arg(manifest)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).expect("metadata are JSON");
    let text = |json: &Json| json.as_str().expect("text").to_owned();
    let list = |json: &Json| json.as_array().expect("a list").clone();
    let names = list(&metadata["packages"])
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let mut dependencies = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let normal = |dependency: &Json| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let of: Vec<String> = list(&node["deps"])
            .iter()
            .filter(|dependency| normal(dependency))
            .map(|d| text(&d["pkg"]))
            .collect();
        dependencies.insert(text(&node["id"]), of);
    }
    Packages { names, dependencies }
}

impl Packages {
    /// The names of all that a crate of ours rests on.
    fn below(&self, name: &str) -> BTreeSet<&str> {
        let (start, _) = self
            .names
            .iter()
            .find(|(_, known)| *known == name)
            .expect("a crate of the workspace");
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut queue: Vec<&str> = self.dependencies[start].iter().map(String::as_str).collect();
        while let Some(next) = queue.pop() {
            if seen.insert(next) {
                queue.extend(self.dependencies[next].iter().map(String::as_str));
            }
        }
        seen.into_iter().map(|id| self.names[id].as_str()).collect()
    }
}

#[test]
fn crates_know_only_what_they_may() {
    let packages = packages();
    let storage = |name: &str| {
        name.starts_with("lance")
            || name.starts_with("datafusion")
            || name.starts_with("arrow")
            || name == "object_store"
    };
    let ours = |name: &str| -> BTreeSet<String> {
        let below = packages.below(name);
        below
            .iter()
            .filter(|name| name.starts_with("omnigraph"))
            .map(|name| (*name).to_owned())
            .collect()
    };
    let allowed = [
        ("omnigraph-model", vec![]),
        ("omnigraph-grammar", vec!["omnigraph-model"]),
        ("omnigraph-compiler", vec!["omnigraph-grammar", "omnigraph-model"]),
        (
            "omnigraph-workspace",
            vec!["omnigraph-compiler", "omnigraph-grammar", "omnigraph-model"],
        ),
        (
            "omnigraph-lsp",
            vec![
                "omnigraph-compiler",
                "omnigraph-grammar",
                "omnigraph-model",
                "omnigraph-workspace",
            ],
        ),
        (
            "omnigraph-translate",
            vec!["omnigraph-compiler", "omnigraph-grammar", "omnigraph-model"],
        ),
        ("omnigraph-engine", vec!["omnigraph-model"]),
        (
            "omnigraph",
            vec![
                "omnigraph-compiler",
                "omnigraph-engine",
                "omnigraph-grammar",
                "omnigraph-model",
            ],
        ),
        (
            "omnigraph-cli",
            vec![
                "omnigraph",
                "omnigraph-compiler",
                "omnigraph-engine",
                "omnigraph-grammar",
                "omnigraph-lsp",
                "omnigraph-model",
                "omnigraph-translate",
                "omnigraph-workspace",
            ],
        ),
    ];
    for (name, may) in allowed {
        let may: BTreeSet<String> = may.into_iter().map(str::to_owned).collect();
        let extra: Vec<String> = ours(name).difference(&may).cloned().collect();
        assert!(extra.is_empty(), "{name} rests on {extra:?}");
        let below = packages.below(name);
        let heavy: Vec<&&str> = below.iter().filter(|name| storage(name)).collect();
        let stores = ["omnigraph-engine", "omnigraph", "omnigraph-cli"].contains(&name);
        assert_eq!(!heavy.is_empty(), stores, "{name} rests on {heavy:?}");
    }
    assert!(
        !packages.below("omnigraph-grammar").contains("salsa"),
        "the grammar computes nothing incrementally"
    );
    for tool in ["tower-lsp-server", "salsa", "ariadne", "logos", "lalrpop-util"] {
        assert!(
            !packages.below("omnigraph-engine").contains(tool),
            "the engine knows neither texts nor editors, but rests on {tool}"
        );
    }
}

/// A word or a sign of a source, with its line.
type Token = (usize, String);

/// Without comments, texts and single characters.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut tokens, mut place, mut line): (Vec<Token>, usize, usize) = (Vec::new(), 0, 1);
    // Where something ends that ends with these signs.
    let end = |mut from: usize, signs: &str, escapes: bool| {
        let signs: Vec<char> = signs.chars().collect();
        while from < chars.len() && !chars[from..].starts_with(&signs) {
            from += if escapes && chars[from] == '\\' { 2 } else { 1 };
        }
        (from + signs.len()).min(chars.len())
    };
    while place < chars.len() {
        let begin = place;
        match at(place) {
            '/' if at(place + 1) == '/' => place = end(place, "\n", false) - 1,
            '/' if at(place + 1) == '*' => place = end(place + 2, "*/", false),
            '"' => place = end(place + 1, "\"", true),
            '\'' if at(place + 1) == '\\' => place = end(place + 1, "'", true),
            '\'' if at(place + 2) == '\'' => place += 3,
            c if word(c) => {
                while word(at(place)) {
                    place += 1;
                }
                let text: String = chars[begin..place].iter().collect();
                let hashes = chars[place..].iter().take_while(|c| **c == '#').count();
                if ["r", "br"].contains(&text.as_str()) && at(place + hashes) == '"' {
                    place = end(place + hashes + 1, &format!("\"{}", "#".repeat(hashes)), false);
                } else {
                    tokens.push((line, text));
                }
            }
            c => {
                place += 1;
                if !c.is_whitespace() {
                    tokens.push((line, c.to_string()));
                }
            }
        }
        line += chars[begin..place].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

/// Without modules that only tests have; the names of those among them that are files.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    let mark = ["#", "[", "cfg", "(", "test", ")", "]", "mod"];
    let (mut kept, mut files, mut place) = (Vec::new(), Vec::new(), 0);
    let is = |place: usize, text: &str| tokens.get(place).is_some_and(|(_, token)| token == text);
    while place < tokens.len() {
        if !mark.iter().enumerate().all(|(i, text)| is(place + i, text)) {
            kept.push(tokens[place].clone());
            place += 1;
            continue;
        }
        let name = place + mark.len();
        place = name + 1;
        if is(place, ";") {
            files.push(tokens[name].1.clone());
            place += 1;
            continue;
        }
        let mut open = 0;
        while place < tokens.len() {
            open += i32::from(is(place, "{")) - i32::from(is(place, "}"));
            place += 1;
            if open == 0 {
                break;
            }
        }
    }
    (kept, files)
}

/// Where the paths begin that stand at this place: one, or those of a group in braces.
fn heads(tokens: &[Token], at: usize) -> Vec<usize> {
    let is = |place: usize, text: &str| tokens.get(place).is_some_and(|(_, token)| token == text);
    if !is(at, "{") {
        return if at < tokens.len() { vec![at] } else { Vec::new() };
    }
    let (mut heads, mut open, mut place) = (Vec::new(), 0, at);
    while place < tokens.len() {
        let first = is(place, "{") || is(place, ",");
        open += i32::from(is(place, "{")) - i32::from(is(place, "}"));
        if open == 0 {
            break;
        }
        place += 1;
        if first && open == 1 && place < tokens.len() && !is(place, "}") {
            heads.push(place);
        }
    }
    heads
}

/// What paths name in the crate's root, with their lines: `a`, or `a/b` for `a::b`. `depth` is how far the file's module lies
/// below the root.
fn names_in_root(tokens: &[Token], depth: usize) -> Vec<Token> {
    let is = |place: usize, text: &str| tokens.get(place).is_some_and(|(_, token)| token == text);
    let colons = |place: usize| is(place, ":") && is(place + 1, ":");
    let mut names = Vec::new();
    for place in 0..tokens.len() {
        let continued = place >= 2 && colons(place - 2);
        let mut after = place;
        if is(place, "crate") && colons(place + 1) {
            after += 3;
        } else if is(place, "super") && !continued {
            let mut supers = 0;
            while is(after, "super") && colons(after + 1) {
                supers += 1;
                after += 3;
            }
            if supers != depth {
                continue;
            }
        } else {
            continue;
        }
        for head in heads(tokens, after) {
            let (line, first) = &tokens[head];
            match colons(head + 1) {
                true => names.extend(
                    heads(tokens, head + 3)
                        .into_iter()
                        .map(|next| (*line, format!("{first}/{}", tokens[next].1))),
                ),
                false => names.push((*line, first.clone())),
            }
        }
    }
    names
}

/// Sources below a folder, by their path in it.
fn sources(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            sources(&entry.path(), &format!("{name}/"), found);
        } else if name.ends_with(".rs") {
            found.insert(name, std::fs::read_to_string(entry.path()).expect("a text"));
        }
    }
}

/// The row of a table that a path belongs to: that of its first two parts if there is one, or else that of its first.
fn row(layers: Layers, path: &str) -> &str {
    let parts: Vec<usize> = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).collect();
    let two = &path[..parts[parts.len().min(2) - 1]];
    match layers.iter().any(|(layer, _)| *layer == two) {
        true => two,
        false => &path[..parts[0]],
    }
}

/// What is wrong with the imports of a crate's modules, each with file and line.
fn intruders(krate: &str, layers: Layers, files: &BTreeMap<String, String>) -> Vec<String> {
    let (mut wrong, mut parsed, mut of_tests) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (file, source) in files {
        let module = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let (tokens, tests) = without_tests(tokens(source));
        of_tests.extend(tests.iter().map(|test| format!("{module}/{test}")));
        if !["lib", "main"].contains(&module) {
            parsed.push((file, module, tokens));
        }
    }
    let allowed: BTreeMap<&str, &[&str]> = layers.iter().copied().collect();
    for (file, module, tokens) in parsed.iter().filter(|(_, module, _)| !of_tests.contains(*module)) {
        let layer = row(layers, module);
        let Some(may) = allowed.get(layer) else {
            wrong.push(format!(
                "{krate}/src/{file}: the table does not have the module `{layer}`"
            ));
            continue;
        };
        for (line, path) in names_in_root(tokens, module.split('/').count()) {
            let name = row(layers, &path);
            if name != layer && !may.contains(&name) {
                wrong.push(format!("{krate}/src/{file}:{line}: `{layer}` uses `{name}`"));
            }
        }
    }
    wrong.dedup();
    wrong
}

#[test]
fn modules_of_a_crate_know_only_what_they_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut wrong = Vec::new();
    for (krate, layers) in [
        ("engine", ENGINE),
        ("model", MODEL),
        ("compiler", COMPILER),
        ("workspace", WORKSPACE),
        ("service", SERVICE),
        ("cli", CLI),
    ] {
        let mut files = BTreeMap::new();
        sources(&root.join(krate).join("src"), "", &mut files);
        wrong.extend(intruders(krate, layers, &files));
        let mut before = BTreeSet::new();
        for (layer, may) in layers {
            let is_it = |file: &String| file == &format!("{layer}.rs") || file.starts_with(&format!("{layer}/"));
            assert!(files.keys().any(is_it), "{krate} has no module `{layer}`");
            for used in *may {
                let cycle = CYCLES.iter().any(|(k, r, u, _)| (k, r, u) == (&krate, layer, used));
                assert!(
                    before.contains(used) || cycle,
                    "{krate}: `{layer}` may use `{used}`, which comes later"
                );
            }
            before.insert(*layer);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_of_a_later_module_is_seen() {
    let file = |name: &str, source: &str| (name.to_owned(), source.to_owned());
    let files = BTreeMap::from([
        file(
            "error.rs",
            "// crate::history\nuse crate::{error::X, storage::{Y, history}};\n\nfn f() -> crate::load::Z {}",
        ),
        file(
            "kernel/mod.rs",
            "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod more {\n    use crate::load;\n}\nuse super::verify;",
        ),
        file("kernel/tests.rs", "use crate::load;"),
        file(
            "kernel/text.rs",
            "const A: &str = r#\"crate::load\"#;\nuse super::super::export::B;\nuse super::load::C;",
        ),
        file("lib.rs", "pub use crate::load::Load;"),
        file("nowhere.rs", ""),
    ]);
    assert_eq!(
        intruders("engine", ENGINE, &files),
        [
            "engine/src/error.rs:2: `error` uses `storage`",
            "engine/src/error.rs:4: `error` uses `load`",
            "engine/src/kernel/mod.rs:7: `kernel` uses `verify`",
            "engine/src/kernel/text.rs:2: `kernel` uses `export`",
            "engine/src/nowhere.rs: the table does not have the module `nowhere`",
        ]
    );
}

#[test]
fn a_folder_in_a_folder_may_have_a_row_of_its_own() {
    const TABLE: Layers = &[("a", &[]), ("a/b", &["a"]), ("c", &["a/b"])];
    let file = |name: &str, source: &str| (name.to_owned(), source.to_owned());
    let files = BTreeMap::from([
        file("a/b/one.rs", "use crate::a::{X, b::Y};"),
        file("a/mod.rs", "use crate::{a::b, c};\nuse crate::a::{self, b::{Y, Z}};"),
        file("c.rs", "use crate::a::b::Y;\nuse crate::a::{b::Y, X};"),
    ]);
    assert_eq!(
        intruders("some", TABLE, &files),
        [
            "some/src/a/mod.rs:1: `a` uses `a/b`",
            "some/src/a/mod.rs:1: `a` uses `c`",
            "some/src/a/mod.rs:2: `a` uses `a/b`",
            "some/src/c.rs:2: `c` uses `a`",
        ]
    );
}
