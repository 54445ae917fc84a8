//! The lexer of the schema language. No word is reserved: that is the parser's business.

use crate::shared::lexing;
use crate::shared::token::{Codes, token_kinds};

/// A token of the schema language.
pub type Token = crate::Token<TokenKind>;

token_kinds! {
    codes: Codes {
        foreign_character: "S001",
        open_comment: "S002",
        open_string: "S003",
        unknown_escape: "S004",
        syntax: "S006",
        open_bracket: "S006",
        too_deep: "S006",
    },
    before_brace: "\n",
    integer: r"[0-9]+",
    float: r"[0-9]+\.[0-9]+",
    /// `PG-13`, `2d`, `OG-DS-001`: what only an enum value or a rule's code may look like.
    #[regex(r"[0-9]+[A-Za-z_][A-Za-z0-9_]*")]
    #[regex(r"[A-Za-z0-9_]+(-+[A-Za-z0-9_]+)+")]
    Word: Name,
    /// Only inside the query of a `migration_check`.
    #[regex(r"\$[A-Za-z_][A-Za-z0-9_]*")]
    Variable: Other,
}

/// All tokens of a text, trivia included; together they cover it.
pub fn tokens(text: &str) -> Vec<Token> {
    lexing::lex(text).tokens
}
