//! What the questions about both examples share: asking them, comparing rows, and the page of the guide that shows them.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

use omnigraph_tests::store::Store;
use serde_json::Value as Json;

use super::{Lines, load, names, read, rows};

/// A store with an example's data, and the questions that were asked of it.
pub(super) struct Questions {
    _folder: tempfile::TempDir,
    store: Store,
    queries: String,
    pub(super) lines: Lines,
    asked: RefCell<BTreeSet<String>>,
}

impl Questions {
    pub(super) fn load(example: &str) -> Questions {
        let (folder, store, _) = load(example);
        let lines = Lines::read(&store.export());
        Questions {
            _folder: folder,
            store,
            queries: read(example, "questions.gq"),
            lines,
            asked: RefCell::default(),
        }
    }

    /// Compares the answer with rows that were computed otherwise; fractions to twelve digits, as the order of a sum is open.
    pub(super) fn check(&self, name: &str, given: Json, expected: Vec<Json>) {
        self.asked.borrow_mut().insert(name.to_owned());
        let found = rows(&self.store, &self.queries, name, given.clone());
        assert!(!expected.is_empty(), "{name} {given}: the question has an answer");
        assert!(
            found.len() == expected.len() && found.iter().zip(&expected).all(|(one, other)| alike(one, other)),
            "{name} {given}\nfound {found:#?}\nexpected {expected:#?}"
        );
    }

    pub(super) fn all_were_asked(&self) {
        let known: BTreeSet<String> = names(&self.queries).into_iter().collect();
        assert_eq!(*self.asked.borrow(), known);
    }
}

fn alike(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Json::Number(a), Json::Number(b)) if a.is_f64() || b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            one.is_f64() == other.is_f64() && (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (one, other) => one == other,
    }
}

pub(super) fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Rounded to so many digits behind the point.
pub(super) fn decimals(number: f64, digits: usize) -> f64 {
    format!("{number:.digits$}").parse().expect("a number")
}

/// Of the walks with the fewest edges from one node to another the least by the types and ids of its edges: its nodes. A step
/// is the type and the id of an edge, and where it leads from and to.
pub(super) fn least_way<N: Copy + Eq + Hash>(steps: &[(&str, &str, N, N)], from: N, to: N) -> Option<Vec<N>> {
    let mut leaving: HashMap<N, Vec<(&str, &str, N)>> = HashMap::new();
    let mut arriving: HashMap<N, Vec<N>> = HashMap::new();
    for (ty, id, source, target) in steps {
        leaving.entry(*source).or_default().push((ty, id, *target));
        arriving.entry(*target).or_default().push(*source);
    }
    let mut left = HashMap::from([(to, 0)]);
    let mut queue = VecDeque::from([to]);
    while let Some(at) = queue.pop_front() {
        for source in arriving.get(&at).into_iter().flatten() {
            if !left.contains_key(source) {
                left.insert(*source, left[&at] + 1);
                queue.push_back(*source);
            }
        }
    }
    let mut way = vec![from];
    let mut at = from;
    while at != to {
        let nearer = |step: &&(&str, &str, N)| left.get(&step.2).is_some_and(|next| *next + 1 == left[&at]);
        left.get(&at)?;
        let (_, _, next) = leaving
            .get(&at)?
            .iter()
            .filter(nearer)
            .min_by_key(|(ty, id, _)| (*ty, *id))?;
        at = *next;
        way.push(at);
    }
    Some(way)
}

/// The guide shows each of them as it stands in the examples.
#[test]
fn the_guide_shows_every_question() {
    let page = std::fs::read_to_string(super::folder("..").join("docs/questions.md")).expect("the page");
    let blocks: Vec<&str> = page
        .split("```gq\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or(""))
        .collect();
    let mut shown = 0;
    for example in ["movies", "flights"] {
        let queries = read(example, "questions.gq");
        for name in names(&queries) {
            let heading = format!("query {name}(");
            let block = blocks.iter().find(|block| block.contains(&heading));
            let block = block.unwrap_or_else(|| panic!("{name} is on the page"));
            assert!(queries.contains(block), "{name} is shown as it stands in the example");
            shown += 1;
        }
        assert!(page.contains(&read(example, "schema.pg")), "the schema of {example}");
    }
    assert_eq!((shown, blocks.len()), (40, 40));
}
