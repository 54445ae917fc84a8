//! `$min?`: where the parameter is null, the smallest comparison around it is removed. `and` and `or` go on without it, `not` of
//! it is removed too, and where nothing is left the condition is true (docs/query-language.md, Parameters). Such a condition is
//! checked as one that says the same without the mark, with `is null`.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{
    Binary, BinaryOperator, Expression, ExpressionKind, NullTest, Unary, UnaryOperator,
};

/// A condition without marks.
pub(crate) struct Split {
    /// What is left of it where not all is removed.
    pub condition: Expression,
    /// True where all of it is removed; `None` of one that never is.
    pub removed: Option<Expression>,
    /// The parameters, each where it is marked.
    pub marked: Vec<(String, Span)>,
}

/// Whether a parameter is marked in an expression.
pub(crate) fn any(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Skippable(_)) || expression.operands().into_iter().any(any)
}

/// Whether an expression is a comparison or made of conditions.
pub(crate) fn is_condition(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => true,
        ExpressionKind::Binary(binary) => matches!(binary.op, BinaryOperator::And | BinaryOperator::Or),
        ExpressionKind::Unary(unary) => unary.op == UnaryOperator::Not,
        _ => false,
    }
}

/// A condition as a whole: true where all of it is removed.
pub(crate) fn whole(split: Split) -> Expression {
    match split.removed {
        Some(removed) => joined(BinaryOperator::Or, removed, split.condition),
        None => split.condition,
    }
}

/// A value without marks: that of an inline match, which is a comparison with its property.
pub(crate) fn plain(value: &Expression) -> (Expression, Vec<(String, Span)>) {
    let mut plain = value.clone();
    let mut marked = Vec::new();
    unmark(&mut plain, &mut marked);
    (plain, marked)
}

pub(crate) fn split(condition: &Expression) -> Split {
    let mut marked = Vec::new();
    let (condition, removed) = parts(condition, &mut marked);
    Split {
        condition,
        removed,
        marked,
    }
}

fn parts(condition: &Expression, marked: &mut Vec<(String, Span)>) -> (Expression, Option<Expression>) {
    match &condition.kind {
        ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => {
            let mut plain = condition.clone();
            let mut own = Vec::new();
            plain
                .operands_mut()
                .into_iter()
                .for_each(|operand| unmark(operand, &mut own));
            let tests = own.iter().map(|(name, span)| is_null(name, *span));
            let removed = tests.reduce(|left, right| joined(BinaryOperator::Or, left, right));
            marked.extend(own);
            (plain, removed)
        }
        ExpressionKind::Binary(binary) if is_condition(condition) => {
            let (left, left_removed) = parts(&binary.left, marked);
            let (right, right_removed) = parts(&binary.right, marked);
            let side = |side: Expression, removed: &Option<Expression>| match (binary.op, removed) {
                (_, None) => side,
                (BinaryOperator::And, Some(removed)) => joined(BinaryOperator::Or, removed.clone(), side),
                (_, Some(removed)) => joined(BinaryOperator::And, not(removed.clone()), side),
            };
            let whole = Binary {
                left: side(left, &left_removed),
                op: binary.op,
                op_span: binary.op_span,
                right: side(right, &right_removed),
            };
            let removed = left_removed
                .zip(right_removed)
                .map(|(left, right)| joined(BinaryOperator::And, left, right));
            let kind = ExpressionKind::Binary(Box::new(whole));
            (
                Expression {
                    kind,
                    span: condition.span,
                },
                removed,
            )
        }
        ExpressionKind::Unary(unary) if is_condition(condition) => {
            let (operand, removed) = parts(&unary.operand, marked);
            let kind = ExpressionKind::Unary(Box::new(Unary {
                operand,
                ..(**unary).clone()
            }));
            (
                Expression {
                    kind,
                    span: condition.span,
                },
                removed,
            )
        }
        _ => (condition.clone(), None),
    }
}

/// Drops the marks of an operand, but for those in comparisons of its own.
fn unmark(operand: &mut Expression, marked: &mut Vec<(String, Span)>) {
    match &mut operand.kind {
        ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => {}
        ExpressionKind::Skippable(name) => {
            marked.push((name.clone(), operand.span));
            operand.kind = ExpressionKind::Variable(std::mem::take(name));
        }
        _ => operand
            .operands_mut()
            .into_iter()
            .for_each(|operand| unmark(operand, marked)),
    }
}

fn joined(op: BinaryOperator, left: Expression, right: Expression) -> Expression {
    let span = right.span;
    let kind = ExpressionKind::Binary(Box::new(Binary {
        left,
        op,
        op_span: span,
        right,
    }));
    Expression { kind, span }
}

fn not(operand: Expression) -> Expression {
    let span = operand.span;
    let kind = ExpressionKind::Unary(Box::new(Unary {
        op: UnaryOperator::Not,
        op_span: span,
        operand,
    }));
    Expression { kind, span }
}

fn is_null(name: &str, span: Span) -> Expression {
    let operand = Expression {
        kind: ExpressionKind::Variable(name.to_owned()),
        span,
    };
    let kind = ExpressionKind::NullTest(Box::new(NullTest {
        operand,
        negated: false,
        test: span,
    }));
    Expression { kind, span }
}
