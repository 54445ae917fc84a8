//! Lexemes of a query, and the terminals that the grammar sees: tokens with the contextual words told apart.

use super::ast::{BlockWord, Function};
use super::token::TokenKind;
use crate::shared::lexeme::{self, is};

pub(crate) type Lexeme<'s> = lexeme::Lexeme<'s, TokenKind>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Terminal<'s> {
    StartQuery,
    StartParameter,
    StartAnnotation,
    StartClauses,
    StartMatches,
    StartProjections,
    StartKey,
    StartStatement,
    StartAssignments,
    Query(&'s str),
    Match(&'s str),
    Return(&'s str),
    Order(&'s str),
    Limit(&'s str),
    As(&'s str),
    Asc(&'s str),
    Desc(&'s str),
    Insert(&'s str),
    Update(&'s str),
    Delete(&'s str),
    Set(&'s str),
    Where(&'s str),
    Contains(&'s str),
    StartsWith(&'s str),
    True(&'s str),
    False(&'s str),
    BlockWord(BlockWord),
    Date,
    DateTime,
    Now,
    Function(Function),
    /// One that may stand alone as a clause.
    TextFunction(Function),
    Variable(&'s str),
    Name(&'s str),
    Type(&'s str),
    String(&'s str),
    Integer(&'s str),
    Float(&'s str),
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    Colon,
    Comma,
    Semicolon,
    Dot,
    Question,
    At,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Foreign,
}

/// The terminal of the lexeme at `i`. A word is a function or begins a block by what follows it, and is a name of its own after
/// `query` and `@`.
pub(crate) fn terminal<'s>(lexemes: &[Lexeme<'s>], i: usize) -> Terminal<'s> {
    let lexeme = lexemes[i];
    let text = lexeme.text;
    let next = lexemes.get(i + 1).map(|l| l.kind);
    let before = i.checked_sub(1).map(|i| lexemes[i]);
    let named = before.is_some_and(|l| l.kind == TokenKind::At || (i == 1 && l.text == "query"));
    match lexeme.kind {
        TokenKind::Name if named => Terminal::Name(text),
        TokenKind::Name => match (text, next) {
            (_, Some(TokenKind::LeftBrace)) => match block_word(text, |i| lexemes.get(i).copied(), i + 1) {
                Some(block) => Terminal::BlockWord(block),
                None => word(text),
            },
            ("date", Some(TokenKind::LeftParen)) => Terminal::Date,
            ("datetime", Some(TokenKind::LeftParen)) => Terminal::DateTime,
            ("now", Some(TokenKind::LeftParen)) => Terminal::Now,
            (_, Some(TokenKind::LeftParen)) => match function(text) {
                Some(f) if f.is_text_predicate() => Terminal::TextFunction(f),
                Some(f) => Terminal::Function(f),
                None => word(text),
            },
            _ => word(text),
        },
        // A mended one may have lost its `$`, or have a space behind it.
        TokenKind::Variable => Terminal::Variable(text.trim_start_matches('$').trim_start()),
        TokenKind::Type => Terminal::Type(text),
        TokenKind::Integer => Terminal::Integer(text),
        TokenKind::Float => Terminal::Float(text),
        TokenKind::Text => Terminal::String(text),
        TokenKind::LeftBrace => Terminal::LeftBrace,
        TokenKind::RightBrace => Terminal::RightBrace,
        TokenKind::LeftParen => Terminal::LeftParen,
        TokenKind::RightParen => Terminal::RightParen,
        TokenKind::LeftBracket => Terminal::LeftBracket,
        TokenKind::RightBracket => Terminal::RightBracket,
        TokenKind::Colon => Terminal::Colon,
        TokenKind::Comma => Terminal::Comma,
        TokenKind::Semicolon => Terminal::Semicolon,
        TokenKind::Dot => Terminal::Dot,
        TokenKind::Question => Terminal::Question,
        TokenKind::At => Terminal::At,
        TokenKind::Equal => Terminal::Equal,
        TokenKind::NotEqual => Terminal::NotEqual,
        TokenKind::Less => Terminal::Less,
        TokenKind::LessEqual => Terminal::LessEqual,
        TokenKind::Greater => Terminal::Greater,
        TokenKind::GreaterEqual => Terminal::GreaterEqual,
        _ => Terminal::Foreign,
    }
}

/// The word that `text` is if it begins a block whose brace is the lexeme at `brace`. `exists` before bounds is an edge.
pub(crate) fn block_word<'s>(text: &str, at: impl Fn(usize) -> Option<Lexeme<'s>>, brace: usize) -> Option<BlockWord> {
    use TokenKind::{Comma, DotDot, Integer, LeftBrace, RightBrace};
    let word = BlockWord::ALL.into_iter().find(|word| word.text() == text)?;
    let ends_bounds = |lexeme: Lexeme<'_>| matches!(lexeme.kind, Comma | DotDot | RightBrace);
    let bounds = match at(brace + 1) {
        Some(first) if first.kind == Integer => at(brace + 2).is_some_and(ends_bounds),
        first => is(first, Comma),
    };
    let begins = is(at(brace), LeftBrace) && (word == BlockWord::Not || !bounds);
    begins.then_some(word)
}

fn word(text: &str) -> Terminal<'_> {
    match text {
        "query" => Terminal::Query(text),
        "match" => Terminal::Match(text),
        "return" => Terminal::Return(text),
        "order" => Terminal::Order(text),
        "limit" => Terminal::Limit(text),
        "as" => Terminal::As(text),
        "asc" => Terminal::Asc(text),
        "desc" => Terminal::Desc(text),
        "insert" => Terminal::Insert(text),
        "update" => Terminal::Update(text),
        "delete" => Terminal::Delete(text),
        "set" => Terminal::Set(text),
        "where" => Terminal::Where(text),
        "contains" => Terminal::Contains(text),
        "starts_with" => Terminal::StartsWith(text),
        "true" => Terminal::True(text),
        "false" => Terminal::False(text),
        _ => Terminal::Name(text),
    }
}

/// The functions that a following `(` makes one; `now` has a terminal of its own.
pub(crate) fn function(name: &str) -> Option<Function> {
    Function::ALL
        .into_iter()
        .find(|f| *f != Function::Now && f.name() == name)
}
