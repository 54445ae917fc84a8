//! What the grammar accepts although the language does not, as far as no other declaration matters.

use omnigraph_model::vocabulary;

use super::ast::*;
use super::build::is_constraint;
use super::visit::{self, TypeDeclaration, Visit};
use crate::{ItemKind, Span, SyntaxError};

const DEEPEST_LIST: usize = 16;

pub(super) fn check(declaration: &Declaration, text: &str, errors: &mut Vec<SyntaxError>) {
    let mut checker = Checker {
        text,
        keyword: "",
        list_depth: 0,
        errors,
    };
    checker.visit_declaration(declaration);
}

struct Checker<'a> {
    text: &'a str,
    /// The keyword of the declaration.
    keyword: &'static str,
    list_depth: usize,
    errors: &'a mut Vec<SyntaxError>,
}

impl<'t> Visit<'t> for Checker<'_> {
    fn visit_type_declaration(&mut self, declared: TypeDeclaration<'t>) {
        self.keyword = match declared.kind {
            ItemKind::Interface => "interface",
            ItemKind::Edge => "edge",
            _ => "node",
        };
        let body = Body::of(declared.span, declared.members, self.text);
        for annotation in declared.annotations {
            header(self.keyword, annotation, &body, self.text, self.errors);
            self.visit_annotation(annotation);
        }
        declared.members.iter().for_each(|member| self.visit_member(member));
    }

    fn visit_constraint(&mut self, annotation: &'t Annotation) {
        if self.keyword == "interface" {
            self.errors.push(
                misplaced(annotation, "an interface has no constraints of its own")
                    .help("put it into the nodes that implement the interface"),
            );
        }
        self.visit_annotation(annotation);
    }

    fn visit_stray(&mut self, annotation: &'t Annotation) {
        self.errors.push(stray(annotation));
        self.visit_annotation(annotation);
    }

    fn visit_annotation(&mut self, annotation: &'t Annotation) {
        arguments(annotation, self.errors);
    }

    fn visit_type(&mut self, ty: &'t TypeRef) {
        // Lists within lists are a matter of meaning, up to a depth that no one writes.
        if self.list_depth > DEEPEST_LIST {
            return;
        }
        if let CoreType::Enum { values, keyword } = &ty.core
            && values.is_empty()
        {
            let parentheses = Span {
                start: keyword.end,
                ..ty.span
            };
            let error = SyntaxError::new("S035", parentheses)
                .message("an enum needs at least one value")
                .help("it reads `enum(calm, loud)`");
            self.errors.push(error);
        }
        self.list_depth += 1;
        visit::walk_type(self, ty);
        self.list_depth -= 1;
    }

    fn visit_vector(&mut self, _: Span, size: Option<&'t Number>) {
        if let Some(size) = size {
            fits_u32(&ArgumentValue::Integer(size.text.clone()), size.span, self.errors);
        }
    }
}

fn misplaced(annotation: &Annotation, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new("S010", annotation.span).message(message)
}

/// An annotation at the start of a body, with no property before it.
fn stray(annotation: &Annotation) -> SyntaxError {
    match annotation.name.text.as_str() {
        "card" => SyntaxError::new("S088", annotation.span)
            .message("`@card` belongs in the header of an edge")
            .help("write `edge Name: From -> To @card(0..1)`"),
        name => misplaced(annotation, format!("`@{name}` follows no property"))
            .help("an annotation stands behind the property it belongs to, or in the header of the declaration"),
    }
}

/// Where a declaration takes one more member.
enum Body {
    /// Behind the last member.
    Behind(Span),
    /// Before the closing brace of an empty one.
    Empty(Span),
    /// An edge without braces.
    None,
}

impl Body {
    fn of(span: Span, members: &[Member], text: &str) -> Body {
        match members.last().map(Member::span) {
            Some(last) => Body::Behind(Span::at(last.end as usize)),
            None if text.get(span.range()).is_some_and(|text| text.ends_with('}')) => {
                Body::Empty(Span::at(span.end.saturating_sub(1) as usize))
            }
            None => Body::None,
        }
    }
}

