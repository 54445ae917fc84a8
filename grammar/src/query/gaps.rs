//! Slips of omission: a bracket, a keyword, a `:` or a `.` that must have been meant between two tokens.

use omnigraph_model::vocabulary::{
    KeywordKind, QUERY_KEYWORDS, find_keyword, is_operator_word, is_statement, keywords_of,
};

use super::mend::{Frame, Mender};
use super::terminal::{self, Lexeme, block_word};
use super::token::TokenKind::*;
use crate::SyntaxError;
use crate::shared::lexeme::is;

fn expected(m: &mut Mender<'_>, found: Lexeme<'_>, wanted: &str, message: String) {
    let padded = if wanted == "{" { " {" } else { wanted };
    m.missing(found.span, wanted, padded, message);
}

/// Whether a word behind a variable follows an edge, and goes on with no condition.
pub(super) fn is_edge_word(lexeme: Lexeme<'_>) -> bool {
    let connects = |word: &str| find_keyword(&QUERY_KEYWORDS, word).is_some_and(|k| k.kind == KeywordKind::Connective);
    lexeme.kind == Name && !is_operator_word(lexeme.text) && !connects(lexeme.text) && !lexeme.starts_line
}

/// What a bracket that is missing before the lexeme at `i` would hold; reports it.
pub(super) fn missing_bracket(m: &mut Mender<'_>, i: usize) -> Option<Frame> {
    let lexeme = m.at(i)?;
    let frame = missing_frame(m, i)?;
    let before = m.before(1)?.text;
    let wanted = if matches!(frame, Frame::Paren | Frame::Parameters) {
        "("
    } else {
        "{"
    };
    expected(m, lexeme, wanted, format!("a `{wanted}` is missing behind `{before}`"));
    Some(frame)
}

fn missing_frame(m: &Mender<'_>, i: usize) -> Option<Frame> {
    let lexeme = m.at(i)?;
    let before = m.before(1)?;
    let before_that = m.before(2).map(|l| l.kind);
    let next = m.at(i + 1);
    let names_value = lexeme.kind == Name && !lexeme.starts_line && matches!(next.map(|l| l.kind), Some(Colon | Equal));
    match m.top() {
        None if m.out.len() == 2 && before.kind == Name && matches!(lexeme.kind, Variable | RightParen) => {
            Some(Frame::Parameters)
        }
        Some(Frame::Match) if before.kind == Type && names_value && !is(m.at(i + 2), Type) => Some(Frame::Matches),
        Some(Frame::Match)
            if lexeme.kind == Integer
                && next.is_some_and(|l| matches!(l.kind, Comma | DotDot | RightBrace) && !l.starts_line)
                && is_edge(m) =>
        {
            Some(Frame::Hops)
        }
        Some(Frame::Match)
            if matches!(before.text, "not" | "exists" | "optional")
                && lexeme.kind == Variable
                && (before.text != "not" || next.is_some_and(|l| l.kind == Colon || is_edge_word(l)))
                && (before.starts_line || !matches!(before_that, Some(Variable | Less | Dot))) =>
        {
            Some(Frame::Match)
        }
        Some(Frame::Match) if before.text == "or" && m.closed_alternative(2) => {
            let called = lexeme.kind == Name && next.is_some_and(|l| l.kind == LeftParen);
            (lexeme.kind == Variable || called).then_some(Frame::Match)
        }
        Some(Frame::Body)
            if names_value
                && (before.text == "set"
                    || before.kind == Type && m.before(2).is_some_and(|l| matches!(l.text, "insert" | "upsert"))) =>
        {
            Some(Frame::Assignments)
        }
        Some(_) if loses_paren(m, i) => Some(Frame::Paren),
        _ => None,
    }
}

/// Whether the name of an edge ends right before.
fn is_edge(m: &Mender<'_>) -> bool {
    let kinds = [1, 2, 3].map(|n| m.before(n).map(|l| l.kind));
    matches!(
        kinds,
        [Some(Name), Some(Variable | Colon), _]
            | [Some(Name | Type), Some(Bar), _]
            | [Some(Greater), Some(Name | Type), Some(Less | Bar)]
    )
}

/// Whether the name before is one of a function, and a `)` closes its arguments on this line.
fn loses_paren(m: &Mender<'_>, i: usize) -> bool {
    let Some((before, lexeme)) = m.before(1).zip(m.at(i)) else {
        return false;
    };
    let calls = match before.kind {
        Name => matches!(before.text, "date" | "datetime" | "now") || terminal::function(before.text).is_some(),
        Type => before.text == "Vector",
        _ => false,
    };
    let starts = matches!(lexeme.kind, Variable | Text | Integer | LeftBracket | Name | RightParen);
    if !calls || !starts || lexeme.starts_line || matches!(m.text_before(2), "." | "as" | "@") {
        return false;
    }
    let mut depth = 0;
    for lexeme in (i..).map_while(|j| m.at(j)).take_while(|l| !l.starts_line) {
        match lexeme.kind {
            LeftParen => depth += 1,
            RightParen if depth == 0 => return m.top() != Some(Frame::Paren) || lexeme.kind == RightParen,
            RightParen => depth -= 1,
            LeftBrace | RightBrace => return false,
            _ => {}
        }
    }
    false
}

