//! The three modes of a load.

use omnigraph_engine::{Class, LoadMode, LoadOptions};

use crate::support::*;

#[tokio::test]
async fn append_adds_and_counts() {
    let lab = Temporary::new(LAB).await;
    let report = load(&lab.graph, LoadMode::Append, LAB_DATA).await.unwrap();
    assert_eq!(report.nodes["Person"], 5);
    assert_eq!(report.edges["Follows"], 7);
    assert_eq!(report.affected["Doc"].inserted, 3);
    let snapshot = lab.graph.snapshot().await.unwrap();
    assert_eq!(report.receipt.unwrap().commit, snapshot.commit_id());
    assert_eq!(snapshot.node_rows("Person"), 5);
    assert_eq!(snapshot.edge_rows("wrote"), 3);
    assert_eq!(snapshot.record.message, "load 8 nodes and 12 edges (append)");
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn lines_come_in_any_order() {
    let lab = Temporary::lab().await;
    let reversed = Temporary::new(LAB).await;
    let lines: Vec<&str> = LAB_DATA.lines().rev().collect();
    load(&reversed.graph, LoadMode::Append, &lines.join("\n"))
        .await
        .unwrap();
    check_graph(&reversed.graph).await;
    assert_eq!(export(&reversed.graph).await, export(&lab.graph).await);
}

#[tokio::test]
async fn one_load_or_several() {
    let lab = Temporary::lab().await;
    let parts = Temporary::new(LAB).await;
    let lines: Vec<&str> = LAB_DATA.lines().collect();
    for part in lines.chunks(3) {
        load(&parts.graph, LoadMode::Append, &part.join("\n")).await.unwrap();
        check_graph(&parts.graph).await;
    }
    assert_eq!(export(&parts.graph).await, export(&lab.graph).await);
}

#[tokio::test]
async fn merge_replaces_whole_rows_and_keeps_their_numbers() {
    let lab = Temporary::lab().await;
    let lines = r#"{"type":"Person","data":{"handle":"bo","name":"Robert","role":"lead"}}
{"type":"Person","data":{"handle":"fay","name":"Fay","role":"guest"}}
{"edge":"Follows","from":"fay","to":"bo","data":{"id":"f1","weight":1}}
{"edge":"Follows","from":"bo","to":"fay"}"#;
    let report = load(&lab.graph, LoadMode::Merge, lines).await.unwrap();
    let person = report.affected["Person"];
    assert_eq!((person.inserted, person.updated, person.deleted), (1, 1, 0));
    let follows = report.affected["Follows"];
    assert_eq!((follows.inserted, follows.updated), (1, 1));
    check_graph(&lab.graph).await;
    let bo = rows(&lab.graph, "Person")
        .await
        .into_iter()
        .find(|row| row["data"]["id"] == "bo")
        .unwrap();
    assert_eq!(
        bo["data"],
        serde_json::json!({"id": "bo", "handle": "bo", "name": "Robert", "role": "lead"})
    );
    let f1 = rows(&lab.graph, "Follows")
        .await
        .into_iter()
        .find(|row| row["data"]["id"] == "f1")
        .unwrap();
    assert_eq!((&f1["from"], &f1["to"]), (&"fay".into(), &"bo".into()));
}

#[tokio::test]
async fn merge_without_ids_doubles() {
    let lab = Temporary::lab().await;
    let lines = r#"{"edge":"Cites","from":"d3","to":"d1"}"#;
    load(&lab.graph, LoadMode::Merge, lines).await.unwrap();
    load(&lab.graph, LoadMode::Merge, lines).await.unwrap();
    assert_eq!(ids(&lab.graph, "Cites").await.len(), 4);
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn overwrite_leaves_other_types_alone() {
    let lab = Temporary::lab().await;
    let lines = r#"{"edge":"Follows","from":"ada","to":"ed","data":{"id":"f1"}}
{"edge":"Follows","from":"ed","to":"ada","data":{"id":"g1"}}"#;
    let report = load(&lab.graph, LoadMode::Overwrite, lines).await.unwrap();
    let follows = report.affected["Follows"];
    assert_eq!((follows.inserted, follows.updated, follows.deleted), (1, 1, 6));
    assert_eq!(ids(&lab.graph, "Follows").await, ["f1", "g1"]);
    assert_eq!(ids(&lab.graph, "Wrote").await.len(), 3);
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn overwrite_of_nodes_keeps_edges_right() {
    let lab = Temporary::lab().await;
    let docs = r#"{"type":"Doc","data":{"slug":"d9","title":"New"}}
{"type":"Doc","data":{"slug":"d3","title":"Three"}}
{"type":"Doc","data":{"slug":"d1","title":"One"}}
{"type":"Doc","data":{"slug":"d2","title":"Two"}}"#;
    load(&lab.graph, LoadMode::Overwrite, docs).await.unwrap();
    check_graph(&lab.graph).await;
    assert_eq!(ids(&lab.graph, "Doc").await, ["d1", "d2", "d3", "d9"]);
}

#[tokio::test]
async fn overwrite_cannot_leave_an_edge_behind() {
    let lab = Temporary::lab().await;
    let before = export(&lab.graph).await;
    let docs = r#"{"type":"Doc","data":{"slug":"d1","title":"One"}}
{"type":"Doc","data":{"slug":"d2","title":"Two"}}"#;
    let error = load(&lab.graph, LoadMode::Overwrite, docs).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Doc `d3` cannot go: Cites `c2` names it as its `from`"
    );
    assert_eq!(export(&lab.graph).await, before);
    let cites = format!("{docs}\n{}", r#"{"edge":"Cites","from":"d2","to":"d1"}"#);
    load(&lab.graph, LoadMode::Overwrite, &cites).await.unwrap();
    check_graph(&lab.graph).await;
    let edge = r#"{"edge":"Cites","from":"d3","to":"d1"}"#;
    let error = load(&lab.graph, LoadMode::Overwrite, edge).await.unwrap_err();
    assert_eq!(error.to_string(), "line 1: Cites: there is no Doc `d3`, its `from`");
}

#[tokio::test]
async fn an_empty_load_commits_nothing() {
    let lab = Temporary::lab().await;
    for mode in [LoadMode::Append, LoadMode::Merge, LoadMode::Overwrite] {
        let before = export(&lab.graph).await;
        let head = lab.graph.snapshot().await.unwrap().commit_id().to_string();
        let report = load(&lab.graph, mode, "\n  \n").await.unwrap();
        assert_eq!(report.receipt, None);
        assert_eq!(lab.graph.snapshot().await.unwrap().commit_id(), head);
        assert_eq!(export(&lab.graph).await, before);
    }
}

#[tokio::test]
async fn a_load_that_spills_is_the_same() {
    let lines: Vec<String> = (0..30_000)
        .map(|n| match n % 3 {
            0 => format!(
                r#"{{"edge":"Cites","from":"d{}","to":"d{}","data":{{"id":"c{n}"}}}}"#,
                n % 900,
                n % 700
            ),
            _ => format!(r#"{{"type":"Doc","data":{{"slug":"d{n}","title":"Title {n}","vec":[{n},1]}}}}"#),
        })
        .filter(|line| !line.contains("\"Doc\"") || line.len() > 10)
        .chain(
            (0..900)
                .step_by(3)
                .map(|n| format!(r#"{{"type":"Doc","data":{{"slug":"d{n}","title":"T"}}}}"#)),
        )
        .collect();
    let data = lines.join("\n");
    let (small, large) = (Temporary::new(LAB).await, Temporary::new(LAB).await);
    let options = LoadOptions {
        memory: 100_000,
        ..LoadOptions::default()
    };
    small
        .graph
        .load(std::io::Cursor::new(data.clone().into_bytes()), options)
        .await
        .unwrap();
    load(&large.graph, LoadMode::Append, &data).await.unwrap();
    check_graph(&small.graph).await;
    assert!(export(&small.graph).await == export(&large.graph).await);
}

#[tokio::test]
async fn a_conditional_load() {
    let lab = Temporary::lab().await;
    let mut options = LoadOptions::default();
    options.commit.if_commit = Some("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_string());
    let error = lab
        .graph
        .load(std::io::Cursor::new(Vec::new()), options.clone())
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::PreconditionFailed);
    let head = lab.graph.snapshot().await.unwrap().commit_id().to_string();
    options.commit.if_commit = Some(head.clone());
    options.commit.actor = Some("ada".to_string());
    options.commit.message = Some("checked".to_string());
    let line = r#"{"type":"Doc","data":{"slug":"d4","title":"T"}}"#;
    let report = lab.graph.load(std::io::Cursor::new(line), options).await.unwrap();
    let receipt = report.receipt.unwrap();
    assert_eq!((receipt.parent, receipt.actor.as_deref()), (head, Some("ada")));
    assert_eq!(lab.graph.snapshot().await.unwrap().record.message, "checked");
}
