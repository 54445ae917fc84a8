//! Creating and opening graphs, records and their objects, and what damaged stores say.

use std::fs;

use omnigraph_engine::storage::{CommitKind, CommitRecord};
use omnigraph_engine::{Class, Error, Graph, LoadMode, OpenOptions, StorageKind};

use crate::support::*;

fn records(lab: &Temporary) -> Vec<std::path::PathBuf> {
    let folder = lab.path().join("_graph/branches/main");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// The object of a record, without the rows behind it.
fn object(path: &std::path::Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    bytes.split(|byte| *byte == b'\n').next().unwrap().to_vec()
}

fn record(path: &std::path::Path) -> CommitRecord {
    serde_json::from_slice(&object(path)).unwrap()
}

#[tokio::test]
async fn a_new_graph_is_empty() {
    let lab = Temporary::new(LAB).await;
    let snapshot = lab.graph.snapshot().await.unwrap();
    assert_eq!(snapshot.record.kind, CommitKind::Genesis);
    assert!(snapshot.record.parents.is_empty());
    assert_eq!(snapshot.record.tables.len(), 5);
    assert_eq!(snapshot.catalog.nodes.len(), 2);
    assert_eq!(snapshot.schema().object.source, LAB);
    assert_eq!(export(&lab.graph).await, "");
    check_graph(&lab.reopen().await).await;
}

#[tokio::test]
async fn records_form_a_chain() {
    let lab = Temporary::lab().await;
    mutate(&lab.graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
    let files = records(&lab);
    assert_eq!(files.len(), 3);
    // The newest is listed first.
    let chain: Vec<CommitRecord> = files.iter().map(|file| record(file)).collect();
    assert_eq!(
        chain.iter().map(|record| record.sequence).collect::<Vec<_>>(),
        [3, 2, 1]
    );
    assert_eq!(chain.iter().map(|record| record.depth).collect::<Vec<_>>(), [3, 2, 1]);
    for (child, (parent, file)) in chain.iter().zip(chain.iter().zip(&files).skip(1)) {
        assert_eq!(child.parents[0].id, parent.id);
        assert!(child.time > parent.time);
        assert_eq!(child.life, chain[2].id);
        use sha2::Digest;
        let hash: String = sha2::Sha256::digest(object(file))
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(child.parent_hash.as_deref(), Some(hash.as_str()));
    }
    for record in &chain {
        assert_eq!(lab.graph.snapshot_at(&record.id).await.unwrap().commit_id(), record.id);
        assert!(lab.path().join("_graph/by-id").join(&record.id).exists());
    }
    // A lost hint costs requests, not the answer.
    fs::remove_dir_all(lab.path().join("_graph/by-id")).unwrap();
    fs::remove_dir_all(lab.path().join("_graph/heads")).unwrap();
    let other = lab.reopen().await;
    assert_eq!(other.snapshot().await.unwrap().commit_id(), chain[0].id);
    assert_eq!(other.snapshot_at(&chain[2].id).await.unwrap().commit_id(), chain[2].id);
    let missing = other.snapshot_at("01ARZ3NDEKTSV4RRFFQ69G5FAV").await.unwrap_err();
    assert_eq!(
        missing.to_string(),
        "commit `01ARZ3NDEKTSV4RRFFQ69G5FAV` does not exist"
    );
    let operation = &chain[1].operation.id;
    assert_eq!(other.find_operation(operation).await.unwrap().unwrap().id, chain[1].id);
}

#[tokio::test]
async fn a_stale_or_wrong_hint_never_changes_the_answer() {
    let lab = Temporary::lab().await;
    for n in 0..12 {
        mutate(&lab.graph, vec![person(&format!("p{n}"), "P", "lead")])
            .await
            .unwrap();
    }
    let head = lab.graph.snapshot().await.unwrap().commit_id().to_string();
    let sequence = |number: u64| sealed(&format!("{{\"sequence\":{number}}}"));
    let hints = [1, 3, 13, 14, 0].map(sequence);
    let damaged = [sequence(14).replace("14", "15"), "14".to_string(), String::new()];
    for hint in hints.iter().chain(&damaged) {
        fs::write(lab.path().join("_graph/heads/main"), hint).unwrap();
        assert_eq!(
            lab.reopen().await.snapshot().await.unwrap().commit_id(),
            head,
            "hint {hint:?}"
        );
    }
    // Unless it names records that are not there.
    for beyond in [15, 999] {
        fs::write(lab.path().join("_graph/heads/main"), sequence(beyond)).unwrap();
        let graph = lab.reopen().await;
        let error = graph.snapshot().await.unwrap_err();
        assert!(
            matches!(&error, Error::MissingRecords { first: 15, last, before: Some(before), .. } if *last == beyond && *before == head),
            "{error}"
        );
        assert_eq!(graph.snapshot_at(&head).await.unwrap().commit_id(), head);
    }
}

#[tokio::test]
async fn one_of_many_inits_wins() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("g").to_str().unwrap().to_string();
    let inits = (0..4).map(|_| {
        let location = location.clone();
        tokio::spawn(async move { init(&location, LAB, OpenOptions::default()).await })
    });
    let outcomes = futures::future::join_all(inits).await;
    let mut won = 0;
    for outcome in outcomes {
        match outcome.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error.class().name(), "AlreadyInitialized"),
        }
    }
    assert_eq!(won, 1);
    let graph = Graph::open(&location).await.unwrap();
    load(&graph, LoadMode::Append, LAB_DATA).await.unwrap();
    check_graph(&graph).await;
    let again = init(&location, LAB, OpenOptions::default()).await.unwrap_err();
    assert_eq!(again.class().name(), "AlreadyInitialized");
}

