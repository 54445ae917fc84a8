//! The questions about `examples/flights` by hand.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Value as Json, json};

use super::Lines;
use super::questions::{Questions, average, decimals, least_way};

struct Airport {
    name: String,
    city: Option<String>,
    latitude: f64,
    longitude: f64,
}

struct Route {
    id: String,
    from: String,
    to: String,
    flights: i64,
}

struct Flights {
    airports: BTreeMap<String, Airport>,
    routes: Vec<Route>,
    state: HashMap<String, String>,
    states: BTreeSet<String>,
}

fn flights(lines: &Lines) -> Flights {
    let airport = |node: &super::Node| Airport {
        name: node.data["name"].as_str().expect("a name").to_owned(),
        city: node.data.get("city").and_then(Json::as_str).map(str::to_owned),
        latitude: node.data["latitude"].as_f64().expect("a number"),
        longitude: node.data["longitude"].as_f64().expect("a number"),
    };
    let route = |edge: &super::Edge| Route {
        id: edge.id.clone(),
        from: edge.from.clone(),
        to: edge.to.clone(),
        flights: edge.data["flights"].as_i64().expect("a number"),
    };
    Flights {
        airports: lines.nodes["Airport"]
            .iter()
            .map(|node| (node.id.clone(), airport(node)))
            .collect(),
        routes: lines.edges["Route"].iter().map(route).collect(),
        state: lines.edges["InState"]
            .iter()
            .map(|edge| (edge.from.clone(), edge.to.clone()))
            .collect(),
        states: lines.nodes["State"].iter().map(|node| node.id.clone()).collect(),
    }
}

impl Flights {
    fn leaving<'f>(&'f self, from: &'f str) -> impl Iterator<Item = &'f Route> {
        self.routes.iter().filter(move |route| route.from == from)
    }

    fn arriving<'f>(&'f self, to: &'f str) -> impl Iterator<Item = &'f Route> {
        self.routes.iter().filter(move |route| route.to == to)
    }

    fn is_served(&self, iata: &str) -> bool {
        self.leaving(iata).next().is_some()
    }

