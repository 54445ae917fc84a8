//! The graph that the documentation's examples use, in a temporary folder, and queries of it by their text.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_compiler::ir::{Plan, ReadPlan};
use omnigraph_compiler::query;
use omnigraph_compiler::types::Value;
use omnigraph_engine::execution::{self, QueryOptions};
use omnigraph_engine::result::QueryResult;
use omnigraph_engine::{Error, Graph, LoadOptions, OpenOptions, Snapshot};
use tempfile::TempDir;

pub const SCHEMA: &str = r#"
node Person {
    handle: String @key
    name: String
    age: I32?
    role: enum(guest, lead, member)
    joined: Date?
    tags: [String]?
    score: F64?
}

node Doc {
    slug: String @key
    title: String @index
    year: I32?
    seen: DateTime?
    vec: Vector(2)?
    scan: Blob?
}

edge Follows: Person -> Person {
    since: Date?
    weight: I32?
}

edge Wrote: Person -> Doc {
    share: F64?
    note: String?
}

edge Cites: Doc -> Doc
"#;

pub const DATA: &str = r#"
{"type": "Person", "data": {"handle": "ada", "name": "Ada", "age": 41, "role": "lead", "joined": "2020-03-01", "tags": ["graph", "rust"], "score": 2.5}}
{"type": "Person", "data": {"handle": "bo", "name": "Bo", "age": 29, "role": "member", "joined": "2021-07-15", "tags": ["rust"], "score": 1.0}}
{"type": "Person", "data": {"handle": "cy", "name": "Cy", "role": "member", "tags": []}}
{"type": "Person", "data": {"handle": "di", "name": "Di", "age": 29, "role": "guest", "joined": "2023-01-10", "score": 4.0}}
{"type": "Person", "data": {"handle": "ed", "name": "Ed", "age": 35, "role": "guest", "joined": "2023-01-10", "tags": ["Rust", "sql"], "score": 3.0}}
{"type": "Doc", "data": {"slug": "d1", "title": "Graph joins", "year": 2021, "seen": "2024-01-01T00:00:00Z", "vec": [0, 0]}}
{"type": "Doc", "data": {"slug": "d2", "title": "Joins on trees", "year": 2023, "seen": "2024-06-01T12:30:00Z", "vec": [1, 0]}}
{"type": "Doc", "data": {"slug": "d3", "title": "Vector search", "vec": [3, 4]}}
{"edge": "Follows", "from": "ada", "to": "bo", "data": {"id": "f1", "since": "2021-01-01", "weight": 3}}
{"edge": "Follows", "from": "ada", "to": "bo", "data": {"id": "f2", "since": "2022-02-02", "weight": 5}}
{"edge": "Follows", "from": "ada", "to": "cy", "data": {"id": "f3", "weight": 1}}
{"edge": "Follows", "from": "bo", "to": "ada", "data": {"id": "f4", "since": "2021-05-05"}}
{"edge": "Follows", "from": "cy", "to": "di", "data": {"id": "f5", "since": "2023-03-03", "weight": 2}}
{"edge": "Follows", "from": "di", "to": "di", "data": {"id": "f6", "weight": 9}}
{"edge": "Follows", "from": "di", "to": "ed", "data": {"id": "f7", "since": "2023-04-04", "weight": 4}}
{"edge": "Wrote", "from": "ada", "to": "d1", "data": {"id": "w1", "share": 0.5}}
{"edge": "Wrote", "from": "bo", "to": "d1", "data": {"id": "w2", "share": 0.5}}
{"edge": "Wrote", "from": "ada", "to": "d2", "data": {"id": "w3", "share": 1.0}}
{"edge": "Cites", "from": "d2", "to": "d1", "data": {"id": "c1"}}
{"edge": "Cites", "from": "d3", "to": "d2", "data": {"id": "c2"}}
"#;

pub struct Lab {
    pub graph: Graph,
    pub snapshot: Arc<Snapshot>,
    folder: TempDir,
}

impl Lab {
    pub async fn new() -> Lab {
        Lab::with(SCHEMA, DATA).await
    }

    pub async fn with(schema: &str, data: &str) -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("graph");
        let graph = Graph::init(location.to_str().unwrap(), schema, OpenOptions::default()).await.unwrap();
        let input = std::io::Cursor::new(data.as_bytes().to_vec());
        graph.load(input, LoadOptions::default()).await.unwrap();
        let snapshot = graph.snapshot().await.unwrap();
        Lab { graph, snapshot, folder }
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The plan of a query's body.
    pub fn plan(&self, body: &str) -> ReadPlan {
        let text = if body.trim_start().starts_with("query") { body.to_string() } else { format!("query q() {{ {body} }}") };
        plan(&self.snapshot, &text)
    }

    pub async fn run(&self, body: &str) -> QueryResult {
        self.run_with(body, &BTreeMap::new()).await.unwrap()
    }

    pub async fn run_with(&self, body: &str, parameters: &BTreeMap<String, Value>) -> Result<QueryResult, Error> {
        execution::query(&self.snapshot, &self.plan(body), parameters, &options()).await
    }

    /// Rows as compact JSON arrays, in order.
    pub async fn rows(&self, body: &str) -> Vec<String> {
        rows(&self.run(body).await)
    }

    /// Rows as a bag.
    pub async fn bag(&self, body: &str) -> Vec<String> {
        let mut rows = self.rows(body).await;
        rows.sort();
        rows
    }
}

/// Noon of 2024-07-01.
pub fn options() -> QueryOptions {
    QueryOptions {
        now_ms: 1_719_835_200_000,
        ..QueryOptions::default()
    }
}

pub fn plan(snapshot: &Snapshot, text: &str) -> ReadPlan {
    let (items, stray) = omnigraph_grammar::items(omnigraph_grammar::Language::Query, text);
    assert!(stray.is_empty(), "{stray:?}");
    let parsed = omnigraph_grammar::query::parse_item(&text[items[0].span.range()]);
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    let checked = query::check(&parsed.tree.unwrap(), &snapshot.catalog);
    match checked.plan {
        Some(Plan::Read(plan)) => plan,
        other => panic!("{text}: {other:?}, {:?}", checked.findings),
    }
}

pub fn rows(result: &QueryResult) -> Vec<String> {
    let row = |row: serde_json::Map<String, serde_json::Value>| {
        let values: Vec<serde_json::Value> = row.into_iter().map(|(_, value)| value).collect();
        serde_json::to_string(&values).unwrap()
    };
    result.json_rows().unwrap().into_iter().map(row).collect()
}
