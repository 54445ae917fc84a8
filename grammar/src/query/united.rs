//! Unions that the grammar refuses. A habit from Cypher and SQL is `union` between two reads; here it stands before all of
//! them, and each has braces.

use std::ops::Range;

use super::ast::{Body, Statement, Union};
use super::build;
use super::mend::{Frame, Mender};
use super::messages;
use super::parse::Recovery;
use super::sections::empty_read;
use super::terminal::{Lexeme, unites};
use super::token::TokenKind::*;
use crate::shared::lexeme::is;
use crate::shared::mend::Open;
use crate::shared::token::{Bracket, Class, LanguageToken};
use crate::{Span, SyntaxError};

/// Answers where to go on if `i` is the brace of such a body, or a `union` in it; what ends a branch of it is closed.
pub(super) fn mend(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let lexeme = m.at(i)?;
    match (lexeme.kind, m.frames.len()) {
        (LeftBrace, 0) if m.out.len() > 2 && !m.is_fragment() => begin(m, i),
        (LeftBrace, 1) => {
            missing(m, i);
            None
        }
        // The branch before has lost a brace.
        (LeftBrace, 2)
            if m.surplus > 0
                && m.top() == Some(Frame::Body)
                && !is(m.before(1), LeftBrace)
                && m.at(i + 1).is_some_and(|l| l.text == "match") =>
        {
            m.close_until(1, Some(lexeme));
            None
        }
        // The last branch has: what comes next stands in it already, or comes before what does.
        (Name, 2) if m.surplus > 0 && is_tail(lexeme) && m.is_head(i) && m.top() == Some(Frame::Body) => {
            let from = |word: &str| {
                ["order", "limit", "offset", "after"]
                    .iter()
                    .position(|known| *known == word)
            };
            let branch = &m.out[m.body_start()..];
            if branch.iter().any(|l| from(l.text) >= from(lexeme.text)) {
                m.close_until(1, Some(lexeme));
            }
            None
        }
        // It closes a brace more than it opens.
        (Name, 1) if lexeme.text == "match" && m.surplus < 0 && m.is_branch() => {
            m.missing(lexeme.span, "{", " {", "each branch of a union stands in braces");
            m.surplus += 1;
            open(m, false);
            None
        }
        (Name, 1) if lexeme.text == "all" && is(m.before(1), LeftBrace) && is(m.at(i + 1), LeftBrace) => {
            m.missing(
                lexeme.span,
                "union",
                " union",
                "the word `union` is missing before `all`",
            );
            m.insert(Name, "union");
            None
        }
        (Name | Type, 1) if lexeme.text.eq_ignore_ascii_case("union") => again(m, i),
        (Name | Type, 1) if lexeme.text.eq_ignore_ascii_case("distinct") && is(m.at(i + 1), LeftBrace) => {
            let word = m.before(1).filter(|before| before.text == "union")?;
            let next = m.at(i + 1)?.span.start as usize;
            m.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message("`union` without `all` returns equal rows once")
                    .safe_fix("delete `distinct`", Span::new(word.span.end as usize, next), " "),
            );
            Some(i + 1)
        }
        (Name | Type, 2) if in_branch(m) => {
            if let Some(word) = Word::at(m, i) {
                close(m);
                open(m, true);
                return Some(word.end);
            }
            let last = !(i..m.input.len()).any(|j| Word::at(m, j).is_some());
            if last && is_tail(lexeme) && m.is_head(i) {
                close(m);
            }
            None
        }
        (RightBrace, 2) if in_branch(m) => {
            close(m);
            None
        }
        _ => None,
    }
}

/// `union`, `union all`, `union distinct` before `match`.
struct Word {
    span: Span,
    all: bool,
    /// Behind its last word.
    end: usize,
}

