//! What the productions of the schema grammar build.

use omnigraph_model::vocabulary;

use super::ast::*;
pub(crate) use crate::shared::parse::prepend;
use crate::{Name, Span};

/// What the grammar can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Declaration(Declaration),
    Piece(Piece),
}

/// A member as it is parsed: a property without its annotations, or an annotation that may belong to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Property(Property),
    Annotation(Annotation),
}

pub(crate) fn name(text: &str, start: usize, end: usize) -> Name {
    Name {
        text: text.to_owned(),
        span: Span::new(start, end),
    }
}

pub(crate) fn number(number: Number) -> ArgumentValue {
    if number.text.contains('.') {
        ArgumentValue::Float(number.text)
    } else {
        ArgumentValue::Integer(number.text)
    }
}

pub(crate) fn node(
    span: Span,
    name: Name,
    mut annotations: Vec<Annotation>,
    rest: Option<(Vec<Name>, Vec<Annotation>)>,
    pieces: Vec<Piece>,
) -> Declaration {
    let (implements, after) = rest.unwrap_or_default();
    annotations.extend(after);
    Declaration::Node(Node {
        name,
        annotations,
        implements,
        members: members(pieces),
        span,
    })
}

/// The place between the braces of `query { … }`, which is one terminal.
pub(crate) fn inside(start: usize, end: usize) -> Span {
    Span::new(start, end)
}

/// Gives every annotation its place: with the property before it, or as a constraint of the body.
pub(crate) fn members(pieces: Vec<Piece>) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    // Body constraints may stand between a property and its further annotations.
    let mut property = None;
    for piece in pieces {
        match piece {
            Piece::Property(p) => {
                property = Some(members.len());
                members.push(Member::Property(p));
            }
            Piece::Annotation(a) if is_body_constraint(&a) => members.push(Member::Constraint(a)),
            Piece::Annotation(a) => match property.and_then(|i| members.get_mut(i)) {
                Some(Member::Property(p)) => {
                    p.span = p.span.to(a.span);
                    p.annotations.push(a);
                }
                _ => members.push(Member::Stray(a)),
            },
        }
    }
    members
}

pub(crate) fn is_constraint(annotation: &Annotation) -> bool {
    annotation.arguments.is_some() && vocabulary::is_constraint(&annotation.name.text)
}

/// `@range(1..9)` and `@check("…")`, which leave the property out, annotate the one before them.
fn is_body_constraint(annotation: &Annotation) -> bool {
    let leaves_property_out = match annotation.arguments.as_ref().and_then(|a| a.list.first()) {
        Some(first) => match annotation.name.text.as_str() {
            "range" => matches!(first.value, ArgumentValue::Range { .. }),
            "check" => matches!(first.value, ArgumentValue::String(_)),
            _ => false,
        },
        None => false,
    };
    is_constraint(annotation) && !leaves_property_out
}
