//! Tokens: the kinds that both languages have, and what the shared code asks of a kind.

use crate::Span;

/// A piece of the text. Trivia (white space and comments) are tokens too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token<K> {
    /// A `TokenKind` of one of the languages.
    pub kind: K,
    /// Counted from the start of the text that was cut into tokens.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    Brace,
    Paren,
    Square,
}

impl Bracket {
    pub(crate) fn open(self) -> &'static str {
        match self {
            Bracket::Brace => "{",
            Bracket::Paren => "(",
            Bracket::Square => "[",
        }
    }

    pub(crate) fn close(self) -> &'static str {
        match self {
            Bracket::Brace => "}",
            Bracket::Paren => ")",
            Bracket::Square => "]",
        }
    }
}

/// What the shared part has to know of a token's kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Trivia,
    LineComment,
    BlockComment,
    String,
    /// `'…'`
    SingleQuoted,
    /// White space that neither language knows, such as the no-break space.
    ForeignSpace,
    /// `# …` and `-- …`
    ForeignComment,
    /// What may be a name or a keyword.
    Name,
    /// What else is made of letters and digits.
    Word,
    Open(Bracket),
    Close(Bracket),
    Other,
}

/// The codes of the mistakes that both languages know.
pub(crate) struct Codes {
    pub foreign_character: &'static str,
    pub open_comment: &'static str,
    pub open_string: &'static str,
    pub unknown_escape: &'static str,
    /// What the parser did not expect.
    pub syntax: &'static str,
    pub open_bracket: &'static str,
    pub too_deep: &'static str,
}

pub(crate) trait LanguageToken: Copy + PartialEq {
    const SPACE: Self;
    const LINE_COMMENT: Self;
    const STRING: Self;
    const ERROR: Self;
    const LOWER_WORD: Self;
    const UPPER_WORD: Self;
    const CODES: Codes;
    /// What stands before a brace that is put in at the end of a text.
    const BEFORE_BRACE: &'static str;

    fn class(self) -> Class;

    fn opening(bracket: Bracket) -> Self;

    fn closing(bracket: Bracket) -> Self;

    fn is_trivia(self) -> bool {
        matches!(self.class(), Class::Trivia | Class::LineComment | Class::BlockComment)
    }

    /// Whether it grows by a letter that is put behind it.
    fn is_word(self) -> bool {
        matches!(self.class(), Class::Name | Class::Word)
    }

    fn opens(self) -> bool {
        matches!(self.class(), Class::Open(_))
    }

    fn closes(self) -> bool {
        matches!(self.class(), Class::Close(_))
    }
}

