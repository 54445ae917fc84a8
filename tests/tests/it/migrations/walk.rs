//! A random walk of schema changes over a graph that is written to all the while. After each change everything is
//! validated, the export is that of a model which knows only lists and maps, older commits read as they did, and the
//! schema is not a change of itself. `OMNIGRAPH_TEST_CHANGES` says how many changes, `OMNIGRAPH_TEST_SEED` gives a seed. A walk
//! longer than the ordinary one reads every older commit after each change.

mod model;
mod property;

use omnigraph_compiler::migrate::PlanOptions;
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::{read, validate};
use model::{Expected, Model};

/// In an ordinary run.
const CHANGES: usize = 60;
const NOW: i64 = 1_767_225_600_000;

#[test]
fn a_long_walk() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let changes = number("OMNIGRAPH_TEST_CHANGES").map_or(CHANGES, |changes| changes as usize);
    let mut rng = SmallRng::seed_from_u64(number("OMNIGRAPH_TEST_SEED").unwrap_or(20_261_124));
    let mut model = Model::new();
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("graph"), &model.schema());
    let (mut commits, mut applied, mut refused) = (Vec::new(), 0, 0);
    for step in 0..changes {
        write(&store, &mut model, &mut rng);
        if step % 12 == 7 {
            store.optimize();
        }
        let export = store.export();
        assert_eq!(read(&export), model.graph(), "step {step}: after writes");
        commits.push((store.head(), export.clone()));

        let (next, expected, what) = model.change(&mut rng);
        let text = next.schema();
        let planned = store
            .plan(&text, &PlanOptions::default())
            .unwrap_or_else(|failure| panic!("step {step}, {what}: {}\n{text}", failure.message));
        let outcome = store.apply(&planned);
        match (expected, outcome) {
            (Expected::Applied, Ok(_)) => {
                applied += 1;
                model = next.settled();
            }
            (Expected::Refused, Err(_)) => {
                refused += 1;
                assert_eq!(store.head(), commits.last().expect("one").0, "step {step}, {what}");
            }
            (Expected::Applied, Err(failure)) => panic!("step {step}, {what}: {}\n{text}", failure.message),
            (Expected::Refused, Ok(_)) => panic!("step {step}, {what}: it was not refused\n{text}"),
        }
        let export = store.export();
        assert_eq!(read(&export), model.graph(), "step {step}: after {what}");
        validate(&model.schema(), &export);
        let itself = store.plan(&planned_text(&model, &text, expected), &PlanOptions::default());
        let itself = itself.unwrap_or_else(|failure| panic!("step {step}: {}", failure.message));
        assert!(
            itself.plan.steps.is_empty(),
            "step {step}, {what}: {:?}",
            itself.plan.steps
        );
        let all = changes > CHANGES || step + 1 == changes;
        for (at, (commit, export)) in commits.iter().enumerate() {
            if all || at + 2 >= commits.len() || rng.random_ratio(2, commits.len() as u32) {
                assert_eq!(&store.export_at(commit), export, "step {step}: commit {at}");
            }
        }
    }
    println!(
        "{applied} changes applied, {refused} refused, {} rows at the end",
        model.graph().len()
    );
    // A walk on which nothing is refused, or nothing happens, proves little.
    assert!(
        applied * 2 > changes && refused * 20 > changes,
        "{applied} applied, {refused} refused"
    );
}

/// The text that the graph has: with the hints of the last change, if it was applied.
fn planned_text(model: &Model, applied: &str, expected: Expected) -> String {
    match expected {
        Expected::Applied => applied.to_owned(),
        Expected::Refused => model.accepted.clone(),
    }
}

fn write(store: &Store, model: &mut Model, rng: &mut SmallRng) {
    let lines = model.insert(rng);
    if !lines.is_empty() {
        let done = store.load(&lines, Mode::Append);
        done.unwrap_or_else(|failure| panic!("{}\n{lines}\n{}", failure.message, model.schema()));
    }
    let lines = model.replace(rng);
    if !lines.is_empty() {
        let done = store.load(&lines, Mode::Merge);
        done.unwrap_or_else(|failure| panic!("{}\n{lines}\n{}", failure.message, model.schema()));
    }
    if let Some(query) = model.delete(rng) {
        let done = store.run(&query, &serde_json::Map::new(), NOW);
        done.unwrap_or_else(|failure| panic!("{}\n{query}", failure.message));
    }
}
