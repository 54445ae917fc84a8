//! Recovery: when a declaration cannot be parsed as a whole even after mending, its header is read piece by piece and each
//! member is parsed on its own. What cannot be is reported and left out; the rest makes the tree.

use std::ops::Range;

use super::ast::*;
use super::build::{self, Part, Piece};
use super::messages;
use super::parse::{Recovery, part};
use super::terminal::Terminal;
use super::token::TokenKind::{self, *};
use crate::shared::parse::Refusal;
use crate::shared::recover::MOST_ERRORS;
use crate::{Name, SyntaxError};

pub(super) fn declaration(mut recovery: Recovery<'_, '_>) -> Option<Declaration> {
    match recovery.at(0)?.text {
        "interface" | "node" => recovery.type_declaration(),
        "edge" => recovery.edge(),
        _ => {
            recovery.whole();
            None
        }
    }
}

impl Recovery<'_, '_> {
    fn type_name(&self, i: usize) -> Option<Name> {
        self.at(i).filter(|l| l.kind == Type).map(|l| Name {
            text: l.text.to_owned(),
            span: l.span,
        })
    }

    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    fn whole(&mut self) {
        let all = 0..self.input.lexemes.len();
        if let Err(refusal) = part(Terminal::StartDeclaration, self.input, all.clone()) {
            // What the lexer refused is said already.
            if self.kind(refusal.at) != Some(TokenKind::Error) {
                let error = messages::special(self, &refusal);
                self.report(error);
            }
        }
    }

    fn type_declaration(&mut self) -> Option<Declaration> {
        let keyword = self.at(0)?.text;
        let end = self.input.lexemes.len();
        let name = self.type_name(1);
        if name.is_none() {
            let error = messages::no_name(self, keyword);
            self.report(error);
        }
        let open = self.body_start(1, keyword);
        let (annotations, implements) = self.header(1 + name.is_some() as usize..open.unwrap_or(end), keyword);
        let (members, close) = self.body(open);
        let (name, span) = (name?, self.span(0..close));
        Some(match keyword {
            "interface" => Declaration::Interface(Interface {
                name,
                annotations,
                members,
                span,
            }),
            _ => Declaration::Node(Node {
                name,
                annotations,
                implements,
                members,
                span,
            }),
        })
    }

    fn edge(&mut self) -> Option<Declaration> {
        let end = self.input.lexemes.len();
        let open = self
            .outer(1..end)
            .into_iter()
            .find(|i| self.kind(*i) == Some(LeftBrace));
        let header_end = open.unwrap_or(end);
        // `edge Name : From -> To`
        let steps = [(1, Type), (2, Colon), (3, Type), (4, Arrow), (5, Type)];
        let wrong = steps
            .into_iter()
            .find(|(i, kind)| *i >= header_end || self.kind(*i) != Some(*kind));
        if let Some((i, _)) = wrong {
            let error = messages::edge_header(self, i, header_end);
            self.report(error);
        }
        let annotations_from = match wrong {
            None => 6,
            Some((i, _)) => self
                .outer(i..header_end)
                .into_iter()
                .find(|i| self.kind(*i) == Some(At))
                .unwrap_or(header_end),
        };
        let (annotations, _) = self.header(annotations_from..header_end, "edge");
        let (members, close) = match open {
            Some(_) => self.body(open),
            None => (Vec::new(), end),
        };
        if wrong.is_some() {
            return None;
        }
        let (name, from, to) = (self.type_name(1)?, self.type_name(3)?, self.type_name(5)?);
        Some(Declaration::Edge(Edge {
            name,
            from,
            to,
            annotations,
            members,
            span: self.span(0..close),
        }))
    }

    fn body_start(&mut self, from: usize, keyword: &str) -> Option<usize> {
        let end = self.input.lexemes.len();
        let open = self
            .outer(from..end)
            .into_iter()
            .find(|i| self.kind(*i) == Some(LeftBrace));
        if open.is_none() {
            let error = messages::no_body(self, keyword);
            self.report(error);
        }
        open
    }

