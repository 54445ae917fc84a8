//! Migrations against a model that decides by itself: random types with rows, and what somebody may want them to be next. For
//! every pair of property types and every rule, the plan's verdict is that of the model, and what an apply leaves is what
//! the model has; its export loads into a fresh graph of the new schema. `OMNIGRAPH_TEST_MIGRATIONS` says how many changes
//! of types are tried, `OMNIGRAPH_TEST_SEED` gives a seed.

mod judge;
mod schema;
mod value;

use std::collections::BTreeMap;

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::migrate::{FindingState, MigrationPlan, PlanOptions};
use omnigraph_model::migration::{Action, Validation};
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use regex::Regex;
use schema::{Edge, Focus, Node, Property};
use serde_json::Value as Json;
use value::Value;

/// In an ordinary run.
const MIGRATIONS: usize = 240;
/// Changes that are tried on one graph: of nodes, of edges.
const NODES: usize = 12;
const EDGES: usize = 4;

#[test]
fn plans_decide_as_the_model_does() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let wanted = number("OMNIGRAPH_TEST_MIGRATIONS").map_or(MIGRATIONS, |wanted| wanted as usize);
    let seed = number("OMNIGRAPH_TEST_SEED").unwrap_or(20_261_129);
    let mut tally = Tally::default();
    let mut graphs = 0;
    while tally.applied + tally.refused < wanted {
        let mut rng = SmallRng::seed_from_u64(seed.wrapping_mul(1_000_003) + graphs as u64);
        // A prime step, so that a short run meets all kinds of pairs.
        tally.graph(graphs as usize * NODES * 7919, &mut rng);
        graphs += 1;
    }
    let Tally { applied, refused, rows } = tally;
    println!("{graphs} graphs: {applied} changes applied, {refused} refused, {rows} rows kept");
    assert!(
        applied * 5 > wanted && refused * 5 > wanted,
        "{applied} applied, {refused} refused"
    );
    assert!(rows * 2 > applied, "{rows} rows kept by {applied} changes");
}

#[derive(Default)]
struct Tally {
    applied: usize,
    refused: usize,
    rows: usize,
}

