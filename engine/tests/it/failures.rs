//! A failure between any two durable steps leaves the old state or the new one, and a handle that goes on.

use omnigraph_engine::storage::inject::{self, Point};
use omnigraph_engine::{Class, Effect, Graph, LoadMode, OpenOptions};
use omnigraph_model::ir::Comparison::Equal;

use crate::support::*;

const BEFORE_THE_RECORD: [Point; 4] = [
    inject::WRITE_STAGED,
    inject::WRITE_BEFORE_DATASET,
    inject::WRITE_AFTER_DATASET,
    inject::PUBLISH_BEFORE,
];

#[tokio::test]
async fn a_load_that_fails_before_its_record_never_was() {
    let lab = Temporary::lab_in_files().await;
    let before = export(&lab.graph).await;
    let lines = r#"{"type":"Person","data":{"handle":"fay","name":"F","role":"lead"}}
{"edge":"Follows","from":"fay","to":"ada"}"#;
    for point in BEFORE_THE_RECORD {
        lab.graph.injection().fail(point);
        let error = load(&lab.graph, LoadMode::Append, lines).await.unwrap_err();
        assert_eq!(error.effect(), Effect::None, "{}", point.0);
        assert_eq!(export(&lab.graph).await, before, "{}", point.0);
        assert_eq!(export(&lab.reopen().await).await, before, "{}", point.0);
    }
    load(&lab.graph, LoadMode::Append, lines).await.unwrap();
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn an_init_that_fails_may_be_tried_again() {
    let before = [inject::INIT_DATASET, inject::INIT_SCHEMA, inject::INIT_BEFORE_RECORD];
    for point in before {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("g").to_str().unwrap().to_string();
        let options = OpenOptions::default();
        options.injection.fail(point);
        let failed = init(&location, LAB, options).await;
        assert!(failed.is_err(), "{}", point.0);
        let error = Graph::open(&location).await.unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("its creation was not finished; create it again"),
            "{error}"
        );
        let graph = init(&location, LAB, OpenOptions::default()).await.unwrap();
        load(&graph, LoadMode::Append, LAB_DATA).await.unwrap();
        check_graph(&graph).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("g").to_str().unwrap().to_string();
    let options = OpenOptions::default();
    options.injection.fail(inject::INIT_AFTER_RECORD);
    init(&location, LAB, options).await.unwrap_err();
    check_graph(&Graph::open(&location).await.unwrap()).await;
}

/// A child that writes until it is killed; it prints what was acknowledged.
#[tokio::test]
async fn child_of_the_kill_test() {
    let Ok(location) = std::env::var("OMNIGRAPH_KILL_TEST") else {
        return;
    };
    let graph = Graph::open(&location).await.unwrap();
    let first = graph.snapshot().await.unwrap().node_rows("Person");
    // The harness has begun a line.
    println!();
    for n in first.. {
        let handle = format!("k{n}");
        let follows = [("from", text(&handle)), ("to", text(&handle))];
        let statements = vec![person(&handle, "K", "lead"), insert(edge("Follows"), &follows)];
        mutate(&graph, statements).await.unwrap();
        println!("acknowledged {n}");
    }
}

#[tokio::test]
async fn killed_at_any_moment() {
    use std::io::Read;
    let lab = Temporary::new(LAB).await;
    let mut acknowledged = None;
    for round in 0..12u64 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "failures::child_of_the_kill_test",
                "--nocapture",
                "--test-threads=1",
            ])
            .env("OMNIGRAPH_KILL_TEST", lab.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(60 + 37 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let mut output = String::new();
        child.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        let last = output
            .lines()
            // The first stands behind the name of the test, on one line.
            .filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse::<u64>().ok())
            .next_back();
        acknowledged = last.or(acknowledged);
        let graph = lab.reopen().await;
        check_graph(&graph).await;
        let snapshot = graph.snapshot().await.unwrap();
        let rows = snapshot.node_rows("Person");
        // All that was acknowledged is there, and at most the one that was on its way besides.
        let known = acknowledged.map_or(0, |last| last + 1);
        assert!(rows == known || rows == known + 1, "{rows} rows, {known} acknowledged");
        assert_eq!(snapshot.edge_rows("Follows"), rows);
        acknowledged = rows.checked_sub(1);
    }
}

#[tokio::test]
async fn a_delete_and_its_cascade_are_one() {
    let lab = Temporary::lab_in_files().await;
    let before = export(&lab.graph).await;
    let statement = || vec![delete(node("Person"), when("handle", Equal, text("ada")))];
    lab.graph.injection().fail(inject::WRITE_BEFORE_CASCADE);
    mutate(&lab.graph, statement()).await.unwrap_err();
    assert_eq!(export(&lab.graph).await, before);
    mutate(&lab.graph, statement()).await.unwrap();
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for() {
    let lab = Temporary::lab_in_files().await;
    lab.graph.injection().fail(inject::PUBLISH_LOST);
    let error = mutate(&lab.graph, vec![person("fay", "Fay", "lead")])
        .await
        .unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::Unknown, Effect::Unknown));
    let omnigraph_engine::Error::Unknown { operation, .. } = &error else {
        panic!("{error}");
    };
    let found = lab.graph.find_operation(operation).await.unwrap().unwrap();
    assert_eq!(found.id, lab.graph.snapshot().await.unwrap().commit_id());
    assert_eq!(
        lab.graph.find_operation("01ARZ3NDEKTSV4RRFFQ69G5FAV").await.unwrap(),
        None
    );
    mutate(&lab.graph, vec![person("gus", "Gus", "lead")]).await.unwrap();
    check_graph(&lab.graph).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_that_refuses_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let lab = Temporary::lab_in_files().await;
    let folder = lab.path().join("_graph/branches/main");
    let mode = |bits| std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(bits)).unwrap();
    mode(0o555);
    // The superuser is refused nothing.
    if std::fs::write(folder.join("probe"), "").is_ok() {
        mode(0o755);
        return;
    }
    let error = mutate(&lab.graph, vec![person("fay", "Fay", "lead")])
        .await
        .unwrap_err();
    mode(0o755);
    assert_eq!(
        error.class(),
        Class::Storage(omnigraph_engine::StorageKind::Configuration)
    );
    mutate(&lab.graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
}

#[tokio::test]
async fn a_graph_in_the_place_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, "mine").unwrap();
    let error = init(path.to_str().unwrap(), LAB, Default::default()).await.unwrap_err();
    assert_eq!(error.class().name(), "Storage", "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}