impl Word {
    fn at(m: &Mender<'_>, i: usize) -> Option<Word> {
        let called = |j: usize, text: &str| {
            let word = m.at(j).filter(|l| matches!(l.kind, Name | Type));
            word.is_some_and(|l| l.text.eq_ignore_ascii_case(text))
        };
        let all = called(i + 1, "all");
        let end = if all || called(i + 1, "distinct") { i + 2 } else { i + 1 };
        let before = i.checked_sub(1).and_then(|before| m.at(before));
        // Behind a read: what it returns, or a number of rows.
        let follows = before.is_some_and(|l| matches!(l.kind, RightBrace | Integer | Variable));
        (called(i, "union") && called(end, "match") && follows).then(|| Word {
            span: m.input[i].span.to(m.input[end - 1].span),
            all,
            end,
        })
    }
}

fn begin(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let brace = m.at(i)?;
    let mut depth = 0;
    let mut words = Vec::new();
    let mut tail = None;
    let mut closing = None;
    for j in i..m.input.len() {
        match m.input[j].kind.class() {
            Class::Open(Bracket::Brace) => depth += 1,
            Class::Close(Bracket::Brace) => {
                depth -= 1;
                if depth == 0 {
                    closing = Some(j);
                    break;
                }
            }
            _ if depth == 1 => {
                if let Some(word) = Word::at(m, j) {
                    words.push(word);
                    tail = None;
                } else if is_tail(m.input[j]) {
                    tail = tail.or(Some(j));
                }
            }
            _ => {}
        }
    }
    let first = words.first()?;
    let all = words.iter().all(|word| word.all);
    let mixed = words.iter().find(|word| word.all != first.all);
    let error = SyntaxError::new("Q001", first.span)
        .message("`union` stands before what it unites, and each of its branches in braces")
        .help("it is written `union { match … return … } { match … return … }`; `order` and `limit` behind the last brace are about all rows");
    let error = match (mixed, closing) {
        (Some(other), _) => error
            .label(other.span, "this one is of another kind")
            .help("all branches of a query are united by `union`, which drops rows that are equal, or by `union all`"),
        (None, Some(closing)) => {
            let word = if all { " union all {" } else { " union {" };
            let mut edits = vec![(Span::at(brace.span.end as usize), word.to_owned())];
            edits.extend(words.iter().map(|word| (word.span, "} {".to_owned())));
            let end = m.input[tail.unwrap_or(closing)].span.start;
            edits.push((Span::at(end as usize), "} ".to_owned()));
            // Whether an order behind the last read is meant for that one alone, only the writer knows.
            error.with_fix("put the branches in braces", tail.is_none(), edits)
        }
        (None, None) => error,
    };
    m.errors.push(error);
    m.enter(brace, Frame::Body);
    m.insert(Name, "union");
    if all {
        m.insert(Name, "all");
    }
    open(m, true);
    Some(i + 1)
}

/// Branches without the word before them.
fn missing(m: &mut Mender<'_>, i: usize) {
    let reads = m.at(i + 1).is_some_and(|l| l.text == "match") && is(m.at(i + 2), LeftBrace);
    if !reads || m.top() != Some(Frame::Body) || !is(m.before(1), LeftBrace) {
        return;
    }
    let joined = |words: &[Lexeme<'_>]| {
        let [word, all, brace] = words else { return false };
        let is_word = |l: &Lexeme<'_>, text: &str| l.text.eq_ignore_ascii_case(text);
        is_word(word, "union") && is_word(all, "all") && brace.kind == LeftBrace
    };
    let word = if m.input[i..].windows(3).any(joined) {
        "union all"
    } else {
        "union"
    };
    let span = m.input[i].span;
    m.errors.push(
        SyntaxError::new("Q001", span)
            .message(format!("the word `{word}` is missing before the `{{`"))
            .fix(
                format!("insert `{word}`"),
                Span::at(span.start as usize),
                format!("{word} "),
            ),
    );
    word.split(' ')
        .for_each(|word| m.insert(Name, if word == "all" { "all" } else { "union" }));
}

