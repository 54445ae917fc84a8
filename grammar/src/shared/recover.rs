//! The third reading: what cannot be parsed as a whole even after mending is taken apart, and each part is parsed by
//! itself. What cannot be is reported and left out; the rest makes the tree.

use std::ops::Range;

use super::lexeme::Lexeme;
use super::parse::Input;
use super::token::LanguageToken;
use crate::{Span, SyntaxError};

/// More than anyone reads at once.
pub(crate) const MOST_ERRORS: usize = 200;

pub(crate) struct Recovery<'a, 's, K, T> {
    pub text: &'a str,
    pub input: &'a Input<'s, K, T>,
    pub errors: &'a mut Vec<SyntaxError>,
}

impl<'s, K: LanguageToken, T> Recovery<'_, 's, K, T> {
    pub(crate) fn at(&self, i: usize) -> Option<Lexeme<'s, K>> {
        self.input.lexemes.get(i).copied()
    }

    pub(crate) fn kind(&self, i: usize) -> Option<K> {
        self.at(i).map(|l| l.kind)
    }

    pub(crate) fn word(&self, i: usize) -> &'s str {
        self.at(i).filter(|l| l.kind == K::LOWER_WORD).map_or("", |l| l.text)
    }

    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        match (self.at(range.start), self.at(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) if range.start < range.end => first.span.to(last.span),
            (Some(first), _) => Span::at(first.span.start as usize),
            _ => Span::at(self.input.lexemes.last().map_or(0, |l| l.span.end as usize)),
        }
    }

    /// Zero width, behind the lexeme before `i`.
    pub(crate) fn gap(&self, i: usize) -> Span {
        let before = i.checked_sub(1).and_then(|i| self.at(i));
        Span::at(before.map_or(0, |l| l.span.end as usize))
    }

    /// The index of the bracket that closes the one at `open`; mending has seen to it that there is one.
    pub(crate) fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (i, lexeme) in self.input.lexemes.iter().enumerate().skip(open) {
            if lexeme.kind.opens() {
                depth += 1;
            } else if lexeme.kind.closes() {
                depth -= 1;
                if depth == 0 {
                    return i;
                }
            }
        }
        self.input.lexemes.len() - 1
    }

    /// The indices in a range that are not inside of brackets.
    pub(crate) fn outer(&self, range: Range<usize>) -> Vec<usize> {
        let mut outer = Vec::new();
        let mut i = range.start;
        while i < range.end {
            outer.push(i);
            i = match self.kind(i) {
                Some(kind) if kind.opens() => self.closing(i).min(range.end - 1) + 1,
                _ => i + 1,
            };
        }
        outer
    }

    /// Whether something in a part, or missing at its ends, was reported already.
    pub(crate) fn is_told(&self, part: Span) -> bool {
        let touches = |span: Span| span.start <= part.end && part.start <= span.end;
        let tells =
            |e: &SyntaxError| touches(e.span) || e.labels.iter().any(|(span, _)| touches(*span) && span.is_empty());
        self.errors.iter().any(tells)
    }

    /// That something else was expected at `at`, in words; `shown` is what stands there.
    pub(crate) fn unexpected(
        &self,
        code: &'static str,
        (segment, at): (Range<usize>, usize),
        wanted: &str,
        shown: impl Fn(&str) -> String,
        place: &str,
    ) -> SyntaxError {
        let Some(found) = self.at(at).filter(|_| at < segment.end) else {
            return SyntaxError::new(K::CODES.syntax, self.gap(segment.end))
                .message(format!("expected {wanted} here"))
                .label(self.span(segment), place);
        };
        let error =
            SyntaxError::new(code, found.span).message(format!("expected {wanted}, found `{}`", shown(found.text)));
        if at > segment.start {
            error.label(self.span(segment.start..at), place)
        } else {
            error
        }
    }
}
