//! Habits from other languages that no single token gives away: blocks and words of Cypher and SQL, numbers of programming
//! languages. Each is one mistake with one message, and is mended.

use omnigraph_model::vocabulary::{is_operator_word, is_statement};

use super::ast::Function;
use super::mend::{Frame, Mender};
use super::terminal::{Lexeme, function};
use super::token::TokenKind::*;
use super::{gaps, slips};
use crate::shared::lexeme::is;
use crate::{Span, SyntaxError};

/// Like the slips: answers where to go on if the habit was dropped or mended.
pub(super) fn mend(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    match (lexeme.kind, m.top()) {
        (Name, Some(Frame::Match)) if lexeme.text == "distinct" => distinct_variables(m, i),
        (Name, Some(Frame::Match)) if clause_starts(m, lexeme) => definition(m, i).or_else(|| block(m, i)),
        (Name, Some(Frame::Return | Frame::Paren)) if lexeme.text == "distinct" => distinct(m, i),
        (Name, Some(Frame::Order)) if lexeme.text == "nulls" => nulls(m, i),
        (Name, Some(Frame::Body)) if matches!(lexeme.text, "from" | "into") => preposition(m, i),
        (Less, Some(Frame::Match)) => backward_arrow(m, i),
        (Variable, Some(Frame::Match)) => dotted_traversal(m, i),
        (Star | Plus, Some(Frame::Match)) => repetition(m, i),
        (Minus, Some(Frame::Order)) => signed_key(m, i),
        (BadNumber, _) => number(m, i),
        _ => None,
    }
}

fn error(span: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new("Q001", span).message(message)
}

fn clause_starts(m: &Mender<'_>, lexeme: Lexeme<'_>) -> bool {
    let before = m.before(1).map(|l| l.kind);
    lexeme.starts_line
        || matches!(before, Some(LeftBrace | RightBrace | Comma | Semicolon | Type))
        || is(m.before(2), Dot)
        || matches!(before, Some(Integer | Float | Text))
}

/// `let x = 1`, `each x in list`
fn definition(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let (word, name, sign) = (m.at(i)?, m.at(i + 1)?, m.at(i + 2)?);
    let defines = match word.text {
        "let" | "path" => sign.kind == Equal,
        "each" => sign.text == "in",
        _ => false,
    };
    if !defines || name.kind != Name || name.starts_line {
        return None;
    }
    m.out.push(word);
    slips::missing_dollar(m, i + 1);
    Some(i + 2)
}

/// `optional match { … }`, and `not`, `exists` or `optional` before a clause without a block.
fn block(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let next = m.at(i + 1)?;
    match lexeme.text {
        "optional" | "exists" if next.text == "match" && is(m.at(i + 2), LeftBrace) => {
            let word = lexeme.text;
            m.errors.push(
                error(next.span, format!("`{word}` stands directly before its block")).safe_fix(
                    "delete `match`",
                    Span {
                        start: lexeme.span.end,
                        ..next.span
                    },
                    "",
                ),
            );
            m.out.push(lexeme);
            Some(i + 2)
        }
        "not" | "exists" | "optional"
            if next.kind == Variable
                && !next.starts_line
                && m.is_balanced()
                && (lexeme.text != "not" || m.at(i + 2).is_some_and(|l| l.kind == Colon || gaps::is_edge_word(l))) =>
        {
            let last = (i + 1..)
                .map_while(|j| m.at(j))
                .take_while(|l| !l.starts_line && !matches!(l.kind, RightBrace | Comma | Semicolon))
                .last()?;
            m.errors.push(
                error(
                    lexeme.span,
                    format!("`{}` stands before a block of clauses", lexeme.text),
                )
                .with_fix(
                    "put the clause in braces",
                    false,
                    vec![
                        (Span::at(lexeme.span.end as usize), " {".to_owned()),
                        (Span::at(last.span.end as usize), " }".to_owned()),
                    ],
                ),
            );
            Some(i + 1)
        }
        _ => None,
    }
}

/// `distinct $p, $q)` in a pattern
fn distinct_variables(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let (word, first) = (m.at(i)?, m.at(i + 1)?);
    let listed = first.kind == Variable && is(m.at(i + 2), Comma) && is(m.at(i + 3), Variable);
    if !listed || first.starts_line {
        return None;
    }
    m.out.push(word);
    m.missing(first.span, "(", "(", "the variables of `distinct` stand in parentheses");
    let span = m.gap();
    let open = Lexeme {
        kind: LeftParen,
        text: "(",
        span,
        starts_line: false,
    };
    m.enter(open, Frame::Paren);
    Some(i + 1)
}

/// `return { distinct $p.name }`, `lower(distinct $p.name)`
fn distinct(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    if !matches!(m.at(i + 1)?.kind, Variable | Name) {
        return None;
    }
    let error = match m.before(1).map(|l| l.kind) {
        Some(LeftBrace) => error(
            lexeme.span,
            "`distinct` stands before the braces: `return distinct { … }`",
        )
        .help("in an aggregate it stands in the parentheses, such as `count(distinct $p.city)`"),
        Some(LeftParen) if !function(m.text_before(2)).is_some_and(Function::is_aggregate) => {
            error(lexeme.span, "only an aggregate takes `distinct`")
                .help("equal rows are returned once by `return distinct { … }`")
        }
        _ => return None,
    };
    m.errors.push(error);
    Some(i + 1)
}

