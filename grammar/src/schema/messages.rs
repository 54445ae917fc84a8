//! Sentences about what the grammar refuses, in words that a person would use.

use std::ops::Range;

use omnigraph_model::vocabulary::{KeywordKind, SCHEMA_KEYWORDS, keywords_of};

use super::parse::Recovery;
use super::token::TokenKind::*;
use crate::shared::messages::{alternatives, expects};
use crate::shared::parse::Refusal;
use crate::{Span, SyntaxError};

const A_TYPE: &str = "a property type such as `String`, `I32` or `enum(…)`";

fn error(span: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new("S006", span).message(message)
}

fn article(keyword: &str) -> &'static str {
    match keyword {
        "interface" => "an interface",
        "edge" => "an edge",
        _ => "a node",
    }
}

pub(super) fn no_name(r: &Recovery<'_, '_>, keyword: &str) -> SyntaxError {
    let gap = r.gap(1);
    error(r.at(1).map_or(gap, |l| l.span), format!("this {keyword} has no name"))
        .label(gap, "expected a name here, such as `Book`")
}

pub(super) fn no_body(r: &Recovery<'_, '_>, keyword: &str) -> SyntaxError {
    let gap = r.gap(r.input.lexemes.len());
    error(gap, format!("{} needs a body: expected `{{`", article(keyword))).fix("insert `{}`", gap, " {}")
}

pub(super) fn edge_header(r: &Recovery<'_, '_>, i: usize, end: usize) -> SyntaxError {
    let gap = r.gap(i);
    let wanted = match i {
        1 => "the name of the edge",
        2 => "`:`",
        3 => "the node type that the edge starts from",
        4 => "`->`",
        _ => "the node type that the edge leads to",
    };
    let error = match r.at(i).filter(|_| i < end) {
        Some(found) => {
            error(found.span, format!("expected {wanted}, found `{}`", found.text)).label(gap, "expected here")
        }
        None => error(gap, format!("expected {wanted} here")),
    };
    error.help("an edge reads `edge Borrowed: Member -> Book`")
}

pub(super) fn unexpected_in_header(r: &Recovery<'_, '_>, i: usize, keyword: &str) -> SyntaxError {
    let found = r.at(i).map_or("", |l| l.text);
    let wanted = if keyword == "node" {
        "`implements`, an annotation or `{`"
    } else {
        "an annotation or `{`"
    };
    error(r.span(i..i + 1), format!("expected {wanted}, found `{found}`"))
}

pub(super) fn misplaced_implements(r: &Recovery<'_, '_>, segment: Range<usize>, keyword: &str) -> SyntaxError {
    let span = r.span(segment.clone());
    match keyword {
        "node" => {
            error(span, "`implements` stands twice").help("one `implements` lists all interfaces, with commas between")
        }
        "edge" => error(span, "edges implement no interfaces").fix("delete it", span, ""),
        _ => error(span, "interfaces do not extend each other").fix("delete it", span, ""),
    }
}

pub(super) fn in_implements(r: &Recovery<'_, '_>, i: usize, wants_name: bool) -> SyntaxError {
    let wanted = if wants_name {
        "the name of an interface"
    } else {
        "`,`, an annotation or `{`"
    };
    match r.at(i).filter(|l| l.kind != LeftBrace) {
        Some(found) => error(found.span, format!("expected {wanted}, found `{}`", found.text)),
        None => error(r.gap(i), format!("expected {wanted} here")),
    }
}

pub(super) fn after_body(r: &Recovery<'_, '_>, i: usize, close: usize) -> SyntaxError {
    error(r.span(i..i + 1), "the declaration has ended before this")
        .label(r.span(close..close + 1), "its body is closed here")
}

/// A broken `allow` or `migration_check`.
pub(super) fn special(r: &Recovery<'_, '_>, refusal: &Refusal) -> SyntaxError {
    let keyword = r.at(0).map_or("", |l| l.text);
    let help = match keyword {
        "allow" => "it reads `allow OG-DS-104 on node Book because \"…\"`, and `until \"2026-01-31\"` may follow",
        _ => "it reads `migration_check \"name\" { query { match { … } return { … } } expect no rows }`",
    };
    let code = if keyword == "allow" { "S006" } else { "S039" };
    let wanted = expected(&refusal.expected);
    let (span, message) = match r.at(refusal.at) {
        Some(found) => (found.span, format!("expected {wanted}, found `{}`", found.text)),
        None => (r.gap(refusal.at), format!("expected {wanted} here")),
    };
    SyntaxError::new(code, span).message(message).help(help)
}