#[tokio::test]
async fn identities_are_never_drawn_twice() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().to_str().unwrap().to_string();
    // A crash left a claimed block behind.
    fs::create_dir_all(folder.path().join("_graph/identities")).unwrap();
    fs::write(folder.path().join("_graph/identities/00000000000000000000.json"), "{}").unwrap();
    let graph = init(&location, LAB, OpenOptions::default()).await.unwrap();
    let snapshot = graph.snapshot().await.unwrap();
    assert!(
        snapshot
            .record
            .tables
            .iter()
            .all(|table| table.type_id > 64 && table.incarnation > 64)
    );
}

#[tokio::test]
async fn a_bad_schema_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("g");
    let error = init(
        location.to_str().unwrap(),
        "node A { x: Strng }",
        OpenOptions::default(),
    )
    .await
    .unwrap_err();
    assert_eq!(error.class().name(), "Compiler");
    assert!(!location.exists());
}

#[tokio::test]
async fn what_is_no_graph() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let error = Graph::open(path).await.unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.to_string(), format!("{path} is not a graph"));
    let nothing = folder.path().join("nothing");
    let nothing = nothing.to_str().unwrap();
    let error = Graph::open(nothing).await.unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.to_string(), format!("{nothing} does not exist"));
    fs::create_dir(folder.path().join("_graph")).unwrap();
    fs::write(folder.path().join("_graph/format.json"), sealed("{\"format\":2}")).unwrap();
    let error = Graph::open(path).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{path} is not a graph: its creation was not finished; create it again")
    );
    init(path, LAB, OpenOptions::default()).await.unwrap();
    for (format, wanted) in [
        (sealed("{\"format\":3}"), "it needs a newer binary"),
        (
            "{\"format\":1}".to_string(),
            "export the graph with the binary that wrote it",
        ),
    ] {
        fs::write(folder.path().join("_graph/format.json"), format).unwrap();
        let error = Graph::open(path).await.unwrap_err();
        assert!(matches!(error, Error::OtherFormat { known: 2, .. }), "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    fs::write(
        folder.path().join("_graph/format.json"),
        sealed("{\"format\":2}").replace('2', "3"),
    )
    .unwrap();
    let error = Graph::open(path).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn reading_writes_nothing() {
    let lab = Temporary::lab().await;
    let listing = || {
        let mut files = Vec::new();
        let mut folders = vec![lab.path()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => files.push((entry.path(), entry.metadata().unwrap().len())),
                }
            }
        }
        files.sort();
        files
    };
    let before = listing();
    let graph = lab.reopen().await;
    check_graph(&graph).await;
    export(&graph).await;
    assert_eq!(listing(), before);
}

#[tokio::test]
async fn file_uris_name_local_graphs() {
    let lab = Temporary::lab().await;
    let uri = format!("file://{}", lab.path().display());
    let graph = Graph::open(&uri).await.unwrap();
    assert_eq!(export(&graph).await, export(&lab.graph).await);
}

