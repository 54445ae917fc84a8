//! The slips that a few neighbouring tokens give away: each is reported with a fix, and mended.

use super::members::{is_annotation, member, missing_at};
use super::mend::{Frame, Mender};
use super::terminal::Lexeme;
use super::token::TokenKind::{self, *};
use crate::shared::lexeme::is;
use crate::{Language, Span, SyntaxError, items};

/// Reports and mends what is wrong at lexeme `i`. Answers where to go on if it has passed the lexeme on, or dropped it.
pub(super) fn mend(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    if i == 0 {
        return start(m, lexeme);
    }
    match (lexeme.kind, m.top()) {
        (Error, Some(Frame::EnumValues)) => {
            // With what it is glued to, it was meant as one value.
            let glued = |j: &usize| {
                m.at(*j).zip(m.at(j - 1)).is_some_and(|(l, before)| {
                    l.span.start == before.span.end && matches!(l.kind, Name | Type | Word | Integer | Minus | Error)
                })
            };
            Some((i + 1..).find(|j| !glued(j)).unwrap_or(i + 1))
        }
        (Error, _) => Some(i + 1),
        (Semicolon, _) => separator(m, i),
        (Comma, top) => {
            let next = m.at(i + 1).map(|l| l.kind);
            let trailing = matches!(
                next,
                Some(RightParen | RightBracket | RightBrace | LeftBrace | Comma) | None
            );
            let leading = matches!(m.before(1).map(|l| l.kind), Some(LeftParen));
            if top == Some(Frame::Body) || trailing || leading {
                separator(m, i)
            } else {
                None
            }
        }
        // Behind the body, nothing can be mended.
        (_, None) if m.out.iter().any(|l| l.kind == LeftBrace) => None,
        (_, None | Some(Frame::Body)) if lacks_paren(m, i) => {
            missing_paren(m, i);
            mend(m, i)
        }
        (_, None) => header(m, i),
        (_, Some(Frame::Body)) => member(m, i),
        (_, Some(Frame::EnumValues)) => enum_value(m, i),
        (_, Some(Frame::Arguments)) => argument(m, i),
        (Question, Some(Frame::Bracket)) => None,
        _ => None,
    }
}

pub(super) fn error(code: &'static str, span: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(code, span).message(message)
}

fn start(m: &mut Mender<'_>, lexeme: Lexeme<'_>) -> Option<usize> {
    if let Some(keyword) = items::foreign_keyword(Language::Schema, lexeme.text) {
        m.errors.push(
            error(
                "S005",
                lexeme.span,
                format!("`{}` starts no declaration: write `{keyword}`", lexeme.text),
            )
            .safe_fix(format!("write `{keyword}`"), lexeme.span, keyword),
        );
        m.insert(Name, keyword);
        return Some(1);
    }
    let keyword = items::glued_keyword(Language::Schema, lexeme.text)?;
    m.split(0, keyword.len(), [Name, Type]);
    glued(m, 0);
    None
}

/// Reports that the lexemes at `i` and behind it are glued together.
pub(super) fn glued(m: &mut Mender<'_>, i: usize) {
    let (Some(left), Some(right)) = (m.at(i), m.at(i + 1)) else {
        return;
    };
    m.errors.push(
        error(
            "S012",
            left.span.to(right.span),
            format!("`{}` and `{}` are glued together", left.text, right.text),
        )
        .safe_fix("insert a space", Span::at(left.span.end as usize), " "),
    );
}

fn separator(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let message = if m.top() == Some(Frame::Body) {
        format!("members are not separated by `{}`", lexeme.text)
    } else {
        format!("this `{}` separates nothing", lexeme.text)
    };
    m.errors.push(error("S009", lexeme.span, message).safe_fix(
        format!("delete the `{}`", lexeme.text),
        lexeme.span,
        "",
    ));
    Some(i + 1)
}

/// Whether `@range pages, 1..9)` or `enum calm, loud)` has lost its bracket right before `i`.
fn lacks_paren(m: &Mender<'_>, i: usize) -> bool {
    let opens = is(m.before(2), At) && is(m.before(1), Name)
        || is(m.before(2), Colon) && m.before(1).is_some_and(|l| matches!(l.text, "enum" | "Vector"));
    let value = |l: Lexeme<'_>| {
        matches!(
            l.kind,
            Name | Type | Word | Integer | Float | Text | Minus | DotDot | Comma | Equal | RightParen
        )
    };
    let rest = (i..)
        .map_while(|j| m.at(j))
        .enumerate()
        .take_while(|(n, l)| value(*l) && (*n == 0 || !l.starts_line));
    opens && rest.into_iter().any(|(_, l)| l.kind == RightParen)
}

