//! The slips between the braces of a declaration: in properties and their types.

use super::mend::Mender;
use super::slips::{annotation_name, error, expected, glued};
use super::terminal::Lexeme;
use super::token::TokenKind::*;
use crate::Span;
use crate::shared::lexeme::is;
use omnigraph_model::vocabulary::{find_annotation, foreign_scalar, is_scalar, scalars};

pub(super) fn member(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let next = m.at(i + 1);
    let before = m.before(1).map(|l| l.kind);
    if before == Some(At) {
        return annotation_name(m, i);
    }
    if before == Some(Colon) {
        let property = lexeme.kind == Name && (is(next, Colon) || lexeme.starts_line && starts_type(m, i + 1));
        if !property && !matches!(lexeme.kind, At | RightBrace) {
            return type_slip(m, i);
        }
        missing_type(m, "");
    } else if before == Some(Name) && is_bare_property(m, lexeme) {
        missing_type(m, ":");
    }
    let before = m.before(1).map(|l| l.kind);
    match lexeme.kind {
        Colon if before != Some(Name) || !is_member_name(m) => nameless(m, i),
        Type | Word if is(next, Colon) => {
            lower_property(m, i);
            None
        }
        Name if starts_type(m, i + 1) && before != Some(Colon) => {
            m.out.push(lexeme);
            expected(
                m,
                i + 1,
                Colon,
                ":",
                format!("a `:` is missing behind `{}`", lexeme.text),
            );
            Some(i + 1)
        }
        Question if before == Some(Question) => {
            m.errors
                .push(error("S038", lexeme.span, "one `?` is enough").safe_fix("delete it", lexeme.span, ""));
            Some(i + 1)
        }
        Name if is_annotation(lexeme.text) && !lexeme.starts_line && !is(next, Colon) && !is(next, Type) => {
            missing_at(m, i);
            None
        }
        Question if !matches!(before, Some(Type | Name | RightBracket | RightParen)) || is_after_annotation(m) => {
            m.errors.push(
                error("S038", lexeme.span, "a `?` belongs directly behind the type")
                    .help("an optional property reads `title: String?`"),
            );
            Some(i + 1)
        }
        Bang if matches!(before, Some(Type | Name | RightBracket | RightParen)) => {
            m.errors.push(
                error(
                    "S006",
                    lexeme.span,
                    "a property is required unless its type ends in `?`",
                )
                .safe_fix("delete the `!`", lexeme.span, ""),
            );
            Some(i + 1)
        }
        Equal => default_value(m, i),
        Name | Type | Word
            if !lexeme.starts_line && matches!(before, Some(Type | Name | RightBracket | RightParen)) =>
        {
            column_words(m, i)
        }
        LeftBracket if before == Some(Type) && is(next, RightBracket) => {
            let close = next?;
            let element = m.out.pop()?;
            list_of(m, element, element.span.to(close.span));
            m.out.push(close);
            Some(i + 2)
        }
        Less if before == Some(Type) && is(next, Type) && is(m.at(i + 2), Greater) => {
            let (element, close, generic) = (next?, m.at(i + 2)?, m.out.pop()?);
            list_of(m, element, generic.span.to(close.span));
            m.insert(RightBracket, "]");
            Some(i + 3)
        }
        _ => None,
    }
}

/// A `:` with no name before it; its type and annotations belong to nothing.
fn nameless(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let span = m.at(i)?.span;
    m.errors
        .push(error("S006", span, "expected the name of a property before the `:`"));
    let member =
        |j: &usize| is(m.at(j + 1), Colon) && !is(m.at(*j), Colon) || m.at(*j).is_none_or(|l| l.kind == RightBrace);
    (i + 1..).find(member)
}

/// A list as other languages write it, up to its closing bracket.
fn list_of<'s>(m: &mut Mender<'s>, element: Lexeme<'s>, whole: Span) {
    let list = format!("[{}]", element.text);
    m.errors.push(
        error("S006", whole, "a list is written with brackets around the type").safe_fix(
            format!("write `{list}`"),
            whole,
            list,
        ),
    );
    m.insert(LeftBracket, "[");
    m.out.push(element);
}

