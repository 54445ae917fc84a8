//! Clauses, from `MATCH` to `RETURN`.

use crate::ast::{Assignment, Clause, ClauseKind, Expr, ExprKind, Item, Path, Projection, Query, SortKey, Union};
use crate::lexer::Kind;

use super::{Parsed, Parser};

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Parsed<Query> {
        let mut parts = vec![self.clauses()?];
        let mut unions = Vec::new();
        while self.is_word("UNION") {
            let start = self.span();
            self.next();
            let all = self.take_word("ALL");
            if !all {
                self.take_word("DISTINCT");
            }
            let span = self.since(start);
            unions.push(Union { span, all });
            parts.push(self.clauses()?);
        }
        Ok(Query { parts, unions })
    }

    /// Clauses up to the end of the statement or of the block.
    pub(super) fn clauses(&mut self) -> Parsed<Vec<Clause>> {
        let mut clauses = Vec::new();
        loop {
            let ended = matches!(self.kind(), Kind::End | Kind::RightBrace) || self.is_word("UNION");
            if ended && !clauses.is_empty() {
                return Ok(clauses);
            }
            clauses.push(self.clause()?);
        }
    }

    fn clause(&mut self) -> Parsed<Clause> {
        let start = self.span();
        let kind = self.clause_kind()?;
        Ok(Clause {
            span: self.since(start),
            kind,
        })
    }

    fn clause_kind(&mut self) -> Parsed<ClauseKind> {
        if self.take_words(&["OPTIONAL", "MATCH"]) {
            return self.matching(true);
        }
        if self.take_word("MATCH") {
            return self.matching(false);
        }
        if self.take_word("UNWIND") {
            let list = self.expression()?;
            self.expect_word("AS")?;
            let name = self.name("a variable")?;
            return Ok(ClauseKind::Unwind { list, name });
        }
        if self.take_word("WITH") {
            let mut projection = self.projection()?;
            if self.take_word("WHERE") {
                projection.condition = Some(self.expression()?);
            }
            return Ok(ClauseKind::With(projection));
        }
        if self.take_word("RETURN") {
            return self.projection().map(ClauseKind::Return);
        }
        if self.take_word("CREATE") {
            return self.paths().map(ClauseKind::Create);
        }
        if self.take_word("MERGE") {
            return self.merge();
        }
        if self.take_word("SET") {
            return self.assignments().map(ClauseKind::Set);
        }
        if self.take_word("REMOVE") {
            return self.expressions().map(ClauseKind::Remove);
        }
        if self.are_words(&["DETACH", "DELETE"]) || self.is_word("DELETE") {
            let detach = self.take_word("DETACH");
            self.expect_word("DELETE")?;
            let targets = self.expressions()?;
            return Ok(ClauseKind::Delete { detach, targets });
        }
        for word in ["CALL", "FOREACH", "FINISH"] {
            if self.is_word(word) {
                return Ok(self.known(word));
            }
        }
        if self.are_words(&["LOAD", "CSV"]) {
            return Ok(self.known("LOAD CSV"));
        }
        Err(self.wrong("a clause such as `MATCH` or `RETURN`"))
    }

    /// A clause without a tree: everything behind it belongs to it.
    fn known(&mut self, words: &'static str) -> ClauseKind {
        while self.kind() != Kind::End {
            self.next();
        }
        ClauseKind::Known(words)
    }

    fn matching(&mut self, optional: bool) -> Parsed<ClauseKind> {
        let patterns = self.paths()?;
        let condition = match self.take_word("WHERE") {
            true => Some(self.expression()?),
            false => None,
        };
        Ok(ClauseKind::Match {
            optional,
            patterns,
            condition,
        })
    }

    /// Patterns with commas between them, and a condition: what a block holds that does not begin with a clause.
    pub(super) fn bare_block(&mut self) -> Parsed<Vec<Clause>> {
        let start = self.span();
        let kind = self.matching(false)?;
        Ok(vec![Clause {
            span: self.since(start),
            kind,
        }])
    }

    pub(super) fn paths(&mut self) -> Parsed<Vec<Path>> {
        let mut paths = vec![self.path()?];
        while self.take(Kind::Comma) {
            paths.push(self.path()?);
        }
        Ok(paths)
    }

    fn expressions(&mut self) -> Parsed<Vec<Expr>> {
        let mut all = vec![self.expression()?];
        while self.take(Kind::Comma) {
            all.push(self.expression()?);
        }
        Ok(all)
    }

    fn projection(&mut self) -> Parsed<Projection> {
        let distinct = self.take_word("DISTINCT");
        let mut projection = Projection {
            distinct,
            star: None,
            items: Vec::new(),
            order: Vec::new(),
            skip: None,
            limit: None,
            condition: None,
        };
        let star = self.span();
        projection.star = self.take(Kind::Star).then_some(star);
        if projection.star.is_none() || self.take(Kind::Comma) {
            projection.items.push(self.item()?);
            while self.take(Kind::Comma) {
                projection.items.push(self.item()?);
            }
        }
        if self.take_words(&["ORDER", "BY"]) {
            projection.order.push(self.sort_key()?);
            while self.take(Kind::Comma) {
                projection.order.push(self.sort_key()?);
            }
        }
        if self.take_word("SKIP") || self.take_word("OFFSET") {
            projection.skip = Some(self.expression()?);
        }
        if self.take_word("LIMIT") {
            projection.limit = Some(self.expression()?);
        }
        Ok(projection)
    }

    fn item(&mut self) -> Parsed<Item> {
        let value = self.expression()?;
        let alias = match self.take_word("AS") {
            true => Some(self.name("a column's name")?),
            false => None,
        };
        Ok(Item { value, alias })
    }

    fn sort_key(&mut self) -> Parsed<SortKey> {
        let value = self.expression()?;
        let descending = self.take_word("DESC") || self.take_word("DESCENDING");
        if !descending {
            let _ = self.take_word("ASC") || self.take_word("ASCENDING");
        }
        Ok(SortKey { value, descending })
    }

    fn merge(&mut self) -> Parsed<ClauseKind> {
        let path = self.path()?;
        let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
        loop {
            if self.take_words(&["ON", "CREATE", "SET"]) {
                on_create.extend(self.assignments()?);
            } else if self.take_words(&["ON", "MATCH", "SET"]) {
                on_match.extend(self.assignments()?);
            } else {
                return Ok(ClauseKind::Merge {
                    path,
                    on_create,
                    on_match,
                });
            }
        }
    }

    fn assignments(&mut self) -> Parsed<Vec<Assignment>> {
        let mut all = vec![self.assignment()?];
        while self.take(Kind::Comma) {
            all.push(self.assignment()?);
        }
        Ok(all)
    }

    fn assignment(&mut self) -> Parsed<Assignment> {
        let ahead = self.token(1).kind;
        if self.is_name() && matches!(ahead, Kind::Equal | Kind::PlusEqual) {
            let target = self.name("a variable")?;
            let added = self.next().kind == Kind::PlusEqual;
            let value = self.expression()?;
            return Ok(Assignment::All { target, value, added });
        }
        if self.is_name() && ahead == Kind::Colon {
            let start = self.span();
            self.name("a variable")?;
            self.labels()?;
            let span = self.since(start);
            return Ok(Assignment::Label { span });
        }
        let target = self.postfix()?;
        if !matches!(target.kind, ExprKind::Property(..)) {
            return Err(self.said(target.span, "only a property can be set"));
        }
        self.expect(Kind::Equal, "`=`")?;
        let value = self.expression()?;
        Ok(Assignment::Property { target, value })
    }
}