/// `} union {`, where the word stands before the first branch already.
fn again(m: &mut Mender<'_>, i: usize) -> Option<usize> {
    let behind = m
        .at(i + 1)
        .filter(|l| l.text.eq_ignore_ascii_case("all") || l.text.eq_ignore_ascii_case("distinct"));
    let end = if behind.is_some() { i + 2 } else { i + 1 };
    let first = m.out.get(m.body_start() + 1).filter(|word| word.text == "union")?;
    if !is(m.before(1), RightBrace) || !is(m.at(end), LeftBrace) {
        return None;
    }
    let span = m.at(i)?.span.to(behind.map_or(m.at(i)?.span, |l| l.span));
    let gap = Span::new(span.start as usize, m.at(end)?.span.start as usize);
    let (label, at) = ("it stands here, before the first branch", first.span);
    m.errors.push(
        SyntaxError::new("Q001", span)
            .message("`union` stands once")
            .label(at, label)
            .safe_fix("delete it", gap, ""),
    );
    Some(end)
}

fn is_tail(lexeme: Lexeme<'_>) -> bool {
    lexeme.kind == Name && matches!(lexeme.text, "order" | "limit" | "offset" | "after")
}

/// Whether the innermost bracket is the brace of a branch that was put in here.
fn in_branch(m: &Mender<'_>) -> bool {
    let branch = m.frames.last();
    branch.is_some_and(|open| open.implied && open.frame == Frame::Body) && !is(m.before(1), LeftBrace)
}

fn open(m: &mut Mender<'_>, implied: bool) {
    m.insert(LeftBrace, "{");
    let span = m.gap();
    m.frames.push(Open {
        frame: Frame::Body,
        span,
        implied,
    });
}

fn close(m: &mut Mender<'_>) {
    m.frames.pop();
    m.insert(RightBrace, "}");
}

impl Recovery<'_, '_> {
    /// Branches, and what stands behind them.
    pub(super) fn union(&mut self, range: Range<usize>) -> Union {
        let keyword = self.span(range.start..range.start + 1);
        let all = (self.word(range.start + 1) == "all").then(|| self.span(range.start + 1..range.start + 2));
        let mut i = range.start + 1 + usize::from(all.is_some());
        let mut branches = Vec::new();
        while i < range.end && self.kind(i) == Some(LeftBrace) {
            let close = self.closing(i);
            let span = self.span(i..close + 1);
            let inner = i + 1..close;
            let body = match unites(|at| self.at(at), inner.start) {
                true => {
                    self.errors
                        .push(messages::nested_union(self.span(inner.start..inner.start + 1)));
                    None
                }
                false if inner.is_empty() => {
                    self.errors.push(messages::empty_section("union", span));
                    None
                }
                false => Some(self.body(inner)),
            };
            let read = match body {
                Some(Body::Read(read)) => *read,
                Some(other) => {
                    let first = self.span(i + 1..i + 2);
                    let place = match &other {
                        Body::Mutation(mutation) => mutation.statements.first().map_or(first, Statement::keyword),
                        _ => first,
                    };
                    let error = messages::writing_branch(place, keyword);
                    self.errors.push(error);
                    empty_read(span)
                }
                None => empty_read(span),
            };
            branches.push(*build::branch(Box::new(read), span, self.errors));
            i = close + 1;
        }
        if branches.len() == 1 {
            let error = messages::no_second_branch(keyword, self.gap(i));
            self.errors.push(error);
        }
        let outer = self.outer(i..range.end);
        let heads: Vec<usize> = outer.into_iter().filter(|i| self.is_section(*i)).collect();
        let first = heads.first().copied().unwrap_or(range.end);
        if i < first {
            let error = messages::no_section(self, i..first);
            self.errors.push(error);
        }
        let ends = heads.iter().skip(1).copied().chain([range.end]);
        let segments: Vec<Range<usize>> = heads.iter().copied().zip(ends).map(|(s, e)| s..e).collect();
        let of_all =
            |segment: &Range<usize>| matches!(self.word(segment.start), "order" | "limit" | "offset" | "after");
        let (tail, others): (Vec<_>, Vec<_>) = segments.into_iter().partition(of_all);
        if let Some(other) = others.first() {
            let error = messages::section_of_branch(self.span(other.start..other.start + 1), self.word(other.start));
            self.errors.push(error);
        }
        let tail = self.read(tail, range, false);
        Union {
            keyword,
            all,
            branches,
            order: tail.order,
            limit: tail.limit,
            offset: tail.offset,
            after: tail.after,
        }
    }
}