    fn in_state<'f>(&'f self, state: &'f str) -> impl Iterator<Item = (&'f String, &'f Airport)> {
        self.airports
            .iter()
            .filter(move |(iata, _)| self.state.get(*iata).is_some_and(|own| own == state))
    }

    fn distances(&self, from: &str) -> Vec<Json> {
        let here = &self.airports[from];
        let mut found = Vec::new();
        for iata in self.leaving(from).map(|route| &route.to).collect::<BTreeSet<_>>() {
            let there = &self.airports[iata];
            // By the spherical law of cosines, and not by the formula of the query.
            let (a, b) = (here.latitude.to_radians(), there.latitude.to_radians());
            let turn = (there.longitude - here.longitude).to_radians();
            let angle = (a.sin() * b.sin() + a.cos() * b.cos() * turn.cos()).acos();
            found.push((Reverse((6371.0 * angle).round() as i64), iata, &there.city));
        }
        found.sort();
        found
            .into_iter()
            .take(5)
            .map(|(km, iata, city)| json!([iata, city, km.0 as f64]))
            .collect()
    }

    fn fewest_changes(&self, from: &str, to: &str) -> Vec<Json> {
        let step = |route: &Route| ("Route", route.id.clone(), route.from.clone(), route.to.clone());
        let steps: Vec<_> = self.routes.iter().map(step).collect();
        let steps: Vec<_> = steps
            .iter()
            .map(|(ty, id, from, to)| (*ty, id.as_str(), from.as_str(), to.as_str()))
            .collect();
        let way = least_way(&steps, from, to);
        way.map(|way| json!([way, way.len() - 2])).into_iter().collect()
    }

    /// All walks of so many routes.
    fn walks<'f>(&'f self, from: &str, to: &str, length: usize, least: i64) -> Vec<Vec<&'f Route>> {
        let mut walks: Vec<Vec<&Route>> = vec![Vec::new()];
        for _ in 0..length {
            let longer = |walk: &Vec<&'f Route>| {
                let at = walk.last().map_or(from, |route| &route.to);
                let next = self
                    .routes
                    .iter()
                    .filter(move |route| route.from == at && route.flights >= least);
                let walk = walk.clone();
                next.map(move |route| walk.iter().copied().chain([route]).collect())
                    .collect::<Vec<_>>()
            };
            walks = walks.iter().flat_map(longer).collect();
        }
        walks.retain(|walk| walk.last().is_some_and(|route| route.to == to));
        walks
    }

    fn all_ways(&self, from: &str, to: &str) -> Vec<Json> {
        let walks = (1..5)
            .map(|length| self.walks(from, to, length, 0))
            .find(|walks| !walks.is_empty());
        let walks = walks.expect("a way");
        let stops: BTreeSet<&String> = walks.iter().map(|walk| &walk[0].to).collect();
        vec![json!([walks.len(), stops])]
    }

    fn frequent_ways(&self, from: &str, to: &str) -> Vec<Json> {
        let walks = (1..4).flat_map(|length| self.walks(from, to, length, 1000));
        let mut trails: Vec<_> = walks
            .filter(|walk| walk.iter().map(|route| &route.id).collect::<HashSet<_>>().len() == walk.len())
            .map(|walk| (walk.len(), walk.iter().map(|route| &route.id).collect::<Vec<_>>(), walk))
            .collect();
        trails.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        trails.truncate(3);
        let stops = |walk: &[&Route]| walk.iter().map(|route| route.to.clone()).collect::<Vec<_>>();
        let mut found: Vec<_> = trails
            .into_iter()
            .map(|(length, _, walk)| (length, stops(&walk)))
            .collect();
        found.sort_by(|a, b| (a.0, &a.1[0]).cmp(&(b.0, &b.1[0])));
        let all = |stops: Vec<String>| [from.to_owned()].into_iter().chain(stops).collect::<Vec<_>>();
        found.into_iter().map(|(_, stops)| json!([all(stops)])).collect()
    }

    /// By relaxing every route until nothing changes.
    fn least_waiting(&self, from: &str, to: &str) -> Vec<Json> {
        let mut best: HashMap<&str, (f64, Vec<&str>)> = HashMap::new();
        let mut changed = true;
        while changed {
            changed = false;
            for route in &self.routes {
                let start = (0.0, vec![from]);
                let before = match route.from == from {
                    true => start,
                    false => match best.get(route.from.as_str()) {
                        Some(before) => before.clone(),
                        None => continue,
                    },
                };
                let cost = before.0 + (60.0 + 525_600.0 / route.flights as f64);
                if best.get(route.to.as_str()).is_none_or(|(known, _)| cost < *known) {
                    let way = before.1.into_iter().chain([route.to.as_str()]).collect();
                    best.insert(&route.to, (cost, way));
                    changed = true;
                }
            }
        }
        best.get(to)
            .map(|(cost, way)| json!([way, cost.round()]))
            .into_iter()
            .collect()
    }

    fn within_two(&self, from: &str, rare: i64) -> Vec<Json> {
        let often = |iata: &str| -> BTreeSet<&str> {
            let often = self
                .routes
                .iter()
                .filter(|route| route.from == iata && route.flights >= rare);
            often.map(|route| route.to.as_str()).collect()
        };
        let one = often(from);
        let mut all: BTreeSet<&str> = one.iter().flat_map(|stop| often(stop)).collect();
        all.extend(&one);
        // A cycle does not lead back, and no airport has a route to itself.
        all.remove(from);
        let cities: HashSet<&String> = all
            .iter()
            .filter_map(|iata| self.airports[*iata].city.as_ref())
            .collect();
        vec![json!([all.len(), cities.len()])]
    }

    fn round_trips(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for out in &self.routes {
            for back in self
                .routes
                .iter()
                .filter(|back| back.from == out.to && back.to == out.from)
            {
                if out.from < out.to && out.flights > 2 * back.flights && out.flights >= 100 {
                    let lost = Reverse(out.flights - back.flights);
                    found.push((lost, &out.from, &out.to, &back.id, &out.id, out.flights, back.flights));
                }
            }
        }
        found.sort();
        let first = found.into_iter().take(5);
        first
            .map(|(_, a, b, _, _, there, back)| json!([a, b, there, back]))
            .collect()
    }

    fn leaves(&self) -> Vec<Json> {
        let mut hubs: BTreeMap<&str, i64> = BTreeMap::new();
        for iata in self.airports.keys() {
            let away: Vec<&Route> = self.leaving(iata).collect();
            if away.len() == 1 && self.arriving(iata).count() == 1 {
                *hubs.entry(&away[0].to).or_default() += 1;
            }
        }
        let mut hubs: Vec<_> = hubs.into_iter().collect();
        hubs.sort_by_key(|(hub, count)| (Reverse(*count), *hub));
        hubs.into_iter()
            .take(5)
            .map(|(hub, count)| json!([hub, count]))
            .collect()
    }

    fn hubs_by_state(&self) -> Vec<Json> {
        let degree = |iata: &str| self.leaving(iata).count() + self.arriving(iata).count();
        let mut found = Vec::new();
        for state in &self.states {
            let served: Vec<_> = self
                .in_state(state)
                .map(|(iata, _)| (degree(iata), Reverse(iata)))
                .collect();
            let served: Vec<_> = served.into_iter().filter(|(degree, _)| *degree > 0).collect();
            if served.len() >= 10 {
                let hub = served.iter().max().expect("ten at least").1.0;
                found.push((Reverse(served.len()), state, hub));
            }
        }
        found.sort();
        found
            .into_iter()
            .map(|(count, state, hub)| json!([state, hub, count.0]))
            .collect()
    }

    fn share_of_state(&self, state: &str) -> Vec<Json> {
        let departures = |iata: &str| self.leaving(iata).map(|route| route.flights).sum::<i64>();
        let served = self.in_state(state).filter(|(iata, _)| self.is_served(iata));
        let own: Vec<(i64, &String)> = served.map(|(iata, _)| (departures(iata), iata)).collect();
        let all: i64 = own.iter().map(|(flights, _)| flights).sum();
        let share = |flights: i64| decimals(100.0 * flights as f64 / all as f64, 1);
        let mut found: Vec<_> = own.into_iter().map(|(flights, iata)| (share(flights), iata)).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        found
            .into_iter()
            .take(4)
            .map(|(percent, iata)| json!([iata, percent]))
            .collect()
    }

    fn triangles(&self) -> Vec<Json> {
        let often: Vec<&Route> = self.routes.iter().filter(|route| route.flights >= 9000).collect();
        let mut found = BTreeSet::new();
        for one in &often {
            for two in &often {
                for three in &often {
                    let closed = one.to == two.from && two.to == three.from && three.to == one.from;
                    if closed && one.from < two.from && one.from < three.from {
                        found.insert((&one.from, &two.from, &three.from));
                    }
                }
            }
        }
        found.into_iter().map(|(a, b, c)| json!([a, b, c])).collect()
    }

    fn without_service(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for state in &self.states {
            let own: Vec<&String> = self.in_state(state).map(|(iata, _)| iata).collect();
            if !own.is_empty() && !own.iter().any(|iata| self.is_served(iata)) {
                found.push((Reverse(own.len()), state));
            }
        }
        found.sort();
        found
            .into_iter()
            .take(4)
            .map(|(count, state)| json!([state, count.0, 0.0]))
            .collect()
    }

    fn without_hub(&self, hub: &str, state: &str) -> Vec<Json> {
        let to_hub = |iata: &str| self.leaving(iata).any(|route| route.to == hub);
        let found = self
            .in_state(state)
            .filter(|(iata, _)| self.is_served(iata) && !to_hub(iata));
        found.map(|(iata, airport)| json!([iata, airport.name])).collect()
    }

    fn spread(&self) -> Vec<Json> {
        let mut flights: Vec<f64> = self.routes.iter().map(|route| route.flights as f64).collect();
        flights.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = part * (flights.len() - 1) as f64;
            let (low, high) = (flights[place.floor() as usize], flights[place.ceil() as usize]);
            low + (high - low) * place.fract()
        };
        let mean = average(&flights).expect("routes");
        let squares: f64 = flights.iter().map(|count| (count - mean) * (count - mean)).sum();
        let deviation = (squares / (flights.len() - 1) as f64).sqrt();
        vec![json!([flights.len(), at(0.5), at(0.9), decimals(deviation, 1)])]
    }

    fn classes(&self) -> Vec<Json> {
        let class = |name: &str, from: i64, to: i64| {
            let own: Vec<i64> = self.routes.iter().map(|route| route.flights).collect();
            let own: Vec<i64> = own.into_iter().filter(|flights| (from..to).contains(flights)).collect();
            (
                Reverse(own.len()),
                json!([name, own.len(), own.iter().sum::<i64>() as f64]),
            )
        };
        let mut classes = [
            class("now and then", i64::MIN, 12),
            class("weekly", 12, 365),
            class("daily", 365, i64::MAX),
        ];
        classes.sort_by_key(|(count, _)| *count);
        classes.into_iter().map(|(_, row)| row).collect()
    }

    fn same_name(&self) -> Vec<Json> {
        let served: Vec<_> = self.airports.iter().filter(|(iata, _)| self.is_served(iata)).collect();
        let mut found = Vec::new();
        for (a, one) in &served {
            for (b, other) in &served {
                if let (Some(city), Some(same)) = (&one.city, &other.city)
                    && a < b
                    && city.to_lowercase() == same.to_lowercase()
                    && let (Some(state), Some(other)) = (self.state.get(*a), self.state.get(*b))
                    && state == other
                {
                    found.push((city, *a, *b, state));
                }
            }
        }
        found.sort();
        found
            .into_iter()
            .take(6)
            .map(|(city, a, b, state)| json!([city, state, a, b]))
            .collect()
    }

    fn corners(&self) -> Vec<Json> {
        let served = || {
            self.airports
                .iter()
                .filter(|(iata, _)| self.state.contains_key(*iata) && self.is_served(iata))
        };
        // Of equals the first by its code.
        let most = |value: &dyn Fn(&Airport) -> f64| {
            let mut best: Option<(&String, f64)> = None;
            for (iata, airport) in served() {
                if best.is_none_or(|(_, known)| value(airport) > known) {
                    best = Some((iata, value(airport)));
                }
            }
            best.map(|(iata, _)| iata)
        };
        let north = most(&|airport| airport.latitude);
        let south = most(&|airport| -airport.latitude);
        let east = most(&|airport| airport.longitude);
        let west = most(&|airport| -airport.longitude);
        vec![json!([north, south, east, west])]
    }

    fn initials(&self) -> Vec<Json> {
        let mut letters: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for iata in self.airports.keys().filter(|iata| self.is_served(iata)) {
            letters.entry(&iata[..1]).or_default().push(iata);
        }
        let mut letters: Vec<_> = letters.into_iter().collect();
        letters.sort_by_key(|(letter, own)| (Reverse(own.len()), *letter));
        let row = |(letter, own): (&str, Vec<&String>)| json!([letter, own.len(), own[..own.len().min(3)]]);
        letters.into_iter().take(4).map(row).collect()
    }

    fn next_page(&self, after: Option<&str>) -> Vec<Json> {
        let served = self.airports.iter().filter(|(iata, _)| self.is_served(iata));
        let later = served.filter(|(iata, _)| after.is_none_or(|after| iata.as_str() > after));
        later
            .take(3)
            .map(|(iata, airport)| json!([iata, airport.name]))
            .collect()
    }

    fn busy_pairs(&self) -> Vec<Json> {
        let busy = |iata: &str| self.leaving(iata).any(|route| route.flights >= 12000);
        let both = self
            .routes
            .iter()
            .filter(|route| route.from < route.to && busy(&route.from) && busy(&route.to));
        let pairs: BTreeSet<_> = both.map(|route| (&route.from, &route.to)).collect();
        pairs.into_iter().map(|(a, b)| json!([a, b])).collect()
    }
}

