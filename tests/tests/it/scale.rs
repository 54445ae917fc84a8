//! A graph larger than one batch of anything, against plain loops: what small graphs cannot show is where batches meet. And
//! requests longer than anybody writes them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use serde_json::{Map, Value as Json, json};

use crate::cli::Sandbox;

const SCHEMA: &str = "
node Person {
    key: I64 @key
    circle: I32 @index
    age: I32?
    name: String
}

edge Knows: Person -> Person {
    weight: I32?
}
";

const PEOPLE: usize = 20_000;
const EDGES: usize = 50_000;

/// A query with its parameters and the answer that loops give.
type Question = (&'static str, Json, Vec<Json>);

struct Graph {
    circle: Vec<i64>,
    age: Vec<Option<i64>>,
    /// From, to, weight.
    edges: Vec<(usize, usize, Option<i64>)>,
    out: Vec<BTreeSet<usize>>,
}

/// The same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

fn draw() -> Graph {
    let mut dice = Dice(42);
    let circle = (0..PEOPLE).map(|_| dice.below(97) as i64).collect();
    let age = (0..PEOPLE)
        .map(|_| Some(dice.below(90) as i64).filter(|age| *age > 8))
        .collect();
    let mut graph = Graph {
        circle,
        age,
        edges: Vec::new(),
        out: vec![BTreeSet::new(); PEOPLE],
    };
    for _ in 0..EDGES {
        // Most know few, a few know many, a third nobody.
        let from = if dice.below(5) == 0 {
            dice.below(40)
        } else {
            dice.below(PEOPLE * 2 / 3)
        };
        let to = dice.below(PEOPLE);
        let weight = Some(dice.below(1000) as i64).filter(|weight| *weight > 50);
        graph.edges.push((from, to, weight));
        if dice.below(50) == 0 {
            graph.edges.push((from, to, Some(-1)));
        }
        if dice.below(40) == 0 {
            graph.edges.push((to, from, Some(400)));
        }
        if dice.below(200) == 0 {
            graph.edges.push((to, to, None));
        }
    }
    graph.index();
    graph
}

impl Graph {
    fn index(&mut self) {
        for out in &mut self.out {
            out.clear();
        }
        for (from, to, _) in &self.edges {
            self.out[*from].insert(*to);
        }
    }

    fn nodes(&self) -> String {
        let line = |key: usize| {
            let data = json!({"key": key, "circle": self.circle[key], "age": self.age[key], "name": format!("n{}", key % 1000)});
            json!({"type": "Person", "data": data}).to_string()
        };
        (0..PEOPLE).map(line).collect::<Vec<_>>().join("\n")
    }

    fn lines(edges: &[(usize, usize, Option<i64>)]) -> String {
        let line = |(from, to, weight): &(usize, usize, Option<i64>)| {
            json!({"edge": "Knows", "from": from.to_string(), "to": to.to_string(), "data": {"weight": weight}})
                .to_string()
        };
        edges.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn questions(&self) -> Vec<Question> {
        let pairs = || {
            self.out
                .iter()
                .enumerate()
                .flat_map(|(from, out)| out.iter().map(move |to| (from, *to)))
        };
        let mut questions = Vec::new();

        let mut oldest: Vec<usize> = (0..PEOPLE)
            .filter(|p| self.age[*p].is_some_and(|age| age >= 80))
            .collect();
        // Ids are texts: 10 comes before 2.
        oldest.sort_by_key(|p| (-self.age[*p].unwrap_or(0), p.to_string()));
        let rows = oldest.iter().take(500).map(|p| json!([p, self.age[*p]])).collect();
        let query = "match { $p: Person $p.age >= 80 } return { $p.key, $p.age } order { $p.age desc } limit 500";
        questions.push((query, json!({}), rows));

        let mut circles: BTreeMap<i64, i64> = BTreeMap::new();
        for (a, b) in pairs() {
            *circles.entry(self.circle[a]).or_default() += self.out[b].len() as i64;
        }
        let rows = circles
            .iter()
            .filter(|(_, n)| **n > 0)
            .map(|(circle, n)| json!([circle, n]))
            .collect();
        let query = "match { $a knows $b $b knows $c } return { $a.circle, count($c) as n } order { $a.circle }";
        questions.push((query, json!({}), rows));

        let mut sums: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
        for (from, _, weight) in &self.edges {
            let sum = sums.entry(self.circle[*from]).or_default();
            sum.0 += 1;
            if let Some(weight) = weight {
                sum.1 += 1;
                sum.2 += weight;
            }
        }
        let rows = sums
            .iter()
            .map(|(circle, (n, known, sum))| json!([circle, n, known, *sum as f64]))
            .collect();
        let query = "match { $a $e:knows $b }
            return { $a.circle, count($b) as n, count($e.weight) as k, sum($e.weight) as s } order { $a.circle }";
        questions.push((query, json!({}), rows));

        questions.extend(self.about_existence());

        for start in [0, 7, 19_000, 12_345] {
            let reached = self.within_three(start);
            let rows = vec![json!([reached.len(), reached.iter().map(|p| self.circle[*p]).max()])];
            let query = "query q($k: I64) { match { $p: Person { key: $k } $p knows{1,3} $q }
                return { count($q) as n, max($q.circle) as m } }";
            questions.push((query, json!({"k": start}), rows));
        }

        let triangles = pairs()
            .map(|(a, b)| self.out[b].iter().filter(|c| self.out[**c].contains(&a)).count())
            .sum::<usize>();
        let query = "match { $a knows $b $b knows $c $c knows $a } return { count($a) as n }";
        questions.push((query, json!({}), vec![json!([triangles])]));

        let mutual: Vec<(usize, usize)> = pairs().filter(|(a, b)| a != b && self.out[*b].contains(a)).collect();
        let mut mutual: Vec<(String, String)> = mutual.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        mutual.sort();
        let rows = mutual
            .iter()
            .map(|(a, b)| json!([a.parse::<i64>().ok(), b.parse::<i64>().ok()]))
            .collect();
        let query = "match { $a knows $b $b knows $a $a.key != $b.key } return { $a.key as x, $b.key as y }
            order { $a.name, $b.name } limit 100000";
        questions.push((query, json!({}), self.by_names(rows)));

        let mut of_circle: HashMap<i64, i64> = HashMap::new();
        for p in 0..PEOPLE {
            if self.age[p] == Some(50) {
                *of_circle.entry(self.circle[p]).or_default() += 1;
            }
        }
        let twins: i64 = (0..PEOPLE)
            .filter(|p| self.age[*p] == Some(20))
            .map(|p| of_circle.get(&self.circle[p]).copied().unwrap_or(0))
            .sum();
        let query =
            "match { $a: Person { age: 20 } $b: Person { age: 50 } $a.circle = $b.circle } return { count($a) as n }";
        questions.push((query, json!({}), vec![json!([twins])]));
        questions
    }

    fn about_existence(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        let lonely = (0..PEOPLE).filter(|p| self.out[*p].is_empty()).count();
        let query = "match { $p: Person not { $p knows $_ } } return { count($p) as n }";
        questions.push((query, json!({}), vec![json!([lonely])]));

        let query = "match { $p: Person exists { $p knows $_ } } return { count($p) as n }";
        questions.push((query, json!({}), vec![json!([PEOPLE - lonely])]));

        let query = "match { $p: Person exists { $q: Person $q.age > 3 } } return { count($p) as n }";
        let all = if self.age.iter().any(|age| age.is_some_and(|age| age > 3)) {
            PEOPLE
        } else {
            0
        };
        questions.push((query, json!({}), vec![json!([all])]));

        let aging = |p: usize, q: usize| matches!((self.age[p], self.age[q]), (Some(p), Some(q)) if q > p);
        let elders = (0..PEOPLE)
            .filter(|p| !self.out[*p].iter().any(|q| aging(*p, *q)))
            .count();
        let query = "match { $p: Person not { $p knows $q $q.age > $p.age } } return { count($p) as n }";
        questions.push((query, json!({}), vec![json!([elders])]));

        let query = "match { $p: Person exists { $p knows $q $q.age > $p.age } } return { count($p) as n }";
        questions.push((query, json!({}), vec![json!([PEOPLE - elders])]));
        questions
    }

    /// Rows of two keys by the names of both, then as they are.
    fn by_names(&self, mut rows: Vec<Json>) -> Vec<Json> {
        let name = |key: &Json| format!("n{}", key.as_u64().unwrap_or(0) % 1000);
        rows.sort_by_key(|row| (name(&row[0]), name(&row[1])));
        rows
    }

    fn within_three(&self, start: usize) -> BTreeSet<usize> {
        let mut distance = HashMap::from([(start, 0)]);
        let mut queue = VecDeque::from([start]);
        while let Some(at) = queue.pop_front() {
            for next in &self.out[at] {
                if !distance.contains_key(next) {
                    distance.insert(*next, distance[&at] + 1);
                    queue.push_back(*next);
                }
            }
        }
        let plain = |p: usize, d: i32| p != start && (1..=3).contains(&d);
        let looped = |p: usize, d: i32| self.out[p].contains(&p) && (1..=3).contains(&(d + 1));
        distance
            .into_iter()
            .filter(|(p, d)| plain(*p, *d) || looped(*p, *d))
            .map(|(p, _)| p)
            .collect()
    }

    fn check(&self, store: &Store, when: &str) {
        for (query, params, expected) in self.questions() {
            let text = if query.starts_with("query") {
                query.to_owned()
            } else {
                format!("query q() {{ {query} }}")
            };
            let params = params.as_object().cloned().unwrap_or_default();
            let ran = store
                .run(&text, &params, 0)
                .unwrap_or_else(|failure| panic!("{when}: {query}: {failure:?}"));
            let Outcome::Rows(answer) = ran.outcome else {
                panic!("not rows")
            };
            let found: Vec<Json> = answer.rows.iter().map(|row| row.values().cloned().collect()).collect();
            assert!(!expected.is_empty(), "{query} asks for something");
            if let Some(row) = (0..expected.len().max(found.len())).find(|i| expected.get(*i) != found.get(*i)) {
                panic!(
                    "{when}: {query}: row {row} is {:?}, not {:?}",
                    found.get(row),
                    expected.get(row)
                );
            }
        }
    }
}

#[test]
fn large_graphs_answer_as_loops_do() {
    let mut graph = draw();
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("graph"), SCHEMA);
    // Edges in two commits, the second of which extends what the first left in the caches.
    let all = std::mem::take(&mut graph.edges);
    let (first, second) = all.split_at(all.len() / 2);
    graph.edges = first.to_vec();
    graph.index();
    let lines = format!("{}\n{}", graph.nodes(), Graph::lines(first));
    store.load(&lines, Mode::Append).expect("nodes and half of the edges");
    graph.check(&store, "after half of the edges");

    store.load(&Graph::lines(second), Mode::Append).expect("the other half");
    graph.edges = all.clone();
    graph.index();
    graph.check(&store, "after all edges");
    store.optimize();
    graph.check(&store, "after optimizing");

    // Removed edges leave holes, changed nodes move.
    let delete = "query q($w: I32) { delete Knows where weight < $w }";
    let params = json!({"w": 300}).as_object().cloned().unwrap_or_default();
    store.run(delete, &params, 0).expect("a delete");
    graph
        .edges
        .retain(|(_, _, weight)| weight.is_none_or(|weight| weight >= 300));
    graph.index();
    let update = "query q() { update Person set { age: 50 } where circle = 13 }";
    store.run(update, &Map::new(), 0).expect("an update");
    for p in 0..PEOPLE {
        if graph.circle[p] == 13 {
            graph.age[p] = Some(50);
        }
    }
    graph.check(&store, "after a delete and an update");
    graph.check(&Store::open(&folder.path().join("graph")), "by a new handle");
}

#[test]
fn long_searches_and_patterns_are_answered() {
    const NODES: usize = 50;
    const LINKS: usize = 998;
    let sandbox = Sandbox::with_ring(NODES);
    let query = |arguments: &[&str]| sandbox.ok(&[&["query", "--store", "st", "--format", "csv"], arguments].concat());
    let words: Vec<String> = (0..100_000).map(|n| format!("word{n}")).collect();
    sandbox.write("params.json", &json!({"q": words.join(" ")}).to_string());
    let search = "query s($q: String) { match { $n: N search($n.t, $q) } return { count($n) as n } }";
    let found = query(&["-e", search, "--params-file", "params.json"]);
    assert_eq!(found, format!("n\n{NODES}\n"));
    let links: Vec<String> = (0..LINKS).map(|n| format!("$n{n} e $n{}", n + 1)).collect();
    let chain = format!(
        "query c() {{ match {{ $n0.k = 7 {} }} return {{ $n{LINKS}.k as k }} }}",
        links.join(" ")
    );
    sandbox.write("chain.gq", &chain);
    assert_eq!(query(&["--query", "chain.gq"]), format!("k\n{}\n", (7 + LINKS) % NODES));
}
