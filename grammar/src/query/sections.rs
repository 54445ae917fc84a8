//! The sections of a read that the grammar refuses: which there are, whether they stand in their order, and what is in each.

use std::ops::Range;

use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, keywords_of};

use super::ast::*;
use super::parse::Recovery;
use super::recover::{Parts, projections};
use super::terminal::Lexeme;
use super::token::TokenKind::*;
use super::{build, messages};
use crate::{Name, Span, SyntaxError};

impl Recovery<'_, '_> {
    /// A stage ends where `match` follows `with`.
    pub(super) fn stages(&mut self, sections: Vec<Range<usize>>, body: Range<usize>, complete: bool) -> Read {
        let mut groups: Vec<Vec<Range<usize>>> = Vec::new();
        let mut last: Vec<Range<usize>> = Vec::new();
        for section in sections {
            let hands_on = last.iter().any(|before| self.word(before.start) == "with");
            if hands_on && self.word(section.start) == "match" {
                groups.push(std::mem::take(&mut last));
            }
            last.push(section);
        }
        let ends = last.iter().find(|section| self.word(section.start) == "with");
        if let Some(with) = ends.filter(|_| complete && !last.iter().any(|s| self.word(s.start) == "return")) {
            let error = SyntaxError::new("Q006", self.span(with.start..with.start + 1))
                .message("this query returns nothing: `match { … } return { … }` is missing behind `with`")
                .label(self.gap(body.end), "expected `match` here");
            self.errors.push(error);
        }
        let stages = groups.into_iter().map(|group| {
            let mut stage = self.read(group, body.clone(), complete);
            if let Some(after) = stage.after.take() {
                self.errors.push(messages::page_of_part(after.span, "a stage"));
            }
            stage
        });
        let stages = stages.collect();
        Read {
            stages,
            ..self.read(last, body, complete)
        }
    }

    pub(super) fn read(&mut self, sections: Vec<Range<usize>>, body: Range<usize>, complete: bool) -> Read {
        let mut read = empty_read(self.gap(body.end));
        let mut seen: Vec<(usize, Range<usize>)> = Vec::new();
        for section in sections {
            let word = self.word(section.start);
            let rank = keywords_of(&QUERY_KEYWORDS, KeywordKind::Section)
                .position(|w| w == word)
                .unwrap_or(0);
            if let Some((_, first)) = seen.iter().find(|(r, _)| *r == rank) {
                let error = SyntaxError::new(order_code([word]), self.span(section.start..section.start + 1))
                    .message(format!("a query has one `{word}` only"))
                    .label(self.span(first.start..first.start + 1), "the first one");
                self.errors.push(error);
                continue;
            }
            if let Some((_, later)) = seen.iter().filter(|(r, _)| *r > rank).min_by_key(|(_, s)| s.start) {
                let error = self.misplaced(later.clone(), section.clone());
                self.errors.push(error);
            }
            let keyword = self.span(section.start..section.start + 1);
            if word == "after" {
                read.after = self.after(section.clone());
            } else if matches!(word, "limit" | "offset") {
                let limit = self.limit(section.clone());
                match word {
                    "limit" => read.limit = limit,
                    _ => read.offset = limit,
                }
            } else {
                let open = self.opens(section.start).unwrap_or(section.start + 1);
                let close = self.closing(open);
                let inner = open + 1..close;
                let whole = keyword.to(self.span(close..close + 1));
                if inner.is_empty() {
                    let error = messages::empty_section(word, whole);
                    self.errors.push(error);
                }
                match word {
                    "match" => {
                        read.pattern = Block {
                            clauses: self.clauses(inner, 0),
                            aggregate: None,
                            span: whole,
                        };
                    }
                    "return" | "with" => {
                        read.return_span = whole;
                        read.distinct = (open > section.start + 1).then(|| self.span(open - 1..open));
                        read.projections = match word {
                            "with" => self.items(inner),
                            _ => self.list(Parts::Projection, inner, projections),
                        };
                    }
                    "having" => read.having = self.having(inner, whole),
                    _ => read.order = self.keys(inner),
                }
                if close + 1 < section.end {
                    let error = messages::no_section(self, close + 1..section.end);
                    self.errors.push(error);
                }
            }
            seen.push((rank, section));
        }
        if complete {
            self.missing_sections(&seen);
        }
        read
    }

    fn misplaced(&self, early: Range<usize>, late: Range<usize>) -> SyntaxError {
        let (word, after) = (self.word(early.start), self.word(late.start));
        let (early_span, late_span) = (self.span(early.clone()), self.span(late.clone()));
        let text = self.text.get(early_span.range()).unwrap_or_default();
        SyntaxError::new(order_code([word, after]), self.span(early.start..early.start + 1))
            .message(format!("`{word}` comes after `{after}`"))
            .label(self.span(late.start..late.start + 1), "it must follow this section")
            .help("the order is `match`, `with` or `return`, `having`, `order`, `limit`, `offset`, `after`")
            .with_fix(
                format!("move `{word}` behind `{after}`"),
                false,
                vec![
                    (early_span, String::new()),
                    (Span::at(late_span.end as usize), format!(" {text}")),
                ],
            )
    }

