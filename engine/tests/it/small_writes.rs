//! Small commits lie in their records. Whatever part of their rows is in files, a graph answers as one all of whose rows are: in the
//! handle that wrote, in one that was open before, and in a new one.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_engine::execution::{self, AccessPaths, QueryOptions};
use omnigraph_engine::storage::{Bounds, inject};
use omnigraph_engine::{Class, Graph, LoadMode, OptimizeOptions, Snapshot};
use omnigraph_model::ir::Comparison::{Equal, Greater};
use omnigraph_model::ir::Statement;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::lab::{options, plan, rows as rows_of};
use crate::support::*;

/// Bodies of queries, and whether they say the order of their rows.
const QUERIES: &[(&str, bool)] = &[
    ("match { $p: Person } return { $p.handle, $p.age, $p.tags }", false),
    (
        "match { $p: Person $p.handle = \"p3\" } return { $p.name, $p.age }",
        false,
    ),
    ("match { $p: Person $p.age > 4 } return { $p.handle }", false),
    ("match { $d: Doc } return { $d } order { $d.slug }", true),
    (
        "match { $p: Person } return { $p.handle } order { $p.age } limit 4",
        true,
    ),
    ("match { $p follows $q } return { $p.handle, $q.handle }", false),
    ("match { $p follows{1,2} $q } return { $p.handle, $q.handle }", false),
    (
        "match { $p: Person $p.handle = \"p2\" $p follows $q } return { $q.handle }",
        false,
    ),
    (
        "match { $p $e: follows $q } return { $p.handle, $e.weight, $q.handle }",
        false,
    ),
    ("match { $p: Person not { $p follows $q } } return { $p.handle }", false),
    (
        "match { $p: Person } return { $p.handle, count { $p follows $q } as n }",
        false,
    ),
    (
        "match { $p follows $q $q follows $p } return { $p.handle, $q.handle }",
        false,
    ),
    ("match { $p wrote $d $d cites $c } return { $p.handle, $c.slug }", false),
    ("match { $p: Person } return { count(*) as n, sum($p.age) as s }", false),
    (
        "match { $d: Doc search($d.title, \"graph\") } return { $d.slug }",
        false,
    ),
    (
        "match { $d: Doc fuzzy($d.title, \"vectr\", 2) } return { $d.slug }",
        false,
    ),
    (
        "match { $d: Doc } return { $d.slug, bm25($d.title, \"graph trees\") as s } order { s desc, $d.slug }",
        true,
    ),
    (
        "match { $d: Doc } return { $d.slug } order { nearest($d.vec, [3.0, 4.0]) } limit 3",
        true,
    ),
    (
        "match { $d: Doc } return { $d.slug } order { rrf(nearest($d.vec, [3.0, 4.0]), bm25($d.title, \"graph\")) } limit 3",
        true,
    ),
];

async fn answers(snapshot: &Arc<Snapshot>, access: AccessPaths) -> Vec<Vec<String>> {
    let mut answers = Vec::new();
    for (body, ordered) in QUERIES {
        let plan = plan(snapshot, &format!("query q() {{ {body} }}"));
        let options = QueryOptions { access, ..options() };
        let result = execution::query(snapshot, &plan, &BTreeMap::new(), &options).await;
        let mut rows = rows_of(&result.unwrap_or_else(|error| panic!("{body}: {error}")));
        if !ordered {
            rows.sort();
        }
        answers.push(rows);
    }
    answers
}

/// What a step does to a graph.
enum Step {
    Load(String),
    Mutate(Vec<Statement>),
}

