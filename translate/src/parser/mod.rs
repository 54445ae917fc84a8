//! From tokens to trees, statement by statement: one that cannot be read hides none of the others. Written by hand, because what a
//! parenthesis begins (a pattern or a value) shows only behind the one that closes it.

mod clauses;
mod expression;
mod pattern;
mod tables;

use omnigraph_grammar::{Name, Span};

use crate::Dialect;
use crate::ast::{Expr, ExprKind, Statement, StatementKind};
use crate::lexer::{self, Kind, Token};

/// The most brackets, and the most operators, inside each other.
const MOST_INSIDE: u16 = 80;

/// A statement that cannot be read: where, why, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Unreadable {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

type Parsed<T> = Result<T, Box<Unreadable>>;

/// The statements of a file, each with what it is or why it cannot be read.
pub(crate) fn statements(text: &str, dialect: Dialect) -> Vec<Result<Statement, Box<Unreadable>>> {
    let tokens = lexer::tokens(text);
    let mut found = Vec::new();
    for part in tokens.split(|token| token.kind == Kind::Semicolon) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else {
            continue;
        };
        let span = first.span.to(last.span);
        let mut own = part.to_vec();
        own.push(Token {
            kind: Kind::End,
            span: Span::at(span.end as usize),
        });
        let mut parser = Parser::new(text, &own);
        parser.dialect = dialect;
        found.push(parser.statement().map(|kind| Statement { span, kind }));
    }
    found
}

