//! Schema apply on real stores: data stay, older commits stay readable, and nothing is written that need not be.

use omnigraph::{Class, Error, PlanOptions, SchemaPlan, Session};
use omnigraph_compiler::migrate::HardDrops;
use omnigraph_engine::storage::inject;
use omnigraph_engine::{ApplyOptions, Graph, LoadMode, OptimizeOptions, SchemaReport};

use crate::support::{Temporary, check_graph, export, load, rows};

const BEFORE: &str = "
node Tome { isbn: String @key name: String lang: String? fax: String? pages: I32 mood: enum(calm, loud)? }
node Kiosk { number: I32 @key }
edge Cites: Tome -> Tome { page: I32? }
";

const DATA: &str = r#"
{"type":"Tome","data":{"isbn":"a","name":"A","lang":"en","fax":"1","pages":3,"mood":"calm"}}
{"type":"Tome","data":{"isbn":"b","name":"B","lang":"de","pages":5}}
{"type":"Kiosk","data":{"number":1}}
{"edge":"Cites","from":"a","to":"b","data":{"id":"c1","page":7}}
"#;

async fn library() -> Temporary {
    let library = Temporary::new(BEFORE).await;
    load(&library.graph, LoadMode::Append, DATA).await.unwrap();
    library
}

fn session(graph: &Graph) -> Session {
    omnigraph::Graph::from(graph.clone()).session()
}

async fn plan(graph: &Graph, source: &str) -> SchemaPlan {
    session(graph)
        .plan_schema(source, &PlanOptions::default())
        .await
        .unwrap()
}

async fn apply(graph: &Graph, source: &str) -> Result<String, Error> {
    let plan = plan(graph, source).await;
    let report = session(graph).apply_schema(&plan, &ApplyOptions::default()).await?;
    assert!(report.applied);
    check_graph(graph).await;
    assert!(self::plan(graph, source).await.plan.steps.is_empty());
    Ok(report.commit)
}

