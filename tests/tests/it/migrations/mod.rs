//! Schema changes on real graphs: the change matrix with data, a long random walk, kills in the midst of an apply,
//! renames of what many queries use, and comparisons with git.

mod advice;
mod against;
mod kill;
mod matrix;
mod oracle;
mod renames;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;
use serde_json::{Map, Value as Json};

/// Entities by type and id, without nulls.
type Graph = BTreeMap<(String, String), Json>;

fn read(export: &str) -> Graph {
    let mut graph = Graph::new();
    for line in export.lines().filter(|line| !line.trim().is_empty()) {
        let mut entity: Json = serde_json::from_str(line).expect("an export is JSON");
        let name = ["type", "edge"]
            .iter()
            .find_map(|key| entity[*key].as_str())
            .expect("a type")
            .to_owned();
        let data: &mut Map<String, Json> = entity["data"].as_object_mut().expect("data");
        let id = data
            .remove("id")
            .and_then(|id| id.as_str().map(str::to_owned))
            .expect("an id");
        data.retain(|_, value| !value.is_null());
        graph.insert((name, id), entity);
    }
    graph
}

/// Loads an export into a graph of its own: whatever its schema demands is checked, and nothing gets lost.
fn validate(schema: &str, export: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("graph"), schema);
    if !export.is_empty() {
        store
            .load(export, Mode::Append)
            .unwrap_or_else(|failure| panic!("{}\n{schema}", failure.message));
    }
    assert_eq!(read(&store.export()), read(export), "{schema}");
}

/// In memory where there is such a folder: thousands of graphs are made.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()),
        false => tempfile::tempdir(),
    }
    .expect("a folder")
}

/// Data files with their sizes.
fn data_files(folder: &Path) -> BTreeMap<String, u64> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lance") {
                let size = path.metadata().expect("a file").len();
                found.insert(path.to_string_lossy().into_owned(), size);
            }
        }
    }
    found
}