#[test]
fn flight_questions() {
    let asked = Questions::load("flights");
    let flights = flights(&asked.lines);
    assert!(
        flights.routes.iter().all(|route| route.from != route.to),
        "no route to itself"
    );
    for from in ["SFO", "ANC"] {
        asked.check("distances", json!({ "from": from }), flights.distances(from));
    }
    for (from, to) in [("ABE", "ANC"), ("BOI", "BTV"), ("YUM", "ADK"), ("SFO", "JFK")] {
        let given = json!({ "from": from, "to": to });
        asked.check("fewest_changes", given.clone(), flights.fewest_changes(from, to));
        asked.check("all_ways", given.clone(), flights.all_ways(from, to));
        asked.check("least_waiting", given, flights.least_waiting(from, to));
    }
    for (from, to) in [("ABE", "ANC"), ("SFO", "BOS"), ("PVD", "BOI")] {
        let given = json!({ "from": from, "to": to });
        asked.check("frequent_ways", given, flights.frequent_ways(from, to));
    }
    for (from, rare) in [("SFO", 2000), ("YUM", 1)] {
        let given = json!({ "from": from, "rare": rare });
        asked.check("within_two", given, flights.within_two(from, rare));
    }
    asked.check("round_trips", json!({}), flights.round_trips());
    asked.check("leaves", json!({}), flights.leaves());
    asked.check("hubs_by_state", json!({}), flights.hubs_by_state());
    for state in ["TX", "AK"] {
        asked.check(
            "share_of_state",
            json!({ "state": state }),
            flights.share_of_state(state),
        );
    }
    asked.check("triangles", json!({}), flights.triangles());
    asked.check("without_service", json!({}), flights.without_service());
    for (hub, state) in [("DEN", "CO"), ("ATL", "TX")] {
        let given = json!({ "hub": hub, "state": state });
        asked.check("without_hub", given, flights.without_hub(hub, state));
    }
    asked.check("spread", json!({}), flights.spread());
    asked.check("classes", json!({}), flights.classes());
    asked.check("same_name", json!({}), flights.same_name());
    asked.check("corners", json!({}), flights.corners());
    asked.check("initials", json!({}), flights.initials());
    for after in [None, Some("ATL")] {
        asked.check("next_page", json!({ "after": after }), flights.next_page(after));
    }
    asked.check("busy_pairs", json!({}), flights.busy_pairs());
    asked.all_were_asked();
}
