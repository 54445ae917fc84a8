//! The query language: `.gq`.

pub mod ast;
pub mod visit;

mod build;
mod checks;
mod depth;
mod gaps;
mod habits;
mod mend;
mod messages;
mod objects;
mod parse;
mod recover;
mod sections;
mod slips;
mod statements;
mod terminal;
mod token;
mod united;
mod words;

pub use parse::parse_item;
pub use token::{Token, TokenKind, tokens};

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, unreachable_pub, unused)]
    grammar,
    "/query/grammar.rs"
);

pub(crate) fn lexemes(text: &str) -> (Vec<terminal::Lexeme<'_>>, Vec<crate::SyntaxError>) {
    crate::shared::lexeme::lexemes(text)
}
