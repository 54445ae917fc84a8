//! The slips that a few neighbouring tokens give away: each is reported with a fix, and mended.

use omnigraph_model::vocabulary::{
    FunctionKind, KeywordKind, QUERY_KEYWORDS, find_function, find_keyword, foreign_scalar, is_operator_word,
    is_statement,
};

use super::mend::{Frame, Mender};
use super::terminal::{Lexeme, block_word, bounds};
use super::token::TokenKind::{self, *};
use super::{gaps, habits, objects};
use crate::shared::lexeme::is;
use crate::{Span, SyntaxError, items};

/// A keyword of other languages that is reported where it stands.
const FOREIGN: &str = "by";

/// Whether a word is meant as a keyword or an aggregate, whatever its case. The other functions are named like types.
fn is_word(lower: &str) -> bool {
    let keyword = find_keyword(&QUERY_KEYWORDS, lower).is_some_and(|k| k.kind != KeywordKind::Declaration);
    let aggregate = || find_function(lower).is_some_and(|f| f.kind == FunctionKind::Aggregate);
    keyword || lower == FOREIGN || aggregate()
}

/// Reports and mends what is wrong at lexeme `i`. Answers where to go on if it has passed the lexeme on, or dropped it.
pub(super) fn mend(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    if i == 0 {
        return start(m, lexeme);
    }
    if let Some(next) = habits::mend(m, i) {
        return Some(next);
    }
    objects::mend(m, i);
    if let Some(frame) = gaps::missing_bracket(m, i) {
        m.imply(frame);
    }
    match lexeme.kind {
        Error => Some(i + 1),
        DoubleEqual => replace_sign(m, i, Equal, "="),
        LessGreater => replace_sign(m, i, NotEqual, "!="),
        And => replace_sign(m, i, Name, "and"),
        // The edge of a step.
        Dollar if is(m.at(i + 1), Dot) => None,
        Dollar | BadVariable | BadNumber => malformed_word(m, i),
        Arrow if m.top() == Some(Frame::Rows) => replace_sign(m, i, Gives, "=>"),
        Dot if m.top() == Some(Frame::Object) && matches!(m.before(1).map(|l| l.kind), Some(LeftBrace | Comma)) => {
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("a member that is a property is written without a dot")
                    .safe_fix("delete the `.`", lexeme.span, ""),
            );
            Some(i + 1)
        }
        Minus | Arrow => dash(m, i),
        Semicolon if m.top() != Some(Frame::Match) || is(m.before(1), LeftBrace) => {
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("nothing is separated by `;` here")
                    .safe_fix("delete the `;`", lexeme.span, ""),
            );
            Some(i + 1)
        }
        Type => {
            upper_case_word(m, i);
            match m.at(i)?.kind {
                Name => name(m, i),
                _ => type_word(m, i),
            }
        }
        Name => name(m, i),
        Variable => variable(m, i),
        Equal | Colon => assignment_sign(m, i),
        LeftBrace => brace(m, i),
        Text | Integer | Float | LeftBracket => {
            gaps::missing_colon(m, lexeme);
            None
        }
        NotEqual | Less | LessEqual | Greater | GreaterEqual => {
            gaps::missing_dot(m);
            None
        }
        _ => None,
    }
}

/// The word `query` or `fragment`, which may be misspelt or glued to the name.
fn start(m: &mut Mender<'_>, lexeme: Lexeme<'_>) -> Option<usize> {
    if let Some(word) = items::foreign_keyword(crate::Language::Query, lexeme.text) {
        m.errors.push(
            SyntaxError::new("Q001", lexeme.span)
                .message(format!(
                    "a {word} starts with the word `{word}`, not with `{}`",
                    lexeme.text
                ))
                .safe_fix(format!("write `{word}`"), lexeme.span, word),
        );
        m.insert(Name, word);
        return Some(1);
    }
    let keyword = items::glued_keyword(crate::Language::Query, lexeme.text)?;
    let gap = Span::at(lexeme.span.start as usize + keyword.len());
    m.errors.push(glued(lexeme, gap));
    m.insert(Name, keyword);
    let name = m.at(0)?;
    m.out.push(Lexeme {
        text: &name.text[keyword.len()..],
        span: Span {
            start: gap.start,
            ..name.span
        },
        ..name
    });
    Some(1)
}