/// The lexer of a language: the kinds that both have, and those of its own, each with its class.
macro_rules! token_kinds {
    (
        codes: $codes:expr,
        before_brace: $before_brace:expr,
        integer: $integer:literal,
        float: $float:literal,
        $($(#[$attribute:meta])* $own:ident: $class:ident,)*
    ) => {
        /// The kinds of tokens that the lexer of this language knows.
        #[derive(logos::Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[logos(extras = $crate::shared::lexing::Cut)]
        pub enum TokenKind {
            /// White space: spaces, tabs, line ends; at the start of a text also a byte order mark.
            #[regex(r"[ \t\r\n]+")]
            Space,
            /// `// …` to the end of the line.
            #[regex(r"//[^\n]*", allow_greedy = true)]
            LineComment,
            /// `/* … */`; one that is never closed ends with its line.
            #[token("/*", $crate::shared::lexing::block_comment)]
            BlockComment,
            /// A word that starts with an upper-case letter.
            #[regex(r"[A-Z][A-Za-z0-9_]*")]
            Type,
            /// A word that starts with a lower-case letter or `_`.
            #[regex(r"[a-z_][A-Za-z0-9_]*")]
            Name,
            /// Digits without a sign.
            #[regex($integer, priority = 20)]
            Integer,
            /// A number with a fraction or an exponent, without a sign.
            #[regex($float, priority = 20)]
            Float,
            /// A string in double quotes, which may span lines; one that is never closed ends with its line.
            #[token("\"", $crate::shared::lexing::string)]
            Text,
            /// `{`
            #[token("{")]
            LeftBrace,
            /// `}`
            #[token("}")]
            RightBrace,
            /// `(`
            #[token("(")]
            LeftParen,
            /// `)`
            #[token(")")]
            RightParen,
            /// `[`
            #[token("[")]
            LeftBracket,
            /// `]`
            #[token("]")]
            RightBracket,
            /// `:`
            #[token(":")]
            Colon,
            /// `,`
            #[token(",")]
            Comma,
            /// `.`
            #[token(".")]
            Dot,
            /// `..`
            #[token("..")]
            DotDot,
            /// `?`
            #[token("?")]
            Question,
            /// `@`
            #[token("@")]
            At,
            /// `=`
            #[token("=")]
            Equal,
            /// `!=`
            #[token("!=")]
            NotEqual,
            /// `<`
            #[token("<")]
            Less,
            /// `<=`
            #[token("<=")]
            LessEqual,
            /// `>`
            #[token(">")]
            Greater,
            /// `>=`
            #[token(">=")]
            GreaterEqual,
            /// `->`
            #[token("->")]
            Arrow,
            /// `-`
            #[token("-")]
            Minus,
            /// `;`: no part of either language.
            #[token(";")]
            Semicolon,
            /// `!`: no part of either language.
            #[token("!")]
            Bang,
            /// `*`: no part of either language.
            #[token("*")]
            Star,
            /// `'…'`: reported, and handed on as `Text`.
            #[regex(r"'[^'\n]*'")]
            SingleQuoted,
            /// White space of other kinds, such as the no-break space: reported, and handed on as `Space`.
            #[regex(r"[\u{a0}\u{2000}-\u{200b}\u{2028}\u{2029}\u{202f}\u{3000}\u{feff}\u{0b}\u{0c}]+")]
            ForeignSpace,
            /// `# …` or `-- …`: reported, and handed on as `LineComment`.
            #[regex(r"#[^\n]*", allow_greedy = true)]
            #[regex(r"--[ \t][^\n]*", allow_greedy = true)]
            ForeignComment,
            /// A character that no token starts with.
            Error,
            $($(#[$attribute])* $own,)*
        }

        impl $crate::shared::token::LanguageToken for TokenKind {
            const SPACE: Self = TokenKind::Space;
            const LINE_COMMENT: Self = TokenKind::LineComment;
            const STRING: Self = TokenKind::Text;
            const ERROR: Self = TokenKind::Error;
            const LOWER_WORD: Self = TokenKind::Name;
            const UPPER_WORD: Self = TokenKind::Type;
            const CODES: $crate::shared::token::Codes = $codes;
            const BEFORE_BRACE: &'static str = $before_brace;

            fn class(self) -> $crate::shared::token::Class {
                use $crate::shared::token::{Bracket, Class};
                match self {
                    TokenKind::Space => Class::Trivia,
                    TokenKind::LineComment => Class::LineComment,
                    TokenKind::BlockComment => Class::BlockComment,
                    TokenKind::Text => Class::String,
                    TokenKind::SingleQuoted => Class::SingleQuoted,
                    TokenKind::ForeignSpace => Class::ForeignSpace,
                    TokenKind::ForeignComment => Class::ForeignComment,
                    TokenKind::Type | TokenKind::Name => Class::Name,
                    TokenKind::Integer => Class::Word,
                    TokenKind::LeftBrace => Class::Open(Bracket::Brace),
                    TokenKind::LeftParen => Class::Open(Bracket::Paren),
                    TokenKind::LeftBracket => Class::Open(Bracket::Square),
                    TokenKind::RightBrace => Class::Close(Bracket::Brace),
                    TokenKind::RightParen => Class::Close(Bracket::Paren),
                    TokenKind::RightBracket => Class::Close(Bracket::Square),
                    $(TokenKind::$own => Class::$class,)*
                    _ => Class::Other,
                }
            }

            fn opening(bracket: $crate::shared::token::Bracket) -> Self {
                use $crate::shared::token::Bracket;
                match bracket {
                    Bracket::Brace => TokenKind::LeftBrace,
                    Bracket::Paren => TokenKind::LeftParen,
                    Bracket::Square => TokenKind::LeftBracket,
                }
            }

            fn closing(bracket: $crate::shared::token::Bracket) -> Self {
                use $crate::shared::token::Bracket;
                match bracket {
                    Bracket::Brace => TokenKind::RightBrace,
                    Bracket::Paren => TokenKind::RightParen,
                    Bracket::Square => TokenKind::RightBracket,
                }
            }
        }

        impl TokenKind {
            /// Whether it is white space or a comment.
            pub fn is_trivia(self) -> bool {
                $crate::shared::token::LanguageToken::is_trivia(self)
            }
        }
    };
}

pub(crate) use token_kinds;
