//! The style of queries.

use std::collections::{HashMap, HashSet};

use super::layout::Operation;
use super::writer::Writer;
use crate::query::ast::*;
use crate::query::visit::{self, Visit};
use crate::query::{TokenKind, tokens};
use crate::{Language, Span};

pub(super) fn write(text: &str, query: &Query) -> Vec<Operation> {
    let mut marks = Marks::default();
    marks.visit_query(query);
    let kept = kept_tokens(text, &marks);
    let mut printer = Printer {
        writer: Writer::new(Language::Query, text, &kept),
        marks,
    };
    printer.query();
    printer.writer.finish()
}

/// What the tree knows and the tokens do not, by position.
#[derive(Default)]
struct Marks {
    /// Where clauses, projections, sort keys, statements and assignments start.
    starts: HashSet<u32>,
    /// Where clauses start.
    clauses: HashSet<u32>,
    /// The braces of hops.
    hops: HashSet<u32>,
    hop_spans: Vec<Span>,
    /// The names of edges that are written `<edge>`.
    undirected: HashSet<u32>,
    /// The signs of numbers and of negations: they touch their operands.
    signs: HashSet<u32>,
    /// The brackets of indexes and slices: they touch what they are about.
    indexes: HashSet<u32>,
    /// The names of functions that are called like a word of the language.
    functions: HashSet<u32>,
    /// Where the conditions of comprehensions start.
    filters: HashSet<u32>,
    /// How many clauses a fragment has.
    body: usize,
    /// How many clauses a block has, by where the word before its braces starts.
    blocks: HashMap<u32, usize>,
    /// The brackets of lists of objects, with how many clauses the block in them has.
    rows: HashMap<u32, usize>,
    /// The same of blocks in expressions, by where the word or the parenthesis before the braces stands.
    values: HashMap<u32, usize>,
}

impl Visit<'_> for Marks {
    fn visit_query(&mut self, query: &Query) {
        if let Body::Fragment(block) = &query.body {
            self.body = block.clauses.len();
        }
        visit::walk_query(self, query);
    }

    fn visit_block(&mut self, block: &Block) {
        self.blocks.insert(block.span.start, block.clauses.len());
        self.clauses.extend(block.clauses.iter().map(|c| c.span().start));
        visit::walk_block(self, block);
    }

    fn visit_match(&mut self, written: &PropertyMatch) {
        self.starts.insert(written.span.start);
        self.visit_expression(&written.value);
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        if let Some(hops) = &traversal.hops {
            self.hops.insert(hops.span.start);
            self.hop_spans.push(hops.span);
        }
        if traversal.undirected {
            // Those beside the brackets.
            let ends = [Some(&traversal.edge), traversal.others.last()];
            self.undirected
                .extend(ends.into_iter().flatten().map(|edge| edge.span.start));
        }
        visit::walk_traversal(self, traversal);
    }

    fn visit_block_value(&mut self, value: &BlockValue) {
        let block = &value.block;
        let parenthesis = block.aggregate.as_ref().map(|call| call.span.end.saturating_sub(1));
        self.values
            .insert(parenthesis.unwrap_or(value.keyword.start), block.clauses.len());
        self.clauses.extend(block.clauses.iter().map(|c| c.span().start));
        visit::walk_block(self, block);
    }

    fn visit_rows(&mut self, rows: &Rows) {
        self.rows.insert(rows.block.span.start, rows.block.clauses.len());
        self.clauses.extend(rows.block.clauses.iter().map(|c| c.span().start));
        visit::walk_block(self, &rows.block);
        rows.items.iter().for_each(|item| self.visit_projection(item));
        rows.order.iter().for_each(|key| self.visit_sort_key(key));
    }

    fn visit_projection(&mut self, projection: &Projection) {
        self.starts.insert(projection.span.start);
        self.visit_expression(&projection.expression);
    }

    fn visit_sort_key(&mut self, key: &SortKey) {
        self.starts.insert(key.span.start);
        self.visit_expression(&key.expression);
    }

    fn visit_expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Unary(unary) if unary.op == UnaryOperator::Negate => {
                self.signs.insert(unary.op_span.start);
            }
            ExpressionKind::Literal(Literal::Integer(_) | Literal::Unsigned(_) | Literal::Float(_)) => {
                // Only a sign can be a `-` there.
                self.signs.insert(expression.span.start);
            }
            ExpressionKind::Apply(apply) if apply.name.text == "distinct" => {
                self.functions.insert(apply.name.span.start);
            }
            ExpressionKind::Comprehension(comprehension) => {
                self.filters
                    .extend(comprehension.condition.iter().map(|c| c.span.start));
            }
            ExpressionKind::Index(index) => {
                self.indexes.insert(index.list.span.end);
            }
            ExpressionKind::Slice(slice) => {
                self.indexes.insert(slice.list.span.end);
            }
            _ => {}
        }
        visit::walk_expression(self, expression);
    }

    fn visit_statement(&mut self, statement: &Statement) {
        self.starts.insert(statement.span().start);
        visit::walk_statement(self, statement);
    }

    fn visit_returning(&mut self, returning: &Returning) {
        self.starts.insert(returning.span.start);
        visit::walk_returning(self, returning);
    }

    fn visit_assignment(&mut self, assignment: &PropertyMatch) {
        self.starts.insert(assignment.span.start);
        self.visit_expression(&assignment.value);
    }
}

