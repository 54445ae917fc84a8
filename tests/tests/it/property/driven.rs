//! Random mutations whose statements run for what a `match` finds.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value as Json};

use super::graphs::{Drawn, EDGES, Kind, Shape, properties};
use super::mutations::Request;

/// A variable of a pattern, with the type that it is bound to.
#[derive(Clone, Copy)]
struct Known {
    name: &'static str,
    ty: &'static str,
}

const fn known(name: &'static str, ty: &'static str) -> Known {
    Known { name, ty }
}

/// Patterns, and what statements may be about.
const PATTERNS: [(&str, &[Known]); 9] = [
    ("match { $a: Item }", &[known("a", "Item")]),
    (
        "match { $a: Item  $a $l:link $b }",
        &[known("a", "Item"), known("b", "Item"), known("l", "Link")],
    ),
    (
        "match { $p: Place  $p $r:road $q }",
        &[known("p", "Place"), known("q", "Place"), known("r", "Road")],
    ),
    (
        "match { $a: Item  $a $t:at $p }",
        &[known("a", "Item"), known("p", "Place"), known("t", "At")],
    ),
    (
        "match { $s: Slot  $s $u:uses $a }",
        &[known("s", "Slot"), known("a", "Item"), known("u", "Uses")],
    ),
    (
        "match { $p: Place  optional { $p $r:road $q } }",
        &[known("p", "Place"), known("q", "Place"), known("r", "Road")],
    ),
    (
        "match { $s: Slot  $p: Place  not { $s uses $x  $x at $p } }",
        &[known("s", "Slot"), known("p", "Place")],
    ),
    (
        "match { $a: Item  $a link $b }\n    with { $a, count($b) as $n }\n    match { $a: Item  $a at $p }",
        &[known("a", "Item"), known("p", "Place")],
    ),
    (
        "match { $p: Place  each $x in [1, 2]  let $y = $x + $p.level }",
        &[known("p", "Place")],
    ),
];

struct Writer<'r> {
    rng: &'r mut SmallRng,
    parameters: Vec<String>,
    params: Map<String, Json>,
    /// What may be written.
    known: Vec<Known>,
}

pub(crate) fn request(rng: &mut SmallRng, drawn: &Drawn) -> Request {
    let (pattern, known) = *PATTERNS.choose(rng).expect("some");
    let mut writer = Writer {
        rng,
        parameters: Vec::new(),
        params: Map::new(),
        known: known.to_vec(),
    };
    if writer.rng.random_bool(0.3) {
        writer.give(drawn);
    }
    let mut pattern = pattern.to_owned();
    if writer.rng.random_bool(0.6) {
        let variable = writer.choose(known);
        let (name, kind) = writer.scalar(variable.ty, None).expect("each type has a property");
        let op = writer.choose(&["=", "!=", "<", ">="]);
        let value = writer.parameter(kind);
        let condition = format!(" ${}.{name} {op} {value} }}", variable.name);
        pattern.truncate(pattern.len() - 1);
        pattern += &condition;
    }
    let deletes = writer.rng.random_bool(0.25);
    let mut statements = Vec::new();
    for at in 0..writer.rng.random_range(1..4) {
        statements.push(if deletes { writer.delete() } else { writer.write(at) });
    }
    let returning = match writer.rng.random_bool(0.5) {
        true => format!("\n    returning {{ {} }}", writer.returning()),
        false => String::new(),
    };
    let text = format!(
        "query q({}) {{\n    {pattern}\n    {}{returning}\n}}\n",
        writer.parameters.join(", "),
        statements.join("\n    ")
    );
    Request {
        text,
        params: writer.params,
    }
}

