//! Text to tree for one query.

use lalrpop_util::ParseError;

use super::ast::Query;
use super::build::{Errors, Part};
use super::grammar::StartParser;
use super::terminal::{self, Lexeme, Terminal};
use crate::{Parsed, Span, SyntaxError};

pub fn parse_item(text: &str) -> Parsed<Query> {
    let (lexemes, mut errors) = terminal::lexemes(text);
    let tree = match part(Terminal::StartQuery, &lexemes, &mut errors) {
        Ok(Part::Query(query)) => Some(query),
        Ok(_) => None,
        Err(at) => {
            errors.push(
                SyntaxError::new("Q001", lexemes.get(at).map_or(Span::at(text.len()), |l| l.span))
                    .message("unexpected"),
            );
            None
        }
    };
    Parsed { tree, errors }
}

/// Runs the automaton. `Err` has the index of the lexeme that it cannot take, or the number of lexemes at the end.
pub(crate) fn part(start: Terminal<'_>, lexemes: &[Lexeme<'_>], errors: &mut Errors) -> Result<Part, usize> {
    let begin = lexemes.first().map_or(0, |l| l.span.start as usize);
    let terminals = (0..lexemes.len()).map(|i| {
        let span = lexemes[i].span;
        (span.start as usize, terminal::terminal(lexemes, i), span.end as usize)
    });
    let input = std::iter::once((begin, start, begin)).chain(terminals);
    let mut found = Vec::new();
    match StartParser::new().parse(&mut found, input) {
        Ok(part) => {
            errors.append(&mut found);
            Ok(part)
        }
        Err(
            ParseError::UnrecognizedToken {
                token: (start, _, _), ..
            }
            | ParseError::ExtraToken { token: (start, _, _) },
        ) => Err(lexemes
            .iter()
            .position(|l| l.span.start as usize >= start)
            .unwrap_or(lexemes.len())),
        Err(_) => Err(lexemes.len()),
    }
}
