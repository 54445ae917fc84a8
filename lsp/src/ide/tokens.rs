//! What each word is, for colouring.

use std::collections::BTreeMap;

use omnigraph_compiler::db::SourceFile;
use omnigraph_grammar::{Language, Span, query, schema};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::{QUERY_KEYWORDS, SCHEMA_KEYWORDS, find_keyword, signature};

use super::Ide;
use super::names::{self, Symbol};

/// The kinds, in the order of the legend.
pub(crate) const LEGEND: [&str; 14] = [
    "keyword",
    "class",
    "interface",
    "type",
    "property",
    "variable",
    "parameter",
    "function",
    "enumMember",
    "decorator",
    "string",
    "number",
    "comment",
    "operator",
];

/// Bits of the legend's modifiers.
pub(crate) const MODIFIERS: [&str; 2] = ["declaration", "modification"];

pub(crate) struct Token {
    pub span: Span,
    pub kind: usize,
    pub modifiers: u32,
}

fn index(kind: &str) -> usize {
    LEGEND.iter().position(|known| *known == kind).unwrap_or(0)
}

/// The tokens of a file that touch a part of it, in order; none holds a line end.
pub(crate) fn tokens(ide: &Ide<'_>, file: SourceFile, within: Span) -> Vec<Token> {
    let text = file.text(ide.db);
    let mut named: BTreeMap<u32, (Span, usize, u32)> = BTreeMap::new();
    for part in ide.parts(file) {
        if part.item.span.end < within.start || part.item.span.start > within.end {
            continue;
        }
        for occurrence in names::of_item(ide, part.text) {
            let kind = match &occurrence.symbol {
                Symbol::Type(DeclarationKind::Node, _) => "class",
                Symbol::Type(DeclarationKind::Interface, _) => "interface",
                Symbol::Type(DeclarationKind::Edge, _) | Symbol::Scalar(_) => "type",
                Symbol::Property(..) | Symbol::End(..) | Symbol::Alias(_) => "property",
                Symbol::EnumValue(..) => "enumMember",
                Symbol::Variable(..) | Symbol::Arrival(..) => "variable",
                Symbol::Parameter(_) => "parameter",
                Symbol::Query(_) | Symbol::Fragment(_) | Symbol::Function(_) => "function",
                Symbol::Annotation(_) => "decorator",
            };
            let modifiers = u32::from(occurrence.declares) | u32::from(occurrence.writes) << 1;
            let span = occurrence.span.shifted(part.item.span.start);
            named.insert(span.start, (span, index(kind), modifiers));
        }
    }
    let mut found = Vec::new();
    for (span, plain) in plain(file.language(ide.db), text) {
        if span.end < within.start || span.start > within.end {
            continue;
        }
        // An enum value lies inside of its quotes.
        let inner = named
            .get(&span.start)
            .or_else(|| named.get(&(span.start + 1)).filter(|_| plain == Some("string")));
        let (kind, modifiers) = match (inner, plain) {
            (Some((_, kind, modifiers)), _) => (*kind, *modifiers),
            (None, Some(kind)) => (index(kind), 0),
            (None, None) => continue,
        };
        for line in by_lines(text, span) {
            found.push(Token {
                span: line,
                kind,
                modifiers,
            });
        }
    }
    found
}

fn by_lines(text: &str, span: Span) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = span.start;
    for line in text[span.range()].split_inclusive('\n') {
        let length = line.trim_end_matches(['\n', '\r']).len() as u32;
        if length > 0 {
            lines.push(Span {
                start,
                end: start + length,
            });
        }
        start += line.len() as u32;
    }
    lines
}

/// What the lexer alone says of each token; `None` for a word without a meaning of its own.
fn plain(language: Language, text: &str) -> Vec<(Span, Option<&'static str>)> {
    match language {
        Language::Schema => {
            use schema::TokenKind::*;
            let tokens = schema::tokens(text);
            let kind = |token: &schema::Token| match token.kind {
                LineComment | BlockComment | ForeignComment => Some("comment"),
                Text | SingleQuoted => Some("string"),
                Integer | Float => Some("number"),
                At => Some("decorator"),
                Arrow | DotDot | Question => Some("operator"),
                Name if find_keyword(&SCHEMA_KEYWORDS, &text[token.span.range()]).is_some() => Some("keyword"),
                _ => None,
            };
            tokens
                .iter()
                .filter(|token| token.kind != Space)
                .map(|token| (token.span, kind(token)))
                .collect()
        }
        Language::Query => {
            use query::TokenKind::*;
            let tokens = query::tokens(text);
            let called = |token: &query::Token| text[token.span.end as usize..].starts_with('(');
            let kind = |token: &query::Token| match token.kind {
                LineComment | BlockComment | ForeignComment => Some("comment"),
                Text | SingleQuoted => Some("string"),
                Integer | Float => Some("number"),
                Variable | Dollar => Some("variable"),
                At => Some("decorator"),
                Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | Question | Bar => Some("operator"),
                Name if find_keyword(&QUERY_KEYWORDS, &text[token.span.range()]).is_some() => Some("keyword"),
                Name if called(token) && signature(&text[token.span.range()]).is_some() => Some("function"),
                _ => None,
            };
            tokens
                .iter()
                .filter(|token| token.kind != Space)
                .map(|token| (token.span, kind(token)))
                .collect()
        }
    }
}
