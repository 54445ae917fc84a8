//! What the engine relies on in the index files of the storage library, for the version of it that is built: the files are its
//! own, and a new version may lay them out otherwise.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, UInt64Type};
use futures::TryStreamExt;
use omnigraph_engine::analyser::Analyser;
use omnigraph_engine::storage::{IndexFiles, RowIds, Table, VectorSearch};
use omnigraph_engine::{LoadMode, OptimizeOptions};
use omnigraph_model::schema::Metric;

use crate::support::*;

const SCHEMA: &str = "
node Doc {
    slug: String @key
    text: String? @index
    plain: String?
    vec: Vector(2)? @index
    other: Vector(2)?
}
";

/// Enough vectors for an index of them.
const DOCS: usize = 10_100;

const WORDS: [&str; 10] = [
    "graph", "joins", "Joining", "trees", "the", "very", "being", "Crème", "brûlée", "x",
];

fn text(n: usize) -> Option<String> {
    let words: Vec<&str> = (0..n % 6).map(|k| WORDS[(n / 7 + k * n) % WORDS.len()]).collect();
    (!n.is_multiple_of(11)).then(|| words.join(" "))
}

fn doc(n: usize) -> String {
    let (x, y) = ((n % 103) as f64 / 8.0, (n % 97) as f64 / 4.0);
    let data =
        serde_json::json!({"slug": format!("d{n}"), "text": text(n), "plain": text(n), "vec": [x, y], "other": [y, x]});
    format!("{}\n", serde_json::json!({"type": "Doc", "data": data}))
}

async fn docs() -> (Temporary, std::sync::Arc<Table>) {
    let docs = Temporary::new(SCHEMA).await;
    let data: String = (0..DOCS).map(doc).collect();
    load(&docs.graph, LoadMode::Append, &data).await.unwrap();
    docs.graph.optimize(&OptimizeOptions::default()).await.unwrap();
    let snapshot = docs.graph.snapshot().await.unwrap();
    let table = snapshot.node_table("Doc").await.unwrap();
    (docs, table)
}

/// Text and vector of each row, by its stable id.
async fn rows(table: &Table) -> BTreeMap<u64, (Option<String>, [f32; 2])> {
    let mut scan = table.dataset().scan();
    scan.project(&["text", "vec"]).unwrap().with_row_id();
    let batches: Vec<_> = scan.try_into_stream().await.unwrap().try_collect().await.unwrap();
    let mut rows = BTreeMap::new();
    for batch in batches {
        let ids = batch.column_by_name("_rowid").unwrap().as_primitive::<UInt64Type>();
        let texts = batch.column_by_name("text").unwrap().as_string::<i32>();
        let vectors = batch.column_by_name("vec").unwrap().as_fixed_size_list();
        for (row, (id, text)) in ids.values().iter().zip(texts).enumerate() {
            let vector = vectors.value(row);
            let vector = vector.as_primitive::<Float32Type>();
            rows.insert(*id, (text.map(str::to_string), [vector.value(0), vector.value(1)]));
        }
    }
    rows
}

#[test]
fn the_contract_was_read_against_this_version() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock")).unwrap();
    let (_, after) = lock.split_once("name = \"lance-index\"\nversion = \"").unwrap();
    let (version, _) = after.split_once('"').unwrap();
    assert_eq!(
        version, "14.0.2",
        "read `engine/src/storage/indexes` against the new version of the library, then name it here"
    );
}