fn glued(lexeme: Lexeme<'_>, gap: Span) -> SyntaxError {
    let at = (gap.start - lexeme.span.start) as usize;
    SyntaxError::new("Q001", lexeme.span)
        .message(format!(
            "`{}` and `{}` are glued together",
            &lexeme.text[..at],
            &lexeme.text[at..]
        ))
        .safe_fix("insert a space", gap, " ")
}

fn replace_sign(m: &mut Mender<'_>, i: usize, kind: TokenKind, sign: &'static str) -> Option<usize> {
    let lexeme = m.at(i)?;
    m.errors.push(
        SyntaxError::new("Q001", lexeme.span)
            .message(format!("the sign is `{sign}`, not `{}`", lexeme.text))
            .safe_fix(format!("write `{sign}`"), lexeme.span, sign),
    );
    m.out.push(Lexeme {
        kind,
        text: sign,
        ..lexeme
    });
    Some(i + 1)
}

fn malformed_word(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    match lexeme.kind {
        BadVariable => {
            let known = m.out.iter().any(|l| l.kind == Variable && l.text == lexeme.text);
            if !known {
                let mut error = SyntaxError::new("Q001", lexeme.span).message(format!(
                    "the name of a variable starts with a lower-case letter, not like `{}`",
                    lexeme.text
                ));
                if items::starts_upper(&lexeme.text[1..]) {
                    let mended = m.small(lexeme.span).to_owned();
                    error = error.fix(format!("write `{mended}`"), lexeme.span, mended);
                }
                m.errors.push(error);
            }
            m.out.push(Lexeme {
                kind: Variable,
                ..lexeme
            });
            Some(i + 1)
        }
        Dollar if m.at(i + 1).is_none_or(|l| l.kind != Name || l.starts_line) => {
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("expected the name of a variable behind the `$`")
                    .help("variables and parameters are called like `$p`"),
            );
            m.out.push(lexeme);
            Some(i + 1)
        }
        Dollar => {
            let name = m.at(i + 1).filter(|l| l.kind == Name && !l.starts_line)?;
            let gap = Span {
                start: lexeme.span.end,
                end: name.span.start,
            };
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("no space may stand between `$` and the name")
                    .safe_fix("delete the space", gap, ""),
            );
            m.out.push(Lexeme {
                kind: Variable,
                span: lexeme.span.to(name.span),
                text: name.text,
                ..lexeme
            });
            Some(i + 2)
        }
        _ => {
            let digits = lexeme.text.len() - lexeme.text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            m.errors
                .push(glued(lexeme, Span::at(lexeme.span.start as usize + digits)));
            let middle = lexeme.span.start + digits as u32;
            m.out.push(Lexeme {
                kind: Integer,
                text: &lexeme.text[..digits],
                span: Span {
                    end: middle,
                    ..lexeme.span
                },
                ..lexeme
            });
            Some(i + 1)
        }
    }
}

/// `-` and `->`: arrows have no place in a traversal.
fn dash(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let before = m.before(1);
    let edge_follows = |m: &Mender<'_>| {
        matches!(m.at(i + 1).map(|l| l.kind), Some(Name | Type)) && is(m.at(i + 2), Arrow) && is(m.at(i + 3), Variable)
    };
    match lexeme.kind {
        // The arrow behind the edge will be reported.
        Minus if is(before, Variable) && edge_follows(m) => Some(i + 1),
        Arrow if matches!(before.map(|l| l.kind), Some(Name | Greater)) && is(m.at(i + 1), Variable) => {
            let dash = (m.at(i.wrapping_sub(2))).filter(|l| l.kind == Minus);
            let mut edits = vec![(lexeme.span, " ".to_owned())];
            edits.extend(dash.map(|d| (d.span, " ".to_owned())));
            edits.sort();
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("a traversal is written without an arrow")
                    .help("name the edge between its ends: `$a knows $b`")
                    .with_fix("delete the arrow", true, edits),
            );
            Some(i + 1)
        }
        _ => None,
    }
}

