//! Optimizing changes no answer, makes at most one commit, and leaves nothing for a second run.

use omnigraph_engine::execution;
use omnigraph_engine::storage::{ColumnStatistics, inject};
use omnigraph_engine::{Class, Coverage, Graph, IndexKind, LoadMode, OptimizeOptions};

use crate::lab;
use crate::support::*;

const SCHEMA: &str = r#"
node Item {
    code: String @key
    title: String? @index
    i: I32? @index
    j: I64? @index
    u: U32? @index
    w: U64? @index
    f: F32? @index
    g: F64? @index
    b: Bool? @index
    day: Date? @index
    at: DateTime? @index
    kind: enum(a, b)? @index
    vec: Vector(2)? @index
}
edge Next: Item -> Item {
    weight: I32? @index
}
"#;

fn item(n: usize) -> String {
    format!(
        r#"{{"type":"Item","data":{{"code":"c{n:04}","title":"Graph number {}","i":{n},"j":{n},"u":{n},"w":{n},"f":{}.5,"g":{}.25,"b":{},"day":{n},"at":{n},"kind":"{}","vec":[{n},1]}}}}
{{"edge":"Next","from":"c{n:04}","to":"c{n:04}","data":{{"id":"e{n:04}","weight":{}}}}}
"#,
        n % 7,
        n % 5,
        n % 5,
        n.is_multiple_of(2),
        if n.is_multiple_of(3) { "a" } else { "b" },
        n % 4,
    )
}

/// Many small fragments, rows replaced and rows deleted.
async fn items() -> Temporary {
    let items = Temporary::new(SCHEMA).await;
    items.graph.injection().use_files();
    for part in 0..12 {
        let text: String = (part * 20..(part + 1) * 20).map(item).collect();
        load(&items.graph, LoadMode::Append, &text).await.unwrap();
    }
    let changed = r#"{"type":"Item","data":{"code":"c0003","i":1000,"title":"Tree"}}"#;
    load(&items.graph, LoadMode::Merge, changed).await.unwrap();
    items
}

const QUERIES: [&str; 15] = [
    "match { $x: Item { code: \"c0007\" } } return { $x.code, $x.title }",
    "match { $x: Item { title: \"Graph number 3\" } } return { $x.code }",
    "match { $x: Item $x.i > 100 } return { $x.code, $x.i }",
    "match { $x: Item { j: 17 } } return { $x.code }",
    "match { $x: Item $x.u <= 9 } return { $x.code }",
    "match { $x: Item { w: 21 } } return { $x.code }",
    "match { $x: Item { f: 2.5 } } return { $x.code }",
    "match { $x: Item $x.g < 1.0 } return { $x.code }",
    "match { $x: Item { b: true } } return { count($x) as n }",
    "match { $x: Item { day: date(\"1970-01-09\") } } return { $x.code }",
    "match { $x: Item { at: datetime(\"1970-01-01T00:00:00.009Z\") } } return { $x.code }",
    "match { $x: Item { kind: \"a\" } } return { count($x) as n }",
    "match { $x: Item { i: 1000 } $x next $y } return { $y.code }",
    "match { $x: Item $x.i != 3 } return { count($x) as n }",
    "match { $x: Item { title: \"Tree\" } } return { $x.code, $x.i }",
];

/// The answers of a handle that has nothing in memory yet.
async fn answers(items: &Temporary) -> Vec<Vec<String>> {
    let graph = items.reopen().await;
    let snapshot = graph.snapshot().await.unwrap();
    let mut answers = Vec::new();
    for query in QUERIES {
        let plan = lab::plan(&snapshot, &format!("query q() {{ {query} }}"));
        let result = execution::query(&snapshot, &plan, &Default::default(), &lab::options()).await;
        let mut rows = lab::rows(&result.unwrap());
        rows.sort();
        answers.push(rows);
    }
    answers
}

async fn optimize(graph: &Graph) -> omnigraph_engine::OptimizeReport {
    graph.optimize(&OptimizeOptions::default()).await.unwrap()
}

#[tokio::test]
async fn answers_stay_and_a_second_run_does_nothing() {
    let items = items().await;
    let (text, before) = (export(&items.graph).await, answers(&items).await);
    assert!(before.iter().all(|rows| !rows.is_empty()), "{before:?}");
    let report = optimize(&items.graph).await;
    assert!(report.commit.is_some());
    let item = report.types.iter().find(|t| t.name == "Item").unwrap();
    assert!(item.fragments_before >= 12, "{item:?}");
    assert_eq!(item.fragments_after, 1);
    assert_eq!(item.built.len(), 17, "{:?}", item.built);
    check_graph(&items.graph).await;
    assert_eq!(export(&items.graph).await, text);
    assert_eq!(answers(&items).await, before);
    let again = optimize(&items.graph).await;
    assert_eq!(again.commit, None);
    assert!(again.types.is_empty());
    let snapshot = items.graph.snapshot().await.unwrap();
    assert_eq!(Some(snapshot.commit_id()), report.commit.as_deref());
}

