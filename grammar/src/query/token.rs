//! The lexer of the query language. No word is reserved: that is the parser's business.

use logos::Logos;

use crate::lexing::{self, Class, Cut, Kind};

pub type Token = crate::Token<TokenKind>;

#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(extras = Cut)]
pub enum TokenKind {
    #[regex(r"[ \t\r\n]+")]
    Space,
    #[regex(r"//[^\n]*", allow_greedy = true)]
    LineComment,
    #[token("/*", lexing::block_comment)]
    BlockComment,
    /// `$name`
    #[regex(r"\$[a-z_][A-Za-z0-9_]*")]
    Variable,
    /// A word that starts with an upper-case letter.
    #[regex(r"[A-Z][A-Za-z0-9_]*")]
    Type,
    /// A word that starts with a lower-case letter or `_`.
    #[regex(r"[a-z_][A-Za-z0-9_]*")]
    Name,
    #[regex(r"[0-9]+")]
    Integer,
    #[regex(r"[0-9]+\.[0-9]+")]
    Float,
    #[token("\"", lexing::string)]
    Text,
    #[token("{")]
    LeftBrace,
    #[token("}")]
    RightBrace,
    #[token("(")]
    LeftParen,
    #[token(")")]
    RightParen,
    #[token("[")]
    LeftBracket,
    #[token("]")]
    RightBracket,
    #[token(":")]
    Colon,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token("?")]
    Question,
    #[token("@")]
    At,
    #[token("=")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token(";")]
    Semicolon,
    /// From here on: no part of the language, but frequent slips with messages of their own.
    #[token("==")]
    DoubleEqual,
    #[token("<>")]
    LessGreater,
    #[token("&&")]
    And,
    #[token("||")]
    Or,
    #[token("|")]
    Bar,
    #[token("!")]
    Bang,
    #[token("->")]
    Arrow,
    #[token("-")]
    Minus,
    #[token("+")]
    Plus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("..")]
    DotDot,
    #[token("$")]
    Dollar,
    /// `$Person`, `$1`
    #[regex(r"\$[A-Z0-9][A-Za-z0-9_]*")]
    BadVariable,
    /// `5abc`
    #[regex(r"[0-9]+[A-Za-z_][A-Za-z0-9_]*")]
    BadNumber,
    #[regex(r"'[^'\n]*'")]
    SingleQuoted,
    #[regex(r"[\u{a0}\u{2000}-\u{200b}\u{2028}\u{2029}\u{202f}\u{3000}\u{feff}\u{0b}\u{0c}]+")]
    ForeignSpace,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    #[regex(r"--[ \t][^\n]*", allow_greedy = true)]
    ForeignComment,
    /// A character that no token starts with.
    Error,
}

impl Kind for TokenKind {
    const SPACE: Self = TokenKind::Space;
    const LINE_COMMENT: Self = TokenKind::LineComment;
    const STRING: Self = TokenKind::Text;
    const ERROR: Self = TokenKind::Error;
    const LOWER_WORD: Self = TokenKind::Name;
    const UPPER_WORD: Self = TokenKind::Type;
    const CODES: [&'static str; 4] = ["Q001", "Q003", "Q003", "Q004"];

    fn class(self) -> Class {
        match self {
            TokenKind::Space => Class::Trivia,
            TokenKind::LineComment => Class::LineComment,
            TokenKind::BlockComment => Class::BlockComment,
            TokenKind::Text => Class::String,
            TokenKind::SingleQuoted => Class::SingleQuoted,
            TokenKind::ForeignSpace => Class::ForeignSpace,
            TokenKind::ForeignComment => Class::ForeignComment,
            TokenKind::Type | TokenKind::Name | TokenKind::Variable | TokenKind::Integer => Class::Word,
            _ => Class::Other,
        }
    }
}

impl TokenKind {
    pub fn is_trivia(self) -> bool {
        Kind::is_trivia(self)
    }
}

/// All tokens of a text, trivia included; together they cover it.
pub fn tokens(text: &str) -> Vec<Token> {
    lexing::lex(text).tokens
}