#[tokio::test]
async fn damage_names_its_file() {
    let lab = Temporary::lab_in_files().await;
    let head = records(&lab)[0].clone();
    let good = fs::read_to_string(&head).unwrap();
    let name = "_graph/branches/main/18446744073709551613.json";
    for (bad, reason) in [
        (
            "{\"format\":2".to_string(),
            "is damaged: its content is not what was written",
        ),
        (String::new(), "is damaged: its content is not what was written"),
        (
            good.replace("\"sequence\":2,\"life\"", "\"sequence\":7,\"life\""),
            "is damaged: its content is not what was written",
        ),
        (
            sealed(&unsealed(&good).replace("\"sequence\":2,\"life\"", "\"sequence\":7,\"life\"")),
            "is damaged: it says it is number 7 of `main`",
        ),
        (
            sealed(&unsealed(&good).replace("{\"format\":2", "{\"format\":9")),
            "has format 9, this program reads 2",
        ),
    ] {
        fs::write(&head, bad).unwrap();
        let error = match Graph::open(lab.path().to_str().unwrap()).await {
            // An older commit could be read.
            Ok(graph) => graph.snapshot().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.class(), Class::Storage(StorageKind::Permanent));
        assert!(
            error.to_string().contains(name) && error.to_string().contains(reason),
            "{error}"
        );
    }
    fs::write(&head, &good).unwrap();

    let schema = fs::read_dir(lab.path().join("_graph/schemas"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let text = fs::read_to_string(&schema).unwrap();
    fs::write(&schema, text.replace("handle", "hendle")).unwrap();
    let error = lab.reopen().await.snapshot().await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is damaged: its content does not fit its name"),
        "{error}"
    );
    fs::remove_file(&schema).unwrap();
    let error = lab.reopen().await.snapshot().await.unwrap_err();
    assert!(error.to_string().contains("is damaged: it is missing"), "{error}");
    fs::write(&schema, text).unwrap();

    let person = lab
        .graph
        .snapshot()
        .await
        .unwrap()
        .node_state("Person")
        .unwrap()
        .clone();
    let folder = lab
        .path()
        .join(format!("nodes/{:016x}-{:016x}", person.type_id, person.incarnation));
    fs::rename(&folder, folder.with_extension("away")).unwrap();
    let error = lab
        .reopen()
        .await
        .snapshot()
        .await
        .unwrap()
        .node_table("Person")
        .await
        .unwrap_err();
    let wanted = "is damaged: it is missing; it holds the list of files of node type `Person` (version ";
    assert!(error.to_string().contains(wanted), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn other_files_are_left_alone() {
    let lab = Temporary::lab().await;
    fs::write(lab.path().join("README"), "mine").unwrap();
    fs::write(lab.path().join("_graph/branches/main/notes.txt"), "mine").unwrap();
    let graph = lab.reopen().await;
    mutate(&graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
    assert_eq!(fs::read_to_string(lab.path().join("README")).unwrap(), "mine");
}

#[tokio::test]
async fn a_handle_is_of_one_branch() {
    let of = |branch: &str| OpenOptions {
        branch: Some(branch.to_owned()),
        ..OpenOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab");
    let location = path.to_str().unwrap();
    let graph = init(location, LAB, of("Draft")).await.unwrap();
    assert_eq!(graph.branch(), "Draft");
    let report = load(&graph, LoadMode::Append, LAB_DATA).await.unwrap();
    assert_eq!(report.branch, "Draft");
    let again = Graph::open_with(location, of("Draft")).await.unwrap();
    assert_eq!(again.snapshot().await.unwrap().record.branch, "Draft");
    check_graph(&again).await;
    assert!(path.join("_graph/branches/%44raft").is_dir());
    // No other branch is there, `main` neither; and the graph does not begin again on one.
    let missing = Graph::open(location).await.unwrap_err();
    assert_eq!(missing.to_string(), "branch `main` does not exist");
    let error = init(location, LAB, OpenOptions::default()).await.unwrap_err();
    assert_eq!(error.class().name(), "AlreadyInitialized");
    let error = again.on("main").await.unwrap_err();
    assert_eq!(error.to_string(), missing.to_string());
    assert_eq!(again.on("Draft").await.unwrap().branch(), "Draft");
}
