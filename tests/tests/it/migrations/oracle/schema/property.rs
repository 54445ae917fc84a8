//! A property with its rules.

use std::fmt::Write;

use rand::Rng;
use rand::rngs::SmallRng;

use crate::migrations::oracle::judge;
use crate::migrations::oracle::value::{Scalar, Value};

#[derive(Clone, Debug)]
pub(crate) struct Property {
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

pub(super) const RULES: usize = 7;

const CHECKS: [&str; 3] = ["^a", "^(a|ab|c)$", "b"];
const BOUNDS: [&str; 9] = ["-1", "0", "1", "2", "0.1", "0.3", "0.5", "16777217", "2147483647"];

impl Property {
    pub(crate) fn draw(id: u32, scalar: Scalar, rng: &mut SmallRng) -> Property {
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
    pub(crate) fn toggle(&mut self, rule: usize, rng: &mut SmallRng) {
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
    pub(crate) fn settle(&mut self) {
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
            && judge::order(low, high, &self.scalar).is_gt()
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
            fits && wide && judge::keeps_rules(self, value)
        };
        if !self.default.as_ref().is_none_or(fits) {
            self.default = None;
        }
    }

    pub(crate) fn text(&self, edge: bool) -> String {
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

    pub(crate) fn value(&self, rng: &mut SmallRng) -> Value {
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
