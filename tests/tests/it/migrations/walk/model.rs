//! A schema and its rows as lists and maps, with changes of both as a person would make them.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::json;

use super::property::{Kind, Property, Row, change_property, row};
use crate::migrations::Graph;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Applied,
    Refused,
}

use Expected::{Applied, Refused};

#[derive(Clone, Debug)]
struct Node {
    name: String,
    former: Option<String>,
    described: Option<u32>,
    /// Name of the key, and the former one.
    key: (String, Option<String>),
    properties: Vec<Property>,
    rows: BTreeMap<String, Row>,
}

#[derive(Clone, Debug)]
struct Edge {
    name: String,
    former: Option<String>,
    from: String,
    to: String,
    max: Option<usize>,
    properties: Vec<Property>,
    rows: BTreeMap<String, (String, String, Row)>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    comment: u32,
    /// Numbers for names and values that nobody had.
    next: u32,
    /// The text that was applied last.
    pub accepted: String,
}

impl Model {
    pub(super) fn new() -> Model {
        let mut model = Model {
            nodes: Vec::new(),
            edges: Vec::new(),
            comment: 0,
            next: 0,
            accepted: String::new(),
        };
        for _ in 0..3 {
            model.add_node();
        }
        for at in 0..2 {
            let (from, to) = (model.nodes[at].name.clone(), model.nodes[at + 1].name.clone());
            model.add_edge(from, to);
        }
        model.accepted = model.schema();
        model
    }

    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn add_node(&mut self) {
        let number = self.fresh();
        let properties = [("count", Kind::I32, false), ("label", Kind::Text, true)];
        let properties = properties.map(|(name, kind, optional)| Property::new(name.to_owned(), kind, optional));
        self.nodes.push(Node {
            name: format!("Node{number}"),
            former: None,
            described: None,
            key: ("code".to_owned(), None),
            properties: properties.to_vec(),
            rows: BTreeMap::new(),
        });
    }

    fn add_edge(&mut self, from: String, to: String) {
        let number = self.fresh();
        self.edges.push(Edge {
            name: format!("Edge{number}"),
            former: None,
            from,
            to,
            max: None,
            properties: vec![Property::new("weight".to_owned(), Kind::I32, true)],
            rows: BTreeMap::new(),
        });
    }

    /// Without the hints of the change that is done.
    pub(super) fn settled(mut self) -> Model {
        self.accepted = self.schema();
        for node in &mut self.nodes {
            node.former = None;
            node.key.1 = None;
            node.properties.iter_mut().for_each(|property| property.former = None);
        }
        for edge in &mut self.edges {
            edge.former = None;
            edge.properties.iter_mut().for_each(|property| property.former = None);
        }
        self
    }

    pub(super) fn schema(&self) -> String {
        let hint = |former: &Option<String>| {
            former
                .as_ref()
                .map_or(String::new(), |f| format!(" @rename_from(\"{f}\")"))
        };
        let mut text = format!("// revision {}\n", self.comment);
        for node in &self.nodes {
            let described = node
                .described
                .map_or(String::new(), |n| format!(" @description(\"number {n}\")"));
            text += &format!("node {}{}{described} {{\n", node.name, hint(&node.former));
            text += &format!("    {}: String @key{}\n", node.key.0, hint(&node.key.1));
            for property in &node.properties {
                text += &property.text(&hint(&property.former));
                if let Some((low, high)) = property.range {
                    text += &format!("    @range({}, {low}..{high})\n", property.name);
                }
            }
            text += "}\n";
        }
        for edge in &self.edges {
            let max = edge.max.map_or(String::new(), |max| format!(" @card(0..{max})"));
            text += &format!(
                "edge {}: {} -> {}{}{max} {{\n",
                edge.name,
                edge.from,
                edge.to,
                hint(&edge.former)
            );
            for property in &edge.properties {
                text += &property.text(&hint(&property.former));
            }
            text += "}\n";
        }
        text
    }