/// Names and sizes of all data files.
fn data_files(library: &Temporary) -> Vec<(std::path::PathBuf, u64)> {
    let (mut found, mut folders) = (Vec::new(), vec![library.path()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lance") {
                found.push((path.clone(), path.metadata().unwrap().len()));
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn renames_additions_and_drops_write_no_data() {
    let library = library().await;
    let graph = &library.graph;
    // Rows that lie in records go to files first.
    graph.optimize(&OptimizeOptions::default()).await.unwrap();
    let (before, files) = (export(graph).await, data_files(&library));
    let old = graph.snapshot().await.unwrap().commit_id().to_owned();
    let next = "
node Book @rename_from(\"Tome\") {
    isbn: String @key
    title: String @rename_from(\"name\")
    lang: String
    note: String?
    tags: [String]?
    pages: I32? @range(pages, 1..9)
    mood: enum(calm, eerie, loud)? @index
}
node Shelf { code: String @key }
edge Quotes: Book -> Book @rename_from(\"Cites\") { page: I32? since: Date? }
";
    apply(graph, next).await.unwrap();
    assert_eq!(data_files(&library), files.clone());
    let books = rows(graph, "Book").await;
    assert_eq!(books.len(), 2);
    assert_eq!(books[0]["data"]["title"], "A");
    assert_eq!(books[0]["data"]["lang"], "en");
    assert!(books[0]["data"].get("fax").is_none());
    assert_eq!(rows(graph, "Quotes").await[0]["data"]["page"], 7);
    // What is written afterwards has the new columns, beside rows that lack them.
    let more = r#"
{"type":"Book","data":{"isbn":"c","title":"C","lang":"fr","note":"new","tags":["x"],"mood":"eerie"}}
{"type":"Book","data":{"isbn":"a","title":"A2","lang":"en","note":"kept"}}
{"edge":"Quotes","from":"c","to":"a","data":{"id":"q1","since":"2024-01-01"}}
"#;
    load(graph, LoadMode::Merge, more).await.unwrap();
    check_graph(graph).await;
    let books = rows(graph, "Book").await;
    assert_eq!(books.len(), 3);
    assert_eq!(books[0]["data"]["title"], "A2");
    assert_eq!(books[2]["data"]["note"], "new");
    // Older commits keep their own schema.
    let snapshot = graph.snapshot_at(&old).await.unwrap();
    let mut output = Vec::new();
    snapshot.export(&mut output, &Default::default()).await.unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), before);
    // So does everything for who opens the graph anew.
    assert_eq!(export(&library.reopen().await).await, export(graph).await);
}

#[tokio::test]
async fn what_comes_back_under_an_old_name_is_empty() {
    let library = library().await;
    let without = BEFORE
        .replace(" fax: String?", "")
        .replace("node Kiosk { number: I32 @key }\n", "");
    apply(&library.graph, &without).await.unwrap();
    apply(&library.graph, BEFORE).await.unwrap();
    assert!(rows(&library.graph, "Kiosk").await.is_empty());
    let tomes = rows(&library.graph, "Tome").await;
    assert!(tomes.iter().all(|tome| tome["data"]["fax"].is_null()), "{tomes:?}");
}

#[tokio::test]
async fn the_data_decide() {
    let library = library().await;
    let graph = &library.graph;
    let before = export(graph).await;
    for (old, new, code) in [
        ("fax: String?", "fax: String", "OG-MF-104"),
        ("pages: I32", "pages: I32 @range(pages, 1..4)", "OG-MF-105"),
        ("name: String", "name: String @check(name, \"^A\")", "OG-MF-105"),
        ("enum(calm, loud)", "enum(loud)", "OG-MF-106"),
        ("pages: I32", "pages: String", "OG-MF-106"),
        ("name: String", "name: String code: String", "OG-MF-103"),
        ("{ page: I32? }", "@card(1..) { page: I32? }", "OG-ED-103"),
        ("pages: I32", "pages: U32 @range(pages, 4..9)", "OG-MF-105"),
    ] {
        let source = BEFORE.replace(old, new);
        let plan = plan(graph, &source).await;
        let error = session(graph)
            .apply_schema(&plan, &ApplyOptions::default())
            .await
            .unwrap_err();
        assert!(error.to_string().contains(code), "{new}: {error}");
    }
    assert_eq!(export(graph).await, before);
    for (old, new) in [
        ("lang: String?", "lang: String"),
        ("name: String", "name: String @unique"),
        ("pages: I32", "pages: I32 @range(pages, 3..5)"),
        ("enum(calm, loud)", "enum(calm)"),
        ("{ page: I32? }", "@card(0..1) { page: I32? }"),
        ("pages: I32", "pages: U32"),
        (
            "node Kiosk { number: I32 @key }",
            "node Kiosk { number: I32 @key }\nnode Shelf { code: String }",
        ),
    ] {
        apply(graph, &BEFORE.replace(old, new)).await.unwrap();
        apply(graph, BEFORE).await.unwrap();
    }
    assert_eq!(export(graph).await, before);
}

#[tokio::test]
async fn a_plan_is_for_one_commit() {
    let library = library().await;
    let graph = &library.graph;
    let source = BEFORE.replace("lang: String?", "lang: String");
    let plan = plan(graph, &source).await;
    let late = r#"{"type":"Tome","data":{"isbn":"late","name":"L","pages":1}}"#;
    load(graph, LoadMode::Append, late).await.unwrap();
    let refused = session(graph)
        .apply_schema(&plan, &ApplyOptions::default())
        .await
        .unwrap_err();
    assert!(
        matches!(refused.class(), Class::Engine(omnigraph_engine::Class::ReadSetChanged)),
        "{refused}"
    );
    // A change of comments alone is kept too.
    let commented = format!("// Books.\n{BEFORE}");
    apply(graph, &commented).await.unwrap();
    assert_eq!(graph.snapshot().await.unwrap().schema().object.source, commented);
}

pub(crate) async fn apply_hard(graph: &Graph, source: &str) -> SchemaReport {
    let options = PlanOptions {
        hard_drops: HardDrops::All,
        ..PlanOptions::default()
    };
    let plan = session(graph).plan_schema(source, &options).await.unwrap();
    session(graph)
        .apply_schema(&plan, &ApplyOptions::default())
        .await
        .unwrap()
}

/// What the files of the graph hold, records and schemas aside.
fn holds(library: &Temporary, text: &str) -> bool {
    ["nodes", "edges"].iter().any(|folder| {
        let mut folders = vec![library.path().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if std::fs::read(&path)
                    .unwrap()
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
                {
                    return true;
                }
            }
        }
        false
    })
}

#[tokio::test]
async fn values_are_written_into_rows_that_exist() {
    let library = library().await;
    let graph = &library.graph;
    // Several fragments, one of them with a deleted row that has nulls.
    let more = r#"
{"type":"Tome","data":{"isbn":"c","name":"C","lang":"fr","pages":7}}
{"type":"Tome","data":{"isbn":"d","name":"D","pages":9}}
"#;
    load(graph, LoadMode::Append, more).await.unwrap();
    load(
        graph,
        LoadMode::Merge,
        r#"{"type":"Tome","data":{"isbn":"d","name":"D","lang":"it","pages":9}}"#,
    )
    .await
    .unwrap();
    graph.optimize(&OptimizeOptions::default()).await.unwrap();
    load(
        graph,
        LoadMode::Append,
        r#"{"type":"Tome","data":{"isbn":"e","name":"E","pages":11}}"#,
    )
    .await
    .unwrap();
    load(
        graph,
        LoadMode::Merge,
        r#"{"type":"Tome","data":{"isbn":"e","name":"E","lang":"es","pages":11}}"#,
    )
    .await
    .unwrap();
    let old = graph.snapshot().await.unwrap();
    let indexes = |snapshot: &omnigraph_engine::Snapshot| -> Vec<(String, u64)> {
        let state = snapshot.node_state("Tome").unwrap();
        state
            .indexes
            .iter()
            .map(|index| (index.columns.join(","), index.covered_rows))
            .collect()
    };
    let before = export(graph).await;
    let next = BEFORE
        .replace("lang: String?", "lang: String")
        .replace("pages: I32", "pages: I64")
        .replace("mood: enum(calm, loud)?", "mood: enum(calm, loud) @default(loud)")
        .replace(
            "fax: String?",
            "fax: String? price: F64 @default(1.5) added: DateTime? @default(\"2026-01-01T00:00:00Z\")",
        )
        .replace("page: I32?", "page: F64? weight: U32 @default(3)");
    apply(graph, &next).await.unwrap();
    let after = graph.snapshot().await.unwrap();
    // No row number moved and no other column changed: what was indexed is indexed.
    assert!(!indexes(&old).is_empty());
    assert_eq!(indexes(&old), indexes(&after));
    let tomes = rows(graph, "Tome").await;
    assert_eq!(tomes.len(), 5);
    assert_eq!(tomes[0]["data"]["mood"], "calm");
    assert_eq!(tomes[1]["data"]["mood"], "loud");
    assert_eq!(tomes[4]["data"]["pages"], 11);
    assert_eq!(tomes[2]["data"]["price"], 1.5);
    assert_eq!(tomes[2]["data"]["added"], "2026-01-01T00:00:00.000Z");
    assert_eq!(rows(graph, "Cites").await[0]["data"]["page"], 7.0);
    assert_eq!(rows(graph, "Cites").await[0]["data"]["weight"], 3);
    load(
        graph,
        LoadMode::Append,
        r#"{"type":"Tome","data":{"isbn":"z","name":"Z","lang":"eo","pages":5000000000}}"#,
    )
    .await
    .unwrap();
    graph.optimize(&OptimizeOptions::default()).await.unwrap();
    check_graph(graph).await;
    assert_eq!(rows(graph, "Tome").await[5]["data"]["pages"], 5_000_000_000_i64);
    let mut output = Vec::new();
    old.export(&mut output, &Default::default()).await.unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), before);
}

