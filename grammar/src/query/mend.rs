//! A second reading of a query that the grammar refuses: every slip that shows in a few neighbouring tokens, or in the
//! brackets, is reported and mended, so that the parser sees what was meant and goes on. A query without mistakes never
//! comes here.

use super::slips;
use super::terminal::Lexeme;
use super::token::TokenKind::{self, *};
use crate::lexing::Spellings;
use crate::{Span, SyntaxError};

/// What an open bracket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    Parameters,
    Body,
    Match,
    Return,
    Order,
    /// The matches of a binding.
    Matches,
    /// The assignments of `insert` and `set`.
    Assignments,
    Hops,
    Paren,
    Bracket,
    Unknown,
}

struct Open {
    frame: Frame,
    span: Span,
    /// Inserted here because it was missing.
    implied: bool,
}

pub(super) struct Mender<'s> {
    text: &'s str,
    pub(super) spellings: &'s Spellings,
    input: Vec<Lexeme<'s>>,
    pub(super) out: Vec<Lexeme<'s>>,
    frames: Vec<Open>,
    /// How many braces are opened more often than closed.
    surplus: isize,
    pub(super) errors: Vec<SyntaxError>,
}

pub(crate) fn mend<'s>(
    text: &'s str,
    spellings: &'s Spellings,
    lexemes: &[Lexeme<'s>],
) -> (Vec<Lexeme<'s>>, Vec<SyntaxError>) {
    let count = |kind| lexemes.iter().filter(|l| l.kind == kind).count() as isize;
    let mut mender = Mender {
        text,
        spellings,
        input: lexemes.to_vec(),
        out: Vec::with_capacity(lexemes.len() + 4),
        frames: Vec::new(),
        surplus: count(LeftBrace) - count(RightBrace),
        errors: Vec::new(),
    };
    let mut i = 0;
    while i < mender.input.len() {
        i = mender.step(i);
    }
    mender.close_until(0, None);
    (mender.out, mender.errors)
}

pub(super) fn is(lexeme: Option<Lexeme<'_>>, kind: TokenKind) -> bool {
    lexeme.is_some_and(|l| l.kind == kind)
}

impl<'s> Mender<'s> {
    pub(super) fn top(&self) -> Option<Frame> {
        self.frames.last().map(|f| f.frame)
    }

    /// Whether there is a closing brace for each that opens.
    pub(super) fn is_balanced(&self) -> bool {
        self.surplus == 0
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The lexeme `back` places before the one in hand; 1 is the last one that was passed on.
    pub(super) fn before(&self, back: usize) -> Option<Lexeme<'s>> {
        self.out.len().checked_sub(back).map(|i| self.out[i])
    }