    pub(super) fn graph(&self) -> Graph {
        let shown = |row: &Row| -> Row {
            let given = row.iter().filter(|(_, value)| !value.is_null());
            given.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let mut graph = Graph::new();
        for node in &self.nodes {
            for (id, row) in &node.rows {
                let mut row = row.clone();
                row.insert(node.key.0.clone(), json!(id));
                graph.insert(
                    (node.name.clone(), id.clone()),
                    json!({"type": node.name, "data": shown(&row)}),
                );
            }
        }
        for edge in &self.edges {
            for (id, (from, to, row)) in &edge.rows {
                let entity = json!({"edge": edge.name, "from": from, "to": to, "data": shown(row)});
                graph.insert((edge.name.clone(), id.clone()), entity);
            }
        }
        graph
    }

    // ---- writes ----------------------------------------------------------------

    pub(super) fn insert(&mut self, rng: &mut SmallRng) -> String {
        let mut lines = String::new();
        for at in 0..self.nodes.len() {
            for _ in 0..rng.random_range(0..3) {
                let id = format!("k{}", self.fresh());
                lines += &self.node_line(at, id, rng);
            }
        }
        for at in 0..self.edges.len() {
            for _ in 0..rng.random_range(0..3) {
                let number = self.fresh();
                let edge = &self.edges[at];
                let ends = |name: &str| -> Vec<String> {
                    let node = self.nodes.iter().find(|node| node.name == name);
                    node.map(|node| node.rows.keys().cloned().collect()).unwrap_or_default()
                };
                let (sources, targets) = (ends(&edge.from), ends(&edge.to));
                let free = |id: &&String| {
                    let fan = edge.rows.values().filter(|(from, ..)| from == *id).count();
                    edge.max.is_none_or(|max| fan < max)
                };
                let sources: Vec<&String> = sources.iter().filter(free).collect();
                if sources.is_empty() || targets.is_empty() {
                    continue;
                }
                let from = sources[rng.random_range(0..sources.len())].clone();
                let to = targets[rng.random_range(0..targets.len())].clone();
                let row = row(&edge.properties, number, rng);
                let id = format!("e{number}");
                let mut data = row.clone();
                data.insert("id".to_owned(), json!(id));
                lines += &format!("{}\n", json!({"edge": edge.name, "from": from, "to": to, "data": data}));
                self.edges[at].rows.insert(id, (from, to, row));
            }
        }
        lines
    }

    fn node_line(&mut self, at: usize, id: String, rng: &mut SmallRng) -> String {
        let number = self.fresh();
        let node = &mut self.nodes[at];
        let row = row(&node.properties, number, rng);
        let mut data = row.clone();
        data.insert(node.key.0.clone(), json!(id));
        let line = json!({"type": node.name, "data": data});
        node.rows.insert(id, row);
        format!("{line}\n")
    }

    pub(super) fn replace(&mut self, rng: &mut SmallRng) -> String {
        let at = rng.random_range(0..self.nodes.len());
        let ids: Vec<String> = self.nodes[at].rows.keys().cloned().collect();
        match ids.is_empty() || rng.random_bool(0.5) {
            true => String::new(),
            false => self.node_line(at, ids[rng.random_range(0..ids.len())].clone(), rng),
        }
    }

    pub(super) fn delete(&mut self, rng: &mut SmallRng) -> Option<String> {
        let at = rng.random_range(0..self.nodes.len());
        let ids: Vec<String> = self.nodes[at].rows.keys().cloned().collect();
        if ids.is_empty() || rng.random_bool(0.6) {
            return None;
        }
        let id = ids[rng.random_range(0..ids.len())].clone();
        let node = &mut self.nodes[at];
        node.rows.remove(&id);
        for edge in &mut self.edges {
            let (source, target) = (edge.from == node.name, edge.to == node.name);
            edge.rows
                .retain(|_, (from, to, _)| !(source && *from == id || target && *to == id));
        }
        Some(format!(
            "query d() {{ delete {} where {} = \"{id}\" }}",
            node.name, node.key.0
        ))
    }

    // ---- changes ---------------------------------------------------------------

    /// Another schema with the rows that it leaves, what should become of it, and what it is.
    pub(super) fn change(&self, rng: &mut SmallRng) -> (Model, Expected, String) {
        loop {
            let mut next = self.clone();
            if let Some((expected, what)) = next.try_change(rng) {
                return (next, expected, what);
            }
        }
    }

    fn try_change(&mut self, rng: &mut SmallRng) -> Option<(Expected, String)> {
        let at = rng.random_range(0..self.nodes.len());
        let number = self.fresh();
        let applied = |what: String| Some((Applied, what));
        match rng.random_range(0..20) {
            0 if self.nodes.len() < 6 => {
                self.add_node();
                applied("a new node type".to_owned())
            }
            1 if self.nodes.len() > 2 => {
                let gone = self.nodes.remove(at).name;
                self.edges.retain(|edge| edge.from != gone && edge.to != gone);
                applied(format!("{gone} dropped"))
            }
            2 => {
                let node = &mut self.nodes[at];
                let former = std::mem::replace(&mut node.name, format!("Node{number}"));
                node.former = Some(former.clone());
                let name = node.name.clone();
                for edge in &mut self.edges {
                    for end in [&mut edge.from, &mut edge.to] {
                        if *end == former {
                            end.clone_from(&name);
                        }
                    }
                }
                applied(format!("{former} renamed to {name}"))
            }
            3 => {
                let key = &mut self.nodes[at].key;
                let former = std::mem::replace(&mut key.0, format!("code{number}"));
                key.1 = Some(former);
                applied("a key renamed".to_owned())
            }
            4 if self.edges.len() < 6 => {
                let to = self.nodes[rng.random_range(0..self.nodes.len())].name.clone();
                let from = self.nodes[at].name.clone();
                self.add_edge(from, to);
                applied("a new edge type".to_owned())
            }
            5 if self.edges.len() > 1 => {
                let gone = self.edges.remove(rng.random_range(0..self.edges.len()));
                applied(format!("{} dropped", gone.name))
            }
            6 if !self.edges.is_empty() => {
                let edge_at = rng.random_range(0..self.edges.len());
                let edge = &mut self.edges[edge_at];
                let former = std::mem::replace(&mut edge.name, format!("Edge{number}"));
                edge.former = Some(former);
                applied("an edge renamed".to_owned())
            }
            7 if !self.edges.is_empty() => {
                let edge_at = rng.random_range(0..self.edges.len());
                let edge = &mut self.edges[edge_at];
                let max = [None, Some(1), Some(2), Some(4)][rng.random_range(0..4)];
                if max == edge.max {
                    return None;
                }
                edge.max = max;
                let mut fans: BTreeMap<&String, usize> = BTreeMap::new();
                edge.rows
                    .values()
                    .for_each(|(from, ..)| *fans.entry(from).or_default() += 1);
                let broken = max.is_some_and(|max| fans.values().any(|fan| *fan > max));
                Some((refused_if(broken), format!("{} with at most {max:?}", edge.name)))
            }
            8 if !self.edges.is_empty() => {
                let edge_at = rng.random_range(0..self.edges.len());
                let other = self.nodes[at].name.clone();
                let edge = &mut self.edges[edge_at];
                if edge.to == other {
                    return None;
                }
                edge.to = other;
                Some((
                    refused_if(!edge.rows.is_empty()),
                    format!("{} leads elsewhere", edge.name),
                ))
            }
            9 => {
                self.comment += 1;
                applied("a comment".to_owned())
            }
            10 => {
                self.nodes[at].described = Some(number);
                applied("a description".to_owned())
            }
            _ => {
                let edge = !self.edges.is_empty() && rng.random_bool(0.3);
                if edge {
                    let edge_at = rng.random_range(0..self.edges.len());
                    let edge = &mut self.edges[edge_at];
                    let mut rows: Vec<&mut Row> = edge.rows.values_mut().map(|(_, _, row)| row).collect();
                    change_property(&mut edge.properties, &mut rows, true, number, rng)
                } else {
                    let node = &mut self.nodes[at];
                    let mut rows: Vec<&mut Row> = node.rows.values_mut().collect();
                    change_property(&mut node.properties, &mut rows, false, number, rng)
                }
            }
        }
    }
}

pub(super) fn refused_if(broken: bool) -> Expected {
    if broken { Refused } else { Applied }
}