fn step(random: &mut StdRng) -> Step {
    const WORDS: [&str; 5] = ["graph", "trees", "vector", "search", "joins"];
    let n = random.random_range(0..10);
    let a = random.random_range(0..10);
    let b = (a + random.random_range(1..10)) % 10;
    let titles: Vec<&str> = (0..random.random_range(1..4))
        .map(|_| WORDS[random.random_range(0..5)])
        .collect();
    let line = |value: serde_json::Value| format!("{value}\n");
    let person = |n: u32, age: i32| {
        line(serde_json::json!({"type": "Person", "data":
            {"handle": format!("p{n}"), "name": format!("P{n}"), "age": age, "role": "lead", "tags": [format!("t{age}")]}}))
    };
    let doc = |n: u32| {
        line(serde_json::json!({"type": "Doc", "data":
            {"slug": format!("d{n}"), "title": titles.join(" "), "vec": [f64::from(a), f64::from(b)]}}))
    };
    let edge_line = |name: &str, from: String, to: String| {
        line(serde_json::json!({"edge": name, "from": from, "to": to, "data": {"id": format!("{name}{from}{to}")}}))
    };
    let follows = |from: String, to: String, weight: u32| {
        line(serde_json::json!({"edge": "Follows", "from": from, "to": to, "data":
            {"id": format!("{from}{to}"), "weight": weight}}))
    };
    match random.random_range(0..12) {
        0 | 1 => Step::Load(person(n, random.random_range(0..9))),
        2 => Step::Load((0..10).map(|n| person(n, 3)).collect()),
        3 | 4 => Step::Load(doc(n)),
        5 => Step::Load(person(a, 1) + &person(b, 2) + &follows(format!("p{a}"), format!("p{b}"), n)),
        6 => Step::Load(person(a, 1) + &doc(b) + &edge_line("Wrote", format!("p{a}"), format!("d{b}"))),
        7 => Step::Load(doc(a) + &doc(b) + &edge_line("Cites", format!("d{a}"), format!("d{b}"))),
        8 => Step::Mutate(vec![update(
            node("Person"),
            &[("age", integer(random.random_range(0..9)))],
            when("age", Greater, integer(5)),
        )]),
        9 => Step::Mutate(vec![delete(
            node("Person"),
            when("handle", Equal, text(&format!("p{n}"))),
        )]),
        10 => Step::Mutate(vec![delete(node("Doc"), when("slug", Equal, text(&format!("d{n}"))))]),
        _ => Step::Mutate(vec![update(
            edge("Follows"),
            &[("weight", integer(random.random_range(0..9)))],
            when("weight", Greater, integer(5)),
        )]),
    }
}

async fn take(graph: &Graph, step: &Step) {
    match step {
        Step::Load(data) => drop(load(graph, LoadMode::Merge, data).await.unwrap()),
        Step::Mutate(statements) => drop(mutate(graph, statements.clone()).await.unwrap()),
    }
}

fn bounds(random: &mut StdRng) -> Bounds {
    Bounds {
        rows: random.random_range(0..30),
        bytes: random.random_range(0..8_000),
        of_type: random.random_range(0..60),
        carried: random.random_range(0..3_000),
        earlier: random.random_range(0..4),
        all: random.random_range(0..20_000),
    }
}

async fn run(seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let (small, files) = (Temporary::new(LAB).await, Temporary::new(LAB).await);
    files.graph.injection().use_files();
    let open_before = small.reopen().await;
    let mut history = Vec::new();
    for number in 0..25 {
        small.graph.injection().bound(bounds(random));
        let step = step(random);
        take(&small.graph, &step).await;
        take(&files.graph, &step).await;
        if random.random_ratio(1, 12) {
            small.graph.optimize(&OptimizeOptions::default()).await.unwrap();
        }
        check_graph(&small.graph).await;
        let expected = export(&files.graph).await;
        let expected_answers = answers(&files.graph.snapshot().await.unwrap(), AccessPaths::Automatic).await;
        let new = small.reopen().await;
        history.push((new.snapshot().await.unwrap().commit_id().to_owned(), expected.clone()));
        for (handle, graph) in [
            ("the writer", &small.graph),
            ("one open before", &open_before),
            ("a new one", &new),
        ] {
            let place = format!("seed {seed}, step {number}, {handle}");
            assert_eq!(export(graph).await, expected, "{place}");
            let snapshot = graph.snapshot().await.unwrap();
            for access in [AccessPaths::Automatic, AccessPaths::Memory, AccessPaths::Indexes] {
                let found = answers(&snapshot, access).await;
                for ((body, _), (found, expected)) in QUERIES.iter().zip(found.iter().zip(&expected_answers)) {
                    assert_eq!(found, expected, "{place}, {access:?}: {body}");
                }
            }
        }
    }
    // Older commits read as they did, whatever became of their rows since.
    let new = small.reopen().await;
    for (number, (commit, expected)) in history.iter().enumerate() {
        let snapshot = new.snapshot_at(commit).await.unwrap();
        let mut output = Vec::new();
        snapshot.export(&mut output, &Default::default()).await.unwrap();
        assert_eq!(
            &String::from_utf8(output).unwrap(),
            expected,
            "seed {seed}, commit of step {number}"
        );
    }
    assert!(new.verify().await.unwrap().is_intact());
}

