//! Random read queries as source text, correct by construction, with the parameters of their request.

mod expressions;
mod fragments;
mod given;
mod objects;
mod paths;
mod requests;
mod stages;
mod texts;
mod unions;
mod values;

pub(crate) use fragments::calling_a_fragment;
pub(crate) use given::given_a_node;
use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value as Json};

use super::graphs::{Class, EDGES, EdgeTy, INTERFACE, Kind, NODES, Shape, properties};
pub(super) use objects::nested;
pub(super) use paths::has_edge_of_several;
pub(super) use requests::{expressions, pairs, thirds};
pub(super) use stages::{flat_and_staged, staged};
pub(super) use unions::{apart_and_united, united};

#[derive(Clone)]
pub(crate) struct Request {
    pub text: String,
    pub params: Map<String, Json>,
    pub ordered: bool,
    pub limited: bool,
}

#[derive(Clone)]
struct Variable {
    name: String,
    ty: &'static str,
    edge: bool,
    /// By a binding, not only by traversals.
    bound: bool,
    /// In rows for which an optional block finds nothing.
    missing: bool,
}

pub(crate) struct Writer<'r> {
    rng: &'r mut SmallRng,
    names: usize,
    parameters: Vec<String>,
    params: Map<String, Json>,
    /// The value variables of the pattern, as they are written.
    values: Vec<(String, Kind)>,
    /// Paths, and lists that are known of them.
    found: Vec<String>,
    /// Whether a null parameter may take the comparison around it along.
    skips: bool,
    /// Whether a block may stand in an expression.
    blocks: bool,
    /// Nodes and edges of an outermost block; the reference has to try all of each.
    most: usize,
    /// Whether variables may be of the interface.
    things: bool,
}

pub(crate) fn request(rng: &mut SmallRng) -> Request {
    let mut writer = Writer {
        things: true,
        ..Writer::new(rng)
    };
    let (clauses, scope) = writer.block(&[], 0);
    let (projections, order) = writer.results(&scope);
    let limited = writer.rng.random_bool(0.25);
    let ordered = !order.is_empty();
    let mut text = format!(
        "query q({}) {{\n    match {{\n{clauses}    }}\n    return {{ {projections} }}\n",
        writer.parameters.join(", ")
    );
    if ordered {
        text += &format!("    order {{ {} }}\n", order.join(", "));
    }
    if limited {
        text += &format!("    limit {}\n", writer.rng.random_range(0..6));
    }
    text += "}\n";
    Request {
        text,
        params: writer.params,
        ordered,
        limited,
    }
}

/// An expression, and the parameters that it needs.
pub(super) struct Part {
    pub text: String,
    pub parameters: Vec<String>,
    pub params: Map<String, Json>,
}

/// An expression of a statement whose value has this shape, over the properties of its row if it has one. Its parameters
/// come behind those that are known.
pub(super) fn of_row(rng: &mut SmallRng, row: Option<&'static str>, shape: Shape, known: Part) -> Part {
    let mut writer = Writer {
        parameters: known.parameters,
        params: known.params,
        blocks: false,
        ..Writer::new(rng)
    };
    // No search may be about it, as about an edge.
    let scope: Vec<Variable> = row
        .map(|ty| Variable {
            name: "row".to_owned(),
            ty,
            edge: true,
            bound: true,
            missing: false,
        })
        .into_iter()
        .collect();
    let depth = writer.choose(&[1, 1, 2, 3]);
    // The row as a whole has no name.
    let text = loop {
        let text = writer.expression(&scope, shape, depth).replace("$row.", "");
        if !text.contains("$row") {
            break text;
        }
    };
    Part {
        text,
        parameters: writer.parameters,
        params: writer.params,
    }
}

