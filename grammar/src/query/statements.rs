//! Recovery of statements: the assignments of a broken one are parsed on their own, its condition too.

use std::ops::Range;

use super::ast::*;
use super::build::Part;
use super::messages;
use super::parse::{Recovery, input, part};
use super::recover::{Parts, matches};
use super::terminal::{Lexeme, Terminal};
use super::token::TokenKind::{self, *};
use crate::{Name, Span};

impl<'s> Recovery<'_, 's> {
    pub(super) fn statement(&mut self, segment: Range<usize>) -> Option<Statement> {
        let refusal = match part(Terminal::StartStatement, self.input, segment.clone(), self.errors) {
            Ok(Part::Statement(statement)) => return Some(statement),
            Ok(_) => return None,
            Err(refusal) => refusal,
        };
        let Range { start, end } = segment;
        let keyword = self.span(start..start + 1);
        let ty = self.at(start + 1).filter(|l| l.kind == Type && start + 1 < end);
        let braces = self
            .outer(start..end)
            .into_iter()
            .find(|i| self.kind(*i) == Some(LeftBrace));
        let Some((ty, open)) = ty.zip(braces) else {
            self.report(Parts::Statement, start..end, &refusal);
            return None;
        };
        let ty = Name {
            text: ty.text.to_owned(),
            span: ty.span,
        };
        let close = self.closing(open);
        let fits = match self.word(start) {
            "insert" => open == start + 2 && close + 1 == end,
            "update" => open == start + 3 && self.word(start + 2) == "set",
            _ => false,
        };
        // The part of the statement beside the braces decides what is wrong with the whole.
        if !fits || refusal.at > close {
            self.report(Parts::Statement, start..end, &refusal);
            return None;
        }
        let before = self.errors.len();
        let assignments = self.list(Parts::Assignment, open + 1..close, matches);
        if open + 1 == close {
            let error = messages::empty_section(self.word(start), self.span(open..close + 1));
            self.errors.push(error);
        }
        let span = self.span(start..end);
        if self.word(start) == "insert" {
            return Some(Statement::Insert(Insert {
                keyword,
                ty,
                assignments,
                span,
            }));
        }
        match self.condition(ty.clone(), keyword, close + 1..end) {
            Some(condition) => Some(Statement::Update(Update {
                keyword,
                ty,
                assignments,
                condition,
                span,
            })),
            None => {
                if self.errors.len() == before {
                    self.report(Parts::Statement, start..end, &refusal);
                }
                None
            }
        }
    }

    /// Parses `where …` as the end of a `delete`.
    fn condition(&mut self, ty: Name, keyword: Span, range: Range<usize>) -> Option<Expression> {
        if self.word(range.start) != "where" || range.is_empty() {
            return None;
        }
        let mut lexemes: Vec<Lexeme<'s>> = Vec::with_capacity(range.len() + 2);
        lexemes.push(Lexeme {
            kind: TokenKind::Name,
            text: "delete",
            span: keyword,
            starts_line: true,
        });
        lexemes.push(Lexeme {
            kind: Type,
            text: "T",
            span: ty.span,
            starts_line: false,
        });
        lexemes.extend_from_slice(&self.input.lexemes[range]);
        let input = input(lexemes);
        match part(Terminal::StartStatement, &input, 0..input.lexemes.len(), self.errors) {
            Ok(Part::Statement(Statement::Delete(delete))) => Some(delete.condition),
            _ => None,
        }
    }
}
