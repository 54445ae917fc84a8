//! Recovery: when a query cannot be parsed as a whole even after mending, its sections are told apart by their braces,
//! and each clause, projection, key, statement and assignment is parsed on its own. What cannot be is reported and left
//! out; the rest makes the tree.

use std::ops::Range;

use omnigraph_model::vocabulary::is_statement;

use super::ast::*;
use super::build::{self, Part};
use super::messages;
use super::parse::{DEEPEST_BLOCK, Recovery, part};
use super::sections::empty_read;
use super::terminal::{Terminal, alternates, block_word, definition, unites};
use super::token::TokenKind::*;
use crate::shared::parse::Refusal;
use crate::shared::recover::MOST_ERRORS;
use crate::{Name, Span, SyntaxError};

pub(super) fn query(mut recovery: Recovery<'_, '_>) -> Option<Query> {
    recovery.query()
}

/// What a list of parts holds, for finding where a part starts and for saying what was expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    Parameter,
    Annotation,
    Clause,
    Match,
    Projection,
    Member,
    Key,
    Assignment,
    Statement,
}

impl Recovery<'_, '_> {
    fn query(&mut self) -> Option<Query> {
        let end = self.input.lexemes.len();
        let first = self.at(0)?;
        let is_fragment = first.text == "fragment";
        let what = if is_fragment { "fragment" } else { "query" };
        let mut i = 1;
        let name = match self.at(1).filter(|l| l.kind == Name) {
            Some(name) => {
                i = 2;
                Name {
                    text: name.text.to_owned(),
                    span: name.span,
                }
            }
            None => {
                let gap = self.gap(1);
                self.errors.push(
                    SyntaxError::new("Q001", first.span)
                        .message(format!("this {what} has no name"))
                        .label(gap, "expected a name here, such as `find_people`"),
                );
                Name {
                    text: String::new(),
                    span: gap,
                }
            }
        };
        let mut parameters = Vec::new();
        if self.kind(i) == Some(LeftParen) {
            let close = self.closing(i);
            parameters = self.parameters(i + 1..close);
            i = close + 1;
        }
        let open = self
            .outer(i..end)
            .into_iter()
            .find(|i| self.kind(*i) == Some(LeftBrace));
        let annotations = self.annotations(i..open.unwrap_or(end));
        let Some(open) = open else {
            if !name.text.is_empty() {
                let gap = self.gap(end);
                let error = match is_fragment {
                    true => messages::no_clauses(gap),
                    false => messages::no_body(gap),
                };
                self.errors.push(error);
            }
            let body = match is_fragment {
                true => Body::Fragment(build::block(Vec::new(), self.gap(end))),
                false => Body::Read(Box::new(empty_read(self.gap(end)))),
            };
            return Some(Query {
                name,
                parameters,
                annotations,
                body,
                span: self.span(0..end),
            });
        };
        let close = self.closing(open);
        let body = match is_fragment {
            true => Body::Fragment(self.fragment(open)),
            false => self.body(open + 1..close),
        };
        if close + 1 < end {
            let span = self.at(close + 1).map_or(self.gap(end), |l| l.span);
            self.errors.push(
                SyntaxError::new("Q001", span)
                    .message(format!("the {what} has ended before this"))
                    .label(self.span(close..close + 1), "its body is closed here"),
            );
        }
        Some(Query {
            name,
            parameters,
            annotations,
            body,
            span: self.span(0..close + 1),
        })
    }

    /// The braces of a fragment, which open at `brace`. Sections are no part of it, so that `match` around its clauses goes.
    fn fragment(&mut self, brace: usize) -> Block {
        let close = self.closing(brace);
        let span = self.span(brace..close + 1);
        let mut inner = brace + 1..close;
        let section = self.outer(inner.clone()).into_iter().find(|i| {
            let word = matches!(self.word(*i), "with" | "return" | "having" | "order");
            word && self.kind(*i + 1) == Some(LeftBrace) && self.kind(*i - 1) != Some(Variable)
        });
        if let Some(section) = section {
            let error = messages::section_of_fragment(self, section, close, close);
            self.errors.push(error);
            inner.end = section;
        }
        if self.word(inner.start) == "match" && self.kind(inner.start + 1) == Some(LeftBrace) {
            let (word, end) = (inner.start, self.closing(inner.start + 1));
            let error = messages::section_of_fragment(self, word, end, close);
            self.errors.push(error);
            inner = word + 2..end;
        } else if inner.is_empty() {
            let error = messages::empty_section("fragment", span);
            self.errors.push(error);
        }
        build::block(self.clauses(inner, 0), span)
    }

