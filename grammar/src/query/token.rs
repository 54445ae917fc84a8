//! The lexer of the query language. No word is reserved: that is the parser's business.

use crate::shared::lexing;
use crate::shared::token::{Codes, token_kinds};

/// A token of the query language.
pub type Token = crate::Token<TokenKind>;

token_kinds! {
    codes: Codes {
        foreign_character: "Q001",
        open_comment: "Q003",
        open_string: "Q003",
        unknown_escape: "Q004",
        syntax: "Q001",
        open_bracket: "Q002",
        too_deep: "Q014",
    },
    before_brace: " ",
    integer: r"[0-9]+(_[0-9]+)*",
    float: r"[0-9]+(_[0-9]+)*(\.[0-9]+(_[0-9]+)*([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)",
    /// `$name`
    #[regex(r"\$[a-z_][A-Za-z0-9_]*")]
    Variable: Word,
    /// `=>`
    #[token("=>")]
    Gives: Other,
    /// `==`. From here on: no part of the language, but frequent slips with messages of their own.
    #[token("==")]
    DoubleEqual: Other,
    /// `<>`
    #[token("<>")]
    LessGreater: Other,
    /// `&&`
    #[token("&&")]
    And: Other,
    /// `||`
    #[token("||")]
    DoubleBar: Other,
    /// `%`
    #[token("%")]
    Percent: Other,
    /// `|`
    #[token("|")]
    Bar: Other,
    /// `+`
    #[token("+")]
    Plus: Other,
    /// `/`
    #[token("/")]
    Slash: Other,
    /// `$` alone
    #[token("$")]
    Dollar: Other,
    /// `$Person`, `$1`
    #[regex(r"\$[A-Z0-9][A-Za-z0-9_]*")]
    BadVariable: Other,
    /// `5abc`
    #[regex(r"[0-9]+[A-Za-z_][A-Za-z0-9_]*")]
    BadNumber: Other,
}

/// All tokens of a text, trivia included; together they cover it.
pub fn tokens(text: &str) -> Vec<Token> {
    lexing::lex(text).tokens
}
