//! `having`, `limit`, `offset` and `after`: which rows of the result are returned.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, After, Having, Limit, Read, SortKey};
use omnigraph_model::ir::{self, Amount, Expression, Rank};
use omnigraph_model::types::Scalar;

use super::context::Context;
use super::expression::Place;
use super::output::{Column, unprojected};
use crate::rules::types::{t38_ungrouped_sort_key, t43_operand_type, t59_3_fragment_aggregate, t64_page_order};

impl<'a> Context<'a> {
    /// The condition of `having`. Where rows are grouped, it reads keys, columns and aggregates.
    pub(crate) fn having(
        &mut self,
        written: &'a Having,
        read: &Read,
        columns: &[Column],
        grouped: bool,
    ) -> Option<Expression> {
        let place = Place {
            scope: self.stage,
            columns: Some(columns),
            aggregates: true,
            row: None,
            blocks: true,
        };
        let condition = self.condition(&written.condition, place)?;
        if grouped && unprojected(columns, &condition, true).is_some() {
            // A column that is wrong may be what it would have read.
            if columns.iter().all(|column| column.output.is_some()) {
                self.report(t38_ungrouped_sort_key::having(written.condition.span, read));
            }
            return None;
        }
        Some(condition)
    }

    /// Where a page begins. Its rows have an order that values decide, so that a row has a place even when others come and go.
    pub(crate) fn after(
        &mut self,
        written: Option<&After>,
        order: &[SortKey],
        rank: Option<&Rank>,
    ) -> Option<ir::After> {
        let written = written?;
        let name = &written.parameter;
        let typed = self.bare_variable(&name.text, name.span, self.stage);
        match (order, rank) {
            ([], _) => self.report(t64_page_order::no_order(written)),
            ([first, ..], Some(_)) => self.report(t64_page_order::ranked(written, first)),
            _ => {}
        }
        if typed.is_error() {
            return None;
        }
        let is_text = typed
            .scalar_type()
            .is_some_and(|ty| !ty.list && ty.nullable && ty.scalar == Scalar::String);
        match &typed.expression {
            Expression::Parameter { name, .. } if is_text => Some(ir::After {
                parameter: name.clone(),
                // Who knows the text fills it in.
                query: String::new(),
            }),
            _ => {
                let finding = t43_operand_type::cursor(self, &typed);
                self.report(finding);
                None
            }
        }
    }

    /// The number of rows of `limit` or `offset`, a number or a parameter that is an integer.
    pub(crate) fn amount(&mut self, word: &str, limit: Option<&Limit>) -> Option<Amount> {
        let name = match &limit?.amount {
            ast::Amount::Number(number) => return Some(Amount::Number(*number)),
            ast::Amount::Parameter(name) | ast::Amount::Skippable(name) => name,
        };
        let is_marked = matches!(limit?.amount, ast::Amount::Skippable(_));
        if self.is_fragment() {
            self.report(t59_3_fragment_aggregate::limit(name));
            return None;
        }
        let typed = self.bare_variable(&name.text, name.span, self.stage);
        if typed.is_error() {
            return None;
        }
        let is_integer = typed
            .scalar_type()
            .is_some_and(|ty| !ty.list && matches!(ty.scalar, Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64));
        match &typed.expression {
            Expression::Parameter { name, .. } if is_integer && is_marked => {
                let written = Span::new(limit?.span.end as usize - 2 - name.len(), limit?.span.end as usize);
                self.marked(&[(name.clone(), written)]);
                Some(Amount::Skippable { skipped: name.clone() })
            }
            Expression::Parameter { name, .. } if is_integer => Some(Amount::Parameter(name.clone())),
            _ => {
                let finding = t43_operand_type::amount(self, &typed, word);
                self.report(finding);
                None
            }
        }
    }
}
