//! Types with their rows, drawn at random, and changes of them.

mod edge;
mod node;
mod property;

use std::collections::BTreeMap;

use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::Map;

pub(super) use edge::Edge;
pub(super) use node::Node;
pub(super) use property::Property;
use property::RULES;

use super::value::{SCALARS, Value};

pub(super) type Row = BTreeMap<u32, Value>;

/// What a case is about: the types of one property before and after, and the rule that changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Focus {
    pub from: usize,
    pub to: usize,
    pub rule: usize,
    /// Several changes that go together, or none.
    pub recipe: Recipe,
}

impl Focus {
    /// Every pair with every rule, and with none, in turn.
    pub(super) fn nth(case: usize) -> Focus {
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

/// What hardly comes about by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Recipe {
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
