//! A second reading of an item that the grammar refuses: every slip that shows in a few neighbouring tokens, or in the
//! brackets, is reported and mended, so that the parser sees what was meant and goes on. An item without mistakes never
//! comes here.

use super::lexeme::Lexeme;
use super::spellings::Spellings;
use super::token::{Bracket, Class, LanguageToken};
use crate::{Span, SyntaxError};

/// What an open bracket holds.
pub(crate) trait Frame: Copy + PartialEq {
    type Kind: LanguageToken;

    fn bracket(self) -> Bracket;
}

pub(crate) struct Open<F> {
    pub frame: F,
    pub span: Span,
    /// Inserted here because it was missing.
    pub implied: bool,
}

pub(crate) struct Mender<'s, F: Frame> {
    pub text: &'s str,
    pub spellings: &'s Spellings,
    pub input: Vec<Lexeme<'s, F::Kind>>,
    pub out: Vec<Lexeme<'s, F::Kind>>,
    pub frames: Vec<Open<F>>,
    /// How many braces are opened more often than closed.
    pub surplus: isize,
    pub errors: Vec<SyntaxError>,
}

/// Passes the lexemes on step by step: one takes the lexeme at an index and answers where to go on.
pub(crate) fn run<'s, F: Frame>(
    text: &'s str,
    spellings: &'s Spellings,
    lexemes: &[Lexeme<'s, F::Kind>],
    step: fn(&mut Mender<'s, F>, usize) -> usize,
) -> (Vec<Lexeme<'s, F::Kind>>, Vec<SyntaxError>) {
    let count = |class| lexemes.iter().filter(|l| l.kind.class() == class).count() as isize;
    let mut mender = Mender {
        text,
        spellings,
        input: lexemes.to_vec(),
        out: Vec::with_capacity(lexemes.len() + 4),
        frames: Vec::new(),
        surplus: count(Class::Open(Bracket::Brace)) - count(Class::Close(Bracket::Brace)),
        errors: Vec::new(),
    };
    let mut i = 0;
    while i < mender.input.len() {
        i = step(&mut mender, i);
    }
    mender.close_until(0, None);
    (mender.out, mender.errors)
}

impl<'s, F: Frame> Mender<'s, F> {
    pub(crate) fn top(&self) -> Option<F> {
        self.frames.last().map(|f| f.frame)
    }

    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The lexeme `back` places before the one in hand; 1 is the last one that was passed on.
    pub(crate) fn before(&self, back: usize) -> Option<Lexeme<'s, F::Kind>> {
        self.out.len().checked_sub(back).map(|i| self.out[i])
    }

    pub(crate) fn text_before(&self, back: usize) -> &'s str {
        self.before(back).map_or("", |l| l.text)
    }

    pub(crate) fn at(&self, i: usize) -> Option<Lexeme<'s, F::Kind>> {
        self.input.get(i).copied()
    }

    /// Where something that is missing before the lexeme in hand would go.
    pub(crate) fn gap(&self) -> Span {
        Span::at(self.before(1).map_or(0, |l| l.span.end as usize))
    }

    pub(crate) fn insert(&mut self, kind: F::Kind, text: &'static str) {
        let span = self.gap();
        self.out.push(Lexeme {
            kind,
            text,
            span,
            starts_line: false,
        });
    }

    pub(crate) fn change(&mut self, i: usize, kind: F::Kind, text: &'s str) {
        self.input[i].kind = kind;
        self.input[i].text = text;
    }

    /// Reports that something is missing before the lexeme in hand. `padded` is the text to insert.
    pub(crate) fn missing(&mut self, found: Span, wanted: &str, padded: impl Into<String>, message: impl Into<String>) {
        let gap = self.gap();
        self.errors.push(
            SyntaxError::new(F::Kind::CODES.syntax, found)
                .message(message)
                .label(gap, format!("expected `{wanted}` here"))
                .safe_fix(format!("insert `{wanted}`"), gap, padded),
        );
    }

    /// Passes on a bracket that opens.
    pub(crate) fn enter(&mut self, lexeme: Lexeme<'s, F::Kind>, frame: F) {
        self.out.push(lexeme);
        self.frames.push(Open {
            frame,
            span: lexeme.span,
            implied: false,
        });
    }

    /// Opens a bracket that is missing.
    pub(crate) fn imply(&mut self, frame: F) {
        let bracket = frame.bracket();
        self.insert(F::Kind::opening(bracket), bracket.open());
        self.surplus += isize::from(bracket == Bracket::Brace);
        self.frames.push(Open {
            frame,
            span: self.gap(),
            implied: true,
        });
    }

    /// The open bracket that a closing one seems to belong to. Only a brace reaches over braces.
    pub(crate) fn reach(&self, closing: Bracket) -> Option<usize> {
        let reach = self.frames.iter().rposition(|f| f.frame.bracket() == closing);
        reach.filter(|r| closing == Bracket::Brace || *r >= self.lists_from())
    }

    /// The number of open brackets up to and with the innermost brace.
    pub(crate) fn lists_from(&self) -> usize {
        let brace = self.frames.iter().rposition(|f| f.frame.bracket() == Bracket::Brace);
        brace.map_or(0, |i| i + 1)
    }

    /// Closes what is open beyond the first `keep` brackets, and reports it once.
    pub(crate) fn close_until(&mut self, keep: usize, because: Option<Lexeme<'s, F::Kind>>) {
        let gap = self.gap();
        let mut closers = String::new();
        let mut unclosed = Vec::new();
        while self.frames.len() > keep {
            let Some(open) = self.frames.pop() else { break };
            let bracket = open.frame.bracket();
            self.insert(F::Kind::closing(bracket), bracket.close());
            self.surplus -= isize::from(bracket == Bracket::Brace);
            if !open.implied {
                closers.push_str(bracket.close());
                unclosed.push(open.span);
            }
        }
        let Some((first, others)) = unclosed.split_first() else {
            return;
        };
        let wanted = &closers[..1];
        let mut error = SyntaxError::new(F::Kind::CODES.open_bracket, *first)
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
        let before = if wanted == "}" { F::Kind::BEFORE_BRACE } else { "" };
        let text = format!("{before}{closers}");
        self.errors.push(error.fix(format!("insert `{closers}`"), gap, text));
    }
}