/// `MATCH`, `Return`, `DESC`, … where no type can stand.
fn upper_case_word(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    let after_word = is_statement(m.text_before(1));
    let type_may_stand = after_word || matches!(m.before(1).map(|l| l.kind), Some(Colon | LeftBracket));
    let lower = m.lower(lexeme.span);
    // An edge may be spelled like a type.
    let is_edge = matches!(lower, "exists" | "optional" | "either") && block_word(lower, |j| m.at(j), i + 1).is_none();
    if type_may_stand || is_edge || !is_word(lower) {
        return;
    }
    m.change(i, Name, lower);
    if lower != "where" && lower != FOREIGN {
        m.errors.push(
            SyntaxError::new("Q001", lexeme.span)
                .message(format!("keywords are written in lower case: `{lower}`"))
                .safe_fix(format!("write `{lower}`"), lexeme.span, lower),
        );
    }
}

/// A type where a name is due, or a colon is missing before it. An edge may be spelled like a type.
fn type_word(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let small = m.small(lexeme.span);
    let names_query = i == 1 && m.out.len() == 1;
    let next_is_target = |next: Option<Lexeme<'_>>| next.is_some_and(|n| n.kind == Variable && !n.starts_line);
    let hops = edge_goes_on(m, i + 1);
    let after = m.at(i + 1);
    let is_edge = m.top() == Some(Frame::Match)
        && match m.before(1).map(|l| l.kind) {
            Some(Variable) => (next_is_target(after) && !starts_clause(m, i + 2)) || hops,
            Some(Less) => is(after, Greater) || is(after, Bar),
            Some(Bar) => true,
            Some(Minus) => is(after, Arrow),
            Some(Colon) => is(m.before(2), Variable) && is_source(m) && (next_is_target(after) || hops),
            _ => false,
        };
    if is_edge {
        return None;
    }
    if names_query {
        m.errors.push(
            SyntaxError::new("Q001", lexeme.span)
                .message("the name of a query starts with a lower-case letter")
                .safe_fix(format!("write `{small}`"), lexeme.span, small),
        );
        m.change(i, Name, small);
        return None;
    }
    if is(m.before(1), Variable) && matches!(m.top(), Some(Frame::Match | Frame::Parameters)) {
        let variable = m.text_before(1);
        let message = format!("a `:` is missing between `{variable}` and `{}`", lexeme.text);
        m.missing(lexeme.span, ":", ":", message);
        m.insert(Colon, ":");
    }
    None
}

/// Whether what is at `i` stands behind the name of an edge alone: bounds, or a bar before another edge.
fn edge_goes_on(m: &Mender<'_>, i: usize) -> bool {
    let bounded = is(m.at(i), LeftBrace) && (is(m.at(i + 1), Integer) || bounds(|j| m.at(j), i));
    bounded || is(m.at(i), Bar)
}

/// Whether a variable on the same line that is followed by the lexeme at `i` starts a clause.
fn starts_clause(m: &Mender<'_>, i: usize) -> bool {
    let next = m.at(i);
    next.is_some_and(|l| {
        !l.starts_line
            && matches!(l.kind, Name | Type | Dot | Colon | Arrow | Minus)
            && l.text != "not"
            && block_word(l.text, |j| m.at(j), i + 1).is_none()
    }) || is_comparison(next)
}

/// Whether the last three lexemes are `$a $e :` of one traversal.
fn is_source(m: &Mender<'_>) -> bool {
    let starts_clause = |l: Lexeme<'_>| {
        l.starts_line
            || matches!(
                m.before(4).map(|b| b.kind),
                Some(LeftBrace | RightBrace | Comma | Semicolon)
            )
    };
    m.before(3).is_some_and(|l| l.kind == Variable && starts_clause(l)) && m.before(2).is_some_and(|l| !l.starts_line)
}

