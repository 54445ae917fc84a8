//! Random graphs over a schema with every scalar type: few values, so that things collide, and extremes among them.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Value as Json, json};

/// Both node types with one-word ids draw them from the same letters.
pub(crate) const SCHEMA: &str = r#"
interface Thing {
    d: F64?
}

node Item implements Thing {
    flag: Bool?
    i: I32? @index
    l: I64?
    u: U32?
    w: U64?
    f: F32? @index
    d: F64?
    day: Date? @index
    at: DateTime?
    s: String? @index
    e: enum(gamma, alpha, beta)? @index
    tags: [String]?
    nums: [I64]?
    reals: [F32]?
    days: [Date]?
    v: Vector(2)?
}

node Place implements Thing {
    code: String @key
    name: String
    size: I64?
    ratio: F32?
    open: Bool?
    level: I32 @default(3)
    d: F64?
    @index(name, level)
}

node Slot implements Thing {
    n: I32
    side: Bool
    note: String?
    d: F64?
    @key(n, side)
}

edge Link: Item -> Item {
    w: I32? @index
    d: F64?
    s: String? @index
    day: Date?
}

edge Road: Place -> Place {
    km: F32?
    lanes: U32?
    d: F64?
    s: String?
}

edge At: Item -> Place {
    since: DateTime?
    n: I64?
    d: F64?
}

edge Uses: Slot -> Item {
    flag: Bool?
    d: F64?
}
"#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    I32,
    I64,
    U32,
    U64,
    F32,
    F64,
    Date,
    DateTime,
    Text,
    Enum,
}

/// What may be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Bool,
    Number,
    Date,
    DateTime,
    Text,
}

impl Kind {
    pub(crate) fn class(self) -> Class {
        match self {
            Kind::Bool => Class::Bool,
            Kind::I32 | Kind::I64 | Kind::U32 | Kind::U64 | Kind::F32 | Kind::F64 => Class::Number,
            Kind::Date => Class::Date,
            Kind::DateTime => Class::DateTime,
            Kind::Text | Kind::Enum => Class::Text,
        }
    }

    /// The type of a parameter that holds such a value.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Bool => "Bool",
            Kind::I32 => "I32",
            Kind::I64 => "I64",
            Kind::U32 => "U32",
            Kind::U64 => "U64",
            Kind::F32 => "F32",
            Kind::F64 => "F64",
            Kind::Date => "Date",
            Kind::DateTime => "DateTime",
            Kind::Text | Kind::Enum => "String",
        }
    }

    pub(crate) fn of_class(class: Class, rng: &mut SmallRng) -> Kind {
        match class {
            Class::Bool => Kind::Bool,
            Class::Date => Kind::Date,
            Class::DateTime => Kind::DateTime,
            Class::Text => Kind::Text,
            Class::Number => *[Kind::I32, Kind::I64, Kind::U32, Kind::U64, Kind::F32, Kind::F64]
                .choose(rng)
                .expect("some"),
        }
    }

    /// A value as a line of a load or a request holds it.
    pub(crate) fn value(self, rng: &mut SmallRng) -> Json {
        match self {
            Kind::Bool => rng.random_bool(0.5).into(),
            Kind::I32 => pick(rng, &[-1, 0, 1, 2, 3, i32::MAX, i32::MIN]).into(),
            Kind::I64 => pick(
                rng,
                &[-3, 0, 1, 2, 16_777_217, 9_007_199_254_740_993, i64::MAX, i64::MIN],
            )
            .into(),
            Kind::U32 => pick(rng, &[0, 1, 2, 3, u32::MAX]).into(),
            Kind::U64 => pick(rng, &[0, 1, 2, 9_007_199_254_740_992, 9_007_199_254_740_993_u64]).into(),
            Kind::F32 => f64::from(pick(rng, &[-0.0, 0.0, 0.1, 0.5, 1.0, 2.0, 2.5, 16_777_216.0_f32])).into(),
            Kind::F64 => pick(
                rng,
                &[
                    -0.0,
                    0.0,
                    0.1,
                    0.5,
                    1.0,
                    2.0,
                    2.5,
                    9_007_199_254_740_992.0,
                    1e300,
                    -1e-300,
                ],
            )
            .into(),
            Kind::Date => pick(
                rng,
                &["1969-12-31", "1970-01-01", "2020-02-29", "2024-12-31", "0001-01-01"],
            )
            .into(),
            Kind::DateTime => pick(
                rng,
                &[
                    "1969-12-31T23:59:59.999Z",
                    "1970-01-01T00:00:00Z",
                    "2020-02-29T12:00:00+02:00",
                    "2020-02-29T10:00:00Z",
                    "2200-01-01T00:00:00.001Z",
                ],
            )
            .into(),
            Kind::Text => pick(
                rng,
                &[
                    "",
                    "a",
                    "ab",
                    "abc",
                    "b",
                    "A",
                    "ä",
                    "%",
                    "a_b",
                    "\u{10348}",
                    "\u{ffee}",
                    "ABC, Graph",
                    "the graphs",
                    "Trees of graphs",
                    "vectors_abc",
                ],
            )
            .into(),
            Kind::Enum => pick(rng, &["alpha", "beta", "gamma"]).into(),
        }
    }
}

