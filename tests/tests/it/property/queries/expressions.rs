//! Random expressions of every form, correct by construction. Each is written so that it can stand as an operand.

use rand::Rng;

use super::super::graphs::{INTERFACE, Kind, Shape, properties};
use super::{Variable, Writer};

/// The type of an expression, as far as forms ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Bool,
    Integer,
    Float,
    Text,
    Date,
    DateTime,
    Duration,
    List(Item),
}

/// The items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Integer,
    Float,
    Text,
    Date,
}

impl Item {
    pub(super) const ALL: [Item; 4] = [Item::Integer, Item::Float, Item::Text, Item::Date];

    pub(super) fn sort(self) -> Sort {
        match self {
            Item::Integer => Sort::Integer,
            Item::Float => Sort::Float,
            Item::Text => Sort::Text,
            Item::Date => Sort::Date,
        }
    }
}

impl Sort {
    /// Those that rows can be ordered by.
    pub(super) const ORDERED: [Sort; 6] = [
        Sort::Bool,
        Sort::Integer,
        Sort::Float,
        Sort::Text,
        Sort::Date,
        Sort::DateTime,
    ];

    fn has(self, shape: Shape) -> bool {
        matches!(
            (self, shape),
            (Sort::Bool, Shape::Scalar(Kind::Bool))
                | (
                    Sort::Integer,
                    Shape::Scalar(Kind::I32 | Kind::I64 | Kind::U32 | Kind::U64)
                )
                | (Sort::Float, Shape::Scalar(Kind::F32 | Kind::F64))
                | (Sort::Text, Shape::Scalar(Kind::Text | Kind::Enum))
                | (Sort::Date, Shape::Scalar(Kind::Date))
                | (Sort::DateTime, Shape::Scalar(Kind::DateTime))
                | (Sort::List(Item::Integer), Shape::List(Kind::I64))
                | (Sort::List(Item::Float), Shape::List(Kind::F32))
                | (Sort::List(Item::Text), Shape::List(Kind::Text))
                | (Sort::List(Item::Date), Shape::List(Kind::Date))
        )
    }
}

pub(super) const PATTERNS: [&str; 5] = ["^a", "[a-c]+", "(a|ä)(b?)", "graph|Tree", "_$"];
pub(super) const TIME_PATTERNS: [&str; 3] = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%j"];

/// Writes expressions about the variables of a scope and the items of the comprehensions around.
pub(super) struct Expressions<'w, 'r> {
    pub writer: &'w mut Writer<'r>,
    pub scope: Vec<Variable>,
    pub items: Vec<(String, Sort)>,
}

impl Writer<'_> {
    /// An expression whose value a property of this shape takes.
    pub(super) fn expression(&mut self, scope: &[Variable], shape: Shape, depth: usize) -> String {
        let sorts = [
            Sort::Bool,
            Sort::Integer,
            Sort::Float,
            Sort::Text,
            Sort::Date,
            Sort::DateTime,
            Sort::List(Item::Integer),
            Sort::List(Item::Float),
            Sort::List(Item::Text),
            Sort::List(Item::Date),
        ];
        let sort = sorts.into_iter().find(|sort| sort.has(shape));
        Expressions::new(self, scope).of(sort.expect("an expression of that shape"), depth)
    }
}

impl<'w, 'r> Expressions<'w, 'r> {
    pub(super) fn new(writer: &'w mut Writer<'r>, scope: &[Variable]) -> Expressions<'w, 'r> {
        Expressions {
            writer,
            scope: scope.to_vec(),
            items: Vec::new(),
        }
    }

    pub(super) fn chance(&mut self, of: f64) -> bool {
        self.writer.chance(of)
    }

    pub(super) fn choose<T: Clone>(&mut self, from: &[T]) -> T {
        self.writer.choose(from)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.writer.rng.random_range(0..end)
    }