#[tokio::test]
async fn a_text_index_names_each_row_of_each_term() {
    let (_docs, table) = docs().await;
    let rows = rows(&table).await;
    let stored = table.dataset().text("text").await.unwrap().unwrap();
    let fragments: BTreeSet<u32> = table.dataset().fragments().iter().map(|f| f.id as u32).collect();
    assert_eq!(stored.fragments.iter().collect::<BTreeSet<u32>>(), fragments);

    let mut expected: BTreeMap<String, BTreeMap<u64, u32>> = BTreeMap::new();
    let mut lengths = BTreeMap::new();
    for (id, (text, _)) in &rows {
        let Some(text) = text else { continue };
        Analyser::default().each(text, |term| {
            *expected.entry(term.to_string()).or_default().entry(*id).or_default() += 1;
            *lengths.entry(*id).or_default() += 1;
        });
    }
    assert_eq!(expected.len(), 6, "{:?}", expected.keys());
    let (mut found, mut found_lengths) = (BTreeMap::<String, BTreeMap<u64, u32>>::new(), BTreeMap::new());
    for (terms, documents) in &stored.partitions {
        for (id, length) in documents.row_ids.iter().zip(&documents.lengths) {
            if *length > 0 {
                assert_eq!(found_lengths.insert(*id, *length), None, "a row is in one partition");
            }
        }
        for term in terms.terms(|_| true).unwrap() {
            let of_term = found.entry(term.clone()).or_default();
            let each = |document: u32, count| {
                let twice = of_term.insert(documents.row_ids[document as usize], count);
                assert_eq!(twice, None, "a list names a document once");
            };
            terms.postings(&term, each).await.unwrap();
        }
        assert_eq!(terms.terms(|term| term == "tree").unwrap().len(), 1);
        terms
            .postings("nothing", |_, _| panic!("of a term that is nowhere"))
            .await
            .unwrap();
    }
    assert_eq!((found, found_lengths), (expected, lengths));
    assert!(table.dataset().text("plain").await.unwrap().is_none());
    assert!(table.dataset().text("vec").await.unwrap().is_none());
}

#[tokio::test]
async fn a_vector_index_finds_the_nearest_rows() {
    let (docs, _) = docs().await;
    // One more row that the index does not cover, the nearest of all.
    let late = r#"{"type":"Doc","data":{"slug":"late","vec":[5.01,6.01],"other":[5.01,6.01]}}"#;
    load(&docs.graph, LoadMode::Append, late).await.unwrap();
    let snapshot = docs.graph.snapshot().await.unwrap();
    let table = snapshot.node_table("Doc").await.unwrap();
    let rows = rows(&table).await;
    let query = [5.01, 6.01];
    let distance = |[x, y]: [f32; 2]| (x - query[0]).powi(2) + (y - query[1]).powi(2);
    let nearest = |of: &dyn Fn(u64) -> bool, count: usize| {
        let mut all: Vec<(f32, u64)> = rows.iter().map(|(id, (_, vector))| (distance(*vector), *id)).collect();
        all.retain(|(_, id)| of(*id));
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let last = all[count - 1].0;
        all.retain(|(distance, _)| *distance < last);
        all.into_iter().map(|(_, id)| id).collect::<BTreeSet<u64>>()
    };
    let search = VectorSearch {
        column: "vec",
        query: &query,
        metric: Metric::L2,
        candidates: 60,
        probes: 1 << 13,
        among: None,
    };
    let found = |ids: Vec<u64>| ids.into_iter().collect::<BTreeSet<u64>>();
    let all = found(table.dataset().near(&search).await.unwrap());
    assert!(all.is_superset(&nearest(&|_| true, 40)), "{all:?}");
    assert!(all.iter().all(|id| rows.contains_key(id)));
    // Every third row alone.
    let some: RowIds = rows.keys().copied().filter(|id| id % 3 == 0).collect();
    let among = VectorSearch {
        among: Some(&some),
        ..search
    };
    let third = found(table.dataset().near(&among).await.unwrap());
    assert!(third.iter().all(|id| id % 3 == 0), "{third:?}");
    assert!(third.is_superset(&nearest(&|id| id % 3 == 0, 40)), "{third:?}");
    // Fewer partitions find rows, too, and a column without an index is compared as a whole.
    let few = VectorSearch { probes: 1, ..search };
    assert!(!table.dataset().near(&few).await.unwrap().is_empty());
    let plain = VectorSearch {
        column: "other",
        ..search
    };
    assert_eq!(found(table.dataset().near(&plain).await.unwrap()).len(), 60);
}