fn name(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let next = m.at(i + 1);
    let before = m.before(1).map(|l| l.kind);
    if m.out.len() == 1 {
        return None;
    }
    match m.top() {
        Some(Frame::Parameters) if is(next, Colon) && !matches!(before, Some(Colon)) => {
            missing_dollar(m, i);
            return Some(i + 1);
        }
        Some(Frame::Parameters) if matches!(before, Some(Colon | LeftBracket)) => parameter_type(m, i),
        Some(Frame::Match) => return name_in_match(m, i),
        Some(Frame::Return | Frame::Order | Frame::Object | Frame::Paren) if is(next, Dot) && before != Some(Dot) => {
            missing_dollar(m, i);
            return Some(i + 1);
        }
        Some(Frame::Object) if objects::begins_member(m, i) => missing_comma(m, i),
        Some(Frame::Matches) if is(next, Colon) || is(next, Equal) => missing_comma(m, i),
        Some(Frame::Assignments) if m.at(i)?.text == "where" && is(next, Name) => {
            m.close_until(m.depth() - 1, m.at(i));
        }
        _ => {}
    }
    None
}

fn misplaced_where(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    m.errors.push(
        SyntaxError::new("Q001", lexeme.span)
            .message("there is no `where` in a read query")
            .help("write conditions as clauses of the match block: `match { $p: Person $p.age > 30 }`")
            .fix("delete `where`", lexeme.span, ""),
    );
    Some(i + 1)
}

fn name_in_match(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let next = m.at(i + 1);
    let before = m.before(1).map(|l| l.kind);
    let starts_clause = lexeme.starts_line || matches!(before, Some(LeftBrace | RightBrace | Comma | Semicolon));
    let operand_after = next.is_some_and(|n| matches!(n.kind, Variable | Name | Text) || n.text == "not");
    if lexeme.text == "where" && operand_after && !matches!(before, Some(Variable | Less | Dot | Colon)) {
        return misplaced_where(m, i);
    }
    if is(next, Dot) && before != Some(Dot) || (starts_clause && is(next, Colon) && is(m.at(i + 2), Type)) {
        missing_dollar(m, i);
        return Some(i + 1);
    }
    // `$a knows b`
    let source = m.before(2).filter(|l| l.kind == Variable);
    let source_starts = source.is_some_and(|l| {
        l.starts_line
            || matches!(
                m.before(3).map(|b| b.kind),
                Some(LeftBrace | RightBrace | Comma | Semicolon)
            )
    });
    let compares = is_operator_word(m.text_before(1));
    if is_operator_word(lexeme.text) && !is(next, Variable) {
        gaps::missing_dot(m);
        return None;
    }
    if before == Some(Name) && source_starts && !compares && !lexeme.starts_line && !is_comparison(next) {
        missing_dollar(m, i);
        return Some(i + 1);
    }
    // `knows $b` has lost its source; `$p: person` its capital.
    let nests = block_word(lexeme.text, |j| m.at(j), i + 1).is_some();
    if before == Some(Colon) && is(m.before(2), Variable) && !is_source(m) && !lexeme.starts_line && !nests {
        let target = next.is_some_and(|n| n.kind == Variable && !n.starts_line);
        if !target && !edge_goes_on(m, i + 1) {
            let capital = m.capital(lexeme.span);
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("the name of a type starts with an upper-case letter")
                    .safe_fix(format!("write `{capital}`"), lexeme.span, capital),
            );
            m.change(i, Type, capital);
        }
    }
    None
}

fn is_comparison(lexeme: Option<Lexeme<'_>>) -> bool {
    lexeme.is_some_and(|l| {
        matches!(
            l.kind,
            Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | DoubleEqual | LessGreater
        ) || is_operator_word(l.text)
    })
}

pub(super) fn missing_dollar(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    m.errors.push(
        SyntaxError::new("Q001", lexeme.span)
            .message(format!("variables are written with a `$`: `${}`", lexeme.text))
            .safe_fix("insert `$`", Span::at(lexeme.span.start as usize), "$"),
    );
    m.out.push(Lexeme {
        kind: Variable,
        ..lexeme
    });
}

fn parameter_type(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    let lower = m.lower(lexeme.span);
    let known = foreign_scalar(lower);
    let error = SyntaxError::new("Q001", lexeme.span)
        .message(format!("`{}` is not a parameter type", lexeme.text))
        .help("the types are `String`, `Bool`, `I32`, `I64`, `U32`, `U64`, `F32`, `F64`, `Date`, `DateTime`, `Blob` and `Vector(n)`");
    m.errors.push(match known {
        Some(name) => error.fix(format!("write `{name}`"), lexeme.span, name),
        None => error,
    });
    m.change(i, Type, known.unwrap_or("String"));
}