    /// The value of a block that a traversal goes on to, where blocks may stand.
    fn block_value(&mut self, sort: Sort) -> Option<String> {
        if !self.writer.blocks || !self.items.is_empty() {
            return None;
        }
        let (mut clauses, mut scope, mut budget) = (Vec::new(), self.scope.clone(), 1);
        let known = scope.len();
        if !self.writer.traversal(&mut clauses, &mut scope, &mut budget) {
            return None;
        }
        let block = clauses.join("  ");
        match sort {
            Sort::Bool => return Some(format!("{} {{ {block} }}", self.choose(&["exists", "not"]))),
            Sort::Integer if self.chance(0.6) => return Some(format!("count {{ {block} }}")),
            _ => {}
        }
        let mut values = Vec::new();
        for variable in &scope[known..] {
            for (name, shape) in properties(variable.ty) {
                if sort.has(*shape) {
                    values.push(format!("${}.{name}", variable.name));
                }
            }
        }
        if values.is_empty() {
            return None;
        }
        let value = self.choose(&values);
        let call = match sort {
            Sort::List(_) => return None,
            Sort::Float => self.choose(&["sum", "avg", "min", "max"]),
            _ => self.choose(&["min", "max"]),
        };
        Some(format!("{call}({value}) {{ {block} }}"))
    }

