//! Statements that write. Few have an exact equal: most of Cypher's write once for each row of a pattern.

use std::collections::BTreeSet;
use std::sync::Arc;

use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::NodeType;

use crate::ast::{Assignment, Clause, ClauseKind, Comparison, Direction, Expr, ExprKind, Node, Path};
use crate::codes;
use crate::names;
use crate::value::{Level, Ty, Value};

use super::Translator;

impl Translator<'_> {
    /// The statements of a query that writes: by conditions on their own rows where that says it all, else for each row of a
    /// pattern.
    pub(super) fn mutation(&mut self, clauses: &[Clause]) -> Option<String> {
        let is_flaw = |problem: &crate::problem::Problem| !problem.is_mere_note();
        let told = self.problems.len();
        let mut alone = self.clone();
        let text = alone.statements(clauses);
        let is_right = |tried: &Self| !tried.problems[told..].iter().any(is_flaw);
        if text.is_none() || !is_right(&alone) {
            let span = clauses.first()?.span.to(clauses.last()?.span);
            let mut driven = self.clone();
            let made = driven.driven(clauses, span);
            // What has no equal among several nodes is said there.
            let is_joined = |clause: &Clause| match &clause.kind {
                ClauseKind::Create(_) => true,
                ClauseKind::Match { patterns, .. } => {
                    patterns.len() > 1 || patterns.iter().any(|path| !path.links.is_empty())
                }
                _ => false,
            };
            let returns = clauses
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::Return(_)));
            let merges = clauses
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::Merge { .. }));
            let is_nearer = !merges && (returns || clauses.iter().any(is_joined));
            if made.is_some() && is_right(&driven) || is_nearer {
                *self = driven;
                return made;
            }
        }
        *self = alone;
        text
    }

    /// Statements about rows of one type, without a pattern.
    fn statements(&mut self, clauses: &[Clause]) -> Option<String> {
        if let Some(last) = clauses
            .iter()
            .find(|clause| matches!(clause.kind, ClauseKind::Return(_)))
        {
            self.unequal(
                last.span,
                "a statement that writes returns nothing here",
                "ask for the rows in a query of its own",
            );
        }
        let kinds: Vec<&ClauseKind> = clauses
            .iter()
            .map(|clause| &clause.kind)
            .filter(|kind| !matches!(kind, ClauseKind::Return(_)))
            .collect();
        let span = clauses.first()?.span.to(clauses.last()?.span);
        match kinds.as_slice() {
            [ClauseKind::Create(paths)] => self.create(paths),
            [
                ClauseKind::Merge {
                    path,
                    on_create,
                    on_match,
                },
                rest @ ..,
            ] => match rest {
                [] => self.merge(path, (&[], on_create, on_match)),
                [ClauseKind::Set(assignments)] => self.merge(path, (assignments, on_create, on_match)),
                _ => self.unequal(
                    span,
                    "this statement has no equal",
                    "divide it into statements of one clause each",
                ),
            },
            [
                ClauseKind::Match {
                    optional: false,
                    patterns,
                    condition,
                },
                ClauseKind::Set(assignments),
            ] => self.update(patterns, condition.as_ref(), assignments, span),
            [
                ClauseKind::Match {
                    optional: false,
                    patterns,
                    condition,
                },
                ClauseKind::Remove(targets),
            ] => self.remove(patterns, condition.as_ref(), targets, span),
            [
                ClauseKind::Match {
                    optional: false,
                    patterns,
                    condition,
                },
                ClauseKind::Delete { detach, targets },
            ] => self.delete(patterns, condition.as_ref(), *detach, targets, span),
            _ => self.unequal(
                span,
                "this statement writes once for each row of a pattern",
                "write the ids of the nodes: `insert`, `update` and `delete` take them",
            ),
        }
    }

    pub(super) fn unequal(&mut self, span: Span, message: &str, help: &str) -> Option<String> {
        self.report(&codes::WRITE, span, message, help);
        None
    }

    // ---- new nodes ---------------------------------------------------------

    fn create(&mut self, paths: &[Path]) -> Option<String> {
        let mut texts = Vec::new();
        for path in paths {
            let (node, ty) = self.new_node(path)?;
            if !ty.key.is_empty() {
                // It needs a condition, which stands in a `match`.
                return None;
            }
            texts.push(self.insert(&ty.name, node, &[])?);
        }
        Some(texts.join("\n"))
    }

    /// The only node of a path, and its type.
    fn new_node<'p>(&mut self, path: &'p Path) -> Option<(&'p Node, Arc<NodeType>)> {
        if let Some(link) = path.links.first() {
            let message = "a new relationship names the ids of its ends here, which must be there";
            self.unequal(
                link.span,
                message,
                "`insert Knows { from: $a, to: $b }` fails where an end is missing",
            );
            return None;
        }
        let node = path.nodes.first()?;
        let ty = self.typed_node(node)?;
        Some((node, ty))
    }

    pub(super) fn typed_node(&mut self, node: &Node) -> Option<Arc<NodeType>> {
        let label = match (node.labels.compound, node.labels.names.as_slice()) {
            (None, [label]) => label.clone(),
            (span, _) => {
                let span = span.unwrap_or(node.span);
                self.report(
                    &codes::UNTYPED,
                    span,
                    "a node has exactly one type here",
                    "give it one label",
                );
                return None;
            }
        };
        let ty = self.node_type(&label)?;
        self.catalog.nodes.get(&ty).cloned()
    }

    /// `insert T { … }` with the properties in the node's braces and others.
    pub(super) fn insert(&mut self, ty: &str, node: &Node, more: &[(Name, Expr)]) -> Option<String> {
        let row = Value::primary("", Ty::Node(ty.to_owned()));
        let mut texts = Vec::new();
        for (name, expr) in node.properties.iter().chain(more) {
            texts.push(self.assigned(&row, name, expr)?);
        }
        if texts.is_empty() {
            return self.unequal(
                node.span,
                "a node without properties cannot be inserted by a statement",
                "give it a property",
            );
        }
        Some(format!("insert {ty} {{ {} }}", texts.join(", ")))
    }

    /// `property: value`
    pub(super) fn assigned(&mut self, row: &Value, name: &Name, expr: &Expr) -> Option<String> {
        let property = self.property_of(row, name);
        let mut value = self.value(expr);
        if property.is_unknown() || value.is_unknown() {
            return None;
        }
        self.settle(&mut value, &property.ty);
        let fits = match (&property.ty, &value.ty) {
            (_, Ty::Null) | (Ty::Float, Ty::Integer) => true,
            (wanted, own) => wanted == own,
        };
        if !fits {
            let message = format!(
                "`{}` is {}, and this is {}",
                property.text,
                property.ty.word(),
                value.ty.word()
            );
            self.report(
                &codes::OPERANDS,
                expr.span,
                message,
                "assign a value of the property's type",
            );
            return None;
        }
        Some(format!("{}: {}", property.text, value.text))
    }

    /// `MERGE` of a key: an `upsert`, or, with `SET` of everything else, an `insert`.
    fn merge(
        &mut self,
        path: &Path,
        (always, on_create, on_match): (&[Assignment], &[Assignment], &[Assignment]),
    ) -> Option<String> {
        if let Some(link) = path.links.first() {
            let message = "`MERGE` of a relationship looks for the whole pattern";
            return self.unequal(
                link.span,
                message,
                "`upsert Knows { from: $a, to: $b }`, where `@unique(src, dst)` holds",
            );
        }
        let (node, ty) = self.new_node(path)?;
        let (always, on_create, on_match) = (
            self.set_of(node, path, always)?,
            self.set_of(node, path, on_create)?,
            self.set_of(node, path, on_match)?,
        );
        let folded = |name: &str| names::folded(name);
        let keys: BTreeSet<String> = ty.key.iter().map(|name| folded(name)).collect();
        let given: BTreeSet<String> = node.properties.iter().map(|(name, _)| folded(&name.text)).collect();
        if keys.is_empty() || given != keys {
            let message = "`MERGE` looks for all that its braces say, and `upsert` for the key";
            return self.unequal(path.span, message, "put the key into the braces, and set the others");
        }
        for pairs in [&always, &on_create, &on_match] {
            let own = |expr: &Expr| matches!((&expr.kind, &node.variable), (ExprKind::Variable(name), Some(own)) if *name == own.text);
            if pairs.iter().any(|(_, value)| value.any(&own)) {
                return self.unequal(path.span, "the new values read the node as it was", "use `update`");
            }
            if let Some((name, _)) = pairs.iter().find(|(name, _)| keys.contains(&folded(&name.text))) {
                return self.unequal(
                    name.span,
                    "a key cannot be changed here",
                    "make another node, and delete this one",
                );
            }
        }
        let set: BTreeSet<String> = always.iter().map(|(name, _)| folded(&name.text)).collect();
        let others: BTreeSet<String> = ty
            .properties
            .iter()
            .map(|p| folded(&p.name))
            .filter(|p| !keys.contains(p))
            .collect();
        if set == others && on_create.is_empty() && on_match.is_empty() {
            return self.insert(&ty.name, node, &always);
        }
        // What stands behind `ON` is set first.
        let both = |first: Vec<(Name, Expr)>| -> Vec<(Name, Expr)> {
            let own = |name: &Name| {
                always
                    .iter()
                    .any(|(other, _)| folded(&other.text) == folded(&name.text))
            };
            first
                .into_iter()
                .filter(|(name, _)| !own(name))
                .chain(always.iter().cloned())
                .collect()
        };
        let (created, matched) = (both(on_create), both(on_match));
        let missing = ty.properties.iter().find(|property| {
            let is_given = keys.contains(&folded(&property.name))
                || created
                    .iter()
                    .any(|(name, _)| folded(&name.text) == folded(&property.name));
            !property.ty.nullable && property.default.is_none() && !is_given
        });
        if let Some(missing) = missing {
            let message = format!("a new node needs `{}`, which is not set", missing.name);
            return self.unequal(path.span, &message, "set it behind `ON CREATE`");
        }
        let insert = self.insert(&ty.name, node, &created)?;
        let insert = insert.trim_start_matches("insert");
        let same = created.len() == matched.len() && on_match_equals(&created, &matched);
        if same {
            return Some(format!("upsert{insert}"));
        }
        let row = Value::primary("", Ty::Node(ty.name.clone()));
        let mut texts = Vec::new();
        for (name, expr) in &matched {
            texts.push(self.assigned(&row, name, expr)?);
        }
        Some(format!("upsert{insert} else set {{ {} }}", texts.join(", ")))
    }

    /// Properties of the node of a `MERGE` with their new values.
    fn set_of(&mut self, node: &Node, path: &Path, assignments: &[Assignment]) -> Option<Vec<(Name, Expr)>> {
        let mut pairs: Vec<(Name, Expr)> = Vec::new();
        for assignment in assignments {
            match assignment {
                Assignment::Property { target, value } => {
                    let name = self.target(target, node)?;
                    if pairs
                        .iter()
                        .any(|(known, _)| names::folded(&known.text) == names::folded(&name.text))
                    {
                        let help = "make a statement for each step";
                        self.unequal(name.span, "this sets again what the statement has set before", help);
                        return None;
                    }
                    pairs.push((name, value.clone()));
                }
                _ => {
                    self.unequal(path.span, "this `SET` has no equal", "set properties one by one");
                    return None;
                }
            }
        }
        Some(pairs)
    }

    /// The property that is set, of this node.
    fn target(&mut self, target: &Expr, node: &Node) -> Option<Name> {
        if let ExprKind::Property(base, name) = &target.kind
            && let ExprKind::Variable(variable) = &base.kind
            && node.variable.as_ref().is_some_and(|own| own.text == *variable)
        {
            return Some(name.clone());
        }
        self.unequal(
            target.span,
            "only properties of the node of the pattern can be set",
            "make a statement for each node",
        );
        None
    }

    // ---- nodes that are there ----------------------------------------------

    /// The one node of a pattern, and the condition on its row.
    fn row<'p>(
        &mut self,
        patterns: &'p [Path],
        condition: Option<&Expr>,
        span: Span,
    ) -> Option<(&'p Node, Arc<NodeType>, String)> {
        let [path] = patterns else {
            self.unequal(
                span,
                "this statement writes once for each row of a pattern",
                "make a statement for each node",
            );
            return None;
        };
        if let Some(link) = path.links.first() {
            let help = "ask for the keys first, and write `where` with them";
            self.unequal(
                link.span,
                "conditions on other nodes have no equal where something is written",
                help,
            );
            return None;
        }
        let node = path.nodes.first()?;
        let ty = self.typed_node(node)?;
        if let Some(name) = &node.variable {
            let mut row = Value::primary("", Ty::Node(ty.name.clone()));
            row.reads = true;
            self.bind(&name.text, row);
        }
        let row = Value::primary("", Ty::Node(ty.name.clone()));
        let mut texts = Vec::new();
        for (name, expr) in &node.properties {
            let property = self.property_of(&row, name);
            let value = self.value(expr);
            let (property, value) = self.comparable(property, value, true, expr.span)?;
            texts.push(format!("{} = {}", property.text, value.at(Level::Join)));
        }
        for condition in node.condition.iter().chain(condition) {
            texts.extend(self.row_condition(condition)?);
        }
        let condition = match texts.is_empty() {
            true => "true".to_owned(),
            false => texts.join(" and "),
        };
        Some((node, ty, condition))
    }

    /// A condition on the row of a statement that writes.
    fn row_condition(&mut self, condition: &Expr) -> Option<Vec<String>> {
        let block = condition.any(&|expr| {
            matches!(
                expr.kind,
                ExprKind::Pattern(_) | ExprKind::Exists(_) | ExprKind::Count(_)
            )
        });
        if block {
            let help = "ask for the keys first, and write `where` with them";
            self.unequal(
                condition.span,
                "conditions on other nodes have no equal where something is written",
                help,
            );
            return None;
        }
        self.lenient = true;
        let mut value = self.value(condition);
        self.lenient = false;
        self.settle(&mut value, &Ty::Bool);
        match value.ty {
            Ty::Bool => Some(vec![value.at(Level::Not)]),
            Ty::Unknown => None,
            ref other => {
                let message = format!("a condition is a truth value, and this is {}", other.word());
                self.report(&codes::OPERANDS, condition.span, message, "compare it with something");
                None
            }
        }
    }

    fn update(
        &mut self,
        patterns: &[Path],
        condition: Option<&Expr>,
        assignments: &[Assignment],
        span: Span,
    ) -> Option<String> {
        let (node, ty, condition) = self.row(patterns, condition, span)?;
        let mut pairs: Vec<(Name, Expr)> = Vec::new();
        for assignment in assignments {
            match assignment {
                Assignment::Property { target, value } => pairs.push((self.target(target, node)?, value.clone())),
                Assignment::All { target, .. } if node.variable.as_ref().is_none_or(|own| own.text != target.text) => {
                    return self.unequal(
                        target.span,
                        "only properties of the node of the pattern can be set",
                        "make a statement for each node",
                    );
                }
                Assignment::All { value, added: true, .. } => match &value.kind {
                    ExprKind::Map(entries) => pairs.extend(entries.iter().cloned()),
                    _ => {
                        return self.unequal(
                            value.span,
                            "only a written map can be added",
                            "set properties one by one",
                        );
                    }
                },
                Assignment::All { value, .. } => {
                    let help = "use `+=`, or set each property";
                    return self.unequal(value.span, "`=` removes all other properties", help);
                }
                Assignment::Label { span } => {
                    return self.unequal(*span, "a node keeps its type", "make another node");
                }
            }
        }
        self.updated(node, &ty, &pairs, &condition)
    }

    fn updated(&mut self, node: &Node, ty: &NodeType, pairs: &[(Name, Expr)], condition: &str) -> Option<String> {
        let row = Value::primary("", Ty::Node(ty.name.clone()));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut texts = Vec::new();
        for (name, expr) in pairs {
            let own = names::folded(&name.text);
            if ty.key.iter().any(|key| names::folded(key) == own) {
                return self.unequal(
                    name.span,
                    "a key cannot be changed here",
                    "make another node, and delete this one",
                );
            }
            // Here every value is of the row as it was.
            let reads = |expr: &Expr| match &expr.kind {
                ExprKind::Property(base, name) => {
                    let is_row =
                        matches!((&base.kind, &node.variable), (ExprKind::Variable(a), Some(b)) if *a == b.text);
                    is_row && seen.contains(&names::folded(&name.text))
                }
                _ => false,
            };
            if expr.any(&reads) || seen.contains(&own) {
                let help = "make a statement for each step";
                return self.unequal(
                    expr.span,
                    "this reads or sets again what the statement has set before",
                    help,
                );
            }
            texts.push(self.assigned(&row, name, expr)?);
            seen.insert(own);
        }
        Some(format!(
            "update {} set {{ {} }} where {condition}",
            ty.name,
            texts.join(", ")
        ))
    }

    fn remove(&mut self, patterns: &[Path], condition: Option<&Expr>, targets: &[Expr], span: Span) -> Option<String> {
        let (node, ty, condition) = self.row(patterns, condition, span)?;
        let mut pairs = Vec::new();
        for target in targets {
            if matches!(target.kind, ExprKind::HasLabels(..)) {
                return self.unequal(target.span, "a node keeps its type", "make another node");
            }
            pairs.push((self.target(target, node)?, Expr::new(ExprKind::Null, target.span)));
        }
        self.updated(node, &ty, &pairs, &condition)
    }

    fn delete(
        &mut self,
        patterns: &[Path],
        condition: Option<&Expr>,
        detach: bool,
        targets: &[Expr],
        span: Span,
    ) -> Option<String> {
        let [target] = targets else {
            return self.unequal(
                span,
                "this statement deletes several things of a pattern",
                "make a statement for each",
            );
        };
        let ExprKind::Variable(name) = &target.kind else {
            return self.unequal(
                target.span,
                "a node or a relationship of the pattern is deleted",
                "name it",
            );
        };
        let link = patterns.iter().flat_map(|path| &path.links).find(|link| {
            let own = link.variable.as_ref();
            own.is_some_and(|own| own.text == *name)
        });
        if link.is_some() {
            return self.delete_edges(patterns, condition, span);
        }
        let (node, ty, condition) = self.row(patterns, condition, span)?;
        if node.variable.as_ref().is_none_or(|own| own.text != *name) {
            return self.unequal(
                target.span,
                "a node or a relationship of the pattern is deleted",
                "name it",
            );
        }
        if !detach {
            let message = "`DELETE` fails where the node has relationships, and `delete` takes them along";
            return self.unequal(span, message, "write `DETACH DELETE`");
        }
        Some(format!("delete {} where {condition}", ty.name))
    }

    /// Relationships, by their properties and by the keys of their ends.
    fn delete_edges(&mut self, patterns: &[Path], condition: Option<&Expr>, span: Span) -> Option<String> {
        let [path] = patterns else {
            return self.unequal(
                span,
                "this statement deletes once for each row of a pattern",
                "name one pattern",
            );
        };
        let ([link], [left, right]) = (path.links.as_slice(), path.nodes.as_slice()) else {
            return self.unequal(
                path.span,
                "conditions on other nodes have no equal where something is deleted",
                "name the two ends",
            );
        };
        let name_of = |node: &Node| node.variable.as_ref().map(|name| name.text.clone());
        if name_of(left).is_some() && name_of(left) == name_of(right) {
            let message = "conditions on both ends together have no equal where something is deleted";
            return self.unequal(path.span, message, "name the two ends");
        }
        let paths = [path];
        let typed = self.infer(&paths, &[]);
        let edge = self.edge(&typed, 0, 0)?;
        let forth = match link.direction {
            Direction::Right => true,
            Direction::Left => false,
            Direction::Either => return self.unequal(link.span, "this deletes in both directions", "write the arrow"),
        };
        let mut row = Value::primary("", Ty::Edge(edge.name.clone()));
        row.reads = true;
        let name = link.variable.clone()?;
        self.bind(&name.text, row.clone());
        let mut texts = Vec::new();
        for (name, expr) in &link.properties {
            let property = self.property_of(&row, name);
            let value = self.value(expr);
            let (property, value) = self.comparable(property, value, true, expr.span)?;
            texts.push(format!("{} = {}", property.text, value.at(Level::Join)));
        }
        let words = if forth { ["from", "to"] } else { ["to", "from"] };
        let ends = [(left, words[0]), (right, words[1])];
        let mut of_ends: Vec<(String, &str, String)> = Vec::new();
        for (at, (node, word)) in ends.into_iter().enumerate() {
            let ty = typed.slots.get(typed.nodes[0][at]).and_then(|slot| slot.ty.clone())?;
            for (name, expr) in &node.properties {
                texts.push(self.end(&ty, word, name, expr)?);
            }
            if let Some(variable) = &node.variable {
                of_ends.push((variable.text.clone(), word, ty));
            }
        }
        let mut conditions: Vec<&Expr> = Vec::new();
        for condition in link.condition.iter().chain(condition) {
            match &condition.kind {
                ExprKind::And(all) => conditions.extend(all),
                _ => conditions.push(condition),
            }
        }
        for condition in conditions {
            let of_end = |expr: &Expr| match &expr.kind {
                ExprKind::Property(base, name) => match &base.kind {
                    ExprKind::Variable(variable) => of_ends
                        .iter()
                        .find(|(own, ..)| own == variable)
                        .map(|end| (end.clone(), name.clone())),
                    _ => None,
                },
                _ => None,
            };
            let equal = match &condition.kind {
                ExprKind::Compare(left, rest) => match rest.as_slice() {
                    [(Comparison::Equal, right)] => of_end(left).map(|end| (end, right)),
                    _ => None,
                },
                _ => None,
            };
            match equal {
                Some((((_, word, ty), name), value)) => texts.push(self.end(&ty, word, &name, value)?),
                None => {
                    let of_node = condition.any(&|expr| {
                        matches!(&expr.kind, ExprKind::Variable(name) if of_ends.iter().any(|(own, ..)| own == name))
                    });
                    if of_node {
                        return self.unequal(
                            condition.span,
                            "conditions on other nodes have no equal where something is deleted",
                            "the key of an end, if it is text, can be compared with a constant",
                        );
                    }
                    texts.extend(self.row_condition(condition)?);
                }
            }
        }
        let condition = match texts.is_empty() {
            true => "true".to_owned(),
            false => texts.join(" and "),
        };
        Some(format!("delete {} where {condition}", edge.name))
    }

    /// The id of an end, which is the text of its key.
    fn end(&mut self, ty: &str, word: &str, name: &Name, expr: &Expr) -> Option<String> {
        let node = self.catalog.nodes.get(ty).cloned()?;
        let row = Value::primary("", Ty::Node(ty.to_owned()));
        let property = self.property_of(&row, name);
        let mut value = self.value(expr);
        let is_key = matches!(node.key.as_slice(), [key] if *key == property.text);
        self.settle(&mut value, &property.ty);
        if property.is_unknown() || value.is_unknown() {
            return None;
        }
        if !is_key || property.ty != Ty::Text || value.ty != Ty::Text || value.reads {
            let help = "the key of an end, if it is text, can be compared with a constant";
            return self.unequal(
                expr.span,
                "conditions on other nodes have no equal where something is deleted",
                help,
            );
        }
        Some(format!("{word} = {}", value.at(Level::Join)))
    }
}

/// Whether the same expressions of the text are set.
fn on_match_equals(created: &[(Name, Expr)], matched: &[(Name, Expr)]) -> bool {
    let mut both = created.iter().zip(matched);
    both.all(|((_, one), (_, other))| one.span == other.span)
}
