//! A second reading of a declaration that the grammar refuses: every slip that shows in a few neighbouring tokens, or in
//! the brackets, is reported and mended, so that the parser sees what was meant and goes on. A declaration without
//! mistakes never comes here.

use super::slips;
use super::terminal::Lexeme;
use super::token::TokenKind::{self, *};
use crate::lexing::Spellings;
use crate::{Span, SyntaxError};

/// What an open bracket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    Body,
    Arguments,
    EnumValues,
    /// What follows the name of another type.
    TypeArguments,
    Bracket,
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
    pub(super) errors: Vec<SyntaxError>,
}

pub(super) fn mend<'s>(
    text: &'s str,
    spellings: &'s Spellings,
    lexemes: &[Lexeme<'s>],
) -> (Vec<Lexeme<'s>>, Vec<SyntaxError>) {
    let mut mender = Mender {
        text,
        spellings,
        input: lexemes.to_vec(),
        out: Vec::with_capacity(lexemes.len() + 4),
        frames: Vec::new(),
        errors: Vec::new(),
    };
    let mut i = 0;
    if matches!(lexemes.first().map(|l| l.text), Some("allow" | "migration_check")) {
        // Too rare for slips of their own.
        return (mender.input, mender.errors);
    }
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

    /// The lexeme `back` places before the one in hand; 1 is the last one that was passed on.
    pub(super) fn before(&self, back: usize) -> Option<Lexeme<'s>> {
        self.out.len().checked_sub(back).map(|i| self.out[i])
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn at(&self, i: usize) -> Option<Lexeme<'s>> {
        self.input.get(i).copied()
    }

    /// `interface`, `node`, `edge`, …
    pub(super) fn keyword(&self) -> &'s str {
        self.out.first().map_or("", |l| l.text)
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

    /// Replaces the lexeme at `i` by its two halves.
    pub(super) fn split(&mut self, i: usize, at: usize, kinds: [TokenKind; 2]) {
        let lexeme = self.input[i];
        let middle = lexeme.span.start + at as u32;
        let (left, right) = lexeme.text.split_at(at);
        self.input[i] = Lexeme {
            kind: kinds[0],
            text: left,
            span: Span {
                end: middle,
                ..lexeme.span
            },
            ..lexeme
        };
        let right = Lexeme {
            kind: kinds[1],
            text: right,
            span: Span {
                start: middle,
                ..lexeme.span
            },
            starts_line: false,
        };
        self.input.insert(i + 1, right);
    }

    fn step(&mut self, i: usize) -> usize {
        if let Some(next) = slips::mend(self, i) {
            return next;
        }
        let lexeme = self.input[i];
        match lexeme.kind {
            LeftBrace | LeftParen | LeftBracket => self.open(lexeme),
            RightBrace | RightParen | RightBracket => self.close(i),
            _ => {
                self.close_list_before(i);
                self.out.push(lexeme);
            }
        }
        i + 1
    }

    fn open(&mut self, lexeme: Lexeme<'s>) {
        if lexeme.kind == LeftBrace && self.top().is_some_and(|f| f != Frame::Body) {
            self.close_until(self.lists_from(), Some(lexeme));
        }
        let annotates = is(self.before(2), At);
        let frame = match lexeme.kind {
            LeftBrace => Frame::Body,
            LeftBracket => Frame::Bracket,
            _ if annotates => Frame::Arguments,
            _ if self.before(1).is_some_and(|l| l.text == "enum") => Frame::EnumValues,
            _ => Frame::TypeArguments,
        };
        self.out.push(lexeme);
        self.frames.push(Open {
            frame,
            span: lexeme.span,
            implied: false,
        });
    }

    /// Opens a bracket that is missing.
    pub(super) fn imply(&mut self, kind: TokenKind, text: &'static str, frame: Frame) {
        self.insert(kind, text);
        self.frames.push(Open {
            frame,
            span: self.gap(),
            implied: true,
        });
    }

    fn close(&mut self, i: usize) {
        let lexeme = self.input[i];
        let fits = |frame: Frame| match lexeme.kind {
            RightBrace => frame == Frame::Body,
            RightBracket => frame == Frame::Bracket,
            _ => !matches!(frame, Frame::Body | Frame::Bracket),
        };
        let reach = self.frames.iter().rposition(|f| fits(f.frame));
        let reach = reach.filter(|r| lexeme.kind == RightBrace || *r >= self.lists_from());
        // A brace too many, with members behind it.
        let ends = lexeme.kind == RightBrace && self.frames.len() == 1;
        let member_follows = is(self.at(i + 1), At) || is(self.at(i + 1), Name) && is(self.at(i + 2), Colon);
        let Some(reach) = reach.filter(|_| !(ends && member_follows)) else {
            let mut error =
                SyntaxError::new("S006", lexeme.span).message(format!("this `{}` closes nothing", lexeme.text));
            if !ends {
                error = error.safe_fix(format!("delete the `{}`", lexeme.text), lexeme.span, "");
            } else {
                error = error.fix(format!("delete the `{}`", lexeme.text), lexeme.span, "");
                error.message = "members follow, so this `}` closes the body too early".to_owned();
            }
            self.errors.push(error);
            return;
        };
        self.close_until(reach + 1, Some(lexeme));
        self.frames.pop();
        self.out.push(lexeme);
    }

    /// The number of open brackets up to and with the innermost brace.
    fn lists_from(&self) -> usize {
        self.frames
            .iter()
            .rposition(|f| f.frame == Frame::Body)
            .map_or(0, |i| i + 1)
    }

    /// A list ends where the next member starts a line.
    fn close_list_before(&mut self, i: usize) {
        let lexeme = self.input[i];
        let in_list = self.top().is_some_and(|f| f != Frame::Body);
        let property = matches!(lexeme.kind, Name | Type) && is(self.at(i + 1), Colon);
        let annotation = lexeme.kind == At || lexeme.text == "implements" && lexeme.starts_line;
        let leads_on =
            matches!(self.before(1).map(|l| l.kind), Some(Comma | LeftParen)) && lexeme.starts_line && annotation;
        if in_list && (property || annotation) && !leads_on {
            self.close_until(self.lists_from(), Some(lexeme));
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
                Frame::Body => (RightBrace, "}"),
                Frame::Bracket => (RightBracket, "]"),
                _ => (RightParen, ")"),
            };
            self.insert(kind, closer);
            if !open.implied {
                closers.push_str(closer);
                unclosed.push(open.span);
            }
        }
        let Some((first, others)) = unclosed.split_first() else {
            return;
        };
        let wanted = &closers[..1];
        let mut error = SyntaxError::new("S006", *first)
            .message(format!("this `{}` is never closed", &self.text[first.range()]))
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
        let text = if closers.starts_with('}') {
            format!("\n{closers}")
        } else {
            closers.clone()
        };
        self.errors.push(error.fix(format!("insert `{closers}`"), gap, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, items};

    #[test]
    fn what_is_right_is_left_alone() {
        let files = [
            include_str!("../../tests/corpus/forms.pg"),
            include_str!("../../tests/corpus/lab.pg"),
            include_str!("../../../examples/flights/schema.pg"),
        ];
        for file in files {
            for item in items(Language::Schema, file).0 {
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