impl Tally {
    fn graph(&mut self, case: usize, rng: &mut SmallRng) {
        let mut next = 0;
        let focus = |at: usize| Focus::nth(case + at * 7919);
        let nodes: Vec<Node> = (0..NODES)
            .map(|at| Node::draw(format!("N{at}"), focus(at), &mut next, rng))
            .collect();
        let edges: Vec<Edge> = (0..EDGES)
            .map(|at| Edge::draw(format!("E{at}"), &nodes, &mut next, rng))
            .collect();
        let folder = super::folder();
        let accepted = text(&nodes, &edges);
        let store = Store::create(&folder.path().join("graph"), &accepted);
        let lines = lines(&nodes, &edges);
        let loaded = store.load(&lines, Mode::Append);
        loaded.unwrap_or_else(|failure| panic!("{}\n{accepted}\n{lines}", failure.message));

        let wanted: Vec<Node> = nodes
            .iter()
            .enumerate()
            .map(|(at, node)| node.next(focus(at), &mut next, rng))
            .collect();
        let wanted_edges: Vec<Edge> = edges.iter().map(|edge| edge.next(NODES, &mut next, rng)).collect();
        let desired = text(&wanted, &wanted_edges);
        let planned = store.plan(&desired, &PlanOptions::default());
        let planned = planned.unwrap_or_else(|failure| panic!("{}\n{accepted}\n{desired}", failure.message));
        // As far as they can: a type that cannot change stays as it is.
        let mut after = Vec::new();
        for (old, new) in nodes.iter().zip(&wanted) {
            let judged = judge::node(old, new);
            let said = verdict(&planned.plan, "node", &new.name);
            let told = || {
                format!(
                    "{:?}\n{}\n{}\n{}",
                    judged.as_ref().err(),
                    old.text(),
                    old.lines(),
                    new.text()
                )
            };
            assert_eq!(
                said.is_none(),
                judged.is_ok(),
                "the plan says {said:?}, the model {}",
                told()
            );
            self.count(judged.is_ok(), new.rows.len());
            after.push(judged.unwrap_or_else(|_| old.clone()));
        }
        let mut after_edges = Vec::new();
        for (old, new) in edges.iter().zip(&wanted_edges) {
            let judged = judge::edge(old, new, &after);
            let said = verdict(&planned.plan, "edge", &new.name);
            let told = || {
                format!(
                    "{:?}\n{}\n{}\n{}",
                    judged.as_ref().err(),
                    old.text(&nodes),
                    old.lines(),
                    new.text(&wanted)
                )
            };
            assert_eq!(
                said.is_none(),
                judged.is_ok(),
                "the plan says {said:?}, the model {}",
                told()
            );
            self.count(judged.is_ok(), new.rows.len());
            after_edges.push(judged.unwrap_or_else(|_| old.clone()));
        }
        for node in &mut after {
            if !wanted.iter().any(|wanted| wanted.name == node.name) {
                node.former = None;
            }
        }
        let possible = text(&after, &after_edges);
        let planned = store.plan(&possible, &PlanOptions::default());
        let planned = planned.unwrap_or_else(|failure| panic!("{}\n{accepted}\n{possible}", failure.message));
        let applied = store.apply(&planned);
        applied.unwrap_or_else(|failure| panic!("{}\n{accepted}\n{lines}\n{possible}", failure.message));
        let export = store.export();
        assert_eq!(
            read(&export, &after, &after_edges),
            expected(&after, &after_edges),
            "{accepted}\n{lines}\n{possible}"
        );

        // Whatever the schema's history was.
        let hints = Regex::new(r#" @rename_from\("[^"]*"\)"#).expect("a pattern");
        let fresh = Store::create(&folder.path().join("fresh"), &hints.replace_all(&possible, ""));
        let loaded = fresh.load(&export, Mode::Append);
        loaded.unwrap_or_else(|failure| panic!("{}\n{accepted}\n{possible}\n{export}", failure.message));
        assert_eq!(fresh.export(), export, "{possible}");
    }

    fn count(&mut self, applied: bool, rows: usize) {
        match applied {
            true => {
                self.applied += 1;
                self.rows += rows;
            }
            false => self.refused += 1,
        }
    }
}

fn text(nodes: &[Node], edges: &[Edge]) -> String {
    let types = nodes
        .iter()
        .map(Node::text)
        .chain(edges.iter().map(|edge| edge.text(nodes)));
    types.collect()
}

fn lines(nodes: &[Node], edges: &[Edge]) -> String {
    nodes
        .iter()
        .map(Node::lines)
        .chain(edges.iter().map(Edge::lines))
        .collect()
}

/// Why the plan refuses this type, if it does.
fn verdict(plan: &MigrationPlan, kind: &str, name: &str) -> Option<String> {
    let own = format!("{kind}:{name}");
    let about = |entity: &str| {
        entity
            .strip_prefix(&own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let refused = plan.steps.iter().find_map(|step| match &step.action {
        Action::UnsupportedChange { entity, reason, .. } if about(entity) => Some(reason.clone()),
        action
            if action.validation() == Validation::Scan
                && action
                    .of_type()
                    .is_some_and(|(of, named)| (of.word(), named) == (kind, name)) =>
        {
            Some(action.to_string())
        }
        _ => None,
    });
    let found = || {
        let blocks = |judged: &&omnigraph_compiler::migrate::Judged| {
            judged.finding.severity == Severity::Error && judged.state == FindingState::Open && about(&judged.entity)
        };
        plan.findings
            .iter()
            .find(blocks)
            .map(|judged| judged.finding.message.clone())
    };
    refused.or_else(found)
}

/// Values by type, id and property; the ends of an edge are properties.
type Rows = BTreeMap<(String, String), BTreeMap<String, Value>>;

fn expected(nodes: &[Node], edges: &[Edge]) -> Rows {
    let mut rows = Rows::new();
    let values = |properties: &[Property], row: &schema::Row| -> BTreeMap<String, Value> {
        let values = properties
            .iter()
            .map(|property| (property.name.clone(), row[&property.id].clone()));
        values.collect()
    };
    for node in nodes {
        for (id, row) in &node.rows {
            rows.insert((node.name.clone(), id.clone()), values(&node.properties, row));
        }
    }
    for edge in edges {
        for (id, from, to, row) in &edge.rows {
            let mut values = values(&edge.properties, row);
            values.insert("from".to_owned(), Value::Text(from.clone()));
            values.insert("to".to_owned(), Value::Text(to.clone()));
            rows.insert((edge.name.clone(), id.clone()), values);
        }
    }
    rows
}

fn read(export: &str, nodes: &[Node], edges: &[Edge]) -> Rows {
    let mut rows = Rows::new();
    for line in export.lines() {
        let line: Json = serde_json::from_str(line).expect("an export is JSON");
        let text = |json: &Json| json.as_str().expect("a text").to_owned();
        let node = nodes.iter().find(|node| line["type"] == *node.name);
        let edge = edges.iter().find(|edge| line["edge"] == *edge.name);
        let (name, properties) = match (node, edge) {
            (Some(node), _) => (&node.name, &node.properties),
            (_, Some(edge)) => (&edge.name, &edge.properties),
            _ => panic!("{line}"),
        };
        let mut values = BTreeMap::new();
        for property in properties {
            let value = match &line["data"][&property.name] {
                Json::Array(items) if property.list => {
                    Value::List(items.iter().map(|item| property.scalar.read(item)).collect())
                }
                json => property.scalar.read(json),
            };
            values.insert(property.name.clone(), value);
        }
        for end in ["from", "to"].into_iter().filter(|end| !line[end].is_null()) {
            values.insert(end.to_owned(), Value::Text(text(&line[end])));
        }
        rows.insert((name.clone(), text(&line["data"]["id"])), values);
    }
    rows
}