    fn header(&mut self, range: Range<usize>, keyword: &str) -> (Vec<Annotation>, Vec<Name>) {
        let (mut annotations, mut implements) = (Vec::new(), Vec::new());
        let outer = self.outer(range.clone());
        let is_start = |i: usize| self.kind(i) == Some(At) || self.at(i).is_some_and(|l| l.text == "implements");
        let starts: Vec<usize> = outer
            .into_iter()
            .filter(|i| is_start(*i) && self.kind(i.wrapping_sub(1)) != Some(At))
            .collect();
        let first = starts.first().copied().unwrap_or(range.end);
        if range.start < first {
            let error = messages::unexpected_in_header(self, range.start, keyword);
            self.report(error);
        }
        for (n, start) in starts.iter().copied().enumerate() {
            let segment = start..starts.get(n + 1).copied().unwrap_or(range.end);
            if self.kind(start) != Some(At) {
                if keyword != "node" || !implements.is_empty() {
                    let error = messages::misplaced_implements(self, segment, keyword);
                    self.report(error);
                    continue;
                }
                implements = self.implements(segment);
                continue;
            }
            match part(Terminal::StartMember, self.input, segment.clone()) {
                Ok(Part::Piece(Piece::Annotation(a))) => annotations.push(a),
                Ok(_) => {}
                Err(refusal) => self.broken(segment, &refusal),
            }
        }
        (annotations, implements)
    }

    fn implements(&mut self, segment: Range<usize>) -> Vec<Name> {
        let mut names = Vec::new();
        let mut wants_name = true;
        for i in segment.start + 1..segment.end {
            match self.type_name(i) {
                Some(name) if wants_name => names.push(name),
                None if !wants_name && self.kind(i) == Some(Comma) => {}
                _ => {
                    let error = messages::in_implements(self, i, wants_name);
                    self.report(error);
                    return names;
                }
            }
            wants_name = !wants_name;
        }
        if wants_name {
            let error = messages::in_implements(self, segment.end, true);
            self.report(error);
        }
        names
    }

    /// The members, and the index behind the body.
    fn body(&mut self, open: Option<usize>) -> (Vec<Member>, usize) {
        let end = self.input.lexemes.len();
        let Some(open) = open else { return (Vec::new(), end) };
        let close = self.closing(open);
        let members = self.members(open + 1..close);
        if close + 1 < end {
            let error = messages::after_body(self, close + 1, close);
            self.report(error);
        }
        (members, close + 1)
    }

    fn members(&mut self, range: Range<usize>) -> Vec<Member> {
        let outer = self.outer(range.clone());
        let starts: Vec<usize> = outer
            .into_iter()
            .filter(|i| *i == range.start || self.starts_member(*i))
            .collect();
        let mut pieces = Vec::new();
        // Annotations of a property that could not be understood belong to no other one.
        let mut orphaned = false;
        for (n, start) in starts.iter().copied().enumerate() {
            let segment = start..starts.get(n + 1).copied().unwrap_or(range.end);
            match part(Terminal::StartMember, self.input, segment.clone()) {
                Ok(Part::Piece(Piece::Property(p))) => {
                    orphaned = false;
                    pieces.push(Piece::Property(p));
                }
                Ok(Part::Piece(Piece::Annotation(a))) => {
                    if !orphaned || build::is_constraint(&a) {
                        pieces.push(Piece::Annotation(a));
                    }
                }
                Ok(_) => {}
                Err(refusal) => {
                    orphaned |= self.kind(start) != Some(At);
                    self.broken(segment, &refusal);
                }
            }
        }
        build::members(pieces)
    }

    fn starts_member(&self, i: usize) -> bool {
        let Some(lexeme) = self.at(i) else { return false };
        let before = self.kind(i - 1);
        match lexeme.kind {
            At => true,
            Name | Type | Word if before == Some(At) => false,
            Name | Type | Word => self.kind(i + 1) == Some(Colon) || lexeme.starts_line && before != Some(Colon),
            _ => lexeme.starts_line && !matches!(before, Some(Colon)) && !matches!(lexeme.kind, LeftParen | Question),
        }
    }

    fn broken(&mut self, segment: Range<usize>, refusal: &Refusal) {
        if self.errors.len() < MOST_ERRORS
            && let Some(error) = messages::member(self, segment, refusal)
        {
            self.report(error);
        }
    }
}