struct Parser<'t> {
    text: &'t str,
    /// Those of one statement; the last is `End`.
    tokens: &'t [Token],
    place: usize,
    /// For each bracket that opens, where it is closed.
    closing: Vec<usize>,
    inside: u16,
    dialect: Dialect,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, tokens: &'t [Token]) -> Parser<'t> {
        let mut closing = vec![0; tokens.len()];
        let mut open: Vec<usize> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => open.push(at),
                Kind::RightParen | Kind::RightBracket | Kind::RightBrace => {
                    if let Some(opened) = open.pop() {
                        closing[opened] = at;
                    }
                }
                _ => {}
            }
        }
        Parser {
            text,
            tokens,
            place: 0,
            closing,
            inside: 0,
            dialect: Dialect::Cypher,
        }
    }

    // ---- tokens ------------------------------------------------------------

    fn token(&self, ahead: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.place + ahead).min(last)]
    }

    fn kind(&self) -> Kind {
        self.token(0).kind
    }

    fn span(&self) -> Span {
        self.token(0).span
    }

    /// The place behind what was read last.
    fn behind(&self) -> Span {
        match self.place.checked_sub(1) {
            Some(before) => self.tokens[before].span,
            None => self.span(),
        }
    }

    fn since(&self, start: Span) -> Span {
        Span {
            start: start.start,
            end: self.behind().end.max(start.start),
        }
    }

    fn own(&self, token: Token) -> &'t str {
        self.text.get(token.span.range()).unwrap_or("")
    }

    fn next(&mut self) -> Token {
        let token = self.token(0);
        if token.kind != Kind::End {
            self.place += 1;
        }
        token
    }

    fn take(&mut self, kind: Kind) -> bool {
        let there = self.kind() == kind;
        if there {
            self.next();
        }
        there
    }

    fn expect(&mut self, kind: Kind, what: &str) -> Parsed<Token> {
        match self.kind() == kind {
            true => Ok(self.next()),
            false => Err(self.wrong(what)),
        }
    }

    // ---- words -------------------------------------------------------------

    /// Whether the word so far ahead is this one; Cypher's words have no case.
    fn is_word_ahead(&self, ahead: usize, word: &str) -> bool {
        let token = self.token(ahead);
        token.kind == Kind::Word && self.own(token).eq_ignore_ascii_case(word)
    }

    fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    /// Whether these words follow.
    fn are_words(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.is_word_ahead(ahead, word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.take_words(&[word])
    }

    fn take_words(&mut self, words: &[&str]) -> bool {
        let there = self.are_words(words);
        if there {
            self.place += words.len();
        }
        there
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        match self.take_word(word) {
            true => Ok(()),
            false => Err(self.wrong(&format!("`{word}`"))),
        }
    }

    fn is_name(&self) -> bool {
        matches!(self.kind(), Kind::Word | Kind::Quoted)
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        if !self.is_name() {
            return Err(self.wrong(what));
        }
        let token = self.next();
        Ok(Name {
            text: lexer::unquoted(self.own(token)),
            span: token.span,
        })
    }

    // ---- what goes wrong ---------------------------------------------------

    fn wrong(&self, expected: &str) -> Box<Unreadable> {
        let token = self.token(0);
        let own = self.own(token);
        let (message, help) = match token.kind {
            Kind::End => (format!("the statement ends where {expected} is expected"), None),
            Kind::Foreign if lexer::is_unclosed(own) => ("this is not closed".to_owned(), None),
            Kind::Foreign => (format!("`{own}` is no sign of Cypher"), None),
            _ => (format!("`{own}` stands where {expected} is expected"), None),
        };
        // Two statements without a semicolon between them are read as one.
        let begins = ["MATCH", "CREATE", "MERGE", "RETURN", "UNWIND"];
        let help = help.or_else(|| {
            let begun = begins.iter().any(|word| self.is_word(word));
            begun.then(|| "statements are separated by `;`".to_owned())
        });
        Box::new(Unreadable {
            span: token.span,
            message,
            help,
        })
    }

    fn said(&self, span: Span, message: impl Into<String>) -> Box<Unreadable> {
        Box::new(Unreadable {
            span,
            message: message.into(),
            help: None,
        })
    }

    /// Reads what is inside of something else, unless that is too deep.
    fn within<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.inside >= MOST_INSIDE {
            return Err(self.said(
                self.span(),
                format!("more than {MOST_INSIDE} brackets or operators are inside each other"),
            ));
        }
        self.inside += 1;
        let outcome = read(self);
        self.inside -= 1;
        outcome
    }

    fn expr(&self, kind: ExprKind, start: Span) -> Parsed<Expr> {
        let expr = Expr::new(kind, self.since(start));
        match expr.height > MOST_INSIDE {
            true => Err(self.said(
                expr.span,
                format!("more than {MOST_INSIDE} operators are inside each other"),
            )),
            false => Ok(expr),
        }
    }

    // ---- statements --------------------------------------------------------

    fn statement(&mut self) -> Parsed<StatementKind> {
        let known: [(&[&str], &'static str); 18] = [
            (&["CREATE", "REL", "TABLE", "GROUP"], "CREATE REL TABLE GROUP"),
            (&["CREATE", "CONSTRAINT"], "CREATE CONSTRAINT"),
            (&["CREATE", "INDEX"], "CREATE INDEX"),
            (&["CREATE", "MACRO"], "CREATE MACRO"),
            (&["CREATE", "SEQUENCE"], "CREATE SEQUENCE"),
            (&["CREATE", "TYPE"], "CREATE TYPE"),
            (&["ALTER"], "ALTER TABLE"),
            (&["DROP"], "DROP"),
            (&["COPY"], "COPY"),
            (&["LOAD"], "LOAD"),
            (&["USE"], "USE"),
            (&["EXPLAIN"], "EXPLAIN"),
            (&["PROFILE"], "PROFILE"),
            (&["BEGIN"], "BEGIN TRANSACTION"),
            (&["COMMIT"], "COMMIT"),
            (&["ROLLBACK"], "ROLLBACK"),
            (&["INSTALL"], "INSTALL"),
            (&["ATTACH"], "ATTACH"),
        ];
        if let Some((_, words)) = known.iter().find(|(words, _)| self.are_words(words)) {
            return Ok(StatementKind::Known(words));
        }
        if self.take_words(&["CREATE", "NODE", "TABLE"]) {
            return self.node_table().map(StatementKind::NodeTable);
        }
        if self.take_words(&["CREATE", "REL", "TABLE"]) {
            return self.rel_table().map(StatementKind::RelTable);
        }
        let query = self.query()?;
        match self.kind() {
            Kind::End => Ok(StatementKind::Query(query)),
            _ => Err(self.wrong("a clause")),
        }
    }
}
