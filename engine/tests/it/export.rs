//! Export, and the way back.

use omnigraph_engine::export::ExportOptions;
use omnigraph_engine::{Class, LoadMode};

use crate::support::*;

#[tokio::test]
async fn the_lab_as_text() {
    let lab = Temporary::lab().await;
    insta::assert_snapshot!(export(&lab.graph).await);
}

#[tokio::test]
async fn an_export_loads_to_the_same_export() {
    let lab = Temporary::lab().await;
    let text = export(&lab.graph).await;
    assert_eq!(export(&lab.graph).await, text);
    let copy = Temporary::new(LAB).await;
    load(&copy.graph, LoadMode::Overwrite, &text).await.unwrap();
    check_graph(&copy.graph).await;
    assert_eq!(export(&copy.graph).await, text);
    // Over itself, too.
    load(&copy.graph, LoadMode::Overwrite, &text).await.unwrap();
    check_graph(&copy.graph).await;
    assert_eq!(export(&copy.graph).await, text);
}

#[tokio::test]
async fn an_older_snapshot_stays_as_it_was() {
    let lab = Temporary::lab().await;
    let snapshot = lab.graph.snapshot().await.unwrap();
    let text = export(&lab.graph).await;
    load(
        &lab.graph,
        LoadMode::Merge,
        r#"{"type":"Doc","data":{"slug":"d1","title":"Changed"}}"#,
    )
    .await
    .unwrap();
    let other = lab.reopen().await;
    for graph in [&lab.graph, &other] {
        let old = graph.snapshot_at(snapshot.commit_id()).await.unwrap();
        let mut output = Vec::new();
        old.export(&mut output, &ExportOptions::default()).await.unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), text);
    }
    assert_ne!(export(&other).await, text);
}

#[tokio::test]
async fn by_type() {
    let lab = Temporary::lab().await;
    let snapshot = lab.graph.snapshot().await.unwrap();
    let mut output = Vec::new();
    let options = ExportOptions {
        types: vec!["Cites".to_string()],
    };
    snapshot.export(&mut output, &options).await.unwrap();
    insta::assert_snapshot!(String::from_utf8(output).unwrap(), @r#"
    {"edge":"Cites","from":"d2","to":"d1","data":{"id":"c1"}}
    {"edge":"Cites","from":"d3","to":"d2","data":{"id":"c2"}}
    "#);
    let options = ExportOptions {
        types: vec!["Cite".to_string()],
    };
    let mut output = Vec::new();
    let error = snapshot.export(&mut output, &options).await.unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    assert_eq!(error.to_string(), "type `Cite` does not exist; did you mean `Cites`?");
    assert!(output.is_empty());
}

#[tokio::test]
async fn one_entity() {
    let lab = Temporary::lab().await;
    let snapshot = lab.graph.snapshot().await.unwrap();
    for line in export(&lab.graph).await.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let type_name = row["type"].as_str().or(row["edge"].as_str()).unwrap();
        let found = snapshot
            .entity(type_name, row["data"]["id"].as_str().unwrap())
            .await
            .unwrap();
        assert_eq!(found.as_deref(), Some(line));
    }
    assert_eq!(snapshot.entity("Person", "nobody").await.unwrap(), None);
    assert_eq!(snapshot.entity("Nope", "x").await.unwrap_err().class(), Class::NotFound);
}

#[tokio::test]
async fn edges_find_nodes_of_composite_keys() {
    let schema = "node Place {\n country: String\n code: I32\n @key(country, code)\n}\nedge Near: Place -> Place";
    let places = Temporary::new(schema).await;
    let lines = r#"{"edge":"Near","from":"[\"de\",\"1\"]","to":"[\"fr\",\"2\"]"}
{"type":"Place","data":{"country":"de","code":1}}
{"type":"Place","data":{"country":"fr","code":2}}"#;
    load(&places.graph, LoadMode::Append, lines).await.unwrap();
    check_graph(&places.graph).await;
}

/// More bytes of ids than the sort may hold, so that it merges what it wrote to disk.
#[tokio::test]
async fn long_keys_are_put_in_order_on_disk() {
    let graph = Temporary::new("node Page { url: String @key }").await;
    let row = |n: u32| format!("{{\"type\":\"Page\",\"data\":{{\"url\":\"{n:0>8000}\"}}}}\n");
    let text: String = (0..9_000).rev().map(row).collect();
    load(&graph.graph, LoadMode::Overwrite, &text).await.unwrap();
    let mut lines = 0;
    for (line, n) in export(&graph.graph).await.lines().zip(0_u32..) {
        assert!(line.contains(&format!("\"url\":\"{n:0>8000}\"")), "line {n} is another");
        lines += 1;
    }
    assert_eq!(lines, 9_000);
}