    fn parameters(&mut self, range: Range<usize>) -> Vec<Parameter> {
        let mut found = Vec::new();
        for segment in self.separated(range) {
            match part(Terminal::StartParameter, self.input, segment.clone(), self.errors) {
                Ok(Part::Parameter(p)) => found.push(*p),
                Ok(_) => {}
                Err(refusal) => self.report(Parts::Parameter, segment, &refusal),
            }
        }
        found
    }

    /// The segments between commas; an empty one is reported.
    pub(super) fn separated(&mut self, range: Range<usize>) -> Vec<Range<usize>> {
        let commas: Vec<usize> = self
            .outer(range.clone())
            .into_iter()
            .filter(|i| self.kind(*i) == Some(Comma))
            .collect();
        let mut segments = Vec::new();
        let mut start = range.start;
        for end in commas.into_iter().chain([range.end]) {
            if start < end {
                segments.push(start..end);
            } else if let Some(comma) = self.at(end).filter(|l| l.kind == Comma && end < range.end) {
                self.errors.push(messages::stray(comma));
            }
            start = end + 1;
        }
        segments
    }

    fn annotations(&mut self, range: Range<usize>) -> Vec<Annotation> {
        let outer = self.outer(range.clone());
        let starts: Vec<usize> = outer.into_iter().filter(|i| self.kind(*i) == Some(At)).collect();
        let first = starts.first().copied().unwrap_or(range.end);
        if range.start < first {
            let refusal = Refusal {
                at: range.start,
                expected: Vec::new(),
            };
            self.report(Parts::Annotation, range.start..first, &refusal);
        }
        let mut found = Vec::new();
        for (n, start) in starts.iter().enumerate() {
            let segment = *start..starts.get(n + 1).copied().unwrap_or(range.end);
            match part(Terminal::StartAnnotation, self.input, segment.clone(), self.errors) {
                Ok(Part::Annotation(a)) => found.push(a),
                Ok(_) => {}
                Err(refusal) => self.report(Parts::Annotation, segment, &refusal),
            }
        }
        found
    }

    // ---- bodies -------------------------------------------------------------

    pub(super) fn is_section(&self, i: usize) -> bool {
        match self.word(i) {
            "match" | "having" | "order" | "returning" => self.kind(i + 1) == Some(LeftBrace),
            "with" | "return" => self.opens(i).is_some(),
            word => matches!(word, "limit" | "offset" | "after"),
        }
    }

    /// The brace that follows a section's word, behind `distinct` if that is there.
    pub(super) fn opens(&self, i: usize) -> Option<usize> {
        let distinct = matches!(self.word(i), "with" | "return") && self.word(i + 1) == "distinct";
        let brace = if distinct { i + 2 } else { i + 1 };
        (self.kind(brace) == Some(LeftBrace)).then_some(brace)
    }

    /// Properties may be called like a statement, too.
    pub(super) fn is_statement(&self, i: usize) -> bool {
        is_statement(self.word(i))
            && (matches!(self.kind(i + 1), Some(Type | Variable)) || self.at(i).is_some_and(|l| l.starts_line))
            && self.word(i - 1) != "where"
    }

