//! Random writes against a model in memory: the graph is what the model says, whichever way rows came in.

use std::collections::BTreeMap;

use omnigraph_engine::LoadMode;
use omnigraph_model::ir::Comparison::{Equal, Greater};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::support::*;

const SCHEMA: &str = "node N { key: String @key v: I32? } edge E: N -> N { w: I32? }";

#[derive(Default, Clone, PartialEq, Debug)]
struct Model {
    nodes: BTreeMap<String, Option<i64>>,
    edges: BTreeMap<String, (String, String, Option<i64>)>,
}

impl Model {
    fn remove_nodes(&mut self, gone: impl Fn(&str, Option<i64>) -> bool) {
        self.nodes.retain(|key, value| !gone(key, *value));
        let nodes = &self.nodes;
        self.edges
            .retain(|_, (from, to, _)| nodes.contains_key(from) && nodes.contains_key(to));
    }

    async fn of(graph: &omnigraph_engine::Graph) -> Model {
        let mut model = Model::default();
        for row in rows(graph, "N").await {
            model
                .nodes
                .insert(row["data"]["key"].as_str().unwrap().into(), row["data"]["v"].as_i64());
        }
        for row in rows(graph, "E").await {
            let end = |name: &str| row[name].as_str().unwrap().to_string();
            let id = row["data"]["id"].as_str().unwrap().to_string();
            model
                .edges
                .insert(id, (end("from"), end("to"), row["data"]["w"].as_i64()));
        }
        model
    }
}

fn node_line(key: &str, value: i64) -> String {
    format!(r#"{{"type":"N","data":{{"key":"{key}","v":{value}}}}}"#)
}

fn edge_line(id: &str, from: &str, to: &str, weight: i64) -> String {
    format!(r#"{{"edge":"E","from":"{from}","to":"{to}","data":{{"id":"{id}","w":{weight}}}}}"#)
}

async fn run(seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let store = Temporary::new(SCHEMA).await;
    let graph = &store.graph;
    // Every other run writes files alone, as large writes do.
    if seed % 2 == 1 {
        graph.injection().use_files();
    }
    let mut model = Model::default();
    for step in 0..40 {
        let value = random.random_range(0..10);
        let key = format!("n{}", random.random_range(0..12));
        match random.random_range(0..7) {
            0 => {
                let statement = insert(node("N"), &[("key", text(&key)), ("v", integer(value))]);
                mutate(graph, vec![statement]).await.unwrap();
                model.nodes.insert(key, Some(value));
            }
            1 => {
                let statement = update(node("N"), &[("v", integer(value))], when("v", Greater, integer(6)));
                mutate(graph, vec![statement]).await.unwrap();
                model
                    .nodes
                    .values_mut()
                    .filter(|v| v.is_some_and(|v| v > 6))
                    .for_each(|v| *v = Some(value));
            }
            2 => {
                mutate(graph, vec![delete(node("N"), when("v", Equal, integer(value)))])
                    .await
                    .unwrap();
                model.remove_nodes(|_, v| v == Some(value));
            }
            3 => {
                mutate(graph, vec![delete(edge("E"), when("w", Equal, integer(value)))])
                    .await
                    .unwrap();
                model.edges.retain(|_, (_, _, w)| *w != Some(value));
            }
            4 => {
                // New and known nodes, edges among them.
                let other = format!("n{}", random.random_range(0..12));
                let id = format!("e{}", random.random_range(0..20));
                let mut lines = vec![node_line(&key, value), edge_line(&id, &other, &key, value)];
                if other != key {
                    lines.push(node_line(&other, value + 1));
                    model.nodes.insert(other.clone(), Some(value + 1));
                }
                load(graph, LoadMode::Merge, &lines.join("\n")).await.unwrap();
                model.nodes.insert(key.clone(), Some(value));
                model.edges.insert(id, (other, key, Some(value)));
            }
            5 => {
                let line = edge_line(&format!("a{step}"), &key, &key, value);
                let outcome = load(graph, LoadMode::Append, &line).await;
                assert_eq!(outcome.is_ok(), model.nodes.contains_key(&key));
                if outcome.is_ok() {
                    model.edges.insert(format!("a{step}"), (key.clone(), key, Some(value)));
                }
            }
            _ => {
                // The nodes as they are, some changed, in another order; edges of removed ones must go with them.
                let kept: Vec<String> = model
                    .nodes
                    .keys()
                    .filter(|_| random.random_bool(0.8))
                    .cloned()
                    .collect();
                let mut after = model.clone();
                after.remove_nodes(|key, _| !kept.iter().any(|other| other == key));
                if kept.is_empty() || (after.edges.is_empty() && !model.edges.is_empty()) {
                    continue;
                }
                let mut lines: Vec<String> = kept.iter().rev().map(|key| node_line(key, value)).collect();
                for (id, (from, to, weight)) in &after.edges {
                    lines.push(edge_line(id, from, to, weight.unwrap()));
                }
                load(graph, LoadMode::Overwrite, &lines.join("\n")).await.unwrap();
                after.nodes.values_mut().for_each(|v| *v = Some(value));
                model = after;
            }
        }
        check_graph(graph).await;
        assert_eq!(Model::of(graph).await, model, "seed {seed}, step {step}");
    }
    // An export is the whole of it.
    let copy = Temporary::new(SCHEMA).await;
    let text = export(graph).await;
    load(&copy.graph, LoadMode::Append, &text).await.unwrap();
    assert_eq!(export(&copy.graph).await, text);
    assert_eq!(export(&store.reopen().await).await, text);
}

#[tokio::test]
async fn random_writes_equal_the_model() {
    for seed in 0..6 {
        run(seed).await;
    }
}