/// Two handles update one row: no dataset changes, and one of them is told all the same.
#[tokio::test]
async fn an_update_is_not_published_over_another() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let age = |age: i64| {
        update(
            node("Person"),
            &[("age", integer(age))],
            when("handle", Equal, text("ada")),
        )
    };
    let task = tokio::spawn({
        let (slow, first) = (slow.clone(), age(1));
        async move { mutate(&slow, vec![first]).await }
    });
    parked.reached().await;
    mutate(&lab.graph, vec![age(2)]).await.unwrap();
    parked.release();
    assert_eq!(task.await.unwrap().unwrap_err().class(), Class::ReadSetChanged);
    assert_eq!(rows(&lab.graph, "Person").await[0]["data"]["age"], 2);
}

/// A small write names rows by number, so it stays right when these move to files before it is published.
#[tokio::test]
async fn an_update_survives_a_fold() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        let ada = when("handle", Equal, text("ada"));
        async move { mutate(&slow, vec![update(node("Person"), &[("age", integer(7))], ada)]).await }
    });
    parked.reached().await;
    assert!(
        lab.graph
            .optimize(&OptimizeOptions::default())
            .await
            .unwrap()
            .commit
            .is_some()
    );
    parked.release();
    task.await.unwrap().unwrap();
    check_graph(&lab.graph).await;
    assert_eq!(rows(&lab.graph, "Person").await[0]["data"]["age"], 7);
}

/// A fold that lost the race to a small write is published again, with the later rows on top.
#[tokio::test]
async fn a_fold_survives_a_small_write() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { slow.optimize(&OptimizeOptions::default()).await }
    });
    parked.reached().await;
    let files = |path: std::path::PathBuf| walk(&path.join("nodes")).len();
    let before = files(lab.path());
    mutate(&lab.graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
    parked.release();
    let report = task.await.unwrap().unwrap();
    assert_eq!(report.types.iter().map(|ty| ty.moved).sum::<u64>(), 20);
    assert_eq!(files(lab.path()), before, "nothing was written twice");
    check_graph(&lab.graph).await;
    assert_eq!(ids(&lab.graph, "Person").await, ["ada", "bo", "cy", "di", "ed", "fay"]);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.path().is_dir() {
            true => walk(&entry.path()),
            false => vec![entry.path()],
        })
        .collect()
}

/// What a small commit wrote lies in its record, and goes from there.
#[tokio::test]
async fn what_is_dropped_for_good_is_taken_out_of_records() {
    const BEFORE: &str = "node N { key: String @key secret: String? } node M { key: String @key }";
    let store = Temporary::new(BEFORE).await;
    let secret: String = (0..400_u32)
        .map(|n| char::from(b'a' + (n * n % 251 % 26) as u8))
        .collect();
    let line = serde_json::json!({"type": "N", "data": {"key": "n", "secret": secret}});
    let other = serde_json::json!({"type": "M", "data": {"key": "m"}});
    load(&store.graph, LoadMode::Append, &format!("{line}\n{other}\n"))
        .await
        .unwrap();
    let old = store.graph.snapshot().await.unwrap().commit_id().to_owned();
    let record = format!("_graph/branches/main/{:020}.json", u64::MAX - 2);
    let size = || std::fs::metadata(store.path().join(&record)).unwrap().len();
    let before = size();
    let report =
        crate::evolve::apply_hard(&store.graph, "node N { key: String @key } node M { key: String @key }").await;
    let [part] = &report.reclaimed[..] else {
        panic!("{report:?}")
    };
    assert_eq!((part.entity.as_str(), part.left), ("node:N.secret", 0));
    assert!(
        part.bytes > 0 && size() < before - 100,
        "{part:?}, {before}, {}",
        size()
    );
    let new = store.reopen().await;
    check_graph(&new).await;
    assert!(new.verify().await.unwrap().is_intact());
    let snapshot = new.snapshot_at(&old).await.unwrap();
    let gone = snapshot.node_table("N").await.unwrap_err();
    assert_eq!(gone.class(), Class::HistoricalVersionReclaimed);
    // What was not dropped they still read.
    assert_eq!(
        snapshot.node_table("M").await.unwrap().all(&["id"]).await.unwrap()[0].num_rows(),
        1
    );
}

#[tokio::test]
async fn rows_answer_alike_wherever_they_lie() {
    let seeds = std::env::var("OMNIGRAPH_TEST_SEEDS")
        .ok()
        .and_then(|seeds| seeds.parse().ok());
    for seed in 0..seeds.unwrap_or(2) {
        run(seed).await;
    }
}