    pub(super) fn body(&mut self, range: Range<usize>) -> Body {
        if unites(|at| self.at(at), range.start) {
            return Body::Union(Box::new(self.union(range)));
        }
        let outer = self.outer(range.clone());
        let heads: Vec<usize> = outer
            .iter()
            .copied()
            .filter(|i| self.is_section(*i) || self.is_statement(*i))
            .collect();
        let first = heads.first().copied().unwrap_or(range.end);
        if range.start < first {
            let error = messages::no_section(self, range.start..first);
            self.errors.push(error);
        } else if heads.is_empty() {
            self.errors.push(messages::empty_body(self.gap(range.end)));
        }
        let returns = |i: usize| self.word(i) == "return";
        let statement = heads.iter().position(|i| self.is_statement(*i));
        // What is before the statements decides, unless it is what they run for.
        let mutates = statement.filter(|at| !heads[..*at].iter().any(|i| returns(*i)));
        let ends = heads.iter().skip(1).copied().chain([range.end]);
        let mut segments: Vec<Range<usize>> = heads.iter().copied().zip(ends).map(|(s, e)| s..e).collect();
        let begins = range.start == first;
        if let Some(at) = mutates {
            let statements = segments.split_off(at);
            return Body::Mutation(Box::new(self.mutation(segments, statements, range, begins)));
        }
        let other = heads
            .iter()
            .copied()
            .find(|i| self.is_statement(*i) || self.word(*i) == "returning");
        if let Some(other) = other {
            let decided = heads.iter().copied().find(|i| returns(*i)).unwrap_or(first);
            let error = messages::mixed(self, other, decided);
            self.errors.push(error);
        }
        let of_kind = segments
            .into_iter()
            .filter(|s| self.is_section(s.start) && self.word(s.start) != "returning")
            .collect::<Vec<_>>();
        let complete = other.is_none() && begins;
        Body::Read(Box::new(self.stages(of_kind, range.clone(), complete)))
    }

    /// What stands before the first statement, and all from there on.
    fn mutation(
        &mut self,
        before: Vec<Range<usize>>,
        after: Vec<Range<usize>>,
        body: Range<usize>,
        begins: bool,
    ) -> Mutation {
        let first = after.first().map_or(body.end, |statement| statement.start);
        let other = after
            .iter()
            .map(|s| s.start)
            .find(|i| !self.is_statement(*i) && self.word(*i) != "returning");
        if let Some(other) = other {
            let error = messages::mixed(self, other, first);
            self.errors.push(error);
        }
        let tail = before.last().filter(|last| self.word(last.start) != "match").cloned();
        if let Some(tail) = tail.filter(|_| begins) {
            let error = messages::unmatched(self, tail.start, first);
            self.errors.push(error);
        }
        let read = (!before.is_empty()).then(|| {
            let mut read = self.stages(before, body.clone(), false);
            if read.projections.is_empty() {
                read.return_span = Span::at(read.pattern.span.end as usize);
            }
            Box::new(read)
        });
        let mut returning: Option<Returning> = None;
        let mut statements = Vec::new();
        for segment in after {
            if self.is_statement(segment.start) {
                if let Some(returning) = &returning {
                    let error = messages::behind_returning(self.span(segment.start..segment.start + 1), returning.span);
                    self.errors.push(error);
                }
                statements.extend(self.statement(segment));
            } else if self.word(segment.start) == "returning" {
                match &returning {
                    None => returning = Some(self.returning(segment)),
                    Some(first) => {
                        let error = SyntaxError::new("Q017", self.span(segment.start..segment.start + 1))
                            .message("a query has one `returning` only")
                            .label(first.span, "the first one");
                        self.errors.push(error);
                    }
                }
            }
        }
        Mutation {
            read,
            statements,
            returning,
        }
    }

    fn returning(&mut self, section: Range<usize>) -> Returning {
        let open = section.start + 1;
        let close = self.closing(open);
        let span = self.span(section.start..close + 1);
        if open + 1 == close {
            let error = messages::empty_section("returning", span);
            self.errors.push(error);
        }
        if close + 1 < section.end {
            let error = messages::no_section(self, close + 1..section.end);
            self.errors.push(error);
        }
        Returning {
            projections: self.list(Parts::Projection, open + 1..close, projections),
            span,
        }
    }

    pub(super) fn items(&mut self, range: Range<usize>) -> Vec<Projection> {
        let mut found = Vec::new();
        for segment in self.separated(range) {
            match part(Terminal::StartItem, self.input, segment.clone(), self.errors) {
                Ok(Part::Item(item)) => found.push(*item),
                Ok(_) => {}
                Err(refusal) => self.report(Parts::Projection, segment, &refusal),
            }
        }
        found
    }

    pub(super) fn keys(&mut self, range: Range<usize>) -> Vec<SortKey> {
        let mut found = Vec::new();
        for segment in self.separated(range) {
            match part(Terminal::StartKey, self.input, segment.clone(), self.errors) {
                Ok(Part::Key(key)) => found.push(*key),
                Ok(_) => {}
                Err(refusal) => self.report(Parts::Key, segment, &refusal),
            }
        }
        found
    }

    // ---- objects ------------------------------------------------------------

