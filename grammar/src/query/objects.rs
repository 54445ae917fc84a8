//! Objects and lists of objects, `$p { name, friends: [ { … } => { … } ] }`: which of their brackets are missing, and what is right in
//! those that the grammar refuses.

use std::ops::Range;

use omnigraph_model::vocabulary::{FunctionKind, KeywordKind, QUERY_KEYWORDS, find_function, find_keyword};

use super::ast::*;
use super::build::{self, Part};
use super::mend::{Frame, Mender};
use super::parse::{Recovery, part};
use super::recover::Parts;
use super::terminal::{Lexeme, Terminal};
use super::token::TokenKind::{self, *};
use super::{gaps, messages};
use crate::Name;
use crate::shared::parse::Refusal;

/// Reports and puts in the bracket that the lexeme at `i` says is missing, or closes what it says has ended.
pub(super) fn mend(m: &mut Mender<'_>, i: usize) {
    let Some(lexeme) = m.at(i) else { return };
    if let Some((sign, frame, message)) = missing(m, i, lexeme) {
        let inserted = match sign {
            "[" => "[ ",
            "{" => " {",
            other => other,
        };
        m.missing(lexeme.span, sign, inserted, message);
        m.imply(frame);
    } else if let Some(depth) = ended(m, i, lexeme) {
        m.close_until(depth, Some(lexeme));
    }
}

/// The bracket that is missing before the lexeme at `i`, with what stands in it, and a sentence that says so.
fn missing(m: &Mender<'_>, i: usize, lexeme: Lexeme<'_>) -> Option<(&'static str, Frame, String)> {
    let before = m.before(1).map(|l| l.kind);
    let word = m.text_before(1);
    let behind = |sign: &str| format!("a `{sign}` is missing behind `{word}`");
    let follows = |ahead: usize| kind(m, i + ahead);
    let ends = |kind: Option<TokenKind>| matches!(kind, Some(Colon | Comma | RightBrace));
    let ordered = word == "order" && lexeme.text != "by";
    match m.top()? {
        // A list of objects without its brackets; what begins with a member is an object without its variable.
        Frame::Object
            if lexeme.kind == LeftBrace && before == Some(Colon) && !(follows(1) == Some(Name) && ends(follows(2))) =>
        {
            let message = "a list of objects stands in brackets: a `[` is missing";
            Some(("[", Frame::Rows, message.to_owned()))
        }
        Frame::Object
            if lexeme.kind == Variable
                && kind_before(m, 2) == Some(Colon)
                && find_function(word).is_some_and(|f| f.kind == FunctionKind::Aggregate) =>
        {
            let of_block = m.at(i + 1).is_some_and(gaps::is_edge_word) && follows(2) == Some(Variable);
            Some(match of_block {
                true => ("{", Frame::Match, behind("{")),
                false => ("(", Frame::Paren, behind("(")),
            })
        }
        Frame::Rows if lexeme.kind != LeftBrace && before == Some(LeftBracket) => {
            Some(("{", Frame::Match, behind("{")))
        }
        Frame::Rows if lexeme.kind != LeftBrace && (before == Some(Gives) || ordered) => {
            Some(("{", Frame::Order, behind("{")))
        }
        // The order of an aggregate.
        Frame::Paren if lexeme.kind == Variable && ordered => Some(("{", Frame::Order, behind("{"))),
        top @ (Frame::Order | Frame::Return)
            if lexeme.kind == Name && before == Some(Variable) && !matches!(lexeme.text, "asc" | "desc") =>
        {
            let begins = match top {
                Frame::Order => around(m) == Some(Frame::Rows) && ends(follows(1)),
                // A name behind a variable is a column of its own, unless a member follows.
                _ => {
                    follows(1) == Some(Colon)
                        || (follows(1), follows(2), follows(3)) == (Some(Comma), Some(Name), Some(Colon))
                }
            };
            let message = "an object stands in braces: a `{` is missing";
            begins.then(|| ("{", Frame::Object, message.to_owned()))
        }
        _ => None,
    }
}

