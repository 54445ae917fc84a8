//! Text to tree for one query.

use std::ops::Range;

use super::ast::Query;
use super::build::{Errors, Part};
use super::grammar::StartParser;
use super::terminal::{Lexeme, Terminal};
use super::token::TokenKind;
use super::words::terminals;
use super::{checks, depth, mend, recover};
use crate::shared::parse::{self, Grammar, Refusal};
use crate::shared::spellings::Spellings;
use crate::shared::{lexeme, recover as shared};
use crate::{Parsed, Span, SyntaxError};

pub(super) type Input<'s> = parse::Input<'s, TokenKind, Terminal<'s>>;
pub(super) type Recovery<'a, 's> = shared::Recovery<'a, 's, TokenKind, Terminal<'s>>;

/// How deep blocks may be nested in `match`; as many braces can stand around a clause, and three more.
pub(super) const DEEPEST_BLOCK: usize = 64;

/// Parses a query: an item of a query file, comments between its tokens included. Whatever is wrong with it comes out in
/// one go, and as much of the tree as can be understood. Where a name or a section is missing, the tree has an empty one.
///
/// ```
/// use omnigraph_grammar::query::ast::{Body, Clause};
/// use omnigraph_grammar::query::parse_item;
///
/// let parsed = parse_item("query older($than: I32) { match { $p: Person  $p.age > $than } return { $p.name } }");
/// let query = parsed.tree.unwrap();
/// assert_eq!(query.parameters[0].name.text, "than");
/// let Body::Read(read) = query.body else { panic!("it returns rows") };
/// assert!(matches!(read.pattern.clauses[..], [Clause::Binding(_), Clause::Condition(_)]));
/// ```
pub fn parse_item(text: &str) -> Parsed<Query> {
    parse::parse_item::<Queries>(text)
}

struct Queries;

impl Grammar for Queries {
    type Kind = TokenKind;
    type Terminal<'s> = Terminal<'s>;
    type Tree = Query;
    /// Beyond this, not even a block too many is looked for.
    const DEEPEST_BRACES: usize = 256;
    const DEEPEST_WHOLE: usize = DEEPEST_BLOCK;

    fn lexemes(text: &str) -> (Vec<Lexeme<'_>>, Errors) {
        lexeme::lexemes(text)
    }

    fn terminals<'s>(lexemes: &[Lexeme<'s>]) -> Vec<Option<(Span, Terminal<'s>)>> {
        let placed = lexemes.iter().zip(terminals(lexemes));
        placed.map(|(lexeme, terminal)| Some((lexeme.span, terminal))).collect()
    }

    fn too_deep(input: &Input<'_>) -> Option<SyntaxError> {
        depth::too_deep(input)
    }

    fn whole(input: &Input<'_>, errors: &mut Errors) -> Option<Query> {
        match part(Terminal::StartQuery, input, 0..input.lexemes.len(), errors) {
            Ok(Part::Query(query)) => Some(*query),
            _ => None,
        }
    }

    fn mend<'s>(text: &'s str, spellings: &'s Spellings, lexemes: &[Lexeme<'s>]) -> (Vec<Lexeme<'s>>, Errors) {
        mend::mend(text, spellings, lexemes)
    }

    fn recover(text: &str, input: &Input<'_>, errors: &mut Errors) -> Option<Query> {
        recover::query(Recovery { text, input, errors })
    }

    fn check(query: &mut Query, text: &str, errors: &mut Errors) {
        checks::check(query, text, errors);
    }
}

pub(super) fn input(lexemes: Vec<Lexeme<'_>>) -> Input<'_> {
    parse::input::<Queries>(lexemes)
}

/// Runs the automaton over some of the lexemes.
pub(super) fn part<'s>(
    start: Terminal<'s>,
    input: &Input<'s>,
    range: Range<usize>,
    errors: &mut Errors,
) -> Result<Part, Refusal> {
    let mut found = Vec::new();
    let part = parse::part(start, input, range, |terminals| {
        StartParser::new().parse(&mut found, terminals)
    })?;
    errors.append(&mut found);
    Ok(part)
}
