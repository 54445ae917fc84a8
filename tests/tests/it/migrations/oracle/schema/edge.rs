//! An edge type with its rows.

use std::fmt::Write;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::json;

use super::node::Node;
use super::property::{Property, RULES};
use super::{Row, data, hint};
use crate::migrations::oracle::judge;
use crate::migrations::oracle::value::{SCALARS, Scalar};

#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub name: String,
    pub former: Option<String>,
    /// Places in the list of nodes.
    pub ends: (usize, usize),
    pub card: (u64, Option<u64>),
    pub properties: Vec<Property>,
    /// Whether the ends, perhaps with a property, are unique.
    pub unique_ends: bool,
    /// Id, source, target.
    pub rows: Vec<(String, String, String, Row)>,
}

impl Edge {
    pub(crate) fn draw(name: String, nodes: &[Node], next: &mut u32, rng: &mut SmallRng) -> Edge {
        *next += 1;
        let scalar = Scalar::nth(rng.random_range(0..SCALARS), rng);
        let mut edge = Edge {
            name,
            former: None,
            ends: (rng.random_range(0..nodes.len()), rng.random_range(0..nodes.len())),
            card: (0, None),
            properties: vec![Property::draw(*next, scalar, rng)],
            unique_ends: rng.random_bool(0.3),
            rows: Vec::new(),
        };
        edge.draw_card(rng);
        edge.settle();
        let (from, to) = (&nodes[edge.ends.0].rows, &nodes[edge.ends.1].rows);
        for at in 0..rng.random_range(0..7) {
            if from.is_empty() || to.is_empty() {
                break;
            }
            let row: Row = edge
                .properties
                .iter()
                .map(|property| (property.id, property.value(rng)))
                .collect();
            let ends = [from, to].map(|rows| rows[rng.random_range(0..rows.len())].0.clone());
            let [source, target] = ends;
            let mut grown = edge.clone();
            grown.rows.push((format!("{}-{at}", edge.name), source, target, row));
            if judge::edges_hold(&grown) {
                edge = grown;
            }
        }
        // A load wants the least number of edges where there is one.
        if !judge::fans_hold(&edge, edge.card) {
            edge.card.0 = 0;
        }
        edge
    }

    fn draw_card(&mut self, rng: &mut SmallRng) {
        self.card = [
            (0, None),
            (0, Some(1)),
            (0, Some(2)),
            (1, None),
            (1, Some(2)),
            (2, None),
        ][rng.random_range(0..6)];
    }

    fn settle(&mut self) {
        for property in &mut self.properties {
            property.range = None;
            property.check = None;
            property.index = false;
            property.settle();
        }
    }

    pub(crate) fn text(&self, nodes: &[Node]) -> String {
        let (from, to) = (&nodes[self.ends.0].name, &nodes[self.ends.1].name);
        let max = self.card.1.map_or(String::new(), |max| max.to_string());
        let mut text = format!(
            "edge {}: {from} -> {to}{} @card({}..{max}) {{\n",
            self.name,
            hint(&self.former),
            self.card.0
        );
        self.properties.iter().for_each(|property| text += &property.text(true));
        if self.unique_ends {
            text += "    @unique(src, dst)\n";
        }
        text + "}\n"
    }

    pub(crate) fn lines(&self) -> String {
        let mut lines = String::new();
        for (id, from, to, row) in &self.rows {
            let mut data = data(&self.properties, row);
            data.insert("id".to_owned(), json!(id));
            writeln!(
                lines,
                "{}",
                json!({"edge": self.name, "from": from, "to": to, "data": data})
            )
            .expect("a string");
        }
        lines
    }

    pub(crate) fn next(&self, nodes: usize, next: &mut u32, rng: &mut SmallRng) -> Edge {
        let mut edge = self.clone();
        edge.former = None;
        edge.properties.iter_mut().for_each(|property| property.former = None);
        for _ in 0..rng.random_range(0..3) {
            match rng.random_range(0..8) {
                0 | 1 => edge.draw_card(rng),
                2 => edge.unique_ends = !edge.unique_ends,
                3 if rng.random_bool(0.3) => edge.ends.1 = rng.random_range(0..nodes),
                4 => {
                    *next += 1;
                    let scalar = Scalar::nth(rng.random_range(0..SCALARS), rng);
                    edge.properties.push(Property::draw(*next, scalar, rng));
                }
                5 => edge.properties[0].scalar = Scalar::nth(rng.random_range(0..SCALARS), rng),
                _ => edge.properties[0].toggle(rng.random_range(0..RULES), rng),
            }
        }
        edge.settle();
        edge
    }
}