fn pick<T: Copy>(rng: &mut SmallRng, values: &[T]) -> T {
    *values.choose(rng).expect("some")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Scalar(Kind),
    List(Kind),
    Vector,
}

pub(crate) struct Ty {
    pub name: &'static str,
    pub properties: &'static [(&'static str, Shape)],
}

use Shape::{List, Scalar};

pub(crate) const NODES: [Ty; 3] = [
    Ty {
        name: "Item",
        properties: &[
            ("flag", Scalar(Kind::Bool)),
            ("i", Scalar(Kind::I32)),
            ("l", Scalar(Kind::I64)),
            ("u", Scalar(Kind::U32)),
            ("w", Scalar(Kind::U64)),
            ("f", Scalar(Kind::F32)),
            ("d", Scalar(Kind::F64)),
            ("day", Scalar(Kind::Date)),
            ("at", Scalar(Kind::DateTime)),
            ("s", Scalar(Kind::Text)),
            ("e", Scalar(Kind::Enum)),
            ("tags", List(Kind::Text)),
            ("nums", List(Kind::I64)),
            ("reals", List(Kind::F32)),
            ("days", List(Kind::Date)),
            ("v", Shape::Vector),
        ],
    },
    Ty {
        name: "Place",
        properties: &[
            ("code", Scalar(Kind::Text)),
            ("name", Scalar(Kind::Text)),
            ("size", Scalar(Kind::I64)),
            ("ratio", Scalar(Kind::F32)),
            ("open", Scalar(Kind::Bool)),
            ("d", Scalar(Kind::F64)),
            ("level", Scalar(Kind::I32)),
        ],
    },
    Ty {
        name: "Slot",
        properties: &[
            ("n", Scalar(Kind::I32)),
            ("side", Scalar(Kind::Bool)),
            ("note", Scalar(Kind::Text)),
            ("d", Scalar(Kind::F64)),
        ],
    },
];

/// What all types of nodes implement.
pub(crate) const INTERFACE: Ty = Ty {
    name: "Thing",
    properties: &[("d", Scalar(Kind::F64))],
};

pub(crate) struct EdgeTy {
    pub ty: Ty,
    /// As traversals spell it.
    pub word: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

pub(crate) const EDGES: [EdgeTy; 4] = [
    EdgeTy {
        ty: Ty {
            name: "Link",
            properties: &[
                ("w", Scalar(Kind::I32)),
                ("d", Scalar(Kind::F64)),
                ("s", Scalar(Kind::Text)),
                ("day", Scalar(Kind::Date)),
            ],
        },
        word: "link",
        from: "Item",
        to: "Item",
    },
    EdgeTy {
        ty: Ty {
            name: "Road",
            properties: &[
                ("km", Scalar(Kind::F32)),
                ("lanes", Scalar(Kind::U32)),
                ("d", Scalar(Kind::F64)),
                ("s", Scalar(Kind::Text)),
            ],
        },
        word: "road",
        from: "Place",
        to: "Place",
    },
    EdgeTy {
        ty: Ty {
            name: "At",
            properties: &[
                ("since", Scalar(Kind::DateTime)),
                ("n", Scalar(Kind::I64)),
                ("d", Scalar(Kind::F64)),
            ],
        },
        word: "at",
        from: "Item",
        to: "Place",
    },
    EdgeTy {
        ty: Ty {
            name: "Uses",
            properties: &[("flag", Scalar(Kind::Bool)), ("d", Scalar(Kind::F64))],
        },
        word: "uses",
        from: "Slot",
        to: "Item",
    },
];

/// What edges of several types have in common.
pub(crate) const SEVERAL: [Ty; 5] = [
    Ty {
        name: "At|Link",
        properties: &[("d", Scalar(Kind::F64))],
    },
    Ty {
        name: "At|Road",
        properties: &[("d", Scalar(Kind::F64))],
    },
    Ty {
        name: "Link|Road",
        properties: &[("d", Scalar(Kind::F64)), ("s", Scalar(Kind::Text))],
    },
    Ty {
        name: "Link|Uses",
        properties: &[("d", Scalar(Kind::F64))],
    },
    Ty {
        name: "At|Link|Uses",
        properties: &[("d", Scalar(Kind::F64))],
    },
];

pub(crate) fn properties(ty: &str) -> &'static [(&'static str, Shape)] {
    let mut nodes = NODES.iter().chain([&INTERFACE]).chain(&SEVERAL);
    let node = nodes.find(|node| node.name == ty).map(|node| node.properties);
    let edge = || {
        EDGES
            .iter()
            .find(|edge| edge.ty.name == ty)
            .map(|edge| edge.ty.properties)
    };
    node.or_else(edge).expect("a type of the schema")
}