#[tokio::test]
async fn hard_drops_remove_the_files() {
    let library = library().await;
    let graph = &library.graph;
    let secret = r#"{"type":"Tome","data":{"isbn":"s","name":"kept-title","fax":"secret-number","pages":1}}"#;
    load(graph, LoadMode::Append, secret).await.unwrap();
    graph.optimize(&OptimizeOptions::default()).await.unwrap();
    let old = graph.snapshot().await.unwrap();
    let reader = library.reopen().await;
    let before = reader.snapshot().await.unwrap();
    let next = BEFORE
        .replace(" fax: String?", "")
        .replace("node Kiosk { number: I32 @key }\n", "");
    assert!(holds(&library, "secret-number"));
    let report = apply_hard(graph, &next).await;
    let entities: Vec<&str> = report.reclaimed.iter().map(|part| part.entity.as_str()).collect();
    assert_eq!(entities, ["node:Kiosk", "node:Tome.fax"]);
    assert!(
        report
            .reclaimed
            .iter()
            .all(|part| part.files > 0 && part.bytes > 0 && part.left == 0)
    );
    assert!(!holds(&library, "secret-number") && holds(&library, "kept-title"));
    check_graph(graph).await;
    let tomes = rows(graph, "Tome").await;
    assert_eq!(
        (tomes.len(), &tomes[2]["data"]["name"]),
        (3, &serde_json::json!("kept-title"))
    );
    // Older commits say so, whoever asks; what was not dropped they still read.
    for snapshot in [&old, &before] {
        for name in ["Tome", "Kiosk"] {
            let error = snapshot.node_table(name).await.unwrap_err();
            assert_eq!(
                error.class(),
                omnigraph_engine::Class::HistoricalVersionReclaimed,
                "{error}"
            );
        }
        snapshot.edge_table("Cites").await.unwrap();
    }
    // What is there goes on working, for this handle and for others.
    load(
        graph,
        LoadMode::Merge,
        r#"{"type":"Tome","data":{"isbn":"s","name":"S","pages":2}}"#,
    )
    .await
    .unwrap();
    graph.optimize(&OptimizeOptions::default()).await.unwrap();
    assert_eq!(export(&library.reopen().await).await, export(graph).await);
    let record = &graph.snapshot_at(&report.commit).await.unwrap().record;
    assert_eq!(record.meta["reclaimed.entities"], "node:Kiosk,node:Tome.fax");
}

/// Whatever fails on the way, it is the old schema with the old data, and the handle goes on working.
#[tokio::test]
async fn failures_leave_nothing() {
    let library = library().await;
    let graph = &library.graph;
    let before = export(graph).await;
    let next = BEFORE
        .replace("pages: I32", "pages: I64")
        .replace("fax: String?", "fax: String? note: String?");
    for point in [inject::APPLY_DATASET, inject::APPLY_SCHEMA, inject::PUBLISH_BEFORE] {
        let plan = plan(graph, &next).await;
        graph.injection().fail(point);
        session(graph)
            .apply_schema(&plan, &ApplyOptions::default())
            .await
            .unwrap_err();
        assert_eq!(export(graph).await, before, "{point:?}");
        assert_eq!(export(&library.reopen().await).await, before, "{point:?}");
    }
    apply(graph, &next).await.unwrap();
}
