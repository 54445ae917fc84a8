//! Lexemes of a declaration, and the terminals that the grammar sees: tokens with the contextual words told apart.

use super::token::TokenKind;
use crate::shared::lexeme;
use crate::{Span, SyntaxError};

pub(crate) type Lexeme<'s> = lexeme::Lexeme<'s, TokenKind>;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Terminal<'s> {
    StartDeclaration,
    StartMember,
    Interface(&'s str),
    Node(&'s str),
    Edge(&'s str),
    Implements,
    Allow,
    On,
    Schema,
    Because,
    Until,
    MigrationCheck,
    Guards,
    Expect,
    NoRows,
    Rows,
    QueryBlock,
    Enum,
    Vector,
    Boolean(&'s str),
    Name(&'s str),
    Type(&'s str),
    Word(&'s str),
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
    Question,
    At,
    Equal,
    Compare(&'s str),
    Arrow,
    Minus,
    DotDot,
    Dot,
    Foreign,
}

/// The lexemes of a text, and what the lexer had to say.
pub(crate) fn lexemes(text: &str) -> (Vec<Lexeme<'_>>, Vec<SyntaxError>) {
    let (lexemes, errors) = lexeme::lexemes(text);
    let mut out: Vec<Lexeme<'_>> = Vec::with_capacity(lexemes.len());
    let mut in_enum = false;
    for lexeme in lexemes {
        match lexeme.kind {
            TokenKind::LeftParen => in_enum = out.last().is_some_and(|l| l.text == "enum"),
            TokenKind::RightParen | TokenKind::LeftBrace | TokenKind::RightBrace | TokenKind::Colon => in_enum = false,
            _ => {}
        }
        // An enum value may begin or end with `-`, which is a sign of its own elsewhere.
        match out.last_mut() {
            Some(last)
                if in_enum
                    && is_value_part(lexeme.kind)
                    && is_value_part(last.kind)
                    && last.span.end == lexeme.span.start =>
            {
                last.kind = TokenKind::Word;
                last.span.end = lexeme.span.end;
                last.text = &text[last.span.range()];
            }
            _ => out.push(lexeme),
        }
    }
    (out, errors)
}

fn is_value_part(kind: TokenKind) -> bool {
    use TokenKind::{Integer, Minus, Name, Type, Word};
    matches!(kind, Name | Type | Word | Integer | Minus)
}

/// The terminals of a declaration, each with its place, at the index of its lexeme. The query of a `migration_check`
/// becomes one terminal, and so does `no rows`; the further lexemes of these have none.
pub(crate) fn terminals<'s>(lexemes: &[Lexeme<'s>]) -> Vec<Option<(Span, Terminal<'s>)>> {
    let head = lexemes
        .first()
        .filter(|l| l.kind == TokenKind::Name)
        .map_or("", |l| l.text);
    let special = matches!(head, "allow" | "migration_check");
    let (mut braces, mut parens) = (0_usize, 0_usize);
    let mut out = vec![None; lexemes.len()];
    let mut i = 0;
    while let Some(lexeme) = lexemes.get(i) {
        let next = |n: usize| lexemes.get(i + n).map(|l| (l.kind, l.text));
        let span = lexeme.span;
        if head == "migration_check"
            && braces == 1
            && lexeme.text == "query"
            && matches!(next(1), Some((TokenKind::LeftBrace, _)))
        {
            let close = closing_brace(lexemes, i + 1);
            let inside = Span {
                start: lexemes[i + 1].span.end,
                end: lexemes[close].span.start.max(lexemes[i + 1].span.end),
            };
            out[i] = Some((inside, Terminal::QueryBlock));
            i = close + 1;
            continue;
        }
        let at = i.checked_sub(1).is_some_and(|i| lexemes[i].kind == TokenKind::At);
        let terminal = match lexeme.kind {
            TokenKind::Name if at => Terminal::Name(lexeme.text),
            TokenKind::Name if special => match lexeme.text {
                "no" if matches!(next(1), Some((_, "rows"))) => {
                    out[i] = Some((span.to(lexemes[i + 1].span), Terminal::NoRows));
                    i += 2;
                    continue;
                }
                text => special_word(text, i),
            },
            TokenKind::Name => match (lexeme.text, next(1).map(|n| n.0)) {
                ("interface", _) if i == 0 => Terminal::Interface(lexeme.text),
                ("node", _) if i == 0 => Terminal::Node(lexeme.text),
                ("edge", _) if i == 0 => Terminal::Edge(lexeme.text),
                ("implements", _) if braces == 0 && parens == 0 => Terminal::Implements,
                ("enum", Some(TokenKind::LeftParen)) => Terminal::Enum,
                ("true" | "false", _) if parens > 0 => Terminal::Boolean(lexeme.text),
                (text, _) => Terminal::Name(text),
            },
            TokenKind::Type if lexeme.text == "Vector" && braces > 0 && parens == 0 => Terminal::Vector,
            TokenKind::LeftBrace => {
                braces += 1;
                Terminal::LeftBrace
            }
            TokenKind::RightBrace => {
                braces = braces.saturating_sub(1);
                Terminal::RightBrace
            }
            TokenKind::LeftParen => {
                parens += 1;
                Terminal::LeftParen
            }
            TokenKind::RightParen => {
                parens = parens.saturating_sub(1);
                Terminal::RightParen
            }
            kind => plain(kind, lexeme.text),
        };
        out[i] = Some((span, terminal));
        i += 1;
    }
    out
}

fn special_word(text: &str, i: usize) -> Terminal<'_> {
    match text {
        "allow" if i == 0 => Terminal::Allow,
        "migration_check" if i == 0 => Terminal::MigrationCheck,
        "on" => Terminal::On,
        "schema" => Terminal::Schema,
        "because" => Terminal::Because,
        "until" => Terminal::Until,
        "guards" => Terminal::Guards,
        "expect" => Terminal::Expect,
        "rows" => Terminal::Rows,
        "interface" => Terminal::Interface(text),
        "node" => Terminal::Node(text),
        "edge" => Terminal::Edge(text),
        "true" | "false" => Terminal::Boolean(text),
        _ => Terminal::Name(text),
    }
}

fn plain(kind: TokenKind, text: &str) -> Terminal<'_> {
    match kind {
        TokenKind::Type => Terminal::Type(text),
        TokenKind::Word => Terminal::Word(text),
        TokenKind::Integer => Terminal::Integer(text),
        TokenKind::Float => Terminal::Float(text),
        TokenKind::Text => Terminal::String(text),
        TokenKind::LeftBracket => Terminal::LeftBracket,
        TokenKind::RightBracket => Terminal::RightBracket,
        TokenKind::Colon => Terminal::Colon,
        TokenKind::Comma => Terminal::Comma,
        TokenKind::Question => Terminal::Question,
        TokenKind::At => Terminal::At,
        TokenKind::Equal => Terminal::Equal,
        TokenKind::NotEqual | TokenKind::Less | TokenKind::LessEqual | TokenKind::Greater | TokenKind::GreaterEqual => {
            Terminal::Compare(text)
        }
        TokenKind::Arrow => Terminal::Arrow,
        TokenKind::Minus => Terminal::Minus,
        TokenKind::DotDot => Terminal::DotDot,
        TokenKind::Dot => Terminal::Dot,
        _ => Terminal::Foreign,
    }
}

/// The index of the brace that closes the one at `open`, or of the last lexeme.
pub(crate) fn closing_brace(lexemes: &[Lexeme<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (i, lexeme) in lexemes.iter().enumerate().skip(open) {
        match lexeme.kind {
            TokenKind::LeftBrace => depth += 1,
            TokenKind::RightBrace => {
                depth -= 1;
                if depth == 0 {
                    return i;
                }
            }
            _ => {}
        }
    }
    lexemes.len() - 1
}
