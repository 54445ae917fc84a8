//! `kill -9` at moments spread over a load and over a mutation: what is stored is the state before or the state after,
//! and the next write works as if nothing had been.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use omnigraph_tests::binary::{command, ok};
use serde_json::json;

const ROUNDS: u32 = 25;
const SCHEMA: &str = include_str!("../../../compiler/src/rules/lab.pg");

/// How the rounds went.
#[derive(Debug, Default)]
struct Seen {
    before: u32,
    after: u32,
    /// Rounds that ended before the commit, but after something had been written.
    leftovers: u32,
    /// Rounds in which the process was still there to be killed.
    killed: u32,
}

#[test]
fn a_killed_load_happened_or_did_not() {
    rounds(|folder, round| {
        let file = format!("batch-{round}.jsonl");
        let mut lines = Vec::new();
        for i in 0..60 {
            let id = format!("r{round}-{i}");
            lines.push(json!({"type": "Person", "data": {"handle": id, "name": "N", "role": "guest", "age": i}}));
            lines.push(json!({"type": "Doc", "data": {"slug": id, "title": "T", "vec": [i, round]}}));
            lines.push(json!({"edge": "Wrote", "from": id, "to": id, "data": {"id": id, "share": 0.5}}));
            lines.push(json!({"edge": "Follows", "from": id, "to": "root", "data": {"id": id}}));
        }
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        std::fs::write(folder.join(&file), text.join("\n")).expect("a file");
        ["load", "--store", "graph", "--data", &file]
            .map(str::to_owned)
            .to_vec()
    });
}

#[test]
fn a_killed_mutation_happened_or_did_not() {
    rounds(|_, round| {
        // No generated id, so that the state after is the same whenever it is reached: only nodes are inserted.
        let mut text = "query m() {\n".to_owned();
        for i in 0..20 {
            let id = format!("r{round}-{i}");
            text += &format!("insert Person {{ handle: \"{id}\", name: \"N\", role: \"guest\" }}\n");
            text += &format!("insert Doc {{ slug: \"{id}\", title: \"T\" }}\n");
        }
        text += &format!("update Person set {{ age: {round} }} where role = \"guest\"\n}}\n");
        ["mutate", "--store", "graph", "-e", &text].map(str::to_owned).to_vec()
    });
}

/// Runs the write of each round, kills it after a longer and longer while, and looks.
fn rounds(write: impl Fn(&Path, u32) -> Vec<String>) {
    let folder = on_disk();
    let folder = folder.path();
    std::fs::write(folder.join("schema.pg"), SCHEMA).expect("a file");
    ok(folder, &["init", "--schema", "schema.pg", "graph"]);
    let root = json!({"type": "Person", "data": {"handle": "root", "name": "Root", "role": "lead"}});
    std::fs::write(folder.join("root.jsonl"), root.to_string()).expect("a file");
    ok(folder, &["load", "--store", "graph", "--data", "root.jsonl"]);

    // What a round takes when nobody disturbs it. Whenever one is done again it is measured again: a machine that is busy
    // with other tests has its moods.
    let undisturbed = |arguments: &[String]| {
        let start = Instant::now();
        ok(folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        start.elapsed()
    };
    undisturbed(&write(folder, 1000));
    let mut duration = undisturbed(&write(folder, 1001));

    // Moments at which nothing had been written yet, and at which the write was done.
    let (mut early, mut late) = (Duration::ZERO, duration);
    let mut seen = Seen::default();
    let mut round = 0;
    let mut before = ok(folder, &["export", "--store", "graph"]);
    while round < ROUNDS || (!seen.everything() && round < 4 * ROUNDS) {
        let files = files(&folder.join("graph"));
        let arguments = write(folder, round);
        let mut child = command(folder)
            .args(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        // The first rounds look everywhere, the others where writing has begun and is not over.
        let moment = match round < ROUNDS {
            true => wait(duration, round),
            false => (early + late) / 2,
        };
        std::thread::sleep(moment);
        seen.killed += u32::from(child.try_wait().expect("a child").is_none());
        // On Unix this is SIGKILL. A child that has ended already stays as it is.
        child.kill().expect("a child of ours");
        let status = child.wait().expect("a child");

        let found = ok(folder, &["export", "--store", "graph"]);
        if found == before {
            assert!(
                !status.success(),
                "round {round}: it claimed success, but nothing is stored"
            );
            seen.before += 1;
            let new = self::files(&folder.join("graph"));
            let left = new.difference(&files).next().is_some();
            seen.leftovers += u32::from(left);
            if !left {
                early = moment;
            }
            // The same write again: leftovers are in nobody's way.
            duration = undisturbed(&arguments);
        } else {
            seen.after += 1;
            late = moment;
        }
        if early + Duration::from_millis(1) > late {
            // No two rounds take the same time.
            (early, late) = (early.min(late) * 9 / 10, early.max(late) * 11 / 10);
        }
        let after = match found == before {
            true => ok(folder, &["export", "--store", "graph"]),
            false => found,
        };
        check_whole(&before, &after, round);
        before = after;
        round += 1;
    }
    assert!(
        seen.everything(),
        "both outcomes and kills in the middle have to occur: {seen:?} in {round} rounds"
    );
}

/// A folder on a disk, wherever the temporary files of the others are: in memory, a write is over before it can be met.
pub(crate) fn on_disk() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

impl Seen {
    fn everything(&self) -> bool {
        self.before > 0 && self.after > 0 && self.leftovers > 0 && self.killed > 5
    }
}

/// From nothing to a little more than the whole, again and again.
fn wait(duration: Duration, round: u32) -> Duration {
    duration * (round % ROUNDS) * 115 / (ROUNDS * 100)
}

/// All of a round's entities are there; what was there before still is, unless the round updates it.
fn check_whole(before: &str, after: &str, round: u32) {
    let mine = format!("\"r{round}-");
    let new = after.lines().filter(|line| line.contains(&mine)).count();
    let old: BTreeSet<&str> = before.lines().collect();
    let expected = after.lines().count() - old.len();
    assert_eq!(new, expected, "round {round}: a part of it is missing");
    assert!(new == 240 || new == 40, "round {round}: {new} lines");
}

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut queue = vec![folder.to_path_buf()];
    while let Some(next) = queue.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("a type").is_dir() {
                queue.push(entry.path());
            } else {
                found.insert(entry.path().to_string_lossy().into_owned());
            }
        }
    }
    found
}