    /// The clauses of a block. What is nested in it is parsed by itself, so the clauses between are parsed run by run.
    pub(super) fn clauses(&mut self, range: Range<usize>, depth: usize) -> Vec<Clause> {
        let outer = self.outer(range.clone());
        let nested: Vec<(usize, BlockWord)> = outer
            .into_iter()
            .filter(|i| i + 1 < range.end)
            .filter_map(|i| Some((i, block_word(self.word(i), |at| self.at(at), i + 1)?)))
            .filter(|(i, word)| !matches!(word, BlockWord::Not | BlockWord::Exists) || self.is_clause(*i, &range))
            .collect();
        let mut found = Vec::new();
        let mut start = range.start;
        for (at, word) in nested {
            found.extend(self.list(Parts::Clause, start..at, clauses));
            let mut braces = vec![at + 1];
            let mut close = self.closing(at + 1);
            while word == BlockWord::Either && alternates(|at| self.at(at), close + 1) && close + 2 < range.end {
                braces.push(close + 2);
                close = self.closing(close + 2);
            }
            start = close + 1;
            if matches!(self.kind(start), Some(Comma | Semicolon)) && start < range.end {
                start += 1;
            }
            let keyword = self.span(at..at + 1);
            if depth == DEEPEST_BLOCK {
                let message = format!("`{}` is nested deeper than {DEEPEST_BLOCK} levels", word.text());
                self.errors.push(SyntaxError::new("Q014", keyword).message(message));
                continue;
            }
            if word == BlockWord::Either && braces.len() == 1 {
                self.errors.push(messages::no_alternative(keyword, self.gap(close + 1)));
            }
            let blocks = braces.into_iter().map(|brace| self.nested_block(brace, depth + 1));
            found.push(*build::nested(word, keyword, blocks.collect()));
        }
        found.extend(self.list(Parts::Clause, start..range.end, clauses));
        found
    }

    /// The block whose brace is at `brace`, behind its word.
    fn nested_block(&mut self, brace: usize, depth: usize) -> Block {
        let close = self.closing(brace);
        let span = self.span(brace - 1..close + 1);
        let inner = brace + 1..close;
        if inner.is_empty() {
            let error = messages::empty_section(self.word(brace - 1), span);
            self.errors.push(error);
        }
        build::block(self.clauses(inner, depth), span)
    }

    /// Whether the block whose word is at `i` is a clause, and no operand of a condition.
    fn is_clause(&self, i: usize, range: &Range<usize>) -> bool {
        let continues = |at: usize| {
            let word = matches!(
                self.word(at),
                "or" | "and" | "in" | "is" | "contains" | "starts_with" | "ends_with" | "matches"
            );
            word || matches!(
                self.kind(at),
                Some(
                    Equal
                        | NotEqual
                        | Less
                        | LessEqual
                        | Greater
                        | GreaterEqual
                        | DoubleBar
                        | Plus
                        | Minus
                        | Star
                        | Slash
                        | Percent
                )
            )
        };
        let close = self.closing(i + 1);
        let before = (i > range.start).then(|| i - 1);
        let operand = before.is_some_and(|at| continues(at) || self.word(at) == "not");
        !(operand || close + 1 < range.end && continues(close + 1))
    }

    /// Parses a list part by part: as many as can be taken at once, then the broken one is reported and skipped.
    pub(super) fn list<T>(&mut self, parts: Parts, range: Range<usize>, extract: fn(Part) -> Vec<T>) -> Vec<T> {
        let start = match parts {
            Parts::Clause => Terminal::StartClauses,
            Parts::Projection => Terminal::StartProjections,
            Parts::Match => Terminal::StartMatches,
            _ => Terminal::StartAssignments,
        };
        let outer = self.outer(range.clone());
        let mut found = Vec::new();
        let mut from = range.start;
        while from < range.end {
            let refusal = match part(start, self.input, from..range.end, self.errors) {
                Ok(part) => {
                    found.extend(extract(part));
                    break;
                }
                Err(refusal) => refusal,
            };
            let candidates = outer.iter().rev().copied().filter(|i| from < *i && *i <= refusal.at);
            let candidates: Vec<usize> = candidates.filter(|i| self.starts(parts, *i, false)).collect();
            for end in candidates {
                if let Ok(part) = part(start, self.input, from..end, self.errors) {
                    found.extend(extract(part));
                    from = end;
                    break;
                }
            }
            let next = outer
                .iter()
                .copied()
                .find(|i| *i > from && self.starts(parts, *i, true));
            let segment = from..next.unwrap_or(range.end);
            let refusal = match part(start, self.input, segment.clone(), &mut Vec::new()) {
                Err(refusal) => refusal,
                Ok(_) => refusal,
            };
            if let Some(binding) = self.binding(parts, segment.clone()) {
                found.extend(extract(Part::Clauses(vec![binding])));
            } else if let Some(object) = self.object_column(parts, segment.clone()) {
                found.extend(extract(Part::Projections(vec![object])));
            } else {
                self.report(parts, segment.clone(), &refusal);
            }
            from = segment.end;
        }
        found
    }

