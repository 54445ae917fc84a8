//! The style of schemas.

use std::collections::HashSet;

use super::layout::Operation;
use super::writer::Writer;
use crate::schema::ast::*;
use crate::schema::{TokenKind, tokens};
use crate::{Language, Span};

pub(super) fn write(text: &str, declaration: &Declaration) -> Vec<Operation> {
    let spans = kept_tokens(text, declaration);
    let mut printer = Printer {
        writer: Writer::new(Language::Schema, text, &spans),
        annotations: HashSet::new(),
    };
    if let Some(declared) = declaration.as_type() {
        let annotations = declared.properties().flat_map(|p| &p.annotations);
        printer.annotations = annotations.map(|a| a.span.start).collect();
    }
    match declaration {
        Declaration::Allow(_) => printer.sentence(),
        Declaration::MigrationCheck(_) => printer.migration_check(),
        _ => printer.declaration(),
    }
    printer.writer.finish()
}

/// All tokens; a read body within a `migration_check` counts as one, since its text is kept.
fn kept_tokens(text: &str, declaration: &Declaration) -> Vec<Span> {
    let query = match declaration {
        Declaration::MigrationCheck(check) => Some(check.query),
        _ => None,
    };
    let mut spans: Vec<Span> = Vec::new();
    let tokens: Vec<_> = tokens(text).into_iter().filter(|t| !t.kind.is_trivia()).collect();
    for token in &tokens {
        if let Some(query) = query {
            let word = query
                .start
                .checked_sub(1)
                .map(|brace| token.span.start < brace && token.span.end <= brace);
            let within = token.span.end > query.start.saturating_sub(1) && token.span.start <= query.end;
            if within && word == Some(false) && !spans.is_empty() {
                // Braces and content grow the word `query`.
                if let Some(last) = spans.last_mut() {
                    last.end = last.end.max(token.span.end);
                }
                continue;
            }
        }
        spans.push(token.span);
    }
    // An enum value that starts or ends with `-` is several tokens to the lexer.
    join_values(text, &tokens, spans)
}

fn join_values(text: &str, tokens: &[crate::schema::Token], spans: Vec<Span>) -> Vec<Span> {
    let minus: HashSet<u32> = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Minus)
        .map(|t| t.span.start)
        .collect();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let glued = out.last().filter(|l| l.end == span.start).is_some_and(|last| {
            let wordy = |s: Span| {
                text[s.range()]
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            };
            wordy(*last) && wordy(span) && (minus.contains(&span.start) || text[last.range()].contains('-'))
        });
        match out.last_mut() {
            Some(last) if glued => last.end = span.end,
            _ => out.push(span),
        }
    }
    out
}

struct Printer<'s> {
    writer: Writer<'s>,
    /// Where annotations start that belong to a property.
    annotations: HashSet<u32>,
}

impl<'s> Printer<'s> {
    fn declaration(&mut self) {
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        while let Some(piece) = self.writer.peek(0) {
            match piece.text {
                "{" => break,
                "@" => {
                    self.writer.line(Operation::Line);
                    self.annotation();
                }
                "implements" => {
                    self.writer.line(Operation::Line);
                    self.writer.token();
                }
                text => {
                    if !matches!(text, ":" | ",") {
                        self.writer.space();
                    }
                    self.writer.token();
                }
            }
        }
        self.writer.push(Operation::IndentEnd);
        if self.writer.text(0) == "{" {
            self.writer.line(Operation::Line);
        }
        self.writer.push(Operation::GroupEnd);
        if self.writer.text(0) == "{" {
            self.body();
        }
    }

    fn body(&mut self) {
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        let mut first = true;
        while self.writer.peek(0).is_some() && self.writer.text(0) != "}" {
            if first {
                self.writer.first()
            } else {
                self.writer.hard()
            }
            first = false;
            self.member();
        }
        let empty = first && self.writer.peek(0).is_some_and(|p| !p.has_comments());
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        if !empty {
            self.writer.line(Operation::Hard);
        }
        self.writer.token();
    }

    fn member(&mut self) {
        if self.writer.text(0) == "@" {
            self.annotation();
            return;
        }
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.token();
        self.writer.space();
        while !matches!(self.writer.text(0), "}" | "@" | "") && self.writer.text(1) != ":" {
            match self.writer.text(0) {
                "(" => self.arguments(),
                _ => self.writer.token(),
            }
        }
        self.writer.push(Operation::IndentStart);
        while self.writer.text(0) == "@" && self.annotations.contains(&self.writer.start()) {
            self.writer.line(Operation::Line);
            self.annotation();
        }
        self.writer.push(Operation::IndentEnd);
        self.writer.push(Operation::GroupEnd);
    }

    fn annotation(&mut self) {
        self.writer.token();
        self.writer.token();
        if self.writer.text(0) == "(" {
            self.arguments();
        }
    }

    /// What stands in parentheses, filled into as many lines as it needs.
    fn arguments(&mut self) {
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        self.writer.line(Operation::Break);
        while !matches!(self.writer.text(0), ")" | "") {
            let comma = self.writer.text(0) == ",";
            self.writer.token();
            if comma {
                self.writer.push(Operation::GroupStart);
                self.writer.line(Operation::Line);
                self.writer.push(Operation::GroupEnd);
            }
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Break);
        self.writer.token();
        self.writer.push(Operation::GroupEnd);
    }

    /// `allow … on … because … until …`
    fn sentence(&mut self) {
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        while let Some(piece) = self.writer.peek(0) {
            match piece.text {
                "because" | "until" => self.writer.line(Operation::Line),
                "." | "," => {}
                _ if self.writer.before() == "." => {}
                _ => self.writer.space(),
            }
            self.writer.token();
        }
        self.writer.push(Operation::IndentEnd);
        self.writer.push(Operation::GroupEnd);
    }

    fn migration_check(&mut self) {
        self.writer.token();
        while !matches!(self.writer.text(0), "{" | "") {
            let tight = matches!(self.writer.text(0), "." | ",") || self.writer.before() == ".";
            if !tight {
                self.writer.space();
            }
            self.writer.token();
        }
        self.writer.space();
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        self.writer.first();
        self.writer.token();
        self.writer.hard();
        let mut first = true;
        while self.writer.peek(1).is_some() {
            if !first && self.writer.before() != "-" {
                self.writer.space();
            }
            first = false;
            self.writer.token();
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Hard);
        self.writer.token();
    }
}
