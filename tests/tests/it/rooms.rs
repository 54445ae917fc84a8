//! Who may know whom: the crates' dependencies, asked of cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

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
