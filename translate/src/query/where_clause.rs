//! Conditions of `WHERE` as clauses of a block.

use crate::ast::{Comparison, Expr, ExprKind};
use crate::codes;
use crate::value::Ty;

use super::pattern::clause;
use super::{Guard, Sign, Translator};

impl Translator<'_> {
    /// The parts of a condition, each a clause.
    pub(super) fn condition(&mut self, expr: &Expr, block: &mut Vec<String>) {
        match &expr.kind {
            ExprKind::And(all) => {
                for one in all {
                    self.condition(one, block);
                    self.guard(one, true);
                }
            }
            ExprKind::HasLabels(name, labels) => {
                // It gave the node its type; what is missing has none.
                let value = self.has_labels(name, labels);
                if value.nullable
                    && let Some(variable) = self.lookup(&name.text)
                {
                    block.push(format!("{} is not null", variable.text));
                }
            }
            ExprKind::Not(inner) => match &inner.kind {
                ExprKind::Pattern(path) => {
                    self.pattern_of_missing(path);
                    let inside = self.pattern_block(path, true);
                    block.push(format!("not {inside}"));
                }
                ExprKind::Exists(clauses) if self.is_correlated(inner) => {
                    if let Some(inside) = self.inner_block(clauses, inner.span, true) {
                        block.push(format!("not {inside}"));
                    }
                }
                _ => self.plain_condition(expr, block),
            },
            ExprKind::Pattern(path) => {
                let inside = self.pattern_block(path, true);
                block.push(format!("exists {inside}"));
            }
            ExprKind::Exists(clauses) => {
                if let Some(inside) = self.inner_block(clauses, expr.span, true) {
                    block.push(format!("exists {inside}"));
                }
            }
            _ => self.plain_condition(expr, block),
        }
    }

    fn plain_condition(&mut self, expr: &Expr, block: &mut Vec<String>) {
        let lenient = std::mem::replace(&mut self.lenient, true);
        let mut value = self.value(expr);
        self.lenient = lenient;
        self.settle(&mut value, &Ty::Bool);
        match value.ty {
            Ty::Bool => block.push(clause(&value)),
            Ty::Unknown => {}
            ref other => {
                let message = format!("a condition is a truth value, and this is {}", other.word());
                self.report(&codes::OPERANDS, expr.span, message, "compare it with something");
            }
        }
    }

    /// Whether a block reads a variable from around it, as `not { … }` must.
    fn is_correlated(&self, block: &Expr) -> bool {
        let outer = |name: &str| self.lookup(name).is_some();
        let ExprKind::Exists(clauses) = &block.kind else {
            return false;
        };
        let in_pattern = clauses.iter().any(|clause| match &clause.kind {
            crate::ast::ClauseKind::Match { patterns, .. } => patterns.iter().any(|path| {
                let mut nodes = path.nodes.iter().filter_map(|node| node.variable.as_ref());
                nodes.any(|name| outer(&name.text))
            }),
            _ => false,
        });
        in_pattern || block.any(&|expr| matches!(&expr.kind, ExprKind::Variable(name) if outer(name)))
    }

    /// Remembers what a condition tells of the signs of numbers, where it holds or where it does not.
    pub(super) fn guard(&mut self, condition: &Expr, holds: bool) {
        match &condition.kind {
            ExprKind::And(all) if holds => all.iter().for_each(|one| self.guard(one, true)),
            ExprKind::Or(all) if !holds => all.iter().for_each(|one| self.guard(one, false)),
            ExprKind::Not(inner) => self.guard(inner, !holds),
            ExprKind::Compare(left, rest) => {
                let [(comparison, right)] = rest.as_slice() else {
                    return;
                };
                if let Some(sign) = number(right).and_then(|number| sign(*comparison, number, holds)) {
                    let expr = (**left).clone();
                    self.guards.push(Guard { expr, sign });
                }
                if let Some(sign) = number(left).and_then(|number| sign(turned(*comparison), number, holds)) {
                    let expr = right.clone();
                    self.guards.push(Guard { expr, sign });
                }
            }
            _ => {}
        }
    }

    /// Whether a number is known to have this sign, or a narrower one.
    pub(super) fn is(&self, expr: &Expr, wanted: Sign) -> bool {
        if let Some(number) = number(expr) {
            return match wanted {
                Sign::NotZero => number != 0.0,
                Sign::NotNegative => number >= 0.0,
                Sign::Positive => number > 0.0,
            };
        }
        if let ExprKind::Call(call) = &expr.kind
            && let [only] = call.arguments.as_slice()
        {
            match call.name.as_str() {
                "tofloat" => return self.is(only, wanted),
                "abs" | "size" if wanted == Sign::NotNegative => return true,
                _ => {}
            }
        }
        if wanted == Sign::NotNegative
            && let ExprKind::Arithmetic(crate::ast::Arithmetic::Multiply, left, right) = &expr.kind
            && left.same(right, self.text)
        {
            return true;
        }
        self.guards.iter().any(|guard| {
            let enough = guard.sign == wanted || guard.sign == Sign::Positive;
            enough && guard.expr.same(expr, self.text)
        })
    }
}

/// The value of a literal.
pub(super) fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Integer(value) => Some(*value as f64),
        ExprKind::Float(value) => Some(*value),
        ExprKind::Negative(inner) => number(inner).map(|value| -value),
        _ => None,
    }
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

/// What `x comparison number` tells of the sign of x. Where it does not hold, x may be null, which divides to null everywhere.
fn sign(comparison: Comparison, number: f64, holds: bool) -> Option<Sign> {
    let comparison = match (holds, comparison) {
        (true, same) => same,
        (false, Comparison::Equal) => Comparison::NotEqual,
        (false, Comparison::NotEqual) => Comparison::Equal,
        (false, Comparison::Less) => Comparison::GreaterEqual,
        (false, Comparison::LessEqual) => Comparison::Greater,
        (false, Comparison::Greater) => Comparison::LessEqual,
        (false, Comparison::GreaterEqual) => Comparison::Less,
    };
    match comparison {
        Comparison::NotEqual if number == 0.0 => Some(Sign::NotZero),
        Comparison::Greater if number >= 0.0 => Some(Sign::Positive),
        Comparison::GreaterEqual if number > 0.0 => Some(Sign::Positive),
        Comparison::GreaterEqual if number == 0.0 => Some(Sign::NotNegative),
        Comparison::Equal if number > 0.0 => Some(Sign::Positive),
        Comparison::Less if number <= 0.0 => Some(Sign::NotZero),
        _ => None,
    }
}