/// What SQL writes behind the type of a column: `not null`, `primary key`, `default 3`, `references Book`.
fn column_words(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let lower = |j: usize| m.at(j).map_or(String::new(), |l| l.text.to_ascii_lowercase());
    let next = m.at(i + 1).filter(|l| !l.starts_line);
    let ends = |j: &usize| {
        m.at(*j)
            .is_none_or(|l| l.starts_line || matches!(l.kind, Comma | Semicolon | At | RightBrace))
    };
    let end = (i + 1..).find(ends)?;
    let all = lexeme.span.to(m.at(end - 1)?.span);
    let (end, wrong) = match (lower(i).as_str(), lower(i + 1).as_str()) {
        ("not", "null") => {
            let both = lexeme.span.to(next?.span);
            let wrong = error("S006", both, "a property is required unless its type ends in `?`");
            (i + 2, wrong.safe_fix("delete it", both, ""))
        }
        ("null", _) => {
            let wrong = error(
                "S006",
                lexeme.span,
                "a property that may be missing has a `?` behind its type",
            );
            (i + 1, wrong.help("an optional property reads `title: String?`"))
        }
        ("primary", "key") => {
            let both = lexeme.span.to(next?.span);
            let wrong = error("S006", both, "the key is marked by an annotation");
            (i + 2, wrong.fix("write `@key`", both, "@key"))
        }
        ("default", _) => {
            let wrong = error("S006", all, "a default is given by an annotation");
            (
                end,
                wrong.help("it reads `pages: I32 @default(3)`, with a number, a string or a word in the parentheses"),
            )
        }
        ("references" | "foreign" | "unique" | "auto_increment" | "autoincrement" | "check" | "generated", _)
            if lower(i) != "unique" && lower(i) != "check" =>
        {
            let wrong = error("S006", all, format!("there is no `{}`", lexeme.text));
            (
                end,
                wrong.help("what points at another record is an edge: `edge Wrote: Person -> Book`"),
            )
        }
        _ => return None,
    };
    m.errors.push(wrong);
    Some(end)
}

/// Whether the name before is a property without anything behind it.
fn is_bare_property(m: &Mender<'_>, next: Lexeme<'_>) -> bool {
    let starts = m.before(1).is_some_and(|l| l.starts_line) && !is(m.before(2), Colon) && !is(m.before(2), At);
    starts && (next.starts_line && !is_colon(next) || matches!(next.kind, At | RightBrace))
}

/// Whether the name before starts a member.
fn is_member_name(m: &Mender<'_>) -> bool {
    !is(m.before(2), At) && !is(m.before(2), Colon)
}

fn is_colon(lexeme: Lexeme<'_>) -> bool {
    lexeme.kind == Colon
}

/// Reports that the property before has no type, and gives it one, so that it exists.
fn missing_type(m: &mut Mender<'_>, colon: &'static str) {
    let gap = m.gap();
    let name = if colon.is_empty() { m.before(2) } else { m.before(1) };
    let message = format!("the type of `{}` is missing", name.map_or("", |l| l.text));
    m.errors.push(
        error("S006", gap, message)
            .label(name.map_or(gap, |l| l.span), "in this property")
            .help("a property type is one such as `String`, `I32` or `enum(…)`, with a `?` if it is optional")
            .fix("make it a `String`", gap, format!("{colon} String")),
    );
    if !colon.is_empty() {
        m.insert(Colon, ":");
    }
    m.insert(Type, "String");
}

/// Whether an annotation of a member ends right before, and not its type.
fn is_after_annotation(m: &Mender<'_>) -> bool {
    let last = m.out.iter().rev().find(|l| matches!(l.kind, At | Colon | LeftBrace));
    last.is_some_and(|l| l.kind == At)
}

pub(super) fn is_annotation(word: &str) -> bool {
    find_annotation(word).is_some()
}

pub(super) fn missing_at(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    let start = Span::at(lexeme.span.start as usize);
    m.errors.push(
        error(
            "S006",
            lexeme.span,
            format!("an annotation starts with `@`: `@{}`", lexeme.text),
        )
        .safe_fix("insert `@`", start, "@"),
    );
    m.insert(At, "@");
}

/// Whether what stands at `i` can only be a type.
fn starts_type(m: &Mender<'_>, i: usize) -> bool {
    let Some(lexeme) = m.at(i) else { return false };
    match lexeme.kind {
        Type => !is(m.at(i + 1), Colon),
        LeftBracket => true,
        Name if lexeme.text == "enum" => is(m.at(i + 1), LeftParen),
        Name => !lexeme.starts_line && foreign_scalar(lexeme.text).is_some() && !is(m.at(i + 1), Colon),
        _ => false,
    }
}