impl Writer<'_> {
    fn choose<T: Clone>(&mut self, from: &[T]) -> T {
        from.choose(self.rng).expect("something to choose from").clone()
    }

    /// Makes a parameter of a node of the pattern. Mutations before may have deleted the one that it names.
    fn give(&mut self, drawn: &Drawn) {
        let nodes = self
            .known
            .iter()
            .filter(|own| matches!(own.ty, "Item" | "Place" | "Slot"));
        let nodes: Vec<Known> = nodes.copied().collect();
        let Known { name, ty } = self.choose(&nodes);
        let Some(id) = drawn.ids(ty).choose(self.rng) else {
            return;
        };
        self.parameters.push(format!("${name}: {ty}"));
        self.params.insert(name.to_owned(), Json::String(id.clone()));
    }

    fn delete(&mut self) -> String {
        let variable = self.choose(&self.known.clone());
        match self.rng.random_bool(0.8) {
            true => format!("delete ${}", variable.name),
            false => {
                let source = self.choose(&self.known.clone());
                let (name, kind) = self.scalar(source.ty, None).expect("each type has a property");
                match self.scalar(variable.ty, Some(kind)) {
                    Some((own, _)) => format!("delete {} where {own} = ${}.{name}", variable.ty, source.name),
                    None => format!("delete ${}", variable.name),
                }
            }
        }
    }

    /// `at`: the number of the statement, for the names that it gives.
    fn write(&mut self, at: usize) -> String {
        let variable = self.choose(&self.known.clone());
        match self.rng.random_range(0..9) {
            0..=3 => match self.assignments(variable.ty, true) {
                values if values.is_empty() => self.write(at),
                values => format!("update ${} set {{ {values} }}", variable.name),
            },
            4 => {
                let source = self.choose(&self.known.clone());
                let (name, kind) = self.scalar(source.ty, None).expect("each type has a property");
                let (values, own) = (
                    self.assignments(variable.ty, true),
                    self.scalar(variable.ty, Some(kind)),
                );
                match own {
                    Some((own, _)) if !values.is_empty() => format!(
                        "update {} set {{ {values} }} where {own} = ${}.{name}",
                        variable.ty, source.name
                    ),
                    _ => self.write(at),
                }
            }
            5 => {
                let edge = self.choose(&[0, 1, 2, 3]);
                let edge = &EDGES[edge];
                let ends = [edge.from, edge.to].map(|ty| {
                    let fitting: Vec<Known> = self.known.iter().filter(|known| known.ty == ty).copied().collect();
                    fitting.choose(self.rng).map(|known| known.name)
                });
                let [Some(from), Some(to)] = ends else {
                    return self.write(at);
                };
                let values = self.assignments(edge.ty.name, false);
                let word = match edge.ty.name == "Uses" && self.rng.random_bool(0.7) {
                    true => "upsert",
                    false => "insert",
                };
                format!("{word} {} {{ from: ${from}, to: ${to}, {values} }}", edge.ty.name)
            }
            6 => {
                let code = self.code();
                let name = Kind::Text.value(self.rng);
                let values = self.assignments("Place", false);
                let word = self.choose(&["insert", "upsert"]);
                let bound = ["z0", "z1", "z2"][at];
                let text = format!("{word} Place as ${bound} {{ code: {code}, name: {name}, {values} }}");
                self.known.push(known(bound, "Place"));
                text
            }
            7 => {
                let n = self.choose(&["1", "10", "2"]);
                let values = self.assignments("Slot", false);
                let otherwise = match self.rng.random_bool(0.5) {
                    true => format!(" else set {{ {} }}", self.assignments("Slot", true)),
                    false => String::new(),
                };
                format!("upsert Slot {{ n: {n}, side: true, {values} }}{otherwise}")
            }
            _ => {
                let values = self.assignments("Item", false);
                match values.is_empty() {
                    true => "insert Item { i: 1 }".to_owned(),
                    false => format!("insert Item {{ {values} }}"),
                }
            }
        }
    }

    /// The key of a place: one for all assignments, or one that follows from them.
    fn code(&mut self) -> String {
        let place = self.known.iter().find(|known| known.ty == "Place").copied();
        match place {
            Some(place) if self.rng.random_bool(0.6) => format!("${}.code || \"+\"", place.name),
            _ => self.choose(&["\"a\"", "\"new\""]).to_owned(),
        }
    }

    fn returning(&mut self) -> String {
        let mut columns = Vec::new();
        for at in 0..self.rng.random_range(1..4) {
            let variable = self.choose(&self.known.clone());
            match self.scalar(variable.ty, None) {
                Some((name, _)) if self.rng.random_bool(0.8) => {
                    columns.push(format!("${}.{name} as c{at}", variable.name));
                }
                _ if matches!(variable.ty, "Place" | "Slot") => columns.push(format!("${} as c{at}", variable.name)),
                _ => columns.push(format!("1 as c{at}")),
            }
        }
        columns.join(", ")
    }

    /// A property of a type that holds one value, perhaps of a kind.
    fn scalar(&mut self, ty: &str, wanted: Option<Kind>) -> Option<(&'static str, Kind)> {
        let scalars = properties(ty).iter().filter_map(|(name, shape)| match shape {
            Shape::Scalar(kind) if wanted.is_none_or(|wanted| wanted == *kind) => Some((*name, *kind)),
            Shape::Scalar(_) | Shape::List(_) | Shape::Vector => None,
        });
        let scalars: Vec<(&str, Kind)> = scalars.collect();
        scalars.choose(self.rng).copied()
    }

    /// Assignments to some of the properties that may be null; `row`: whether a row has them already.
    fn assignments(&mut self, ty: &str, row: bool) -> String {
        let fixed = ["code", "name", "n", "side", "level"];
        let mut assignments = Vec::new();
        for (name, shape) in properties(ty) {
            let Shape::Scalar(kind) = shape else { continue };
            let is_fixed = matches!(ty, "Place" | "Slot") && fixed.contains(name);
            if is_fixed || !self.rng.random_bool(0.4) {
                continue;
            }
            let source = self.choose(&self.known.clone());
            let read = self.scalar(source.ty, Some(*kind));
            let value = match (self.rng.random_range(0..5), read) {
                (0 | 1, Some((read, _))) if *kind != Kind::Enum => format!("${}.{read}", source.name),
                (2, Some((read, _))) if row && *kind != Kind::Enum => {
                    format!("coalesce({name}, ${}.{read})", source.name)
                }
                (3, _) if row => (*name).to_owned(),
                _ => self.parameter(*kind),
            };
            assignments.push(format!("{name}: {value}"));
        }
        assignments.join(", ")
    }

    fn parameter(&mut self, kind: Kind) -> String {
        let name = format!("q{}", self.parameters.len());
        self.parameters.push(format!("${name}: {}", kind.word()));
        let value = kind.value(self.rng);
        self.params.insert(name.clone(), value);
        format!("${name}")
    }
}
