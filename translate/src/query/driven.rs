//! Statements that write once for each row of a pattern: `match { … }` before statements. Every value is of the state before the
//! query there, so what reads values that the statement itself changes has no equal.

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::NodeType;

use crate::ast::{Assignment, Clause, ClauseKind, Direction, Expr, ExprKind, Link, Node, Path, Projection};
use crate::codes;
use crate::names;
use crate::value::{Ty, Value};

use super::{Translator, is_write};

/// What a `CREATE` makes.
#[derive(Default)]
struct Made {
    statements: Vec<String>,
    /// Conditions that no node has the key of a new one: with a key that exists `CREATE` fails, and `insert` replaces that node.
    absent: Vec<String>,
    /// The types and keys of the new nodes.
    keys: Vec<(String, Vec<String>)>,
}

impl Translator<'_> {
    /// The clauses that read, and what is written for each of their rows.
    pub(super) fn driven(&mut self, clauses: &[Clause], span: Span) -> Option<String> {
        let (clauses, last) = match clauses.split_last() {
            Some((
                Clause {
                    kind: ClauseKind::Return(last),
                    ..
                },
                rest,
            )) => (rest, Some(last)),
            _ => (clauses, None),
        };
        let first = clauses.iter().position(is_write)?;
        let (before, writes) = clauses.split_at(first);
        let creates = writes.iter().any(|clause| matches!(clause.kind, ClauseKind::Create(_)));
        self.stages = Some(Vec::new());
        let mut block = Vec::new();
        if !before.is_empty() {
            // Each row makes something new, or is returned; changing or removing it twice is doing it once.
            self.clauses(before, !creates && last.is_none(), &mut block);
        }
        let stages = self.stages.take().unwrap_or_default().concat();
        let mut statements = Vec::new();
        let mut made = Made::default();
        for clause in writes {
            match &clause.kind {
                ClauseKind::Create(paths) if writes.iter().all(|c| matches!(c.kind, ClauseKind::Create(_))) => {
                    for path in paths {
                        self.create_path(path, &mut made)?;
                    }
                }
                ClauseKind::Set(assignments) if !creates => {
                    let pairs: Option<Vec<(Name, Name, Expr)>> = self.pairs(assignments);
                    self.set(&pairs?, before, &mut statements)?;
                }
                ClauseKind::Remove(targets) if !creates => {
                    let mut pairs = Vec::new();
                    for target in targets {
                        let (variable, property) = self.place_of(target)?;
                        pairs.push((variable, property, Expr::new(ExprKind::Null, target.span)));
                    }
                    self.set(&pairs, before, &mut statements)?;
                }
                ClauseKind::Delete { detach, targets } if writes.len() == 1 => {
                    for target in targets {
                        statements.push(self.delete_of(target, *detach)?);
                    }
                }
                _ => {
                    let message = "this statement writes in several ways";
                    return self.unequal(span, message, "divide it into statements of one clause each");
                }
            }
        }
        if !made.absent.is_empty() && !self.is_one_row(before) {
            let message = "where one of several rows has a key that exists, `CREATE` writes nothing for any of them";
            return self.unequal(span, message, "find at most one row, by the keys of nodes");
        }
        statements.extend(made.statements);
        let is_bound = !before.is_empty() || !made.absent.is_empty();
        block.extend(made.absent);
        if let Some(last) = last {
            let deletes = writes
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::Delete { .. }));
            statements.push(self.returning(last, deletes, span)?);
        }
        let of_match = match is_bound {
            true => self.match_block(block),
            false => String::new(),
        };
        Some(format!("{stages}{of_match} {}", statements.join("\n")))
    }

    /// The rows of a statement that writes, as they are afterwards.
    fn returning(&mut self, last: &Projection, deletes: bool, span: Span) -> Option<String> {
        let is_block = |expr: &Expr| {
            matches!(
                expr.kind,
                ExprKind::Pattern(_) | ExprKind::Exists(_) | ExprKind::Count(_)
            )
        };
        let is_cut = last.distinct || !last.order.is_empty() || last.skip.is_some() || last.limit.is_some();
        if deletes || is_cut || self.has_aggregate(last) || last.items.iter().any(|item| item.value.any(&is_block)) {
            let message = "what a statement that writes returns is a row for each that it has written";
            return self.unequal(span, message, "ask for other rows in a query of its own");
        }
        let text = self.returned(last)?;
        let columns = text.strip_prefix("return ")?;
        Some(format!("returning {columns}"))
    }

    // ---- changes -----------------------------------------------------------

    /// Variables with their properties and the new values.
    fn pairs(&mut self, assignments: &[Assignment]) -> Option<Vec<(Name, Name, Expr)>> {
        let mut pairs = Vec::new();
        for assignment in assignments {
            match assignment {
                Assignment::Property { target, value } => {
                    let (variable, property) = self.place_of(target)?;
                    pairs.push((variable, property, value.clone()));
                }
                Assignment::All {
                    target,
                    value,
                    added: true,
                } => match &value.kind {
                    ExprKind::Map(entries) => {
                        let entries = entries.iter().cloned();
                        pairs.extend(entries.map(|(name, value)| (target.clone(), name, value)));
                    }
                    _ => {
                        let help = "set properties one by one";
                        self.unequal(value.span, "only a written map can be added", help);
                        return None;
                    }
                },
                Assignment::All { value, .. } => {
                    let help = "use `+=`, or set each property";
                    self.unequal(value.span, "`=` removes all other properties", help);
                    return None;
                }
                Assignment::Label { span } => {
                    self.unequal(*span, "a node keeps its type", "make another node");
                    return None;
                }
            }
        }
        Some(pairs)
    }

    /// `v.property`
    fn place_of(&mut self, target: &Expr) -> Option<(Name, Name)> {
        if let ExprKind::Property(base, property) = &target.kind
            && let ExprKind::Variable(variable) = &base.kind
        {
            let name = Name {
                text: variable.clone(),
                span: base.span,
            };
            return Some((name, property.clone()));
        }
        self.unequal(
            target.span,
            "only properties of what the pattern names can be set",
            "name it",
        );
        None
    }

    /// An `update` for each variable.
    fn set(&mut self, pairs: &[(Name, Name, Expr)], before: &[Clause], statements: &mut Vec<String>) -> Option<()> {
        let mut order: Vec<String> = Vec::new();
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for (variable, property, value) in pairs {
            let owner = self.written(variable)?;
            if let Ty::Node(ty) = &owner.ty
                && let Some(node) = self.catalog.node(ty)
                && node
                    .key
                    .iter()
                    .any(|key| names::folded(key) == names::folded(&property.text))
            {
                let help = "make another node, and delete this one";
                self.unequal(property.span, "a key cannot be changed here", help);
                return None;
            }
            if !is_settled(variable, value, pairs, before) {
                let message =
                    "which of several rows of the pattern decides is left open, and two that differ are an error here";
                let help = "set a constant, or set it where the node is all that the pattern finds";
                self.unequal(value.span, message, help);
                return None;
            }
            if seen.iter().any(|(_, set)| value.any(&|part| reads(part, set))) {
                let help = "make a statement for each step";
                self.unequal(value.span, "this reads what the statement has set before", help);
                return None;
            }
            if !seen.insert((owner.text.clone(), names::folded(&property.text))) {
                let help = "make a statement for each step";
                self.unequal(property.span, "this sets again what the statement has set before", help);
                return None;
            }
            let row = Value::primary("", owner.ty.clone());
            let text = self.assigned(&row, property, value)?;
            if !order.contains(&owner.text) {
                order.push(owner.text.clone());
            }
            texts.entry(owner.text).or_default().push(text);
        }
        for variable in order {
            let own = texts.remove(&variable).unwrap_or_default();
            statements.push(format!("update {variable} set {{ {} }}", own.join(", ")));
        }
        Some(())
    }

    /// A node or a relationship that the clauses before have named.
    fn written(&mut self, variable: &Name) -> Option<Value> {
        let known = self.lookup(&variable.text).cloned();
        match known {
            Some(value) if matches!(value.ty, Ty::Node(_) | Ty::Edge(_)) => Some(value),
            _ => {
                let message = format!("`{}` names no node and no relationship of the pattern", variable.text);
                self.unequal(variable.span, &message, "name it in the pattern");
                None
            }
        }
    }

    fn delete_of(&mut self, target: &Expr, detach: bool) -> Option<String> {
        let ExprKind::Variable(name) = &target.kind else {
            return self.unequal(
                target.span,
                "a node or a relationship of the pattern is deleted",
                "name it",
            );
        };
        let value = self.written(&Name {
            text: name.clone(),
            span: target.span,
        })?;
        if matches!(value.ty, Ty::Node(_)) && !detach {
            let message = "`DELETE` fails where the node has relationships, and `delete` takes them along";
            return self.unequal(target.span, message, "write `DETACH DELETE`");
        }
        Some(format!("delete {}", value.text))
    }

    // ---- new nodes and relationships ---------------------------------------

    fn create_path(&mut self, path: &Path, made: &mut Made) -> Option<()> {
        let mut ends = Vec::new();
        for node in &path.nodes {
            ends.push(self.created(node, path, made)?);
        }
        for (at, link) in path.links.iter().enumerate() {
            let (left, right) = (&ends[at], &ends[at + 1]);
            made.statements.push(self.created_edge(link, left, right)?);
        }
        Some(())
    }

    /// A node that the statement names already, or a new one.
    fn created(&mut self, node: &Node, path: &Path, made: &mut Made) -> Option<Value> {
        let own = node.variable.as_ref();
        if let Some(known) = own.and_then(|name| self.lookup(&name.text)).cloned()
            && matches!(known.ty, Ty::Node(_))
            && node.labels.names.is_empty()
            && node.properties.is_empty()
        {
            return Some(known);
        }
        let ty = self.typed_node(node)?;
        if !ty.key.is_empty() {
            self.absent(node, &ty, path, made)?;
        }
        let variable = self.fresh(own.map_or("new", |name| &name.text));
        let text = self.insert(&ty.name, node, &[])?;
        let head = format!("insert {}", ty.name);
        let text = match path.links.is_empty() && own.is_none() {
            true => text,
            false => text.replacen(&head, &format!("{head} as {variable}"), 1),
        };
        made.statements.push(text);
        let mut value = Value::primary(variable, Ty::Node(ty.name.clone()));
        value.reads = true;
        if let Some(name) = own {
            self.bind(&name.text, value.clone());
        }
        Some(value)
    }

    /// Whether these clauses find one row at most: each node by its key.
    fn is_one_row(&self, before: &[Clause]) -> bool {
        let by_key = |path: &Path| {
            let ([node], []) = (path.nodes.as_slice(), path.links.as_slice()) else {
                return false;
            };
            let given = |key: &String| {
                let named = |(name, _): &(Name, Expr)| names::folded(&name.text) == names::folded(key);
                node.properties.iter().any(named)
            };
            let own = node.variable.as_ref().and_then(|name| self.lookup(&name.text));
            match own.map(|value| &value.ty) {
                Some(Ty::Node(ty)) => self
                    .catalog
                    .node(ty)
                    .is_some_and(|ty| !ty.key.is_empty() && ty.key.iter().all(given)),
                _ => false,
            }
        };
        before.iter().all(|clause| match &clause.kind {
            ClauseKind::Match {
                optional: false,
                patterns,
                ..
            } => patterns.iter().all(by_key),
            _ => false,
        })
    }

    /// The condition that no node has the key of this new one, and that no other new one has it.
    fn absent(&mut self, node: &Node, ty: &NodeType, path: &Path, made: &mut Made) -> Option<()> {
        let row = Value::primary("", Ty::Node(ty.name.clone()));
        let known = self.fresh("known");
        let mut conditions = vec![format!("{known}: {}", ty.name)];
        let mut key = Vec::new();
        for property in &ty.key {
            let given = node
                .properties
                .iter()
                .find(|(name, _)| names::folded(&name.text) == names::folded(property));
            let Some((name, expr)) = given else {
                let message = format!("a new node needs its key, `{property}`");
                self.unequal(path.span, &message, "write it into the braces");
                return None;
            };
            let text = self.assigned(&row, name, expr)?;
            let (_, value) = text.split_once(": ")?;
            // The name links the condition to the row around it.
            let part = self.fresh("key");
            made.absent.push(format!("each {part} in [{value}]"));
            conditions.push(format!("{known}.{property} = {part}"));
            key.push(value.to_owned());
        }
        if made.keys.iter().any(|(other, _)| *other == ty.name) {
            let is_written = |key: &[String]| key.iter().all(|part| part.starts_with('"'));
            let others = made.keys.iter().filter(|(other, _)| *other == ty.name);
            if !is_written(&key) || others.clone().any(|(_, other)| !is_written(other) || *other == key) {
                let message = "two new nodes of a type may have the same key, which `CREATE` refuses";
                self.unequal(path.span, message, "make a statement for each node");
                return None;
            }
        }
        made.keys.push((ty.name.clone(), key));
        made.absent.push(format!("not {{ {} }}", conditions.join("\n")));
        Some(())
    }

    fn created_edge(&mut self, link: &Link, left: &Value, right: &Value) -> Option<String> {
        let (from, to) = match link.direction {
            Direction::Right => (left, right),
            Direction::Left => (right, left),
            Direction::Either => {
                return self.unequal(link.span, "a new relationship has a direction", "write the arrow");
            }
        };
        let (None, [label], None) = (link.types.compound, link.types.names.as_slice(), &link.hops) else {
            return self.unequal(link.span, "a new relationship has one type", "name it");
        };
        let edge = self.edge_type(label)?;
        let edge = self.catalog.edges.get(&edge).cloned()?;
        let fits = |end: &Value, wanted: &str| matches!(&end.ty, Ty::Node(ty) if ty == wanted);
        if !fits(from, &edge.from) || !fits(to, &edge.to) {
            let message = format!("`{}` leads from {} to {}", edge.name, edge.from, edge.to);
            self.report(
                &codes::RELATIONSHIP,
                link.span,
                message,
                "turn the arrow, or name another type",
            );
            return None;
        }
        let row = Value::primary("", Ty::Edge(edge.name.clone()));
        let mut texts = vec![format!("from: {}", from.text), format!("to: {}", to.text)];
        for (name, expr) in &link.properties {
            texts.push(self.assigned(&row, name, expr)?);
        }
        Some(format!("insert {} {{ {} }}", edge.name, texts.join(", ")))
    }
}

