//! Patterns as clauses of a block.

use std::collections::BTreeMap;
use std::ops::Range;

use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::EdgeType;

use crate::ast::{Clause, Comparison, Direction, Expr, ExprKind, Hops, Labels, Link, Path, Search};
use crate::codes;
use crate::names;
use crate::value::{Level, Ty, Value, binary};

use super::Translator;
use super::inference::Typed;

/// A path that may be read.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// What it is called here.
    pub(super) variable: String,
    /// Whether there may be none.
    pub(super) nullable: bool,
}

/// A relationship of variable length.
struct Walk<'p> {
    /// The pattern that it is part of.
    path: &'p Path,
    link: &'p Link,
    hops: &'p Hops,
    edge: &'p EdgeType,
    /// What the nodes at its ends are called here.
    ends: (&'p str, &'p str),
}

/// The text of a variable that stands for a path.
pub(super) const PATH: &str = "path";

/// The most variables that `distinct(…)` takes.
const MOST_DISTINCT: usize = 16;

impl Translator<'_> {
    /// Names the nodes of patterns, and relationships that the statement names.
    pub(super) fn declare(&mut self, paths: &[&Path], typed: &Typed, block: &mut Vec<String>) {
        for (at, slot) in typed.slots.iter().enumerate() {
            if slot.outer {
                continue;
            }
            let Some(name) = slot.name.clone() else {
                continue;
            };
            let ty = slot.ty.clone().map_or(Ty::Unknown, Ty::Node);
            let variable = self.fresh(&name);
            if let (0, Ty::Node(ty)) = (slot.links, &ty) {
                let braces = paths.iter().zip(&typed.nodes).any(|(path, nodes)| {
                    let mut places = path.nodes.iter().zip(nodes);
                    places.any(|(node, slot)| *slot == at && !node.properties.is_empty())
                });
                if !braces {
                    block.push(format!("{variable}: {ty}"));
                }
            }
            let mut value = Value::primary(variable, ty);
            value.reads = true;
            self.bind(&name, value);
        }
        for (at, path) in paths.iter().enumerate() {
            if let Some(name) = &path.variable {
                // Only a use of it is a problem.
                self.bind(&name.text, Value::primary(PATH, Ty::Unknown));
            }
            for (place, link) in path.links.iter().enumerate() {
                let Some(name) = &link.variable else {
                    continue;
                };
                if self.lookup(&name.text).is_some() && link.hops.is_none() {
                    let message = format!("`{}` is bound already", name.text);
                    self.report(
                        &codes::VARIABLE,
                        name.span,
                        message,
                        "give each relationship a name of its own",
                    );
                }
                if let Some(written) = link.types.names.first() {
                    self.spellings.insert(name.text.clone(), written.text.clone());
                }
                if link.hops.is_some() {
                    self.bind(&name.text, Value::primary(PATH, Ty::Unknown));
                    continue;
                }
                let ty = typed.links[at][place].clone().map_or(Ty::Unknown, Ty::Edge);
                let mut value = Value::primary(self.fresh(&name.text), ty);
                value.reads = true;
                self.bind(&name.text, value);
            }
        }
    }

    /// The patterns of one `MATCH`, which are those of this range.
    pub(super) fn matched(
        &mut self,
        paths: &[&Path],
        typed: &Typed,
        range: Range<usize>,
        insensitive: bool,
        apart: &[(String, String)],
        block: &mut Vec<String>,
    ) {
        // How many relationships of a type there are: in openCypher no two of one MATCH are the same.
        let mut of_type: BTreeMap<String, usize> = BTreeMap::new();
        for links in &typed.links[range.clone()] {
            for edge in links.iter().flatten() {
                *of_type.entry(edge.clone()).or_default() += 1;
            }
        }
        let mut variables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for at in range {
            let path = paths[at];
            if let Some(span) = path.searched {
                if let Err((reason, help)) = self.search(path, typed, at, &of_type, block) {
                    self.report(&codes::PATH, span, format!("these paths have no equal: {reason}"), help);
                }
                continue;
            }
            let texts = self.nodes_of(path, typed, at, block);
            for (place, link) in path.links.iter().enumerate() {
                let Some(edge) = self.edge(typed, at, place) else {
                    continue;
                };
                let pair = (texts[place].as_str(), texts[place + 1].as_str());
                let repeated = !self.is_kuzu() && of_type.get(&edge.name).copied().unwrap_or(0) > 1;
                if let Some(hops) = hops_of(link) {
                    let walk = Walk {
                        path,
                        link,
                        hops,
                        edge: &edge,
                        ends: pair,
                    };
                    self.walk(&walk, (insensitive, repeated, apart), block);
                    continue;
                }
                let loops = match insensitive {
                    true => None,
                    false => self.loops(link, &edge, pair),
                };
                let variable = match &link.variable {
                    Some(name) => self.lookup(&name.text).map(|value| value.text.clone()),
                    None if insensitive && !repeated && link.properties.is_empty() && link.condition.is_none() => None,
                    None => Some(self.fresh("r")),
                };
                block.push(step(link.direction, &edge, pair, variable.as_deref(), ""));
                block.extend(loops);
                if let Some(variable) = variable {
                    let mut value = Value::primary(variable.clone(), Ty::Edge(edge.name.clone()));
                    value.reads = true;
                    self.entries(&value, &link.properties, block);
                    variables.entry(edge.name.clone()).or_default().push(variable);
                }
                if let Some(condition) = &link.condition {
                    self.condition(condition, block);
                }
            }
        }
        if self.is_kuzu() {
            return;
        }
        for all in variables.into_values() {
            match all.as_slice() {
                [] | [_] => {}
                [a, b] => block.push(format!("{a} != {b}")),
                all if all.len() <= MOST_DISTINCT => block.push(format!("distinct({})", all.join(", "))),
                _ => {
                    let span = paths.first().map_or(Span::at(0), |path| path.span);
                    let message = format!("more than {MOST_DISTINCT} relationships of one type have to differ");
                    self.report(
                        &codes::WALK,
                        span,
                        message,
                        "divide the pattern between several `MATCH`",
                    );
                }
            }
        }
    }

    /// The variables of a path's nodes; what their braces demand becomes clauses.
    fn nodes_of(&mut self, path: &Path, typed: &Typed, at: usize, block: &mut Vec<String>) -> Vec<String> {
        let mut texts = Vec::new();
        for (node, slot) in path.nodes.iter().zip(&typed.nodes[at]) {
            let slot = &typed.slots[*slot];
            let ty = slot.ty.clone().unwrap_or_default();
            let bare = node.properties.is_empty() && node.condition.is_none();
            let text = match &slot.name {
                Some(name) => self.lookup(name).map_or_else(String::new, |value| value.text.clone()),
                None if bare && slot.links == 1 => "$_".to_owned(),
                None => self.fresh(&ty),
            };
            let mut value = Value::primary(text.clone(), Ty::Node(ty.clone()));
            value.reads = true;
            // What is missing is no node of any pattern.
            let missing = slot.outer
                && slot
                    .name
                    .as_ref()
                    .and_then(|name| self.lookup(name))
                    .is_some_and(|v| v.nullable);
            if missing && slot.links == 0 {
                block.push(format!("{text} is not null"));
            }
            if missing {
                self.entries(&value, &node.properties, block);
            } else if slot.ty.is_some() {
                let (braces, rest) = self.braces(&value, &node.properties);
                let labelled = !node.labels.names.is_empty() && !slot.outer && text != "$_";
                let alone = slot.links == 0 && slot.name.is_none();
                if !braces.is_empty() {
                    block.push(format!("{text}: {ty} {{ {} }}", braces.join(", ")));
                } else if (labelled && slot.links > 0) || alone || (slot.links == 0 && !bare && !slot.outer) {
                    let binding = format!("{text}: {ty}");
                    if !block.contains(&binding) {
                        block.push(binding);
                    }
                }
                block.extend(rest);
            }
            if let Some(condition) = &node.condition {
                self.condition(condition, block);
            }
            texts.push(text);
        }
        texts
    }

    /// What braces demand: constants of scalar properties within our braces, everything else as conditions.
    fn braces(&mut self, owner: &Value, entries: &[(Name, Expr)]) -> (Vec<String>, Vec<String>) {
        let (mut braces, mut rest) = (Vec::new(), Vec::new());
        for (name, expr) in entries {
            let property = self.property_of(owner, name);
            let value = self.value(expr);
            let constant = !value.reads && !value.nullable && !property.single;
            let (name_text, scalar) = match property.text.split_once('.') {
                Some((_, own)) => (own.to_owned(), !matches!(property.ty, Ty::List(_))),
                None => continue,
            };
            let Some((property, value)) = self.comparable(property, value, true, expr.span) else {
                continue;
            };
            match constant && scalar {
                true => braces.push(format!("{name_text}: {}", value.text)),
                false => rest.push(clause(&binary(&property, "=", &value, Level::Comparison, Ty::Bool))),
            }
        }
        (braces, rest)
    }

    fn entries(&mut self, owner: &Value, entries: &[(Name, Expr)], block: &mut Vec<String>) {
        for (name, expr) in entries {
            let property = self.property_of(owner, name);
            let value = self.value(expr);
            if let Some((property, value)) = self.comparable(property, value, true, expr.span) {
                block.push(clause(&binary(&property, "=", &value, Level::Comparison, Ty::Bool)));
            }
        }
    }

    /// `shortestPath(…)`, `* SHORTEST` and their like, of a walk from one step on. Why there is no equal, and what to write instead.
    fn search(
        &mut self,
        path: &Path,
        typed: &Typed,
        at: usize,
        of_type: &BTreeMap<String, usize>,
        block: &mut Vec<String>,
    ) -> Result<(), (&'static str, &'static str)> {
        let within = "ask for what is within reach, with `RETURN DISTINCT`";
        let Some(search) = path.search else {
            return Err(("`WSHORTEST` and `ACYCLIC` are not known here", within));
        };
        let ([link], Some(hops)) = (path.links.as_slice(), path.links.first().and_then(hops_of)) else {
            return Err((
                "they are known of one relationship with a `*`",
                "write one, such as `-[:KNOWS*]->`",
            ));
        };
        let from = hops.from.unwrap_or(1);
        if from == 0 || from > 1 && search != Search::Trail {
            return Err(("they are known from 1 step on", "begin there: `*1..5`"));
        }
        if hops.to.is_some_and(|to| to < from || to > u64::from(u32::MAX)) {
            return Err(("a walk has one step at least", "write another bound, such as `*1..5`"));
        }
        if search == Search::Trail && hops.to.is_none() {
            return Err((
                "without an upper bound there is no end to them",
                "write one, such as `*1..5`",
            ));
        }
        let Some(edge) = self.edge(typed, at, 0) else {
            return Ok(());
        };
        if !self.is_kuzu() && of_type.get(&edge.name).copied().unwrap_or(0) > 1 {
            let reason = "no step may be another relationship of the pattern, and ours may";
            return Err((reason, "write a `MATCH` for each"));
        }
        if search == Search::Trail {
            self.check_loop(link, &edge);
        }
        let texts = self.nodes_of(path, typed, at, block);
        let [from, to] = texts.as_slice() else { return Ok(()) };
        // No shortest path leads from a node to itself: Cypher fails there, and Kùzu leaves it out.
        if self.is_kuzu() && search != Search::Trail {
            let (from, to) = match (from.as_str(), to.as_str()) {
                ("$_", _) | (_, "$_") => {
                    return Err((
                        "its ends have to differ, so that both need a name",
                        "give both nodes a name",
                    ));
                }
                ends => ends,
            };
            block.push(format!("{from} != {to}"));
        }
        let walk = Walk {
            path,
            link,
            hops,
            edge: &edge,
            ends: (from, to),
        };
        self.path(&walk, search, block);
        Ok(())
    }

    /// Pushes a search for paths, whose bounds are known to be right.
    fn path(&mut self, walk: &Walk<'_>, search: Search, block: &mut Vec<String>) {
        let Walk {
            path,
            link,
            hops,
            edge,
            ends: (from, to),
        } = *walk;
        let mut conditions = Vec::new();
        let mut step_edge = Value::primary("$", Ty::Edge(edge.name.clone()));
        step_edge.reads = true;
        self.entries(&step_edge, &link.properties, &mut conditions);
        let bounds = match hops.to {
            Some(to) => format!("{},{to}", hops.from.unwrap_or(1)),
            None => format!("{},", hops.from.unwrap_or(1)),
        };
        let bounds = match conditions.is_empty() {
            true => format!("{{{bounds}}}"),
            false => format!("{{{bounds} where {}}}", conditions.join(" and ")),
        };
        let mut steps = step(link.direction, edge, (from, to), None, &bounds);
        if link.direction == Direction::Either && edge.from != edge.to {
            // Either way, one such edge follows another.
            let name = edge_name(edge);
            steps = format!("{from} <{name}>{bounds} {to}");
        }
        let word = match search {
            Search::One => "shortest",
            Search::All => "all shortest",
            Search::Trail => "trail",
        };
        let name = path.variable.as_ref().or(link.variable.as_ref());
        let variable = self.fresh(name.map_or("path", |name| &name.text));
        block.push(format!("path {variable} = {word} {steps}"));
        for name in path.variable.iter().chain(&link.variable) {
            let found = Found {
                variable: variable.clone(),
                nullable: false,
            };
            let found = (name.text.clone(), found);
            match search {
                // A condition decides which paths are searched for.
                Search::One | Search::All => self.searched.push(found),
                Search::Trail => self.found.extend([found]),
            }
        }
    }

    /// What a path that is read is called.
    pub(super) fn found_path(&self, expr: &Expr) -> Option<&Found> {
        let ExprKind::Variable(name) = &expr.kind else {
            return None;
        };
        let is_path = self.lookup(name).is_some_and(|value| value.text == PATH);
        self.found.get(name).filter(|_| is_path)
    }

    /// In Kùzu a step either way meets an edge from a node to itself twice: two rows for one of ours.
    fn loops(&mut self, link: &Link, edge: &EdgeType, (left, right): (&str, &str)) -> Option<String> {
        let is_met = self.is_kuzu() && link.direction == Direction::Either && edge.from == edge.to;
        if !is_met {
            return None;
        }
        if left == "$_" || right == "$_" {
            self.check_loop(link, edge);
            return None;
        }
        let way = self.fresh("way");
        Some(format!(
            "each {way} in case when {left} = {right} then [1, 2] else [1] end"
        ))
    }

    /// Where there is nothing to multiply rows by, an edge from a node to itself has no equal.
    fn check_loop(&mut self, link: &Link, edge: &EdgeType) {
        if self.is_kuzu() && link.direction == Direction::Either && edge.from == edge.to {
            let message = format!(
                "Kùzu gives an edge {} from a node to itself twice here, and we once",
                edge.name
            );
            let help = "write the arrow of one direction, or exclude such edges and use `--from cypher`";
            self.report(&codes::LOOP, link.span, message, help);
        }
    }

    /// A pattern of variable length. In Cypher each of its ways repeats no relationship; in Kùzu they may, so that there it has an
    /// equal only where it does not matter how many ways there are, and the ends differ.
    fn walk(
        &mut self,
        walk: &Walk<'_>,
        (insensitive, repeated, apart): (bool, bool, &[(String, String)]),
        block: &mut Vec<String>,
    ) {
        let Walk {
            path,
            link,
            hops,
            edge,
            ends: pair,
        } = *walk;
        let (from, to) = (hops.from.unwrap_or(1), hops.to);
        let named = link.variable.is_some() || (path.variable.is_some() && path.links.len() == 1);
        let conditional = !link.properties.is_empty();
        if link.condition.is_some() {
            self.report(
                &codes::WALK,
                link.span,
                "this condition on the steps of a walk has no equal",
                "write braces, such as `{since: 2020}`",
            );
            return;
        }
        let Some(to) = to.filter(|to| *to >= from && *to <= u64::from(u32::MAX)) else {
            self.report(
                &codes::WALK,
                hops.span,
                "a walk needs an upper bound here",
                "write one, such as `*1..5`",
            );
            return;
        };
        let chains = edge.from == edge.to;
        let single = !chains && link.direction != Direction::Either;
        if single && from == 1 && !repeated && !named && !conditional {
            // Such an edge is never followed by another: each way has one step.
            let variable = match insensitive {
                true => None,
                false => Some(self.fresh("r")),
            };
            block.push(step(link.direction, edge, pair, variable.as_deref(), ""));
            return;
        }
        let differ = pair.0 != pair.1
            && apart
                .iter()
                .any(|(a, b)| (a.as_str(), b.as_str()) == pair || (b.as_str(), a.as_str()) == pair);
        let within_reach = chains && from == 1 && insensitive && differ && !repeated;
        if within_reach && !named && !conditional {
            block.push(step(link.direction, edge, pair, None, &format!("{{1,{to}}}")));
            return;
        }
        let reason = if repeated {
            "no step of it may be another relationship of the pattern, and ours may"
        } else if from == 0 {
            "a walk has one step at least here"
        } else if single {
            "no such relationship follows another"
        } else if self.is_kuzu() && (from != 1 || !chains) {
            "ours counts the steps of a shortest way, so only those from 1 step on are alike"
        } else if self.is_kuzu() && !insensitive {
            "here each way makes a row of its own, and ours gives each pair of nodes once"
        } else if self.is_kuzu() && (named || conditional) {
            "its ways may repeat relationships, and ours never do"
        } else if self.is_kuzu() {
            "a circle leads back to the start here, and never in ours"
        } else {
            self.path(walk, Search::Trail, block);
            return;
        };
        let help = match self.is_kuzu() {
            true => {
                "with bounds from 1, `RETURN DISTINCT` and `WHERE a <> b` both mean the same; or write `* TRAIL 1..5`"
            }
            false => "write the steps one by one",
        };
        self.report(
            &codes::WALK,
            link.span,
            format!("a walk has another meaning: {reason}"),
            help,
        );
    }

    /// Pairs of variables that conditions keep apart: `a <> b`, or different keys of one type.
    pub(super) fn apart(&self, conditions: &[&Expr]) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for condition in conditions {
            self.apart_in(condition, &mut pairs);
        }
        pairs
    }

    fn apart_in(&self, condition: &Expr, pairs: &mut Vec<(String, String)>) {
        let of = |expr: &Expr| -> Option<String> {
            match &expr.kind {
                ExprKind::Variable(name) => Some(self.lookup(name)?.text.clone()),
                ExprKind::Property(base, property) => {
                    let ExprKind::Variable(name) = &base.kind else {
                        return None;
                    };
                    let value = self.lookup(name)?;
                    let Ty::Node(ty) = &value.ty else {
                        return None;
                    };
                    let key = &self.catalog.node(ty)?.key;
                    let is_key = matches!(key.as_slice(), [one] if names::folded(one) == names::folded(&property.text));
                    is_key.then(|| value.text.clone())
                }
                _ => None,
            }
        };
        match &condition.kind {
            ExprKind::And(all) => all.iter().for_each(|one| self.apart_in(one, pairs)),
            ExprKind::Compare(left, rest) => {
                if let [(Comparison::NotEqual, right)] = rest.as_slice()
                    && let (Some(left), Some(right)) = (of(left), of(right))
                {
                    pairs.push((left, right));
                }
            }
            _ => {}
        }
    }

    // ---- blocks in expressions ---------------------------------------------

    /// The clauses of `EXISTS { … }` and `COUNT { … }`; `None` if there is nothing to say of them.
    pub(super) fn inner_block(&mut self, clauses: &[Clause], span: Span, insensitive: bool) -> Option<String> {
        let mut block = Vec::new();
        self.framed(|own| {
            let (clauses, last) = match clauses.split_last() {
                Some((last, before)) if matches!(last.kind, crate::ast::ClauseKind::Return(_)) => (before, Some(last)),
                _ => (clauses, None),
            };
            if let Some(last) = last
                && let crate::ast::ClauseKind::Return(projection) = &last.kind
                && (projection.distinct && !insensitive
                    || projection.skip.is_some()
                    || projection.limit.is_some()
                    || own.has_aggregate(projection))
            {
                own.report(
                    &codes::STAGE,
                    last.span,
                    "this `RETURN` changes how many rows the block has",
                    "leave it out",
                );
            }
            own.clauses(clauses, insensitive, &mut block);
        });
        if block.is_empty() {
            self.report(
                &codes::CLAUSE,
                span,
                "this block holds nothing",
                "write a pattern in it",
            );
            return None;
        }
        Some(format!("{{ {} }}", block.join("\n")))
    }

    /// The clauses of a pattern that is a condition, `(a)-[:KNOWS]->(b)`.
    pub(super) fn pattern_block(&mut self, path: &Path, insensitive: bool) -> String {
        self.framed(|own| {
            let mut block = Vec::new();
            let paths = [path];
            let typed = own.infer(&paths, &[]);
            own.declare(&paths, &typed, &mut block);
            own.matched(&paths, &typed, 0..1, insensitive, &[], &mut block);
            format!("{{ {} }}", block.join("\n"))
        })
    }

    /// `n:Person` where it is a value: known beforehand, as a node has one type.
    pub(super) fn has_labels(&mut self, name: &Name, labels: &Labels) -> Value {
        let found = self.lookup(&name.text).cloned();
        let Some((Ty::Node(ty), found)) = found.map(|value| (value.ty.clone(), value)) else {
            let message = format!("`{}` is no node", name.text);
            return self.none(&codes::VARIABLE, name.span, message, "ask for the label of a node");
        };
        if let Some(span) = labels.compound {
            return self.none(
                &codes::UNTYPED,
                span,
                "a node has exactly one type here",
                "write one label",
            );
        }
        let Some(label) = labels.names.first() else {
            return Value::unknown();
        };
        match self.node_type(label) {
            Some(known) if known == ty && found.nullable => {
                let text = format!("case when {} is not null then true end", found.text);
                let mut value = Value::primary(text, Ty::Bool).nullable(true);
                value.reads = true;
                value
            }
            Some(known) if known == ty => Value::primary("true", Ty::Bool),
            Some(_) => {
                let message = format!("`{}` is a {ty} by the rest of the statement", name.text);
                self.none(&codes::UNTYPED, label.span, message, "make a query for each type")
            }
            None => Value::unknown(),
        }
    }
}

