//! Queries of more than one stage: what `with` hands on, and patterns that go on from it.

use rand::Rng;
use rand::rngs::SmallRng;

use super::super::graphs::{Class, Kind, Shape, properties};
use super::{Request, Variable, Writer};

/// A query of two stages, or three.
pub(crate) fn staged(rng: &mut SmallRng) -> Request {
    let mut writer = Writer {
        most: 3,
        things: true,
        ..Writer::new(rng)
    };
    let (mut text, mut scope) = (String::new(), Vec::new());
    for _ in 0..writer.choose(&[1, 1, 1, 2]) {
        let (clauses, found) = writer.going_on(&scope);
        let (with, handed) = writer.with(&found);
        text += &format!("    match {{\n{clauses}    }}\n{with}");
        scope = handed;
    }
    let (clauses, scope) = writer.going_on(&scope);
    let (projections, order) = writer.results(&scope);
    let ordered = !order.is_empty();
    text += &format!("    match {{\n{clauses}    }}\n    return {{ {projections} }}\n");
    if ordered {
        text += &format!("    order {{ {} }}\n", order.join(", "));
    }
    Request {
        text: format!("query q({}) {{\n{text}}}\n", writer.parameters.join(", ")),
        params: writer.params,
        ordered,
        limited: false,
    }
}

/// A query, and the same in two stages: what is handed on is all that the first block binds, and every row is extended once.
pub(crate) fn flat_and_staged(rng: &mut SmallRng) -> Option<[Request; 2]> {
    let mut writer = Writer::new(rng);
    let (mut first, mut scope, mut budget) = (Vec::new(), Vec::new(), 3);
    for _ in 0..writer.choose(&[1, 1, 2]) {
        writer.binding(&mut first, &mut scope, &mut budget);
    }
    let mut second = Vec::new();
    writer.traversal(&mut second, &mut scope, &mut budget);
    let known = scope.clone();
    for _ in 0..writer.choose(&[0, 1, 2]) {
        let filter = writer.filter(&known, &known);
        second.push(filter);
    }
    let bound: Vec<String> = first
        .iter()
        .filter_map(|clause| clause.split(':').next())
        .map(str::to_owned)
        .collect();
    if second.is_empty() || bound.is_empty() || bound.iter().any(|name| name == "$_") {
        return None;
    }
    let (projections, order) = writer.results(&scope);
    let (first, second) = (first.join("\n"), second.join("\n"));
    let tail = match order.is_empty() {
        true => String::new(),
        false => format!("    order {{ {} }}\n", order.join(", ")),
    };
    let seam = [
        String::new(),
        format!("}}\n    with {{ {} }}\n    match {{\n", bound.join(", ")),
    ];
    Some(seam.map(|seam| Request {
        text: format!(
            "query q({}) {{\n    match {{\n{first}\n{seam}{second}\n    }}\n    return {{ {projections} }}\n{tail}}}\n",
            writer.parameters.join(", ")
        ),
        params: writer.params.clone(),
        ordered: !order.is_empty(),
        limited: false,
    }))
}

impl Writer<'_> {
    /// A block that goes on from what is handed on. Nothing is linked to what may be missing.
    pub(super) fn going_on(&mut self, handed: &[Variable]) -> (String, Vec<Variable>) {
        let (missing, known): (Vec<Variable>, Vec<Variable>) = handed.iter().cloned().partition(|own| own.missing);
        loop {
            let (clauses, mut scope) = self.block(&known, 0);
            // A block holds a clause.
            if !clauses.is_empty() {
                scope.extend(missing);
                return (clauses, scope);
            }
        }
    }

    /// `with`, its tail, and what it hands on.
    pub(super) fn with(&mut self, found: &[Variable]) -> (String, Vec<Variable>) {
        let mut scalars: Vec<(String, Kind)> = self.values.clone();
        for variable in found {
            for (name, shape) in properties(variable.ty) {
                if let Shape::Scalar(kind) = shape {
                    scalars.push((format!("${}.{name}", variable.name), *kind));
                }
            }
        }
        let (mut items, mut handed, mut values, mut keys) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for variable in found {
            if !self.chance(0.5) {
                continue;
            }
            let mut variable = variable.clone();
            if self.chance(0.2) {
                let name = self.fresh();
                items.push(format!("${} as ${name}", variable.name));
                variable.name = name;
            } else {
                items.push(format!("${}", variable.name));
            }
            variable.bound = true;
            handed.push(variable);
        }
        let grouped = self.chance(0.5);
        for _ in 0..self.choose(&[0, 1, 1, 2]) {
            if scalars.is_empty() {
                break;
            }
            let (text, kind) = self.choose(&scalars);
            let name = format!("${}", self.fresh());
            let (value, kind) = match grouped {
                true => match self.rng.random_range(0..5) {
                    0 => ("count(*)".to_owned(), Kind::I64),
                    1 if kind.class() == Class::Number => (format!("avg({text})"), Kind::F64),
                    2 => (format!("max({text})"), kind),
                    3 => (format!("count(distinct {text})"), Kind::I64),
                    _ => (format!("min({text})"), kind),
                },
                false => (text, kind),
            };
            keys.push(name.clone());
            items.push(format!("{value} as {name}"));
            values.push((name, kind));
        }
        if items.is_empty() {
            let name = format!("${}", self.fresh());
            items.push(format!("count(*) as {name}"));
            values.push((name, Kind::I64));
        }
        self.values = values;
        self.found.clear();
        let distinct = if self.chance(0.2) { "distinct " } else { "" };
        let mut text = format!("    with {distinct}{{ {} }}\n", items.join(", "));
        // What is handed on tells groups apart, and so do its properties.
        if let Some(own) = handed.first().cloned() {
            let scalars = properties(own.ty)
                .iter()
                .filter(|(_, shape)| matches!(shape, Shape::Scalar(_)));
            let scalars: Vec<String> = scalars.map(|(name, _)| format!("${}.{name}", own.name)).collect();
            if !scalars.is_empty() && self.chance(0.4) {
                let key = self.choose(&scalars);
                keys.insert(0, key);
            }
        }
        if let Some(key) = keys.first()
            && self.chance(0.25)
        {
            text += &format!("    having {{ {key} is not null }}\n");
        }
        if self.chance(0.35) {
            if !keys.is_empty() && self.chance(0.7) {
                let key = self.choose(&keys);
                text += &format!("    order {{ {key}{} }}\n", self.choose(&["", " desc", " nulls last"]));
            }
            text += &format!("    limit {}\n", self.rng.random_range(0..5));
            if self.chance(0.3) {
                text += &format!("    offset {}\n", self.rng.random_range(0..3));
            }
        }
        (text, handed)
    }
}