/// Whether an expression is a property of this name.
fn reads(expr: &Expr, property: &str) -> bool {
    matches!(&expr.kind, ExprKind::Property(_, name) if names::folded(&name.text) == property)
}

/// Whether all rows of the pattern with the same node or edge give it the same value, the first and the last of them: the value reads
/// nothing else than properties of what is set, and none that the statement sets, unless no two rows have the same.
fn is_settled(variable: &Name, value: &Expr, pairs: &[(Name, Name, Expr)], before: &[Clause]) -> bool {
    let own = |expr: &Expr| matches!(&expr.kind, ExprKind::Variable(name) if *name == variable.text);
    // The variables of a value, each of which stands below a property of its own.
    let mut places = 0;
    let mut whole = 0;
    count(value, &mut |expr| {
        places += usize::from(matches!(&expr.kind, ExprKind::Property(base, _) if own(base)));
        whole += usize::from(matches!(expr.kind, ExprKind::Variable(_)));
    });
    if whole == 0 {
        return true;
    }
    if places != whole {
        return false;
    }
    let sets = |(_, property, _): &(Name, Name, Expr)| value.any(&|part| reads(part, &names::folded(&property.text)));
    !pairs.iter().any(sets) || is_found_once(variable, before)
}

fn count(expr: &Expr, each: &mut dyn FnMut(&Expr)) {
    each(expr);
    expr.children(&mut |child| count(child, each));
}

/// Whether no two rows of the clauses have the same node or edge in a variable: one `MATCH` of the node alone, or of the edge with its
/// ends.
fn is_found_once(variable: &Name, before: &[Clause]) -> bool {
    let [
        Clause {
            kind:
                ClauseKind::Match {
                    optional: false,
                    patterns,
                    ..
                },
            ..
        },
    ] = before
    else {
        return false;
    };
    let [path] = patterns.as_slice() else {
        return false;
    };
    let is_own = |name: &Option<Name>| name.as_ref().is_some_and(|name| name.text == variable.text);
    match (path.nodes.as_slice(), path.links.as_slice()) {
        ([node], []) => is_own(&node.variable),
        ([..], [link]) => is_own(&link.variable) && link.hops.is_none() && !matches!(link.direction, Direction::Either),
        _ => false,
    }
}
