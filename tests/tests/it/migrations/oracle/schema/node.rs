//! A node type with its rows.

use std::fmt::Write;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::json;

use super::property::{Property, RULES};
use super::{Focus, Recipe, Row, data, hint};
use crate::migrations::oracle::judge;
use crate::migrations::oracle::value::{SCALARS, Scalar};

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub name: String,
    pub former: Option<String>,
    /// In the declared order; without one, ids are given.
    pub key: Vec<u32>,
    pub properties: Vec<Property>,
    pub uniques: Vec<Vec<u32>>,
    /// Rows with their ids.
    pub rows: Vec<(String, Row)>,
}

impl Node {
    pub(crate) fn draw(name: String, focus: Focus, next: &mut u32, rng: &mut SmallRng) -> Node {
        let mut fresh = || {
            *next += 1;
            *next
        };
        let mut properties = vec![Property::draw(fresh(), Scalar::nth(focus.from, rng), rng)];
        for _ in 0..rng.random_range(1..4) {
            let scalar = rng.random_range(0..SCALARS);
            properties.push(Property::draw(fresh(), Scalar::nth(scalar, rng), rng));
        }
        let mut node = Node {
            name,
            former: None,
            key: Vec::new(),
            properties,
            uniques: Vec::new(),
            rows: Vec::new(),
        };
        if rng.random_bool(0.6) {
            node.draw_key(rng);
        }
        node.draw_unique(rng);
        node.prepare(focus.recipe, rng);
        node.settle();
        for at in 0..rng.random_range(0..7) {
            let row = node
                .properties
                .iter()
                .map(|property| (property.id, property.value(rng)));
            let row: Row = row.collect();
            let id = node.id(&row, at);
            let mut grown = node.clone();
            grown.rows.push((id, row));
            // Only what the schema allows.
            if judge::rows_hold(&grown) {
                node = grown;
            }
        }
        node
    }

    fn prepare(&mut self, recipe: Recipe, rng: &mut SmallRng) {
        let about = &mut self.properties[0];
        match recipe {
            Recipe::Fill => {
                about.optional = true;
                about.unique = rng.random_bool(0.7);
                (about.range, about.check) = (None, None);
                self.key.retain(|id| *id != about.id);
            }
            Recipe::Rebound => {
                about.scalar = Scalar::nth(rng.random_range(3..9), rng);
                about.range = None;
                about.toggle(2, rng);
            }
            Recipe::Rekey => {
                self.key = self.properties.iter().take(2).map(|property| property.id).collect();
                if rng.random_bool(0.5) {
                    self.key.reverse();
                }
            }
            Recipe::Join | Recipe::None => {}
        }
    }

    fn follow(&mut self, recipe: Recipe, next: &mut u32, rng: &mut SmallRng) {
        let about = &mut self.properties[0];
        match recipe {
            Recipe::Fill => {
                about.optional = false;
                about.default = Some(about.scalar.value(rng));
                about.unique |= rng.random_bool(0.5);
            }
            Recipe::Rebound => {
                about.scalar = Scalar::nth(rng.random_range(3..9), rng);
                if rng.random_bool(0.2) {
                    about.toggle(2, rng);
                }
            }
            Recipe::Join => {
                *next += 1;
                let mut joined = Property::draw(*next, Scalar::nth(rng.random_range(0..11), rng), rng);
                (joined.list, joined.range, joined.check) = (false, None, None);
                joined.default = Some(joined.scalar.value(rng));
                match rng.random_bool(0.3) {
                    true => joined.unique = true,
                    false => self.uniques.push(vec![about.id, joined.id]),
                }
                self.properties.push(joined);
            }
            Recipe::Rekey => {
                let part = self.key.first().copied();
                if let Some(part) = self.properties.iter_mut().find(|property| Some(property.id) == part) {
                    *next += 1;
                    part.former = Some(part.name.clone());
                    part.name = format!("{}{next}", ["a", "z"][rng.random_range(0..2)]);
                }
                if rng.random_bool(0.2) {
                    self.key.reverse();
                }
            }
            Recipe::None => {}
        }
    }

    fn draw_key(&mut self, rng: &mut SmallRng) {
        let mut ids: Vec<u32> = self.properties.iter().map(|property| property.id).collect();
        let wanted = rng.random_range(1..3);
        self.key.clear();
        while self.key.len() < wanted && !ids.is_empty() {
            self.key.push(ids.swap_remove(rng.random_range(0..ids.len())));
        }
    }

