//! What each word, `<`, `-` and `[` of a query is. No word is reserved, so one pass over the lexemes of an item decides it by
//! the place where they stand; the grammar then has no conflict. The decisions are those of docs/query-language.md, Words
//! and signs.

use super::ast::{BlockFold, BlockWord, DefinitionWord, Function, Nulls, Search};
use super::terminal::{Lexeme, Terminal, alternates, block_word, bounds, definition, function, section_word, unites};
use super::token::TokenKind;
use crate::shared::lexeme::is;

/// The terminal of each lexeme.
pub(crate) fn terminals<'l, 's>(lexemes: &'l [Lexeme<'s>]) -> impl Iterator<Item = Terminal<'s>> + use<'l, 's> {
    let mut reader = Reader::new(lexemes);
    (0..lexemes.len()).map(move |i| reader.next(i))
}

/// What stands in a brace, and so what a bare word in it can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Section {
    /// Clauses: a bare word is an edge.
    Match,
    /// Projections: a bare word is an alias.
    Return,
    /// Items of `with` or of rows, sort keys, or the condition of `having`: a bare word is an alias.
    Order,
    /// Members of an object: a bare word is a property of its variable, and in a value an alias.
    Object,
    /// Matches and assignments, and whatever else is in braces.
    Other,
    /// The body of the query, between its sections and statements.
    Body,
}

/// An open bracket.
struct Open {
    section: Section,
    /// Whether it is a brace.
    brace: bool,
    /// Whether `for` has stood in it.
    comprehension: bool,
    /// Whether it is the `(` of an aggregate.
    aggregate: bool,
    /// Whether it is the brace of a block whose value is an operand.
    value: bool,
    /// Whether it is the brace of the bounds of a walk.
    hops: bool,
    /// How many `case` are open in it.
    cases: usize,
}

/// A clause with `path` that has begun.
#[derive(Clone, Copy)]
struct Path {
    /// How many brackets are open around it.
    depth: usize,
    /// Its own variable, the source and the target, as far as they have come.
    variables: usize,
}

struct Reader<'l, 's> {
    lexemes: &'l [Lexeme<'s>],
    open: Vec<Open>,
    /// Whether the lexeme before ends an operand.
    operand: bool,
    /// Where the operand that ends before this lexeme starts, if it is one of a few lexemes.
    operand_start: usize,
    /// Words that name columns: those behind `as`, and the names of variables.
    columns: Vec<&'s str>,
    /// Whether the lexeme before is `is`.
    tests: bool,
    /// Whether the lexeme before is the `not` of `not in`.
    excludes: bool,
    /// Whether the lexeme before is `nulls` behind a sort key.
    places_nulls: bool,
    /// The lexeme that closes the edge that `<` has opened.
    edge_end: Option<usize>,
    /// Whether the condition of a statement is open.
    condition: bool,
    /// Whether the bracket that was closed last is that of an aggregate.
    aggregated: bool,
    /// Whether the body is a union, in whose braces reads stand.
    united: bool,
    path: Option<Path>,
}