/// What is wrong with a member or an annotation; nothing if something in it was reported already.
pub(super) fn member(r: &Recovery<'_, '_>, segment: Range<usize>, refusal: &Refusal) -> Option<SyntaxError> {
    let whole = r.span(segment.clone());
    if r.is_told(whole) {
        return None;
    }
    let Range { start, end } = segment;
    let first = r.at(start)?;
    let second = r.at(start + 1).filter(|_| start + 1 < end);
    let found = match (first.kind, second.map(|l| l.kind)) {
        (Name, None) => error(r.gap(end), format!("`{}` has no type", first.text))
            .label(first.span, "in this property")
            .fix("make it a `String`", r.gap(end), ": String"),
        (Name, Some(Colon)) if start + 2 == end => {
            error(r.gap(end), format!("the type of `{}` is missing", first.text))
                .label(whole, format!("expected {A_TYPE}"))
                .fix("make it a `String`", r.gap(end), " String")
        }
        (Type | Word, None) => error(
            first.span,
            format!("`{}` is neither a property nor a constraint", first.text),
        ),
        (Name, Some(Name)) if matches!(first.text, "node" | "edge" | "interface" | "property" | "field") => {
            error(first.span, format!("`{}` is not a member", first.text)).help("a property reads `name: Type`")
        }
        (Text, _) => error(first.span, "the name of a property is written without quotes"),
        (LeftBrace, _) => error(first.span, "a body cannot stand within a body"),
        (Colon, _) => error(first.span, "expected the name of a property before the `:`"),
        _ => generic(r, start..end, refusal),
    };
    Some(found)
}

fn generic(r: &Recovery<'_, '_>, segment: Range<usize>, refusal: &Refusal) -> SyntaxError {
    let at = refusal.at.clamp(segment.start, segment.end);
    let annotation = r.kind(segment.start) == Some(At);
    let place = if annotation {
        "in this annotation"
    } else {
        "in this property"
    };
    let wanted = if at == segment.start {
        "a property such as `title: String`, or a constraint such as `@unique(title)`".to_owned()
    } else {
        expected(&refusal.expected)
    };
    let word = |i: usize| r.at(i).map_or("", |l| l.text);
    match r.at(at).filter(|_| at < segment.end) {
        Some(found) if annotation && found.kind == LeftParen && word(segment.start + 1) == "default" && at > 3 => {
            let word = word(at - 1);
            let error = SyntaxError::new("S011", r.span(at - 1..at + 1))
                .message(format!("a default is one fixed value: `{word}(…)` is computed"));
            match word.to_ascii_lowercase().as_str() {
                "now" | "today" | "date" | "datetime" => {
                    error.help("give the time to each row: `insert Type { property: now() }`")
                }
                _ => error.help("compute the value before the row is written, and pass it as a parameter"),
            }
        }
        _ => {
            let code = if annotation && at > segment.start + 1 {
                "S011"
            } else {
                "S006"
            };
            let shown = |text: &str| if text.len() > 30 { "this" } else { text }.to_owned();
            r.unexpected(code, (segment, at), &wanted, shown, place)
        }
    }
}

/// The terminals that the automaton could take, in words.
fn expected(terminals: &[String]) -> String {
    let has = |t: &str| expects(terminals, t);
    let mut words: Vec<String> = Vec::new();
    if has("enum") && has("Vector") {
        words.push(A_TYPE.to_owned());
    } else if has("STRING") && has("INTEGER") && has("..") {
        words.push("a name, a text in double quotes, a number or a range".to_owned());
    } else if has("STRING") && has("INTEGER") && has("NAME") {
        words.push("a value such as `calm`".to_owned());
    } else if has("STRING") && has("INTEGER") {
        words.push("a text in double quotes, a number, `true` or `false`".to_owned());
    } else {
        let classes = [
            ("NAME", "a name"),
            ("TYPE", "a type name such as `Book`"),
            ("WORD", "a rule's code such as `OG-DS-104`"),
            ("STRING", "a text in double quotes"),
            ("INTEGER", "a number"),
            ("COMPARE", "a comparison such as `=` or `<`"),
            ("QUERY", "`query { … }`"),
            ("no rows", "`no rows`, `rows` with a comparison, or a column with one"),
        ];
        let code = has("WORD") && has("TYPE");
        let fitting = classes
            .iter()
            .filter(|(t, _)| has(t) && !(code && matches!(*t, "TYPE" | "STRING")));
        words.extend(fitting.map(|(_, w)| (*w).to_owned()));
    }
    let signs = [":", ",", "?", "@", "=", "->", "..", ".", "{", "}", "(", ")", "[", "]"];
    let keywords = [KeywordKind::Declaration, KeywordKind::Part].map(|kind| keywords_of(&SCHEMA_KEYWORDS, kind));
    let listed = words
        .first()
        .is_some_and(|w| w.starts_with("a property type") || w.ends_with("range"));
    if !listed {
        let in_order = signs
            .into_iter()
            .chain(keywords.into_iter().flatten())
            .filter(|s| has(s) && !(*s == "=" && has("COMPARE")));
        words.extend(in_order.map(|s| {
            if s == "@" {
                "an annotation".to_owned()
            } else {
                format!("`{s}`")
            }
        }));
    }
    alternatives(&words, "nothing more")
}
