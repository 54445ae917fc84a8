//! Every query of the examples, answered by the engine and recomputed by plain loops over the lines of the export. The
//! loops know neither compiler nor engine nor reference. They read an export and not the data files, because ties are
//! broken by edge ids, which the load makes up; that the export holds the data files' lines is checked first.

mod film_questions;
mod flight_questions;
mod flights;
mod movies;
mod questions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use serde_json::{Map, Value as Json};

pub(crate) struct Node {
    pub id: String,
    pub data: Map<String, Json>,
}

#[derive(Clone)]
pub(crate) struct Edge {
    pub id: String,
    pub from: String,
    pub to: String,
    pub data: Map<String, Json>,
}

/// The lines of a graph by type.
#[derive(Default)]
pub(crate) struct Lines {
    pub nodes: BTreeMap<String, Vec<Node>>,
    pub edges: BTreeMap<String, Vec<Edge>>,
}

impl Lines {
    pub(crate) fn read(text: &str) -> Lines {
        let mut lines = Lines::default();
        for line in text.lines() {
            let line: Json = serde_json::from_str(line).expect("a line is JSON");
            let mut data = line["data"].as_object().cloned().unwrap_or_default();
            data.retain(|_, value| !value.is_null());
            let id = data
                .shift_remove("id")
                .and_then(|id| id.as_str().map(str::to_owned))
                .unwrap_or_default();
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            if let Some(ty) = line["type"].as_str() {
                lines.nodes.entry(ty.to_owned()).or_default().push(Node { id, data });
            } else {
                let (from, to) = (text("from"), text("to"));
                lines
                    .edges
                    .entry(text("edge"))
                    .or_default()
                    .push(Edge { id, from, to, data });
            }
        }
        lines
    }

    /// Without ids and computed vectors, sorted: what two files with the same data share.
    fn contents(&self) -> Vec<String> {
        let sorted = |data: &Map<String, Json>| {
            let mut data = data.clone();
            data.shift_remove("title_vec");
            data.sort_keys();
            Json::Object(data)
        };
        let mut contents = Vec::new();
        for (ty, nodes) in &self.nodes {
            contents.extend(nodes.iter().map(|node| format!("{ty} {}", sorted(&node.data))));
        }
        for (ty, edges) in &self.edges {
            contents.extend(
                edges
                    .iter()
                    .map(|edge| format!("{ty} {} {} {}", edge.from, edge.to, sorted(&edge.data))),
            );
        }
        contents.sort();
        contents
    }
}

pub(crate) fn folder(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example)
}

fn read(example: &str, file: &str) -> String {
    std::fs::read_to_string(folder(example).join(file)).expect("a file of an example")
}

/// A store with an example's data, and the text of its queries.
pub(crate) fn load(example: &str) -> (tempfile::TempDir, Store, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join(example), &read(example, "schema.pg"));
    let data = read(example, "data.jsonl");
    store.load(&data, Mode::Append).expect("an example loads");
    let stored = Lines::read(&store.export());
    assert_eq!(
        stored.contents(),
        Lines::read(&data).contents(),
        "the export holds what was loaded"
    );
    (folder, store, read(example, "queries.gq"))
}

pub(crate) fn params(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("parameters are an object")
}

/// The rows of an answer, each as a JSON array.
pub(crate) fn rows(store: &Store, queries: &str, name: &str, given: Json) -> Vec<Json> {
    let ran = store
        .run_named(queries, Some(name), &params(given), 0)
        .unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let Outcome::Rows(answer) = ran.outcome else {
        panic!("{name} is not a read query")
    };
    answer.rows.iter().map(|row| row.values().cloned().collect()).collect()
}

/// The counters of a mutation.
pub(crate) fn affected(store: &Store, queries: &str, name: &str, given: Json) -> (u64, u64) {
    let ran = store
        .run_named(queries, Some(name), &params(given), 0)
        .unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let Outcome::Affected {
        nodes, edges, commit, ..
    } = ran.outcome
    else {
        panic!("{name} is not a mutation")
    };
    assert_eq!(
        commit.is_some(),
        nodes + edges > 0,
        "{name}: a commit comes with a change, and only then"
    );
    (nodes, edges)
}

/// The names of an example's queries, each of which has to be called by its test.
pub(crate) fn names(queries: &str) -> Vec<String> {
    let heads = queries.lines().filter_map(|line| line.strip_prefix("query "));
    heads
        .map(|head| head.split('(').next().expect("a name").to_owned())
        .collect()
}