/// A query that returns its nodes, the same with `exists { … }`, and the same with `not { … }` of the same block.
pub(super) fn partition(rng: &mut SmallRng) -> Option<[Request; 3]> {
    let mut writer = Writer {
        things: rng.random_bool(0.3),
        ..Writer::new(rng)
    };
    // Little that would leave no rows to divide.
    let (mut clauses, mut scope, mut budget) = (Vec::new(), Vec::new(), 4);
    for _ in 0..writer.choose(&[1, 1, 2]) {
        writer.binding(&mut clauses, &mut scope, &mut budget);
    }
    if writer.chance(0.5) {
        writer.traversal(&mut clauses, &mut scope, &mut budget);
    }
    if scope.is_empty() {
        return None;
    }
    let clauses: String = clauses.iter().map(|clause| format!("        {clause}\n")).collect();
    let (inner, _) = writer.block(&scope, 1);
    let shown: Vec<String> = scope
        .iter()
        .filter(|v| !v.edge)
        .map(|v| format!("${}", v.name))
        .collect();
    if shown.is_empty() {
        return None;
    }
    let forms = [
        String::new(),
        format!("exists {{ {inner} }}\n"),
        format!("not {{ {inner} }}\n"),
    ];
    Some(forms.map(|form| Request {
        text: format!(
            "query q({}) {{\n    match {{\n{clauses}{form}    }}\n    return {{ {} }}\n}}\n",
            writer.parameters.join(", "),
            shown.join(", ")
        ),
        params: writer.params.clone(),
        ordered: false,
        limited: false,
    }))
}

