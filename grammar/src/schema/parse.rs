//! Text to tree for one declaration.

use lalrpop_util::ParseError;

use super::ast::Declaration;
use super::build::Part;
use super::grammar::StartParser;
use super::terminal::{self, Lexeme, Terminal};
use crate::{Parsed, Span, SyntaxError};

pub fn parse_item(text: &str) -> Parsed<Declaration> {
    let (lexemes, mut errors) = terminal::lexemes(text);
    let tree = match part(Terminal::StartDeclaration, &lexemes) {
        Ok(Part::Declaration(declaration)) => Some(declaration),
        Ok(_) => None,
        Err(at) => {
            errors.push(
                SyntaxError::new("S006", lexemes.get(at).map_or(Span::at(text.len()), |l| l.span))
                    .message("unexpected"),
            );
            None
        }
    };
    Parsed { tree, errors }
}

/// Runs the automaton. `Err` has the index of the lexeme that it cannot take, or the number of lexemes at the end.
pub(crate) fn part(start: Terminal<'_>, lexemes: &[Lexeme<'_>]) -> Result<Part, usize> {
    let begin = lexemes.first().map_or(0, |l| l.span.start as usize);
    let input = std::iter::once((begin, start, begin)).chain(terminal::terminals(lexemes));
    match StartParser::new().parse(input) {
        Ok(part) => Ok(part),
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
