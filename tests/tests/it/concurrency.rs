//! Several writers and a reader on one graph at once, each with a handle of its own.

use std::sync::atomic::{AtomicBool, Ordering};

use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use serde_json::{Map, json};

const SCHEMA: &str = include_str!("../../../compiler/src/rules/lab.pg");
const WRITERS: usize = 4;
const WRITES: usize = 6;

/// One mutation inserts a person, a document and the edge between them: nobody may ever see one without the others.
const INSERT: &str = "query add($id: String) {
    insert Person { handle: $id, name: \"N\", role: \"guest\" }
    insert Doc { slug: $id, title: \"T\" }
    insert Wrote { from: $id, to: $id }
}";

const COUNT: &str = "query count() {
    match { $p: Person  $p wrote $d }
    return { count($p) as pairs }
}";

const PEOPLE: &str = "query people() { match { $p: Person } return { count($p) as n } }";

fn number(store: &Store, query: &str) -> i64 {
    let ran = store.run(query, &Map::new(), 0).expect("a count");
    let Outcome::Rows(answer) = ran.outcome else {
        panic!("not rows")
    };
    answer.rows[0]
        .values()
        .next()
        .and_then(serde_json::Value::as_i64)
        .expect("a number")
}

#[test]
fn writers_lose_nothing_and_readers_see_whole_commits() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("graph");
    Store::create(&place, SCHEMA);
    let done = AtomicBool::new(false);
    let (acknowledged, seen) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let store = Store::open(&place);
            let mut seen = Vec::new();
            while !done.load(Ordering::Relaxed) {
                seen.push(number(&store, COUNT));
                let export = store.export();
                let count = |text: &str| export.matches(text).count();
                let people = count("\"type\":\"Person\"");
                assert_eq!(
                    (people, people),
                    (count("\"type\":\"Doc\""), count("\"edge\":\"Wrote\"")),
                    "{export}"
                );
            }
            seen
        });
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let place = &place;
                scope.spawn(move || {
                    let store = Store::open(place);
                    let mut acknowledged = Vec::new();
                    for write in 0..WRITES {
                        let id = format!("w{writer}-{write}");
                        let given = json!({ "id": id });
                        match store.run(INSERT, given.as_object().expect("an object"), 0) {
                            Ok(_) => acknowledged.push(id),
                            // A writer that was overtaken too often may give up, without any effect.
                            Err(failure) => assert_eq!(failure.codes, ["RetryableCommitConflict"], "{failure:?}"),
                        }
                    }
                    acknowledged
                })
            })
            .collect();
        let acknowledged: Vec<String> = writers
            .into_iter()
            .flat_map(|writer| writer.join().expect("a writer"))
            .collect();
        done.store(true, Ordering::Relaxed);
        (acknowledged, reader.join().expect("the reader"))
    });
    let store = Store::open(&place);
    assert!(
        acknowledged.len() >= WRITERS * WRITES / 2,
        "most writes go through: {acknowledged:?}"
    );
    assert_eq!(number(&store, COUNT), acknowledged.len() as i64);
    assert_eq!(number(&store, PEOPLE), acknowledged.len() as i64);
    let export = store.export();
    for id in &acknowledged {
        assert!(
            export.contains(&format!("\"handle\":\"{id}\"")),
            "{id} was acknowledged"
        );
    }
    assert!(seen.is_sorted(), "a reader never goes back: {seen:?}");
}

#[test]
fn the_same_key_by_two_writers_is_there_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("graph");
    Store::create(&place, SCHEMA);
    let line = r#"{"type": "Person", "data": {"handle": "one", "name": "N", "role": "guest"}}"#;
    let won: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(&place);
                    match store.load(line, Mode::Append) {
                        Ok(()) => 1,
                        Err(failure) => {
                            let known = ["KeyConflict", "RetryableCommitConflict", "ReadSetChanged"];
                            assert!(known.contains(&failure.codes[0].as_str()), "{failure:?}");
                            0
                        }
                    }
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().expect("a writer")).sum()
    });
    let store = Store::open(&place);
    assert_eq!((won, store.export().lines().count()), (1, 1));
}