fn header(keyword: &str, annotation: &Annotation, body: &Body, text: &str, errors: &mut Vec<SyntaxError>) {
    let name = annotation.name.text.as_str();
    let bare = vocabulary::is_constraint(name) || name == "embed" || name == "card";
    if is_constraint(annotation) {
        let error = misplaced(
            annotation,
            format!("`@{name}(…)` is a constraint, which stands in the body"),
        )
        .help("move it between the braces");
        let written = text.get(annotation.span.range()).filter(|_| keyword != "interface");
        let moved = |at: Span, text: String| vec![(annotation.span, String::new()), (at, text)];
        errors.push(match (written, body) {
            (Some(text), Body::Behind(at)) => {
                error.with_fix("move it into the body", false, moved(*at, format!(" {text}")))
            }
            (Some(text), Body::Empty(at)) => {
                error.with_fix("move it into the body", false, moved(*at, format!(" {text} ")))
            }
            (Some(text), Body::None) => error.fix("give it a body", annotation.span, format!("{{ {text} }}")),
            (None, _) => error,
        });
    } else if keyword == "interface" && bare {
        errors.push(misplaced(
            annotation,
            format!("`@{name}` cannot stand in the header of an interface"),
        ));
    }
}

fn malformed(span: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new("S011", span).message(message)
}

fn arguments(annotation: &Annotation, errors: &mut Vec<SyntaxError>) {
    let Some(arguments) = &annotation.arguments else { return };
    let name = annotation.name.text.as_str();
    let list = &arguments.list;
    // Something may have been mended in here, which is said already.
    let known = |e: &SyntaxError| arguments.span.start <= e.span.start && e.span.end <= arguments.span.end;
    if errors.iter().any(known) {
        return;
    }
    if list.is_empty() {
        let error = malformed(arguments.span, "these parentheses are empty");
        errors.push(match vocabulary::is_constraint(name) {
            true => error.help(format!(
                "name the properties, such as `@{name}(title)`, or leave the parentheses out"
            )),
            false => error.safe_fix("delete them", arguments.span, ""),
        });
        return;
    }
    repeated_keywords(list, errors);
    if name == "card" {
        list.iter().for_each(|a| fits_u32(&a.value, a.span, errors));
    }
    // The arguments of these have a form of their own.
    if vocabulary::is_constraint(name) || matches!(name, "card" | "default" | "allow") {
        return;
    }
    if let Some(first) = list.first().filter(|a| a.keyword.is_some()) {
        errors.push(
            malformed(
                arguments.span,
                format!("`@{name}` starts with a value, not with a keyword"),
            )
            .label(first.span, "this comes second"),
        );
    }
    for (i, argument) in list.iter().enumerate() {
        if i > 0 && argument.keyword.is_none() {
            errors.push(
                malformed(
                    argument.span,
                    format!("`@{name}` takes one value; further ones need a keyword"),
                )
                .help("a keyword reads `model=\"…\"`"),
            );
            break;
        }
        let (negative, range) = match &argument.value {
            ArgumentValue::Integer(text) | ArgumentValue::Float(text) => (text.starts_with('-'), false),
            ArgumentValue::Range { .. } => (false, true),
            _ => (false, false),
        };
        if negative {
            errors.push(malformed(argument.span, format!("a number in `@{name}` has no sign")));
        } else if range {
            errors.push(malformed(argument.span, format!("`@{name}` takes no range")));
        } else if let (Some(keyword), ArgumentValue::Name(text) | ArgumentValue::TypeName(text)) =
            (&argument.keyword, &argument.value)
        {
            errors.push(
                malformed(argument.span, format!("the value of `{}` is a literal", keyword.text)).fix(
                    "put it in quotes",
                    Span {
                        start: argument.span.end - text.len() as u32,
                        ..argument.span
                    },
                    format!("\"{text}\""),
                ),
            );
        }
    }
}

fn repeated_keywords(list: &[Argument], errors: &mut Vec<SyntaxError>) {
    for (i, argument) in list.iter().enumerate() {
        let Some(keyword) = &argument.keyword else { continue };
        let first = list[..i]
            .iter()
            .filter_map(|a| a.keyword.as_ref())
            .find(|k| k.text == keyword.text);
        if let Some(first) = first {
            errors.push(
                malformed(keyword.span, format!("`{}` is given twice", keyword.text))
                    .label(first.span, "the first one"),
            );
        }
    }
}

fn fits_u32(value: &ArgumentValue, span: Span, errors: &mut Vec<SyntaxError>) {
    let mut check = |digits: &str, span: Span| {
        let too_large = digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u32>().is_err();
        if too_large {
            errors.push(SyntaxError::new("S013", span).message(format!("a number can be at most {} here", u32::MAX)));
        }
    };
    match value {
        ArgumentValue::Integer(digits) => check(digits, span),
        ArgumentValue::Range { low, high } => low.iter().chain(high).for_each(|n| check(&n.text, n.span)),
        _ => {}
    }
}