fn missing_paren(m: &mut Mender<'_>, i: usize) {
    let text = m.before(1).map_or("", |l| l.text);
    let frame = if text == "enum" {
        Frame::EnumValues
    } else if is(m.before(2), At) {
        Frame::Arguments
    } else {
        Frame::TypeArguments
    };
    expected(m, i, LeftParen, "(", format!("a `(` is missing behind `{text}`"));
    m.out.pop();
    m.imply(frame);
}

/// A name where the language wants a capital.
fn capitalise(m: &mut Mender<'_>, i: usize, what: &str) {
    let Some(lexeme) = m.at(i) else { return };
    let camel: String = lexeme.text.split(['_', '-']).map(first_upper).collect();
    m.errors.push(
        error(
            "S007",
            lexeme.span,
            format!("the name of {what} starts with an upper-case letter"),
        )
        .fix(format!("write `{camel}`"), lexeme.span, camel.clone()),
    );
    let capital = m.spellings.capital(lexeme.span);
    m.change(i, Type, capital);
}

fn first_upper(part: &str) -> String {
    let mut chars = part.chars();
    chars
        .next()
        .map(|c| c.to_ascii_uppercase().to_string() + chars.as_str())
        .unwrap_or_default()
}

/// Reports that something is missing before the lexeme at `i`, and puts it in.
pub(super) fn expected(m: &mut Mender<'_>, i: usize, kind: TokenKind, text: &'static str, message: String) {
    let span = m.at(i).map_or(m.gap(), |l| l.span);
    let padded = if text == "->" { " ->" } else { text };
    m.missing(span, text, padded, message);
    m.insert(kind, text);
}

// ---- headers ----------------------------------------------------------------

fn header(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let keyword = m.keyword();
    let place = m.out.len();
    if !matches!(keyword, "interface" | "node" | "edge") {
        return None;
    }
    let what = match keyword {
        "interface" => "an interface",
        "node" => "a node",
        _ => "an edge",
    };
    let has_ends = keyword != "edge" || m.out.iter().any(|l| l.kind == Arrow);
    if lexeme.kind == RightBrace && place > 1 && has_ends {
        expected(m, i, LeftBrace, "{", "a `{` is missing before the `}`".to_owned());
        m.out.pop();
        m.imply(Frame::Body);
        return None;
    }
    if place == 1 {
        if matches!(lexeme.kind, Name | Word) && lexeme.text != "implements" {
            capitalise(m, i, what);
        }
        return None;
    }
    if matches!(m.before(1).map(|l| l.kind), Some(At)) {
        return annotation_name(m, i);
    }
    match keyword {
        "edge" if place < 6 && is(m.out.get(1).copied(), Type) && !m.out.iter().any(|l| l.kind == At) => {
            edge_header(m, i)
        }
        _ => type_header(m, i),
    }
}

fn edge_header(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let word = matches!(lexeme.kind, Type | Name | Word);
    match (m.out.len(), lexeme.kind) {
        (2, _) if word => expected(
            m,
            i,
            Colon,
            ":",
            "a `:` is missing behind the name of the edge".to_owned(),
        ),
        (4, _) if word && is(m.before(1), Type) && lexeme.text != "to" => {
            expected(
                m,
                i,
                Arrow,
                "->",
                "a `->` is missing between the ends of the edge".to_owned(),
            );
        }
        (4, Minus | Comma | DotDot | Greater | Equal | Name) => {
            // `=>` and `-->` are two tokens.
            let more = m
                .at(i + 1)
                .filter(|n| matches!(n.kind, Greater | Arrow) && n.span.start == lexeme.span.end);
            let span = more.map_or(lexeme.span, |n| lexeme.span.to(n.span));
            m.errors
                .push(error("S006", span, "the ends of an edge are joined by `->`").safe_fix("write `->`", span, "->"));
            m.out.push(Lexeme {
                kind: Arrow,
                text: "->",
                span,
                ..lexeme
            });
            return Some(i + 1 + more.is_some() as usize);
        }
        _ => {}
    }
    let lexeme = m.at(i)?;
    if matches!(m.out.len(), 3 | 5) && matches!(lexeme.kind, Name | Word) {
        let property = is(m.at(i + 1), Colon);
        if !property {
            capitalise(m, i, "a node");
        }
    }
    None
}

