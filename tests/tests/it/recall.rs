//! Ranking by a vector index against exact distances: how many of the true neighbours are among those found, under no
//! condition, under one that few rows meet, and under one on a neighbour. `OMNIGRAPH_TEST_VECTORS` gives their number, of
//! which half lie in clusters and half anywhere, which is the worst an index can meet.

use std::fmt::Write;

use omnigraph_engine::execution::AccessPaths;
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value as Json, json};

const SCHEMA: &str = r#"
node Item {
    code: String @key
    share: I32
    v: Vector(256)? @index
    angle: Vector(8)? @metric("cosine") @index
    product: Vector(8)? @metric("dot") @index
    same: Vector(2)? @index
}

node Group {
    name: String @key
}

edge In: Item -> Group
"#;

const DIMENSIONS: usize = 256;
const VECTORS: usize = 24_000;
const CLUSTERS: usize = 100;
const GROUPS: usize = 10;
const QUERIES: usize = 20;
const WANTED: usize = 10;

/// In thousandths, so that texts are short.
type Vector = Vec<i16>;

fn anywhere(rng: &mut SmallRng) -> Vector {
    (0..DIMENSIONS).map(|_| rng.random_range(-1000..=1000)).collect()
}

fn near(rng: &mut SmallRng, center: &Vector) -> Vector {
    center
        .iter()
        .map(|value| value + rng.random_range(-300..=300))
        .collect()
}

struct Data {
    vectors: Vec<Vector>,
    centers: Vec<Vector>,
}

fn draw(rng: &mut SmallRng) -> Data {
    let given = std::env::var("OMNIGRAPH_TEST_VECTORS").ok();
    let number = given.and_then(|number| number.parse().ok()).unwrap_or(VECTORS);
    let centers: Vec<Vector> = (0..CLUSTERS).map(|_| anywhere(rng)).collect();
    let vectors = (0..number)
        .map(|place| match place % 2 {
            0 => {
                let center = rng.random_range(0..CLUSTERS);
                near(rng, &centers[center])
            }
            _ => anywhere(rng),
        })
        .collect();
    Data { vectors, centers }
}

fn share(place: usize) -> usize {
    place * 7 % 100
}

fn group(place: usize) -> usize {
    place / 3 % GROUPS
}

fn line(place: usize, vector: &Vector) -> String {
    let mut line = format!(
        r#"{{"type":"Item","data":{{"code":"i{place}","share":{},"v":["#,
        share(place)
    );
    for (at, value) in vector.iter().enumerate() {
        let (comma, sign) = (if at > 0 { "," } else { "" }, if *value < 0 { "-" } else { "" });
        let value = value.unsigned_abs();
        write!(line, "{comma}{sign}{}.{:03}", value / 1000, value % 1000).expect("text");
    }
    let small = |from: usize, to: usize| -> Vec<f64> {
        let values = vector[from..to].iter();
        values.map(|value| f64::from(*value) / 1000.0).collect()
    };
    let same = [place % 3, place % 2];
    let others = json!({"angle": small(0, 8), "product": small(8, 16), "same": same}).to_string();
    writeln!(line, "],{}}}", &others[1..]).expect("text");
    line
}

impl Data {
    fn load(&self, store: &Store) {
        let mut text = String::new();
        for number in 0..GROUPS {
            writeln!(text, r#"{{"type":"Group","data":{{"name":"g{number}"}}}}"#).expect("text");
        }
        for (place, vector) in self.vectors.iter().enumerate() {
            text += &line(place, vector);
            let to = group(place);
            writeln!(text, r#"{{"edge":"In","from":"i{place}","to":"g{to}"}}"#).expect("text");
        }
        store.load(&text, Mode::Append).expect("items and groups");
    }

    /// The distance of the last one that belongs to the answer, and how many do.
    fn nearest(&self, query: &Vector, allowed: impl Fn(usize) -> bool) -> (i64, usize) {
        let places = (0..self.vectors.len()).filter(|place| allowed(*place));
        let mut all: Vec<i64> = places.map(|place| squared(&self.vectors[place], query)).collect();
        all.sort_unstable();
        all.truncate(WANTED);
        (all.last().copied().unwrap_or(0), all.len())
    }
}

/// Exact, because all are integers.
fn squared(a: &Vector, b: &Vector) -> i64 {
    let mut sum = 0;
    for (x, y) in a.iter().zip(b) {
        let difference = i64::from(*x) - i64::from(*y);
        sum += difference * difference;
    }
    sum
}

fn parameters(query: &Vector) -> Map<String, Json> {
    let query: Vec<f64> = query.iter().map(|value| f64::from(*value) / 1000.0).collect();
    Map::from_iter([("q".to_owned(), json!(query))])
}

fn text(condition: &str) -> String {
    format!(
        "query q($q: Vector(256)) {{ match {{ $x: Item {condition} }} return {{ $x.code, nearest($x.v, $q) as d }}
        order {{ nearest($x.v, $q) }} limit {WANTED} }}"
    )
}

