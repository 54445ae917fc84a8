//! Expressions, from the loosest operator to the tightest.

use omnigraph_grammar::{Name, Span};

use crate::Dialect;
use crate::ast::{Arithmetic, Call, Comparison, Expr, ExprKind, Quantifier, TextTest};
use crate::lexer::{self, Kind};

use super::{Parsed, Parser};

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.within(|parser| parser.or())
    }

    fn or(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut all = vec![self.xor()?];
        while self.take_word("OR") {
            all.push(self.xor()?);
        }
        self.joined(all, ExprKind::Or, start)
    }

    /// One operand as it is, several under their operator.
    fn joined(&mut self, mut all: Vec<Expr>, join: fn(Vec<Expr>) -> ExprKind, start: Span) -> Parsed<Expr> {
        match all.len() {
            1 => Ok(all.remove(0)),
            _ => self.expr(join(all), start),
        }
    }

    fn xor(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.and()?;
        while self.take_word("XOR") {
            let right = self.and()?;
            left = self.expr(ExprKind::Xor(left.into(), right.into()), start)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut all = vec![self.not()?];
        while self.take_word("AND") {
            all.push(self.not()?);
        }
        self.joined(all, ExprKind::And, start)
    }

    fn not(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if !self.take_word("NOT") {
            return self.comparison();
        }
        let operand = self.within(|parser| parser.not())?;
        self.expr(ExprKind::Not(operand.into()), start)
    }

    fn comparison(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let first = self.predicate()?;
        let mut rest = Vec::new();
        loop {
            let comparison = match self.kind() {
                Kind::Equal => Comparison::Equal,
                Kind::NotEqual => Comparison::NotEqual,
                Kind::Less => Comparison::Less,
                Kind::LessEqual => Comparison::LessEqual,
                Kind::Greater => Comparison::Greater,
                Kind::GreaterEqual => Comparison::GreaterEqual,
                _ => break,
            };
            self.next();
            rest.push((comparison, self.predicate()?));
        }
        match rest.is_empty() {
            true => Ok(first),
            false => self.expr(ExprKind::Compare(first.into(), rest), start),
        }
    }

    /// `IN`, `STARTS WITH`, `=~`, `IS NULL` and their like.
    fn predicate(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.sum()?;
        loop {
            let kind = if self.take_word("IN") {
                ExprKind::In(left.into(), self.sum()?.into())
            } else if self.take_words(&["STARTS", "WITH"]) {
                ExprKind::TextTest(TextTest::StartsWith, left.into(), self.sum()?.into())
            } else if self.take_words(&["ENDS", "WITH"]) {
                ExprKind::TextTest(TextTest::EndsWith, left.into(), self.sum()?.into())
            } else if self.take_word("CONTAINS") {
                ExprKind::TextTest(TextTest::Contains, left.into(), self.sum()?.into())
            } else if self.take(Kind::Matches) {
                ExprKind::Matches(left.into(), self.sum()?.into())
            } else if self.take_words(&["IS", "NULL"]) {
                ExprKind::IsNull(left.into(), false)
            } else if self.take_words(&["IS", "NOT", "NULL"]) {
                ExprKind::IsNull(left.into(), true)
            } else {
                return Ok(left);
            };
            left = self.expr(kind, start)?;
        }
    }

    fn binary(&mut self, left: Expr, operator: Arithmetic, right: Expr, start: Span) -> Parsed<Expr> {
        self.expr(ExprKind::Arithmetic(operator, left.into(), right.into()), start)
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.product()?;
        loop {
            let operator = match self.kind() {
                Kind::Plus => Arithmetic::Add,
                Kind::Minus => Arithmetic::Subtract,
                Kind::Join => Arithmetic::Join,
                _ => return Ok(left),
            };
            self.next();
            let right = self.product()?;
            left = self.binary(left, operator, right, start)?;
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.power()?;
        loop {
            let operator = match self.kind() {
                Kind::Star => Arithmetic::Multiply,
                Kind::Slash => Arithmetic::Divide,
                Kind::Percent => Arithmetic::Remainder,
                _ => return Ok(left),
            };
            self.next();
            let right = self.power()?;
            left = self.binary(left, operator, right, start)?;
        }
    }

    fn power(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.signed()?;
        while self.take(Kind::Caret) {
            let right = self.signed()?;
            left = self.binary(left, Arithmetic::Power, right, start)?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed<Expr> {
        let start = self.span();
        if self.take(Kind::Plus) {
            return self.within(|parser| parser.signed());
        }
        if !self.take(Kind::Minus) {
            return self.postfix();
        }
        let operand = self.within(|parser| parser.signed())?;
        self.expr(ExprKind::Negative(operand.into()), start)
    }

    pub(super) fn postfix(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let mut left = self.primary()?;
        loop {
            let kind = match self.kind() {
                Kind::Dot => {
                    self.next();
                    ExprKind::Property(left.into(), self.name("a property")?)
                }
                Kind::LeftBracket => self.index(left)?,
                Kind::Colon if matches!(left.kind, ExprKind::Variable(_)) && self.is_label_ahead() => {
                    let text = match &left.kind {
                        ExprKind::Variable(text) => text.clone(),
                        _ => String::new(),
                    };
                    let name = Name { text, span: left.span };
                    ExprKind::HasLabels(name, self.labels()?)
                }
                Kind::LeftBrace if matches!(left.kind, ExprKind::Variable(_)) => {
                    let text = match &left.kind {
                        ExprKind::Variable(text) => text.clone(),
                        _ => String::new(),
                    };
                    self.map_projection(Name { text, span: left.span })?
                }
                Kind::Cast => {
                    self.next();
                    ExprKind::Cast(left.into(), self.name("a type")?)
                }
                _ => return Ok(left),
            };
            left = self.expr(kind, start)?;
        }
    }

    /// `{.name, older: p.age + 1, q}` behind a variable.
    fn map_projection(&mut self, variable: Name) -> Parsed<ExprKind> {
        let start = self.place;
        self.next();
        let mut entries = Vec::new();
        while self.kind() != Kind::RightBrace {
            if self.take(Kind::Dot) {
                if self.kind() == Kind::Star {
                    self.place = start;
                    self.skip_brackets()?;
                    return Ok(ExprKind::Known("a map projection of all properties"));
                }
                let name = self.name("a property")?;
                let (from, text) = (variable.span, variable.text.clone());
                let base = self.expr(ExprKind::Variable(text), from)?;
                let value = Expr::new(ExprKind::Property(base.into(), name.clone()), name.span);
                entries.push((name, value));
            } else {
                let name = self.name("a member")?;
                let value = match self.take(Kind::Colon) {
                    true => self.expression()?,
                    false => Expr::new(ExprKind::Variable(name.text.clone()), name.span),
                };
                entries.push((name, value));
            }
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightBrace, "`}`")?;
        Ok(ExprKind::MapProjection(variable, entries))
    }

    fn is_label_ahead(&self) -> bool {
        matches!(self.token(1).kind, Kind::Word | Kind::Quoted | Kind::Exclamation)
    }

    fn index(&mut self, list: Expr) -> Parsed<ExprKind> {
        self.expect(Kind::LeftBracket, "`[`")?;
        let from = match self.kind() {
            Kind::DotDot => None,
            Kind::Colon if self.dialect == Dialect::Kuzu => None,
            _ => Some(Box::new(self.expression()?)),
        };
        let colon = self.dialect == Dialect::Kuzu && self.kind() == Kind::Colon;
        if self.take(Kind::DotDot) || colon && self.take(Kind::Colon) {
            let to = match self.kind() {
                Kind::RightBracket => None,
                _ => Some(Box::new(self.expression()?)),
            };
            self.expect(Kind::RightBracket, "`]`")?;
            return Ok(ExprKind::Slice(list.into(), from, to));
        }
        if self.kind() == Kind::Colon {
            while !matches!(self.kind(), Kind::RightBracket | Kind::End) {
                self.next();
            }
            self.expect(Kind::RightBracket, "`]`")?;
            return Ok(ExprKind::Known("a slice with `:`"));
        }
        self.expect(Kind::RightBracket, "`]`")?;
        match from {
            Some(index) => Ok(ExprKind::Index(list.into(), index)),
            None => Err(self.wrong("an index")),
        }
    }

    fn skip_brackets(&mut self) -> Parsed<()> {
        let closed = self.closing[self.place];
        if closed == 0 {
            return Err(self.wrong("a bracket that is closed"));
        }
        self.place = closed + 1;
        Ok(())
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.span();
        let token = self.token(0);
        let own = self.own(token);
        let kind = match token.kind {
            Kind::Integer => {
                self.next();
                ExprKind::Integer(integer(own).ok_or_else(|| self.said(start, "this number is too large"))?)
            }
            Kind::Float => {
                self.next();
                let value: Option<f64> = own.replace('_', "").parse().ok();
                let finite = value.filter(|value| value.is_finite());
                ExprKind::Float(finite.ok_or_else(|| self.said(start, "this number is too large"))?)
            }
            Kind::Text => {
                self.next();
                let value = match self.dialect {
                    Dialect::Cypher => lexer::unescaped(own),
                    Dialect::Kuzu => lexer::plainly_unescaped(own),
                };
                ExprKind::Text(
                    value.ok_or_else(|| self.said(start, "this text has an escape that is none of Cypher's"))?,
                )
            }
            Kind::Parameter => {
                self.next();
                ExprKind::Parameter(lexer::unquoted(&own[1..]))
            }
            Kind::LeftParen if self.is_chain() => {
                let path = self.path()?;
                ExprKind::Pattern(path.into())
            }
            Kind::LeftParen => {
                self.next();
                let inner = self.expression()?;
                self.expect(Kind::RightParen, "`)`")?;
                return Ok(inner);
            }
            Kind::LeftBracket => self.brackets()?,
            Kind::LeftBrace => {
                let entries = self.within(|parser| parser.entries())?;
                ExprKind::Map(entries)
            }
            Kind::Quoted => ExprKind::Variable(self.name("a variable")?.text),
            Kind::Word => self.word()?,
            _ => return Err(self.wrong("a value")),
        };
        self.expr(kind, start)
    }

    /// A list, or a comprehension over a list or a pattern.
    fn brackets(&mut self) -> Parsed<ExprKind> {
        self.expect(Kind::LeftBracket, "`[`")?;
        if self.is_name() && self.is_word_ahead(1, "IN") && self.has_bar_or_where() {
            let variable = self.name("a variable")?;
            self.next();
            let list = self.expression()?;
            let condition = self.optional_condition()?;
            let item = match self.take(Kind::Bar) {
                true => Some(Box::new(self.expression()?)),
                false => None,
            };
            self.expect(Kind::RightBracket, "`]`")?;
            return Ok(ExprKind::Comprehension {
                variable,
                list: list.into(),
                condition,
                item,
            });
        }
        let named = self.is_name() && self.token(1).kind == Kind::Equal && self.token(2).kind == Kind::LeftParen;
        if named || (self.is_chain() && self.has_bar_or_where()) {
            let path = self.path()?;
            let condition = self.optional_condition()?;
            self.expect(Kind::Bar, "`|`")?;
            let item = self.expression()?;
            self.expect(Kind::RightBracket, "`]`")?;
            return Ok(ExprKind::PatternComprehension {
                path: path.into(),
                condition,
                item: item.into(),
            });
        }
        let items = self.list(Kind::RightBracket, "`]`")?;
        Ok(ExprKind::List(items))
    }

    fn optional_condition(&mut self) -> Parsed<Option<Box<Expr>>> {
        match self.take_word("WHERE") {
            true => Ok(Some(Box::new(self.expression()?))),
            false => Ok(None),
        }
    }

    /// Whether a `|` or a `WHERE` stands in the brackets that were opened just now, not inside of others. A list that holds
    /// `x IN list` alone is a comprehension, too: as Cypher reads it.
    fn has_bar_or_where(&self) -> bool {
        let mut at = self.place;
        let mut commas = false;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace => {
                    if self.closing[at] == 0 {
                        return false;
                    }
                    at = self.closing[at];
                }
                Kind::Bar => return true,
                Kind::Comma => commas = true,
                Kind::RightBracket | Kind::End => return self.is_name() && !commas,
                Kind::Word if self.own(*token).eq_ignore_ascii_case("WHERE") => return true,
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Values with commas between them up to a bracket.
    fn list(&mut self, closing: Kind, what: &str) -> Parsed<Vec<Expr>> {
        let mut items = Vec::new();
        while self.kind() != closing {
            items.push(self.expression()?);
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(closing, what)?;
        Ok(items)
    }

    fn word(&mut self) -> Parsed<ExprKind> {
        let after = self.token(1).kind;
        if after == Kind::LeftBrace {
            for (word, build) in [
                ("EXISTS", ExprKind::Exists as fn(_) -> ExprKind),
                ("COUNT", ExprKind::Count as fn(_) -> ExprKind),
            ] {
                if self.take_word(word) {
                    return self.within(|parser| parser.block()).map(build);
                }
            }
            if self.take_word("COLLECT") {
                self.skip_brackets()?;
                return Ok(ExprKind::Known("`COLLECT { … }`"));
            }
        }
        if after == Kind::LeftParen {
            return self.called();
        }
        for (word, kind) in [
            ("NULL", ExprKind::Null),
            ("TRUE", ExprKind::Boolean(true)),
            ("FALSE", ExprKind::Boolean(false)),
        ] {
            if self.take_word(word) {
                return Ok(kind);
            }
        }
        if self.is_word("CASE") && after != Kind::Dot {
            return self.case();
        }
        // `duration.between(…)`
        let mut ahead = 1;
        while self.token(ahead).kind == Kind::Dot && self.token(ahead + 1).kind == Kind::Word {
            ahead += 2;
        }
        if ahead > 1 && self.token(ahead).kind == Kind::LeftParen {
            return self.call();
        }
        Ok(ExprKind::Variable(self.name("a variable")?.text))
    }

    fn block(&mut self) -> Parsed<Vec<crate::ast::Clause>> {
        self.expect(Kind::LeftBrace, "`{`")?;
        let clauses = match self.kind() {
            Kind::LeftParen => self.bare_block()?,
            Kind::Word if self.token(1).kind == Kind::Equal => self.bare_block()?,
            _ => self.clauses()?,
        };
        self.expect(Kind::RightBrace, "`}`")?;
        Ok(clauses)
    }

    /// A word before a parenthesis.
    fn called(&mut self) -> Parsed<ExprKind> {
        for (word, quantifier) in [
            ("ALL", Quantifier::All),
            ("ANY", Quantifier::Any),
            ("NONE", Quantifier::None),
            ("SINGLE", Quantifier::Single),
        ] {
            if self.is_word(word) && self.is_word_ahead(3, "IN") {
                self.place += 2;
                let variable = self.name("a variable")?;
                self.next();
                let list = self.expression()?;
                self.expect_word("WHERE")?;
                let condition = self.expression()?;
                self.expect(Kind::RightParen, "`)`")?;
                return Ok(ExprKind::Quantified {
                    quantifier,
                    variable,
                    list: list.into(),
                    condition: condition.into(),
                });
            }
        }
        for (word, words) in [
            ("REDUCE", "`reduce`"),
            ("FILTER", "`filter`"),
            ("EXTRACT", "`extract`"),
            ("shortestPath", "`shortestPath`"),
            ("allShortestPaths", "`allShortestPaths`"),
        ] {
            if self.take_word(word) {
                self.skip_brackets()?;
                return Ok(ExprKind::Known(words));
            }
        }
        if self.take_word("CAST") {
            self.expect(Kind::LeftParen, "`(`")?;
            let operand = self.expression()?;
            if self.take(Kind::Comma) {
                // `cast(x, "INT64")`
                let token = self.expect(Kind::Text, "a type in quotes")?;
                let text = lexer::unescaped(self.own(token)).unwrap_or_default();
                self.expect(Kind::RightParen, "`)`")?;
                let name = Name { text, span: token.span };
                return Ok(ExprKind::Cast(operand.into(), name));
            }
            self.expect_word("AS")?;
            let ty = self.name("a type")?;
            if self.kind() != Kind::RightParen {
                return Err(self.wrong("`)`"));
            }
            self.next();
            return Ok(ExprKind::Cast(operand.into(), ty));
        }
        self.call()
    }

    fn call(&mut self) -> Parsed<ExprKind> {
        let start = self.span();
        let mut written = self.name("a function")?.text;
        while self.take(Kind::Dot) {
            written = format!("{written}.{}", self.name("a function")?.text);
        }
        let name = written.to_lowercase();
        let name_span = self.since(start);
        self.expect(Kind::LeftParen, "`(`")?;
        if self.dialect == Dialect::Kuzu
            && let Some(filters) = [("list_filter", true), ("list_transform", false)]
                .iter()
                .find_map(|(function, filters)| (*function == name).then_some(*filters))
        {
            return self.within(|parser| parser.lambda(filters));
        }
        let mut call = Call {
            name,
            written,
            name_span,
            distinct: self.take_word("DISTINCT"),
            star: false,
            arguments: Vec::new(),
        };
        if call.name == "count" && self.take(Kind::Star) {
            call.star = true;
            self.expect(Kind::RightParen, "`)`")?;
        } else {
            call.arguments = self.within(|parser| parser.list(Kind::RightParen, "`)`"))?;
        }
        Ok(ExprKind::Call(call))
    }

    /// `list, x -> …)`: what `list_filter` and `list_transform` do is a comprehension.
    fn lambda(&mut self, filters: bool) -> Parsed<ExprKind> {
        let list = self.expression()?;
        self.expect(Kind::Comma, "`,`")?;
        let variable = self.name("a variable")?;
        self.expect(Kind::Minus, "`->`")?;
        self.expect(Kind::Greater, "`->`")?;
        let body = Box::new(self.expression()?);
        self.expect(Kind::RightParen, "`)`")?;
        let (condition, item) = match filters {
            true => (Some(body), None),
            false => (None, Some(body)),
        };
        Ok(ExprKind::Comprehension {
            variable,
            list: list.into(),
            condition,
            item,
        })
    }

    fn case(&mut self) -> Parsed<ExprKind> {
        self.expect_word("CASE")?;
        let subject = match self.is_word("WHEN") {
            true => None,
            false => Some(Box::new(self.expression()?)),
        };
        let mut branches = Vec::new();
        while self.take_word("WHEN") {
            let when = self.expression()?;
            self.expect_word("THEN")?;
            branches.push((when, self.expression()?));
        }
        if branches.is_empty() {
            return Err(self.wrong("`WHEN`"));
        }
        let otherwise = match self.take_word("ELSE") {
            true => Some(Box::new(self.expression()?)),
            false => None,
        };
        self.expect_word("END")?;
        Ok(ExprKind::Case {
            subject,
            branches,
            otherwise,
        })
    }
}

/// The value of an integer literal: decimal, `0x1F` or `0o17`.
fn integer(literal: &str) -> Option<i128> {
    let plain = literal.replace('_', "").to_ascii_lowercase();
    match (plain.strip_prefix("0x"), plain.strip_prefix("0o")) {
        (Some(digits), _) => i128::from_str_radix(digits, 16).ok(),
        (_, Some(digits)) => i128::from_str_radix(digits, 8).ok(),
        _ => plain.parse().ok(),
    }
}
