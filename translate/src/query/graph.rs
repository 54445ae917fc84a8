//! Functions of nodes, relationships and paths.

use omnigraph_grammar::Span;

use crate::ast::{Call, Expr, ExprKind};
use crate::codes;
use crate::value::{Ty, Value, quoted};

use super::Translator;
use super::pattern::PATH;

impl Translator<'_> {
    pub(super) fn of_graph(&mut self, call: &Call, expr: &Expr) -> Option<Value> {
        let span = expr.span;
        match (call.name.as_str(), call.arguments.as_slice()) {
            ("id" | "elementid" | "offset", [_]) => {
                let help = "use the key that the schema declares";
                Some(self.none(
                    &codes::IDENTITY,
                    span,
                    "identities that a database gives by itself are unknown here",
                    help,
                ))
            }
            ("label", [link]) if self.is_kuzu() && self.is_link(link) => self.type_of_link(link, span),
            ("labels" | "label", [_]) => {
                let help = "a node has the one type that the pattern names; write it as a text";
                Some(self.none(&codes::IDENTITY, span, "the labels of a node are no value here", help))
            }
            ("keys" | "properties", [_]) => {
                let help = "name the properties";
                Some(self.none(
                    &codes::IDENTITY,
                    span,
                    "the names of properties are no values here",
                    help,
                ))
            }
            ("startnode" | "endnode", [_]) => {
                let help = "name the node in the pattern";
                Some(self.none(
                    &codes::IDENTITY,
                    span,
                    "the ends of a relationship are asked for by the pattern",
                    help,
                ))
            }
            ("nodes" | "relationships" | "rels", [_]) => {
                let help = "name the nodes and relationships in the pattern";
                let message = "the nodes and relationships of a path are no lists of nodes and relationships here";
                Some(self.none(&codes::PATH, span, message, help))
            }
            ("length" | "size", [path]) if self.found_path(path).is_some() => {
                let found = self.found_path(path)?;
                let mut length = Value::primary(format!("length({})", found.variable), Ty::Integer);
                length.reads = true;
                Some(length.nullable(found.nullable))
            }
            ("length", [path]) if self.is_path(path) => {
                let help = "a pattern without `*` has as many steps as are written";
                Some(self.none(&codes::PATH, span, "the length of this path is not known here", help))
            }
            ("type", [link]) => self.type_of_link(link, span),
            // Before `COUNT { … }` there was `size(pattern)`.
            ("size", [only]) => match &only.kind {
                ExprKind::Pattern(path) => {
                    self.pattern_of_missing(path);
                    let block = self.pattern_block(path, false);
                    Some(super::expression::block_value(format!("count {block}"), Ty::Integer))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The type of a relationship as the statement spells it.
    fn type_of_link(&mut self, link: &Expr, span: Span) -> Option<Value> {
        let value = self.value(link);
        Some(match &value.ty {
            // A relationship has the one type that the pattern names.
            Ty::Edge(_) => match self.written_type(link) {
                Some(written) if value.nullable => {
                    let text = format!("case when {} is not null then {} end", value.text, quoted(&written));
                    Value::primary(text, Ty::Text).from(&[&value])
                }
                Some(written) => Value::primary(quoted(&written), Ty::Text),
                None => {
                    let message = "how the type of this relationship is spelled is not known";
                    self.none(&codes::IDENTITY, span, message, "write the type in the pattern")
                }
            },
            Ty::Unknown => Value::unknown(),
            other => {
                let message = format!("`type` takes a relationship, and this is {}", other.word());
                self.none(&codes::OPERANDS, span, message, "ask for the type of a relationship")
            }
        })
    }

    fn is_link(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Variable(name) if self.lookup(name).is_some_and(|value| matches!(value.ty, Ty::Edge(_))))
    }

    fn is_path(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Variable(name) => self.lookup(name).is_some_and(|value| value.text == PATH),
            ExprKind::Pattern(_) => true,
            _ => false,
        }
    }

    /// The type of a relationship as its pattern spells it: what `type(r)` gives.
    fn written_type(&self, link: &Expr) -> Option<String> {
        let ExprKind::Variable(name) = &link.kind else {
            return None;
        };
        self.spellings.get(name).cloned()
    }
}
