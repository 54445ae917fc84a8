//! What conditions compare with: properties, literals, lists, parameters of the request.

use rand::Rng;
use serde_json::Value as Json;

use super::super::graphs::{Class, Kind, Shape, properties};
use super::{Variable, Writer};

impl Writer<'_> {
    /// `let` and `each`, with conditions on what they give; those of the pattern itself may be read by all that follows.
    pub(super) fn definitions(&mut self, scope: &[Variable], outermost: bool, clauses: &mut Vec<String>) {
        let (mut scalars, mut lists) = (self.values.clone(), Vec::new());
        for variable in scope {
            for (name, shape) in properties(variable.ty) {
                let text = format!("${}.{name}", variable.name);
                match shape {
                    Shape::Scalar(kind) => scalars.push((text, *kind)),
                    Shape::List(kind) => lists.push((text, *kind)),
                    Shape::Vector => {}
                }
            }
        }
        let mut own = Vec::new();
        if !scalars.is_empty() && self.chance(0.35) {
            let (text, kind) = self.choose(&scalars);
            let name = format!("${}", self.fresh());
            // A small value is put where it is read, a large one is a column.
            let value = match self.chance(0.5) {
                true => text,
                false => {
                    format!("coalesce({text}, {text}, coalesce({text}, {text}), coalesce({text}, {text}), {text})")
                }
            };
            clauses.push(format!("let {name} = {value}"));
            own.push((name, kind));
        }
        if self.chance(0.2) {
            let (list, kind) = if !lists.is_empty() && self.chance(0.6) {
                self.choose(&lists)
            } else {
                let kind = Kind::of_class(self.choose(&[Class::Text, Class::Number, Class::Date]), self.rng);
                (self.items(kind), kind)
            };
            let name = format!("${}", self.fresh());
            clauses.push(format!("each {name} in {list}"));
            own.push((name, kind));
        }
        for (name, kind) in own.clone() {
            for _ in 0..self.choose(&[0, 1, 1, 2]) {
                let operator = self.choose(&["=", "!=", "<=", ">="]);
                let other = self.operand(kind.class(), None, scope);
                clauses.push(format!("{name} {operator} {other}"));
            }
        }
        if outermost {
            self.values.extend(own);
        }
    }

    /// A parameter that is a list of such items.
    fn items(&mut self, kind: Kind) -> String {
        let name = format!("l{}", self.parameters.len());
        self.parameters.push(format!("${name}: [{}]", kind.word()));
        let items: Json = (0..self.rng.random_range(0..4)).map(|_| kind.value(self.rng)).collect();
        self.params.insert(name.clone(), items);
        format!("${name}")
    }

    /// A property, or a constant, of a class.
    pub(super) fn operand(&mut self, class: Class, kind: Option<Kind>, scope: &[Variable]) -> String {
        if self.chance(0.35) {
            let mut fitting = Vec::new();
            for variable in scope {
                for (name, shape) in properties(variable.ty) {
                    if let Shape::Scalar(kind) = shape
                        && kind.class() == class
                    {
                        fitting.push(format!("${}.{name}", variable.name));
                    }
                }
            }
            if !fitting.is_empty() {
                return self.choose(&fitting);
            }
        }
        self.constant(class, kind)
    }

    pub(super) fn constant(&mut self, class: Class, kind: Option<Kind>) -> String {
        if self.chance(0.35) {
            let kind = match kind {
                Some(kind) if class != Class::Number || self.chance(0.5) => kind,
                _ => Kind::of_class(class, self.rng),
            };
            return self.parameter(kind);
        }
        self.literal(class)
    }

    pub(super) fn literal(&mut self, class: Class) -> String {
        match class {
            Class::Bool => self.choose(&["true", "false"]).to_owned(),
            Class::Number => {
                let numbers = [
                    "0",
                    "1",
                    "2",
                    "3",
                    "16777217",
                    "9007199254740993",
                    "0.0",
                    "0.1",
                    "0.5",
                    "2.0",
                    "2.5",
                    "9007199254740992.0",
                    "2147483647",
                    "4294967295",
                    "9223372036854775807",
                ];
                self.choose(&numbers).to_owned()
            }
            Class::Date => format!("date({})", Kind::Date.value(self.rng)),
            Class::DateTime if self.chance(0.1) => "now()".into(),
            Class::DateTime => format!("datetime({})", Kind::DateTime.value(self.rng)),
            Class::Text => {
                let kind = self.choose(&[Kind::Text, Kind::Text, Kind::Enum]);
                kind.value(self.rng).to_string()
            }
        }
    }

    pub(super) fn list(&mut self, class: Class) -> String {
        if self.chance(0.4) {
            let kind = Kind::of_class(class, self.rng);
            let name = format!("l{}", self.parameters.len());
            self.parameters.push(format!("${name}: [{}]", kind.word()));
            let items: Json = (0..self.rng.random_range(0..4)).map(|_| kind.value(self.rng)).collect();
            self.params.insert(name.clone(), items);
            return format!("${name}");
        }
        let mut items: Vec<String> = (0..self.rng.random_range(1..4))
            .map(|_| self.literal(class))
            .filter(|literal| literal != "now()")
            .collect();
        // Beside a fraction, an integer has to be a float.
        if class == Class::Number && items.iter().any(|item| item.contains('.')) {
            items.retain(|item| {
                item.parse()
                    .is_ok_and(|float: f64| item.parse().map_or(true, |integer: i128| float as i128 == integer))
            });
        }
        if items.is_empty() {
            return format!("[datetime({})]", Kind::DateTime.value(self.rng));
        }
        format!("[{}]", items.join(", "))
    }

    /// Gives the parameter that was declared last a default, which is its value.
    fn default(&mut self, kind: Kind) {
        let value = match kind {
            Kind::Bool => "not true",
            Kind::I32 | Kind::I64 | Kind::U32 | Kind::U64 => self.choose(&["3", "1 + 1", "length(\"ab\")"]),
            Kind::F32 | Kind::F64 => self.choose(&["1", "-0.5", "1.5 * 2"]),
            Kind::Date => "date(\"2024-01-31\") + months(1)",
            Kind::DateTime => self.choose(&["datetime(\"2024-01-31T08:00:00Z\")", "now()"]),
            Kind::Text | Kind::Enum => self.choose(&["\"a\"", "\"a\" || \"b\""]),
        };
        if let Some(declared) = self.parameters.last_mut() {
            declared.push_str(" = ");
            declared.push_str(value);
        }
    }

    /// A parameter that takes the comparison around it along where it is null.
    pub(super) fn skippable(&mut self, kind: Kind) -> String {
        let name = format!("q{}", self.parameters.len());
        self.parameters.push(format!("${name}: {}?", kind.word()));
        if self.chance(0.5) {
            let value = kind.value(self.rng);
            self.params.insert(name.clone(), value);
        }
        format!("${name}?")
    }

    /// Declares a parameter; an optional one is null at times.
    pub(super) fn parameter(&mut self, kind: Kind) -> String {
        let name = format!("q{}", self.parameters.len());
        let optional = self.chance(0.2);
        let mark = if optional { "?" } else { "" };
        self.parameters.push(format!("${name}: {}{mark}", kind.word()));
        if kind != Kind::Enum && self.chance(0.1) {
            self.default(kind);
            return format!("${name}");
        }
        if !optional || self.chance(0.5) {
            let value = kind.value(self.rng);
            self.params.insert(name.clone(), value);
        } else if self.chance(0.5) {
            self.params.insert(name.clone(), Json::Null);
        }
        format!("${name}")
    }
}