/// All tokens but the separators that mean nothing: those behind clauses, and commas before a closing bracket.
fn kept_tokens(text: &str, marks: &Marks) -> Vec<Span> {
    let tokens: Vec<_> = tokens(text).into_iter().filter(|t| !t.kind.is_trivia()).collect();
    let kept = tokens.iter().enumerate().filter(|(i, token)| {
        let next = tokens.get(i + 1);
        let closes = |k| {
            matches!(
                k,
                TokenKind::RightBrace | TokenKind::RightParen | TokenKind::RightBracket
            )
        };
        let in_hops = marks
            .hop_spans
            .iter()
            .any(|h| h.start < token.span.start && token.span.end < h.end);
        let idle = next.is_some_and(|n| closes(n.kind) || marks.clauses.contains(&n.span.start));
        match token.kind {
            TokenKind::Semicolon => false,
            TokenKind::Comma => in_hops || !idle,
            _ => true,
        }
    });
    kept.map(|(_, t)| t.span).collect()
}

struct Printer<'s> {
    writer: Writer<'s>,
    marks: Marks,
}

impl<'s> Printer<'s> {
    fn query(&mut self) {
        let is_fragment = self.writer.text(0) == "fragment";
        let w = &mut self.writer;
        w.token();
        w.space();
        w.token();
        self.bracketed(Operation::Break);
        if self.writer.text(0) == "@" {
            self.writer.push(Operation::IndentStart);
            while self.writer.text(0) == "@" {
                self.writer.line(Operation::Hard);
                while self.writer.text(0) != "(" {
                    self.writer.token();
                }
                self.run(1);
            }
            self.writer.push(Operation::IndentEnd);
            self.writer.line(Operation::Hard);
        } else {
            self.writer.space();
        }
        if is_fragment {
            return self.nested(self.marks.body);
        }
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        let mut first = true;
        while self.writer.peek(1).is_some() {
            self.separate(first);
            first = false;
            self.section();
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Hard);
        self.writer.token();
    }

    fn separate(&mut self, first: bool) {
        if first { self.writer.first() } else { self.writer.hard() }
    }

    fn section(&mut self) {
        match self.writer.text(0) {
            "union" => {
                self.writer.token();
                if self.writer.text(0) == "all" {
                    self.writer.space();
                    self.writer.token();
                }
                while self.writer.text(0) == "{" {
                    self.writer.space();
                    self.branch();
                }
            }
            "match" => {
                self.writer.token();
                self.writer.space();
                self.block();
            }
            "with" | "return" | "returning" | "having" | "order" => {
                self.writer.token();
                self.writer.space();
                if self.writer.text(0) == "distinct" {
                    self.writer.token();
                    self.writer.space();
                }
                self.bracketed(Operation::Line);
            }
            "limit" | "offset" | "after" => {
                self.writer.token();
                self.writer.space();
                self.writer.token();
                if self.writer.text(0) == "?" {
                    self.writer.token();
                }
            }
            _ => self.statement(),
        }
    }

    /// The sections of a read in braces.
    fn branch(&mut self) {
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        let mut first = true;
        while self.writer.text(0) != "}" {
            self.separate(first);
            first = false;
            self.section();
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Hard);
        self.writer.token();
    }

    fn statement(&mut self) {
        self.run(usize::MAX);
    }

    /// A block of clauses, one per line.
    fn block(&mut self) {
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        let mut first = true;
        while self.writer.text(0) != "}" {
            self.separate(first);
            first = false;
            self.clause();
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Hard);
        self.writer.token();
    }

    fn clause(&mut self) {
        if let Some(count) = self.marks.blocks.get(&self.writer.start()).copied() {
            self.writer.token();
            self.writer.space();
            self.nested(count);
            // The further blocks of `either`.
            while let Some(count) = self.alternative() {
                self.writer.space();
                self.writer.token();
                self.writer.space();
                self.nested(count);
            }
            return;
        }
        self.run(usize::MAX);
    }

    /// How many clauses stand in the block whose `or` comes next.
    fn alternative(&self) -> Option<usize> {
        let next = self.marks.blocks.get(&self.writer.start()).copied();
        next.filter(|_| self.writer.text(0) == "or")
    }