    /// How many edges a node has, where blocks may stand, and the type of a node or an edge.
    fn of_graph(&mut self, sort: Sort) -> Option<String> {
        let known: Vec<(String, &'static str, bool)> = self
            .scope
            .iter()
            .map(|own| (own.name.clone(), own.ty, own.edge))
            .collect();
        if known.is_empty() {
            return None;
        }
        let (name, ty, edge) = self.choose(&known);
        if sort == Sort::Text {
            return Some(format!("type(${name})"));
        }
        if edge || !self.writer.blocks || !self.items.is_empty() {
            return None;
        }
        let edges: &[(&str, &str)] = match ty {
            "Item" => &[
                ("degree", "link"),
                ("in_degree", "link"),
                ("out_degree", "at"),
                ("degree", "uses"),
            ],
            "Place" => &[
                ("degree", "road"),
                ("out_degree", "road"),
                ("in_degree", "at"),
                ("degree", "at"),
            ],
            _ => &[("degree", "uses"), ("out_degree", "uses")],
        };
        let (function, edge) = self.choose(edges);
        Some(format!("{function}(${name}, {edge})"))
    }

    /// An expression of a type with at most so many forms inside each other.
    pub(super) fn of(&mut self, sort: Sort, depth: usize) -> String {
        if self.chance(0.06)
            && let Some(value) = self.block_value(sort)
        {
            return value;
        }
        if matches!(sort, Sort::Integer | Sort::Text)
            && self.chance(0.05)
            && let Some(value) = self.of_graph(sort)
        {
            return value;
        }
        if depth == 0 || self.chance(0.15) {
            return self.leaf(sort);
        }
        if self.chance(0.2) {
            return self.conditional(sort, depth - 1);
        }
        match sort {
            Sort::Bool => self.condition(depth - 1),
            Sort::Integer => self.integer(depth - 1),
            Sort::Float => self.float(depth - 1),
            Sort::Text => self.text(depth - 1),
            Sort::Date => self.date(depth - 1),
            Sort::DateTime => self.instant(depth - 1),
            Sort::Duration => self.duration(depth - 1),
            Sort::List(item) => self.list(item, depth - 1),
        }
    }

    fn leaf(&mut self, sort: Sort) -> String {
        let mut known: Vec<String> = Vec::new();
        for variable in &self.scope {
            let own = properties(variable.ty).iter().filter(|(_, shape)| sort.has(*shape));
            known.extend(own.map(|(name, _)| format!("${}.{name}", variable.name)));
            if sort == Sort::Text {
                known.push(format!("${}.id", variable.name));
            }
        }
        let items = self.items.iter().filter(|(_, own)| *own == sort);
        let items: Vec<String> = items.map(|(name, _)| format!("${name}")).collect();
        if !items.is_empty() && self.chance(0.5) {
            return self.choose(&items);
        }
        if !known.is_empty() && self.chance(0.75) {
            return self.choose(&known);
        }
        let kind = match sort {
            Sort::Bool => Kind::Bool,
            Sort::Integer => self.choose(&[Kind::I32, Kind::I64, Kind::U32, Kind::U64]),
            Sort::Float => self.choose(&[Kind::F32, Kind::F64]),
            Sort::Text => Kind::Text,
            Sort::Date => Kind::Date,
            Sort::DateTime => Kind::DateTime,
            Sort::Duration => return self.duration(0),
            Sort::List(item) => return self.writer.list_of(item),
        };
        if self.chance(0.3) {
            return self.writer.parameter(kind);
        }
        match sort {
            Sort::Integer => self
                .choose(&[
                    "0",
                    "1",
                    "2",
                    "3",
                    "-1",
                    "-3",
                    "1_000",
                    "16777217",
                    "9007199254740993",
                    "9223372036854775807",
                    "-9223372036854775807",
                ])
                .to_owned(),
            Sort::Float => self
                .choose(&["0.0", "0.1", "-0.5", "2.5", "1e300", "-1.5e-7", "2.675", "pi()"])
                .to_owned(),
            Sort::Text if self.chance(0.1) => {
                format!("{:?}", self.choose(&["2024-02-29", "-12", "1.5e3", "true", "00:00"]))
            }
            _ => self.writer.literal(kind.class()),
        }
    }

    /// Forms that every type has. What is not taken is not evaluated, so it may be anything.
    fn conditional(&mut self, sort: Sort, depth: usize) -> String {
        let condition = self.of(Sort::Bool, depth);
        let (a, b) = (self.of(sort, depth), self.of(sort, depth));
        match self.below(8) {
            0 => format!("if({condition}, {a}, {b})"),
            1 => format!("case when {condition} then {a} else {b} end"),
            2 => format!("case when {condition} then {a} end"),
            3 => {
                let other = self.of(Sort::Bool, depth);
                format!("case when {condition} then null when {other} then {a} else {b} end")
            }
            4 => format!("coalesce({a}, {b})"),
            5 => format!("coalesce(null, {a}, {b})"),
            6 => format!("nullif({a}, {b})"),
            _ => match sort {
                Sort::Integer if self.chance(0.5) => format!("if({condition}, {a}, 9223372036854775807 + 1)"),
                Sort::Integer | Sort::Float => {
                    let other = self.of(
                        if sort == Sort::Integer {
                            Sort::Float
                        } else {
                            Sort::Integer
                        },
                        depth,
                    );
                    // Numbers widen, and an integer it is again.
                    match sort {
                        Sort::Integer => format!("try_cast(if({condition}, {a}, {other}) as I64)"),
                        _ => format!("if({condition}, {a}, {other})"),
                    }
                }
                Sort::Text => format!("if({condition}, {a}, cast(cast(\"x\" as Date) as String) || {b})"),
                _ => format!("if({condition}, {a}, {b})"),
            },
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.below(16) {
            0 | 1 => {
                let word = self.choose(&["and", "or"]);
                let (a, b) = (self.of(Sort::Bool, depth), self.of(Sort::Bool, depth));
                format!("({a} {word} {b})")
            }
            2 => format!("(not {})", self.of(Sort::Bool, depth)),
            3 => {
                let word = self.choose(&["and", "or"]);
                format!("({} {word} null)", self.of(Sort::Bool, depth))
            }
            4 if self.chance(0.15) => {
                let scope = self.scope.clone();
                self.writer.search(&scope).unwrap_or_else(|| "true".to_owned())
            }
            4 => {
                let sort = self.any();
                let test = self.choose(&["is null", "is not null"]);
                format!("({} {test})", self.of(sort, depth))
            }
            5 => {
                let word = self.choose(&["contains", "starts_with", "ends_with"]);
                let (a, b) = (self.of(Sort::Text, depth), self.of(Sort::Text, depth));
                format!("({a} {word} {b})")
            }
            6 => {
                let pattern = self.choose(&PATTERNS);
                format!("({} matches {pattern:?})", self.of(Sort::Text, depth))
            }
            7 | 8 => {
                let (item, list) = self.item_and_list(depth);
                match self.below(4) {
                    0 => format!("({list} contains {item})"),
                    1 => format!("({item} not in {list})"),
                    2 => format!("list_contains({list}, {item})"),
                    _ => format!("({item} in {list})"),
                }
            }
            9 => {
                let item = self.choose(&Item::ALL);
                let op = self.choose(&["=", "!="]);
                let (a, b) = (self.of(Sort::List(item), depth), self.of(Sort::List(item), depth));
                format!("({a} {op} {b})")
            }
            10 => {
                let op = self.choose(&["=", "!="]);
                let (a, b) = (self.of(Sort::Duration, depth), self.of(Sort::Duration, depth));
                format!("({a} {op} {b})")
            }
            11 => match self.same_type() {
                Some((a, b)) => format!("(${a} {} ${b})", self.choose(&["=", "!="])),
                None => format!("try_cast({} as Bool)", self.of(Sort::Text, depth)),
            },
            12 if self.writer.skips && self.chance(0.7) => {
                let op = self.choose(&["=", "!=", "<", ">="]);
                let (sort, kind) = self.choose(&[
                    (Sort::Integer, Kind::I64),
                    (Sort::Float, Kind::F32),
                    (Sort::Text, Kind::Text),
                    (Sort::Date, Kind::Date),
                ]);
                format!("({} {op} {})", self.of(sort, depth), self.writer.skippable(kind))
            }
            12 => {
                let sort = self.choose(&Sort::ORDERED);
                let op = self.choose(&["=", "!=", "<", ">="]);
                format!("({} {op} null)", self.of(sort, depth))
            }
            _ => {
                let op = self.choose(&["=", "!=", "<", "<=", ">", ">="]);
                let sort = self.choose(&Sort::ORDERED);
                let other = match sort {
                    Sort::Integer if self.chance(0.3) => Sort::Float,
                    Sort::Float if self.chance(0.3) => Sort::Integer,
                    sort => sort,
                };
                let (a, b) = (self.of(sort, depth), self.of(other, depth));
                format!("({a} {op} {b})")
            }
        }
    }

    /// What may be an item, and a list.
    pub(super) fn item_and_list(&mut self, depth: usize) -> (String, String) {
        let item = self.choose(&Item::ALL);
        let other = match item {
            Item::Integer if self.chance(0.2) => Item::Float,
            Item::Float if self.chance(0.2) => Item::Integer,
            item => item,
        };
        (self.of(item.sort(), depth), self.of(Sort::List(other), depth))
    }

    pub(super) fn any(&mut self) -> Sort {
        let item = self.choose(&Item::ALL);
        self.choose(&[
            Sort::Bool,
            Sort::Integer,
            Sort::Float,
            Sort::Text,
            Sort::Date,
            Sort::DateTime,
            Sort::Duration,
            Sort::List(item),
        ])
    }

    /// Two variables that may stand for the same entity.
    fn same_type(&mut self) -> Option<(String, String)> {
        if self.scope.is_empty() {
            return None;
        }
        let first = self.writer.choose(&self.scope);
        // Edges of several types, and others of one of these.
        let overlap = |one: &Variable| {
            let mut types = one.ty.split('|');
            one.edge && first.edge && types.any(|ty| first.ty.split('|').any(|own| own == ty))
        };
        let others: Vec<String> = self
            .scope
            .iter()
            .filter(|one| one.ty == first.ty || first.ty == INTERFACE.name && !one.edge || overlap(one))
            .map(|one| one.name.clone())
            .collect();
        Some((first.name, self.choose(&others)))
    }

    /// One that is not large, so that arithmetic seldom fails.
    pub(super) fn small(&mut self, depth: usize) -> String {
        match self.below(6) {
            0 => self.choose(&["0", "1", "2", "3", "-1", "-2", "7"]).to_owned(),
            1 => format!("length({})", self.of(Sort::Text, depth)),
            2 => {
                let item = self.choose(&Item::ALL);
                format!("size({})", self.of(Sort::List(item), depth))
            }
            3 => format!("sign({})", self.of(Sort::Integer, depth)),
            _ => format!(
                "({} % {})",
                self.of(Sort::Integer, depth),
                self.choose(&["5", "7", "100", "0"])
            ),
        }
    }

    fn integer(&mut self, depth: usize) -> String {
        match self.below(24) {
            0..=3 => {
                let op = self.choose(&["+", "-", "*", "%"]);
                let (a, b) = (self.small(depth), self.small(depth));
                format!("({a} {op} {b})")
            }
            // Of any size, which may not fit.
            4 => {
                let op = self.choose(&["+", "-", "*"]);
                format!("({} {op} {})", self.of(Sort::Integer, depth), self.small(depth))
            }
            5 => format!(
                "({} % {})",
                self.of(Sort::Integer, depth),
                self.of(Sort::Integer, depth)
            ),
            6 => format!("div({}, {})", self.of(Sort::Integer, depth), self.small(depth)),
            7 => format!("(- {})", self.small(depth)),
            8 => format!("abs({})", self.small(depth)),
            9 => format!("sign({})", self.of(Sort::Float, depth)),
            10 => {
                let function = self.choose(&["ceil", "floor", "round"]);
                format!("{function}({})", self.of(Sort::Integer, depth))
            }
            11 => format!(
                "round({}, {})",
                self.small(depth),
                self.choose(&["0", "2", "-1", "-2", "-40"])
            ),
            12 => {
                let function = self.choose(&["least", "greatest"]);
                format!(
                    "{function}({}, {})",
                    self.of(Sort::Integer, depth),
                    self.of(Sort::Integer, depth)
                )
            }
            13 => format!(
                "position({}, {})",
                self.of(Sort::Text, depth),
                self.of(Sort::Text, depth)
            ),
            14 | 15 => {
                let part = self.choose(&["year", "quarter", "month", "week", "day", "day_of_week", "day_of_year"]);
                let sort = self.choose(&[Sort::Date, Sort::DateTime]);
                format!("{part}({})", self.of(sort, depth))
            }
            16 => {
                let part = self.choose(&["hour", "minute", "second", "epoch_ms"]);
                format!("{part}({})", self.of(Sort::DateTime, depth))
            }
            17 => {
                let function = self.choose(&["between_days", "between_seconds"]);
                let (a, b) = (
                    self.choose(&[Sort::Date, Sort::DateTime]),
                    self.choose(&[Sort::Date, Sort::DateTime]),
                );
                format!("{function}({}, {})", self.of(a, depth), self.of(b, depth))
            }
            18 => self.at(Item::Integer, depth),
            19 => {
                let function = self.choose(&["list_sum", "list_min", "list_max"]);
                format!("{function}({})", self.of(Sort::List(Item::Integer), depth))
            }
            20 => format!("xxhash64({})", self.of(Sort::Text, depth)),
            21 => {
                let (word, sort) = (self.cast(), self.choose(&[Sort::Integer, Sort::Float, Sort::Text]));
                let ty = self.choose(&["I32", "I64", "U32", "U64"]);
                format!("{word}({} as {ty})", self.of(sort, depth))
            }
            22 => format!("length({})", self.of(Sort::Text, depth)),
            _ => self.small(depth),
        }
    }

    /// `cast` seldom, because it fails.
    fn cast(&mut self) -> &'static str {
        self.choose(&["try_cast", "try_cast", "try_cast", "try_cast", "cast"])
    }

    fn at(&mut self, item: Item, depth: usize) -> String {
        let (list, index) = (self.of(Sort::List(item), depth), self.small(0));
        match self.chance(0.5) {
            true => format!("at({list}, {index})"),
            false => format!("({list}[{index}])"),
        }
    }

    fn float(&mut self, depth: usize) -> String {
        let number = self.choose(&[Sort::Integer, Sort::Float, Sort::Float]);
        match self.below(14) {
            0 | 1 => {
                let op = self.choose(&["+", "-", "*", "/", "%"]);
                format!("({} {op} {})", self.of(Sort::Float, depth), self.of(number, depth))
            }
            2 => format!("({} / {})", self.of(Sort::Integer, depth), self.of(number, depth)),
            3 => format!("(- {})", self.of(Sort::Float, depth)),
            4 => {
                let function = self.choose(&["abs", "ceil", "floor", "round"]);
                format!("{function}({})", self.of(Sort::Float, depth))
            }
            5 => {
                let digits = self.choose(&["0", "1", "2", "-1", "15", "400", "-400"]);
                format!("round({}, {digits})", self.of(Sort::Float, depth))
            }
            6 | 7 => {
                let function = self.choose(&[
                    "sqrt", "cbrt", "exp", "ln", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan",
                    "radians", "degrees",
                ]);
                format!("{function}({})", self.of(number, depth))
            }
            8 => {
                let function = self.choose(&["pow", "atan2"]);
                format!("{function}({}, {})", self.of(number, depth), self.small(depth))
            }
            9 => {
                let function = self.choose(&["least", "greatest"]);
                format!(
                    "{function}({}, {})",
                    self.of(Sort::Float, depth),
                    self.of(number, depth)
                )
            }
            10 => self.at(Item::Float, depth),
            11 => {
                let function = self.choose(&["list_sum", "list_min", "list_max"]);
                format!("{function}({})", self.of(Sort::List(Item::Float), depth))
            }
            12 => {
                let function = self.choose(&["cosine_similarity", "l2_distance", "dot"]);
                let vectors: Vec<String> = self
                    .scope
                    .iter()
                    .filter(|one| one.ty == "Item")
                    .map(|one| format!("${}.v", one.name))
                    .collect();
                let vector = |this: &mut Self| match vectors.is_empty() || this.chance(0.4) {
                    true => "cast([0.5, -1.0] as [F32])".to_owned(),
                    false => this.choose(&vectors),
                };
                format!("{function}({}, {})", vector(self), vector(self))
            }
            _ => {
                let (word, sort) = (self.cast(), self.choose(&[Sort::Integer, Sort::Float, Sort::Text]));
                let ty = self.choose(&["F32", "F64"]);
                format!("{word}({} as {ty})", self.of(sort, depth))
            }
        }
    }
}
