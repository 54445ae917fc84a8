//! A query that reads: its clauses in order, up to `RETURN`.

use omnigraph_grammar::Span;

use crate::ast::{Clause, ClauseKind, Expr, Path, Projection};
use crate::codes;
use crate::value::{Ty, Value};

use super::Translator;

impl Translator<'_> {
    /// The body of a query that reads.
    pub(super) fn reading(&mut self, clauses: &[Clause]) -> Option<String> {
        let (last, before) = clauses.split_last()?;
        let ClauseKind::Return(projection) = &last.kind else {
            if let ClauseKind::Known(words) = last.kind {
                self.without_equal(last.span, words);
                return None;
            }
            self.report(
                &codes::CLAUSE,
                last.span,
                "a query that reads ends with `RETURN`",
                "say what to return",
            );
            return None;
        };
        self.stages = Some(Vec::new());
        let (tail, block) = match self.having(before, projection) {
            Some(made) => made,
            None => {
                let mut block = Vec::new();
                self.clauses(before, self.is_insensitive(projection), &mut block);
                (self.returned(projection)?, block)
            }
        };
        let stages = self.stages.take().unwrap_or_default();
        let block = self.match_block(block);
        Some(format!("{}{block} {tail}", stages.concat()))
    }

    /// `WITH key, count(x) AS n WHERE n > 1 RETURN key, n` is one grouping with a condition.
    fn having(&mut self, before: &[Clause], projection: &Projection) -> Option<(String, Vec<String>)> {
        let (with, rest) = before.split_last()?;
        let ClauseKind::With(stage) = &with.kind else {
            return None;
        };
        if !self.has_aggregate(stage) {
            return None;
        }
        let mut tried = self.clone();
        let mut block = Vec::new();
        tried.clauses(rest, tried.is_insensitive(stage), &mut block);
        let told = tried.problems.len();
        let tail = tried.grouped(stage, with.span, projection, &mut block)?;
        let is_other = |problem: &crate::problem::Problem| problem.key().2 == codes::STAGE.subcode;
        if tried.problems[told..].iter().any(is_other) {
            return None;
        }
        *self = tried;
        Some((tail, block))
    }

    /// `match` with these clauses.
    pub(super) fn match_block(&mut self, mut block: Vec<String>) -> String {
        if block.is_empty() {
            // A match block holds a clause; this one gives one row.
            let row = self.fresh("row");
            block.push(format!("each {row} in [1]"));
        }
        format!("match {{ {} }}", block.join("\n"))
    }

    pub(super) fn without_equal(&mut self, span: Span, words: &str) {
        let message = format!("`{words}` has no equal");
        self.report(
            &codes::CLAUSE,
            span,
            message,
            "leave the clause out, or do its work outside of the query",
        );
    }

    /// Everything before the last clause, in a block.
    pub(super) fn clauses(&mut self, clauses: &[Clause], insensitive: bool, block: &mut Vec<String>) {
        let is_optional = |clause: &&Clause| matches!(clause.kind, ClauseKind::Match { optional: true, .. });
        // One may go on from what another binds.
        let chained = clauses.iter().filter(is_optional).count() > 1;
        let mut rest = clauses;
        while !rest.is_empty() {
            let is_stage = |clause: &Clause| matches!(clause.kind, ClauseKind::With(_));
            let upto = rest.iter().position(is_stage).unwrap_or(rest.len());
            let (segment, after) = rest.split_at(upto);
            // The rows of a segment are those of the next stage, or of the result.
            let next = after.iter().find_map(|clause| match &clause.kind {
                ClauseKind::With(projection) if self.makes_stage(projection) => Some(projection),
                _ => None,
            });
            let own = next.map_or(insensitive, |projection| self.is_insensitive(projection));
            self.segment(segment, (own, chained), block);
            match after.split_first() {
                Some((stage, after)) => {
                    if let ClauseKind::With(projection) = &stage.kind {
                        self.stage(projection, stage.span, block);
                    }
                    rest = after;
                }
                None => return,
            }
        }
    }

    /// Clauses without a `WITH` between them. All of their patterns tell what type a node has.
    fn segment(&mut self, clauses: &[Clause], (insensitive, chained): (bool, bool), block: &mut Vec<String>) {
        self.going_on(clauses);
        let mut paths: Vec<&Path> = Vec::new();
        let mut conditions: Vec<&Expr> = Vec::new();
        for clause in clauses {
            if let ClauseKind::Match {
                optional: false,
                patterns,
                condition,
            } = &clause.kind
            {
                paths.extend(patterns);
                conditions.extend(condition);
            }
        }
        let typed = self.infer(&paths, &conditions);
        self.declare(&paths, &typed, block);
        self.found.clear();
        let mut at = 0;
        for clause in clauses {
            match &clause.kind {
                ClauseKind::Match {
                    optional: true,
                    patterns,
                    condition,
                } => self.optional(patterns, condition.as_ref(), (insensitive, chained), block),
                ClauseKind::Match {
                    patterns, condition, ..
                } => {
                    let range = at..at + patterns.len();
                    at = range.end;
                    let apart = self.apart(&conditions);
                    self.matched(&paths, &typed, range, insensitive, &apart, block);
                    if let Some(condition) = condition {
                        self.condition(condition, block);
                        self.guard(condition, true);
                    }
                }
                ClauseKind::Unwind { list, name } => self.unwind(list, &name.text, block),
                ClauseKind::Known(words) => self.without_equal(clause.span, words),
                _ => {
                    let words = self.own(clause.span).split_whitespace().next().unwrap_or("").to_owned();
                    self.report(
                        &codes::CLAUSE,
                        clause.span,
                        format!("`{words}` stands in the middle of a query"),
                        "make it a statement of its own",
                    );
                }
            }
        }
        self.found.extend(std::mem::take(&mut self.searched));
    }

    fn unwind(&mut self, list: &Expr, name: &str, block: &mut Vec<String>) {
        let value = self.value(list);
        let item = match &value.ty {
            Ty::List(item) => (**item).clone(),
            Ty::Parameter(name) => Ty::ItemOf(name.clone()),
            Ty::Unknown => Ty::Unknown,
            _ => {
                let message = format!("`UNWIND` takes a list, and this is {}", value.ty.word());
                self.report(&codes::OPERANDS, list.span, message, "put it in brackets");
                Ty::Unknown
            }
        };
        let variable = self.fresh(name);
        block.push(format!("each {variable} in {}", value.text));
        let nullable = !matches!(list.kind, crate::ast::ExprKind::Parameter(_)) && value.nullable;
        let single = value.single;
        let mut bound = Value::primary(variable, item).nullable(nullable);
        bound.reads = true;
        bound.single = single;
        self.bind(name, bound);
    }
}