/// How many brackets stay open at the lexeme at `i`, if it says that others have ended.
fn ended(m: &Mender<'_>, i: usize, lexeme: Lexeme<'_>) -> Option<usize> {
    let before = kind_before(m, 1);
    let next = kind(m, i + 1);
    let amount = matches!(next, Some(Integer | Variable));
    match m.top()? {
        // The limit of an aggregate, behind its order.
        Frame::Order if around(m) == Some(Frame::Paren) && lexeme.text == "limit" && amount && !lexeme.starts_line => {
            return Some(m.depth() - 1);
        }
        // A member has no other name.
        Frame::Object
            if lexeme.text == "as" && next == Some(Name) && !matches!(before, Some(Comma | LeftBrace | Colon)) =>
        {
            return Some(m.depth() - 1);
        }
        _ => {}
    }
    let rows = m.frames.iter().rposition(|open| open.frame == Frame::Rows)?;
    let inside = m.frames.len() - rows - 1;
    let begins_tail = match lexeme.text {
        "order" => next == Some(LeftBrace),
        "limit" | "offset" => amount,
        _ => false,
    };
    let alone = !matches!(before, Some(Comma | LeftBrace | Dot | Colon));
    match lexeme.kind {
        // Behind the block.
        Gives if inside > 0 => Some(rows + 1),
        // Behind the items.
        Name if inside == 1 && m.top() == Some(Frame::Order) && begins_tail && alone => Some(rows + 1),
        // Before the next member.
        Comma if inside == 0 => Some(rows),
        _ => None,
    }
}

fn kind(m: &Mender<'_>, i: usize) -> Option<TokenKind> {
    m.at(i).map(|lexeme| lexeme.kind)
}

fn kind_before(m: &Mender<'_>, back: usize) -> Option<TokenKind> {
    m.before(back).map(|lexeme| lexeme.kind)
}

/// What the innermost bracket stands in.
fn around(m: &Mender<'_>) -> Option<Frame> {
    m.depth().checked_sub(2).map(|at| m.frames[at].frame)
}

/// Whether the word at `i` is the name of a member, behind one that has ended.
pub(super) fn begins_member(m: &Mender<'_>, i: usize) -> bool {
    let ended = |l: Lexeme<'_>| match l.kind {
        Name => !find_keyword(&QUERY_KEYWORDS, l.text).is_some_and(|k| {
            matches!(k.kind, KeywordKind::Operator | KeywordKind::Connective) && m.text_before(2) != "."
        }),
        kind => matches!(
            kind,
            Text | Integer | Float | Variable | RightParen | RightBracket | RightBrace
        ),
    };
    let follows = m.before(1).is_some_and(ended) && m.text_before(2) != "as";
    let next = m.at(i + 1).map(|l| l.kind);
    let named = matches!(next, Some(Colon));
    let alone = matches!(next, Some(Comma | RightBrace)) && m.at(i).is_some_and(|l| l.text != "end");
    follows && (named || alone)
}

impl Recovery<'_, '_> {
    /// A column that is an object of which something is broken: what is right in it stays.
    pub(super) fn object_column(&mut self, parts: Parts, segment: Range<usize>) -> Option<Projection> {
        let close = self.object_at(&segment).filter(|_| parts == Parts::Projection)?;
        let mut end = segment.end;
        if close + 1 < end && self.kind(end - 1) == Some(Comma) {
            end -= 1;
        }
        let object = self.object(segment.start);
        let behind = (self.word(close + 1), self.kind(close + 2));
        let alias = match (end - close - 1, behind) {
            (2, ("as", Some(Name))) => self.at(close + 2).map(|word| Name {
                text: word.text.to_owned(),
                span: word.span,
            }),
            (0, _) => None,
            _ => {
                let refusal = Refusal {
                    at: close + 1,
                    expected: Vec::new(),
                };
                self.report(parts, close + 1..end, &refusal);
                None
            }
        };
        Some(Projection {
            span: self.span(segment.start..end),
            expression: object,
            alias,
        })
    }

    /// Where the braces close of an object with which a segment begins.
    fn object_at(&self, segment: &Range<usize>) -> Option<usize> {
        let begins = self.kind(segment.start) == Some(Variable) && self.kind(segment.start + 1) == Some(LeftBrace);
        let close = begins.then(|| self.closing(segment.start + 1))?;
        (close < segment.end).then_some(close)
    }

    /// The object whose variable is at `start`, member by member.
    fn object(&mut self, start: usize) -> Expression {
        let variable = self.span(start..start + 1);
        let text = self.at(start).map_or("", |l| l.text).trim_start_matches('$');
        let close = self.closing(start + 1);
        let braces = self.span(start + 1..close + 1);
        if close == start + 2 {
            let error = messages::empty_section("object", braces);
            self.errors.push(error);
        }
        let mut members = Vec::new();
        for segment in self.separated(start + 2..close) {
            match part(Terminal::StartMember, self.input, segment.clone(), self.errors) {
                Ok(Part::Member(member)) => members.push(*member),
                Ok(_) => {}
                Err(refusal) => match self.member(segment.clone()) {
                    Some(member) => members.push(member),
                    None => self.report(Parts::Member, segment, &refusal),
                },
            }
        }
        let variable = Name {
            text: text.to_owned(),
            span: variable,
        };
        build::object(variable, members, braces)
    }

