//! The Lab graph in a temporary folder, and queries of it by their text.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_compiler::query;
use omnigraph_engine::execution::{self, QueryOptions};
use omnigraph_engine::result::QueryResult;
use omnigraph_engine::{Error, LoadOptions, OpenOptions, Snapshot};
use omnigraph_model::ir::{Plan, ReadPlan};
use omnigraph_model::types::Value;
use tempfile::TempDir;

use crate::support::{LAB, LAB_DATA, init};

pub(crate) struct Lab {
    pub snapshot: Arc<Snapshot>,
    /// Kept as long as the graph is used.
    _folder: TempDir,
}

impl Lab {
    pub(crate) async fn new() -> Lab {
        Lab::with(LAB, LAB_DATA).await
    }

    pub(crate) async fn with(schema: &str, data: &str) -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("graph");
        let graph = init(location.to_str().unwrap(), schema, OpenOptions::default())
            .await
            .unwrap();
        let input = std::io::Cursor::new(data.as_bytes().to_vec());
        graph.load(input, LoadOptions::default()).await.unwrap();
        let snapshot = graph.snapshot().await.unwrap();
        Lab {
            snapshot,
            _folder: folder,
        }
    }

    /// The plan of a query's body.
    pub(crate) fn plan(&self, body: &str) -> ReadPlan {
        let text = if body.trim_start().starts_with("query") {
            body.to_string()
        } else {
            format!("query q() {{ {body} }}")
        };
        plan(&self.snapshot, &text)
    }

    pub(crate) async fn run(&self, body: &str) -> QueryResult {
        self.run_with(body, &BTreeMap::new()).await.unwrap()
    }

    pub(crate) async fn run_with(
        &self,
        body: &str,
        parameters: &BTreeMap<String, Value>,
    ) -> Result<QueryResult, Error> {
        execution::query(&self.snapshot, &self.plan(body), parameters, &options()).await
    }

    /// Rows as compact JSON arrays, in order.
    pub(crate) async fn rows(&self, body: &str) -> Vec<String> {
        rows(&self.run(body).await)
    }

    /// Rows as a bag.
    pub(crate) async fn bag(&self, body: &str) -> Vec<String> {
        let mut rows = self.rows(body).await;
        rows.sort();
        rows
    }
}

/// Noon of 2024-07-01.
pub(crate) fn options() -> QueryOptions {
    QueryOptions {
        now: Some(1_719_835_200_000),
        ..QueryOptions::default()
    }
}

pub(crate) fn plan(snapshot: &Snapshot, text: &str) -> ReadPlan {
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

pub(crate) fn rows(result: &QueryResult) -> Vec<String> {
    let row = |row: serde_json::Map<String, serde_json::Value>| {
        let values: Vec<serde_json::Value> = row.into_iter().map(|(_, value)| value).collect();
        serde_json::to_string(&values).unwrap()
    };
    result.json_rows().unwrap().into_iter().map(row).collect()
}
