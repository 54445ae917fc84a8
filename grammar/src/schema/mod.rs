//! The schema language: `.pg`.

pub mod ast;
pub mod visit;

mod build;
mod checks;
mod members;
mod mend;
mod messages;
mod parse;
mod recover;
mod slips;
mod terminal;
mod token;

pub use parse::parse_item;
pub use token::{Token, TokenKind, tokens};

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, unreachable_pub, unused)]
    grammar,
    "/schema/grammar.rs"
);

pub(crate) use terminal::lexemes;