    /// So many clauses in braces; one alone on the line of the braces if it fits.
    fn nested(&mut self, count: usize) {
        if count > 1 {
            return self.block();
        }
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        self.writer.line(Operation::Line);
        self.clause();
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Line);
        self.writer.token();
        self.writer.push(Operation::GroupEnd);
    }

    /// Tokens of a clause, a projection or a list item, up to the end of the part; at most `most` bracketed ones.
    fn run(&mut self, most: usize) {
        let mut brackets = 0;
        let mut first = true;
        while let Some(piece) = self.writer.peek(0) {
            let (text, start) = (piece.text, piece.span.start);
            let ends = matches!(text, "}" | ")" | "]" | ",")
                || (!first && (self.marks.clauses.contains(&start) || self.marks.starts.contains(&start)));
            if ends || brackets == most {
                break;
            }
            let opens = matches!(text, "{" | "(" | "[");
            if !first && self.spaced() {
                self.writer.space();
            }
            first = false;
            match text {
                "{" if self.marks.hops.contains(&start) => self.hops(),
                "{" => match self
                    .writer
                    .before_start()
                    .and_then(|at| self.marks.values.get(&at).copied())
                {
                    Some(count) => self.nested(count),
                    None => self.bracketed(Operation::Line),
                },
                "[" if let Some(count) = self.marks.rows.get(&start).copied() => self.rows(count),
                "(" | "[" => self.bracketed(Operation::Break),
                _ => self.writer.token(),
            }
            brackets += opens as usize;
        }
    }

    /// Whether a space stands before the next token.
    fn spaced(&self) -> bool {
        let (before, next) = (self.writer.before(), self.writer.text(0));
        let start = self.writer.start();
        let edge = next.starts_with(|c: char| c.is_ascii_lowercase() || c == '_' || c == '<');
        let word = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        match (before, next) {
            (_, "." | ":" | "?" | "," | ".." | "|") | ("." | "@" | ".." | "|", _) => false,
            (_, "[") if self.marks.indexes.contains(&start) => false,
            // Two of them in a row look like the comment of another language.
            ("-", "-") => true,
            ("-", _) if self.follows_sign() => false,
            ("if", "(") if self.marks.filters.contains(&start) => true,
            (_, "(") => !word || self.operator_before(),
            // `$e:knows`, but `name: "Ada"`.
            (":", _) if edge && self.edge_follows() => false,
            ("<", _) if self.marks.undirected.contains(&start) => false,
            (_, ">") if self.closes_edge() => false,
            (_, "{") if self.marks.hops.contains(&start) => false,
            _ => true,
        }
    }

    /// Whether the token before is the sign of an operand.
    fn follows_sign(&self) -> bool {
        self.writer
            .before_start()
            .is_some_and(|start| self.marks.signs.contains(&start))
    }

    /// Whether the token before is a word that calls nothing: parentheses behind it enclose an operand.
    fn operator_before(&self) -> bool {
        let word = self.writer.before();
        let enclosed = ["when", "then", "else", "for", "is", "as", "distinct", "where"];
        let operator = matches!(
            word,
            "and" | "or" | "not" | "in" | "contains" | "starts_with" | "ends_with" | "matches"
        );
        let called = self
            .writer
            .before_start()
            .is_some_and(|start| self.marks.functions.contains(&start));
        (operator || enclosed.contains(&word)) && !called && self.writer.before_that() != "."
    }

    fn edge_follows(&self) -> bool {
        self.writer.before_that().starts_with('$')
    }

    fn closes_edge(&self) -> bool {
        self.writer
            .before_start()
            .is_some_and(|start| self.marks.undirected.contains(&start))
    }

    fn hops(&mut self) {
        self.writer.token();
        while !matches!(self.writer.text(0), "}" | "where") {
            self.writer.token();
        }
        if self.writer.text(0) == "where" {
            if self.writer.before() != "{" {
                self.writer.space();
            }
            self.writer.token();
            self.writer.space();
            self.run(usize::MAX);
        }
        self.writer.token();
    }

    /// A list of objects, whose block has so many clauses: on one line if it fits, else its sections on lines of their own.
    fn rows(&mut self, count: usize) {
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        self.writer.push(Operation::IndentStart);
        self.writer.line(Operation::Line);
        self.nested(count);
        self.writer.space();
        self.writer.token();
        self.writer.space();
        self.bracketed(Operation::Line);
        while self.writer.text(0) != "]" {
            self.writer.line(Operation::Line);
            self.writer.token();
            self.writer.space();
            match self.writer.text(0) {
                "{" => self.bracketed(Operation::Line),
                _ => self.writer.token(),
            }
            if self.writer.text(0) == "?" {
                self.writer.token();
            }
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(Operation::Line);
        self.writer.token();
        self.writer.push(Operation::GroupEnd);
    }

    /// A list in brackets, on one line if it fits, else an item a line.
    fn bracketed(&mut self, edge: Operation) {
        self.writer.push(Operation::GroupStart);
        self.writer.token();
        if matches!(self.writer.text(0), "}" | ")" | "]") {
            self.writer.token();
            self.writer.push(Operation::GroupEnd);
            return;
        }
        self.writer.push(Operation::IndentStart);
        self.writer.line(edge.clone());
        loop {
            self.run(usize::MAX);
            match self.writer.text(0) {
                "}" | ")" | "]" | "" => break,
                "," => self.writer.token(),
                _ => self.writer.comma(),
            }
            self.writer.line(Operation::Line);
        }
        self.writer.last_comments();
        self.writer.push(Operation::IndentEnd);
        self.writer.line(edge);
        self.writer.token();
        self.writer.push(Operation::GroupEnd);
    }
}