/// A value of a property, null now and then.
pub(crate) fn stored(rng: &mut SmallRng, shape: Shape) -> Json {
    if rng.random_bool(0.2) {
        return Json::Null;
    }
    match shape {
        // A parameter cannot be as large, but what is stored can.
        Shape::Scalar(Kind::U64) if rng.random_bool(0.2) => u64::MAX.into(),
        Shape::Scalar(kind) => kind.value(rng),
        Shape::List(kind) => (0..rng.random_range(0..4)).map(|_| kind.value(rng)).collect(),
        Shape::Vector => json!([pick(rng, &[0.0, 0.5, -1.0]), pick(rng, &[0.0, 0.1, 3.0])]),
    }
}

/// A graph as lines of NDJSON, and the ids of its nodes.
pub(crate) struct Drawn {
    pub lines: Vec<String>,
    pub items: Vec<String>,
    pub places: Vec<String>,
    pub slots: Vec<String>,
}

impl Drawn {
    pub(crate) fn ids(&self, ty: &str) -> &[String] {
        match ty {
            "Item" => &self.items,
            "Place" => &self.places,
            _ => &self.slots,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }
}

pub(crate) fn draw(rng: &mut SmallRng) -> Drawn {
    let mut drawn = Drawn {
        lines: Vec::new(),
        items: Vec::new(),
        places: Vec::new(),
        slots: Vec::new(),
    };
    let letters = ["m", "c", "x", "a", "q", "b", "ab", "k"];
    for id in &letters[..pick(rng, &[0, 2, 4, 5, 6, 7, 8, 8])] {
        let mut data = json!({ "id": id });
        fill(rng, &mut data, properties("Item"));
        drawn.lines.push(json!({ "type": "Item", "data": data }).to_string());
        drawn.items.push((*id).to_owned());
    }
    for (place, code) in letters[..pick(rng, &[0, 1, 3, 4, 5, 6])].iter().enumerate() {
        let mut data = json!({ "code": code, "name": Kind::Text.value(rng) });
        fill(rng, &mut data, &properties("Place")[2..5]);
        data["d"] = json!([Some(0.5), None, Some(2.5), Some(-0.0), Some(1e300), Some(1.0)][place % 6]);
        if rng.random_bool(0.5) {
            data["level"] = Kind::I32.value(rng);
        }
        drawn.lines.push(json!({ "type": "Place", "data": data }).to_string());
        drawn.places.push((*code).to_owned());
    }
    for (n, side) in [(1, true), (-1, false), (1, false), (10, true)]
        .iter()
        .take(rng.random_range(0..=4))
    {
        let mut data = json!({ "n": n, "side": side });
        fill(rng, &mut data, &properties("Slot")[2..]);
        drawn.lines.push(json!({ "type": "Slot", "data": data }).to_string());
        drawn.slots.push(json!([n.to_string(), side.to_string()]).to_string());
    }
    for edge in &EDGES {
        let most = if edge.from == edge.to { 13 } else { 8 };
        for number in 0..rng.random_range(most / 4..=most) {
            let (from, to) = (drawn.ids(edge.from).choose(rng), drawn.ids(edge.to).choose(rng));
            let (Some(from), Some(to)) = (from, to) else { break };
            // Ids that sort otherwise than they were made.
            let mut data = json!({ "id": format!("{}{}", (number * 7) % 13, edge.word) });
            fill(rng, &mut data, edge.ty.properties);
            let line = json!({ "edge": edge.ty.name, "from": from, "to": to, "data": data });
            drawn.lines.push(line.to_string());
        }
    }
    // The sequence of the lines means nothing.
    for place in (1..drawn.lines.len()).rev() {
        drawn.lines.swap(place, rng.random_range(0..=place));
    }
    drawn
}

fn fill(rng: &mut SmallRng, data: &mut Json, properties: &[(&str, Shape)]) {
    for (name, shape) in properties {
        let value = stored(rng, *shape);
        if !value.is_null() || rng.random_bool(0.5) {
            data[*name] = value;
        }
    }
}