impl<'l, 's> Reader<'l, 's> {
    fn new(lexemes: &'l [Lexeme<'s>]) -> Self {
        let aliases = lexemes
            .windows(2)
            .filter(|pair| pair[0].text == "as")
            .map(|pair| pair[1].text);
        let variables = lexemes.iter().filter(|lexeme| lexeme.kind == TokenKind::Variable);
        let mut columns: Vec<&str> = aliases
            .chain(variables.map(|lexeme| lexeme.text.trim_start_matches('$')))
            .collect();
        columns.sort_unstable();
        columns.dedup();
        Reader {
            lexemes,
            open: Vec::new(),
            operand: false,
            operand_start: 0,
            columns,
            tests: false,
            excludes: false,
            places_nulls: false,
            edge_end: None,
            condition: false,
            aggregated: false,
            united: false,
            path: None,
        }
    }

    fn kind(&self, i: usize) -> Option<TokenKind> {
        self.lexemes.get(i).map(|lexeme| lexeme.kind)
    }

    /// Whether a column may have this name.
    fn names_column_called(&self, text: &str) -> bool {
        self.columns.binary_search(&text).is_ok()
    }

    fn text(&self, i: usize) -> &'s str {
        self.lexemes.get(i).map_or("", |lexeme| lexeme.text)
    }

    /// Whether the item is a fragment, in whose braces clauses stand.
    fn is_fragment(&self) -> bool {
        self.text(0) == "fragment"
    }

    fn before(&self, i: usize, back: usize) -> Option<Lexeme<'s>> {
        i.checked_sub(back).map(|i| self.lexemes[i])
    }

    /// What the innermost braces hold, which every bracket in them knows.
    fn section(&self) -> Section {
        self.open.last().map_or(Section::Body, |open| open.section)
    }

    fn next(&mut self, i: usize) -> Terminal<'s> {
        let terminal = self.terminal(i);
        if !self.operand {
            self.operand_start = i;
        }
        let is_operand = self.ends_operand(i, terminal);
        if is_operand && !self.operand && !matches!(self.before(i, 1), Some(l) if l.kind == TokenKind::Dot) {
            self.operand_start = i;
        }
        self.excludes = matches!(terminal, Terminal::NotIn);
        self.places_nulls = matches!(terminal, Terminal::Nulls);
        self.tests = matches!(terminal, Terminal::Is | Terminal::IsNot);
        // A dot goes on with the operand that starts before it.
        self.operand = is_operand || (matches!(terminal, Terminal::Dot) && self.operand);
        self.nest(i, terminal);
        match terminal {
            Terminal::Union => self.united = true,
            Terminal::Where(_) if !is_operand && !self.in_hops() => self.condition = true,
            Terminal::Insert(_)
            | Terminal::Upsert(_)
            | Terminal::Update(_)
            | Terminal::Delete(_)
            | Terminal::Returning(_)
                if !is_operand =>
            {
                self.condition = false;
            }
            _ => {}
        }
        self.follow_path(i, terminal);
        terminal
    }

    /// How far a clause with `path` has come.
    fn follow_path(&mut self, i: usize, terminal: Terminal<'s>) {
        let depth = self.open.len();
        match (terminal, &mut self.path) {
            (Terminal::Path, path) => *path = Some(Path { depth, variables: 0 }),
            (_, Some(path)) if depth < path.depth || path.variables > 3 => self.path = None,
            // One before a colon is that of an edge, or begins another clause.
            (Terminal::Variable(_), Some(path)) if depth == path.depth => {
                let names_edge = is(self.lexemes.get(i + 1).copied(), TokenKind::Colon);
                path.variables += usize::from(!names_edge || path.variables > 2);
            }
            (Terminal::Comma | Terminal::Semicolon | Terminal::By, Some(path)) if depth == path.depth => {
                self.path = None
            }
            _ => {}
        }
    }

    /// Whether so many variables of a clause with `path` have come, the last of them right before.
    fn path_at(&self, i: usize, variables: usize) -> bool {
        let here = |path: &Path| path.depth == self.open.len() && path.variables == variables;
        self.path.as_ref().is_some_and(here) && is(self.before(i, 1), TokenKind::Variable)
    }

    /// The word of a search behind `path $p =`.
    fn search(&self, i: usize) -> Option<Terminal<'s>> {
        let all = self.text(i.checked_sub(1)?) == "all";
        let begins = is(self.before(i, if all { 2 } else { 1 }), TokenKind::Equal);
        if !begins || self.path.is_none_or(|path| path.variables != 1) {
            return None;
        }
        match self.text(i) {
            "shortest" => Some(Terminal::Shortest),
            "all" if self.text(i + 1) == "shortest" => Some(Terminal::All),
            "cheapest" if !all => Some(Terminal::Search(Search::Cheapest)),
            "trail" if !all => Some(Terminal::Search(Search::Trail)),
            "simple" if !all => Some(Terminal::Search(Search::Simple)),
            _ => None,
        }
    }

    /// Whether the innermost bracket is the brace of the bounds of a walk.
    fn in_hops(&self) -> bool {
        self.open.last().is_some_and(|open| open.hops)
    }

    fn nest(&mut self, i: usize, terminal: Terminal<'s>) {
        let (section, brace) = match terminal {
            Terminal::LeftBrace => (self.brace(i), true),
            Terminal::LeftParen | Terminal::LeftBracket | Terminal::Index => (self.section(), false),
            Terminal::RightBrace | Terminal::RightParen | Terminal::RightBracket => {
                self.aggregated = self.open.pop().is_some_and(|closed| closed.aggregate);
                return;
            }
            Terminal::Case => return self.cases(|cases| *cases += 1),
            Terminal::End => return self.cases(|cases| *cases -= 1),
            Terminal::For => {
                if let Some(open) = self.open.last_mut() {
                    open.comprehension = true;
                }
                return;
            }
            _ => return,
        };
        let called = self.before(i, 1).filter(|_| matches!(terminal, Terminal::LeftParen));
        self.open.push(Open {
            section,
            brace,
            comprehension: false,
            aggregate: called.is_some_and(|l| function(l.text).is_some_and(Function::is_aggregate)),
            value: brace && self.opens_value(i),
            hops: brace && self.section() == Section::Match && bounds(|at| self.lexemes.get(at).copied(), i),
            cases: 0,
        });
    }

    fn cases(&mut self, change: fn(&mut usize)) {
        if let Some(open) = self.open.last_mut() {
            change(&mut open.cases);
        }
    }

    /// What the brace at `i` holds.
    fn brace(&self, i: usize) -> Section {
        match self.before(i, 1).map(|before| before.kind) {
            Some(TokenKind::Variable) if self.shows() => return Section::Object,
            Some(TokenKind::LeftBracket) if self.in_rows() => return Section::Match,
            Some(TokenKind::Gives) if self.in_rows() => return Section::Order,
            _ => {}
        }
        let word = self.before(i, 1).filter(|lexeme| lexeme.kind == TokenKind::Name);
        match word.map_or("", |lexeme| lexeme.text) {
            "match" => Section::Match,
            "with" if self.section() == Section::Body => Section::Order,
            "distinct" if self.section() == Section::Body && self.text(i - 2) == "with" => Section::Order,
            "return" | "returning" | "distinct" if self.section() == Section::Body => Section::Return,
            "order" | "having" => Section::Order,
            _ if self.opens_value(i) || self.opens_clause(i) => Section::Match,
            _ if self.open.is_empty() && self.is_fragment() => Section::Match,
            _ if self.open.is_empty() => Section::Body,
            _ if self.open.len() == 1 && self.united => Section::Body,
            _ => Section::Other,
        }
    }

    /// Whether columns or members may stand here, which may be objects.
    fn shows(&self) -> bool {
        let here = self.open.last().filter(|open| open.brace);
        here.is_some_and(|open| matches!(open.section, Section::Return | Section::Object | Section::Order))
    }

    /// Whether the innermost bracket is one that holds rows.
    fn in_rows(&self) -> bool {
        let here = self.open.last().filter(|open| !open.brace);
        here.is_some_and(|open| open.section == Section::Object)
    }

    /// Whether the brace at `i` opens a block that is a clause, and no value: of `optional` or `either`.
    fn opens_clause(&self, i: usize) -> bool {
        let Some(before) = self.before(i, 1).filter(|_| self.section() == Section::Match) else {
            return false;
        };
        let word = self.block_word(before.text, i);
        matches!(word, Some(BlockWord::Optional | BlockWord::Either)) || self.alternates(i - 1)
    }

    /// Whether the lexeme at `i` is the `or` between two blocks.
    fn alternates(&self, i: usize) -> bool {
        self.section() == Section::Match && alternates(|at| self.lexemes.get(at).copied(), i)
    }

    /// Whether the brace at `i` opens a block of clauses behind a word or an aggregate, which is a value.
    fn opens_value(&self, i: usize) -> bool {
        match self.before(i, 1) {
            _ if self.section() == Section::Body && !self.condition => false,
            Some(before) if before.kind == TokenKind::Name => {
                matches!(
                    self.block_word(before.text, i),
                    Some(BlockWord::Not | BlockWord::Exists)
                ) || self.counts(before.text, i)
            }
            before => is(before, TokenKind::RightParen) && self.aggregated,
        }
    }

    /// Whether `count` stands before a block, and not before the bounds of a walk.
    fn counts(&self, text: &str, brace: usize) -> bool {
        text == "count" && !bounds(|i| self.lexemes.get(i).copied(), brace)
    }

    fn block_word(&self, text: &str, brace: usize) -> Option<BlockWord> {
        block_word(text, |i| self.lexemes.get(i).copied(), brace)
    }

    fn ends_operand(&self, i: usize, terminal: Terminal<'s>) -> bool {
        match terminal {
            Terminal::Variable(_)
            | Terminal::String(_)
            | Terminal::Integer(_)
            | Terminal::Float(_)
            | Terminal::RightParen
            | Terminal::RightBracket
            | Terminal::True
            | Terminal::False
            | Terminal::Null
            | Terminal::End => true,
            Terminal::RightBrace => self.open.last().is_some_and(|open| open.value),
            Terminal::Where(_) if self.in_hops() => false,
            Terminal::Step => true,
            Terminal::Type(_) => self.tests,
            Terminal::Question => self.operand,
            Terminal::Name(_) => match self.before(i, 1) {
                Some(before) if before.kind == TokenKind::Dot => true,
                Some(before) if matches!(before.text, "as" | "@" | "query") => false,
                Some(_) if i == 1 && self.is_fragment() => false,
                _ => self.section() != Section::Match && self.kind(i + 1) != Some(TokenKind::Colon),
            },
            // A property or a column of that name, where an operand is due.
            Terminal::Query(_)
            | Terminal::Match(_)
            | Terminal::With(_)
            | Terminal::Return(_)
            | Terminal::Order(_)
            | Terminal::Limit(_)
            | Terminal::Insert(_)
            | Terminal::Upsert(_)
            | Terminal::Update(_)
            | Terminal::Delete(_)
            | Terminal::Returning(_)
            | Terminal::Set(_)
            | Terminal::Where(_) => {
                !self.operand
                    && match self.section() {
                        Section::Return | Section::Order | Section::Object | Section::Other => {
                            self.kind(i + 1) != Some(TokenKind::Colon)
                        }
                        Section::Body => self.condition,
                        Section::Match => false,
                    }
            }
            _ => false,
        }
    }

    fn terminal(&mut self, i: usize) -> Terminal<'s> {
        let lexeme = self.lexemes[i];
        let text = lexeme.text;
        match lexeme.kind {
            TokenKind::Name => self.word(i),
            // A mended one may have lost its `$`, or have a space behind it.
            TokenKind::Variable => Terminal::Variable(text.trim_start_matches('$').trim_start()),
            TokenKind::Type => Terminal::Type(text),
            TokenKind::Integer => Terminal::Integer(text),
            TokenKind::Float => Terminal::Float(text),
            TokenKind::Text => Terminal::String(text),
            TokenKind::LeftBrace => Terminal::LeftBrace,
            TokenKind::RightBrace => Terminal::RightBrace,
            TokenKind::LeftParen => Terminal::LeftParen,
            TokenKind::RightParen => Terminal::RightParen,
            TokenKind::Gives => Terminal::Gives,
            TokenKind::LeftBracket if self.is_index(i) => Terminal::Index,
            TokenKind::LeftBracket => Terminal::LeftBracket,
            TokenKind::RightBracket => Terminal::RightBracket,
            TokenKind::Colon => Terminal::Colon,
            TokenKind::Comma => Terminal::Comma,
            TokenKind::Semicolon => Terminal::Semicolon,
            TokenKind::Dot => Terminal::Dot,
            TokenKind::DotDot => Terminal::DotDot,
            TokenKind::Question => Terminal::Question,
            TokenKind::At => Terminal::At,
            TokenKind::Equal => Terminal::Equal,
            TokenKind::NotEqual => Terminal::NotEqual,
            TokenKind::Less => match self.opens_edge(i) {
                Some(end) => {
                    self.edge_end = Some(end);
                    Terminal::LeftAngle
                }
                None => Terminal::Less,
            },
            TokenKind::Dollar => Terminal::Step,
            TokenKind::Bar => Terminal::Bar,
            TokenKind::LessEqual => Terminal::LessEqual,
            TokenKind::Greater if self.edge_end == Some(i) => Terminal::RightAngle,
            TokenKind::Greater => Terminal::Greater,
            TokenKind::GreaterEqual => Terminal::GreaterEqual,
            TokenKind::DoubleBar => Terminal::Join,
            TokenKind::Plus => Terminal::Plus,
            TokenKind::Minus if self.operand => Terminal::Minus,
            TokenKind::Minus => Terminal::Negative,
            TokenKind::Star => Terminal::Star,
            TokenKind::Slash => Terminal::Slash,
            TokenKind::Percent => Terminal::Percent,
            _ => Terminal::Foreign,
        }
    }

    /// `<` behind a variable or the `:` of an edge variable, before words with bars between them and `>`: where that is.
    fn opens_edge(&self, i: usize) -> Option<usize> {
        let behind = self.before(i, 1).map(|lexeme| lexeme.kind);
        if !matches!(behind, Some(TokenKind::Variable | TokenKind::Colon)) || self.section() != Section::Match {
            return None;
        }
        let mut at = i + 1;
        while matches!(self.kind(at), Some(TokenKind::Name | TokenKind::Type)) {
            match self.kind(at + 1) {
                Some(TokenKind::Greater) => return Some(at + 1),
                Some(TokenKind::Bar) => at += 2,
                _ => return None,
            }
        }
        None
    }

    /// `[` is an index if it touches the operand before it; two texts stay lists that follow it, as they always were.
    fn is_index(&self, i: usize) -> bool {
        let Some(before) = self
            .before(i, 1)
            .filter(|before| self.operand && before.span.end == self.lexemes[i].span.start)
        else {
            return false;
        };
        let Some(close) = self.literals(i) else { return true };
        let next = self.lexemes.get(close + 1);
        let stays = match self.section() {
            Section::Match => {
                let starts_clause = self.open.last().is_some_and(|open| open.brace) && self.begins(self.operand_start);
                next.is_some_and(|l| l.text == "contains") && !starts_clause
            }
            Section::Return if self.open.last().is_some_and(|open| open.brace) => {
                let core = !matches!(before.kind, TokenKind::RightBracket)
                    && self.begins(self.operand_start)
                    && !matches!(before.kind, TokenKind::RightParen);
                core && next.is_some_and(|l| {
                    matches!(
                        l.kind,
                        TokenKind::Comma
                            | TokenKind::RightBrace
                            | TokenKind::Variable
                            | TokenKind::Text
                            | TokenKind::Integer
                            | TokenKind::Float
                            | TokenKind::LeftBracket
                    ) || (l.kind == TokenKind::Name && !self.continues(close + 1))
                })
            }
            _ => false,
        };
        !stays
    }

    /// Whether the word at `i`, behind an operand, is an operator.
    fn continues(&self, i: usize) -> bool {
        let text = self.text(i);
        matches!(
            text,
            "or" | "and" | "in" | "matches" | "ends_with" | "contains" | "starts_with" | "is" | "not"
        ) && !self.names_column_called(text)
    }

    /// Whether a clause or a projection begins at `i`: nothing before it on the same level goes on into it.
    fn begins(&self, i: usize) -> bool {
        let Some(before) = self.before(i, 1) else { return true };
        let operator = matches!(
            before.kind,
            TokenKind::Equal
                | TokenKind::NotEqual
                | TokenKind::Less
                | TokenKind::LessEqual
                | TokenKind::Greater
                | TokenKind::GreaterEqual
                | TokenKind::DoubleBar
                | TokenKind::Plus
                | TokenKind::Minus
                | TokenKind::Star
                | TokenKind::Slash
                | TokenKind::Percent
        );
        !operator
            && !matches!(
                before.text,
                "contains" | "starts_with" | "ends_with" | "matches" | "in" | "and" | "or" | "not"
            )
    }

    /// The bracket that closes the list of literals that opens at `i`, if it is one.
    fn literals(&self, i: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in i..self.lexemes.len() {
            match self.lexemes[at].kind {
                TokenKind::LeftBracket => depth += 1,
                TokenKind::RightBracket => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                TokenKind::Text | TokenKind::Integer | TokenKind::Float | TokenKind::Comma => {}
                TokenKind::LeftParen | TokenKind::RightParen => {}
                TokenKind::Name if matches!(self.text(at), "true" | "false" | "date" | "datetime") => {}
                _ => return None,
            }
        }
        None
    }

    /// A word of lower-case letters.
    fn word(&mut self, i: usize) -> Terminal<'s> {
        let text = self.text(i);
        if i == 0 && self.is_fragment() {
            return Terminal::Fragment(text);
        }
        if self.excludes {
            return Terminal::In;
        }
        if self.places_nulls {
            return Terminal::NullsPlace(if text == "first" { Nulls::First } else { Nulls::Last });
        }
        if self.is_name(i) {
            return Terminal::Name(text);
        }
        if let Some(word) = self.united_by(i) {
            return word;
        }
        // A column of that name is meant where commas are optional.
        let column = self.section() == Section::Return
            && self.open.last().is_some_and(|open| open.brace)
            && self.names_column_called(text);
        if self.operand
            && !column
            && let Some(operator) = self.operator(i)
        {
            return operator;
        }
        if self.is_nulls(i) {
            return Terminal::Nulls;
        }
        if text == "by" && self.path_at(i, 3) {
            return Terminal::By;
        }
        if let Some(search) = self.search(i) {
            return search;
        }
        if let Some(part) = self.part_of_case(i, column) {
            return part;
        }
        if self.section() == Section::Match
            && self.open.last().is_some_and(|open| open.brace)
            && let Some(word) = definition(|at| self.lexemes.get(at).copied(), i)
        {
            return match word {
                DefinitionWord::Let => Terminal::Let,
                DefinitionWord::Each => Terminal::Each,
                DefinitionWord::Path => Terminal::Path,
            };
        }
        match (text, self.kind(i + 1)) {
            ("not", _) if self.tests => Terminal::IsNot,
            (_, Some(TokenKind::LeftBrace)) => {
                if text == "distinct" && self.before(i, 1).is_some_and(|l| matches!(l.text, "return" | "with")) {
                    return Terminal::Distinct;
                }
                match self.block_word(text, i + 1) {
                    Some(BlockWord::Not) => Terminal::BlockWord(BlockFold::Not),
                    Some(BlockWord::Exists) => Terminal::BlockWord(BlockFold::Exists),
                    Some(BlockWord::Optional) if self.section() == Section::Match => Terminal::Optional,
                    Some(BlockWord::Either) if self.section() == Section::Match => Terminal::Either,
                    _ if self.alternates(i) => Terminal::Or,
                    _ if self.section() != Section::Body && self.counts(text, i + 1) => Terminal::CountBlock,
                    _ => section_word(text),
                }
            }
            ("not", _) if !column && self.negates(i) => Terminal::Not,
            ("distinct", Some(next))
                if self.open.last().is_some_and(|open| open.aggregate)
                    && is(self.before(i, 1), TokenKind::LeftParen)
                    && !matches!(next, TokenKind::Comma | TokenKind::RightParen) =>
            {
                Terminal::Distinct
            }
            ("true", _) if !self.is_edge(i) => Terminal::True,
            ("false", _) if !self.is_edge(i) => Terminal::False,
            ("null", _) if !self.is_edge(i) && (self.tests || !self.names_null()) => Terminal::Null,
            ("date", Some(TokenKind::LeftParen)) => Terminal::Date,
            ("datetime", Some(TokenKind::LeftParen)) => Terminal::DateTime,
            ("now", Some(TokenKind::LeftParen)) => Terminal::Now,
            ("cast", Some(TokenKind::LeftParen)) => Terminal::Cast(false),
            ("try_cast", Some(TokenKind::LeftParen)) => Terminal::Cast(true),
            (_, Some(TokenKind::LeftParen)) if self.condition || !self.open_is_body() => match function(text) {
                Some(f) if f.is_text_predicate() => Terminal::TextFunction(f),
                Some(f) => Terminal::Function(f),
                None => Terminal::Call(text),
            },
            _ => section_word(text),
        }
    }

    /// Directly in the body, where only sections, statements and their conditions stand.
    fn open_is_body(&self) -> bool {
        self.open
            .last()
            .is_none_or(|open| open.brace && open.section == Section::Body)
    }

    /// Whether the word at `i` stands between two variables of a pattern.
    fn is_edge(&self, i: usize) -> bool {
        let variable = |lexeme: Option<Lexeme<'_>>| is(lexeme, TokenKind::Variable);
        self.section() == Section::Match && variable(self.before(i, 1)) && variable(self.lexemes.get(i + 1).copied())
    }

    /// Whether `null` is the name of a column here: in parentheses and brackets it is the value.
    fn names_null(&self) -> bool {
        let here = self.open.last().filter(|open| open.brace);
        here.is_some_and(|open| matches!(open.section, Section::Return | Section::Order))
            && self.names_column_called("null")
    }

    /// Where a word is a name, whatever it is called.
    fn is_name(&self, i: usize) -> bool {
        let next = self.kind(i + 1);
        let Some(before) = self.before(i, 1) else { return false };
        match before.kind {
            TokenKind::Dot | TokenKind::At => return true,
            TokenKind::Less | TokenKind::Bar if self.edge_end.is_some_and(|end| i < end) => return true,
            // `$e:knows`
            TokenKind::Colon if is(self.before(i, 2), TokenKind::Variable) && self.section() == Section::Match => {
                return true;
            }
            TokenKind::Name if before.text == "as" && self.names_column(i - 1) => return true,
            TokenKind::Name if i == 1 && (before.text == "query" || self.is_fragment()) => return true,
            // A property that is compared.
            TokenKind::Name if before.text == "where" && is_comparison(next) && !self.in_hops() => return true,
            // `follows|likes`
            TokenKind::Bar if self.section() == Section::Match => return true,
            TokenKind::Variable if self.section() == Section::Match && next == Some(TokenKind::Bar) => return true,
            // What stands behind the source of a path is an edge, whatever it is called.
            TokenKind::Variable if self.path_at(i, 2) => return true,
            _ => {}
        }
        if next == Some(TokenKind::Colon) {
            return true;
        }
        // A member alone is a property, whatever it is called.
        let ends_member = matches!(next, Some(TokenKind::Comma | TokenKind::RightBrace));
        let begins_member = matches!(before.kind, TokenKind::LeftBrace | TokenKind::Comma);
        let members = self
            .open
            .last()
            .is_some_and(|open| open.brace && open.section == Section::Object);
        if members && begins_member && ends_member {
            return true;
        }
        // Bounds make a traversal of whatever stands before them.
        self.section() == Section::Match
            && before.kind == TokenKind::Variable
            && next == Some(TokenKind::LeftBrace)
            && bounds(|at| self.lexemes.get(at).copied(), i + 1)
    }

    /// Whether the `as` at `i` stands behind an expression, and so before a name.
    fn names_column(&self, i: usize) -> bool {
        matches!(self.section(), Section::Return | Section::Match | Section::Order) && i > 0
    }

    /// `union` at the start of the body, and `all` behind it.
    fn united_by(&self, i: usize) -> Option<Terminal<'s>> {
        let begins = self.open.len() == 1 && self.section() == Section::Body && !self.is_fragment();
        match self.text(i) {
            "union" if begins && is(self.before(i, 1), TokenKind::LeftBrace) => {
                unites(|at| self.lexemes.get(at).copied(), i).then_some(Terminal::Union)
            }
            "all" if begins && self.united && self.before(i, 1).is_some_and(|word| word.text == "union") => {
                Some(Terminal::All)
            }
            _ => None,
        }
    }

    /// An operator that is a word, behind an operand.
    fn operator(&self, i: usize) -> Option<Terminal<'s>> {
        let next = self.kind(i + 1);
        let text = self.text(i);
        match text {
            "or" => Some(Terminal::Or),
            "and" => Some(Terminal::And),
            "in" => Some(Terminal::In),
            "matches" => Some(Terminal::Matches),
            "contains" => Some(Terminal::Contains),
            "starts_with" => Some(Terminal::StartsWith),
            "ends_with" => Some(Terminal::EndsWith),
            "not" if self.text(i + 1) == "in" => Some(Terminal::NotIn),
            "is" if next == Some(TokenKind::Type) || matches!(self.text(i + 1), "null" | "not") => Some(Terminal::Is),
            "for"
                if self.open.last().is_some_and(|open| !open.brace)
                    && is(self.lexemes.get(i + 1).copied(), TokenKind::Variable) =>
            {
                Some(Terminal::For)
            }
            "if" if self.open.last().is_some_and(|open| open.comprehension) => Some(Terminal::If),
            _ => None,
        }
    }

    /// `nulls` before `first` or `last`, behind a sort key or its direction.
    fn is_nulls(&self, i: usize) -> bool {
        let behind_key = self.operand || matches!(self.before(i, 1), Some(l) if matches!(l.text, "asc" | "desc"));
        self.section() == Section::Order
            && behind_key
            && self.text(i) == "nulls"
            && matches!(self.text(i + 1), "first" | "last")
    }

    /// `case` before `when`, and the words at its depth; `else` behind the braces of a statement.
    fn part_of_case(&self, i: usize, column: bool) -> Option<Terminal<'s>> {
        let text = self.text(i);
        // `upsert T { … } else set { … }`
        if text == "else"
            && self.text(i + 1) == "set"
            && self.open_is_body()
            && is(self.before(i, 1), TokenKind::RightBrace)
        {
            return Some(Terminal::Else);
        }
        if text == "case" && self.text(i + 1) == "when" && !column {
            return Some(Terminal::Case);
        }
        if self.open.last().is_none_or(|open| open.cases == 0) {
            return None;
        }
        match text {
            "when" => Some(Terminal::When),
            "then" => Some(Terminal::Then),
            "else" => Some(Terminal::Else),
            "end" => Some(Terminal::End),
            _ => None,
        }
    }

    /// Whether the `not` at `i` negates a condition, and is no name.
    fn negates(&self, i: usize) -> bool {
        let next = self.kind(i + 1);
        let named = is_comparison(next)
            || matches!(
                next,
                None | Some(TokenKind::Comma | TokenKind::RightParen | TokenKind::RightBrace)
            )
            || matches!(self.text(i + 1), "as" | "asc" | "desc");
        // `$a not $b` is a traversal of an edge that cannot be called so, unless the condition goes on.
        let edge = self.section() == Section::Match
            && is(self.before(i, 1), TokenKind::Variable)
            && self.begins(i - 1)
            && next == Some(TokenKind::Variable)
            && !matches!(self.kind(i + 2), Some(TokenKind::Dot))
            && !is_comparison(self.kind(i + 2));
        !named && !edge
    }
}

fn is_comparison(kind: Option<TokenKind>) -> bool {
    use TokenKind::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(kind, Some(Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual))
}