/// `name "Ada"` between braces; answers whether a colon was missing.
pub(super) fn missing_colon(m: &mut Mender<'_>, lexeme: Lexeme<'_>) -> bool {
    let assigns = matches!(m.top(), Some(Frame::Matches | Frame::Assignments));
    let names = is(m.before(1), Name) && !is(m.before(2), Colon) && !lexeme.starts_line;
    // `age: case when $n > 1 then 2 end`
    let goes_on = find_keyword(&QUERY_KEYWORDS, m.text_before(1))
        .is_some_and(|keyword| matches!(keyword.kind, KeywordKind::Connective | KeywordKind::Operator));
    let names = names && !goes_on;
    if assigns && names {
        let name = m.text_before(1);
        expected(m, lexeme, ":", format!("a `:` is missing behind `{name}`"));
        m.insert(Colon, ":");
    }
    assigns && names
}

/// `$p age > 3`
pub(super) fn missing_dot(m: &mut Mender<'_>) {
    let (Some(name), Some(variable)) = (m.before(1), m.before(2)) else {
        return;
    };
    let in_clause = matches!(m.top(), Some(Frame::Match));
    if in_clause && name.kind == Name && variable.kind == Variable && !name.starts_line {
        m.out.pop();
        expected(m, name, ".", format!("a `.` is missing before `{}`", name.text));
        m.insert(Dot, ".");
        m.out.push(name);
    }
}

/// Whether the lexeme before the brace at `i` is a word that begins a block, or another word where a clause starts.
fn begins_clause(m: &Mender<'_>, i: usize) -> bool {
    let starts = |l: Lexeme<'_>| {
        l.starts_line
            || matches!(
                m.before(2).map(|b| b.kind),
                Some(LeftBrace | RightBrace | Comma | Semicolon | Type)
            )
    };
    let word = m.before(1).filter(|l| l.kind == Name);
    word.is_some_and(|l| block_word(l.text, |j| m.at(j), i).is_some() || starts(l))
}

/// A brace where a section should start, or a nested block.
pub(super) fn missing_keyword(m: &mut Mender<'_>, i: usize) {
    let Some(brace) = m.at(i) else { return };
    let keyword = match m.top() {
        Some(Frame::Body) if m.is_branch() => None,
        Some(Frame::Body) if matches!(m.before(1).map(|l| l.kind), Some(LeftBrace | RightBrace)) => {
            // Each stage has a `match` of its own, and one that another follows ends in `with`.
            let hands_on = |w: &[Lexeme<'_>]| {
                w[0].kind == RightBrace && w[1].text == "with" && (w[2].kind == LeftBrace || w[2].text == "distinct")
            };
            let body = m.body_start();
            let handed = m.out[body..].windows(3).rposition(hands_on);
            let stage = body + handed.unwrap_or(0);
            let seen = |word: &str| {
                m.out[stage..]
                    .windows(2)
                    .any(|w| w[0].text == word && w[1].kind == LeftBrace)
            };
            // To the end of the body.
            let goes_on = || {
                let mut depth = 0;
                (i..)
                    .map_while(|j| {
                        let pair = (m.at(j)?, m.at(j + 1)?);
                        depth += i32::from(pair.0.kind == LeftBrace) - i32::from(pair.0.kind == RightBrace);
                        (depth >= 0).then_some(pair)
                    })
                    .any(|(l, next)| l.text == "match" && next.kind == LeftBrace)
            };
            let next = keywords_of(&QUERY_KEYWORDS, KeywordKind::Section)
                .find(|w| !matches!(*w, "union" | "with" | "having" | "limit" | "offset" | "after") && !seen(w));
            match next {
                Some("return") if goes_on() => Some("with"),
                // The next `match` has its word.
                Some("match") if handed.is_some() && goes_on() => Some("order"),
                next => next,
            }
        }
        // A word before it is another one, or misspelt.
        Some(Frame::Match) if is(m.at(i + 1), Variable) && !begins_clause(m, i) => {
            (brace.starts_line || !is(m.before(1), Type)).then_some("not")
        }
        _ => None,
    };
    let mutates = m.out.iter().any(|l| l.kind == Name && is_statement(l.text));
    if let Some(keyword) = keyword.filter(|_| !mutates) {
        let gap = m.gap();
        m.errors.push(
            SyntaxError::new("Q001", brace.span)
                .message(format!("the word `{keyword}` is missing before the `{{`"))
                .fix(
                    format!("insert `{keyword}`"),
                    crate::Span::at(brace.span.start as usize),
                    format!("{keyword} "),
                ),
        );
        m.out.push(Lexeme {
            kind: Name,
            text: keyword,
            span: gap,
            starts_line: true,
        });
    }
}
