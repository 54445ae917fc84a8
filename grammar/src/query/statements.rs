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
            Ok(Part::Statement(statement)) => return Some(*statement),
            Ok(_) => return None,
            Err(refusal) => refusal,
        };
        let Range { start, end } = segment;
        let word = self.word(start);
        let keyword = self.span(start..start + 1);
        let about = self.at(start + 1).filter(|l| {
            let names = l.kind == Type || l.kind == Variable && word == "update";
            names && start + 1 < end
        });
        let braces = self
            .outer(start..end)
            .into_iter()
            .find(|i| self.kind(*i) == Some(LeftBrace));
        let Some((about, open)) = about.zip(braces) else {
            self.report(Parts::Statement, start..end, &refusal);
            return None;
        };
        let name = Name {
            text: about.text.trim_start_matches('$').to_owned(),
            span: about.span,
        };
        let variable = self
            .at(start + 3)
            .filter(|l| self.word(start + 2) == "as" && l.kind == Variable && start + 3 < open)
            .map(|l| Name {
                text: l.text.trim_start_matches('$').to_owned(),
                span: l.span,
            });
        let head = start + 2 + if variable.is_some() { 2 } else { 0 };
        let close = self.closing(open);
        let goes_on = self.word(close + 1) == "else" && self.word(close + 2) == "set" && close + 3 < end;
        let other = (goes_on && self.kind(close + 3) == Some(LeftBrace)).then(|| (close + 3, self.closing(close + 3)));
        let fits = match word {
            "insert" => open == head && close + 1 == end,
            "upsert" => open == head && other.map_or(close, |(_, close)| close) + 1 == end,
            "update" => {
                let whole = about.kind == Type || close + 1 == end;
                open == start + 3 && self.word(start + 2) == "set" && whole
            }
            _ => false,
        };
        // The part of the statement beside the braces decides what is wrong with the whole.
        if !fits || refusal.at > other.map_or(close, |(_, close)| close) {
            self.report(Parts::Statement, start..end, &refusal);
            return None;
        }
        let before = self.errors.len();
        let assignments = self.list(Parts::Assignment, open + 1..close, matches);
        if open + 1 == close {
            let error = messages::empty_section(word, self.span(open..close + 1));
            self.errors.push(error);
        }
        let otherwise = other.map(|(open, close)| Otherwise {
            assignments: self.list(Parts::Assignment, open + 1..close, matches),
            span: self.span(open - 2..close + 1),
        });
        let span = self.span(start..end);
        match word {
            "insert" => {
                return Some(Statement::Insert(Insert {
                    keyword,
                    ty: name,
                    variable,
                    assignments,
                    span,
                }));
            }
            "upsert" => {
                return Some(Statement::Upsert(Upsert {
                    keyword,
                    ty: name,
                    variable,
                    assignments,
                    otherwise,
                    span,
                }));
            }
            _ => {}
        }
        let subject = match about.kind {
            Variable => Some(Subject::Variable(name)),
            _ => self
                .condition(name.clone(), keyword, close + 1..end)
                .map(|condition| Subject::Rows { ty: name, condition }),
        };
        match subject {
            Some(subject) => Some(Statement::Update(Update {
                keyword,
                subject,
                assignments,
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
            Ok(Part::Statement(statement)) => match *statement {
                Statement::Delete(Delete {
                    subject: Subject::Rows { condition, .. },
                    ..
                }) => Some(condition),
                _ => None,
            },
            _ => None,
        }
    }
}
