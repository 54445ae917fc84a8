//! `WITH`: what is handed on, and what ends there.

use omnigraph_grammar::Span;

use crate::ast::{ExprKind, Projection};
use crate::codes;
use crate::value::{Level, Ty, Value};

use super::Translator;
use super::projection::{Column, is_keyed};

impl Translator<'_> {
    /// Whether a `WITH` groups, orders or cuts rows; else what follows stands in the same block.
    pub(super) fn makes_stage(&self, projection: &Projection) -> bool {
        let cuts = !projection.order.is_empty() || projection.skip.is_some() || projection.limit.is_some();
        cuts || projection.distinct || self.has_aggregate(projection)
    }

    /// A `WITH` that is a stage of ours.
    fn real_stage(&mut self, projection: &Projection, span: Span, block: &mut Vec<String>) {
        let mut columns: Vec<Column> = Vec::new();
        self.keyed = is_keyed(projection);
        let mut handed: Vec<(String, Value)> = Vec::new();
        if projection.star.is_some() {
            for (name, value) in self.visible() {
                let (column, value) = self.item(&name, value, span, None);
                columns.push(column);
                handed.push((name, value));
            }
        }
        for item in &projection.items {
            let name = match (&item.alias, &item.value.kind) {
                (Some(alias), _) => alias.text.clone(),
                (None, ExprKind::Variable(name)) => name.clone(),
                _ => {
                    let message = "a value that `WITH` hands on has a name";
                    self.report(&codes::UNREADABLE, item.value.span, message, "write `AS` and a name");
                    "value".to_owned()
                }
            };
            let value = self.value(&item.value);
            let (column, value) = self.item(&name, value, item.value.span, Some(&item.value));
            columns.push(column);
            handed.push((name, value));
        }
        let with = self.sections("with", projection, &columns, None);
        let match_block = self.match_block(std::mem::take(block));
        self.stages
            .get_or_insert_default()
            .push(format!("{match_block} {with}\n"));
        // What is not handed on cannot be seen behind it, and what was known of numbers is about other names.
        self.frames.iter_mut().for_each(|frame| frame.clear());
        self.guards.clear();
        for (name, value) in handed {
            self.bind(&name, value);
        }
        // In Cypher, it is true of the rows that `LIMIT` leaves.
        if let Some(condition) = &projection.condition {
            self.condition(condition, block);
            self.guard(condition, true);
        }
    }

    /// An item of `with`, and what its name stands for behind it.
    fn item(&mut self, name: &str, value: Value, span: Span, expr: Option<&crate::ast::Expr>) -> (Column, Value) {
        let value = match &value.ty {
            Ty::List(item) if matches!(**item, Ty::Node(_) | Ty::Edge(_)) => {
                let help = "collect a property, such as its key";
                self.none(
                    &codes::WHOLE,
                    span,
                    "a list of nodes or relationships is no value",
                    help,
                )
            }
            Ty::Null => {
                let message = "a value that is always null has no type";
                self.none(&codes::VALUE, span, message, "leave it out")
            }
            Ty::Blob => self.none(&codes::WHOLE, span, "bytes are no value", "leave them out"),
            _ if value.text == super::pattern::PATH => {
                let message = format!("`{name}` is a path, and no value");
                self.none(&codes::PATH, span, message, "hand on its nodes instead")
            }
            _ => value,
        };
        let is_variable =
            value.text.starts_with('$') && value.text[1..].chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_parameter = matches!(expr.map(|expr| &expr.kind), Some(ExprKind::Parameter(_)));
        let variable = match is_variable && !is_parameter {
            true => value.text.clone(),
            false => self.fresh(name),
        };
        let column = Column {
            alias: (variable != value.text).then(|| variable.clone()),
            value: value.clone(),
            span,
            expr: expr.cloned(),
        };
        let handed = Value {
            text: variable,
            level: Level::Primary,
            aggregates: false,
            reads: true,
            ..value
        };
        (column, handed)
    }

    /// A `WITH` that hands on variables and values, and nothing else: what follows stands in the same block.
    pub(super) fn stage(&mut self, projection: &Projection, span: Span, block: &mut Vec<String>) {
        let reason = if self.has_aggregate(projection) {
            Some("a `WITH` that aggregates")
        } else if projection.distinct {
            Some("`WITH DISTINCT`")
        } else if !projection.order.is_empty() || projection.skip.is_some() || projection.limit.is_some() {
            Some("a `WITH` that orders or cuts")
        } else {
            None
        };
        if reason.is_some() && self.stages.is_some() {
            return self.real_stage(projection, span, block);
        }
        if let Some(reason) = reason {
            let message = format!("{reason} has no equal here");
            let help = "a count per row is `COUNT { … }`; else make two queries of it";
            self.report(&codes::STAGE, span, message, help);
        }
        let mut handed = Vec::new();
        if projection.star.is_some() {
            for frame in &self.frames {
                handed.extend(frame.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        for item in &projection.items {
            let name = match (&item.alias, &item.value.kind) {
                (Some(alias), _) => alias.text.clone(),
                (None, crate::ast::ExprKind::Variable(name)) => name.clone(),
                _ => {
                    let help = "write `AS` and a name";
                    self.report(
                        &codes::UNREADABLE,
                        item.value.span,
                        "a value that `WITH` hands on has a name",
                        help,
                    );
                    continue;
                }
            };
            let mut value = match reason {
                Some(_) => Value::unknown(),
                None => self.value(&item.value),
            };
            let is_variable = value.text.starts_with('$') && !value.text.contains(['.', ' ', '(', '[']);
            if !is_variable && !value.is_unknown() {
                let variable = self.fresh(&name);
                block.push(format!("let {variable} = {}", value.text));
                value.text = variable;
                value.level = crate::value::Level::Primary;
                value.reads = true;
            }
            handed.push((name, value));
        }
        // What is not handed on cannot be seen behind it.
        if let Some(frame) = self.frames.last_mut() {
            frame.clear();
        }
        for (name, value) in handed {
            self.bind(&name, value);
        }
        if reason.is_none()
            && let Some(condition) = &projection.condition
        {
            self.condition(condition, block);
            self.guard(condition, true);
        }
    }
}