fn type_header(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let before = m.before(1)?;
    let in_list = before.text == "implements" || before.kind == Comma;
    match lexeme.kind {
        Name if is(m.at(i + 1), Colon) => {
            expected(m, i, LeftBrace, "{", "members stand in braces".to_owned());
            m.out.pop();
            m.imply(Frame::Body);
            return member(m, i);
        }
        Name if lexeme.text == "implements" => {}
        Name if matches!(lexeme.text, "extends" | "is" | "with" | "implement") => {
            m.errors.push(
                error(
                    "S006",
                    lexeme.span,
                    format!("the word is `implements`, not `{}`", lexeme.text),
                )
                .safe_fix("write `implements`", lexeme.span, "implements"),
            );
            m.change(i, Name, "implements");
        }
        Name if lexeme.text.strip_prefix("implements").is_some_and(items::starts_upper) => {
            m.split(i, "implements".len(), [Name, Type]);
            glued(m, i);
        }
        Name if is_annotation(lexeme.text) && !in_list => missing_at(m, i),
        Name if in_list && m.keyword() == "node" => capitalise(m, i, "an interface"),
        Colon if m.out.len() == 2 && m.keyword() == "node" && is(m.at(i + 1), Type) => {
            m.errors.push(
                error(
                    "S006",
                    lexeme.span,
                    "interfaces are listed behind `implements`, not behind `:`",
                )
                .safe_fix("write `implements`", lexeme.span, " implements"),
            );
            m.change(i, Name, "implements");
        }
        Type if before.kind == Type && m.out.iter().any(|l| l.text == "implements") => {
            expected(m, i, Comma, ",", format!("a `,` is missing before `{}`", lexeme.text));
        }
        _ => {}
    }
    None
}

// ---- annotations and lists --------------------------------------------------

pub(super) fn annotation_name(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    match lexeme.kind {
        Name if !is(m.at(i + 1), Colon) && lexeme.text != "implements" => {}
        Type | Word if !is(m.at(i + 1), Colon) => {
            let small = m.spellings.small(lexeme.span);
            m.errors.push(
                error(
                    "S006",
                    lexeme.span,
                    "the name of an annotation starts with a lower-case letter",
                )
                .safe_fix(format!("write `{small}`"), lexeme.span, small),
            );
            m.change(i, Name, small);
        }
        _ => {
            let at = m.out.pop()?;
            m.errors.push(error(
                "S006",
                at.span,
                "expected the name of an annotation behind the `@`",
            ));
            if lexeme.kind == LeftParen {
                let close = (i..)
                    .take_while(|j| m.at(*j).is_some())
                    .find(|j| is(m.at(*j), RightParen));
                return Some(close.map_or(i + 1, |j| j + 1));
            }
            return mend(m, i);
        }
    }
    None
}

fn enum_value(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let before = m.before(1).map(|l| l.kind);
    let value = |kind| matches!(kind, Name | Type | Word | Integer | Text);
    match lexeme.kind {
        kind if value(kind) && before.is_some_and(value) => {
            if is(m.at(i + 1), Colon) {
                return None;
            }
            expected(m, i, Comma, ",", format!("a `,` is missing before `{}`", lexeme.text));
            None
        }
        kind if value(kind) => None,
        Comma | LeftParen | RightParen | RightBracket | LeftBrace | RightBrace | At | Colon => None,
        Question if before.is_some_and(value) => {
            m.close_until(m.depth() - 1, Some(lexeme));
            None
        }
        _ => {
            m.errors.push(
                error(
                    "S037",
                    lexeme.span,
                    format!("`{}` cannot be part of an enum value", lexeme.text),
                )
                .help("a value is made of ASCII letters, digits, `_` and `-`"),
            );
            m.out.push(Lexeme { kind: Name, ..lexeme });
            if before.is_some_and(value) {
                m.out.pop();
            }
            Some(i + 1)
        }
    }
}

fn argument(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let before = m.before(1).map(|l| l.kind);
    let word = |kind| matches!(kind, Name | Type | Word | Text);
    match lexeme.kind {
        // `@card(0..*)`
        Star if before == Some(DotDot) => {
            m.errors.push(
                error("S086", lexeme.span, "an open upper bound is left out: `0..`").safe_fix(
                    "delete the `*`",
                    lexeme.span,
                    "",
                ),
            );
            Some(i + 1)
        }
        Colon if before == Some(Name) => {
            m.errors.push(
                error("S011", lexeme.span, "a keyword and its value are joined by `=`").safe_fix(
                    "write `=`",
                    lexeme.span,
                    "=",
                ),
            );
            m.out.push(Lexeme {
                kind: Equal,
                text: "=",
                ..lexeme
            });
            Some(i + 1)
        }
        kind if word(kind) && before.is_some_and(word) && !is(m.at(i + 1), Colon) && lexeme.text != "implements" => {
            expected(m, i, Comma, ",", format!("a `,` is missing before `{}`", lexeme.text));
            None
        }
        _ => None,
    }
}
