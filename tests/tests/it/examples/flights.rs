//! `examples/flights` by hand.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use serde_json::{Value, json};

use super::{Lines, affected, load, names, rows};

struct Airport {
    name: String,
    city: Value,
}

struct Graph {
    airports: BTreeMap<String, Airport>,
    /// Edge id, from, to, flights.
    routes: Vec<(String, String, String, i64)>,
    out: HashMap<String, BTreeSet<String>>,
    states: Vec<(String, String)>,
}

fn graph(lines: &Lines) -> Graph {
    let airports = lines.nodes["Airport"].iter().map(|node| {
        let name = node.data["name"].as_str().expect("a name").to_owned();
        let city = node.data.get("city").cloned().unwrap_or(Value::Null);
        (node.id.clone(), Airport { name, city })
    });
    let mut out: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut routes = Vec::new();
    for edge in &lines.edges["Route"] {
        let flights = edge.data["flights"].as_i64().expect("a number");
        routes.push((edge.id.clone(), edge.from.clone(), edge.to.clone(), flights));
        out.entry(edge.from.clone()).or_default().insert(edge.to.clone());
    }
    Graph {
        airports: airports.collect(),
        routes,
        out,
        states: lines.edges["InState"]
            .iter()
            .map(|edge| (edge.from.clone(), edge.to.clone()))
            .collect(),
    }
}

impl Graph {
    fn destinations(&self, iata: &str) -> Vec<Value> {
        let mut found: Vec<_> = self.routes.iter().filter(|route| route.1 == iata).collect();
        // The origin is the same in every row; then come the edge's id and the destination's.
        found.sort_by_key(|(id, _, to, flights)| (-flights, id.clone(), to.clone()));
        let row = |(_, _, to, flights): &(String, String, String, i64)| {
            let airport = &self.airports[to];
            json!([to, airport.name, airport.city, flights])
        };
        found.into_iter().take(10).map(row).collect()
    }

    fn busiest(&self) -> Vec<Value> {
        let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for (_, from, _, flights) in &self.routes {
            let sum = sums.entry(from).or_default();
            sum.0 += flights;
            sum.1 += 1;
        }
        let mut groups: Vec<_> = sums.into_iter().collect();
        groups.sort_by_key(|(iata, (flights, _))| (-flights, *iata));
        let row = |(iata, (flights, count)): (&str, (i64, i64))| {
            json!([iata, self.airports[iata].name, flights as f64, count])
        };
        groups.into_iter().take(10).map(row).collect()
    }

    fn with_a_change(&self, iata: &str) -> i64 {
        let nothing = BTreeSet::new();
        let direct = self.out.get(iata).unwrap_or(&nothing);
        let mut distance = HashMap::from([(iata, 0)]);
        let mut queue = VecDeque::from([iata]);
        while let Some(at) = queue.pop_front() {
            for next in self.out.get(at).unwrap_or(&nothing) {
                if !distance.contains_key(next.as_str()) {
                    distance.insert(next, distance[at] + 1);
                    queue.push_back(next);
                }
            }
        }
        let reached = |to: &str, hops: i32| {
            let loops = self.out.get(to).is_some_and(|out| out.contains(to));
            (to != iata && (1..=3).contains(&hops)) || (loops && (1..=3).contains(&(hops + 1)))
        };
        distance
            .iter()
            .filter(|(to, hops)| reached(to, **hops) && !direct.contains(**to))
            .count() as i64
    }

    fn one_way(&self) -> Vec<Value> {
        let mut pairs = BTreeSet::new();
        for (_, from, to, _) in &self.routes {
            if !self.out.get(to).is_some_and(|back| back.contains(from)) {
                pairs.insert((from, to));
            }
        }
        pairs.into_iter().take(20).map(|(from, to)| json!([from, to])).collect()
    }