/// `order { $p.age nulls last desc }`
fn nulls(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let (lexeme, side) = (m.at(i)?, m.at(i + 1)?);
    let direction = m.at(i + 2).filter(|l| matches!(l.text, "asc" | "desc"))?;
    if !matches!(side.text, "first" | "last") {
        return None;
    }
    let behind = Span::new(side.span.end as usize, direction.span.end as usize);
    m.errors.push(
        error(direction.span, format!("`{}` stands before `nulls`", direction.text)).with_fix(
            "put it there",
            true,
            vec![
                (Span::at(lexeme.span.start as usize), format!("{} ", direction.text)),
                (behind, String::new()),
            ],
        ),
    );
    m.out.extend([direction, lexeme, side]);
    Some(i + 3)
}

/// `insert into Person`, `delete from Person`
fn preposition(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    if !is_statement(m.text_before(1)) || !is(m.at(i + 1), Type) {
        return None;
    }
    let gap = Span::new(m.gap().end as usize, lexeme.span.end as usize);
    m.errors
        .push(error(lexeme.span, format!("there is no `{}`", lexeme.text)).safe_fix("delete it", gap, ""));
    Some(i + 1)
}

/// `$p <-follows- $q`
fn backward_arrow(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let from = m.before(1).filter(|l| l.kind == Variable)?;
    let less = m.at(i)?;
    let edge = m.at(i + 2).filter(|l| l.kind == Name)?;
    let to = m.at(i + 4).filter(|l| l.kind == Variable)?;
    if !is(m.at(i + 1), Minus) || !is(m.at(i + 3), Minus) {
        return None;
    }
    let whole = from.span.to(to.span);
    let meant = format!("{} {} {}", to.text, edge.text, from.text);
    m.errors.push(
        error(
            less.span.to(m.at(i + 1)?.span),
            "a traversal is written without an arrow",
        )
        .help("the source stands on the left: `$a knows $b`")
        .fix(format!("write `{meant}`"), whole, meant),
    );
    m.out.push(edge);
    Some(i + 4)
}

/// `$p.follows $q`, where nothing else follows.
fn dotted_traversal(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let (name, dot, from) = (m.before(1)?, m.before(2)?, m.before(3)?);
    let source = from.kind == Variable
        && (from.starts_line || matches!(m.before(4).map(|l| l.kind), Some(LeftBrace | RightBrace | Type)));
    let ends = m
        .at(i + 1)
        .is_none_or(|next| next.starts_line || next.kind == RightBrace);
    let pattern = name.kind == Name && dot.kind == Dot && source && !lexeme.starts_line && ends;
    if !pattern || is_operator_word(name.text) {
        return None;
    }
    m.errors
        .push(error(dot.span, "an edge stands beside its ends, without a dot").fix("write a space", dot.span, " "));
    let at = m.out.len() - 2;
    m.out.remove(at);
    None
}

/// Whether the last lexemes begin a traversal: `$p edge`, `$p $e:edge`.
fn after_edge(m: &Mender<'_>) -> bool {
    matches!(m.before(1).map(|l| l.kind), Some(Name | Type))
        && matches!(m.before(2).map(|l| l.kind), Some(Variable | Colon))
}

/// `$p follows* $q`, `$p follows+ $q`, `$p follows*1..3 $q`
fn repetition(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let sign = m.at(i)?;
    let number = |j: usize| m.at(j).filter(|l| l.kind == Integer);
    let (min, after) = match number(i + 1) {
        Some(min) => (min.text, i + 2),
        None => (if sign.text == "+" { "1" } else { "0" }, i + 1),
    };
    let ranged = is(m.at(after), DotDot);
    let end = if ranged { after + 1 } else { after };
    let max = number(end).filter(|_| ranged);
    let end = if max.is_some() { end + 1 } else { end };
    if !after_edge(m) || !is(m.at(end), Variable) {
        return None;
    }
    let whole = sign.span.to(m.at(end - 1)?.span);
    let (min, max) = match (max, after > i + 1, ranged) {
        (Some(max), ..) => (min, max.text),
        // `*3` is exactly three steps.
        (None, true, false) => (min, min),
        _ => (min, "5"),
    };
    let least = if min == "0" { "1" } else { min };
    let hops = format!("{{{least},{max}}}");
    m.errors.push(
        error(whole, format!("`{}` does not repeat an edge here", sign.text))
            .help(format!(
                "the numbers of steps stand in braces behind the edge: `{}{hops}`",
                m.text_before(1)
            ))
            .fix(format!("write `{hops}`"), whole, hops),
    );
    Some(end)
}

/// `order { -$p.age }`
fn signed_key(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let property = [i + 1, i + 2, i + 3].map(|j| m.at(j));
    let [Some(variable), dot, name] = property else {
        return None;
    };
    if variable.kind != Variable {
        return None;
    }
    let last = name.filter(|_| is(dot, Dot)).unwrap_or(variable);
    m.errors.push(error(lexeme.span, "a sort key has no sign").with_fix(
        "write `desc` behind it",
        false,
        vec![
            (lexeme.span, String::new()),
            (Span::at(last.span.end as usize), " desc".to_owned()),
        ],
    ));
    Some(i + 1)
}

/// `1_000_`, `0x1F`
fn number(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    let text = lexeme.text;
    let plain = text.replace('_', "");
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let hexadecimal = text
        .strip_prefix("0x")
        .and_then(|rest| i64::from_str_radix(rest, 16).ok());
    let (message, meant) = if digits(&plain) {
        ("the digits of a number stand side by side", plain)
    } else if let Some(value) = hexadecimal {
        ("numbers are decimal", value.to_string())
    } else {
        return None;
    };
    m.errors
        .push(error(lexeme.span, message).safe_fix(format!("write `{meant}`"), lexeme.span, meant));
    m.out.push(Lexeme {
        kind: Integer,
        text: "0",
        ..lexeme
    });
    Some(i + 1)
}
