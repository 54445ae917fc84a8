//! Patterns: nodes, relationships, chains of them.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Direction, Expr, Hops, Labels, Link, Node, Path, Search};
use crate::lexer::Kind;

use super::{Parsed, Parser};

/// Where a relationship says which ways are asked for, and which, if they are known here.
type Asked = (Span, Option<Search>);

impl Parser<'_> {
    /// `p = (a)-[r]->(b)`, `shortestPath((a)-[*]->(b))`.
    pub(super) fn path(&mut self) -> Parsed<Path> {
        let start = self.span();
        let variable = match self.is_name() && self.token(1).kind == Kind::Equal {
            true => {
                let name = self.name("a variable")?;
                self.next();
                Some(name)
            }
            false => None,
        };
        let search = match self.is_word("shortestPath") {
            true => Some(Search::One),
            false => self.is_word("allShortestPaths").then_some(Search::All),
        };
        let searched = search.map(|_| self.next().span);
        if searched.is_some() {
            self.expect(Kind::LeftParen, "`(`")?;
        }
        let mut path = self.chain()?;
        if searched.is_some() {
            self.expect(Kind::RightParen, "`)`")?;
        }
        path.span = self.since(start);
        path.variable = variable;
        if searched.is_some() {
            path.search = search.filter(|_| path.searched.is_none());
            path.searched = path.searched.or(searched);
        }
        Ok(path)
    }

    /// Whether the parenthesis here begins a node that a relationship follows.
    pub(super) fn is_chain(&self) -> bool {
        if self.kind() != Kind::LeftParen {
            return false;
        }
        let closed = self.closing[self.place];
        let after = |ahead: usize| self.tokens.get(closed + ahead).map_or(Kind::End, |token| token.kind);
        closed > 0
            && match after(1) {
                Kind::Minus => matches!(after(2), Kind::LeftBracket | Kind::Minus) && self.is_node_inside(closed),
                Kind::Less => after(2) == Kind::Minus && matches!(after(3), Kind::LeftBracket | Kind::Minus),
                _ => false,
            }
    }

    /// Whether what stands up to here can be a node: a name, labels, properties.
    fn is_node_inside(&self, closed: usize) -> bool {
        let mut at = self.place + 1;
        let kind = |at: usize| self.tokens.get(at).map_or(Kind::End, |token| token.kind);
        if matches!(kind(at), Kind::Word | Kind::Quoted) {
            at += 1;
        }
        at == closed
            || matches!(kind(at), Kind::Colon | Kind::LeftBrace)
            || self.is_word_ahead(at - self.place, "WHERE")
    }

    fn chain(&mut self) -> Parsed<Path> {
        let start = self.span();
        let mut nodes = vec![self.node()?];
        let mut links = Vec::new();
        let mut asked: Option<Asked> = None;
        while matches!(self.kind(), Kind::Minus | Kind::Less) {
            let (link, own) = self.link()?;
            links.push(link);
            asked = asked.or(own);
            nodes.push(self.node()?);
        }
        Ok(Path {
            span: self.since(start),
            variable: None,
            searched: asked.map(|(span, _)| span),
            search: asked.and_then(|(_, search)| search),
            nodes,
            links,
        })
    }

    fn node(&mut self) -> Parsed<Node> {
        let start = self.span();
        self.expect(Kind::LeftParen, "a node such as `(p:Person)`")?;
        let variable = match self.is_name() && !self.is_word("WHERE") {
            true => Some(self.name("a variable")?),
            false => None,
        };
        let labels = self.labels()?;
        let properties = self.properties()?;
        let condition = self.condition()?;
        self.expect(Kind::RightParen, "`)`")?;
        Ok(Node {
            span: self.since(start),
            variable,
            labels,
            properties,
            condition,
        })
    }

    fn condition(&mut self) -> Parsed<Option<Expr>> {
        match self.take_word("WHERE") {
            true => self.expression().map(Some),
            false => Ok(None),
        }
    }

    fn properties(&mut self) -> Parsed<Vec<(Name, Expr)>> {
        match self.kind() {
            Kind::LeftBrace => self.entries(),
            _ => Ok(Vec::new()),
        }
    }

    /// `{ name: value, … }`
    pub(super) fn entries(&mut self) -> Parsed<Vec<(Name, Expr)>> {
        self.expect(Kind::LeftBrace, "`{`")?;
        let mut entries = Vec::new();
        while self.kind() != Kind::RightBrace {
            let name = self.name("a property")?;
            self.expect(Kind::Colon, "`:`")?;
            entries.push((name, self.expression()?));
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightBrace, "`}`")?;
        Ok(entries)
    }

    /// `:A`, `:A:B`, `:A|B`, or nothing.
    pub(super) fn labels(&mut self) -> Parsed<Labels> {
        let start = self.span();
        let mut labels = Labels::default();
        if self.kind() != Kind::Colon {
            return Ok(labels);
        }
        self.next();
        let mut compound = false;
        loop {
            compound |= self.take(Kind::Exclamation);
            labels.names.push(self.name("a label or type")?);
            match self.kind() {
                Kind::Colon | Kind::Bar | Kind::Ampersand => {
                    compound = true;
                    self.next();
                    // `:A|:B`
                    self.take(Kind::Colon);
                }
                _ => break,
            }
        }
        labels.compound = compound.then(|| self.since(start));
        Ok(labels)
    }

    /// A relationship, and which ways it asks for.
    fn link(&mut self) -> Parsed<(Link, Option<Asked>)> {
        let start = self.span();
        let left = self.take(Kind::Less);
        self.expect(Kind::Minus, "`-`")?;
        let mut link = Link {
            span: start,
            variable: None,
            types: Labels::default(),
            direction: Direction::Either,
            hops: None,
            properties: Vec::new(),
            condition: None,
        };
        let mut asked = None;
        if self.take(Kind::LeftBracket) {
            if self.is_name() && !self.is_word("WHERE") {
                link.variable = Some(self.name("a variable")?);
            }
            link.types = self.labels()?;
            if self.kind() == Kind::Star {
                (link.hops, asked) = self.hops()?;
            }
            link.properties = self.properties()?;
            link.condition = self.condition()?;
            self.expect(Kind::RightBracket, "`]`")?;
        }
        self.expect(Kind::Minus, "`-`")?;
        let right = self.take(Kind::Greater);
        link.direction = match (left, right) {
            (true, false) => Direction::Left,
            (false, true) => Direction::Right,
            _ => Direction::Either,
        };
        link.span = self.since(start);
        Ok((link, asked))
    }

    fn hops(&mut self) -> Parsed<(Option<Hops>, Option<Asked>)> {
        let start = self.span();
        self.next();
        // Kùzu's words for them. Its walks that are `ACYCLIC` may repeat nodes, and those of `WSHORTEST` have weights.
        let all = self.take_word("ALL");
        let known = [
            ("SHORTEST", Some(if all { Search::All } else { Search::One })),
            ("TRAIL", Some(Search::Trail).filter(|_| !all)),
            ("WSHORTEST", None),
            ("ACYCLIC", None),
        ];
        let word = known.into_iter().find(|(word, _)| self.is_word(word));
        let asked = word.map(|(_, search)| (self.next().span, search));
        let from = self.hop()?;
        let to = match self.take(Kind::DotDot) {
            true => self.hop()?,
            false => from,
        };
        let unbounded = from.is_none() && to.is_none();
        let hops = Hops {
            span: self.since(start),
            from: if unbounded { None } else { from.or(Some(1)) },
            to,
        };
        // Kùzu's condition on the steps: `(r, n | WHERE …)`.
        if self.kind() == Kind::LeftParen {
            return Err(self.said(self.span(), "conditions on the steps of a walk are not known here"));
        }
        Ok((Some(hops), asked))
    }

    fn hop(&mut self) -> Parsed<Option<u64>> {
        if self.kind() != Kind::Integer {
            return Ok(None);
        }
        let token = self.next();
        match self.own(token).parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.said(token.span, "this is no number of steps")),
        }
    }
}