    fn airports_per_state(&self) -> Vec<Value> {
        let mut states: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (airport, state) in &self.states {
            states.entry(state).or_default().insert(airport);
        }
        let mut counts: Vec<(&str, usize)> = states.into_iter().map(|(state, all)| (state, all.len())).collect();
        counts.sort_by_key(|(state, count)| (usize::MAX - count, *state));
        counts
            .into_iter()
            .take(5)
            .map(|(state, count)| json!([state, count]))
            .collect()
    }
}

#[test]
fn flights_answers() {
    let (_folder, store, queries) = load("flights");
    assert_eq!(
        names(&queries),
        [
            "destinations",
            "busiest",
            "with_a_change",
            "one_way",
            "airports_per_state",
            "add_airport",
            "rename_airport",
            "close_airport"
        ]
    );
    let check = |graph: &Graph| {
        for iata in ["SFO", "ATL", "YUM", "BOI", "XNA", "00M", "nowhere"] {
            let given = json!({ "iata": iata });
            assert_eq!(
                rows(&store, &queries, "destinations", given.clone()),
                graph.destinations(iata),
                "{iata}"
            );
            let count = graph.with_a_change(iata);
            assert_eq!(
                rows(&store, &queries, "with_a_change", given),
                [json!([count])],
                "{iata}"
            );
        }
        assert_eq!(rows(&store, &queries, "busiest", json!({})), graph.busiest());
        assert_eq!(rows(&store, &queries, "one_way", json!({})), graph.one_way());
        assert_eq!(
            rows(&store, &queries, "airports_per_state", json!({})),
            graph.airports_per_state()
        );
    };
    let before = Lines::read(&store.export());
    check(&graph(&before));
    assert!(graph(&before).with_a_change("SFO") > 0, "the question has an answer");

    // A new airport, a new name, and the busiest airport of all closed.
    let new = json!({ "iata": "ZZZ", "name": "Nowhere Field", "lat": 12.5, "lon": -7.25 });
    assert_eq!(affected(&store, &queries, "add_airport", new), (1, 1));
    let renamed = json!({ "iata": "SFO", "name": "Bay" });
    assert_eq!(affected(&store, &queries, "rename_airport", renamed), (1, 0));
    assert_eq!(
        affected(
            &store,
            &queries,
            "rename_airport",
            json!({ "iata": "nowhere", "name": "x" })
        ),
        (0, 0)
    );
    let busiest = graph(&before).busiest()[0][0].as_str().expect("a code").to_owned();
    let gone = |edges: &[super::Edge]| {
        edges
            .iter()
            .filter(|edge| edge.from == busiest || edge.to == busiest)
            .count()
    };
    let edges: usize = before.edges.values().map(|edges| gone(edges)).sum();
    assert_eq!(
        affected(&store, &queries, "close_airport", json!({ "iata": busiest })),
        (1, edges as u64)
    );

    let mut expected = before.contents();
    let airport = |iata: &str| {
        before.nodes["Airport"]
            .iter()
            .find(|node| node.id == iata)
            .expect("it was there")
    };
    let line = |data: &serde_json::Map<String, Value>| {
        let mut data = data.clone();
        data.sort_keys();
        format!("Airport {}", Value::Object(data))
    };
    let ends = format!(" {busiest} ");
    expected.retain(|text| {
        let edge = text.starts_with("Route ") || text.starts_with("InState ") || text.starts_with("InCountry ");
        *text != line(&airport(&busiest).data) && *text != line(&airport("SFO").data) && !(edge && text.contains(&ends))
    });
    let mut renamed = airport("SFO").data.clone();
    renamed["name"] = "Bay".into();
    expected.push(line(&renamed));
    expected.push(r#"Airport {"iata":"ZZZ","latitude":12.5,"longitude":-7.25,"name":"Nowhere Field"}"#.into());
    expected.push("InCountry ZZZ USA {}".into());
    expected.sort();
    let after = Lines::read(&store.export());
    assert_eq!(after.contents(), expected);
    check(&graph(&after));
}
