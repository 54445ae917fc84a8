//! Random mutations as source text over the schema of the random graphs with constraints added.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value as Json, json};

use super::graphs::{Drawn, EDGES, Kind, SCHEMA, Shape, properties};
use super::queries::{Part, of_row};

/// The schema with one constraint of each kind.
pub(crate) fn constrained() -> String {
    SCHEMA
        .replace(
            "    name: String\n",
            "    name: String\n    @unique(name, open)\n    @range(size, 0..9007199254740992)\n",
        )
        .replace(
            "    note: String?\n",
            "    note: String?\n    @check(note, \"^[a-z_]*$\")\n",
        )
        .replace(
            "edge Uses: Slot -> Item {",
            "edge Uses: Slot -> Item @card(0..2) {\n    @unique(src, dst)",
        )
}

pub(crate) struct Request {
    pub text: String,
    pub params: Map<String, Json>,
}

struct Writer<'r> {
    rng: &'r mut SmallRng,
    parameters: Vec<String>,
    params: Map<String, Json>,
}

pub(crate) fn request(rng: &mut SmallRng, drawn: &Drawn) -> Request {
    let mut writer = Writer {
        rng,
        parameters: Vec::new(),
        params: Map::new(),
    };
    let deletes = writer.rng.random_bool(0.35);
    let mut statements = Vec::new();
    for _ in 0..writer.rng.random_range(1..4) {
        statements.push(if deletes { writer.delete() } else { writer.write(drawn) });
    }
    let text = format!(
        "query q({}) {{\n    {}\n}}\n",
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

    fn write(&mut self, drawn: &Drawn) -> String {
        match self.rng.random_range(0..6) {
            0 => {
                let values = self.values("Item", 0);
                if values.is_empty() {
                    "insert Item { i: 1 }".into()
                } else {
                    format!("insert Item {{ {values} }}")
                }
            }
            1 => {
                let code = self.choose(&["a", "b", "new", "newer"]);
                let name = Kind::Text.value(self.rng);
                let values = self.values("Place", 2);
                format!("insert Place {{ code: \"{code}\", name: {name}, {values} }}")
            }
            2 => {
                let n = self.choose(&["1", "10", "2"]);
                let side = self.choose(&["true", "false"]);
                let values = self.values("Slot", 2);
                format!("insert Slot {{ n: {n}, side: {side}, {values} }}")
            }
            3 | 4 => {
                let edge = self.choose(&[0, 1, 2, 3]);
                let edge = &EDGES[edge];
                let mut ids = [String::new(), String::new()];
                for (id, ty) in ids.iter_mut().zip([edge.from, edge.to]) {
                    *id = match drawn.ids(ty).choose(self.rng) {
                        Some(known) if self.rng.random_bool(0.95) => known.clone(),
                        _ => "new".into(),
                    };
                }
                let [from, to] = ids.map(|id| json!(id));
                let values = self.values(edge.ty.name, 0);
                format!("insert {} {{ from: {from}, to: {to}, {values} }}", edge.ty.name)
            }
            _ => {
                let ty = self.choose(&["Item", "Item", "Place", "Slot"]);
                let skipped = match ty {
                    "Item" => 0,
                    "Place" => 1,
                    _ => 2,
                };
                let values = self.updates(ty, skipped);
                let predicate = self.predicate(ty, false);
                if values.is_empty() {
                    return self.update_nothing(ty);
                }
                format!("update {ty} set {{ {values} }} where {predicate}")
            }
        }
    }

    /// An update that hits no row.
    fn update_nothing(&mut self, ty: &str) -> String {
        match ty {
            "Item" => "update Item set { i: 1 } where s = \"nowhere\"".into(),
            "Place" => "update Place set { size: 1 } where code = \"nowhere\"".into(),
            _ => "update Slot set { note: \"z\" } where n = 77".into(),
        }
    }

    fn delete(&mut self) -> String {
        let ty = self.choose(&["Item", "Place", "Slot", "Link", "Road", "At", "Uses"]);
        let edge = EDGES.iter().any(|edge| edge.ty.name == ty);
        let predicate = self.predicate(ty, edge);
        format!("delete {ty} where {predicate}")
    }

    /// An expression over the row of a statement: a condition, or a value for a property.
    fn computed(&mut self, ty: Option<&'static str>, shape: Shape) -> String {
        let own = Part {
            text: String::new(),
            parameters: std::mem::take(&mut self.parameters),
            params: std::mem::take(&mut self.params),
        };
        let Part {
            text,
            parameters,
            params,
        } = of_row(self.rng, ty, shape, own);
        (self.parameters, self.params) = (parameters, params);
        text
    }

    fn predicate(&mut self, ty: &'static str, edge: bool) -> String {
        if self.rng.random_bool(0.4) {
            return self.computed(Some(ty), Shape::Scalar(Kind::Bool));
        }
        if self.rng.random_bool(0.1) {
            return format!("id in [{}]", self.choose(&["\"a\", \"m\"", "\"new\"", ""]));
        }
        let op = self.choose(&["=", "=", "=", "!=", "<", "<=", ">", ">="]);
        if edge && self.rng.random_bool(0.3) {
            let end = self.choose(&["from", "to"]);
            return format!(
                "{end} {op} \"{}\"",
                self.choose(&["a", "m", "c", "[\\\"1\\\",\\\"true\\\"]"])
            );
        }
        let scalars: Vec<(&str, Kind)> = properties(ty)
            .iter()
            .filter_map(|(name, shape)| match shape {
                Shape::Scalar(kind) => Some((*name, *kind)),
                Shape::List(_) | Shape::Vector => None,
            })
            .collect();
        let (name, kind) = self.choose(&scalars);
        let value = self.parameter(kind, false);
        format!("{name} {op} {value}")
    }

    /// Assignments to some of the nullable properties after the first few, some of them computed of the row.
    fn updates(&mut self, ty: &'static str, skipped: usize) -> String {
        self.assignments(ty, skipped, Some(ty))
    }

    /// The same for a new row.
    fn values(&mut self, ty: &str, skipped: usize) -> String {
        self.assignments(ty, skipped, None)
    }

    fn assignments(&mut self, ty: &str, skipped: usize, row: Option<&'static str>) -> String {
        let mut assignments = Vec::new();
        for (name, shape) in &properties(ty)[skipped..] {
            if !self.rng.random_bool(0.4) || *name == "name" {
                continue;
            }
            let value = match shape {
                Shape::Scalar(kind) if *kind != Kind::Enum && self.rng.random_bool(0.2) => self.computed(row, *shape),
                Shape::List(Kind::Text | Kind::Date | Kind::I64) if self.rng.random_bool(0.2) => {
                    self.computed(row, *shape)
                }
                Shape::Scalar(kind) => {
                    let optional = self.rng.random_bool(0.3);
                    self.parameter(*kind, optional)
                }
                Shape::List(kind) => self.list(*kind),
                Shape::Vector => self.choose(&["[0.5, 0.1]", "[0.0, 3.0]"]).to_owned(),
            };
            assignments.push(format!("{name}: {value}"));
        }
        assignments.join(", ")
    }

    fn list(&mut self, kind: Kind) -> String {
        let name = format!("l{}", self.parameters.len());
        self.parameters.push(format!("${name}: [{}]", kind.word()));
        let items: Json = (0..self.rng.random_range(0..3)).map(|_| kind.value(self.rng)).collect();
        self.params.insert(name.clone(), items);
        format!("${name}")
    }

    fn parameter(&mut self, kind: Kind, optional: bool) -> String {
        let name = format!("q{}", self.parameters.len());
        let mark = if optional { "?" } else { "" };
        self.parameters.push(format!("${name}: {}{mark}", kind.word()));
        let value = if optional && self.rng.random_bool(0.5) {
            Json::Null
        } else {
            kind.value(self.rng)
        };
        self.params.insert(name.clone(), value);
        format!("${name}")
    }
}
