//! A schema and its rows as lists and maps, with changes of both as a person would make them.

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Map, Value as Json, json};

use crate::migrations::Graph;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Applied,
    Refused,
}

use Expected::{Applied, Refused};

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Text,
    I32,
    I64,
    F64,
    Bool,
    Date,
    DateTime,
    Texts,
    Enum(Vec<String>),
}

#[derive(Clone, Debug)]
struct Property {
    name: String,
    former: Option<String>,
    kind: Kind,
    optional: bool,
    index: bool,
    unique: bool,
    range: Option<(i64, i64)>,
    default: Option<Json>,
}

type Row = Map<String, Json>;

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
pub struct Model {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    comment: u32,
    /// Numbers for names and values that nobody had.
    next: u32,
    /// The text that was applied last.
    pub accepted: String,
}

impl Model {
    pub fn new() -> Model {
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
    pub fn settled(mut self) -> Model {
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

    pub fn schema(&self) -> String {
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

    pub fn graph(&self) -> Graph {
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

    pub fn insert(&mut self, rng: &mut SmallRng) -> String {
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

    pub fn replace(&mut self, rng: &mut SmallRng) -> String {
        let at = rng.random_range(0..self.nodes.len());
        let ids: Vec<String> = self.nodes[at].rows.keys().cloned().collect();
        match ids.is_empty() || rng.random_bool(0.5) {
            true => String::new(),
            false => self.node_line(at, ids[rng.random_range(0..ids.len())].clone(), rng),
        }
    }

    pub fn delete(&mut self, rng: &mut SmallRng) -> Option<String> {
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
    pub fn change(&self, rng: &mut SmallRng) -> (Model, Expected, String) {
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

fn refused_if(broken: bool) -> Expected {
    if broken { Refused } else { Applied }
}

fn change_property(
    properties: &mut Vec<Property>,
    rows: &mut [&mut Row],
    edge: bool,
    number: u32,
    rng: &mut SmallRng,
) -> Option<(Expected, String)> {
    let chosen = rng.random_range(0..14);
    if chosen < 3 || properties.is_empty() {
        let kinds = [
            Kind::Text,
            Kind::I32,
            Kind::I64,
            Kind::F64,
            Kind::Bool,
            Kind::Date,
            Kind::Texts,
        ];
        let kind = match rng.random_range(0..8) {
            7 => Kind::Enum(vec!["calm".to_owned(), "loud".to_owned()]),
            at => kinds[at].clone(),
        };
        let mut property = Property::new(format!("p{number}"), kind, rng.random_bool(0.6));
        if rng.random_bool(0.6) && property.kind != Kind::Texts {
            property.default = Some(property.kind.value(number, rng));
        }
        property.index = rng.random_bool(0.2) && property.kind != Kind::Texts;
        let broken = !property.optional && property.default.is_none() && !rows.is_empty();
        if let Some(default) = &property.default {
            for row in rows {
                row.insert(property.name.clone(), default.clone());
            }
        }
        let what = format!("a new {property:?}");
        properties.push(property);
        return Some((refused_if(broken), what));
    }
    let at = rng.random_range(0..properties.len());
    let values = |name: &str, rows: &[&mut Row]| -> Vec<Json> {
        let of = |row: &&mut Row| row.get(name).filter(|value| !value.is_null()).cloned();
        rows.iter().filter_map(of).collect()
    };
    let several = properties.len() > 1;
    let property = &mut properties[at];
    let name = property.name.clone();
    let stored = values(&name, rows);
    match chosen {
        3 => {
            property.name = format!("p{number}");
            property.former = Some(name.clone());
            for row in rows {
                if let Some(value) = row.remove(&name) {
                    row.insert(property.name.clone(), value);
                }
            }
            Some((Applied, format!("{name} renamed to p{number}")))
        }
        4 if several => {
            properties.remove(at);
            for row in rows {
                row.remove(&name);
            }
            Some((Applied, format!("{name} dropped")))
        }
        5 => {
            let wider = match property.kind {
                Kind::I32 if rng.random_bool(0.7) => Kind::I64,
                Kind::I32 if property.range.is_none() => Kind::F64,
                Kind::Date => Kind::DateTime,
                _ => return None,
            };
            let convert = |value: &Json| match (&wider, value) {
                (Kind::F64, value) => json!(value.as_f64()),
                (Kind::DateTime, value) => json!(format!("{}T00:00:00.000Z", value.as_str().unwrap_or_default())),
                (_, value) => value.clone(),
            };
            for row in rows {
                if let Some(value) = row.get_mut(&name).filter(|value| !value.is_null()) {
                    *value = convert(value);
                }
            }
            property.default = property.default.as_ref().map(convert);
            property.kind = wider;
            Some((Applied, format!("{name} widened")))
        }
        6 if property.kind == Kind::I64 => {
            property.kind = Kind::I32;
            let fits = |value: &Json| value.as_i64().is_some_and(|value| i32::try_from(value).is_ok());
            if property.default.as_ref().is_some_and(|default| !fits(default)) {
                return None;
            }
            Some((refused_if(!stored.iter().all(fits)), format!("{name} narrowed")))
        }
        7 => {
            property.optional = !property.optional;
            let missing = stored.len() < rows.len();
            match (property.optional, &property.default) {
                (true, _) => Some((Applied, format!("{name} made optional"))),
                (false, Some(default)) if !property.unique => {
                    for row in rows {
                        if row.get(&name).is_none_or(Json::is_null) {
                            row.insert(name.clone(), default.clone());
                        }
                    }
                    Some((Applied, format!("{name} filled and made required")))
                }
                (false, Some(_)) => None,
                (false, None) => Some((refused_if(missing), format!("{name} made required"))),
            }
        }
        8 => match &mut property.kind {
            Kind::Enum(values) if values.len() < 5 => {
                values.push(format!("v{number}"));
                Some((Applied, format!("{name} with another value")))
            }
            _ => None,
        },
        9 => match &mut property.kind {
            Kind::Enum(values) if values.len() > 1 => {
                let gone = json!(values.pop()?);
                if property.default.as_ref() == Some(&gone) {
                    return None;
                }
                Some((refused_if(stored.contains(&gone)), format!("{name} without {gone}")))
            }
            Kind::Text if property.default.is_none() && !property.unique => {
                property.kind = Kind::Enum(vec!["calm".to_owned(), "loud".to_owned()]);
                let fits = |value: &Json| value == "calm" || value == "loud";
                Some((refused_if(!stored.iter().all(fits)), format!("{name} made an enum")))
            }
            _ => None,
        },
        10 if matches!(property.kind, Kind::Enum(_)) => {
            property.kind = Kind::Text;
            Some((Applied, format!("{name} made a text")))
        }
        11 if property.kind != Kind::Texts => {
            property.index = !property.index;
            Some((Applied, format!("{name} with an index: {}", property.index)))
        }
        12 if !edge && property.may_be_unique() => {
            property.unique = !property.unique;
            let mut seen: Vec<String> = stored.iter().map(Json::to_string).collect();
            seen.sort();
            let twice = seen.windows(2).any(|pair| pair[0] == pair[1]);
            Some((
                refused_if(property.unique && twice),
                format!("{name} unique: {}", property.unique),
            ))
        }
        13 if !edge && property.may_be_unique() && !property.unique && property.is_integer() => {
            property.range = Some((0, rng.random_range(100..20_000)));
            let outside = |value: &Json| {
                let value = value.as_i64().unwrap_or_default();
                property.range.is_some_and(|(low, high)| value < low || value > high)
            };
            let expected = refused_if(stored.iter().any(outside));
            Some((expected, format!("{name} within {:?}", property.range)))
        }
        13 if property.range.is_some() => {
            property.range = None;
            Some((Applied, format!("{name} without a range")))
        }
        _ => None,
    }
}

impl Property {
    fn new(name: String, kind: Kind, optional: bool) -> Property {
        Property {
            name,
            former: None,
            kind,
            optional,
            index: false,
            unique: false,
            range: None,
            default: None,
        }
    }

    fn is_integer(&self) -> bool {
        matches!(self.kind, Kind::I32 | Kind::I64)
    }

    /// A type of few values would soon be full.
    fn may_be_unique(&self) -> bool {
        let many = matches!(self.kind, Kind::Text | Kind::F64) || self.is_integer();
        many && self.default.is_none() && self.range.is_none()
    }

    fn text(&self, hint: &str) -> String {
        let optional = if self.optional { "?" } else { "" };
        let index = if self.index { " @index" } else { "" };
        let unique = if self.unique { " @unique" } else { "" };
        let default = match (&self.default, &self.kind) {
            (None, _) => String::new(),
            (Some(Json::String(word)), Kind::Enum(_)) => format!(" @default({word})"),
            (Some(value), _) => format!(" @default({value})"),
        };
        format!(
            "    {}: {}{optional}{index}{unique}{default}{hint}\n",
            self.name,
            self.kind.text()
        )
    }
}

impl Kind {
    fn text(&self) -> String {
        match self {
            Kind::Text => "String".to_owned(),
            Kind::I32 => "I32".to_owned(),
            Kind::I64 => "I64".to_owned(),
            Kind::F64 => "F64".to_owned(),
            Kind::Bool => "Bool".to_owned(),
            Kind::Date => "Date".to_owned(),
            Kind::DateTime => "DateTime".to_owned(),
            Kind::Texts => "[String]".to_owned(),
            Kind::Enum(values) => format!("enum({})", values.join(", ")),
        }
    }

    fn value(&self, number: u32, rng: &mut SmallRng) -> Json {
        match self {
            Kind::Text if rng.random_bool(0.4) => json!(["calm", "loud"][rng.random_range(0..2)]),
            Kind::Text => json!(format!("text {number}")),
            Kind::I32 => json!(rng.random_range(0..20_000)),
            Kind::I64 if rng.random_bool(0.2) => json!(5_000_000_000_i64 + i64::from(number)),
            Kind::I64 => json!(rng.random_range(0..20_000)),
            Kind::F64 => json!(f64::from(rng.random_range(0..400)) / 4.0),
            Kind::Bool => json!(rng.random_bool(0.5)),
            Kind::Date => json!(format!(
                "20{:02}-{:02}-{:02}",
                rng.random_range(10..40),
                number % 12 + 1,
                number % 28 + 1
            )),
            Kind::DateTime => json!(format!(
                "20{:02}-{:02}-{:02}T10:00:00.000Z",
                number % 90 + 10,
                number % 12 + 1,
                number % 28 + 1
            )),
            Kind::Texts => json!([format!("a{number}"), "b"]),
            Kind::Enum(values) => json!(values[rng.random_range(0..values.len())]),
        }
    }
}

/// Values that fit; what is unique takes them from the numbers that nobody had.
fn row(properties: &[Property], number: u32, rng: &mut SmallRng) -> Row {
    let mut row = Row::new();
    for property in properties {
        let value = match property.optional && rng.random_bool(0.3) {
            true => Json::Null,
            false if property.unique => match property.kind {
                Kind::Text => json!(format!("only {number}")),
                Kind::F64 => json!(f64::from(number) + 0.125),
                _ => json!(20_000 + number),
            },
            false => match property.range {
                Some((low, high)) => json!(rng.random_range(low..=high)),
                None => property.kind.value(number, rng),
            },
        };
        row.insert(property.name.clone(), value);
    }
    row
}
