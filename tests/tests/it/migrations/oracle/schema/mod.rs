//! Types with their rows, drawn at random, and changes of them.

use std::collections::BTreeMap;
use std::fmt::Write;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::{Map, json};

use super::value::{SCALARS, Scalar, Value};

#[derive(Clone, Debug)]
pub struct Property {
    /// What it is, whatever it is called.
    pub id: u32,
    pub name: String,
    /// The name that the accepted schema has, where that is another.
    pub former: Option<String>,
    pub scalar: Scalar,
    pub list: bool,
    pub optional: bool,
    pub default: Option<Value>,
    /// As they are written.
    pub range: Option<(Option<String>, Option<String>)>,
    pub check: Option<&'static str>,
    pub unique: bool,
    pub index: bool,
}

pub type Row = BTreeMap<u32, Value>;

#[derive(Clone, Debug)]
pub struct Node {
    pub name: String,
    pub former: Option<String>,
    /// In the declared order; without one, ids are given.
    pub key: Vec<u32>,
    pub properties: Vec<Property>,
    pub uniques: Vec<Vec<u32>>,
    /// Rows with their ids.
    pub rows: Vec<(String, Row)>,
}

#[derive(Clone, Debug)]
pub struct Edge {
    pub name: String,
    pub former: Option<String>,
    /// Places in the list of nodes.
    pub ends: (usize, usize),
    pub card: (u64, Option<u64>),
    pub properties: Vec<Property>,
    /// Of the ends, and perhaps a property.
    pub unique_ends: bool,
    /// Id, source, target.
    pub rows: Vec<(String, String, String, Row)>,
}

const CHECKS: [&str; 3] = ["^a", "^(a|ab|c)$", "b"];
const BOUNDS: [&str; 9] = ["-1", "0", "1", "2", "0.1", "0.3", "0.5", "16777217", "2147483647"];

impl Property {
    fn draw(id: u32, scalar: Scalar, rng: &mut SmallRng) -> Property {
        let mut property = Property {
            id,
            name: format!("p{id}"),
            former: None,
            list: rng.random_bool(0.08),
            scalar,
            optional: rng.random_bool(0.6),
            default: None,
            range: None,
            check: None,
            unique: false,
            index: rng.random_bool(0.1),
        };
        for rule in 0..RULES {
            if rng.random_bool(0.2) {
                property.toggle(rule, rng);
            }
        }
        property.settle();
        property
    }

    /// Changes one rule, whether or not the type can have it.
    fn toggle(&mut self, rule: usize, rng: &mut SmallRng) {
        match rule % RULES {
            0 => self.optional = !self.optional,
            1 => {
                let value = self.scalar.value(rng);
                self.default = if self.default.is_some() { None } else { Some(value) };
            }
            2 => {
                let bound = |rng: &mut SmallRng| BOUNDS[rng.random_range(0..BOUNDS.len())].to_owned();
                self.range = match (&self.range, rng.random_range(0..4)) {
                    (Some(_), 0) => None,
                    (_, 1) => Some((Some(bound(rng)), None)),
                    (_, 2) => Some((None, Some(bound(rng)))),
                    _ => Some((Some(bound(rng)), Some(bound(rng)))),
                };
            }
            3 => {
                self.check = match self.check {
                    Some(_) if rng.random_bool(0.3) => None,
                    _ => Some(CHECKS[rng.random_range(0..CHECKS.len())]),
                }
            }
            4 => self.unique = !self.unique,
            5 => self.index = !self.index,
            _ => self.list = !self.list,
        }
    }

    /// Takes away what the language does not allow.
    fn settle(&mut self) {
        let opaque = self.scalar.is_opaque();
        self.list &= !opaque && !matches!(self.scalar, Scalar::Enum(_));
        self.index &= !self.list && self.scalar != Scalar::Blob;
        if self.list || opaque {
            self.default = None;
            self.unique = false;
        }
        if self.list || !self.scalar.is_number() {
            self.range = None;
        }
        if self.list || !self.scalar.is_text() {
            self.check = None;
        }
        if let Some((Some(low), Some(high))) = &self.range
            && super::judge::order(low, high, &self.scalar).is_gt()
        {
            self.range = Some((Some(high.clone()), Some(low.clone())));
        }
        // A default of another type, or one that breaks the rules of its own property, is an error of the text.
        let fits = |value: &Value| {
            let own = value.convert(&self.scalar, &self.scalar).flatten();
            let typed = std::mem::discriminant(value) == std::mem::discriminant(&sample(&self.scalar));
            let fits = typed && own.is_some_and(|own| own == *value);
            let wide = match (value, &self.scalar) {
                (Value::Integer(_), scalar) => value.convert(&Scalar::I64, scalar).flatten().is_some(),
                (Value::Text(text), Scalar::Enum(values)) => values.contains(&text.as_str()),
                _ => true,
            };
            fits && wide && super::judge::keeps_rules(self, value)
        };
        if !self.default.as_ref().is_none_or(fits) {
            self.default = None;
        }
    }

