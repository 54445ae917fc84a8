//! `kill -9` at moments spread over a schema apply: the old schema with the old data, or the new with the new.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use omnigraph_tests::binary::{command, ok};
use serde_json::{Value as Json, json};

use super::read;

const ROUNDS: u32 = 50;
const ROWS: u32 = 900;

/// What a round adds to all three types: columns with values, and new types.
fn schema(round: u32) -> String {
    let columns: String = (0..round).map(|n| format!("    c{n}: I64 @default({n})\n")).collect();
    let types: String = (0..round)
        .map(|n| format!("node Extra{n} {{ code: String @key }}\n"))
        .collect();
    format!(
        "node Item {{\n    code: String @key\n    size: I32\n{columns}}}\nnode Box {{\n    code: String @key\n{columns}}}\n\
         edge In: Item -> Box {{\n    since: Date?\n{columns}}}\n{types}"
    )
}

fn data() -> String {
    let mut lines = Vec::new();
    for n in 0..ROWS {
        lines.push(json!({"type": "Item", "data": {"code": format!("i{n}"), "size": n}}));
        lines.push(json!({"type": "Box", "data": {"code": format!("b{n}")}}));
        let (from, to) = (format!("i{n}"), format!("b{n}"));
        lines.push(json!({"edge": "In", "from": from, "to": to, "data": {"id": format!("e{n}")}}));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_killed_apply_happened_or_did_not() {
    let folder = crate::kill::on_disk();
    let folder = folder.path();
    std::fs::write(folder.join("s0.pg"), schema(0)).expect("a file");
    std::fs::write(folder.join("data.jsonl"), data()).expect("a file");
    ok(folder, &["init", "--schema", "s0.pg", "graph"]);
    ok(folder, &["load", "--store", "graph", "--data", "data.jsonl"]);
    let (mut old, mut new, mut killed) = (0, 0, 0);
    let mut duration = apply(folder, 1);
    let mut text_before = ok(folder, &["export", "--store", "graph"]);
    let mut before = read(&text_before);
    for round in 2..2 + ROUNDS {
        let text = schema(round);
        std::fs::write(folder.join("next.pg"), &text).expect("a file");
        let mut child = command(folder)
            .args(["schema", "apply", "--store", "graph", "--schema", "next.pg"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        std::thread::sleep(duration * (round % 25) * 115 / 2500);
        killed += u32::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("a child of ours");
        let status = child.wait().expect("a child");

        let shown = ok(folder, &["schema", "show", "--store", "graph"]);
        if shown == schema(round - 1) {
            assert!(
                !status.success(),
                "round {round}: it claimed success, but nothing is stored"
            );
            let found = ok(folder, &["export", "--store", "graph"]);
            assert_eq!(found, text_before, "round {round}");
            old += 1;
            // The same again: what was left is in nobody's way.
            duration = apply(folder, round);
        } else {
            assert_eq!(shown, text, "round {round}");
            new += 1;
        }
        text_before = ok(folder, &["export", "--store", "graph"]);
        let after = read(&text_before);
        assert_eq!(without(after.clone(), round - 1), before, "round {round}");
        before = after;
    }
    assert!(
        old > 0 && new > 0 && killed > 10,
        "{old} old, {new} new, {killed} killed"
    );
}

/// Undisturbed; how long it takes.
fn apply(folder: &Path, round: u32) -> Duration {
    std::fs::write(folder.join("next.pg"), schema(round)).expect("a file");
    let start = Instant::now();
    ok(folder, &["schema", "apply", "--store", "graph", "--schema", "next.pg"]);
    start.elapsed()
}

/// The graph without the round's column, which every row must have.
fn without(mut graph: super::Graph, column: u32) -> super::Graph {
    let name = format!("c{column}");
    for entity in graph.values_mut() {
        let data = entity["data"].as_object_mut().expect("data");
        assert_eq!(data.remove(&name), Some(Json::from(column)), "{data:?}");
    }
    graph
}
