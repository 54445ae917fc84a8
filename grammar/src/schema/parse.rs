//! Text to tree for one declaration: the grammar first, and only if it refuses the text, the mending and the recovery.

use lalrpop_util::ParseError;

use super::ast::Declaration;
use super::build::Part;
use super::grammar::StartParser;
use super::mend;
use super::terminal::{self, Lexeme, Terminal};
use super::token::TokenKind;
use super::{checks, recover};
use crate::lexing::{self, Spellings};
use crate::{Parsed, Span, SyntaxError};

const DEEPEST_BRACKETS: usize = 64;

/// Parses a declaration: an item of a schema file, comments between its tokens included. Whatever is wrong with it comes
/// out in one go, and as much of the tree as can be understood; there is none if its name or an end of an edge is missing.
pub fn parse_item(text: &str) -> Parsed<Declaration> {
    let (lexemes, mut errors) = terminal::lexemes(text);
    if let Some(error) = too_deep(&lexemes) {
        return Parsed {
            tree: None,
            errors: vec![error],
        };
    }
    let mut tree = whole(&Input::new(lexemes.clone()));
    if tree.is_none() {
        let spellings = Spellings::new(text);
        let (mended, mistakes) = mend::mend(text, &spellings, &lexemes);
        errors.extend(mistakes);
        let input = Input::new(mended);
        tree = whole(&input).or_else(|| recover::declaration(&input, &mut errors));
    }
    if let Some(declaration) = &tree {
        checks::check(declaration, text, &mut errors);
    }
    lexing::drop_consequences::<TokenKind>(&mut errors);
    errors.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    errors.dedup();
    Parsed { tree, errors }
}

/// Lexemes with their terminals, which depend on their neighbours.
pub(super) struct Input<'s> {
    pub lexemes: Vec<Lexeme<'s>>,
    terminals: Vec<Option<(Span, Terminal<'s>)>>,
}

impl<'s> Input<'s> {
    fn new(lexemes: Vec<Lexeme<'s>>) -> Self {
        let terminals = terminal::terminals(&lexemes);
        Input { lexemes, terminals }
    }
}

/// Where the automaton stopped, and what it could have taken there.
pub(super) struct Refusal {
    /// Index of the lexeme; the end of the range if something is missing there.
    pub at: usize,
    pub expected: Vec<String>,
}

/// Runs the automaton over some of the lexemes.
pub(super) fn part(start: Terminal<'_>, input: &Input<'_>, range: std::ops::Range<usize>) -> Result<Part, Refusal> {
    let begin = input.lexemes.get(range.start).map_or(0, |l| l.span.start as usize);
    let taken = std::cell::Cell::new(range.start);
    let terminals = range.clone().filter_map(|i| {
        taken.set(i);
        input.terminals[i].map(|(span, terminal)| (span.start as usize, terminal, span.end as usize))
    });
    match StartParser::new().parse(std::iter::once((begin, start, begin)).chain(terminals)) {
        Ok(part) => Ok(part),
        Err(ParseError::UnrecognizedToken { expected, .. }) => Err(Refusal {
            at: taken.get(),
            expected,
        }),
        Err(ParseError::UnrecognizedEof { expected, .. }) => Err(Refusal {
            at: range.end,
            expected,
        }),
        Err(_) => Err(Refusal {
            at: range.end,
            expected: Vec::new(),
        }),
    }
}

fn whole(input: &Input<'_>) -> Option<Declaration> {
    match part(Terminal::StartDeclaration, input, 0..input.lexemes.len()) {
        Ok(Part::Declaration(declaration)) => Some(declaration),
        _ => None,
    }
}

fn too_deep(lexemes: &[Lexeme<'_>]) -> Option<SyntaxError> {
    let mut depth = 0_usize;
    for lexeme in lexemes {
        match lexeme.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_BRACKETS {
            let message = format!("brackets are nested deeper than {DEEPEST_BRACKETS} levels");
            return Some(SyntaxError::new("S006", lexeme.span).message(message));
        }
    }
    None
}