impl Writer<'_> {
    fn chance(&mut self, of: f64) -> bool {
        self.rng.random_bool(of)
    }

    fn choose<T: Clone>(&mut self, from: &[T]) -> T {
        from.choose(self.rng).expect("something to choose from").clone()
    }

    /// Names whose order is not the order in which they come up.
    fn fresh(&mut self) -> String {
        self.names += 1;
        let letters = [
            "p", "c", "z", "a", "m", "t", "b", "y", "k", "d", "s", "e", "w", "x", "n", "g",
        ];
        let letter = letters[(self.names - 1) % letters.len()];
        if self.names > letters.len() {
            format!("{letter}{}", self.names)
        } else {
            letter.to_owned()
        }
    }

    /// The clauses of a block, and the variables one may use after it. An inner block begins with a link to the outer, or
    /// stands alone if there is none.
    fn block(&mut self, outer: &[Variable], depth: usize) -> (String, Vec<Variable>) {
        let mut clauses: Vec<String> = Vec::new();
        let mut scope = outer.to_vec();
        // What is known of a node in this block alone.
        let mut things = scope.iter_mut().filter(|own| own.ty == INTERFACE.name && !own.missing);
        if depth > 0
            && let Some(thing) = things.next()
            && self.rng.random_bool(0.3)
        {
            thing.ty = NODES[self.rng.random_range(0..NODES.len())].name;
            clauses.push(format!("${} is {}", thing.name, thing.ty));
        }
        let mut budget = if depth == 0 { self.most } else { 2 };
        if depth == 0 {
            // What a stage hands on is enough to go on from.
            let new: &[usize] = if outer.is_empty() {
                &[0, 1, 1, 1, 1, 2]
            } else {
                &[0, 0, 0, 0, 1]
            };
            for _ in 0..self.choose(new) {
                self.binding(&mut clauses, &mut scope, &mut budget);
            }
            if scope.is_empty() {
                let edge = self.choose(&[0, 1, 2, 3]);
                self.loose(edge, &mut clauses, &mut scope, &mut budget);
            }
        } else if outer.is_empty() {
            self.binding(&mut clauses, &mut scope, &mut budget);
        } else {
            let linked = self.choose(&[true, true, false]) && self.traversal(&mut clauses, &mut scope, &mut budget);
            if !linked {
                let one = self.choose(&scope);
                if one.edge || self.chance(0.7) {
                    let filter = self.filter(std::slice::from_ref(&one), &scope);
                    clauses.push(filter);
                } else {
                    let written = outer.iter().find(|known| known.name == one.name);
                    let ty = written.map_or(one.ty, |known| known.ty);
                    let matches = self.matches(ty);
                    clauses.push(format!("${}: {ty}{matches}", one.name));
                }
            }
        }
        for _ in 0..self.rng.random_range(0..=3 - depth.min(2)) {
            self.traversal(&mut clauses, &mut scope, &mut budget);
        }
        if budget > 0 && self.chance(0.15) {
            self.edge_of_several(&mut scope, &mut clauses);
        }
        // What blocks bind has no type before they are read.
        let ends = scope.clone();
        if !scope.is_empty() {
            self.further(&mut clauses, &mut scope, depth);
        }
        for _ in 0..self.choose(&[0, 0, 0, 1, 1, 2]) {
            let filter = self.filter(&scope.clone(), &scope.clone());
            clauses.push(filter);
        }
        if scope.len() > 1 && self.chance(0.08) {
            let apart: Vec<String> = (0..self.rng.random_range(2..4))
                .map(|_| format!("${}", self.choose(&scope).name))
                .collect();
            clauses.push(format!("distinct({})", apart.join(", ")));
        }
        if depth == 0 || self.chance(0.2) {
            self.definitions(&scope, depth == 0, &mut clauses);
        }
        if self.chance(if depth == 0 { 0.2 } else { 0.05 }) {
            self.paths(&ends, depth == 0, &mut clauses);
        }
        if self.chance(0.1) {
            self.walk(&ends, &mut clauses);
        }
        // A block without a variable has none to link others to.
        if depth < 2 && !scope.is_empty() {
            for _ in 0..self.choose(&[0, 0, 1, if depth == 0 { 2 } else { 0 }]) {
                let word = self.choose(&["not", "not", "exists"]);
                // What exists need not be linked to anything.
                let alone = word == "exists" && self.chance(0.15);
                let (inner, _) = self.block(if alone { &[] } else { &scope }, depth + 1);
                clauses.push(format!("{word} {{\n{inner}{}}}", "    ".repeat(depth + 2)));
            }
        }
        for place in (1..clauses.len()).rev() {
            clauses.swap(place, self.rng.random_range(0..=place));
        }
        let indent = "    ".repeat(depth + 2);
        let text = clauses.iter().map(|clause| format!("{indent}{clause}\n")).collect();
        (text, scope)
    }

    /// Optional blocks and alternatives, whose variables are among those of the scope from then on.
    fn further(&mut self, clauses: &mut Vec<String>, scope: &mut Vec<Variable>, depth: usize) {
        if depth >= 2 {
            return;
        }
        let (open, close) = ("{\n", format!("{}}}", "    ".repeat(depth + 2)));
        // Others may seem to be what the block finds.
        let known: Vec<Variable> = scope.iter().filter(|v| v.bound && !v.missing).cloned().collect();
        if self.chance(0.2) {
            let (inner, within) = self.block(&known, depth + 1);
            let mut new: Vec<Variable> = within[known.len()..].to_vec();
            clauses.push(format!("optional {open}{inner}{close}"));
            new.iter_mut().for_each(|variable| variable.missing = true);
            // What such a block goes on from may be missing.
            let mut from: Vec<Variable> = new.iter().filter(|variable| !variable.edge).cloned().collect();
            if !from.is_empty() && self.chance(0.4) {
                let (mut steps, mut budget) = (Vec::new(), 1);
                from.truncate(1);
                if self.traversal(&mut steps, &mut from, &mut budget) {
                    clauses.push(format!("optional {{ {} }}", steps.join("  ")));
                    let mut further = from.split_off(1);
                    further.iter_mut().for_each(|variable| variable.missing = true);
                    new.extend(further);
                }
            }
            scope.extend(new);
        }
        if self.chance(0.12) {
            let (one, _) = self.block(&known, depth + 1);
            let (other, _) = self.block(&known, depth + 1);
            clauses.push(format!("either {open}{one}{close} or {open}{other}{close}"));
        }
        if !known.is_empty() && self.chance(0.12) {
            self.alternatives(clauses, scope, &known);
        }
    }

    /// Blocks that bind the same variable.
    fn alternatives(&mut self, clauses: &mut Vec<String>, scope: &mut Vec<Variable>, known: &[Variable]) {
        let nodes: Vec<Variable> = known.iter().filter(|variable| !variable.edge).cloned().collect();
        let Some(from) = nodes.choose(self.rng).cloned() else {
            return;
        };
        let edges: Vec<&EdgeTy> = EDGES.iter().filter(|edge| edge.from == from.ty).collect();
        let Some(first) = edges.choose(self.rng).copied() else {
            return;
        };
        let name = self.fresh();
        if self.things && self.chance(0.3) {
            // Nodes of different types with one interface.
            let mut blocks = Vec::new();
            for ty in [self.choose(&["Item", "Slot"]), self.choose(&["Place", "Item"])] {
                let matches = match self.chance(0.3) {
                    true => self.matches(ty),
                    false => String::new(),
                };
                blocks.push(format!("{{ ${name}: {ty}{matches} }}"));
            }
            let is_one = blocks.iter().all(|block| block.contains(": Item"));
            clauses.push(format!("either {}", blocks.join(" or ")));
            scope.push(Variable {
                name,
                ty: if is_one { "Item" } else { INTERFACE.name },
                edge: false,
                bound: true,
                missing: false,
            });
            return;
        }
        let variable = Variable {
            name: name.clone(),
            ty: first.to,
            edge: false,
            bound: true,
            missing: false,
        };
        let mut blocks = Vec::new();
        for _ in 0..self.choose(&[2, 2, 3]) {
            let fitting: Vec<&EdgeTy> = edges.iter().filter(|edge| edge.to == first.to).copied().collect();
            let mut block = match fitting.choose(self.rng) {
                Some(edge) if self.chance(0.7) => format!("${} {} ${name}", from.name, edge.word),
                _ => format!("${name}: {}{}", first.to, self.matches(first.to)),
            };
            if self.chance(0.4) {
                let among = [variable.clone(), from.clone()];
                block = format!("{block}  {}", self.filter(&among[..1], &among));
            }
            blocks.push(format!("{{ {block} }}"));
        }
        clauses.push(format!("either {}", blocks.join(" or ")));
        scope.push(variable);
    }

    fn binding(&mut self, clauses: &mut Vec<String>, scope: &mut Vec<Variable>, budget: &mut usize) {
        let mut ty = self.choose(&[NODES[0].name, NODES[0].name, NODES[1].name, NODES[2].name]);
        if *budget == 0 {
            return;
        }
        if self.things && self.chance(0.1) {
            ty = INTERFACE.name;
        }
        *budget -= 1;
        let matches = if self.chance(0.15) {
            self.matches(ty)
        } else {
            String::new()
        };
        if self.chance(0.08) {
            clauses.push(format!("$_: {ty}{matches}"));
        } else {
            let name = self.fresh();
            clauses.push(format!("${name}: {ty}{matches}"));
            if ty == INTERFACE.name && self.chance(0.25) {
                ty = self.choose(&["Item", "Item", "Item", "Place", "Slot"]);
                clauses.push(format!("${name} is {ty}"));
            }
            scope.push(Variable {
                name,
                ty,
                edge: false,
                bound: true,
                missing: false,
            });
        }
    }

    /// A traversal whose ends nothing else introduces.
    fn loose(&mut self, edge: usize, clauses: &mut Vec<String>, scope: &mut Vec<Variable>, budget: &mut usize) {
        let edge = &EDGES[edge];
        *budget = budget.saturating_sub(2);
        let (from, to) = (self.fresh(), self.fresh());
        clauses.push(format!("${from} {} ${to}", edge.word));
        for (name, ty) in [(from, edge.from), (to, edge.to)] {
            scope.push(Variable {
                name,
                ty,
                edge: false,
                bound: false,
                missing: false,
            });
        }
    }

    /// A step from a known node to a new one, an anonymous one or another known one. False if there is none to take.
    fn traversal(&mut self, clauses: &mut Vec<String>, scope: &mut Vec<Variable>, budget: &mut usize) -> bool {
        let nodes: Vec<Variable> = scope.iter().filter(|v| !v.edge).cloned().collect();
        if nodes.is_empty() {
            return false;
        }
        let known = self.choose(&nodes);
        let is_thing = known.ty == INTERFACE.name;
        let fitting: Vec<usize> = (0..EDGES.len())
            .filter(|i| is_thing || EDGES[*i].from == known.ty || EDGES[*i].to == known.ty)
            .collect();
        if fitting.is_empty() {
            return false;
        }
        let edge = &EDGES[self.choose(&fitting)];
        let alike = edge.from == edge.to;
        // Whether the known node is where the edge starts.
        let source = if alike || is_thing {
            self.chance(0.5)
        } else {
            edge.from == known.ty
        };
        let other_ty = if source { edge.to } else { edge.from };
        let others: Vec<Variable> = nodes
            .iter()
            .filter(|v| v.ty == other_ty || v.ty == INTERFACE.name)
            .cloned()
            .collect();
        let mut other_thing = false;
        let mut other_bound = false;
        let other = if !others.is_empty() && self.chance(0.3) {
            let other = self.choose(&others);
            other_bound = other.bound;
            other_thing = other.ty == INTERFACE.name;
            other.name
        } else if *budget == 0 {
            return false;
        } else if self.chance(0.2) {
            *budget -= 1;
            "_".to_owned()
        } else {
            *budget -= 1;
            let name = self.fresh();
            let mut bound = false;
            if self.chance(0.3) {
                let matches = if self.chance(0.3) {
                    self.matches(other_ty)
                } else {
                    String::new()
                };
                clauses.push(format!("${name}: {other_ty}{matches}"));
                bound = true;
            }
            other_bound = bound;
            scope.push(Variable {
                name: name.clone(),
                ty: other_ty,
                edge: false,
                bound,
                missing: false,
            });
            name
        };
        let (mut left, mut right) = if source {
            (known.name, other)
        } else {
            (other, known.name)
        };
        // Where both directions fit, the text decides.
        let turns = !alike && !is_thing && !other_thing;
        if turns && (known.bound || other_bound) && self.chance(0.3) {
            std::mem::swap(&mut left, &mut right);
        }
        let word = if alike && self.chance(0.3) {
            format!("<{}>", edge.word)
        } else {
            edge.word.to_owned()
        };
        let form = self.rng.random_range(0..10);
        if form < 3 && *budget > 0 {
            *budget -= 1;
            let name = self.fresh();
            clauses.push(format!("${left} ${name}:{word} ${right}"));
            scope.push(Variable {
                name,
                ty: edge.ty.name,
                edge: true,
                bound: true,
                missing: false,
            });
        } else if form < 6 {
            let min = self.choose(&[1, 1, 1, 2, 3]);
            let max = min + self.choose(&[0, 0, 1, 2]);
            clauses.push(format!("${left} {word}{{{min},{max}}} ${right}"));
        } else {
            clauses.push(format!("${left} {word} ${right}"));
        }
        true
    }

    fn matches(&mut self, ty: &'static str) -> String {
        let usable: Vec<(&str, Shape)> = properties(ty)
            .iter()
            .filter(|(_, shape)| *shape != Shape::Vector)
            .copied()
            .collect();
        let (name, shape) = self.choose(&usable);
        let (Shape::Scalar(kind) | Shape::List(kind)) = shape else {
            return " { }".into();
        };
        let value = if kind == Kind::Enum && self.chance(0.7) {
            Kind::Enum.value(self.rng).to_string()
        } else if kind == Kind::Enum {
            self.parameter(Kind::Enum)
        } else {
            self.constant(kind.class(), Some(kind))
        };
        format!(" {{ {name}: {value} }}")
    }

    /// A search in a text of one of some nodes.
    fn search(&mut self, about: &[Variable]) -> Option<String> {
        let nodes = about.iter().filter(|variable| !variable.edge);
        let texts: Vec<String> = nodes
            .flat_map(|variable| {
                let texts = properties(variable.ty).iter();
                let texts = texts.filter(|(_, shape)| *shape == Shape::Scalar(Kind::Text));
                texts.map(|(name, _)| format!("${}.{name}", variable.name))
            })
            .collect();
        if texts.is_empty() {
            return None;
        }
        let text = self.choose(&texts);
        let words = if self.chance(0.3) {
            self.parameter(Kind::Text)
        } else {
            let words = [
                "graph", "GRAPHS", "a tree", "vectr", "ab", "the", "", "ä", "abc graf", "b",
            ];
            format!("{:?}", self.choose(&words))
        };
        Some(match self.rng.random_range(0..4) {
            0 => format!("search({text}, {words})"),
            1 => format!("match_text({text}, {words})"),
            2 => format!("fuzzy({text}, {words})"),
            _ => format!("fuzzy({text}, {words}, {})", self.choose(&[0, 1, 2, 3])),
        })
    }

    /// A comparison whose left or right side is a property of one of `about`, or a search.
    fn filter(&mut self, about: &[Variable], scope: &[Variable]) -> String {
        if self.chance(0.15)
            && let Some(search) = self.search(about)
        {
            return search;
        }
        if let Some(thing) = about.iter().find(|one| one.ty == INTERFACE.name)
            && self.chance(0.2)
        {
            let ty = self.choose(&["Item", "Item", "Place", "Slot"]);
            let name = &thing.name;
            // In parentheses it narrows nothing.
            return match self.rng.random_range(0..5) {
                0 => format!("(${name} is {ty} or ${name}.d is null)"),
                1 => format!("${name} is not {ty}"),
                2 => format!("(${name} is {ty} or ${name}.d > 0.5)"),
                3 => format!("not (${name} is {ty} and ${name}.d < 0.5)"),
                _ => format!("type(${name}) {} {ty:?}", self.choose(&["=", "!=", "<"])),
            };
        }
        if let Some(edge) = about.iter().find(|one| one.ty.contains('|'))
            && self.chance(0.2)
        {
            let ty = self.choose(&["Link", "At", "Road", "Uses"]);
            return format!("type(${}) {} {ty:?}", edge.name, self.choose(&["=", "!=", "<"]));
        }
        let mut candidates = Vec::new();
        for variable in about {
            for (name, shape) in properties(variable.ty) {
                if *shape != Shape::Vector {
                    candidates.push((format!("${}.{name}", variable.name), *shape));
                }
            }
        }
        if candidates.is_empty() {
            return "1 = 1".into();
        }
        let (property, shape) = self.choose(&candidates);
        let kind = match shape {
            Shape::List(kind) => {
                let item = self.operand(kind.class(), Some(kind), scope);
                return format!("{property} contains {item}");
            }
            Shape::Scalar(kind) => kind,
            Shape::Vector => unreachable!("left out above"),
        };
        if self.chance(0.12) {
            let list = self.list(kind.class());
            return format!("{list} contains {property}");
        }
        if kind.class() == Class::Text && self.chance(0.35) {
            let op = self.choose(&["contains", "starts_with"]);
            let other = self.operand(Class::Text, None, scope);
            return if self.chance(0.7) {
                format!("{property} {op} {other}")
            } else {
                format!("{other} {op} {property}")
            };
        }
        let op = self.choose(&["=", "=", "!=", "<", "<=", ">", ">="]);
        let other = self.operand(kind.class(), Some(kind), scope);
        if self.chance(0.7) {
            format!("{property} {op} {other}")
        } else {
            format!("{other} {op} {property}")
        }
    }

    fn results(&mut self, scope: &[Variable]) -> (String, Vec<String>) {
        let mut scalars: Vec<(String, Kind)> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        for variable in scope {
            for (name, shape) in properties(variable.ty) {
                let text = format!("${}.{name}", variable.name);
                match shape {
                    Shape::Scalar(kind) => scalars.push((text, *kind)),
                    Shape::List(_) | Shape::Vector => others.push(text),
                }
            }
            others.push(format!("${}", variable.name));
        }
        scalars.extend(self.values.clone());
        others.extend(self.found.clone());
        if scalars.is_empty() {
            return ("1 as one".into(), Vec::new());
        }
        if self.chance(0.3) {
            self.aggregates(&scalars, scope)
        } else {
            self.plain(&scalars, &others)
        }
    }

    fn plain(&mut self, scalars: &[(String, Kind)], others: &[String]) -> (String, Vec<String>) {
        let mut projections: Vec<String> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        for number in 0..self.rng.random_range(1..4) {
            match self.rng.random_range(0..8) {
                0 | 1 if !others.is_empty() => {
                    let other = self.choose(others);
                    projections.push(format!("{other} as c{number}"));
                }
                2 => {
                    let kind = self.choose(scalars).1;
                    let parameter = self.parameter(kind);
                    projections.push(format!("{parameter} as c{number}"));
                }
                3 => {
                    let constant =
                        self.choose(&["7", "2.5", "\"x\"", "true", "now()", "date(\"2024-02-29\")", "[1, 2]"]);
                    projections.push(format!("{constant} as c{number}"));
                }
                _ => {
                    let (text, _) = self.choose(scalars);
                    if self.chance(0.5) && !projections.contains(&text) {
                        projections.push(text);
                    } else {
                        projections.push(format!("{text} as c{number}"));
                        keys.push(format!("c{number}"));
                    }
                }
            }
        }
        let mut order = Vec::new();
        if self.chance(0.6) {
            for _ in 0..self.rng.random_range(1..3) {
                let key = if !keys.is_empty() && self.chance(0.4) {
                    self.choose(&keys)
                } else {
                    self.choose(scalars).0
                };
                order.push(format!("{key}{}", self.choose(&["", " asc", " desc"])));
            }
        }
        (projections.join("  "), order)
    }

    fn aggregates(&mut self, scalars: &[(String, Kind)], scope: &[Variable]) -> (String, Vec<String>) {
        let mut projections: Vec<String> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        let nodes: Vec<&Variable> = scope.iter().filter(|v| !v.edge).collect();
        for number in 0..self.rng.random_range(0..3) {
            if !nodes.is_empty() && self.chance(0.25) {
                let node = self.choose(&nodes);
                projections.push(format!("${} as g{number}", node.name));
            } else {
                let (text, _) = self.choose(scalars);
                projections.push(format!("{text} as g{number}"));
                keys.push(if self.chance(0.5) { text } else { format!("g{number}") });
            }
        }
        for number in 0..self.rng.random_range(1..4) {
            let (text, kind) = self.choose(scalars);
            let mut functions = vec!["count", "min", "max"];
            if kind.class() == Class::Number {
                functions.extend(["sum", "avg", "sum"]);
            }
            let argument = if !nodes.is_empty() && self.chance(0.2) {
                functions = vec!["count"];
                format!("${}", self.choose(&nodes).name)
            } else if self.chance(0.1) {
                functions = vec!["count", "sum"];
                self.choose(&["1", "2.5"]).into()
            } else {
                text
            };
            let function = self.choose(&functions);
            projections.push(format!("{function}({argument}) as n{number}"));
            keys.push(format!("n{number}"));
        }
        let mut order = Vec::new();
        if self.chance(0.6) && !keys.is_empty() {
            for _ in 0..self.rng.random_range(1..3) {
                let key = self.choose(&keys);
                order.push(format!("{key}{}", self.choose(&["", " asc", " desc"])));
            }
        }
        (projections.join(", "), order)
    }
}
