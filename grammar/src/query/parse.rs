//! Text to tree for one query: the grammar first, and only if it refuses the text, the mending and the recovery.

use lalrpop_util::ParseError;

use super::ast::Query;
use super::build::{Errors, Part};
use super::grammar::StartParser;
use super::mend;
use super::terminal::{self, Lexeme, Terminal};
use super::token::TokenKind;
use super::{checks, recover};
use crate::lexing::{self, Spellings};
use crate::{Parsed, SyntaxError};

/// What brackets may be nested within each other, `{` aside, which has limits of its own.
const DEEPEST_BRACKETS: usize = 64;
/// Beyond this, not even a `not` too many is looked for.
const DEEPEST_BRACES: usize = 256;
/// How deep `not` may be nested; as many braces can stand around a clause, and three more.
pub(super) const DEEPEST_NOT: usize = 64;

/// Parses a query: an item of a query file, comments between its tokens included. Whatever is wrong with it comes out in
/// one go, and as much of the tree as can be understood. Where a name or a section is missing, the tree has an empty one.
pub fn parse_item(text: &str) -> Parsed<Query> {
    let (lexemes, mut errors) = terminal::lexemes(text);
    if let Some(error) = too_deep(&lexemes) {
        return Parsed {
            tree: None,
            errors: vec![error],
        };
    }
    let mut tree = None;
    if brace_depth(&lexemes) <= DEEPEST_NOT {
        tree = whole(&Input::new(lexemes.clone()), &mut errors);
    }
    if tree.is_none() {
        let spellings = Spellings::new(text);
        let (mended, mistakes) = mend::mend(text, &spellings, &lexemes);
        errors.extend(mistakes);
        let input = Input::new(mended);
        if brace_depth(&input.lexemes) <= DEEPEST_NOT {
            tree = whole(&input, &mut errors);
        }
        if tree.is_none() {
            tree = recover::query(text, &input, &mut errors);
        }
    }
    if let Some(query) = &mut tree {
        checks::check(query, &mut errors);
    }
    lexing::drop_consequences::<TokenKind>(&mut errors);
    errors.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    errors.dedup();
    Parsed { tree, errors }
}

/// Lexemes with their terminals, which depend on their neighbours.
pub(super) struct Input<'s> {
    pub lexemes: Vec<Lexeme<'s>>,
    terminals: Vec<Terminal<'s>>,
}

impl<'s> Input<'s> {
    pub fn new(lexemes: Vec<Lexeme<'s>>) -> Self {
        let terminals = (0..lexemes.len()).map(|i| terminal::terminal(&lexemes, i)).collect();
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
pub(super) fn part(
    start: Terminal<'_>,
    input: &Input<'_>,
    range: std::ops::Range<usize>,
    errors: &mut Errors,
) -> Result<Part, Refusal> {
    let begin = input.lexemes.get(range.start).map_or(0, |l| l.span.start as usize);
    let terminals = range.clone().map(|i| {
        let span = input.lexemes[i].span;
        (span.start as usize, input.terminals[i], span.end as usize)
    });
    // Counted here, since lexemes that were inserted have no place of their own.
    let mut taken = 0_usize;
    let located = std::iter::once((begin, start, begin))
        .chain(terminals)
        .inspect(|_| taken += 1);
    let mut found = Vec::new();
    match StartParser::new().parse(&mut found, located) {
        Ok(part) => {
            errors.append(&mut found);
            Ok(part)
        }
        Err(ParseError::UnrecognizedToken { expected, .. }) => Err(Refusal {
            at: range.start + taken.saturating_sub(2),
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

fn whole(input: &Input<'_>, errors: &mut Errors) -> Option<Query> {
    match part(Terminal::StartQuery, input, 0..input.lexemes.len(), errors) {
        Ok(Part::Query(query)) => Some(query),
        _ => None,
    }
}

fn brace_depth(lexemes: &[Lexeme<'_>]) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for lexeme in lexemes {
        match lexeme.kind {
            TokenKind::LeftBrace => depth += 1,
            TokenKind::RightBrace => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn too_deep(lexemes: &[Lexeme<'_>]) -> Option<SyntaxError> {
    let (mut brackets, mut braces) = (0_usize, 0_usize);
    for lexeme in lexemes {
        match lexeme.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => brackets += 1,
            TokenKind::RightParen | TokenKind::RightBracket => brackets = brackets.saturating_sub(1),
            TokenKind::LeftBrace => braces += 1,
            TokenKind::RightBrace => braces = braces.saturating_sub(1),
            _ => {}
        }
        let most = if brackets > DEEPEST_BRACKETS {
            DEEPEST_BRACKETS
        } else {
            DEEPEST_BRACES
        };
        if brackets > DEEPEST_BRACKETS || braces > DEEPEST_BRACES {
            let message = format!("brackets are nested deeper than {most} levels");
            return Some(SyntaxError::new("Q014", lexeme.span).message(message));
        }
    }
    None
}