    fn missing_sections(&mut self, seen: &[(usize, Range<usize>)]) {
        let Some((_, first)) = seen.first() else { return };
        let has = |word: &str| seen.iter().any(|(_, section)| self.word(section.start) == word);
        let span = self.span(first.start..first.start + 1);
        let last = seen.iter().map(|(_, s)| s.end).max().unwrap_or(0);
        let with = seen.iter().find(|(_, section)| self.word(section.start) == "with");
        if !has("match") {
            let error = SyntaxError::new("Q006", span)
                .message("a read query starts with `match { … }`")
                .label(self.gap(first.start), "expected `match` here");
            self.errors.push(error);
        } else if let Some((_, with)) = with.filter(|_| has("return")) {
            let error = SyntaxError::new("Q017", self.span(with.start..with.start + 1))
                .message("`with` is followed by the next `match`, not by `return`")
                .help("what is returned of this `match` stands in `return` itself, which groups, orders and cuts rows as `with` does");
            self.errors.push(error);
        } else if !has("return") && with.is_none() {
            let error = SyntaxError::new("Q006", span)
                .message("this query returns nothing: `return { … }` is missing")
                .label(self.gap(last), "expected `return` after the match block");
            self.errors.push(error);
        }
    }

    /// Of `having`, whose condition is all that stands in the braces.
    fn having(&mut self, inner: Range<usize>, span: Span) -> Option<Having> {
        if inner.is_empty() {
            return None;
        }
        // Alone in the braces, an expression is a projection without an alias.
        let mut found = self.list(Parts::Projection, inner, projections).into_iter();
        let condition = found.next()?;
        if let Some(second) = found.next() {
            let error = SyntaxError::new("Q001", second.span)
                .message("`having` has one condition")
                .label(condition.span, "the condition")
                .help("`and` stands between conditions that must all be true");
            self.errors.push(error);
        } else if let Some(alias) = &condition.alias {
            let error = SyntaxError::new("Q001", alias.span).message("a condition has no name");
            self.errors.push(error);
        }
        Some(Having {
            condition: condition.expression,
            span,
        })
    }

    fn after(&mut self, section: Range<usize>) -> Option<After> {
        let at = section.start + 1;
        let Some(written) = self.at(at).filter(|l| l.kind == Variable && at < section.end) else {
            let error = messages::after(self, section);
            self.errors.push(error);
            return None;
        };
        if at + 1 < section.end {
            let error = messages::no_section(self, at + 1..section.end);
            self.errors.push(error);
        }
        Some(After {
            parameter: Name {
                text: written.text.trim_start_matches('$').to_owned(),
                span: written.span,
            },
            span: self.span(section.start..at + 1),
        })
    }

    pub(super) fn limit(&mut self, section: Range<usize>) -> Option<Limit> {
        let keyword = self.span(section.start..section.start + 1);
        let count = section.start + 1;
        let is_amount = |l: &Lexeme<'_>| matches!(l.kind, Integer | Variable);
        let parsed = self.at(count).filter(|l| is_amount(l) && count < section.end);
        let Some(written) = parsed else {
            let error = messages::limit(self, section);
            self.errors.push(error);
            return None;
        };
        let mark = self
            .at(count + 1)
            .filter(|l| written.kind == Variable && l.kind == Question && count + 1 < section.end);
        let last = count + usize::from(mark.is_some());
        if last + 1 < section.end {
            let error = messages::no_section(self, last + 1..section.end);
            self.errors.push(error);
        }
        let name = || Name {
            text: written.text.trim_start_matches('$').to_owned(),
            span: written.span,
        };
        Some(Limit {
            amount: match (written.kind, mark) {
                (Integer, _) => Amount::Number(build::amount(written.text, written.span, self.errors)),
                (_, Some(_)) => Amount::Skippable(name()),
                (_, None) => Amount::Parameter(name()),
            },
            span: keyword.to(mark.map_or(written.span, |mark| mark.span)),
        })
    }
}

pub(super) fn empty_read(at: Span) -> Read {
    Read {
        stages: Vec::new(),
        pattern: Block {
            clauses: Vec::new(),
            aggregate: None,
            span: at,
        },
        distinct: None,
        projections: Vec::new(),
        return_span: at,
        having: None,
        order: Vec::new(),
        limit: None,
        offset: None,
        after: None,
    }
}

/// The code for sections in the wrong order, or twice: those that came later have one of their own.
fn order_code<const N: usize>(words: [&str; N]) -> &'static str {
    match words
        .iter()
        .any(|word| matches!(*word, "with" | "having" | "offset" | "after"))
    {
        true => "Q017",
        false => "Q006",
    }
}
