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
        // `WITH key, count(x) AS n WHERE n > 1 RETURN key, n` is one grouping with a condition.
        let grouping = match before.split_last() {
            Some((with, rest)) => match &with.kind {
                ClauseKind::With(stage) if self.has_aggregate(stage) => Some((stage, with.span, rest)),
                _ => None,
            },
            None => None,
        };
        let (insensitive, before) = match grouping {
            Some((stage, _, rest)) => (self.is_insensitive(stage), rest),
            None => (self.is_insensitive(projection), before),
        };
        let mut block = Vec::new();
        self.clauses(before, insensitive, &mut block);
        let tail = match grouping {
            Some((stage, span, _)) => self.grouped(stage, span, projection, &mut block),
            None => self.returned(projection),
        };
        if block.is_empty() {
            // A match block holds a clause; this one gives one row.
            let row = self.fresh("row");
            block.push(format!("each {row} in [1]"));
        }
        Some(format!("match {{ {} }} {}", block.join("\n"), tail?))
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
            self.segment(segment, (insensitive, chained), block);
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

    /// A `WITH` that hands on variables and values, and nothing else: what follows stands in the same block.
    fn stage(&mut self, projection: &Projection, span: Span, block: &mut Vec<String>) {
        let reason = if self.has_aggregate(projection) {
            Some("a `WITH` that aggregates")
        } else if projection.distinct {
            Some("`WITH DISTINCT`")
        } else if !projection.order.is_empty() || projection.skip.is_some() || projection.limit.is_some() {
            Some("a `WITH` that orders or cuts")
        } else {
            None
        };
        if let Some(reason) = reason {
            let message = format!("{reason} has no equal yet");
            let help = "a count per row is `COUNT { … }`; else make two queries of it";
            self.report(&codes::STAGE, span, message, help);
        }
        let mut handed = Vec::new();
        if projection.star.is_some() {
            for frame in &self.frames {
                handed.extend(frame.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        for item in &projection.items {
            let name = match (&item.alias, &item.value.kind) {
                (Some(alias), _) => alias.text.clone(),
                (None, crate::ast::ExprKind::Variable(name)) => name.clone(),
                _ => {
                    let help = "write `AS` and a name";
                    self.report(
                        &codes::UNREADABLE,
                        item.value.span,
                        "a value that `WITH` hands on has a name",
                        help,
                    );
                    continue;
                }
            };
            let mut value = match reason {
                Some(_) => Value::unknown(),
                None => self.value(&item.value),
            };
            let is_variable = value.text.starts_with('$') && !value.text.contains(['.', ' ', '(', '[']);
            if !is_variable && !value.is_unknown() {
                let variable = self.fresh(&name);
                block.push(format!("let {variable} = {}", value.text));
                value.text = variable;
                value.level = crate::value::Level::Primary;
                value.reads = true;
            }
            handed.push((name, value));
        }
        // What is not handed on cannot be seen behind it.
        if let Some(frame) = self.frames.last_mut() {
            frame.clear();
        }
        for (name, value) in handed {
            self.bind(&name, value);
        }
        if reason.is_none()
            && let Some(condition) = &projection.condition
        {
            self.condition(condition, block);
            self.guard(condition, true);
        }
    }
}
