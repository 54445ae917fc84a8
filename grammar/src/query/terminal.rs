//! Lexemes of a query, and the terminals that the grammar sees.

use super::ast::{BlockFold, BlockWord, DefinitionWord, Function, Nulls, Search};
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
    StartItem,
    StartMember,
    StartRow,
    StartKey,
    StartStatement,
    StartAssignments,
    Query(&'s str),
    /// First in its item.
    Fragment(&'s str),
    /// At the start of the body, before its branches.
    Union,
    /// Behind `union`, or before `shortest`.
    All,
    Match(&'s str),
    With(&'s str),
    Return(&'s str),
    Having(&'s str),
    Order(&'s str),
    Limit(&'s str),
    Offset(&'s str),
    After(&'s str),
    /// Before `first` or `last`.
    Nulls,
    /// Behind `nulls`.
    NullsPlace(Nulls),
    As(&'s str),
    Asc(&'s str),
    Desc(&'s str),
    Insert(&'s str),
    Update(&'s str),
    Upsert(&'s str),
    Delete(&'s str),
    /// Before the braces of what a mutation returns.
    Returning(&'s str),
    Set(&'s str),
    Where(&'s str),
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    In,
    Is,
    And,
    Or,
    /// Before a condition.
    Not,
    /// Before `in`.
    NotIn,
    /// Behind `is`.
    IsNot,
    True,
    False,
    Null,
    Case,
    When,
    Then,
    Else,
    End,
    For,
    If,
    /// Behind `(` of an aggregate.
    Distinct,
    /// `not` or `exists` before the braces of a block, which is a clause or a value.
    BlockWord(BlockFold),
    /// `optional` before the braces of a block.
    Optional,
    /// `either` before the braces of a block.
    Either,
    /// `count` before a block.
    CountBlock,
    /// Before a variable and `=`.
    Let,
    /// Before a variable and `in`.
    Each,
    /// Before a variable and `=`.
    Path,
    /// Alone, behind `all`, or before a number.
    Shortest,
    /// What else `path` searches for.
    Search(Search),
    /// Behind the target of a path.
    By,
    /// `$` before the dot of a property of a step.
    Step,
    /// Between the names of edges.
    Bar,
    Date,
    DateTime,
    Now,
    Function(Function),
    /// One that may stand alone as a clause.
    TextFunction(Function),
    /// `cast` and `try_cast`; whether a failure is null.
    Cast(bool),
    /// A word before `(` that is none of the functions above.
    Call(&'s str),
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
    /// `[` that touches the operand before it.
    Index,
    Colon,
    Comma,
    Semicolon,
    Dot,
    DotDot,
    Question,
    At,
    /// `=>`
    Gives,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `<` before the name of an edge.
    LeftAngle,
    /// `>` behind the name of an edge.
    RightAngle,
    /// `||`
    Join,
    Plus,
    /// `-` behind an operand.
    Minus,
    /// `-` before an operand.
    Negative,
    Star,
    Slash,
    Percent,
    Foreign,
}

/// Whether the brace at `brace` holds the bounds of a walk.
pub(super) fn bounds<'s>(at: impl Fn(usize) -> Option<Lexeme<'s>>, brace: usize) -> bool {
    use TokenKind::{Comma, DotDot, Integer, RightBrace};
    let ends_bounds = |lexeme: Lexeme<'_>| matches!(lexeme.kind, Comma | DotDot | RightBrace);
    match at(brace + 1) {
        Some(first) if first.kind == Integer => {
            at(brace + 2).is_some_and(|after| ends_bounds(after) || after.text == "where")
        }
        // A condition alone, which is no name of a property.
        Some(first) if first.text == "where" => at(brace + 2).is_none_or(|after| after.kind != TokenKind::Colon),
        first => is(first, Comma),
    }
}

/// The word that `text` is if it begins a block whose brace is the lexeme at `brace`. Before bounds, all but `not` are edges.
pub(crate) fn block_word<'s>(text: &str, at: impl Fn(usize) -> Option<Lexeme<'s>>, brace: usize) -> Option<BlockWord> {
    let word = BlockWord::ALL.into_iter().find(|word| word.text() == text)?;
    let begins = is(at(brace), TokenKind::LeftBrace) && (word == BlockWord::Not || !bounds(at, brace));
    begins.then_some(word)
}

/// Whether `union` or `union all` at `i` stands before a branch: `union {`, `union all {`.
pub(super) fn unites<'s>(at: impl Fn(usize) -> Option<Lexeme<'s>>, i: usize) -> bool {
    let all = at(i + 1).is_some_and(|next| next.text == "all");
    at(i).is_some_and(|word| word.text == "union") && is(at(i + 1 + usize::from(all)), TokenKind::LeftBrace)
}

/// Whether `or` at `i` stands between two blocks of `either`: `} or {`.
pub(crate) fn alternates<'s>(at: impl Fn(usize) -> Option<Lexeme<'s>>, i: usize) -> bool {
    at(i).is_some_and(|or| or.text == "or")
        && i > 0
        && is(at(i - 1), TokenKind::RightBrace)
        && is(at(i + 1), TokenKind::LeftBrace)
}

/// The word of the definition that begins at a lexeme: `let $x =`, `each $x in`.
pub(super) fn definition<'s>(at: impl Fn(usize) -> Option<Lexeme<'s>>, i: usize) -> Option<DefinitionWord> {
    let first = at(i)?;
    if first.kind != TokenKind::Name || !is(at(i + 1), TokenKind::Variable) {
        return None;
    }
    match first.text {
        "let" if is(at(i + 2), TokenKind::Equal) => Some(DefinitionWord::Let),
        "each" if at(i + 2).is_some_and(|after| after.text == "in") => Some(DefinitionWord::Each),
        "path" if is(at(i + 2), TokenKind::Equal) => Some(DefinitionWord::Path),
        _ => None,
    }
}

pub(super) fn section_word(text: &str) -> Terminal<'_> {
    match text {
        "query" => Terminal::Query(text),
        "match" => Terminal::Match(text),
        "with" => Terminal::With(text),
        "return" => Terminal::Return(text),
        "having" => Terminal::Having(text),
        "order" => Terminal::Order(text),
        "limit" => Terminal::Limit(text),
        "offset" => Terminal::Offset(text),
        "after" => Terminal::After(text),
        "as" => Terminal::As(text),
        "asc" => Terminal::Asc(text),
        "desc" => Terminal::Desc(text),
        "insert" => Terminal::Insert(text),
        "update" => Terminal::Update(text),
        "delete" => Terminal::Delete(text),
        "upsert" => Terminal::Upsert(text),
        "returning" => Terminal::Returning(text),
        "set" => Terminal::Set(text),
        "where" => Terminal::Where(text),
        _ => Terminal::Name(text),
    }
}

/// The functions that a following `(` makes one; `now` has a terminal of its own.
pub(crate) fn function(name: &str) -> Option<Function> {
    Function::ALL
        .into_iter()
        .find(|f| *f != Function::Now && f.name() == name)
}