    fn text(&self, edge: bool) -> String {
        let mut text = format!("    {}: ", self.name);
        let word = self.scalar.word();
        text += &if self.list { format!("[{word}]") } else { word };
        if self.optional {
            text += "?";
        }
        if self.unique {
            text += " @unique";
        }
        if self.index && !edge {
            text += " @index";
        }
        if let Some(default) = &self.default {
            write!(text, " @default({})", default.literal()).expect("a string");
        }
        if let (Some((low, high)), false) = (&self.range, edge) {
            let bound = |bound: &Option<String>| bound.clone().unwrap_or_default();
            write!(text, " @range({}..{})", bound(low), bound(high)).expect("a string");
        }
        if let (Some(check), false) = (self.check, edge) {
            write!(text, " @check({check:?})").expect("a string");
        }
        if let Some(former) = &self.former {
            write!(text, " @rename_from({former:?})").expect("a string");
        }
        text + "\n"
    }

    fn value(&self, rng: &mut SmallRng) -> Value {
        if self.optional && rng.random_bool(0.4) {
            return Value::Null;
        }
        if self.list {
            return Value::List((0..rng.random_range(0..3)).map(|_| self.scalar.value(rng)).collect());
        }
        self.scalar.value(rng)
    }
}

fn sample(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text | Scalar::Enum(_) => Value::Text(String::new()),
        Scalar::Bool => Value::Bool(false),
        Scalar::F32 => Value::F32(0.0),
        Scalar::F64 => Value::F64(0.0),
        Scalar::Date => Value::Day(0),
        Scalar::DateTime => Value::Instant(0),
        Scalar::Vector(_) => Value::Vector(Vec::new()),
        Scalar::Blob => Value::Blob(String::new()),
        _ => Value::Integer(0),
    }
}

pub const RULES: usize = 7;

/// What a case is about: the types of one property before and after, and the rule that changes.
#[derive(Clone, Copy, Debug)]
pub struct Focus {
    pub from: usize,
    pub to: usize,
    pub rule: usize,
    /// Of several changes that go together, or none.
    pub recipe: Recipe,
}

/// What hardly comes about by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recipe {
    None,
    /// Nulls of a unique property give way to a default.
    Fill,
    /// A new property with a default joins a unique one, or is unique itself.
    Join,
    /// A number with bounds becomes another number.
    Rebound,
    /// A part of a composite key is renamed, or the parts change places.
    Rekey,
}

impl Focus {
    /// Every pair with every rule, and with none, in turn.
    pub fn nth(case: usize) -> Focus {
        let pairs = SCALARS * SCALARS;
        Focus {
            from: case % SCALARS,
            to: case / SCALARS % SCALARS,
            rule: case / pairs % (RULES + 1),
            recipe: match case % 11 {
                0 => Recipe::Fill,
                1 => Recipe::Join,
                2 => Recipe::Rebound,
                3 => Recipe::Rekey,
                _ => Recipe::None,
            },
        }
    }

    /// More often than the pairs alone would have it, the type stays and its rules change.
    fn target(&self, rng: &mut SmallRng) -> usize {
        let number = |at: usize| (3..=8).contains(&at);
        match number(self.from) && number(self.to) || rng.random_bool(0.5) {
            true => self.to,
            false => self.from,
        }
    }
}

impl Node {
    pub fn draw(name: String, focus: Focus, next: &mut u32, rng: &mut SmallRng) -> Node {
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
            if super::judge::rows_hold(&grown) {
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

    pub fn property(&self, id: u32) -> &Property {
        self.properties
            .iter()
            .find(|property| property.id == id)
            .expect("a property")
    }

    pub fn id(&self, row: &Row, at: usize) -> String {
        let texts: Vec<String> = self.key.iter().map(|id| row[id].key_text()).collect();
        match texts.as_slice() {
            [] => format!("{}-{at}", self.name),
            [one] => one.clone(),
            several => json!(several).to_string(),
        }
    }

    pub fn text(&self) -> String {
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

    pub fn lines(&self) -> String {
        let mut lines = String::new();
        for (id, row) in &self.rows {
            let mut data = data(&self.properties, row);
            data.insert("id".to_owned(), json!(id));
            writeln!(lines, "{}", json!({"type": self.name, "data": data})).expect("a string");
        }
        lines
    }

    /// The type as somebody may want it next, with the rows as they are.
    pub fn next(&self, focus: Focus, next: &mut u32, rng: &mut SmallRng) -> Node {
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

impl Edge {
    pub fn draw(name: String, nodes: &[Node], next: &mut u32, rng: &mut SmallRng) -> Edge {
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
            if super::judge::edges_hold(&grown) {
                edge = grown;
            }
        }
        // A load wants the least number of edges where there is one.
        if !super::judge::fans_hold(&edge, edge.card) {
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

    pub fn text(&self, nodes: &[Node]) -> String {
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

    pub fn lines(&self) -> String {
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

    pub fn next(&self, nodes: usize, next: &mut u32, rng: &mut SmallRng) -> Edge {
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

fn hint(former: &Option<String>) -> String {
    former
        .as_ref()
        .map_or(String::new(), |former| format!(" @rename_from({former:?})"))
}

/// Nulls, too: what is left out gets its default.
fn data(properties: &[Property], row: &Row) -> Map<String, serde_json::Value> {
    let values = properties
        .iter()
        .map(|property| (property.name.clone(), row[&property.id].json()));
    values.collect()
}
