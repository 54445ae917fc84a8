//! From text to tokens. No word is a keyword here: Cypher's words may be names, and the parser knows from the place which is which.

use logos::Logos;
use omnigraph_grammar::Span;

/// What a token is. Spaces and comments are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Logos)]
#[logos(skip(r"[ \t\r\n\x0C\u{FEFF}\u{A0}]+"))]
#[logos(skip(r"//[^\n]*", allow_greedy = true))]
#[logos(skip(r"/\*([^*]|\*+[^*/])*\*+/"))]
pub(crate) enum Kind {
    #[regex(r"[A-Za-z_\u{AA}-\u{1FFF}\u{2C00}-\u{2FEF}\u{3005}-\u{D7FF}\u{F900}-\u{FDCF}\u{10000}-\u{EFFFF}][A-Za-z0-9_\u{AA}-\u{1FFF}\u{2C00}-\u{2FEF}\u{3005}-\u{D7FF}\u{F900}-\u{FDCF}\u{10000}-\u{EFFFF}]*")]
    Word,
    /// A name in back-ticks.
    #[regex(r"`([^`]|``)*`")]
    Quoted,
    #[regex(r"'([^'\\]|\\(.|\n))*'")]
    #[regex(r#""([^"\\]|\\(.|\n))*""#)]
    Text,
    #[regex(r"[0-9][0-9_]*")]
    #[regex(r"0[xX][0-9a-fA-F]+")]
    #[regex(r"0[oO][0-7]+")]
    Integer,
    #[regex(r"[0-9][0-9_]*\.[0-9]+([eE][+-]?[0-9]+)?")]
    #[regex(r"\.[0-9]+([eE][+-]?[0-9]+)?")]
    #[regex(r"[0-9]+[eE][+-]?[0-9]+")]
    Float,
    #[regex(r"\$[A-Za-z_0-9\u{AA}-\u{1FFF}]+")]
    #[regex(r"\$`([^`]|``)*`")]
    Parameter,
    #[token("(")]
    LeftParen,
    #[token(")")]
    RightParen,
    #[token("[")]
    LeftBracket,
    #[token("]")]
    RightBracket,
    #[token("{")]
    LeftBrace,
    #[token("}")]
    RightBrace,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token("::")]
    Cast,
    #[token("|")]
    Bar,
    #[token("||")]
    Join,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("+")]
    Plus,
    #[token("+=")]
    PlusEqual,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("^")]
    Caret,
    #[token("=")]
    Equal,
    #[token("=~")]
    Matches,
    #[token("<>")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token("!")]
    Exclamation,
    #[token("&")]
    Ampersand,
    /// Behind the last token of a statement.
    End,
    /// A character that begins no token, or a text, a name or a comment that is not closed.
    Foreign,
}

/// A token with its place in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// All tokens of a text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    Kind::lexer(text)
        .spanned()
        .map(|(kind, range)| Token {
            kind: kind.unwrap_or(Kind::Foreign),
            span: Span::new(range.start, range.end),
        })
        .collect()
}

/// Where a text ends that is opened but not closed, so that the report may say so.
pub(crate) fn is_unclosed(text: &str) -> bool {
    text.starts_with(['\'', '"', '`']) || text.starts_with("/*")
}

/// The value of a text literal; `None` if an escape is none of Cypher's.
pub(crate) fn unescaped(literal: &str) -> Option<String> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        match characters.next()? {
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{C}'),
            same @ ('\\' | '\'' | '"' | '`' | '/') => value.push(same),
            letter @ ('u' | 'U') => {
                let count = if letter == 'u' { 4 } else { 8 };
                let digits: String = characters.by_ref().take(count).collect();
                let code = u32::from_str_radix(&digits, 16).ok()?;
                value.push(char::from_u32(code).filter(|_| digits.len() == count)?);
            }
            _ => return None,
        }
    }
    Some(value)
}

/// The value of a text literal of Kùzu, where a backslash stands for the character behind it, whichever that is.
pub(crate) fn plainly_unescaped(literal: &str) -> Option<String> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        value.push(match character {
            '\\' => characters.next()?,
            other => other,
        });
    }
    Some(value)
}

/// A name without its back-ticks.
pub(crate) fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
    inner.map_or_else(|| name.to_owned(), |inner| inner.replace("``", "`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).iter().map(|token| token.kind).collect()
    }

    #[test]
    fn a_range_is_no_fraction() {
        assert_eq!(kinds("1..3"), [Kind::Integer, Kind::DotDot, Kind::Integer]);
        assert_eq!(kinds("1.5"), [Kind::Float]);
        assert_eq!(kinds("*..3"), [Kind::Star, Kind::DotDot, Kind::Integer]);
    }

    #[test]
    fn comments_and_spaces_are_no_tokens() {
        assert_eq!(kinds("a // b\n/* c * d */ e"), [Kind::Word, Kind::Word]);
    }

    #[test]
    fn escapes_of_texts() {
        assert_eq!(unescaped(r"'it\'s'").as_deref(), Some("it's"));
        assert_eq!(unescaped(r#""\u0041\n""#).as_deref(), Some("A\n"));
        assert_eq!(unescaped(r"'\q'"), None);
        assert_eq!(unescaped(r"'\u00'"), None);
    }

    #[test]
    fn escapes_of_kuzu() {
        assert_eq!(
            plainly_unescaped(r"'it\'s a\nb \\ \u0041'").as_deref(),
            Some(r"it's anb \ u0041")
        );
    }

    #[test]
    fn what_is_not_closed_is_foreign() {
        assert!(kinds("RETURN 'a").contains(&Kind::Foreign));
        assert!(is_unclosed("'a") && is_unclosed("/* a") && !is_unclosed("#"));
    }
}