    pub(super) fn at(&self, i: usize) -> Option<Lexeme<'s>> {
        self.input.get(i).copied()
    }

    pub(super) fn text_before(&self, back: usize) -> &'s str {
        self.before(back).map_or("", |l| l.text)
    }

    pub(super) fn lower(&self, span: Span) -> &'s str {
        self.spellings.lower(span)
    }

    pub(super) fn capital(&self, span: Span) -> &'s str {
        self.spellings.capital(span)
    }

    pub(super) fn small(&self, span: Span) -> &'s str {
        self.spellings.small(span)
    }

    /// Where something that is missing before the lexeme in hand would go.
    pub(super) fn gap(&self) -> Span {
        Span::at(self.before(1).map_or(0, |l| l.span.end as usize))
    }

    pub(super) fn insert(&mut self, kind: TokenKind, text: &'static str) {
        let span = self.gap();
        self.out.push(Lexeme {
            kind,
            text,
            span,
            starts_line: false,
        });
    }

    pub(super) fn change(&mut self, i: usize, kind: TokenKind, text: &'s str) {
        self.input[i].kind = kind;
        self.input[i].text = text;
    }

    fn step(&mut self, i: usize) -> usize {
        if let Some(next) = slips::mend(self, i) {
            return next;
        }
        let lexeme = self.input[i];
        match lexeme.kind {
            LeftBrace | LeftParen | LeftBracket => self.open(i),
            RightBrace | RightParen | RightBracket => self.close(i),
            _ if self.is_head(i) => return self.head(i),
            _ => {
                self.close_call_before(i);
                self.out.push(self.input[i]);
            }
        }
        i + 1
    }

    /// Whether a section or a statement starts at `i`.
    pub(super) fn is_head(&self, i: usize) -> bool {
        let lexeme = self.input[i];
        let before = self.before(1);
        if lexeme.kind != Name || matches!(before.map(|l| l.kind), Some(Dot | At | Less)) || self.text_before(1) == "as"
        {
            return false;
        }
        let as_edge = self.top() == Some(Frame::Match) && matches!(before.map(|l| l.kind), Some(Variable | Colon));
        let in_body = matches!(self.top(), Some(Frame::Body) | None) && self.out.len() > 2;
        let next = self.at(i + 1);
        match lexeme.text {
            "match" | "return" | "order" => {
                let opens = is(next, LeftBrace) && !(as_edge && is(self.at(i + 2), Integer));
                opens || (in_body && !is(next, LeftParen))
            }
            "limit" => {
                let listed = matches!(before.map(|l| l.kind), Some(Comma | LeftBrace));
                let alone = matches!(self.top(), Some(Frame::Order)) && lexeme.starts_line && !listed;
                alone || (is(next, Integer) && !is(before, Colon)) || (in_body && !is(next, LeftParen))
            }
            "insert" | "update" | "delete" => {
                (is(next, Type) && !as_edge && (lexeme.starts_line || in_body)) || (in_body && !is(next, LeftParen))
            }
            _ => false,
        }
    }

    /// A section or statement starts: everything inside of the body should be closed by now. Passes its keyword on, and
    /// a brace where one is missing.
    fn head(&mut self, i: usize) -> usize {
        let lexeme = self.input[i];
        match self.frames.iter().position(|f| f.frame == Frame::Body) {
            Some(body) => self.close_until(body + 1, Some(lexeme)),
            None => {
                self.close_until(0, Some(lexeme));
                let error = SyntaxError::new("Q001", lexeme.span)
                    .message("the body of a query stands in braces")
                    .label(self.gap(), "expected `{` here")
                    .fix("insert `{`", self.gap(), " {");
                self.errors.push(error);
                self.imply(Frame::Body);
            }
        }
        self.out.push(lexeme);
        let frame = match lexeme.text {
            "match" => Frame::Match,
            "return" => Frame::Return,
            "order" => Frame::Order,
            _ => return i + 1,
        };
        let mut next = i + 1;
        let by = self
            .at(next)
            .filter(|l| frame == Frame::Order && l.text.eq_ignore_ascii_case("by"));
        if let Some(by) = by {
            next += 1;
            let mut error = SyntaxError::new("Q001", by.span)
                .message("there is no `by` after `order`")
                .help("order reads `order { $p.name desc }`");
            if is(self.at(next), LeftBrace) {
                error = error.safe_fix(
                    "delete `by`",
                    Span::new(lexeme.span.end as usize, by.span.end as usize),
                    "",
                );
            }
            self.errors.push(error);
        }
        if !is(self.at(next), LeftBrace) {
            if by.is_none() {
                let gap = self.gap();
                self.errors.push(
                    SyntaxError::new("Q001", self.at(next).map_or(gap, |l| l.span))
                        .message(format!("what follows `{}` stands in braces", lexeme.text))
                        .label(gap, "expected `{` here")
                        .fix("insert `{`", gap, " {"),
                );
            }
            self.imply(frame);
        }
        next
    }

    /// Opens a bracket that is missing.
    pub(super) fn imply(&mut self, frame: Frame) {
        if matches!(frame, Frame::Paren | Frame::Parameters) {
            self.insert(LeftParen, "(");
        } else {
            self.insert(LeftBrace, "{");
            self.surplus += 1;
        }
        self.frames.push(Open {
            frame,
            span: self.gap(),
            implied: true,
        });
    }

    fn open(&mut self, i: usize) {
        let lexeme = self.input[i];
        if lexeme.kind == LeftBrace && self.top() == Some(Frame::Parameters) {
            self.close_until(0, Some(lexeme));
        }
        let frame = match lexeme.kind {
            LeftParen if self.frames.is_empty() => Frame::Parameters,
            LeftParen => Frame::Paren,
            LeftBracket => Frame::Bracket,
            _ => self.brace_frame(i),
        };
        self.out.push(lexeme);
        self.frames.push(Open {
            frame,
            span: lexeme.span,
            implied: false,
        });
    }

    fn brace_frame(&self, i: usize) -> Frame {
        let (last, kind) = (self.text_before(1), self.before(1).map(|l| l.kind));
        match self.top() {
            None => Frame::Body,
            Some(Frame::Body) => match last {
                "match" => Frame::Match,
                "return" => Frame::Return,
                "order" => Frame::Order,
                "set" => Frame::Assignments,
                _ if kind == Some(Type) => Frame::Assignments,
                _ => Frame::Unknown,
            },
            Some(Frame::Match) if last == "not" => Frame::Match,
            Some(Frame::Match) if kind == Some(Type) => Frame::Matches,
            Some(Frame::Match) if is(self.at(i + 1), Integer) || is(self.at(i + 1), Comma) => Frame::Hops,
            _ => Frame::Unknown,
        }
    }

    fn close(&mut self, i: usize) {
        let lexeme = self.input[i];
        let fits = |frame: Frame| match lexeme.kind {
            RightParen => matches!(frame, Frame::Paren | Frame::Parameters),
            RightBracket => frame == Frame::Bracket,
            _ => !matches!(frame, Frame::Paren | Frame::Parameters | Frame::Bracket),
        };
        let reach = self.frames.iter().rposition(|f| fits(f.frame));
        let reach = reach.filter(|r| lexeme.kind == RightBrace || self.frames[*r..].iter().all(|f| !is_brace(f.frame)));
        let more_follows =
            lexeme.kind == RightBrace && self.frames.len() == 1 && i + 1 < self.input.len() && self.is_head(i + 1);
        let Some(reach) = reach.filter(|_| !more_follows || self.surplus >= 0) else {
            self.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message(format!("this `{}` closes nothing", lexeme.text))
                    .safe_fix(format!("delete the `{}`", lexeme.text), lexeme.span, ""),
            );
            self.surplus += isize::from(lexeme.kind == RightBrace);
            return;
        };
        self.close_until(reach + 1, Some(lexeme));
        if lexeme.kind == RightBrace {
            // Which of the open braces does this one close, when there are too few? Its indentation tells.
            while self.surplus > 0 && self.frames.len() > 1 && self.belongs_further_out(lexeme) {
                self.close_until(self.frames.len() - 1, Some(lexeme));
            }
        }
        self.frames.pop();
        self.out.push(lexeme);
    }

    fn belongs_further_out(&self, brace: Lexeme<'_>) -> bool {
        let Some(top) = self.frames.last() else { return false };
        if top.implied {
            let rest = self
                .input
                .iter()
                .filter(|l| l.span.start >= brace.span.start && l.kind == RightBrace)
                .count();
            return rest < self.frames.iter().filter(|f| is_brace(f.frame)).count();
        }
        brace.starts_line
            && self.indent(brace.span) < self.indent(top.span)
            && self
                .frames
                .iter()
                .any(|f| is_brace(f.frame) && self.indent(f.span) == self.indent(brace.span))
    }

    /// The indentation of the line that holds the span.
    fn indent(&self, span: Span) -> usize {
        let start = self.text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        self.text[start..].len() - self.text[start..].trim_start_matches([' ', '\t']).len()
    }

    /// A call ends where no comma leads on.
    fn close_call_before(&mut self, i: usize) {
        let lexeme = self.input[i];
        let Some(Frame::Paren | Frame::Bracket) = self.top() else {
            return;
        };
        let leads_on = matches!(self.before(1).map(|l| l.kind), Some(LeftParen | LeftBracket | Comma));
        let starts = matches!(lexeme.kind, Variable) || lexeme.text == "not" && is(self.at(i + 1), LeftBrace);
        let suffix = matches!(lexeme.text, "as" | "asc" | "desc") && !is(self.before(1), Dot);
        if !leads_on && (lexeme.starts_line && starts || suffix) {
            let keep = self.frames.iter().rposition(|f| is_brace(f.frame)).map_or(0, |i| i + 1);
            self.close_until(keep, Some(lexeme));
        }
    }

    /// Closes what is open beyond the first `keep` brackets, and reports it once.
    pub(super) fn close_until(&mut self, keep: usize, because: Option<Lexeme<'s>>) {
        let gap = self.gap();
        let mut closers = String::new();
        let mut unclosed = Vec::new();
        while self.frames.len() > keep {
            let Some(open) = self.frames.pop() else { break };
            let (kind, closer) = match open.frame {
                Frame::Paren | Frame::Parameters => (RightParen, ")"),
                Frame::Bracket => (RightBracket, "]"),
                _ => (RightBrace, "}"),
            };
            self.insert(kind, closer);
            self.surplus -= isize::from(kind == RightBrace);
            if !open.implied {
                closers.push_str(closer);
                unclosed.push(open.span);
            }
        }
        let Some((first, others)) = unclosed.split_first() else {
            return;
        };
        let bracket = &self.text[first.range()];
        let wanted = match bracket {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let mut error = SyntaxError::new("Q002", *first)
            .message(format!("this `{bracket}` is never closed"))
            .label(
                gap,
                match because {
                    Some(next) => format!("expected `{wanted}` before `{}`", next.text),
                    None => format!("expected `{wanted}` here"),
                },
            );
        for other in others {
            error = error.label(*other, "neither is this one");
        }
        let closers = if closers.starts_with('}') {
            format!(" {closers}")
        } else {
            closers
        };
        self.errors
            .push(error.fix(format!("insert `{}`", closers.trim()), gap, closers));
    }
}

fn is_brace(frame: Frame) -> bool {
    !matches!(frame, Frame::Paren | Frame::Parameters | Frame::Bracket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, items};

    #[test]
    fn what_is_right_is_left_alone() {
        let files = [
            include_str!("../../tests/corpus/forms.gq"),
            include_str!("../../../examples/flights/queries.gq"),
            include_str!("../../../examples/movies/queries.gq"),
        ];
        for file in files {
            for item in items(Language::Query, file).0 {
                let text = &file[item.span.range()];
                let spellings = Spellings::new(text);
                let (lexemes, _) = super::super::terminal::lexemes(text);
                let (mended, errors) = mend(text, &spellings, &lexemes);
                assert_eq!(errors, [], "{text}");
                assert_eq!(mended, lexemes, "{text}");
            }
        }
    }
}