fn variable(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let after_value = !matches!(
        m.before(1).map(|l| l.kind),
        Some(Comma | LeftBrace | LeftParen | LeftBracket)
    );
    if gaps::missing_colon(m, lexeme) {
        return None;
    }
    match m.top() {
        Some(Frame::Parameters | Frame::Order) if after_value && m.text_before(1) != "as" => missing_comma(m, i),
        // A clause inside of the braces of a binding: they were not closed.
        Some(Frame::Matches) if !is(m.before(1), Colon) => {
            let keep = m.depth() - 1;
            m.close_until(keep, Some(lexeme));
        }
        _ => {}
    }
    None
}

fn missing_comma(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    if matches!(m.before(1).map(|l| l.kind), Some(Comma | LeftBrace | LeftParen)) {
        return;
    }
    m.missing(
        lexeme.span,
        ",",
        ",",
        format!("a `,` is missing before `{}`", lexeme.text),
    );
    m.insert(Comma, ",");
}

/// `=` in place of `:` between braces, and the other way round after `where`.
fn assignment_sign(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    if !is(m.before(1), Name) {
        return None;
    }
    if lexeme.kind == Equal {
        gaps::missing_dot(m);
    }
    let begins_member =
        m.top() == Some(Frame::Object) && matches!(m.before(2).map(|l| l.kind), Some(LeftBrace | Comma));
    let assigns = begins_member || matches!(m.top(), Some(Frame::Matches | Frame::Assignments));
    let compares = m.top() == Some(Frame::Body) && m.text_before(2) == "where";
    match lexeme.kind {
        Equal if assigns => replace_sign(m, i, Colon, ":"),
        Colon if compares => replace_sign(m, i, Equal, "="),
        _ => None,
    }
}

/// `{2}` and `{1..3}` as hops, and a query without parentheses.
fn brace(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let kinds = [m.at(i + 1), m.at(i + 2), m.at(i + 3), m.at(i + 4)].map(|l| l.map(|l| l.kind));
    if m.out.len() <= 2 && m.top().is_none() && !m.out.iter().any(|l| l.kind == LeftParen) {
        if m.out.len() == 2 {
            let what = if m.is_fragment() { "fragment" } else { "query" };
            let message = format!("parentheses follow the name of a {what}, even without parameters");
            m.missing(lexeme.span, "()", "()", &message);
            m.insert(LeftParen, "(");
            m.insert(RightParen, ")");
        }
        return None;
    }
    if m.is_fragment() && matches!(m.text_before(1), "match" | "with" | "return" | "having" | "order") {
        return None;
    }
    gaps::missing_keyword(m, i);
    if m.top() != Some(Frame::Match) {
        return None;
    }
    let (min, inner) = (m.at(i + 1)?, m.at(i + 2)?);
    match kinds {
        [Some(Integer), Some(RightBrace), ..] => {
            let whole = lexeme.span.to(inner.span);
            let mended = format!("{{{0},{0}}}", min.text);
            m.errors.push(
                SyntaxError::new("Q001", whole)
                    .message("hops have a lower and an upper bound")
                    .safe_fix(format!("write `{mended}`"), whole, mended),
            );
            m.out.extend([lexeme, min]);
            m.insert(Comma, ",");
            m.out.push(Lexeme { span: m.gap(), ..min });
            m.out.push(inner);
            Some(i + 3)
        }
        [Some(Integer), Some(DotDot), ..] => {
            m.errors.push(
                SyntaxError::new("Q001", inner.span)
                    .message("the bounds of hops are separated by a comma")
                    .safe_fix("write `,`", inner.span, ","),
            );
            m.change(i + 2, Comma, ",");
            None
        }
        [Some(Comma), Some(Integer), Some(RightBrace), _] => {
            let gap = Span::at(min.span.start as usize);
            m.errors.push(
                SyntaxError::new("Q001", min.span)
                    .message("hops need a lower bound")
                    .label(gap, "expected a number here")
                    .fix("insert `1`", gap, "1"),
            );
            m.out.push(lexeme);
            m.insert(Integer, "1");
            m.out.extend([min, inner]);
            m.out.extend(m.at(i + 3));
            Some(i + 4)
        }
        _ => None,
    }
}
