//! Text to tree for one declaration.

use std::ops::Range;

use super::ast::Declaration;
use super::build::Part;
use super::grammar::StartParser;
use super::terminal::{self, Lexeme, Terminal};
use super::token::TokenKind;
use super::{checks, mend, recover};
use crate::shared::parse::{self, Grammar, Refusal};
use crate::shared::recover as shared;
use crate::shared::spellings::Spellings;
use crate::{Parsed, Span, SyntaxError};

pub(super) type Input<'s> = parse::Input<'s, TokenKind, Terminal<'s>>;
pub(super) type Recovery<'a, 's> = shared::Recovery<'a, 's, TokenKind, Terminal<'s>>;

/// Parses a declaration: an item of a schema file, comments between its tokens included. Whatever is wrong with it comes
/// out in one go, and as much of the tree as can be understood; there is none if its name or an end of an edge is missing.
///
/// ```
/// use omnigraph_grammar::schema::parse_item;
///
/// let parsed = parse_item("node Person { name: String @key  age I32 }");
/// // The mistake is told with a way to mend it, and the rest is understood.
/// assert_eq!(parsed.errors[0].code, "S006");
/// assert_eq!(parsed.errors[0].fixes[0].edits[0].1, ":");
/// assert_eq!(parsed.tree.unwrap().as_type().unwrap().properties().count(), 2);
/// ```
pub fn parse_item(text: &str) -> Parsed<Declaration> {
    parse::parse_item::<Schemas>(text)
}

struct Schemas;

impl Grammar for Schemas {
    type Kind = TokenKind;
    type Terminal<'s> = Terminal<'s>;
    type Tree = Declaration;
    const DEEPEST_BRACES: usize = usize::MAX;
    const DEEPEST_WHOLE: usize = usize::MAX;

    fn lexemes(text: &str) -> (Vec<Lexeme<'_>>, Vec<SyntaxError>) {
        terminal::lexemes(text)
    }

    fn terminals<'s>(lexemes: &[Lexeme<'s>]) -> Vec<Option<(Span, Terminal<'s>)>> {
        terminal::terminals(lexemes)
    }

    fn whole(input: &Input<'_>, _: &mut Vec<SyntaxError>) -> Option<Declaration> {
        match part(Terminal::StartDeclaration, input, 0..input.lexemes.len()) {
            Ok(Part::Declaration(declaration)) => Some(declaration),
            _ => None,
        }
    }

    fn mend<'s>(
        text: &'s str,
        spellings: &'s Spellings,
        lexemes: &[Lexeme<'s>],
    ) -> (Vec<Lexeme<'s>>, Vec<SyntaxError>) {
        mend::mend(text, spellings, lexemes)
    }

    fn recover(text: &str, input: &Input<'_>, errors: &mut Vec<SyntaxError>) -> Option<Declaration> {
        recover::declaration(Recovery { text, input, errors })
    }

    fn check(declaration: &mut Declaration, text: &str, errors: &mut Vec<SyntaxError>) {
        checks::check(declaration, text, errors);
    }
}

/// Runs the automaton over some of the lexemes.
pub(super) fn part<'s>(start: Terminal<'s>, input: &Input<'s>, range: Range<usize>) -> Result<Part, Refusal> {
    parse::part(start, input, range, |terminals| StartParser::new().parse(terminals))
}
