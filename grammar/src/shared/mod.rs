//! What both languages have in common between text and tree: tokens, the way through the parser, and the two further
//! readings of what the grammar refuses.

pub(crate) mod lexeme;
pub(crate) mod lexing;
pub(crate) mod mend;
pub(crate) mod messages;
pub(crate) mod parse;
pub(crate) mod recover;
pub(crate) mod spellings;
pub(crate) mod token;