#[tokio::test]
async fn writes_after_it_are_found_beside_the_indexes() {
    let items = items().await;
    optimize(&items.graph).await;
    let replaced = r#"{"type":"Item","data":{"code":"c0007","i":5000,"title":"Wood"}}"#;
    load(&items.graph, LoadMode::Merge, replaced).await.unwrap();
    load(&items.graph, LoadMode::Append, &item(900)).await.unwrap();
    let partly = answers(&items).await;
    assert_eq!(partly[0], [r#"["c0007","Wood"]"#]);
    assert!(partly[2].contains(&r#"["c0007",5000]"#.to_string()));
    assert!(!partly[2].contains(&r#"["c0007",7]"#.to_string()));
    let coverage = items.graph.snapshot().await.unwrap().index_coverage();
    let of = |column: &str, kind: IndexKind| {
        let found = coverage
            .iter()
            .find(|c| c.column == column && c.kind == kind && c.type_name == "Item");
        found.unwrap().clone()
    };
    assert_eq!(of("i", IndexKind::BTree).state, Coverage::Partial);
    assert_eq!(
        (of("i", IndexKind::BTree).covered_rows, of("i", IndexKind::BTree).rows),
        (239, 241)
    );
    assert_eq!(of("vec", IndexKind::Vector).state, Coverage::Pending);
    optimize(&items.graph).await;
    assert_eq!(answers(&items).await, partly);
    check_graph(&items.graph).await;
    let coverage = items.graph.snapshot().await.unwrap().index_coverage();
    assert!(
        coverage
            .iter()
            .all(|c| c.kind == IndexKind::Vector || c.state == Coverage::Full),
        "{coverage:?}"
    );
}

#[tokio::test]
async fn columns_are_counted_and_again_when_the_type_has_grown() {
    let items = items().await;
    let statistics = async |column: &str| {
        let snapshot = items.graph.snapshot().await.unwrap();
        snapshot.node_state("Item").unwrap().statistics.get(column).copied()
    };
    let counted = async || {
        let report = optimize(&items.graph).await;
        let item = report.types.iter().find(|t| t.name == "Item").unwrap();
        item.counted
    };
    assert_eq!(statistics("code").await, None);
    assert!(counted().await);
    // One row was replaced by one that has only a key, a title and a number.
    for (column, distinct, nulls) in [
        ("code", 240, 0),
        ("title", 8, 0),
        ("i", 240, 0),
        ("b", 2, 1),
        ("kind", 2, 1),
    ] {
        let expected = ColumnStatistics {
            rows: 240,
            distinct,
            nulls,
        };
        assert_eq!(statistics(column).await, Some(expected), "{column}");
    }
    assert_eq!(statistics("vec").await, None);
    let grow = async |from: usize, to: usize| {
        let text: String = (from..to).map(item).collect();
        load(&items.graph, LoadMode::Append, &text).await.unwrap();
    };
    grow(300, 320).await;
    assert_eq!(statistics("code").await.unwrap().rows, 240, "writes carry them along");
    assert!(!counted().await);
    assert_eq!(statistics("code").await.unwrap().rows, 240, "they are near enough");
    grow(320, 330).await;
    assert!(counted().await);
    assert_eq!(statistics("code").await.unwrap().rows, 270);
}

#[tokio::test]
async fn before_it_indexes_are_missing_and_on_nothing_they_wait() {
    let items = Temporary::new(SCHEMA).await;
    let states = |graph: &Graph| {
        let graph = graph.clone();
        async move {
            let coverage = graph.snapshot().await.unwrap().index_coverage();
            coverage.iter().map(|c| c.state).collect::<Vec<_>>()
        }
    };
    assert!(states(&items.graph).await.iter().all(|s| *s == Coverage::Pending));
    assert_eq!(optimize(&items.graph).await.commit, None);
    load(&items.graph, LoadMode::Append, &item(1)).await.unwrap();
    assert!(states(&items.graph).await.contains(&Coverage::Missing));
}

#[tokio::test]
async fn by_type_and_beside_a_writer() {
    let items = items().await;
    let only = OptimizeOptions {
        types: vec!["Next".to_string()],
        ..OptimizeOptions::default()
    };
    let parked = items.graph.injection().park(inject::PUBLISH_BEFORE);
    let (graph, writer) = (items.graph.clone(), items.reopen().await);
    let run = tokio::spawn(async move { graph.optimize(&only).await });
    parked.reached().await;
    // It touches the type that is being optimized.
    load(&writer, LoadMode::Append, &item(700)).await.unwrap();
    parked.release();
    let report = run.await.unwrap().unwrap();
    assert_eq!(report.types.len(), 1);
    check_graph(&items.graph).await;
    assert!(export(&items.graph).await.contains("e0700"));
    let unknown = OptimizeOptions {
        types: vec!["Nxt".to_string()],
        ..OptimizeOptions::default()
    };
    let error = items.graph.optimize(&unknown).await.unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
}

#[tokio::test]
async fn a_failure_leaves_everything_as_it_was() {
    let items = items().await;
    let text = export(&items.graph).await;
    for point in [
        inject::OPTIMIZE_COMPACTED,
        inject::OPTIMIZE_DATASET,
        inject::PUBLISH_BEFORE,
    ] {
        let head = items.graph.snapshot().await.unwrap().commit_id().to_string();
        items.graph.injection().fail(point);
        assert!(items.graph.optimize(&OptimizeOptions::default()).await.is_err());
        assert_eq!(items.graph.snapshot().await.unwrap().commit_id(), head);
        assert_eq!(export(&items.graph).await, text);
    }
    assert!(optimize(&items.graph).await.commit.is_some());
    assert_eq!(export(&items.graph).await, text);
}