fn lower_property(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    let screams = !lexeme.text.chars().any(|c| c.is_ascii_lowercase());
    let spelling = match lexeme.kind {
        Word => lexeme.text,
        _ if screams => m.spellings.lower(lexeme.span),
        _ => m.spellings.small(lexeme.span),
    };
    let mut wanted = spelling.replace('-', "_");
    if wanted.starts_with(|c: char| c.is_ascii_digit()) {
        wanted.insert(0, '_');
    }
    let message = match lexeme.kind {
        Word => format!(
            "`{}` is not a name: a property is called by letters, digits and `_`",
            lexeme.text
        ),
        _ => "the name of a property starts with a lower-case letter".to_owned(),
    };
    m.errors
        .push(error("S008", lexeme.span, message).fix(format!("write `{wanted}`"), lexeme.span, wanted.clone()));
    m.change(i, Name, spelling);
}

/// What stands behind the `:` of a property.
fn type_slip(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let next = m.at(i + 1);
    match lexeme.kind {
        Question if !starts_type(m, i + 1) => {
            missing_type(m, "");
            None
        }
        Question => {
            let mut wrong = error("S038", lexeme.span, "a `?` belongs behind the type")
                .help("an optional property reads `title: String?`");
            if let Some(ty) = next.filter(|n| n.kind == Type) {
                let edits = vec![
                    (lexeme.span, String::new()),
                    (Span::at(ty.span.end as usize), "?".to_owned()),
                ];
                wrong = wrong.with_fix("move it", true, edits);
            }
            m.errors.push(wrong);
            Some(i + 1)
        }
        Type if is(next, Colon) || next.is_some_and(|n| n.kind == LeftParen && lexeme.text != "Vector") => {
            // `Stringyear: I32`
            let scalars = scalars().filter(|name| *name != "Vector" && lexeme.text.starts_with(name));
            let scalar = scalars.max_by_key(|s| s.len());
            let rest = scalar.map_or("", |scalar| &lexeme.text[scalar.len()..]);
            if let Some(scalar) = scalar
                && rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && is(next, Colon)
            {
                m.split(i, scalar.len(), [Type, Name]);
                glued(m, i);
                None
            } else if is(next, LeftParen) {
                type_arguments(m, i)
            } else {
                None
            }
        }
        Type | Name if is(next, LeftParen) && !matches!(lexeme.text, "enum" | "Vector") => type_arguments(m, i),
        _ => None,
    }
}

/// `varchar(255)`, `vector(3)`, `Enum(a, b)`
fn type_arguments(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let lower = m.spellings.lower(lexeme.span);
    let right = match lower {
        "vector" | "embedding" => Some((Type, "Vector")),
        "enum" => Some((Name, "enum")),
        _ => None,
    };
    let mut wrong = error("S030", lexeme.span, format!("`{}` is not a property type", lexeme.text));
    match right {
        Some((kind, word)) => {
            m.errors.push(wrong.fix(format!("write `{word}`"), lexeme.span, word));
            m.change(i, kind, word);
            None
        }
        None => {
            if !is_scalar(lexeme.text) {
                wrong = wrong
                    .help("only `Vector(n)` and `enum(…)` take something in parentheses; a `String` has no length");
            } else {
                wrong.message = format!("`{}` takes nothing in parentheses", lexeme.text);
            }
            let close = (i + 1..)
                .take_while(|j| m.at(*j).is_some())
                .find(|j| is(m.at(*j), RightParen))?;
            m.errors.push(wrong);
            m.out.push(Lexeme {
                kind: Type,
                text: "String",
                ..lexeme
            });
            Some(close + 1)
        }
    }
}

/// `pages: I32 = 3`
fn default_value(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let equal = m.at(i)?;
    let negative = is(m.at(i + 1), Minus) as usize;
    let value = m.at(i + 1 + negative)?;
    let whole = equal.span.to(value.span);
    let sign = if negative == 1 { "-" } else { "" };
    let default = format!("@default({sign}{})", value.text);
    m.errors
        .push(error("S006", whole, "a default is given by an annotation").fix(
            format!("write `{default}`"),
            whole,
            default,
        ));
    Some(i + 2 + negative)
}