/// The bounds of a walk; a single step is none.
fn hops_of(link: &Link) -> Option<&Hops> {
    link.hops
        .as_ref()
        .filter(|hops| (hops.from, hops.to) != (Some(1), Some(1)) || link.variable.is_some())
}

/// A traversal, from the left node to the right one as the schema has it.
/// An edge as a traversal spells it.
fn edge_name(edge: &EdgeType) -> String {
    let name = names::small(&edge.name).unwrap_or_else(|| edge.name.clone());
    match name.eq_ignore_ascii_case(&edge.name) {
        true => name,
        false => edge.name.clone(),
    }
}

fn step(direction: Direction, edge: &EdgeType, pair: (&str, &str), variable: Option<&str>, bounds: &str) -> String {
    let (mut from, mut to) = pair;
    if direction == Direction::Left {
        (from, to) = (to, from);
    }
    let mut name = edge_name(edge);
    if direction == Direction::Either && edge.from == edge.to {
        name = format!("<{name}>");
    }
    match variable {
        Some(variable) => format!("{from} {variable}:{name}{bounds} {to}"),
        None => format!("{from} {name}{bounds} {to}"),
    }
}

/// A condition as a clause of a block. A clause begins with a variable, or is in parentheses.
pub(super) fn clause(value: &Value) -> String {
    match value.text.starts_with('$') && value.level <= Level::Comparison && value.level != Level::Not {
        true => value.text.clone(),
        false => format!("({})", value.text),
    }
}