/// Places and distances.
fn found(store: &Store, condition: &str, query: &Vector) -> Vec<(usize, f64)> {
    let ran = store.run(&text(condition), &parameters(query), 0).expect("a ranking");
    let Outcome::Rows(answer) = ran.outcome else {
        panic!("not rows")
    };
    let row = |row: &Map<String, Json>| {
        let code = row["x.code"].as_str().expect("a code");
        (
            code[1..].parse().expect("a number"),
            row["d"].as_f64().expect("a distance"),
        )
    };
    answer.rows.iter().map(row).collect()
}

type Allowed = fn(usize) -> bool;

const CONDITIONS: [(&str, Allowed); 4] = [
    ("", |_| true),
    ("$x.share = 7", |place| share(place) == 7),
    ("$x in $g $g.name != \"g3\"", |place| group(place) != 3),
    ("$x in $g $g.name = \"g3\" $x.share = 7", |place| {
        group(place) == 3 && share(place) == 7
    }),
];

#[test]
fn an_index_finds_the_neighbours_that_comparing_all_finds() {
    let mut rng = SmallRng::seed_from_u64(256);
    let data = draw(&mut rng);
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("graph"), SCHEMA);
    data.load(&store);
    store.optimize();
    let plan = store.explain(AccessPaths::Automatic, &text(""), &parameters(&data.centers[0]));
    assert!(plan.contains("by vector index"), "{plan}");
    for (condition, allowed) in CONDITIONS {
        let (mut right, mut all) = (0, 0);
        for number in 0..QUERIES {
            let query = match number % 2 {
                0 => near(&mut rng, &data.centers[number]),
                _ => anywhere(&mut rng),
            };
            let (last, wanted) = data.nearest(&query, allowed);
            let found = found(&store, condition, &query);
            assert_eq!(found.len(), wanted, "as many as qualify: {condition}");
            assert!(found.iter().all(|(place, _)| allowed(*place)), "{condition}: {found:?}");
            let mut distances = Vec::new();
            for (place, distance) in found {
                let squared = squared(&data.vectors[place], &query);
                let exact = (squared as f64).sqrt() / 1000.0;
                assert!((distance - exact).abs() < 1e-4, "{distance} is {exact}");
                right += usize::from(squared <= last);
                distances.push(distance);
            }
            assert!(distances.is_sorted(), "{distances:?}");
            all += wanted;
        }
        let recall = right as f64 / all as f64;
        println!("{} vectors, {condition:?}: recall {recall:.3}", data.vectors.len());
        assert!(recall >= 0.95, "{condition:?}: {recall}");
    }
    other_rankings(&store, &mut rng);
    covered_in_part(&store, &mut rng, &data);
}

/// By other metrics, and where thousands are equally near, so that ids decide.
fn other_rankings(store: &Store, rng: &mut SmallRng) {
    for (property, dimensions) in [("angle", 8), ("product", 8), ("same", 2)] {
        let (mut right, mut all) = (0, 0);
        for _ in 0..QUERIES / 2 {
            let query: Vec<f64> = (0..dimensions).map(|_| rng.random_range(-1.0..1.0)).collect();
            let params = Map::from_iter([("q".to_owned(), json!(query))]);
            let text = format!(
                "query q($q: Vector({dimensions})) {{ match {{ $x: Item $x.share != 3 }}
                return {{ $x.code, nearest($x.{property}, $q) as d }} order {{ nearest($x.{property}, $q) }} limit {WANTED} }}"
            );
            let plan = store.explain(AccessPaths::Automatic, &text, &params);
            assert!(plan.contains("by vector index"), "{plan}");
            let rows = |access| {
                let ran = store.run_by(access, &text, None, &params, 0).expect("a ranking");
                let Outcome::Rows(answer) = ran.outcome else {
                    panic!("not rows")
                };
                answer.rows
            };
            let (exact, found) = (rows(AccessPaths::Memory), rows(AccessPaths::Automatic));
            assert_eq!(found.len(), WANTED);
            right += exact.iter().filter(|row| found.contains(row)).count();
            all += exact.len();
            if property == "same" {
                assert_eq!(found, exact);
            }
        }
        let recall = right as f64 / all as f64;
        println!("{property}: recall {recall:.3}");
        assert!(recall >= 0.95, "{property}: {recall}");
    }
}

/// Rows that the index does not know, rows that it knows wrongly, and rows that are gone.
fn covered_in_part(store: &Store, rng: &mut SmallRng, data: &Data) {
    let query = near(rng, &data.centers[1]);
    let before = found(store, "", &query);
    let (moved, deleted) = (before[0].0, before[1].0);
    let new = data.vectors.len();
    let text = line(new, &query) + &line(moved, &anywhere(rng));
    store.load(&text, Mode::Merge).expect("two rows");
    let delete = format!("query q() {{ delete Item where code = \"i{deleted}\" }}");
    store.run(&delete, &Map::new(), 0).expect("a delete");
    let plan = store.explain(AccessPaths::Automatic, &self::text(""), &parameters(&query));
    assert!(plan.contains("by vector index"), "{plan}");
    let after: Vec<usize> = found(store, "", &query).iter().map(|(place, _)| *place).collect();
    assert_eq!(after.len(), WANTED);
    assert_eq!(after[0], new);
    assert!(!after.contains(&moved) && !after.contains(&deleted), "{after:?}");
    for (place, _) in &before[2..WANTED - 1] {
        assert!(after.contains(place), "{place} among {after:?}");
    }
}