    /// A member whose value is an object or a list of which something is broken.
    fn member(&mut self, segment: Range<usize>) -> Option<Member> {
        let name = self.at(segment.start).filter(|l| l.kind == Name)?;
        if self.kind(segment.start + 1) != Some(Colon) {
            return None;
        }
        let value = segment.start + 2..segment.end;
        let name = Name {
            text: name.text.to_owned(),
            span: name.span,
        };
        if self.object_at(&value) == Some(segment.end - 1) {
            return Some(*build::member(name, self.object(value.start)));
        }
        let is_rows = self.kind(value.start) == Some(LeftBracket)
            && self.kind(value.start + 1) == Some(LeftBrace)
            && self.closing(value.start) == segment.end - 1;
        is_rows.then(|| self.rows(value)).map(|rows| *build::member(name, rows))
    }

    /// A list of objects, in its brackets.
    fn rows(&mut self, range: Range<usize>) -> Expression {
        let (open, end) = (range.start + 1, range.end - 1);
        let close = self.closing(open);
        if close == open + 1 {
            let error = messages::empty_section("rows", self.span(open..close + 1));
            self.errors.push(error);
        }
        let mut rows = Rows {
            block: build::block(self.clauses(open + 1..close, 0), self.span(range.start..close + 1)),
            items: Vec::new(),
            items_span: self.gap(close + 1),
            order: Vec::new(),
            limit: None,
            offset: None,
        };
        let mut next = close + 1;
        if self.kind(next) == Some(Gives) && self.kind(next + 1) == Some(LeftBrace) {
            let last = self.closing(next + 1);
            rows.items_span = self.span(next + 1..last + 1);
            if last == next + 2 {
                let error = messages::empty_section("=>", rows.items_span);
                self.errors.push(error);
            }
            for segment in self.separated(next + 2..last) {
                match part(Terminal::StartRow, self.input, segment.clone(), self.errors) {
                    Ok(Part::Item(item)) => rows.items.push(*item),
                    Ok(_) => {}
                    Err(refusal) => match self.object_column(Parts::Projection, segment.clone()) {
                        Some(item) => rows.items.push(item),
                        None => self.report(Parts::Projection, segment, &refusal),
                    },
                }
            }
            next = last + 1;
        } else {
            let error = messages::no_items(self.gap(next));
            self.errors.push(error);
        }
        self.rows_tail(&mut rows, next..end);
        build::rows(rows, self.span(range))
    }

    /// What stands behind the items of a list of objects.
    fn rows_tail(&mut self, rows: &mut Rows, range: Range<usize>) {
        const WORDS: [&str; 3] = ["order", "limit", "offset"];
        let outer = self.outer(range.clone());
        let heads: Vec<usize> = outer.into_iter().filter(|i| WORDS.contains(&self.word(*i))).collect();
        let first = heads.first().copied().unwrap_or(range.end);
        if range.start < first {
            let error = messages::behind_items(self, range.start);
            self.errors.push(error);
        }
        let mut before: Option<usize> = None;
        for (n, head) in heads.iter().enumerate() {
            let section = *head..heads.get(n + 1).copied().unwrap_or(range.end);
            let rank = WORDS.iter().position(|word| *word == self.word(*head));
            if before.is_some() && rank <= before {
                let error = messages::order_of_tail(self, *head);
                self.errors.push(error);
                continue;
            }
            before = rank;
            match self.word(*head) {
                "order" if self.kind(head + 1) == Some(LeftBrace) => {
                    let close = self.closing(head + 1);
                    if close == head + 2 {
                        let error = messages::empty_section("order", self.span(*head..close + 1));
                        self.errors.push(error);
                    }
                    rows.order = self.keys(head + 2..close);
                    if close + 1 < section.end {
                        let error = messages::behind_items(self, close + 1);
                        self.errors.push(error);
                    }
                }
                "limit" => rows.limit = self.limit(section),
                "offset" => rows.offset = self.limit(section),
                _ => {
                    let error = messages::behind_items(self, *head);
                    self.errors.push(error);
                }
            }
        }
    }

    // ---- clauses ------------------------------------------------------------
}