    /// A binding whose matches are broken still binds its variable.
    fn binding(&mut self, parts: Parts, segment: Range<usize>) -> Option<Clause> {
        let Range { start, end } = segment;
        let kinds = [
            self.kind(start),
            self.kind(start + 1),
            self.kind(start + 2),
            self.kind(start + 3),
        ];
        if parts != Parts::Clause
            || kinds != [Some(Variable), Some(Colon), Some(Type), Some(LeftBrace)]
            || start + 3 >= end
        {
            return None;
        }
        let close = self.closing(start + 3);
        let after = matches!(self.kind(close + 1), Some(Comma | Semicolon)) as usize;
        if close + 1 + after < end {
            return None;
        }
        let head = part(Terminal::StartClauses, self.input, start..start + 3, self.errors).ok()?;
        let Clause::Binding(mut binding) = clauses(head).pop()? else {
            return None;
        };
        for segment in self.separated(start + 4..close) {
            binding.matches.extend(self.list(Parts::Match, segment, matches));
        }
        binding.span = self.span(start..close + 1);
        Some(Clause::Binding(binding))
    }

    /// Whether a part seems to start at `i`. `surely` asks for more than that it could.
    fn starts(&self, parts: Parts, i: usize, surely: bool) -> bool {
        let Some(lexeme) = self.at(i) else { return false };
        let before = self.kind(i - 1);
        let next = self.kind(i + 1);
        let separated = matches!(before, Some(Comma | Semicolon));
        let predicate = lexeme.kind == Name
            && next == Some(LeftParen)
            && matches!(lexeme.text, "search" | "fuzzy" | "match_text")
            && before == Some(RightParen);
        match parts {
            Parts::Clause => {
                let binds = lexeme.kind == Variable
                    && next == Some(Colon)
                    && self.kind(i + 2) == Some(Type)
                    && (before != Some(Variable) || lexeme.starts_line);
                let can = matches!(
                    lexeme.kind,
                    Variable | Name | Text | Integer | Float | LeftBracket | LeftParen
                );
                let word =
                    lexeme.kind == Name && matches!(lexeme.text, "let" | "each" | "path") && next == Some(Variable);
                let defines = word && (lexeme.starts_line || definition(|at| self.at(at), i).is_some());
                binds
                    || defines
                    || separated
                    || predicate
                    || can && (!surely || lexeme.starts_line && lexeme.kind != Name)
            }
            Parts::Match | Parts::Assignment => {
                let names = lexeme.kind == Name && matches!(next, Some(Colon | Equal));
                names || surely && lexeme.starts_line && matches!(lexeme.kind, Name | Text | Variable)
            }
            _ => {
                let can = matches!(lexeme.kind, Variable | Name | Text | Integer | Float | LeftBracket);
                separated || can && (!surely || lexeme.starts_line)
            }
        }
    }

    pub(super) fn report(&mut self, parts: Parts, segment: Range<usize>, refusal: &Refusal) {
        if self.errors.len() < MOST_ERRORS
            && let Some(error) = messages::describe(self, parts, segment, refusal)
        {
            self.errors.push(error);
        }
    }
}

fn clauses(part: Part) -> Vec<Clause> {
    match part {
        Part::Clauses(clauses) => clauses,
        _ => Vec::new(),
    }
}

pub(super) fn projections(part: Part) -> Vec<Projection> {
    match part {
        Part::Projections(projections) => projections,
        _ => Vec::new(),
    }
}

pub(super) fn matches(part: Part) -> Vec<PropertyMatch> {
    match part {
        Part::Matches(matches) | Part::Assignments(matches) => matches,
        _ => Vec::new(),
    }
}