    fn draw_unique(&mut self, rng: &mut SmallRng) {
        self.uniques.clear();
        if rng.random_bool(0.3) && self.properties.len() > 1 {
            let first = rng.random_range(0..self.properties.len() - 1);
            self.uniques
                .push(vec![self.properties[first].id, self.properties[first + 1].id]);
        }
    }

    /// Takes away what the language does not allow.
    fn settle(&mut self) {
        self.properties.iter_mut().for_each(Property::settle);
        let can = |property: &Property| !property.list && !property.scalar.is_opaque();
        let (properties, key) = (&mut self.properties, &mut self.key);
        key.retain(|id| properties.iter().any(|property| property.id == *id && can(property)));
        for property in properties.iter_mut().filter(|property| key.contains(&property.id)) {
            property.optional = false;
            property.default = None;
        }
        let usable: Vec<u32> = properties.iter().filter(|p| can(p)).map(|p| p.id).collect();
        self.uniques
            .retain(|columns| columns.iter().all(|id| usable.contains(id)));
    }

    pub(crate) fn property(&self, id: u32) -> &Property {
        self.properties
            .iter()
            .find(|property| property.id == id)
            .expect("a property")
    }

    pub(crate) fn id(&self, row: &Row, at: usize) -> String {
        let texts: Vec<String> = self.key.iter().map(|id| row[id].key_text()).collect();
        match texts.as_slice() {
            [] => format!("{}-{at}", self.name),
            [one] => one.clone(),
            several => json!(several).to_string(),
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("node {}{} {{\n", self.name, hint(&self.former));
        self.properties
            .iter()
            .for_each(|property| text += &property.text(false));
        let names = |ids: &[u32]| {
            ids.iter()
                .map(|id| self.property(*id).name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        if !self.key.is_empty() {
            writeln!(text, "    @key({})", names(&self.key)).expect("a string");
        }
        for columns in &self.uniques {
            writeln!(text, "    @unique({})", names(columns)).expect("a string");
        }
        text + "}\n"
    }

    pub(crate) fn lines(&self) -> String {
        let mut lines = String::new();
        for (id, row) in &self.rows {
            let mut data = data(&self.properties, row);
            data.insert("id".to_owned(), json!(id));
            writeln!(lines, "{}", json!({"type": self.name, "data": data})).expect("a string");
        }
        lines
    }

    /// The type as somebody may want it next, with the rows as they are.
    pub(crate) fn next(&self, focus: Focus, next: &mut u32, rng: &mut SmallRng) -> Node {
        let mut node = self.clone();
        node.former = None;
        node.properties.iter_mut().for_each(|property| property.former = None);
        node.follow(focus.recipe, next, rng);
        if focus.recipe != Recipe::None {
            node.settle();
            return node;
        }
        let about = &mut node.properties[0];
        if focus.from != focus.to || rng.random_bool(0.3) {
            let target = focus.target(rng);
            if target != focus.from || rng.random_bool(0.3) {
                about.scalar = Scalar::nth(target, rng);
            }
        }
        if focus.rule < RULES {
            about.toggle(focus.rule, rng);
        }
        for _ in 0..rng.random_range(0..3) {
            let at = rng.random_range(0..node.properties.len());
            match rng.random_range(0..9) {
                0 => {
                    *next += 1;
                    let property = &mut node.properties[at];
                    if property.former.is_none()
                        && *next > property.id
                        && self.properties.iter().any(|p| p.id == property.id)
                    {
                        property.former = Some(property.name.clone());
                        property.name = format!("q{next}");
                    }
                }
                1 if node.properties.len() > 1 => {
                    let gone = node.properties.remove(at).id;
                    node.key.retain(|id| *id != gone);
                    node.uniques.retain(|columns| !columns.contains(&gone));
                }
                2 => {
                    *next += 1;
                    let scalar = Scalar::nth(rng.random_range(0..SCALARS), rng);
                    node.properties.push(Property::draw(*next, scalar, rng));
                }
                3 => node.draw_unique(rng),
                4 => node.draw_key(rng),
                5 => node.key.reverse(),
                _ => node.properties[at].toggle(rng.random_range(0..RULES), rng),
            }
        }
        if rng.random_bool(0.05) {
            *next += 1;
            node.former = Some(node.name.clone());
            node.name = format!("{}X{next}", node.name);
        }
        node.settle();
        node
    }
}
