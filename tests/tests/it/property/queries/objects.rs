//! Queries that return objects: chosen members, nested ones, lists of objects, beside aggregates and among distinct rows.

use rand::Rng;
use rand::rngs::SmallRng;

use super::super::graphs::{Kind, Shape, properties};
use super::{Request, Variable, Writer};

/// How deep objects and lists stand in each other.
const DEEPEST: usize = 2;

/// What it returns is determined to the last row: by keys, by ids, or by the columns.
pub(crate) fn nested(rng: &mut SmallRng) -> Request {
    let mut writer = Writer {
        most: 2,
        ..Writer::new(rng)
    };
    let (clauses, scope) = match writer.chance(0.3) {
        true => writer.block(&[], 0),
        false => writer.some(),
    };
    let text = match scope.is_empty() {
        true => "        return { 1 as one }\n".to_owned(),
        false => writer.objects(&scope),
    };
    Request {
        text: format!(
            "query q({}) {{\n    match {{\n{clauses}    }}\n{text}}}\n",
            writer.parameters.join(", ")
        ),
        params: writer.params.clone(),
        ordered: true,
        limited: false,
    }
}

impl Writer<'_> {
    /// A pattern that mostly finds something.
    fn some(&mut self) -> (String, Vec<Variable>) {
        let (mut clauses, mut scope) = (Vec::new(), Vec::new());
        while scope.is_empty() {
            self.binding(&mut clauses, &mut scope, &mut 2);
        }
        if self.chance(0.5) {
            self.traversal(&mut clauses, &mut scope, &mut 2);
        }
        if self.chance(0.5) {
            self.further(&mut clauses, &mut scope, 0);
        }
        let clauses = clauses.iter().map(|clause| format!("        {clause}\n"));
        (clauses.collect(), scope)
    }

    /// `return` of objects, with its tail.
    fn objects(&mut self, scope: &[Variable]) -> String {
        let distinct = self.chance(0.3);
        let grouped = self.chance(0.3);
        let mut columns = Vec::new();
        for number in 0..self.choose(&[1, 1, 2]) {
            let aggregates = grouped && number == 0;
            let object = self.object(scope, 0, aggregates);
            columns.push(format!("{object} as o{number}"));
        }
        let scalars = scalars(scope);
        let mut keys = Vec::new();
        if !scalars.is_empty() && self.chance(0.3) {
            let value = self.choose(&scalars);
            columns.push(format!("{value} as k"));
            keys.push("k".to_owned());
        }
        if grouped && self.chance(0.3) {
            columns.push("count(*) as n".to_owned());
            keys.push("n".to_owned());
        }
        if !distinct && !grouped {
            keys.extend(scalars);
        }
        let word = if distinct { "distinct " } else { "" };
        let mut text = format!("    return {word}{{ {} }}\n", columns.join(", "));
        if !keys.is_empty() && self.chance(0.4) {
            let key = self.choose(&keys);
            text += &format!("    order {{ {key}{} }}\n", self.direction());
        }
        if self.chance(0.3) {
            text += &format!("    limit {}\n", self.rng.random_range(0..6));
        }
        if self.chance(0.15) {
            text += &format!("    offset {}\n", self.rng.random_range(0..3));
        }
        text
    }

    fn direction(&mut self) -> String {
        let direction = self.choose(&["", " asc", " desc"]);
        format!("{direction}{}", self.choose(&["", "", " nulls first", " nulls last"]))
    }

    /// `$p { name, x: … }`; each has a property, by which groups are told apart.
    fn object(&mut self, scope: &[Variable], depth: usize, aggregates: bool) -> String {
        let of = self.choose(scope);
        let mut own: Vec<&str> = properties(of.ty).iter().map(|(name, _)| *name).collect();
        own.push("id");
        if of.edge {
            own.extend(["from", "to"]);
        }
        let mut members: Vec<String> = Vec::new();
        for _ in 0..self.choose(&[1, 1, 2, 3]) {
            let name = self.choose(&own).to_owned();
            if !members.contains(&name) {
                members.push(name);
            }
        }
        for number in 0..self.choose(&[0, 1, 1, 2]) {
            let value = self.member(scope, depth);
            members.push(format!("m{number}: {value}"));
        }
        if aggregates {
            for number in 0..self.choose(&[1, 1, 2]) {
                let value = self.aggregate_member(scope);
                members.push(format!("a{number}: {value}"));
            }
        }
        for place in (1..members.len()).rev() {
            members.swap(place, self.rng.random_range(0..=place));
        }
        format!("${} {{ {} }}", of.name, members.join(", "))
    }

    fn member(&mut self, scope: &[Variable], depth: usize) -> String {
        let scalars = scalars(scope);
        match self.rng.random_range(0..8) {
            0 | 1 if depth < DEEPEST => self.object(scope, depth + 1, false),
            2..=4 if depth < DEEPEST => self.rows(scope, depth + 1),
            5 => format!("${}", self.choose(scope).name),
            6 => {
                let kind = self.choose(&[Kind::I64, Kind::Text, Kind::Bool, Kind::Date]);
                self.parameter(kind)
            }
            _ if scalars.is_empty() => "7".to_owned(),
            _ => self.choose(&scalars),
        }
    }

    fn aggregate_member(&mut self, scope: &[Variable]) -> String {
        let scalars = scalars(scope);
        let one = format!("${}", self.choose(scope).name);
        match self.choose(&scalars.iter().chain([&one]).cloned().collect::<Vec<String>>()) {
            entity if !entity.contains('.') => format!("count({entity})"),
            value => {
                let function = self.choose(&["count", "min", "max", "collect", "collect"]);
                format!("{function}({value})")
            }
        }
    }

    /// `[ { … } => { … } order { … } limit n ]`
    fn rows(&mut self, scope: &[Variable], depth: usize) -> String {
        let (clauses, inner) = match self.chance(0.9) {
            true => self.block(scope, 2),
            false => {
                let (mut clauses, mut own, mut budget) = (Vec::new(), Vec::new(), 1);
                self.binding(&mut clauses, &mut own, &mut budget);
                (clauses.join("\n"), own)
            }
        };
        let clauses = match clauses.trim().is_empty() {
            true => "$_: ".to_owned() + super::NODES[0].name,
            false => clauses,
        };
        if inner.is_empty() {
            return format!("[ {{ {clauses} }} => {{ 1 as one }} ]");
        }
        let scalars = scalars(&inner);
        let mut items = Vec::new();
        let mut keys = scalars.clone();
        for number in 0..self.choose(&[1, 1, 2, 3]) {
            match self.rng.random_range(0..8) {
                0 | 1 => items.push(format!("{} as i{number}", self.object(&inner, depth, false))),
                2 => items.push(format!("${} as i{number}", self.choose(&inner).name)),
                _ if scalars.is_empty() => items.push(format!("{number} as i{number}")),
                _ => {
                    items.push(format!("{} as i{number}", self.choose(&scalars)));
                    keys.push(format!("i{number}"));
                }
            }
        }
        let mut text = format!("[ {{\n{clauses}\n}} => {{ {} }}", items.join(", "));
        if !keys.is_empty() && self.chance(0.6) {
            let (first, second) = (self.choose(&keys), self.choose(&keys));
            text += &format!(" order {{ {first}{}", self.direction());
            if self.chance(0.3) {
                text += &format!(", {second}{}", self.direction());
            }
            text += " }";
        }
        if self.chance(0.3) {
            text += &format!(" limit {}", self.rng.random_range(0..4));
        }
        if self.chance(0.2) {
            text += &format!(" offset {}", self.rng.random_range(0..3));
        }
        text + " ]"
    }
}

/// The properties of variables that rows may be ordered by.
fn scalars(scope: &[Variable]) -> Vec<String> {
    let of = scope.iter().flat_map(|variable| {
        let own = properties(variable.ty).iter();
        let own = own.filter(|(_, shape)| matches!(shape, Shape::Scalar(_)));
        own.map(|(name, _)| format!("${}.{name}", variable.name))
    });
    of.collect()
}
