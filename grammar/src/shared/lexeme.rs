//! Lexemes: the tokens that are not trivia, with their text.

use logos::Logos;

use super::lexing::{self, Cut};
use super::token::{Bracket, Class, LanguageToken};
use crate::{Span, SyntaxError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme<'s, K> {
    pub kind: K,
    pub text: &'s str,
    pub span: Span,
    /// Whether only white space stands before it on its line.
    pub starts_line: bool,
}

/// The lexemes of a text, and what the lexer had to say.
pub(crate) fn lexemes<'s, K>(text: &'s str) -> (Vec<Lexeme<'s, K>>, Vec<SyntaxError>)
where
    K: LanguageToken + Logos<'s, Source = str, Extras = Cut>,
{
    let lexed = lexing::lex::<K>(text);
    let mut out = Vec::with_capacity(lexed.tokens.len());
    let mut starts_line = true;
    for token in lexed.tokens {
        let content = &text[token.span.range()];
        if token.kind.is_trivia() {
            starts_line |= content.as_bytes().contains(&b'\n');
        } else {
            out.push(Lexeme {
                kind: token.kind,
                text: content,
                span: token.span,
                starts_line,
            });
            starts_line = false;
        }
    }
    (out, lexed.errors)
}

pub(crate) fn is<K: LanguageToken>(lexeme: Option<Lexeme<'_, K>>, kind: K) -> bool {
    lexeme.is_some_and(|l| l.kind == kind)
}

/// The depth behind each lexeme of what brackets of these kinds are nested within each other.
pub(crate) fn depths<K: LanguageToken>(
    lexemes: &[Lexeme<'_, K>],
    counts: fn(Bracket) -> bool,
) -> impl Iterator<Item = usize> {
    lexemes.iter().scan(0_usize, move |depth, lexeme| {
        match lexeme.kind.class() {
            Class::Open(bracket) if counts(bracket) => *depth += 1,
            Class::Close(bracket) if counts(bracket) => *depth = depth.saturating_sub(1),
            _ => {}
        }
        Some(*depth)
    })
}
